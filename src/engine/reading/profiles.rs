//! Sealed data of members, as far as the vault opens it, and the lookups derived from it.

use crate::command::Who;
use crate::engine::error::Error;
use crate::engine::reading::alias_owner;
use crate::engine::stop::Stop;
use crate::engine::verbs::attributes::{self, drop_old};
use crate::engine::verbs::profile::{Profile, open_for, text_hash};
use crate::engine::{Ledger, Records};
use crate::model::{Act, Day, Enrolled, Entry, Instant, MemberId, NameKind, Number};
use crate::rules::facts::has_consent;
use crate::rules::member::consent::agrees;
use crate::storage::error::StorageError;
use crate::storage::vault;
use crate::storage::vault::Secret;
use zeroize::Zeroizing;

/// A member's key, with its slot in the vault unless it is still to be added.
pub(in crate::engine) fn member_key(
    records: &mut Records,
    id: MemberId,
) -> Result<Option<(Option<u32>, Secret)>, Error> {
    if let Some((_, key)) = records.fresh_vault.iter().find(|(member, _)| *member == id) {
        return Ok(Some((None, key.clone())));
    }
    let found = records.vault.locate(&id.0)?;
    Ok(found.map(|(slot, key)| (Some(slot), key)))
}

/// A member's key, made if there is none yet, and its slot in the vault. An erased
/// member gets none.
pub(in crate::engine) fn key_for(
    records: &mut Records,
    id: MemberId,
) -> Result<(Option<u32>, Secret), Stop> {
    if alias_owner::is_erased(records, id) {
        return Err(crate::rules::decide::erased().into());
    }
    if let Some(found) = member_key(records, id)? {
        return Ok(found);
    }
    let key: Secret = Zeroizing::new(records.entropy.draw());
    records.fresh_vault.push((id, key.clone()));
    Ok((None, key))
}

/// Profile of a member, as far as the vault opens it.
pub fn profile(records: &mut Records, id: MemberId) -> Result<Option<Profile>, Error> {
    records.cache.load(id)?;
    let member = records.cache.member(id);
    let seq = member.and_then(|m| m.profile);
    match seq.map(|seq| records.entry(seq)).transpose()?.flatten() {
        Some(entry) => profile_in(records, &entry, id),
        None => Ok(None),
    }
}

pub(in crate::engine) fn profile_in(
    records: &mut Records,
    entry: &Entry,
    id: MemberId,
) -> Result<Option<Profile>, Error> {
    let (Act::Enrolled(Enrolled { profile, .. }) | Act::ProfileChanged { profile }) = &entry.act
    else {
        return Ok(None);
    };
    let Some(sealed) = profile else {
        return Ok(None);
    };
    opened(records, id, entry.seq, |key| Profile::open(sealed, key, id))
}

/// Opens what an entry seals for a member; None if its key is gone.
fn opened<T>(
    records: &mut Records,
    id: MemberId,
    seq: u64,
    open: impl FnOnce(&Secret) -> Option<T>,
) -> Result<Option<T>, Error> {
    let Some((_, key)) = member_key(records, id)? else {
        records.cache.load(id)?;
        check_keyless(records, id, seq)?;
        return Ok(None);
    };
    match open(&key) {
        Some(found) => Ok(Some(found)),
        // Sealed under the lost key, before there was another.
        None if records.vault.was_lost(&id.0)? => Ok(None),
        None => Err(wrong_key(records, id, seq)),
    }
}

/// The error that a member's key does not open what an entry seals.
fn wrong_key(records: &Records, id: MemberId, seq: u64) -> Error {
    let path = records
        .folders
        .secrets
        .join(crate::storage::vault::FILE_NAME);
    let finding = format!("the key of member {id} does not open entry {seq}");
    StorageError::secret_damage(&path, finding).into()
}

/// The remark of an entry; None if it is no remark, or its key is gone.
///
/// # Errors
/// A vault that does not verify; I/O errors.
pub fn note_in(records: &mut Records, entry: &Entry) -> Result<Option<String>, Error> {
    let (Act::Noted { text, .. }, Some(id)) = (&entry.act, entry.member()) else {
        return Ok(None);
    };
    opened(records, id, entry.seq, |key| {
        let plain = open_for(id, key, text)?;
        String::from_utf8(plain.to_vec()).ok()
    })
}

/// The remark of an entry while its member consents to the purpose that it is
/// kept for.
///
/// # Errors
/// A vault that does not verify; I/O errors.
pub fn note_to_show(records: &mut Records, entry: &Entry) -> Result<Option<String>, Error> {
    let (Act::Noted { purpose, .. }, Some(id)) = (&entry.act, entry.member()) else {
        return Ok(None);
    };
    let Some(id) = records.resolve(&Who::Id(id))? else {
        return Ok(None);
    };
    match agrees_to(records, id, *purpose)? {
        true => note_in(records, entry),
        false => Ok(None),
    }
}

fn agrees_to(records: &mut Records, id: MemberId, purpose: Number) -> Result<bool, Error> {
    let name = records.global().names.text(NameKind::Purpose, purpose);
    records.cache.load(id)?;
    let policy = records.policy()?;
    let member = records.cache.member(id);
    Ok(member.is_some_and(|member| agrees(&**policy, member, &name)))
}

/// True if a member's profile can no longer be read, since the key was
/// accepted as lost.
///
/// # Errors
/// A vault that does not verify; I/O errors.
pub fn is_profile_lost(records: &mut Records, id: MemberId) -> Result<bool, Error> {
    Ok(!alias_owner::is_erased(records, id) && records.vault.is_lost(&id.0)?)
}

/// Profile of a member by the entry that keeps it, as it could be read on a day;
/// None if the vault does not open it any more.
///
/// # Errors
/// I/O errors.
pub fn profile_by(
    records: &mut Records,
    id: MemberId,
    seq: u64,
    day: Day,
) -> Result<Option<Profile>, Error> {
    let Some(entry) = records.entry(seq)? else {
        return Ok(None);
    };
    let profile = profile_in(records, &entry, id)?;
    profile.map(|found| as_of(records, found, day)).transpose()
}

/// Attributes of a member that are not too old on a day.
pub(in crate::engine) fn attributes_on(
    records: &mut Records,
    id: MemberId,
    day: Day,
) -> Result<Vec<(String, String)>, Error> {
    let Some(profile) = profile(records, id)? else {
        return Ok(Vec::new());
    };
    let kept = as_of(records, profile, day)?.attributes.into_iter();
    Ok(kept.map(|(id, value, _)| (id, value)).collect())
}

/// Profile of a member as it may be read today.
pub fn profile_today(records: &mut Records, id: MemberId) -> Result<Option<Profile>, Error> {
    let profile = profile(records, id)?;
    let today = records.day_of(Instant(records.clock.now_micros()));
    profile
        .map(|found| as_of(records, found, today))
        .transpose()
}

/// A profile as it may be read on a day.
fn as_of(records: &Records, mut profile: Profile, day: Day) -> Result<Profile, Error> {
    if !profile.attributes.is_empty() {
        drop_old(records.programme()?, &mut profile, day);
    }
    Ok(profile)
}

/// The first day on which an attribute that was stated on a day is no
/// longer kept; None if the programme keeps no such attribute.
pub fn attribute_end(records: &Records, id: &str, told: Day) -> Result<Option<Day>, Error> {
    Ok(attributes::attribute_end(records.programme()?, id, told))
}

pub(in crate::engine) fn forget_profile(ledger: &mut Ledger, id: MemberId, profile: &Profile) {
    for alias in &profile.aliases {
        let hash = text_hash(&ledger.alias_key, alias);
        ledger.cache.set_owner(hash, None);
    }
    ledger.cache.set_birthday(id, None, None);
    ledger.fresh_vault.retain(|(member, _)| *member != id);
}

/// Refuses a member whose key is missing although they were not erased,
/// rather than treating them as unknown.
pub(in crate::engine) fn check_keyless(
    records: &mut Records,
    id: MemberId,
    seq: u64,
) -> Result<(), Error> {
    let is_told = alias_owner::is_erased(records, id) || records.vault.is_lost(&id.0)?;
    if is_told || records.vault.was_erased(&id.0)? {
        return Ok(());
    }
    let path = records.folders.secrets.join(vault::FILE_NAME);
    let finding = format!("the key of member {id} (entry {seq}) is not in it");
    Err(StorageError::secret_damage(&path, finding).into())
}

/// Updates the lookups derived from a profile. `slot` is the vault's slot
/// of the key, if known.
pub(in crate::engine) fn keep_profile(
    ledger: &mut Ledger,
    member: MemberId,
    profile: &Profile,
    key: &Secret,
    slot: Option<u32>,
) {
    for alias in &profile.aliases {
        let hash = text_hash(&ledger.alias_key, alias);
        ledger.cache.set_owner(hash, Some(member));
    }
    let key = Some((key, slot));
    ledger.cache.set_birthday(member, profile.birthday, key);
}

/// Name of a member, if one is known and may be shown.
///
/// # Errors
/// I/O errors.
pub fn display_name(records: &mut Records, id: MemberId) -> Result<Option<String>, Error> {
    if !is_recognised(records, id)? {
        return Ok(None);
    }
    let profile = profile_today(records, id)?;
    Ok(profile.map(|p| p.name).filter(|name| !name.is_empty()))
}

/// True if a member agreed to be recognised in the store.
///
/// # Errors
/// I/O errors.
pub fn is_recognised(records: &mut Records, id: MemberId) -> Result<bool, Error> {
    let mut purposes = records.programme()?.purposes.iter();
    let purpose = purposes.find(|(_, name)| name == RECOGNISE);
    let Some(number) = purpose.map(|(number, _)| *number) else {
        return Ok(false);
    };
    let member = records.member(id)?;
    Ok(member.is_some_and(|member| has_consent(member, number)))
}

/// Consent purpose without which nobody is shown a member's name and usual articles.
const RECOGNISE: &str = "recognise_in_store";

//! Aliases in the programme's form, and profiles that were sealed before the form was
//! declared.
//!
//! A profile holds aliases as they were spelled when it was sealed, and these
//! are hashed: another form, or another version of one, changes no hash by
//! itself. When a programme with other forms takes effect, profiles are
//! rewritten, each by an entry; until that is done an alias is looked up both
//! as it was sent and in its form.

use crate::command::{Alias, Who};
use crate::engine::commit::{open_page, state_writing};
use crate::engine::error::Error;
use crate::engine::reading::{alias_owner, profiles};
use crate::engine::staging::booking;
use crate::engine::stop::Stop;
use crate::engine::verbs::profile::{Profile, text_hash};
use crate::engine::{Ledger, Records};
use crate::model::{ALIAS_FORMS_VERSION, Act, AliasForm, MemberId, Policy};
use crate::policy::{Compiled, Diagnostic, upgrade_error};
use std::collections::{BTreeMap, BTreeSet};

/// Key of the book for the forms in which all profiles are.
const FORMS: &[u8] = b"F";
/// Most collisions listed.
const LISTED_MAX: usize = 20;

/// The forms of a programme.
type Forms = Vec<(String, AliasForm)>;

/// Collisions that keep a programme's forms of aliases from taking effect:
/// members who would have the same alias. The values are not disclosed,
/// only the members.
pub(in crate::engine) fn alias_collisions(
    ledger: &mut Ledger,
    forms: &Forms,
) -> Result<Vec<Diagnostic>, Error> {
    if are_in_forms(ledger, forms)? {
        return Ok(Vec::new());
    }
    let mut owners: BTreeMap<[u8; 16], MemberId> = BTreeMap::new();
    let mut found = Vec::new();
    for id in ids_written(ledger)? {
        let aliases = profiles::profile(ledger, id)?.unwrap_or_default().aliases;
        // A merged member counts as the survivor.
        let id = ledger.resolve(&Who::Id(id))?.unwrap_or(id);
        for alias in aliases {
            let (scheme, alias) = formed(&alias, forms);
            let hash = text_hash(&ledger.alias_key, &alias);
            let other = owners.insert(hash, id).filter(|other| *other != id);
            found.extend(other.map(|other| {
                let message = format!("{other} and {id} have one {scheme} in its new form");
                let help = "merge them, or take it away from one: `stampbook member --help`";
                upgrade_error(message, help)
            }));
        }
    }
    let more = found.len().saturating_sub(LISTED_MAX);
    found.truncate(LISTED_MAX);
    if more > 0 {
        let message = format!("{more} more members have one alias in its new form");
        found.push(upgrade_error(message, ""));
    }
    Ok(found)
}

/// Members with aliases that do not fit the forms of a programme that is to take
/// effect, by scheme. Such an alias stays as it is spelt.
///
/// # Errors
/// I/O errors.
pub fn unfit_aliases(
    ledger: &mut Ledger,
    new: &Compiled,
) -> Result<BTreeMap<String, BTreeSet<MemberId>>, Error> {
    let forms = &new.programme().aliases;
    let mut found: BTreeMap<String, BTreeSet<MemberId>> = BTreeMap::new();
    if are_in_forms(ledger, forms)? {
        return Ok(found);
    }
    for id in ids_written(ledger)? {
        for alias in profiles::profile(ledger, id)?.unwrap_or_default().aliases {
            let parsed = Alias::parse(&alias).ok();
            if let Some(alias) = parsed.filter(|alias| alias.in_form(forms).is_err()) {
                let scheme = alias.scheme().to_owned();
                found.entry(scheme).or_default().insert(id);
            }
        }
    }
    Ok(found)
}

/// Rewrites profiles whose aliases are not in the form of the programme in
/// force. An interrupted run continues with the next call.
pub(in crate::engine) fn bring_into_form(ledger: &mut Ledger) -> Result<Vec<u64>, Stop> {
    let forms = alias_owner::alias_forms(ledger).to_vec();
    if ledger.writer.is_dry_run || are_in_forms(ledger, &forms)? {
        return Ok(Vec::new());
    }
    let mut booked = Vec::new();
    for id in ids_written(ledger)? {
        ledger.cache.load(id)?;
        let Some(old) = profiles::profile(ledger, id)? else {
            continue;
        };
        let aliases = old.aliases.iter().map(|alias| formed(alias, &forms).1);
        let new = Profile {
            aliases: alias_owner::each_once(aliases),
            ..old.clone()
        };
        if new == old {
            continue;
        }
        open_page::make_room(ledger)?;
        let head = ledger.ledger_head();
        let entry = change_profile(ledger, id, &old, &new, head)?;
        booked.push(entry.seq);
    }
    state_writing::write_through(ledger)?;
    ledger.cache.set_mark(FORMS, &digest(&forms))?;
    Ok(booked)
}

/// True if the book records that all profiles are in these forms.
fn are_in_forms(records: &Records, forms: &Forms) -> Result<bool, Error> {
    let known = records.cache.mark(FORMS)?;
    let is_first = known.is_none() && forms.is_empty();
    Ok(is_first || known.is_some_and(|known| *known == digest(forms)[..]))
}

/// Ids of all members, once those in memory are in the book.
pub(in crate::engine) fn ids_written(ledger: &mut Ledger) -> Result<Vec<MemberId>, Error> {
    state_writing::write_through(ledger)?;
    ledger.cache.ids()
}

/// Seals another profile for a member, and updates the lookups derived from it.
pub(in crate::engine) fn change_profile(
    ledger: &mut Ledger,
    id: MemberId,
    old: &Profile,
    new: &Profile,
    head: crate::model::Head,
) -> Result<crate::model::Entry, Stop> {
    let (slot, key) = profiles::key_for(ledger, id)?;
    let profile = Some(new.seal(&key, id, ledger.entropy.draw()));
    let act = Act::ProfileChanged { profile };
    let entry = booking::book(ledger, head, Some(id), act, None)?;
    for gone in old.aliases.iter().filter(|a| !new.aliases.contains(a)) {
        let hash = text_hash(&ledger.alias_key, gone);
        ledger.cache.set_owner(hash, None);
    }
    profiles::keep_profile(ledger, id, new, &key, slot);
    Ok(entry)
}

/// Scheme of an alias as a profile keeps it, and the alias in its form. One
/// that does not fit its form stays unchanged.
pub(in crate::engine) fn formed(alias: &str, forms: &Forms) -> (String, String) {
    match Alias::parse(alias) {
        Ok(parsed) => {
            let formed = parsed.in_form(forms).unwrap_or_else(|_| parsed.clone());
            (parsed.scheme().to_owned(), formed.as_str().to_owned())
        }
        Err(_) => ("alias".to_owned(), alias.to_owned()),
    }
}

fn digest(forms: &Forms) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key("stampbook 2026-11 forms of aliases v1");
    hasher.update(&ALIAS_FORMS_VERSION.to_le_bytes());
    for (scheme, form) in forms {
        let (form, country) = form.words();
        for word in [scheme.as_str(), form, country] {
            hasher.update(word.as_bytes());
            hasher.update(&[0]);
        }
    }
    *hasher.finalize().as_bytes()
}

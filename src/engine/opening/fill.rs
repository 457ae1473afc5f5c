//! Replay: entries after the book's watermark are folded.

use crate::chain::codec;
use crate::chain::tree::Frontier;
use crate::engine::cache::Watermark;
use crate::engine::commit::state_writing::runnable;
use crate::engine::commit::{key_index, state_writing};
use crate::engine::error::Error;
use crate::engine::opening::healing;
use crate::engine::verbs::privacy;
use crate::engine::verbs::profile::{Profile, text_hash};
use crate::engine::{Records, keys_of};
use crate::model::{Act, Entry, MemberId};
use crate::storage::journal::StoredPage;
use crate::storage::vault::Secret;

/// Folds the pages after the watermark, and returns the tree over all of them.
pub(in crate::engine) fn catch_up(
    records: &mut Records,
    watermark: Watermark,
    progress: &mut Option<Box<dyn FnMut(u64, u64)>>,
) -> Result<Frontier, Error> {
    let total = records.writer.head().next_seq;
    let mut frontier = watermark.frontier;
    let folded = watermark.point.count;
    key_index::fill_keys(records, folded)?;
    if folded == total && records.keys.covered() == total {
        return Ok(frontier);
    }
    for stored in records.writer.read(watermark.point.last) {
        let stored = stored?;
        let header = stored.page.header;
        if header.next_seq() <= folded {
            continue;
        }
        catch_up_page(records, &stored, &mut frontier)?;
        let point =
            state_writing::point_at(records, header.next_seq(), header.last, stored.position)?;
        let len = stored.page.bytes.len() as u64;
        records.writer.note(header.first_seq, stored.position, len);
        if state_writing::is_write_due_under_load(records) {
            state_writing::write_state_at(records, &frontier, &point)?;
        }
        records.cache.bound()?;
        healing::copy_when_due(records)?;
        key_index::write_keys_when_due(records, &point)?;
        if let Some(told) = progress {
            told(point.count, total);
        }
    }
    if !state_writing::may_lag(records) {
        let point = state_writing::durable_point(records)?;
        state_writing::write_state_at(records, &frontier, &point)?;
    }
    Ok(frontier)
}

/// Folds a page.
fn catch_up_page(
    records: &mut Records,
    page: &StoredPage,
    frontier: &mut Frontier,
) -> Result<(), Error> {
    let view = page.view();
    let numbered = (view.header.first_seq..).zip(view.entries());
    for ((seq, bytes), hash) in numbered.zip(view.hashes()) {
        let entry = codec::decode(bytes).map_err(|source| Error::Codec { seq, source })?;
        fold_old(records, &entry)?;
        frontier.push(crate::chain::tree::leaf_hash(&hash));
        if seq >= records.keys.covered() {
            records.keys.note(seq, keys_of(&entry));
        }
    }
    Ok(())
}

/// Folds an entry that the journal already has.
fn fold_old(records: &mut Records, entry: &Entry) -> Result<(), Error> {
    forget_aliases(records, entry)?;
    records.cache.fold(entry)?;
    if let Act::PolicyActivated(activation) = &entry.act {
        let names = records.global().names.clone();
        let made = runnable(records.programmes.compile(activation, &names))?;
        if activation.pilot.is_none() {
            records.policy = made;
        }
    }
    recall_profile(records, entry)
}

/// Removes the aliases of a profile that an entry replaces; those that the
/// new one still has come back with it. An erased member keeps none, even
/// if a vault that was restored from a copy can open them.
fn forget_aliases(records: &mut Records, entry: &Entry) -> Result<(), Error> {
    match (&entry.act, entry.member()) {
        (Act::ProfileChanged { .. }, Some(member)) => forget_aliases_of(records, member),
        (Act::Erased { .. }, _) => {
            let mut erased = entry.erases();
            erased.try_for_each(|member| forget_aliases_of(records, member))
        }
        _ => Ok(()),
    }
}

fn forget_aliases_of(records: &mut Records, member: MemberId) -> Result<(), Error> {
    if records.vault.key(&member.0, None)?.is_none() {
        return Ok(());
    }
    let before = privacy::profile(records, member)?.unwrap_or_default();
    for alias in &before.aliases {
        let hash = text_hash(&records.alias_key, alias);
        if records.cache.owner(&hash)? == Some(member) {
            records.cache.set_owner(hash, None);
        }
    }
    records.cache.set_birthday(member, None, None);
    Ok(())
}

/// Restores aliases and birthday of a sealed profile to the book, as far as
/// the vault still opens it.
fn recall_profile(records: &mut Records, entry: &Entry) -> Result<(), Error> {
    let Some(member) = entry.member() else {
        return Ok(());
    };
    let (Act::Enrolled(crate::model::Enrolled {
        profile: Some(sealed),
        ..
    })
    | Act::ProfileChanged {
        profile: Some(sealed),
    }) = &entry.act
    else {
        return Ok(());
    };
    let Some((slot, key)) = records.vault.locate(&member.0)? else {
        // Erased by a later entry, or lost: only the end of the journal tells.
        records.keyless.push((member, entry.seq));
        return Ok(());
    };
    if let Some(profile) = Profile::open(sealed, &key, member) {
        keep_profile(records, member, &profile, &key, Some(slot));
    }
    Ok(())
}

/// Updates the lookups derived from a profile. `slot` is the vault's slot
/// of the key, if known.
pub(in crate::engine) fn keep_profile(
    records: &mut Records,
    member: MemberId,
    profile: &Profile,
    key: &Secret,
    slot: Option<u32>,
) {
    for alias in &profile.aliases {
        records
            .cache
            .set_owner(text_hash(&records.alias_key, alias), Some(member));
    }
    let key = Some((key, slot));
    records.cache.set_birthday(member, profile.birthday, key);
}

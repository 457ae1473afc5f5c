//! Replay: entries after the book's watermark are folded.

use crate::chain::codec;
use crate::chain::tree::Frontier;
use crate::engine::Ledger;
use crate::engine::cache::Watermark;
use crate::engine::commit::entry_keys::keys_of;
use crate::engine::commit::state_writing::runnable;
use crate::engine::commit::{journal_point, key_index, state_writing};
use crate::engine::error::Error;
use crate::engine::opening::healing;
use crate::engine::reading::profiles;
use crate::engine::verbs::profile::{Profile, text_hash};
use crate::model::{Act, Entry, MemberId};
use crate::storage::journal::StoredPage;

/// Folds the pages after the watermark, and returns the tree over all of them.
pub(in crate::engine) fn catch_up(
    ledger: &mut Ledger,
    watermark: Watermark,
    progress: &mut Option<Box<dyn FnMut(u64, u64)>>,
) -> Result<Frontier, Error> {
    let total = ledger.writer.head().next_seq;
    let mut frontier = watermark.frontier;
    let folded = watermark.point.count;
    key_index::complete_keys(ledger, &watermark.point)?;
    if folded == total {
        return Ok(frontier);
    }
    for stored in ledger.writer.read(watermark.point.last) {
        let stored = stored?;
        let header = stored.page.header;
        if header.next_seq() <= folded {
            continue;
        }
        catch_up_page(ledger, &stored, &mut frontier)?;
        let point =
            journal_point::point_at(ledger, header.next_seq(), header.last, stored.position)?;
        let len = stored.page.bytes.len() as u64;
        ledger.writer.note(header.first_seq, stored.position, len);
        if state_writing::is_write_due_under_load(ledger) {
            state_writing::write_state_at(ledger, &frontier, &point)?;
        }
        ledger.cache.bound()?;
        healing::copy_when_due(ledger)?;
        key_index::write_keys_when_due(ledger, &point)?;
        if let Some(told) = progress {
            told(point.count, total);
        }
    }
    if !journal_point::may_lag(ledger) {
        let point = journal_point::durable_point(ledger)?;
        state_writing::write_state_at(ledger, &frontier, &point)?;
    }
    Ok(frontier)
}

/// Folds a page.
fn catch_up_page(
    ledger: &mut Ledger,
    page: &StoredPage,
    frontier: &mut Frontier,
) -> Result<(), Error> {
    let view = page.view();
    let numbered = (view.header.first_seq..).zip(view.entries());
    for ((seq, bytes), hash) in numbered.zip(view.hashes()) {
        let entry = codec::decode(bytes).map_err(|source| Error::Codec { seq, source })?;
        fold_old(ledger, &entry)?;
        frontier.push(crate::chain::tree::leaf_hash(&hash));
        if seq >= ledger.keys.covered() {
            ledger.keys.note(seq, keys_of(&entry));
        }
    }
    Ok(())
}

/// Folds an entry that the journal already has.
fn fold_old(ledger: &mut Ledger, entry: &Entry) -> Result<(), Error> {
    forget_aliases(ledger, entry)?;
    ledger.cache.fold(entry)?;
    if let Act::PolicyActivated(activation) = &entry.act {
        let names = ledger.global().names.clone();
        let made = runnable(ledger.programmes.compile(activation, &names))?;
        if activation.pilot.is_none() {
            ledger.policy = made;
        }
    }
    recall_profile(ledger, entry)
}

/// Removes the aliases of a profile that an entry replaces; those that the
/// new one still has come back with it. An erased member keeps none, even
/// if a vault that was restored from a copy can open them.
fn forget_aliases(ledger: &mut Ledger, entry: &Entry) -> Result<(), Error> {
    match (&entry.act, entry.member()) {
        (Act::ProfileChanged { .. }, Some(member)) => forget_aliases_of(ledger, member),
        (Act::Erased { .. }, _) => {
            let mut erased = entry.erases();
            erased.try_for_each(|member| forget_aliases_of(ledger, member))
        }
        _ => Ok(()),
    }
}

fn forget_aliases_of(ledger: &mut Ledger, member: MemberId) -> Result<(), Error> {
    if ledger.vault.key(&member.0, None)?.is_none() {
        return Ok(());
    }
    let before = profiles::profile(ledger, member)?.unwrap_or_default();
    for alias in &before.aliases {
        let hash = text_hash(&ledger.alias_key, alias);
        if ledger.cache.owner(&hash)? == Some(member) {
            ledger.cache.set_owner(hash, None);
        }
    }
    ledger.cache.set_birthday(member, None, None);
    Ok(())
}

/// Restores aliases and birthday of a sealed profile to the book, as far as
/// the vault still opens it.
fn recall_profile(ledger: &mut Ledger, entry: &Entry) -> Result<(), Error> {
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
    let Some((slot, key)) = ledger.vault.locate(&member.0)? else {
        // Erased by a later entry, or lost: only the end of the journal tells.
        ledger.keyless.push((member, entry.seq));
        return Ok(());
    };
    if let Some(profile) = Profile::open(sealed, &key, member) {
        profiles::keep_profile(ledger, member, &profile, &key, Some(slot));
    }
    Ok(())
}

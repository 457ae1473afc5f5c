//! The page that is open: entries are sealed into it, and it becomes durable. Everything that
//! books stands above.

use crate::engine::Ledger;
use crate::engine::commit::entry_keys::keys_with;
use crate::engine::commit::idle;
use crate::engine::error::Error;
use crate::engine::staging::fitting::GROUP_BYTES;
use crate::engine::stop::Stop;
use crate::model::{Draft, Entry};

/// Books a draft and adds it to the page.
pub(in crate::engine) fn seal(ledger: &mut Ledger, draft: Draft) -> Result<Entry, Error> {
    if ledger.writer.is_back() && !ledger.writer.is_dry_run {
        return Err(Error::internal("a question books nothing"));
    }
    let entry = ledger.cache.seal(draft)?;
    ledger.writer.push(&entry)?;
    let keys = keys_with(&entry, |key| ledger.hashes.key(key));
    ledger.keys.note(entry.seq, keys);
    Ok(entry)
}

/// Commits the page if it may not hold another command's entries.
pub(in crate::engine) fn make_room(ledger: &mut Ledger) -> Result<(), Stop> {
    if !ledger.writer.has_room(GROUP_BYTES) {
        make_durable(ledger)?;
    }
    Ok(())
}

/// Makes all staged entries durable.
pub(in crate::engine) fn make_durable(ledger: &mut Ledger) -> Result<(), Error> {
    begin_durable(ledger)?;
    idle::settle_page(ledger)
}

/// Sends the page to the disk, with the keys of new members before it; it is durable after
/// [`idle::settle_page`].
pub(in crate::engine) fn begin_durable(ledger: &mut Ledger) -> Result<(), Error> {
    if ledger.writer.is_dry_run {
        return Ok(());
    }
    keep_vault_keys(ledger)?;
    ledger.writer.begin()
}

/// Makes the keys of new members durable, which the page needs.
pub(in crate::engine) fn keep_vault_keys(ledger: &mut Ledger) -> Result<(), Error> {
    let records = &mut ledger.records;
    if records.fresh_vault.is_empty() {
        return Ok(());
    }
    let fresh = records.fresh_vault.iter();
    let keys: Vec<([u8; 16], [u8; 32])> = fresh.map(|(id, key)| (id.0, **key)).collect();
    let slots = records.vault.add(&keys)?;
    records.writer.note_vault(records.vault.point());
    let ids = records.fresh_vault.iter().map(|(id, _)| *id);
    records.cache.note_slots(ids.zip(slots));
    records.fresh_vault.clear();
    Ok(())
}

/// Runs `act` as a dry run, and discards its changes, page and all. Nothing
/// may be staged before: everything is durable, so no key waits for the
/// vault.
pub(in crate::engine) fn dry_run<T>(
    ledger: &mut Ledger,
    act: impl FnOnce(&mut Ledger) -> Result<T, Error>,
) -> Result<T, Error> {
    let next = ledger.global().next_seq;
    ledger.writer.is_dry_run = true;
    ledger.cache.begin_trial();
    let answer = act(ledger);
    ledger.cache.end_trial();
    ledger.writer.is_dry_run = false;
    ledger.writer.restart();
    ledger.staged.clear();
    ledger.keys.take_from(next);
    ledger.fresh_vault.clear();
    answer
}

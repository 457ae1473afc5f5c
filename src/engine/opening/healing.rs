//! The second copy of the journal: kept up to date in the background, and used
//! to heal damaged pages.

use crate::engine::commit::journal_point;
use crate::engine::error::Error;
use crate::engine::{Ledger, Records};
use crate::storage::error::StorageError;
use crate::storage::journal::Position;

/// Bytes of pages collected before they are copied under load.
const COPY_BYTES: u64 = 4 << 20;

/// Compares the second copy with the journal; one of another history is set aside.
pub(in crate::engine) fn compare_copy(ledger: &mut Ledger) -> Result<(), Error> {
    let compared = ledger.cache.compare_copy()?;
    if let Some(aside) = compared {
        let aside = aside.display();
        ledger.notes.push(format!(
            "the second copy is of another history than the journal; it lies in {aside} now and is made again"
        ));
    }
    Ok(())
}

/// Copies pages once there are many.
pub(in crate::engine) fn copy_when_due(ledger: &mut Ledger) -> Result<(), Error> {
    if ledger.writer.uncopied >= COPY_BYTES && !journal_point::may_lag(ledger) {
        ledger.cache.background_writer();
        copy_pages(ledger)?;
    }
    Ok(())
}

/// Copies the durable pages that were not copied before, in the background
/// once there is a thread for it. A failing copy blocks nothing: the next
/// one makes up for it.
pub(in crate::engine) fn copy_pages(ledger: &mut Ledger) -> Result<(), Error> {
    if ledger.options.is_reading {
        return Ok(());
    }
    let (point, end) = (
        journal_point::durable_point(ledger)?,
        ledger.writer.head().position,
    );
    ledger.writer.uncopied = 0;
    let failed = ledger.cache.copy(&point, end)?;
    note_copy_failure(ledger, failed);
    Ok(())
}

pub(in crate::engine) fn note_copy_failure(ledger: &mut Ledger, failed: Option<StorageError>) {
    if let Some(trouble) = failed.filter(|_| !ledger.is_copy_failing) {
        ledger.is_copy_failing = true;
        ledger
            .notes
            .push(format!("the second copy lags behind: {trouble}"));
    }
}

/// Replaces a page that does not verify by that of the second copy, if the
/// hashes around it prove it to be the right one. Returns true if it did.
pub(in crate::engine) fn heal_page(
    records: &mut Records,
    first_seq: u64,
    position: Position,
) -> Result<bool, Error> {
    let Some(page) = records.cache.copied_page(first_seq, position)? else {
        return Ok(false);
    };
    let is_healed = records.writer.mend(position, &page)?;
    if is_healed {
        records.notes.push(healed(first_seq));
    }
    Ok(is_healed)
}

/// Note that a page was healed.
pub(in crate::engine) fn healed(first_seq: u64) -> String {
    format!("a damaged page (from entry {first_seq}) was healed from the second copy")
}

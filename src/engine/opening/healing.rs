//! The second copy of the journal: kept up to date in the background, and used
//! to heal damaged pages.

use crate::engine::Records;
use crate::engine::commit::state_writing;
use crate::engine::error::Error;
use crate::storage::error::StorageError;
use crate::storage::journal::Position;

/// Bytes of pages collected before they are copied under load.
const COPY_BYTES: u64 = 4 << 20;

/// Compares the second copy with the journal; one of another history is set aside.
pub(in crate::engine) fn compare_copy(records: &mut Records) -> Result<(), Error> {
    let compared = records.cache.compare_copy()?;
    if let Some(aside) = compared {
        let aside = aside.display();
        records.notes.push(format!(
            "the second copy is of another history than the journal; it lies in {aside} now and is made again"
        ));
    }
    Ok(())
}

/// Copies pages once there are many.
pub(in crate::engine) fn copy_when_due(records: &mut Records) -> Result<(), Error> {
    if records.writer.uncopied >= COPY_BYTES && !state_writing::may_lag(records) {
        records.cache.background_writer();
        copy_pages(records)?;
    }
    Ok(())
}

/// Copies the durable pages that were not copied before, in the background
/// once there is a thread for it. A failing copy blocks nothing: the next
/// one makes up for it.
pub(in crate::engine) fn copy_pages(records: &mut Records) -> Result<(), Error> {
    if records.options.is_reading {
        return Ok(());
    }
    let (point, end) = (
        state_writing::durable_point(records)?,
        records.writer.head().position,
    );
    records.writer.uncopied = 0;
    let failed = records.cache.copy(&point, end)?;
    note_copy_failure(records, failed);
    Ok(())
}

pub(in crate::engine) fn note_copy_failure(records: &mut Records, failed: Option<StorageError>) {
    if let Some(trouble) = failed.filter(|_| !records.is_copy_failing) {
        records.is_copy_failing = true;
        records
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

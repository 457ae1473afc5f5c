//! The second copy of the journal: kept up to date in the background, and used
//! to heal damaged pages.

use crate::engine::Ledger;
use crate::engine::error::Error;
use crate::storage::error::StorageError;
use crate::storage::journal::Position;

/// Bytes of pages collected before they are copied under load.
const COPY_BYTES: u64 = 4 << 20;

impl Ledger {
    /// Compares the second copy with the journal; one of another history is set aside.
    pub(in crate::engine) fn compare_copy(&mut self) -> Result<(), Error> {
        let compared = self.cache.compare_copy()?;
        if let Some(aside) = compared {
            let aside = aside.display();
            self.notes.push(format!(
                "the second copy is of another history than the journal; it lies in {aside} now and is made again"
            ));
        }
        Ok(())
    }

    /// Copies pages once there are many.
    pub(in crate::engine) fn copy_when_due(&mut self) -> Result<(), Error> {
        if self.writer.uncopied >= COPY_BYTES && !self.may_lag() {
            self.cache.background_writer();
            self.copy_pages()?;
        }
        Ok(())
    }

    /// Copies the durable pages that were not copied before, in the background
    /// once there is a thread for it. A failing copy blocks nothing: the next
    /// one makes up for it.
    pub(in crate::engine) fn copy_pages(&mut self) -> Result<(), Error> {
        if self.options.is_reading {
            return Ok(());
        }
        let (point, end) = (self.durable_point()?, self.writer.head().position);
        self.writer.uncopied = 0;
        let failed = self.cache.copy(&point, end)?;
        self.note_copy_failure(failed);
        Ok(())
    }

    pub(in crate::engine) fn note_copy_failure(&mut self, failed: Option<StorageError>) {
        if let Some(trouble) = failed.filter(|_| !self.is_copy_failing) {
            self.is_copy_failing = true;
            self.notes
                .push(format!("the second copy lags behind: {trouble}"));
        }
    }

    /// Replaces a page that does not verify by that of the second copy, if the
    /// hashes around it prove it to be the right one. Returns true if it did.
    pub(in crate::engine) fn heal_page(
        &mut self,
        first_seq: u64,
        position: Position,
    ) -> Result<bool, Error> {
        let Some(page) = self.cache.copied_page(first_seq, position)? else {
            return Ok(false);
        };
        let is_healed = self.writer.mend(position, &page)?;
        if is_healed {
            self.notes.push(healed(first_seq));
        }
        Ok(is_healed)
    }
}

/// Note that a page was healed.
pub(in crate::engine) fn healed(first_seq: u64) -> String {
    format!("a damaged page (from entry {first_seq}) was healed from the second copy")
}

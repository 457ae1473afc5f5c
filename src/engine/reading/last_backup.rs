//! The note of the last backup in a ledger's folder, from which its age is told. It is
//! written beside a process that has the ledger open, and proves nothing.

use crate::model::Instant;
use crate::storage::derived::{DerivedFile, JournalPoint};
use crate::storage::error::StorageError;
use crate::storage::files::limit;
use std::path::Path;

/// Name of the note in a ledger's folder.
const NAME: &str = "last-backup";

/// A backup that was made of a ledger.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LastBackup {
    /// Instant at which it was made, by the machine's clock.
    pub at: Instant,
    /// End of the journal that it reaches.
    pub point: JournalPoint,
}

fn file(folder: &Path) -> DerivedFile {
    DerivedFile {
        path: folder.join(NAME),
        layout: b"STAMPLB1",
        limit: limit::COPY_STATE,
    }
}

impl LastBackup {
    /// Reads the note in a ledger's folder; None if there is none, or none that can be used.
    pub(in crate::engine) fn of(folder: &Path) -> Option<LastBackup> {
        let (point, content) = file(folder).read().ok()??;
        let micros = i64::from_le_bytes(content.try_into().ok()?);
        let at = Instant(micros);
        Some(LastBackup { at, point })
    }

    /// Writes the note.
    ///
    /// # Errors
    /// I/O errors.
    pub(in crate::engine) fn note(&self, folder: &Path) -> Result<(), StorageError> {
        file(folder).write(&self.point, &self.at.0.to_le_bytes())
    }
}

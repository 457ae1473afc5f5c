//! The two locks that the writer holds: of the ledger and of its secrets.

use crate::engine::opening::folders::Folders;
use crate::storage::error::StorageError;
use crate::storage::lock::Lock;
use std::time::Duration;

/// Both locks, released together.
#[derive(Debug)]
pub(in crate::engine) struct Locks {
    ledger: Lock,
    /// Two ledgers, or a ledger and its copy, must not write to the same secrets.
    secrets: Lock,
}

impl Locks {
    /// Takes both, the ledger's first.
    ///
    /// # Errors
    /// [`StorageError::Locked`] with the holder; I/O errors.
    pub(in crate::engine) fn take(
        folders: &Folders,
        purpose: &str,
        patience: Duration,
    ) -> Result<Locks, StorageError> {
        let ledger = Lock::take(&folders.ledger, purpose, patience)?;
        let secrets = Lock::take(&folders.secrets, purpose, patience)?;
        Ok(Locks { ledger, secrets })
    }

    /// Takes both for a process that only reads, and writes into neither.
    ///
    /// # Errors
    /// As [`Locks::take`].
    pub(in crate::engine) fn take_to_read(
        folders: &Folders,
        patience: Duration,
    ) -> Result<Locks, StorageError> {
        let ledger = Lock::take_to_read(&folders.ledger, patience)?;
        let secrets = Lock::take_to_read(&folders.secrets, patience)?;
        Ok(Locks { ledger, secrets })
    }

    /// True if the last holder of the ledger ended without releasing.
    pub(in crate::engine) fn was_unclean(&self) -> bool {
        self.ledger.was_unclean()
    }

    /// Clears the dirty flags. Call only when the journal is closed.
    pub(in crate::engine) fn mark_clean(&self) -> Result<(), StorageError> {
        self.secrets.mark_clean()?;
        self.ledger.mark_clean()
    }

    /// Clears the dirty flags and releases the locks. Call only when the
    /// journal is closed.
    pub(in crate::engine) fn release(self) -> Result<(), StorageError> {
        self.mark_clean()
    }
}

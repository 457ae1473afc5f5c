//! Backups: the journal up to the last signed point, and a checkpoint of
//! exactly that.
//!
//! Nothing is locked: what is signed is durable and never changes, so it can be
//! read beside a process that appends.

use crate::chain::hash::Hash;
use crate::engine::error::Error;
use crate::engine::opening::folders::Folders;
use crate::engine::opening::open::signing_key;
use crate::engine::opening::restoration::check_is_apart;
use crate::engine::reading::last_backup::LastBackup;
use crate::model::Instant;
use crate::storage::backup_folder::{self, BackupFolder, Reached};
use crate::storage::clock::{Clock, SystemClock};
#[cfg(doc)]
use crate::storage::error::StorageError;
use crate::storage::files;
use crate::storage::journal::JournalReader;
use crate::storage::lock::Lock;
use crate::storage::secrets::Secrets;
use std::path::Path;
use std::time::Duration;

/// Result of a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackedUp {
    /// Origin under which its checkpoint is signed.
    pub origin: String,
    /// Number of entries that the place held before.
    pub before: u64,
    /// Number of entries that it holds now.
    pub entries: u64,
    /// Chain hash of the last of them.
    pub hash: Hash,
    /// Bytes of the journal that were copied and read back.
    pub bytes: u64,
    /// Reason why the ledger's folder could not note it; its age is then not told.
    pub unnoted: Option<String>,
}

/// Brings a backup in `dir`, or a new one there, up to the last signed point of
/// a ledger, which may be in use.
///
/// # Errors
/// [`Error::Misuse`] if the place is not apart from ledger and secrets;
/// [`StorageError::Foreign`] if it holds something else, or what the ledger does
/// not continue; [`StorageError::NotContinued`] if the ledger does not hold what
/// was signed; [`StorageError::Damage`] in what is copied; I/O errors. The place
/// then holds what it held before.
pub fn back_up(folders: &Folders, dir: &Path, patience: Duration) -> Result<BackedUp, Error> {
    for of in [&folders.ledger, &folders.secrets] {
        check_is_apart(dir, of)?;
    }
    let secrets = Secrets::open(&folders.secrets)?;
    let state = secrets.writer_state()?.state().clone();
    let (key, _) = signing_key(folders, &secrets, &state)?;
    let journal_dir = folders.ledger.join("journal");
    let journal = JournalReader::open(&journal_dir)?;
    let to = Reached::of(&journal, &journal_dir, state.point)?;
    files::make_named_folder(dir)?;
    backup_folder::check_place(dir)?;
    let lock = Lock::take(dir, "backup", patience)?;
    let mut folder = BackupFolder::open(dir)?;
    let before = folder.point().count;
    let bytes = folder.extend(&journal, &to)?;
    if folder.point().count == state.point.count {
        // Last: a checkpoint may be older than the journal, but never newer.
        let signed = key.sign_checkpoint(state.frontier.size(), state.root());
        files::write_shared(&dir.join("checkpoint"), signed.text().as_bytes())?;
    }
    lock.release()?;
    let point = *folder.point();
    let at = Instant(SystemClock.now_micros());
    let noted = LastBackup { at, point }.note(&folders.ledger);
    Ok(BackedUp {
        origin: state.origin,
        before,
        entries: point.count,
        hash: point.hash,
        bytes,
        unnoted: noted.err().map(|trouble| trouble.to_string()),
    })
}

/// Checks that a file may hold the sealed secrets: apart from the backup, the
/// ledger and the secrets themselves.
///
/// # Errors
/// [`Error::Misuse`].
pub fn check_seal_apart(file: &Path, folders: &Folders, backup: &Path) -> Result<(), Error> {
    for of in [&folders.ledger, &folders.secrets, &backup.to_path_buf()] {
        check_is_apart(file, of)?;
    }
    Ok(())
}

//! Restoration of a copy of a ledger's folder.
//!
//! The copy is copied beside the ledger first, so that the verified bytes are
//! those put in place, and so that an interrupted restoration leaves either the
//! old folder or the new one under the ledger's name, or neither and both
//! beside it: then it is run again. Only the journal and the checkpoint are
//! copied; derived files are rebuilt.

use crate::chain::note::VerifierKey;
use crate::engine::error::Error;
use crate::engine::opening::folders;
use crate::engine::opening::folders::Folders;
use crate::engine::opening::genesis::{genesis_of, key_under};
use crate::engine::opening::recovery::Standing;
use crate::storage::backup_folder;
use crate::storage::error::StorageError;
use crate::storage::files::{self, limit};
use crate::storage::journal::files::{is_segment_name, segment_name};
use crate::storage::journal::{JournalReader, Piece};
use crate::storage::lock::Lock;
use crate::storage::secrets::Secrets;
use std::path::{Path, PathBuf};
use std::time::Duration;

const PURPOSE: &str = "restore";
/// Most folders kept aside.
const ASIDE_MAX: u32 = 10_000;

/// A copy beside the ledger that is not in its place yet. The secrets are
/// locked meanwhile, and so is the present ledger.
#[derive(Debug)]
pub struct StagedBackup {
    folders: Folders,
    /// The same secrets, with the copy as their ledger.
    staged: Folders,
    key: VerifierKey,
    /// Never released as clean: the first opening then reads every byte of the end.
    staged_lock: Lock,
    secrets_lock: Lock,
    ledger_lock: Option<Lock>,
}

impl StagedBackup {
    /// Copies the journal and the checkpoint of `backup` beside the ledger, durably.
    ///
    /// # Errors
    /// [`StorageError::Locked`]; [`StorageError::Foreign`] if `backup` is no ledger's
    /// copy, or another ledger's; [`Error::Misuse`] if it is in the ledger's
    /// own folder; I/O errors.
    pub fn copy(
        backup: &Path,
        folders: &Folders,
        patience: Duration,
    ) -> Result<StagedBackup, Error> {
        let secrets = Secrets::open(&folders.secrets)?;
        let secrets_lock = Lock::take(&folders.secrets, PURPOSE, patience)?;
        let ledger_lock = match files::has_folder(&folders.ledger)? {
            true => match Lock::take_to_read(&folders.ledger, patience) {
                Err(trouble) if trouble.is_absent() => None,
                taken => Some(taken?),
            },
            false => None,
        };
        check_is_apart(backup, &folders.ledger)?;
        let source = Folders {
            ledger: backup.to_path_buf(),
            secrets: folders.secrets.clone(),
        };
        check_is_copy(backup)?;
        let genesis = genesis_of(&source)?;
        let key = key_under(&genesis.origin, &secrets)?.verifier().clone();
        if *key.as_bytes() != genesis.verifier {
            let finding = format!(
                "it is a copy of another ledger, {}: its key is not the one in {}",
                genesis.origin,
                folders.secrets.display()
            );
            return Err(StorageError::foreign(backup, finding).into());
        }
        let staged = Folders {
            ledger: folders::beside(&folders.ledger, "restoring")?,
            secrets: folders.secrets.clone(),
        };
        files::remove_folder(&staged.ledger, is_staged)?;
        files::make_folder(&staged.ledger)?;
        let staged_lock = Lock::take(&staged.ledger, PURPOSE, patience)?;
        let copied = StagedBackup {
            folders: folders.clone(),
            staged,
            key,
            staged_lock,
            secrets_lock,
            ledger_lock,
        };
        match copied.fill(backup) {
            Ok(()) => Ok(copied),
            Err(trouble) => {
                // The error of copying is returned; the next run clears the rest.
                let _ = copied.discard();
                Err(trouble.into())
            }
        }
    }

    fn fill(&self, backup: &Path) -> Result<(), StorageError> {
        let staged = &self.staged.ledger;
        let (from, to) = (backup.join("journal"), staged.join("journal"));
        files::make_folder(&to)?;
        // Bytes behind the end that a backup states are those of a run that was cut short.
        let end = backup_folder::stated(backup)?.map(|reached| reached.end);
        let end = end.map(|end| (segment_name(end.segment), end.offset));
        for path in files::list(&from)? {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let len_max = match &end {
                Some((last, _)) if *name > **last => 0,
                Some((last, offset)) if *name == **last => *offset,
                _ => u64::MAX,
            };
            if is_segment_name(&name) && len_max > 0 {
                files::copy(&path, &to.join(&*name), limit::SEGMENT, len_max)?;
            }
        }
        files::sync_dir(&to)?;
        let name = "checkpoint";
        match files::copy(
            &backup.join(name),
            &staged.join(name),
            limit::NOTE,
            u64::MAX,
        ) {
            Err(trouble) if trouble.is_absent() => {}
            copied => copied?,
        }
        files::sync_dir(staged)
    }

    /// Path of the copy until it is put in place.
    pub fn dir(&self) -> &Path {
        &self.staged.ledger
    }

    /// The ledger's own key, under its first origin.
    pub fn key(&self) -> &VerifierKey {
        &self.key
    }

    /// Standing of the copy relative to the last signed point.
    ///
    /// # Errors
    /// As [`Standing::survey`].
    pub fn standing(&self) -> Result<Standing, Error> {
        Standing::survey(&self.staged)
    }

    /// Reason why the present ledger may hold entries that the copy lacks; None
    /// if it holds none.
    ///
    /// # Errors
    /// I/O errors.
    pub fn missing(&self) -> Result<Option<String>, Error> {
        let ledger = &self.folders.ledger;
        if !files::has_folder(&ledger.join("journal"))? {
            return Ok(None);
        }
        let present = match Standing::survey(&self.folders) {
            Ok(present) => present,
            Err(error) => return Ok(Some(format!("it cannot be compared: {error}"))),
        };
        if present.broken.is_some() || present.tail_len > 0 {
            return Ok(Some(format!(
                "it holds {} entries, and bytes behind them that cannot be read",
                present.size
            )));
        }
        let end = (present.size, present.hash);
        let mut is_met = present.size == 0;
        for piece in JournalReader::open(&self.dir().join("journal"))?.pages()? {
            if let Piece::Page(stored) = piece? {
                let header = &stored.page.header;
                is_met |= (header.next_seq(), header.last) == end;
            }
        }
        Ok((!is_met).then(|| {
            format!(
                "it holds {} entries, the last with the hash {}, which the copy does not hold",
                present.size, present.hash
            )
        }))
    }

    /// Puts the copy in the ledger's place, and moves the present folder aside.
    /// Returns the new path of that one.
    ///
    /// # Errors
    /// I/O errors.
    pub fn put_in_place(self) -> Result<Option<PathBuf>, Error> {
        let ledger = &self.folders.ledger;
        let aside = match files::has_folder(ledger)? {
            true => Some(free_aside(ledger)?),
            false => None,
        };
        if let Some(aside) = &aside {
            files::rename_folder(ledger, aside)?;
        }
        if let Err(trouble) = files::rename_folder(self.dir(), ledger) {
            if let Some(aside) = &aside {
                files::rename_folder(aside, ledger)?;
            }
            return Err(trouble.into());
        }
        files::sync_parent(ledger)?;
        drop((self.staged_lock, self.ledger_lock));
        self.secrets_lock.release()?;
        Ok(aside)
    }

    /// Removes the copy; nothing else was changed.
    ///
    /// # Errors
    /// I/O errors.
    pub fn discard(self) -> Result<(), Error> {
        files::remove_folder(self.dir(), is_staged)?;
        Ok(self.secrets_lock.release()?)
    }
}

/// True if a file of a staged copy has this name.
fn is_staged(name: &str) -> bool {
    let segment = name.strip_prefix("journal/");
    ["lock", "checkpoint"].contains(&name) || segment.is_some_and(is_segment_name)
}

/// Refuses a folder that is no copy of a ledger's.
///
/// # Errors
/// [`StorageError::Foreign`]; I/O errors.
pub fn check_is_copy(backup: &Path) -> Result<(), StorageError> {
    if files::has_folder(&backup.join("journal"))? {
        return Ok(());
    }
    let finding = "it holds no journal, so it is no copy of a ledger's folder";
    Err(StorageError::foreign(backup, finding))
}

/// Refuses a backup that is in the ledger's own folder, or is that folder, or
/// the other way round. Neither need exist yet.
pub(in crate::engine) fn check_is_apart(backup: &Path, ledger: &Path) -> Result<(), Error> {
    let (from, to) = (resolved(backup), resolved(ledger));
    match from.starts_with(&to) || to.starts_with(&from) {
        true => Err(Error::misuse(format!(
            "{} and {} are not apart; name a place that lies elsewhere",
            backup.display(),
            ledger.display()
        ))),
        false => Ok(()),
    }
}

/// A path with the links of those of its folders that exist resolved.
fn resolved(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let mut rest = Vec::new();
    for folder in path.ancestors() {
        if let Ok(found) = folder.canonicalize() {
            return rest.iter().rev().fold(found, |path, name| path.join(name));
        }
        rest.extend(folder.file_name());
    }
    path
}

/// The first unused name `LEDGER.before-N`.
fn free_aside(ledger: &Path) -> Result<PathBuf, Error> {
    for number in 1..=ASIDE_MAX {
        let aside = folders::beside(ledger, &format!("before-{number}"))?;
        if aside.symlink_metadata().is_err() {
            return Ok(aside);
        }
    }
    Err(Error::misuse(format!(
        "{} folders were put aside already; move some away",
        ASIDE_MAX
    )))
}

//! The two folders of a ledger: what they are, and whether a ledger is in them.

use crate::engine::error::Error;
use crate::storage::error::StorageError;
use crate::storage::{backup_folder, files as disk};
use std::path::{Path, PathBuf};

/// Folders of a ledger and of its secrets.
#[derive(Clone, Debug)]
pub struct Folders {
    /// Folder of the ledger: holds nothing secret and may be handed to anyone.
    pub ledger: PathBuf,
    /// Folder of the signing key and the vault.
    pub secrets: PathBuf,
}

/// The default secrets folder of a ledger.
pub fn default_secrets(ledger: &Path) -> PathBuf {
    let mut name = ledger.file_name().unwrap_or_default().to_os_string();
    name.push("-secrets");
    ledger.with_file_name(name)
}

/// Folder of the journal.
pub(super) fn journal_dir(folders: &Folders) -> PathBuf {
    folders.ledger.join("journal")
}

/// Refuses folders that contain a part of a ledger.
pub(super) fn check_is_free(folders: &Folders) -> Result<(), Error> {
    if disk::has_folder(&journal_dir(folders))? {
        return Err(StorageError::foreign(&folders.ledger, "a ledger is here already").into());
    }
    Ok(crate::storage::secrets::check_free(&folders.secrets)?)
}

pub(super) fn init_cut(folders: &Folders) -> StorageError {
    let finding = "`stampbook init` was cut short here and nothing was booked yet; run it again, it begins anew";
    StorageError::foreign(&folders.ledger, finding)
}

/// Checks that there is a ledger. Other programs have a folder `journal` as
/// well; ours has segments, or a checkpoint that refers to them.
pub(super) fn check_is_here(folders: &Folders) -> Result<(), StorageError> {
    check_has_journal(folders)?;
    if folders.ledger.join(backup_folder::FILE_NAME).is_file() {
        let finding = "it is a backup, which nothing is booked in; `stampbook restore BACKUP` puts it in the ledger's place";
        return Err(StorageError::foreign(&folders.ledger, finding));
    }
    match is_ours(folders, &journal_dir(folders)) {
        true => Ok(()),
        false => Err(absent(
            folders,
            "there is no ledger here: its journal holds no segment, and there is no checkpoint",
        )),
    }
}

/// Checks that there is a journal's folder, of whatever content.
pub(super) fn check_has_journal(folders: &Folders) -> Result<(), StorageError> {
    let finding = match disk::has_folder(&journal_dir(folders))? {
        true => return Ok(()),
        false if is_cut_short(&folders.ledger) => {
            "there is no ledger here, but a copy that `stampbook restore` was putting in its place lies beside it (.restoring): run `stampbook restore BACKUP` again"
        }
        false => {
            "there is no ledger here; make one with `stampbook init`, or name another with --ledger"
        }
    };
    Err(absent(folders, finding))
}

fn absent(folders: &Folders, finding: &str) -> StorageError {
    StorageError::Absent {
        path: folders.ledger.clone(),
        finding: finding.into(),
    }
}

fn is_ours(folders: &Folders, journal: &Path) -> bool {
    let is_segment = |path: PathBuf| path.extension().is_some_and(|ext| ext == "seg");
    // Opening reports a folder that cannot be read.
    let has_segment = disk::list(journal).map_or(true, |found| found.into_iter().any(is_segment));
    has_segment || folders.ledger.join("checkpoint").is_file()
}

/// True if a restoration was interrupted between moving the ledger's folder
/// aside and putting the copy in its place.
fn is_cut_short(ledger: &Path) -> bool {
    beside(ledger, "restoring").is_ok_and(|staged| staged.join("journal").is_dir())
}

/// A folder beside the ledger's: its name with an ending.
pub(in crate::engine) fn beside(ledger: &Path, ending: &str) -> Result<PathBuf, Error> {
    let Some(name) = ledger.file_name() else {
        return Err(Error::misuse(format!(
            "{} names no folder beside which a copy could be put; run this from the folder above, with --ledger",
            ledger.display()
        )));
    };
    let mut name = name.to_os_string();
    name.push(format!(".{ending}"));
    Ok(ledger.with_file_name(name))
}

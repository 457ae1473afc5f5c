//! Storage errors, each with its place and its remedy.

use std::io;
use std::path::{Path, PathBuf};

/// Storage error: the disk did not do as asked, or has unexpected content.
///
/// A refusal of a command is never one of these; neither is an append that lost a race.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StorageError {
    /// The operating system returned an error.
    #[error("cannot {what} {}: {source}", path.display())]
    Io {
        /// The verb, as in "cannot read".
        what: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's own error.
        source: io::Error,
    },
    /// No space is left; only what is on the disk was acknowledged.
    #[error("the disk is full: cannot {what} {}; free some space and send the same command again", path.display())]
    DiskFull {
        /// The verb, as in "cannot write".
        what: &'static str,
        /// The file or folder.
        path: PathBuf,
    },
    /// Stored bytes do not verify.
    #[error("damage in {} at byte {offset}, from sequence {first_seq}: {finding}; the journal was not changed", path.display())]
    Damage {
        /// The file.
        path: PathBuf,
        /// Offset in the file of the first bad byte range.
        offset: u64,
        /// The first sequence that cannot be read.
        first_seq: u64,
        /// The fault.
        finding: String,
    },
    /// Another process holds the ledger.
    #[error("{} is in use{}; stop that process or talk to it", path.display(), holder(*pid, purpose))]
    Locked {
        /// The holder's process id, where it can be read.
        pid: Option<u32>,
        /// Purpose that the holder stated.
        purpose: String,
        /// The lock file.
        path: PathBuf,
    },
    /// The folder is not a ledger, or a file there is not one of ours.
    #[error("{}: {finding}", path.display())]
    Foreign {
        /// The file or folder.
        path: PathBuf,
        /// The fault.
        finding: String,
    },
    /// There is no ledger.
    #[error("{}: {finding}", path.display())]
    Absent {
        /// The folder.
        path: PathBuf,
        /// The missing part.
        finding: String,
    },
    /// There is something else in place of a regular file.
    #[error("{}: it is {found}, and only a regular file is opened here; nothing was read or written", path.display())]
    NotRegular {
        /// The path.
        path: PathBuf,
        /// The kind of thing found, with its article.
        found: &'static str,
    },
    /// There is something else in place of a folder.
    #[error("{}: it is {found}, and only a folder is entered here; nothing was read or written", path.display())]
    NotFolder {
        /// The path.
        path: PathBuf,
        /// The kind of thing found, with its article.
        found: &'static str,
    },
    /// A file is longer than one of its kind can be.
    #[error("{}: it has {len} bytes or more, and {what} has at most {len_max}; it was not read", path.display())]
    TooLong {
        /// The file.
        path: PathBuf,
        /// Its length in bytes, as far as it was read.
        len: u64,
        /// The kind of file, with its article.
        what: &'static str,
        /// The greatest length of that kind, in bytes.
        len_max: u64,
    },
    /// The file with the lock's name is too long to be one.
    #[error("{}: it has {len} bytes, and a lock file has three short lines: it was not written here, and nothing was changed; move it away and try again, a lock file is made anew", path.display())]
    ForeignLock {
        /// The file.
        path: PathBuf,
        /// Its length in bytes.
        len: u64,
    },
    /// A file of the secrets folder is damaged, or not the one that belongs there.
    #[error("damage in {}: {finding}; nothing was changed: put the file back from the newest backup of the secrets folder; `stampbook recover` says what is lost without it", path.display())]
    SecretDamage {
        /// The file.
        path: PathBuf,
        /// The fault.
        finding: String,
    },
    /// The secrets folder does not state what was last signed.
    #[error("{}: {finding}, so nothing says what was last signed; nothing was written", path.display())]
    NoWriterState {
        /// The file.
        path: PathBuf,
        /// The fault.
        finding: String,
    },
    /// The journal does not continue the writer state.
    #[error("{} does not continue what was last signed: {finding}; nothing was written", path.display())]
    NotContinued {
        /// The journal's folder.
        path: PathBuf,
        /// Content of the writer state and of the journal.
        finding: String,
    },
    /// Written by a newer program.
    #[error("{} has format {found}, this program knows up to {known}; use a newer stampbook", path.display())]
    Newer {
        /// The file or folder.
        path: PathBuf,
        /// Format found.
        found: u32,
        /// Newest format known here.
        known: u32,
    },
    /// The sled book or the key index failed while in use; both can be rebuilt.
    #[error("the book in {} failed: {finding}; all that was booked is in the journal: run `stampbook rebuild`", path.display())]
    Book {
        /// The book's folder or file.
        path: PathBuf,
        /// Its message.
        finding: String,
    },
    /// An earlier write failed, so the content of the disk is unknown.
    #[error("an earlier write to {} failed; nothing more is accepted until the ledger is opened again", path.display())]
    Poisoned {
        /// The journal's folder.
        path: PathBuf,
    },
    /// An argument of the caller must not be stored.
    #[error("refused to store in {}: {finding}", path.display())]
    Unfit {
        /// Place where it would have been stored.
        path: PathBuf,
        /// Reason why it must not.
        finding: String,
    },
}

fn holder(pid: Option<u32>, purpose: &str) -> String {
    match (pid, purpose) {
        (None, _) => " by another process".to_owned(),
        (Some(pid), "") => format!(" by process {pid}"),
        (Some(pid), purpose) => format!(" by process {pid} ({purpose})"),
    }
}

impl StorageError {
    /// Converts an I/O error, with its place, telling a full disk apart.
    pub fn io(what: &'static str, path: &Path, source: io::Error) -> Self {
        let path = path.to_path_buf();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                StorageError::DiskFull { what, path }
            }
            _ => StorageError::Io { what, path, source },
        }
    }

    /// True if the file or folder does not exist.
    pub fn is_absent(&self) -> bool {
        matches!(self, StorageError::Io { source, .. } if source.kind() == io::ErrorKind::NotFound)
    }

    /// Error of a book or index that can be rebuilt.
    pub fn book(path: &Path, finding: impl Into<String>) -> Self {
        StorageError::Book {
            path: path.to_path_buf(),
            finding: finding.into(),
        }
    }

    /// Error in the bytes of a file in the secrets folder.
    pub fn secret_damage(path: &Path, finding: impl Into<String>) -> Self {
        StorageError::SecretDamage {
            path: path.to_path_buf(),
            finding: finding.into(),
        }
    }

    /// Error about a file or folder that is not ours.
    pub fn foreign(path: &Path, finding: impl Into<String>) -> Self {
        StorageError::Foreign {
            path: path.to_path_buf(),
            finding: finding.into(),
        }
    }

    /// Error about an argument that must not reach the disk.
    pub fn unfit(path: &Path, finding: impl Into<String>) -> Self {
        StorageError::Unfit {
            path: path.to_path_buf(),
            finding: finding.into(),
        }
    }
}

/// Adds the file and the verb to an I/O result.
pub(crate) trait At<T> {
    /// `result.at("read", path)?`.
    fn at(self, what: &'static str, path: &Path) -> Result<T, StorageError>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, what: &'static str, path: &Path) -> Result<T, StorageError> {
        self.map_err(|source| StorageError::io(what, path, source))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_apart_and_says_what_to_do() {
        let full = StorageError::io("write", Path::new("x"), io::ErrorKind::StorageFull.into());
        assert!(matches!(full, StorageError::DiskFull { .. }));
        assert!(full.to_string().contains("free some space"));
    }

    #[test]
    fn a_lock_names_its_holder() {
        let path = PathBuf::from("ledger/lock");
        let locked = StorageError::Locked {
            pid: Some(7),
            purpose: "serve".into(),
            path,
        };
        assert!(locked.to_string().contains("process 7 (serve)"));
    }
}

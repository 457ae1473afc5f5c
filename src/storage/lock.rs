//! One writer per ledger: the `lock` file, its holder, and whether the last
//! holder finished cleanly.

use super::error::{At, StorageError};
use super::files;
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Enough for the three lines; a longer file is not ours.
const LEN_MAX: usize = 4096;

/// Interval at which a waiting process tries the lock again.
const LOOK_AGAIN: Duration = Duration::from_millis(5);

/// The ledger's lock, held until released or dropped.
///
/// The operating system releases it when the process ends in any way, so a
/// crash never leaves a ledger locked. Only [`Lock::release`] marks the end as
/// clean; a drop leaves the dirty flag, as a crash would.
#[derive(Debug)]
pub struct Lock {
    file: File,
    path: PathBuf,
    purpose: String,
    was_unclean: bool,
    /// True if the holder writes, and the file states it.
    is_marked: bool,
}

impl Lock {
    /// Takes `dir/lock`, waiting up to `patience`.
    ///
    /// # Errors
    /// [`StorageError::Locked`] with the holder (whose process id cannot be read on
    /// Windows, where the lock also bars reading); I/O errors.
    pub fn take(dir: &Path, purpose: &str, patience: Duration) -> Result<Lock, StorageError> {
        Lock::wait(patience, || Lock::take_now(dir, purpose))
    }

    /// Takes `dir/lock` for a process that only reads, and writes nothing into
    /// it: others are kept out, but not told who holds it.
    ///
    /// # Errors
    /// As [`Lock::take`].
    pub fn take_to_read(dir: &Path, patience: Duration) -> Result<Lock, StorageError> {
        let path = dir.join("lock");
        Lock::wait(patience, || {
            let file = files::edit_or_read(&path)?;
            Lock::hold(file, path.clone(), "")
        })
    }

    fn wait(
        patience: Duration,
        take: impl Fn() -> Result<Lock, StorageError>,
    ) -> Result<Lock, StorageError> {
        let begun = Instant::now();
        loop {
            match take() {
                Err(StorageError::Locked { .. }) if begun.elapsed() < patience => {
                    std::thread::sleep(LOOK_AGAIN);
                }
                done => return done,
            }
        }
    }

    fn take_now(dir: &Path, purpose: &str) -> Result<Lock, StorageError> {
        let path = dir.join("lock");
        let file = files::edit_or_create(&path)?;
        let mut lock = Lock::hold(file, path, purpose)?;
        lock.is_marked = true;
        lock.write("dirty")?;
        Ok(lock)
    }

    fn hold(file: File, path: PathBuf, purpose: &str) -> Result<Lock, StorageError> {
        check_len(&file, &path)?;
        match file.try_lock() {
            Ok(()) => Self::held(file, path, purpose),
            Err(TryLockError::WouldBlock) => Err(locked(&file, path)),
            Err(TryLockError::Error(source)) => Err(StorageError::io("lock", &path, source)),
        }
    }

    fn held(file: File, path: PathBuf, purpose: &str) -> Result<Lock, StorageError> {
        let before = contents(&file).at("read", &path)?;
        let was_unclean = field(&before, "state") == Some("dirty");
        let purpose = purpose.replace(['\n', '\r'], " ");
        Ok(Lock {
            file,
            path,
            purpose,
            was_unclean,
            is_marked: false,
        })
    }

    // Not synced: the flag matters only while the system that may hold unsynced
    // journal pages in memory is still up, and then it holds this file too.
    fn write(&self, state: &str) -> Result<(), StorageError> {
        let text = format!(
            "pid {}\npurpose {}\nstate {state}\n",
            std::process::id(),
            self.purpose
        );
        // A process killed between the two writes leaves surplus lines, never
        // too few: the first of each kind counts.
        let written = files::write_at(&self.file, 0, text.as_bytes());
        let result = written.and_then(|()| self.file.set_len(text.len() as u64));
        result.at("write", &self.path)
    }

    /// True if the last holder ended without releasing: then the last page may
    /// be only in the system's memory, and is written again before it counts.
    pub fn was_unclean(&self) -> bool {
        self.was_unclean
    }

    /// Clears the dirty flag. Call only when the journal is closed.
    pub fn mark_clean(&self) -> Result<(), StorageError> {
        match self.is_marked {
            true => self.write("clean"),
            false => Ok(()),
        }
    }

    /// Clears the dirty flag and releases the lock. Call only when the journal
    /// is closed.
    pub fn release(self) -> Result<(), StorageError> {
        self.mark_clean()
    }
}

/// A lock file has three short lines; what is longer was not written here, and is kept.
fn check_len(file: &File, path: &Path) -> Result<(), StorageError> {
    let len = file.metadata().at("look at", path)?.len();
    match len <= LEN_MAX as u64 {
        true => Ok(()),
        false => Err(StorageError::ForeignLock {
            path: path.to_path_buf(),
            len,
        }),
    }
}

fn locked(file: &File, path: PathBuf) -> StorageError {
    let text = contents(file).unwrap_or_default();
    let pid = field(&text, "pid").and_then(|pid| pid.parse().ok());
    let purpose = field(&text, "purpose").unwrap_or_default().to_owned();
    StorageError::Locked { pid, purpose, path }
}

fn contents(file: &File) -> io::Result<String> {
    let mut buffer = vec![0; LEN_MAX];
    let len = files::read_at(file, 0, &mut buffer)?;
    Ok(String::from_utf8_lossy(&buffer[..len]).into_owned())
}

fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_who_is_patient_gets_it_when_it_is_let_go_of() {
        let dir = tempfile::tempdir().unwrap();
        let held = Lock::take(dir.path(), "a", Duration::ZERO).unwrap();
        assert!(Lock::take(dir.path(), "b", LOOK_AGAIN).is_err());
        std::thread::scope(|scope| {
            let path = dir.path();
            let waits = scope.spawn(move || Lock::take(path, "b", Duration::from_secs(60)));
            held.release().unwrap();
            assert!(waits.join().unwrap().is_ok());
        });
    }

    #[test]
    fn what_is_no_lock_file_is_kept_and_its_remedy_told() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        std::fs::write(&path, "x".repeat(LEN_MAX + 1)).unwrap();
        let told = Lock::take(dir.path(), "a", Duration::ZERO)
            .unwrap_err()
            .to_string();
        assert!(told.contains("move it away"), "{told}");
        assert_eq!(
            std::fs::metadata(&path).unwrap().len() as usize,
            LEN_MAX + 1
        );
    }

    #[test]
    fn what_an_earlier_holder_left_behind_the_text_says_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        let left = "pid 1\npurpose a\nstate dirty\nstate clean\npid 22\n";
        std::fs::write(&path, left).unwrap();
        let lock = Lock::take(dir.path(), "import of a long name", Duration::ZERO).unwrap();
        assert!(lock.was_unclean());
        lock.release().unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text.lines().count(), 3, "{text}");
        assert!(
            !Lock::take(dir.path(), "x", Duration::ZERO)
                .unwrap()
                .was_unclean()
        );
    }
    use std::time::{Duration, Instant};

    #[test]
    fn the_second_is_told_at_once_who_holds_it() {
        let dir = tempfile::tempdir().unwrap();
        let held = Lock::take(dir.path(), "serve", Duration::ZERO).unwrap();
        let start = Instant::now();
        let refused = Lock::take(dir.path(), "purchase", Duration::ZERO).unwrap_err();
        assert!(start.elapsed() < Duration::from_millis(100));
        let StorageError::Locked { pid, purpose, .. } = refused else {
            panic!("{refused}")
        };
        assert_eq!((pid, purpose.as_str()), (Some(std::process::id()), "serve"));
        held.release().unwrap();
        Lock::take(dir.path(), "purchase", Duration::ZERO).unwrap();
    }

    #[test]
    fn only_a_release_is_clean() {
        let dir = tempfile::tempdir().unwrap();
        let first = Lock::take(
            dir.path(),
            "a very long purpose\nover two lines",
            Duration::ZERO,
        )
        .unwrap();
        assert!(!first.was_unclean());
        drop(first);
        let second = Lock::take(dir.path(), "b", Duration::ZERO).unwrap();
        assert!(second.was_unclean());
        second.release().unwrap();
        assert!(
            !Lock::take(dir.path(), "c", Duration::ZERO)
                .unwrap()
                .was_unclean()
        );
    }

    #[test]
    fn a_missing_folder_is_named() {
        let gone = Path::new("no-such-folder");
        assert!(
            Lock::take(gone, "x", Duration::ZERO)
                .unwrap_err()
                .to_string()
                .contains("no-such-folder")
        );
    }
}

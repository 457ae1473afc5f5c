//! Opening and closing of the book: one that cannot be opened is moved aside, and
//! closing waits for sled.

use super::containment::{close, contain};
use super::repack::{self, repack};
use super::{Book, FORMAT, FORMAT_KEY};
use crate::storage::error::StorageError;
use crate::storage::files::{self, limit};
use crate::storage::set_aside::set_aside;
use std::fs::TryLockError;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Interval at which sled writes, syncs and compacts its file in the
/// background. Long, since each time competes with the journal's own sync, and
/// lost changes are folded again.
const FLUSH_EVERY_MS: u64 = 5_000;

/// Most time that closing a book may take: little is left to write, but a slow
/// disk may be busy.
const CLOSE_MAX: Duration = Duration::from_secs(20);

/// Longest wait until sled has let go of its file, and how often that is looked at.
const RELEASE_MAX: Duration = Duration::from_secs(5);
const LOOK_AGAIN: Duration = Duration::from_millis(1);

/// Folders of books that failed and are left open to the end of the process, which
/// keeps them locked: a process that goes on, such as a service, cannot open them again.
static LEFT_OPEN: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// True if this process left a book in a folder open; asked once, then it is moved aside.
fn take_left_open(dir: &Path) -> bool {
    let mut left = LEFT_OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    let len = left.len();
    left.retain(|open| open != dir);
    left.len() < len
}

/// An opened book.
#[derive(Debug)]
pub struct Opened {
    /// The book; without a watermark, the journal is to be folded from its beginning.
    pub book: Book,
    /// New location of a book that could not be opened, and its error.
    pub moved_aside: Option<(PathBuf, String)>,
}

/// Location of a book. Dropping it closes the book and waits for sled's own
/// threads: their unfinished work keeps the file locked, and the book may be
/// opened again at once.
pub(super) struct Place {
    pub dir: PathBuf,
    /// The last handle, while the book is being dropped.
    last: Option<sled::Db>,
}

impl Drop for Book {
    fn drop(&mut self) {
        match self.has_failed.load(Ordering::Acquire) {
            // Its threads may be dead, and closing waits for them: it is left
            // to the end of the process.
            true => {
                std::mem::forget(self.db.clone());
                let mut left = LEFT_OPEN.lock().unwrap_or_else(PoisonError::into_inner);
                left.push(self.path.dir.clone());
            }
            false => self.path.last = Some(self.db.clone()),
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let is_closed = self.last.take().is_some_and(|db| close(db, CLOSE_MAX));
        // One that was moved or removed meanwhile will not be opened again.
        if is_closed && let Ok(file) = files::open(&self.dir.join("db")) {
            // Where there are no file locks, there is nothing to wait for; and what is
            // there may be another process's by now.
            let begun = Instant::now();
            while matches!(file.try_lock(), Err(TryLockError::WouldBlock))
                && begun.elapsed() < RELEASE_MAX
            {
                std::thread::sleep(LOOK_AGAIN);
            }
        }
    }
}

impl Book {
    /// Opens (or makes) the book in `dir`. A leftover of a crash while opening
    /// is removed; a book that sled cannot open is moved aside to
    /// `NAME.broken-N`.
    ///
    /// # Errors
    /// [`StorageError::Newer`]; [`StorageError::Locked`] when another process has it
    /// open; I/O errors that a new book would meet as well.
    pub fn open(dir: &Path, cache_bytes: u64) -> Result<Opened, StorageError> {
        Book::open_for(dir, cache_bytes, false)
    }

    /// [`Book::open`], for a process that ends soon if `is_brief`: then sled
    /// does no background work, in particular no sync at the start.
    ///
    /// # Errors
    /// As [`Book::open`].
    pub fn open_for(dir: &Path, cache_bytes: u64, is_brief: bool) -> Result<Opened, StorageError> {
        repack::recover(dir)?;
        let open = || -> Result<Book, StorageError> {
            files::make_folder(dir)?;
            // sled opens these itself, and would follow links.
            files::check_contents(dir, limit::BOOK_FILE)?;
            remove_generating(dir)?;
            let book = Book::start(dir, cache_bytes, is_brief)?;
            check_format(&book)?;
            Ok(book)
        };
        let opened = match take_left_open(dir) && dir.join("db").exists() {
            true => Err(StorageError::book(dir, "it failed in this process before")),
            false => open(),
        };
        let (book, moved_aside) = match opened {
            Err(StorageError::Book { finding, .. }) => {
                let aside = set_aside(dir)?;
                (open()?, Some((aside, finding)))
            }
            opened => (opened?, None),
        };
        Ok(Opened { book, moved_aside })
    }

    /// Opens (or makes) the book in a folder as it is, whatever its content.
    pub(super) fn start(
        dir: &Path,
        cache_bytes: u64,
        is_brief: bool,
    ) -> Result<Book, StorageError> {
        let config = sled::Config::new()
            .path(dir)
            .cache_capacity(cache_bytes)
            .flush_every_ms((!is_brief).then_some(FLUSH_EVERY_MS))
            .use_compression(false);
        let has_failed = AtomicBool::new(false);
        let db = contain(dir, &has_failed, || config.open())?;
        Ok(Book {
            db,
            path: Place {
                dir: dir.to_path_buf(),
                last: None,
            },
            has_failed,
            cache_bytes,
            rewritten: AtomicU64::new(0),
            is_poisoned: AtomicBool::new(false),
            is_unfinished: AtomicBool::new(false),
        })
    }

    /// Closes the book, and copies it if so much was rewritten that much of its
    /// file is free. If it cannot be copied it stays as it is, which costs only
    /// time.
    pub fn close(self) {
        let (dir, cache_bytes) = (self.path().to_path_buf(), self.cache_bytes);
        let is_sparse = self.is_sparse();
        drop(self);
        if is_sparse {
            let _ = repack(&dir, cache_bytes);
        }
    }
}

fn check_format(book: &Book) -> Result<(), StorageError> {
    let Some(value) = book.get(FORMAT_KEY)? else {
        // Content without a format key would be a log that was rolled back.
        if !book.guarded(|db| Ok(db.is_empty()))? {
            let finding = "it has content but no format";
            return Err(StorageError::book(book.path(), finding));
        }
        let mut batch = sled::Batch::default();
        batch.insert(FORMAT_KEY, &FORMAT.to_be_bytes());
        return book.apply_at_once(batch);
    };
    match <[u8; 4]>::try_from(&*value).map(u32::from_be_bytes) {
        Ok(FORMAT) => Ok(()),
        Ok(found) if found > FORMAT => Err(StorageError::Newer {
            path: book.path().to_path_buf(),
            found,
            known: FORMAT,
        }),
        Ok(found) if found > 0 => Err(StorageError::book(
            book.path(),
            format!("an older version wrote it, in format {found}"),
        )),
        _ => Err(StorageError::book(book.path(), "its format cannot be read")),
    }
}

/// A crash while sled opened leaves `snap.N.generating`, which the next opening
/// would take for the newest snapshot and fail for ever.
fn remove_generating(dir: &Path) -> Result<(), StorageError> {
    for path in files::list(dir)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with("snap.") && name.ends_with(".generating") {
            files::remove(&path)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_book_that_failed_is_replaced_within_the_same_process() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path().join("book");
        let open = || Book::open_for(&dir, 1 << 20, true).unwrap();
        let first = open();
        assert!(first.moved_aside.is_none());
        first.book.has_failed.store(true, Ordering::Release);
        drop(first);
        let second = open();
        assert!(second.moved_aside.is_some());
        drop(second);
        assert!(open().moved_aside.is_none());
    }
}

//! One sled tree whose failures are contained: sled's errors and panics become
//! [`StorageError`], and a tree that cannot be opened is moved aside.

use super::containment::{close, contain};
use super::{Pair, Value};
use crate::storage::error::StorageError;
use crate::storage::files::{self, limit};
use crate::storage::set_aside::set_aside;
use std::fs::TryLockError;
use std::ops::Bound::{Excluded, Unbounded};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Interval at which sled writes, syncs and compacts its file in the
/// background. Long, since each time competes with the journal's own sync, and
/// lost changes are folded again.
const FLUSH_EVERY_MS: u64 = 5_000;

/// Most time that closing a tree may take: little is left to write, but a slow
/// disk may be busy.
const CLOSE_MAX: Duration = Duration::from_secs(20);

/// Longest wait until sled has let go of its file, and how often that is looked at.
const RELEASE_MAX: Duration = Duration::from_secs(5);
const LOOK_AGAIN: Duration = Duration::from_millis(1);

/// Folders of trees that failed and are left open to the end of the process, which
/// keeps them locked: a process that goes on, such as a service, cannot open them again.
static LEFT_OPEN: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// True if this process left a tree in a folder open; asked once, then it is moved aside.
fn take_left_open(dir: &Path) -> bool {
    let mut left = LEFT_OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    let len = left.len();
    left.retain(|open| open != dir);
    left.len() < len
}

/// A sled tree in a folder of its own.
pub(super) struct Tree {
    // Dropped before the place, which holds the last handle by then.
    db: sled::Db,
    path: Place,
    /// True after a call that met a failing disk or panicked: sled may wait for
    /// ever from here on.
    has_failed: AtomicBool,
}

/// Result of opening a tree.
pub(super) struct OpenedTree {
    pub tree: Tree,
    /// True if there was no tree, or it was moved aside.
    pub is_new: bool,
    /// New location of one that could not be opened, and its error.
    pub moved_aside: Option<(PathBuf, String)>,
}

/// Location of a tree. Dropping it closes the tree and waits for sled's own
/// threads: their unfinished work keeps the file locked, and the tree may be
/// opened again at once.
struct Place {
    dir: PathBuf,
    /// The last handle, while the tree is being dropped.
    last: Option<sled::Db>,
}

impl Deref for Place {
    type Target = Path;
    fn deref(&self) -> &Path {
        &self.dir
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        match self.has_failed.load(Ordering::Acquire) {
            // Its threads may be dead, and closing waits for them: it is left
            // to the end of the process.
            true => {
                std::mem::forget(self.db.clone());
                let mut left = LEFT_OPEN.lock().unwrap_or_else(PoisonError::into_inner);
                left.push(self.path.to_path_buf());
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

impl Tree {
    /// Opens (or makes) the tree in a folder. A leftover of a crash while
    /// opening is removed; a tree that sled cannot open, or that does not pass
    /// the check, is moved aside to `NAME.broken-N`. For a process that ends
    /// soon, sled does no background work, in particular no sync at the start.
    pub fn open(
        dir: &Path,
        cache_bytes: u64,
        is_brief: bool,
        check: impl Fn(&Tree) -> Result<(), StorageError>,
    ) -> Result<OpenedTree, StorageError> {
        let open = || -> Result<Tree, StorageError> {
            files::make_folder(dir)?;
            // sled opens these itself, and would follow links.
            files::check_contents(dir, limit::BOOK_FILE)?;
            remove_generating(dir)?;
            let tree = Tree::start(dir, cache_bytes, is_brief)?;
            check(&tree)?;
            Ok(tree)
        };
        let is_new = !dir.join("db").exists();
        let opened = match take_left_open(dir) {
            true if !is_new => Err(StorageError::book(dir, "it failed in this process before")),
            _ => open(),
        };
        match opened {
            Ok(tree) => Ok(OpenedTree {
                tree,
                is_new,
                moved_aside: None,
            }),
            Err(StorageError::Book { finding, .. }) => {
                let aside = set_aside(dir)?;
                Ok(OpenedTree {
                    tree: open()?,
                    is_new: true,
                    moved_aside: Some((aside, finding)),
                })
            }
            Err(other) => Err(other),
        }
    }

    /// Opens (or makes) the tree in a folder, and moves nothing aside.
    pub fn start(dir: &Path, cache_bytes: u64, is_brief: bool) -> Result<Tree, StorageError> {
        let config = sled::Config::new()
            .path(dir)
            .cache_capacity(cache_bytes)
            .flush_every_ms((!is_brief).then_some(FLUSH_EVERY_MS))
            .use_compression(false);
        let has_failed = AtomicBool::new(false);
        let db = contain(dir, &has_failed, || config.open())?;
        Ok(Tree {
            db,
            path: Place {
                dir: dir.to_path_buf(),
                last: None,
            },
            has_failed,
        })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes a call into sled, which panics where it should return an error, as
    /// do its iterators.
    pub fn guarded<T>(
        &self,
        act: impl FnOnce(&sled::Db) -> sled::Result<T>,
    ) -> Result<T, StorageError> {
        if self.has_failed.load(Ordering::Acquire) {
            let finding = "it failed before; open the ledger again";
            return Err(StorageError::book(&self.path, finding));
        }
        contain(&self.path, &self.has_failed, || act(&self.db))
    }

    pub fn get(&self, key: &[u8]) -> Result<Option<Value>, StorageError> {
        self.guarded(|db| db.get(key)).map(|value| value.map(Value))
    }

    pub fn apply(&self, batch: sled::Batch) -> Result<(), StorageError> {
        self.guarded(|db| db.apply_batch(batch))
    }

    pub fn flush(&self) -> Result<(), StorageError> {
        self.guarded(|db| db.flush().map(|_| ()))
    }

    pub fn scan_prefix(
        &self,
        prefix: &[u8],
    ) -> impl Iterator<Item = Result<Pair, StorageError>> + '_ {
        let mut inner = self.db.scan_prefix(prefix);
        std::iter::from_fn(move || {
            self.guarded(|_| inner.next().transpose())
                .map(|pair| pair.map(values))
                .transpose()
        })
    }

    pub fn behind(&self, prefix: &[u8], key: &[u8]) -> Result<Option<Pair>, StorageError> {
        let from = (Excluded(key.to_vec()), Unbounded);
        let found = self.guarded(|db| db.range::<Vec<u8>, _>(from).next().transpose())?;
        Ok(found.filter(|(key, _)| key.starts_with(prefix)).map(values))
    }

    pub fn floor(&self, prefix: &[u8], key: &[u8]) -> Result<Option<Pair>, StorageError> {
        if key < prefix {
            return Ok(None);
        }
        let found = self.guarded(|db| {
            db.range(prefix.to_vec()..=key.to_vec())
                .next_back()
                .transpose()
        })?;
        Ok(found.filter(|(key, _)| key.starts_with(prefix)).map(values))
    }
}

fn values((key, value): (sled::IVec, sled::IVec)) -> Pair {
    (Value(key), Value(value))
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
    fn a_tree_that_failed_is_replaced_within_the_same_process() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path().join("book");
        let open = || Tree::open(&dir, 1 << 20, true, |_| Ok(())).unwrap();
        let first = open();
        assert!(first.is_new && first.moved_aside.is_none());
        first.tree.has_failed.store(true, Ordering::Release);
        drop(first);
        let second = open();
        assert!(second.is_new && second.moved_aside.is_some());
        drop(second);
        let third = open();
        assert!(!third.is_new && third.moved_aside.is_none());
    }
}

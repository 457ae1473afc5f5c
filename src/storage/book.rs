//! The book on disk: a sled tree of bytes, whose failures are contained: its errors
//! and panics become [`StorageError`].
//!
//! sled is fast and convenient, and never the only copy: its flush is no fsync
//! on Linux, damage in its log rolls back silently, a crash while it opens can
//! prevent every later opening, and it may panic. So everything here can be
//! rebuilt from the journal, and a book that fails is moved aside and rebuilt.
//!
//! One tree with prefixed big-endian keys, so that state and watermark move in
//! one atomic batch. The prefixes are the caller's, except `0x00`, which is
//! reserved for this file (format, watermark).

mod containment;
mod opening;
mod repack;

use super::error::StorageError;
use super::files;
use containment::contain;
use opening::Place;
use std::ops::Bound::{Excluded, Unbounded};
use std::ops::Deref;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

pub use opening::Opened;
pub use repack::repack;

/// Greatest length of a value; longer ones would spill into files that sled
/// never syncs.
pub const VALUE_LEN_MAX: usize = 4096;
/// Memory for sled's cache, by default, in bytes.
pub const CACHE_BYTES: u64 = 64 << 20;

/// Bytes that must have been rewritten in a book before it is copied.
const REPACK_MIN: u64 = 4 << 20;

const FORMAT: u32 = 2;
const FORMAT_KEY: &[u8] = b"\0format";
const WATERMARK_KEY: &[u8] = b"\0watermark";
/// Key that exists while a large batch is being applied.
const UNFINISHED_KEY: &[u8] = b"\0unfinished";

/// Number of changes from which a batch is applied in pieces.
pub const PIECES_FROM: usize = 8_192;
/// Changes in one piece.
const PIECE: usize = 256;

/// The sled book.
pub struct Book {
    // Dropped before the place, which holds the last handle by then.
    db: sled::Db,
    path: Place,
    /// True after a call that met a failing disk or panicked: sled may wait for
    /// ever from here on.
    has_failed: AtomicBool,
    /// Bytes of memory for sled's cache.
    cache_bytes: u64,
    /// Bytes of keys and values overwritten since it was opened, at most.
    rewritten: AtomicU64,
    /// True after a failed write: changes that belong before the next one may
    /// be missing.
    is_poisoned: AtomicBool,
    /// True while parts of a batch were applied without their end.
    is_unfinished: AtomicBool,
}

impl std::fmt::Debug for Book {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Book({})", self.path().display())
    }
}

/// A value as stored in the book.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Value(sled::IVec);

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Value {
        Value(bytes.into())
    }
}

impl Deref for Value {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.0
    }
}

/// A key and its value.
pub type Pair = (Value, Value);

/// A key with its new value; None removes the key.
type Change = (sled::IVec, Option<sled::IVec>);

/// Changes that are applied together or not at all; see [`Book::apply`] for large ones.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    changes: Vec<Change>,
    watermark: Option<Vec<u8>>,
    bytes: u64,
    too_long: Option<usize>,
}

impl Batch {
    /// Puts a value of at most [`VALUE_LEN_MAX`] bytes; a longer one makes
    /// [`Book::apply`] refuse the batch.
    pub fn put(&mut self, key: &[u8], value: &[u8]) {
        self.put_value(key, value.into());
    }

    /// [`Batch::put`] of a value that the caller keeps as well: both share the memory.
    pub fn put_value(&mut self, key: &[u8], value: Value) {
        if value.len() > VALUE_LEN_MAX {
            self.too_long = Some(value.len());
        }
        self.bytes += (key.len() + value.len()) as u64;
        self.changes.push((key.into(), Some(value.0)));
    }

    /// Removes a key, if it is there.
    pub fn remove(&mut self, key: &[u8]) {
        self.changes.push((key.into(), None));
    }

    /// Moves the watermark: opaque bytes that mark the part of the journal the
    /// book has folded.
    pub fn put_watermark(&mut self, bytes: &[u8]) {
        self.watermark = Some(bytes.to_vec());
    }

    /// Number of puts and removals.
    pub fn len(&self) -> usize {
        self.changes.len() + usize::from(self.watermark.is_some())
    }

    /// Bytes of the keys and values that are put.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// True if there is nothing to apply.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Converts changes to one sled batch.
fn together(changes: &[Change]) -> sled::Batch {
    let mut batch = sled::Batch::default();
    for (key, value) in changes {
        match value {
            Some(value) => batch.insert(key, value),
            None => batch.remove(key),
        }
    }
    batch
}

impl Book {
    /// The folder that it is in.
    pub fn path(&self) -> &Path {
        &self.path.dir
    }

    /// Makes a call into sled, which panics where it should return an error, as
    /// do its iterators.
    fn guarded<T>(
        &self,
        act: impl FnOnce(&sled::Db) -> sled::Result<T>,
    ) -> Result<T, StorageError> {
        if self.has_failed.load(Ordering::Acquire) {
            let finding = "it failed before; open the ledger again";
            return Err(StorageError::book(self.path(), finding));
        }
        contain(self.path(), &self.has_failed, || act(&self.db))
    }

    /// The value of a key.
    pub fn get(&self, key: &[u8]) -> Result<Option<Value>, StorageError> {
        self.guarded(|db| db.get(key)).map(|value| value.map(Value))
    }

    /// Watermark of the last batch: the part of the journal the book has folded.
    pub fn watermark(&self) -> Result<Option<Value>, StorageError> {
        self.get(WATERMARK_KEY)
    }

    /// Applies a batch without waiting for the disk, all or nothing up to
    /// [`PIECES_FROM`] changes. A larger one is applied in pieces, since sled
    /// blocks all readers while it applies a batch, and each change takes
    /// longer the more there are; a crash in between is detected by
    /// [`Book::is_whole`].
    ///
    /// # Errors
    /// [`StorageError::Unfit`] for a value over [`VALUE_LEN_MAX`]; [`StorageError::Book`]
    /// when sled fails: the book is then to be set aside. After a failed write
    /// all later ones fail ([`Book::poison`]).
    pub fn apply(&self, batch: Batch) -> Result<(), StorageError> {
        self.or_poison(|| self.put(batch))
    }

    /// Applies a part of a batch that is too large for memory: it counts only
    /// once the rest is applied, by [`Book::apply`]. A crash before that is
    /// detected by [`Book::is_whole`].
    ///
    /// # Errors
    /// As [`Book::apply`].
    pub fn apply_part(&self, mut part: Batch) -> Result<(), StorageError> {
        self.is_unfinished.store(true, Ordering::Relaxed);
        self.or_poison(|| {
            self.check(&part)?;
            self.rewritten.fetch_add(part.bytes, Ordering::Relaxed);
            self.apply_pieces(std::mem::take(&mut part.changes))
        })
    }

    /// Makes every later write fail: a batch whose changes are lost would be
    /// missing below the next one's watermark. The book on disk stays as it is,
    /// which is sound for the next opening.
    pub fn poison(&self) {
        self.is_poisoned.store(true, Ordering::Release);
    }

    fn or_poison(
        &self,
        write: impl FnOnce() -> Result<(), StorageError>,
    ) -> Result<(), StorageError> {
        if self.is_poisoned.load(Ordering::Acquire) {
            let path = self.path().to_path_buf();
            return Err(StorageError::Poisoned { path });
        }
        let done = write();
        if done.is_err() {
            self.poison();
        }
        done
    }

    fn check(&self, batch: &Batch) -> Result<(), StorageError> {
        match batch.too_long {
            Some(len) => {
                let finding = format!("a value of {len} bytes; the most is {VALUE_LEN_MAX}");
                Err(StorageError::unfit(self.path(), finding))
            }
            None => Ok(()),
        }
    }

    fn put(&self, mut batch: Batch) -> Result<(), StorageError> {
        self.check(&batch)?;
        let is_unfinished = self.is_unfinished.swap(false, Ordering::Relaxed);
        let is_large = batch.changes.len() >= PIECES_FROM || is_unfinished;
        // At most as much as there is can have been rewritten; a small amount
        // is not worth asking for the length.
        let most = if is_large { self.len() } else { u64::MAX };
        self.rewritten
            .fetch_add(batch.bytes.min(most), Ordering::Relaxed);
        if is_large {
            self.apply_pieces(std::mem::take(&mut batch.changes))?;
        }
        let mut last = together(&batch.changes);
        if let Some(watermark) = batch.watermark {
            last.insert(WATERMARK_KEY, watermark);
        }
        if is_large {
            last.remove(UNFINISHED_KEY);
        }
        self.apply_at_once(last)
    }

    fn apply_at_once(&self, batch: sled::Batch) -> Result<(), StorageError> {
        self.guarded(|db| db.apply_batch(batch))
    }

    /// Leaves the book as the end of a process in the middle of a large batch would.
    #[cfg(test)]
    pub(crate) fn cut_short(&self) -> Result<(), StorageError> {
        self.apply_pieces(Vec::new())
    }

    fn apply_pieces(&self, mut changes: Vec<Change>) -> Result<(), StorageError> {
        // Neighbours share a leaf; of two changes of a key the later one wins.
        changes.sort_by(|a, b| a.0.cmp(&b.0));
        let mut begun = sled::Batch::default();
        begun.insert(UNFINISHED_KEY, &[]);
        self.apply_at_once(begun)?;
        let mut pieces = changes.chunks(PIECE);
        pieces.try_for_each(|piece| self.apply_at_once(together(piece)))
    }

    /// True if no large batch was cut short by the end of a process. Otherwise
    /// the book holds no consistent state, and must be rebuilt.
    ///
    /// # Errors
    /// [`StorageError::Book`] when sled fails.
    pub fn is_whole(&self) -> Result<bool, StorageError> {
        Ok(self.get(UNFINISHED_KEY)?.is_none())
    }

    /// All keys with a prefix, ascending.
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

    /// Finds the last key with a prefix that is not greater than `key`, with its value.
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

    /// Finds the first key with a prefix that is greater than `key`, with its value.
    ///
    /// # Errors
    /// [`StorageError::Book`] when sled fails.
    pub fn behind(&self, prefix: &[u8], key: &[u8]) -> Result<Option<Pair>, StorageError> {
        let from = (Excluded(key.to_vec()), Unbounded);
        let found = self.guarded(|db| db.range::<Vec<u8>, _>(from).next().transpose())?;
        Ok(found.filter(|(key, _)| key.starts_with(prefix)).map(values))
    }

    /// Waits until sled has written everything. Never needed for a commit.
    pub fn flush(&self) -> Result<(), StorageError> {
        self.guarded(|db| db.flush().map(|_| ()))
    }

    /// True if so much was rewritten that much of the file is free, and
    /// [`repack`] is worthwhile.
    pub fn is_sparse(&self) -> bool {
        let rewritten = self.rewritten.load(Ordering::Relaxed);
        rewritten >= REPACK_MIN && rewritten * 3 >= self.len()
    }

    /// Length of the file in bytes.
    fn len(&self) -> u64 {
        let db = self.path().join("db");
        db.metadata().map_or(0, |found| found.len())
    }
}

fn values((key, value): (sled::IVec, sled::IVec)) -> Pair {
    (Value(key), Value(value))
}

/// True if sled keeps a file of this path within the folder of a tree.
pub fn is_book_file(name: &str) -> bool {
    let is_hex = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_hexdigit());
    let is_snapshot = |rest: &str| is_hex(rest.strip_suffix(".generating").unwrap_or(rest));
    ["db", "conf", "conf.tmp"].contains(&name)
        || name.strip_prefix("snap.").is_some_and(is_snapshot)
        || name
            .strip_prefix("blobs/")
            .is_some_and(|id| is_hex(id.trim_start_matches('-')))
}

/// Removes the folder of a book, if it exists, unless it contains a foreign file.
///
/// # Errors
/// [`StorageError::Foreign`] naming it; I/O errors.
pub fn remove_book(dir: &Path) -> Result<(), StorageError> {
    files::remove_folder(dir, is_book_file)
}

#[cfg(test)]
#[path = "tests/book.rs"]
mod tests;

//! The book's disk: a sled tree of bytes, fenced in.
//!
//! sled is fast and convenient, and never the only copy: its flush is no fsync on
//! Linux, damage in its log rolls back in silence, a crash while it opens can
//! bar every later opening, and it may panic. So everything here can be made
//! again from the journal, and whatever fails is moved aside for that.
//!
//! One tree with prefixed big-endian keys, so that state and watermark move in
//! one atomic batch. The prefixes are the caller's, but for two: `0x00` is ours
//! (format, watermark) and `c` holds the second copy of the pages.

use super::error::{At, Trouble};
use crate::chain::page::Page;
use std::fs;
use std::ops::Deref;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// Longer values would spill into files that sled never syncs.
pub const VALUE_LEN_MAX: usize = 4096;
/// Memory for sled's cache, by default, in bytes.
pub const CACHE_BYTES: u64 = 64 << 20;

const FORMAT: u32 = 1;
const FORMAT_KEY: &[u8] = b"\0format";
const WATERMARK_KEY: &[u8] = b"\0watermark";
const COPY: u8 = b'c';
const CHUNK_LEN: usize = 4000;
/// Sled writes, syncs and tidies its file behind our back this often. Seldom, since
/// each time competes with the journal's own sync, and what is lost is folded again.
const FLUSH_EVERY_MS: u64 = 5_000;

/// The sled book.
pub struct Book {
    // Let go of before whoever waits for that.
    tree: sled::Db,
    path: Place,
}

/// Where a book lies. Letting go of it waits for sled's own threads: what they
/// have still in hand keeps the file locked, and it may be opened again at once.
struct Place(PathBuf);

impl Deref for Place {
    type Target = Path;
    fn deref(&self) -> &Path {
        &self.0
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // A book that was moved or removed meanwhile is nobody's to open.
        if let Ok(file) = fs::File::open(self.0.join("db")) {
            // Where there are no locks, there is nothing to wait for.
            let _ = file.lock();
        }
    }
}

impl std::fmt::Debug for Book {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Book({})", self.path.display())
    }
}

/// A book that was opened, and whether it is a new one to be filled.
#[derive(Debug)]
pub struct Opened {
    /// The book.
    pub book: Book,
    /// Nothing was there, or what was there was moved aside: fold the journal
    /// from its beginning.
    pub needs_rebuild: bool,
    /// Where a book that could not be opened lies now, and what it said.
    pub moved_aside: Option<(PathBuf, String)>,
}

/// A value as it lies in the book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value(sled::IVec);

impl Deref for Value {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.0
    }
}

/// A key and its value.
pub type Pair = (Value, Value);

/// Changes that happen together or not at all.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    inner: sled::Batch,
    len: usize,
    too_long: Option<usize>,
}

impl Batch {
    /// Puts a value of at most [`VALUE_LEN_MAX`] bytes; a longer one makes
    /// [`Book::apply`] refuse the batch.
    pub fn put(&mut self, key: &[u8], value: &[u8]) {
        if value.len() > VALUE_LEN_MAX {
            self.too_long = Some(value.len());
        }
        self.inner.insert(key, value);
        self.len += 1;
    }

    /// Takes a key out, if it is there.
    pub fn remove(&mut self, key: &[u8]) {
        self.inner.remove(key);
        self.len += 1;
    }

    /// Moves the watermark: opaque bytes that say how far the book has folded.
    pub fn put_watermark(&mut self, bytes: &[u8]) {
        self.put(WATERMARK_KEY, bytes);
    }

    /// Puts the second copy of a page, in chunks.
    pub fn put_copy(&mut self, first_seq: u64, page_bytes: &[u8]) {
        for (n, chunk) in (0u32..).zip(page_bytes.chunks(CHUNK_LEN)) {
            self.put(&copy_key(first_seq, n), chunk);
        }
    }

    /// How many puts and removals there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is nothing to apply.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

fn copy_key(first_seq: u64, chunk: u32) -> [u8; 13] {
    let mut key = [COPY; 13];
    key[1..9].copy_from_slice(&first_seq.to_be_bytes());
    key[9..].copy_from_slice(&chunk.to_be_bytes());
    key
}

impl Book {
    /// Opens (or makes) the book in `dir`. A leftover of a crash while opening is
    /// removed; a book that sled cannot open is moved aside to `NAME.broken-N`.
    ///
    /// # Errors
    /// [`Trouble::Newer`]; [`Trouble::Locked`] when another process has it open;
    /// I/O trouble that a new book would meet as well.
    pub fn open(dir: &Path, cache_bytes: u64) -> Result<Opened, Trouble> {
        Book::open_for(dir, cache_bytes, false)
    }

    /// [`Book::open`], for a process that ends soon if `is_brief`: then sled does
    /// nothing behind its back, least of all a sync at the very start.
    ///
    /// # Errors
    /// As [`Book::open`].
    pub fn open_for(dir: &Path, cache_bytes: u64, is_brief: bool) -> Result<Opened, Trouble> {
        fs::create_dir_all(dir).at("create", dir)?;
        remove_generating(dir)?;
        let is_new = !dir.join("db").exists();
        match open_tree(dir, cache_bytes, is_brief) {
            Ok(book) => Ok(Opened {
                book,
                needs_rebuild: is_new,
                moved_aside: None,
            }),
            Err(Trouble::Book { finding, .. }) => {
                let aside = set_aside(dir)?;
                fs::create_dir_all(dir).at("create", dir)?;
                let book = open_tree(dir, cache_bytes, is_brief)?;
                Ok(Opened {
                    book,
                    needs_rebuild: true,
                    moved_aside: Some((aside, finding)),
                })
            }
            Err(other) => Err(other),
        }
    }

    /// The value of a key.
    pub fn get(&self, key: &[u8]) -> Result<Option<Value>, Trouble> {
        self.guarded(|tree| tree.get(key))
            .map(|value| value.map(Value))
    }

    /// How far the book has folded, as the last batch said.
    pub fn watermark(&self) -> Result<Option<Value>, Trouble> {
        self.get(WATERMARK_KEY)
    }

    /// Applies a batch, all or nothing, without waiting for the disk.
    ///
    /// # Errors
    /// [`Trouble::Unfit`] for a value over [`VALUE_LEN_MAX`]; [`Trouble::Book`]
    /// when sled fails: the book is then to be set aside.
    pub fn apply(&self, batch: Batch) -> Result<(), Trouble> {
        if let Some(len) = batch.too_long {
            let finding = format!("a value of {len} bytes; the most is {VALUE_LEN_MAX}");
            return Err(Trouble::unfit(&self.path, finding));
        }
        self.guarded(|tree| tree.apply_batch(batch.inner.clone()))
    }

    /// All keys with a prefix, ascending.
    pub fn scan_prefix(&self, prefix: &[u8]) -> impl Iterator<Item = Result<Pair, Trouble>> + '_ {
        let mut inner = self.tree.scan_prefix(prefix);
        std::iter::from_fn(move || {
            self.guarded(|_| inner.next().transpose())
                .map(|pair| pair.map(values))
                .transpose()
        })
    }

    /// The greatest key with a prefix.
    pub fn last_in_prefix(&self, prefix: &[u8]) -> Result<Option<Pair>, Trouble> {
        self.guarded(|tree| tree.scan_prefix(prefix).next_back().transpose())
            .map(|pair| pair.map(values))
    }

    /// The greatest key that has the prefix and is not above `key`.
    pub fn floor(&self, prefix: &[u8], key: &[u8]) -> Result<Option<Pair>, Trouble> {
        if key < prefix {
            return Ok(None);
        }
        let found = self.guarded(|tree| {
            tree.range(prefix.to_vec()..=key.to_vec())
                .next_back()
                .transpose()
        })?;
        Ok(found.filter(|(key, _)| key.starts_with(prefix)).map(values))
    }

    /// The second copy of the page that begins with `first_seq`, whole and
    /// verified by its checksums, or nothing.
    pub fn copy(&self, first_seq: u64) -> Result<Option<Page>, Trouble> {
        let mut bytes = Vec::new();
        for pair in self.scan_prefix(&copy_key(first_seq, 0)[..9]) {
            bytes.extend_from_slice(&pair?.1);
        }
        let page = Page::from_bytes(bytes).ok();
        Ok(page.filter(|page| page.header.first_seq == first_seq))
    }

    /// The second copy of the page that holds `seq`.
    pub fn copy_floor(&self, seq: u64) -> Result<Option<Page>, Trouble> {
        let Some((key, _)) = self.floor(&[COPY], &copy_key(seq, u32::MAX))? else {
            return Ok(None);
        };
        let Some(first_seq) = key.get(1..9).and_then(|bytes| bytes.try_into().ok()) else {
            return Ok(None);
        };
        let page = self.copy(u64::from_be_bytes(first_seq))?;
        Ok(page.filter(|page| page.header.has_entry(seq)))
    }

    /// The first sequence behind the last page that is copied; 0 without one.
    pub fn copies_reach(&self) -> Result<u64, Trouble> {
        let page = self.copy_floor_any()?;
        Ok(page.map_or(0, |page| page.header.next_seq()))
    }

    fn copy_floor_any(&self) -> Result<Option<Page>, Trouble> {
        let Some((key, _)) = self.last_in_prefix(&[COPY])? else {
            return Ok(None);
        };
        match key.get(1..9).and_then(|bytes| bytes.try_into().ok()) {
            Some(first_seq) => self.copy(u64::from_be_bytes(first_seq)),
            None => Ok(None),
        }
    }

    /// Waits until sled has written everything. Never needed per commit.
    pub fn flush(&self) -> Result<(), Trouble> {
        self.guarded(|tree| tree.flush().map(|_| ()))
    }

    /// Bytes on the disk.
    pub fn disk_len(&self) -> Result<u64, Trouble> {
        self.guarded(|tree| tree.size_on_disk())
    }

    /// sled panics where it should return an error, and so do its iterators.
    fn guarded<T>(&self, act: impl FnOnce(&sled::Db) -> sled::Result<T>) -> Result<T, Trouble> {
        guard(&self.path, || act(&self.tree))
    }
}

fn values((key, value): (sled::IVec, sled::IVec)) -> Pair {
    (Value(key), Value(value))
}

fn guard<T>(path: &Path, act: impl FnOnce() -> sled::Result<T>) -> Result<T, Trouble> {
    match catch_unwind(AssertUnwindSafe(act)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(translate(path, error)),
        Err(_) => Err(Trouble::book(path, "sled panicked")),
    }
}

fn translate(path: &Path, error: sled::Error) -> Trouble {
    use std::io::ErrorKind::{PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    let text = error.to_string();
    match error {
        // sled wraps the lock's error, so only its words tell.
        sled::Error::Io(_) if text.contains("could not acquire lock") => Trouble::Locked {
            pid: None,
            purpose: String::new(),
            path: path.to_path_buf(),
        },
        sled::Error::Io(source) => match source.kind() {
            PermissionDenied | QuotaExceeded | ReadOnlyFilesystem | StorageFull => {
                Trouble::io("open or write the book in", path, source)
            }
            _ => Trouble::book(path, text),
        },
        _ => Trouble::book(path, text),
    }
}

/// A crash while sled opened leaves `snap.N.generating`, which the next opening
/// would take for the newest snapshot and fail for ever.
fn remove_generating(dir: &Path) -> Result<(), Trouble> {
    for item in fs::read_dir(dir).at("list", dir)? {
        let path = item.at("list", dir)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with("snap.") && name.ends_with(".generating") {
            fs::remove_file(&path).at("remove", &path)?;
        }
    }
    Ok(())
}

fn open_tree(dir: &Path, cache_bytes: u64, is_brief: bool) -> Result<Book, Trouble> {
    let config = sled::Config::new()
        .path(dir)
        .cache_capacity(cache_bytes)
        .flush_every_ms((!is_brief).then_some(FLUSH_EVERY_MS))
        .use_compression(false);
    let tree = guard(dir, || config.open())?;
    let path = Place(dir.to_path_buf());
    let book = Book { tree, path };
    book.check_format()?;
    Ok(book)
}

impl Book {
    fn check_format(&self) -> Result<(), Trouble> {
        let Some(value) = self.get(FORMAT_KEY)? else {
            // Entries without a format would be a log that was rolled back.
            if !guard(&self.path, || Ok(self.tree.is_empty()))? {
                return Err(Trouble::book(&self.path, "it has content but no format"));
            }
            let mut batch = Batch::default();
            batch.put(FORMAT_KEY, &FORMAT.to_be_bytes());
            return self.apply(batch);
        };
        match <[u8; 4]>::try_from(&*value).map(u32::from_be_bytes) {
            Ok(FORMAT) => Ok(()),
            Ok(found) if found > FORMAT => Err(Trouble::Newer {
                path: self.path.to_path_buf(),
                found,
                known: FORMAT,
            }),
            _ => Err(Trouble::book(&self.path, "its format cannot be read")),
        }
    }
}

/// Moves a book (or key index) aside to the first free `NAME.broken-N` and says
/// where it lies now. No handle of it may be open.
pub fn set_aside(dir: &Path) -> Result<PathBuf, Trouble> {
    let name = dir
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let mut number = 1;
    loop {
        let aside = dir.with_file_name(format!("{name}.broken-{number}"));
        if !aside.exists() {
            fs::rename(dir, &aside).at("move aside", dir)?;
            return Ok(aside);
        }
        number += 1;
    }
}

#[cfg(test)]
#[path = "tests/book.rs"]
mod tests;

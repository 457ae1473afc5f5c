//! Repacking: copies a book into a new one. Rewriting leaves free segments
//! behind, which sled clears, all of them, at each opening; a copy has few.

use super::{Book, Pair, WATERMARK_KEY, is_book_file, remove_book};
use crate::storage::error::{At, StorageError};
use crate::storage::files::{self, sync_dir};
use std::path::{Path, PathBuf};

/// Bytes of keys and values written to the copy in one batch.
const BATCH_BYTES: usize = 1 << 20;

fn beside(dir: &Path, ending: &str) -> PathBuf {
    let name = dir.file_name().unwrap_or_default().to_string_lossy();
    dir.with_file_name(format!("{name}.{ending}"))
}

/// Copies the book in a folder, which nobody may have open, and replaces it
/// with the copy; each of the two takes `cache_bytes` of memory. After a crash
/// at any point one of the two is whole.
///
/// # Errors
/// I/O errors, or sled's; the book is as it was then.
pub fn repack(dir: &Path, cache_bytes: u64) -> Result<(), StorageError> {
    // Once it is moved, foreign files in it would keep it from being removed.
    files::check_ours(dir, is_book_file)?;
    let (new, old) = (beside(dir, "new"), beside(dir, "old"));
    for leftover in [&new, &old] {
        remove_book(leftover)?;
    }
    if let Err(trouble) = copy_to(&new, dir, cache_bytes) {
        // Otherwise a disk that is full of half a copy would stay full.
        let _ = remove_book(&new);
        return Err(trouble);
    }
    files::rename_folder(dir, &old)?;
    files::rename_folder(&new, dir)?;
    // Must be durable before the old one is removed.
    sync_dir(dir.parent().unwrap_or(dir))?;
    remove_book(&old)
}

fn copy_to(new: &Path, dir: &Path, cache_bytes: u64) -> Result<(), StorageError> {
    files::make_folder(new)?;
    let to = Book::start(new, cache_bytes, true)?;
    fill(&Book::start(dir, cache_bytes, true)?, &to)?;
    to.flush()?;
    drop(to);
    sync_files(new)
}

/// Removes half a copy. Restores a book whose copy had not replaced it yet, and
/// removes one whose copy has: otherwise an erased member would live on in it.
pub(super) fn recover(dir: &Path) -> Result<(), StorageError> {
    // Anything else under that name stays.
    let _ = remove_book(&beside(dir, "new"));
    let old = beside(dir, "old");
    match files::has_folder(&old)? {
        true if files::has_folder(dir)? => remove_book(&old),
        true => files::rename_folder(&old, dir),
        false => Ok(()),
    }
}

fn fill(from: &Book, to: &Book) -> Result<(), StorageError> {
    // The watermark vouches for the rest, so it comes last.
    let is_other = |pair: &Result<Pair, StorageError>| {
        let key = pair.as_ref().ok().map(|(key, _)| &**key);
        key != Some(WATERMARK_KEY)
    };
    copy(from.scan_prefix(b"").filter(is_other), to)?;
    let mut last = sled::Batch::default();
    if let Some(watermark) = from.get(WATERMARK_KEY)? {
        last.insert(WATERMARK_KEY, &*watermark);
    }
    to.apply_at_once(last)
}

fn copy(
    pairs: impl Iterator<Item = Result<Pair, StorageError>>,
    to: &Book,
) -> Result<(), StorageError> {
    let (mut batch, mut len) = (sled::Batch::default(), 0);
    for pair in pairs {
        let (key, value) = pair?;
        len += key.len() + value.len();
        batch.insert(&*key, &*value);
        if len >= BATCH_BYTES {
            to.apply_at_once(std::mem::take(&mut batch))?;
            len = 0;
        }
    }
    to.apply_at_once(batch)
}

/// Syncs the files, since sled's own flush is no fsync.
fn sync_files(dir: &Path) -> Result<(), StorageError> {
    let paths = files::list(dir)?.into_iter();
    for path in paths.filter(|path| !path.is_dir()) {
        files::open(&path)?.sync_all().at("sync", &path)?;
    }
    Ok(())
}

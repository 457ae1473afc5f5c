//! A book copied into a new one. Whatever is
//! rewritten leaves free segments behind, which sled clears, all of them, each time
//! it is opened; a copy has few.

use super::tree::Tree;
use super::{Pair, WATERMARK_KEY, is_book_file, remove_book};
use crate::storage::error::{At, Trouble};
use crate::storage::files::{self, sync_dir};
use std::path::{Path, PathBuf};

/// Bytes of keys and values put into the copy at once.
const BATCH_BYTES: usize = 1 << 20;

fn beside(dir: &Path, ending: &str) -> PathBuf {
    let name = dir.file_name().unwrap_or_default().to_string_lossy();
    dir.with_file_name(format!("{name}.{ending}"))
}

/// Copies the book in a folder, which nobody may have open, and puts the copy in
/// its place; each of the two takes so many bytes of memory for its cache. Whenever
/// this is cut short, one of the two is whole.
///
/// # Errors
/// I/O trouble, or sled's; the book is as it was then.
pub fn repack(dir: &Path, cache_bytes: u64) -> Result<(), Trouble> {
    // Once it is moved, what is not ours in it could not be removed.
    files::check_ours(dir, is_book_file)?;
    let (new, old) = (beside(dir, "new"), beside(dir, "old"));
    for leftover in [&new, &old] {
        remove_book(leftover)?;
    }
    if let Err(trouble) = copy_to(&new, dir, cache_bytes) {
        // A disk that is full of half a copy would stay full.
        let _ = remove_book(&new);
        return Err(trouble);
    }
    files::rename_folder(dir, &old)?;
    files::rename_folder(&new, dir)?;
    // Before anybody removes the old one.
    sync_dir(dir.parent().unwrap_or(dir))?;
    remove_book(&old)
}

fn copy_to(new: &Path, dir: &Path, cache_bytes: u64) -> Result<(), Trouble> {
    files::make_folder(new)?;
    let to = Tree::start(new, cache_bytes, true)?;
    fill(&Tree::start(dir, cache_bytes, true)?, &to)?;
    to.flush()?;
    drop(to);
    sync_files(new)
}

/// Removes half a copy. Puts back a book whose copy had not taken its place yet, and
/// removes one whose copy has: whoever is erased would live on in it.
pub(super) fn recover(dir: &Path) -> Result<(), Trouble> {
    // Whatever else lies under that name stays.
    let _ = remove_book(&beside(dir, "new"));
    let old = beside(dir, "old");
    match files::has_folder(&old)? {
        true if files::has_folder(dir)? => remove_book(&old),
        true => files::rename_folder(&old, dir),
        false => Ok(()),
    }
}

fn fill(from: &Tree, to: &Tree) -> Result<(), Trouble> {
    // The watermark says what is there, so it comes last.
    let is_other = |pair: &Result<Pair, Trouble>| {
        let key = pair.as_ref().ok().map(|(key, _)| &**key);
        key != Some(WATERMARK_KEY)
    };
    copy(from.scan_prefix(b"").filter(is_other), to)?;
    let mut last = sled::Batch::default();
    if let Some(watermark) = from.get(WATERMARK_KEY)? {
        last.insert(WATERMARK_KEY, &*watermark);
    }
    to.apply(last)
}

fn copy(pairs: impl Iterator<Item = Result<Pair, Trouble>>, to: &Tree) -> Result<(), Trouble> {
    let (mut batch, mut len) = (sled::Batch::default(), 0);
    for pair in pairs {
        let (key, value) = pair?;
        len += key.len() + value.len();
        batch.insert(&*key, &*value);
        if len >= BATCH_BYTES {
            to.apply(std::mem::take(&mut batch))?;
            len = 0;
        }
    }
    to.apply(batch)
}

/// sled's own flush is no fsync.
fn sync_files(dir: &Path) -> Result<(), Trouble> {
    let paths = files::list(dir)?.into_iter();
    for path in paths.filter(|path| !path.is_dir()) {
        files::open(&path)?.sync_all().at("sync", &path)?;
    }
    Ok(())
}

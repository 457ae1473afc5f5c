//! A book copied into a new one, all of it or what it alone knows. Whatever is
//! rewritten leaves free segments behind, which sled clears, all of them, each time
//! it is opened; a copy has few.

use super::tree::Tree;
use super::{Book, CACHE_BYTES, FORMAT_KEY, Pair, WATERMARK_KEY};
use super::{is_book_file, remove_book};
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
/// its place. Whenever this is cut short, one of the two is whole.
///
/// # Errors
/// I/O trouble, or sled's; the book is as it was then.
pub fn repack(dir: &Path) -> Result<(), Trouble> {
    let old = replace(dir, |to| fill(&Tree::start(dir, CACHE_BYTES, true)?, to))?;
    remove_book(&old)
}

/// Puts an empty book in the place of one, but for what stands under some
/// prefixes, as far as it can be read; gives where the old one lies now. Whenever
/// this is cut short, nothing of that is lost.
///
/// # Errors
/// I/O trouble, or sled's; the book is as it was then.
pub fn renew(book: Book, kept: &[u8]) -> Result<PathBuf, Trouble> {
    let dir = book.tree.path().to_path_buf();
    replace(&dir, move |to| keep(&book.tree, kept, to))
}

/// Fills a new book beside the one in a folder, and has it take that one's place.
fn replace(
    dir: &Path,
    fill: impl FnOnce(&Tree) -> Result<(), Trouble>,
) -> Result<PathBuf, Trouble> {
    // Once it is moved, what is not ours in it could not be removed.
    files::check_ours(dir, is_book_file)?;
    let (new, old) = (beside(dir, "new"), beside(dir, "old"));
    for leftover in [&new, &old] {
        remove_book(leftover)?;
    }
    if let Err(trouble) = make(&new, fill) {
        // A disk that is full of half a copy would stay full.
        let _ = remove_book(&new);
        return Err(trouble);
    }
    files::rename_folder(dir, &old)?;
    files::rename_folder(&new, dir)?;
    // Before anybody removes the old one.
    sync_dir(dir.parent().unwrap_or(dir))?;
    Ok(old)
}

fn make(new: &Path, fill: impl FnOnce(&Tree) -> Result<(), Trouble>) -> Result<(), Trouble> {
    files::make_folder(new)?;
    let to = Tree::start(new, CACHE_BYTES, true)?;
    fill(&to)?;
    to.flush()?;
    drop(to);
    sync_files(new)
}

/// Puts back a book whose copy had not taken its place yet, and removes one
/// whose copy has: whoever is erased would live on in it.
pub(super) fn recover(dir: &Path) -> Result<(), Trouble> {
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

fn keep(from: &Tree, kept: &[u8], to: &Tree) -> Result<(), Trouble> {
    let format = from.scan_prefix(FORMAT_KEY);
    let kept = kept.chunks(1).flat_map(|prefix| from.scan_prefix(prefix));
    // Behind what cannot be read sled may find the same again for ever.
    copy(format.chain(kept).take_while(Result::is_ok), to)
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

//! A book copied into a new one. Whatever is rewritten leaves free segments
//! behind, which sled clears, all of them, each time it is opened; a copy has few.

use super::tree::Tree;
use super::{CACHE_BYTES, WATERMARK_KEY};
use crate::store::error::{At, Trouble};
use std::fs;
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
    let (new, old) = (beside(dir, "new"), beside(dir, "old"));
    for leftover in [&new, &old] {
        if leftover.exists() {
            fs::remove_dir_all(leftover).at("remove", leftover)?;
        }
    }
    fill(dir, &new)?;
    sync_files(&new)?;
    fs::rename(dir, &old).at("move aside", dir)?;
    fs::rename(&new, dir).at("put into place", &new)?;
    fs::remove_dir_all(&old).at("remove", &old)
}

/// Puts back a book whose copy had not taken its place yet.
pub(super) fn recover(dir: &Path) -> Result<(), Trouble> {
    let old = beside(dir, "old");
    match !dir.exists() && old.exists() {
        true => fs::rename(&old, dir).at("put back", &old),
        false => Ok(()),
    }
}

fn fill(dir: &Path, new: &Path) -> Result<(), Trouble> {
    fs::create_dir_all(new).at("create", new)?;
    let from = Tree::start(dir, CACHE_BYTES, true)?;
    let to = Tree::start(new, CACHE_BYTES, true)?;
    let (mut batch, mut len) = (sled::Batch::default(), 0);
    for pair in from.scan_prefix(b"") {
        let (key, value) = pair?;
        // It says what is there, so it comes last.
        if *key == *WATERMARK_KEY {
            continue;
        }
        len += key.len() + value.len();
        batch.insert(&*key, &*value);
        if len >= BATCH_BYTES {
            to.apply(std::mem::take(&mut batch))?;
            len = 0;
        }
    }
    to.apply(batch)?;
    let mut last = sled::Batch::default();
    if let Some(watermark) = from.get(WATERMARK_KEY)? {
        last.insert(WATERMARK_KEY, &*watermark);
    }
    to.apply(last)?;
    to.flush()
}

/// sled's own flush is no fsync.
fn sync_files(dir: &Path) -> Result<(), Trouble> {
    for item in fs::read_dir(dir).at("list", dir)? {
        let path = item.at("list", dir)?.path();
        let opened = fs::File::open(&path);
        opened.and_then(|file| file.sync_all()).at("sync", &path)?;
    }
    Ok(())
}

//! The mark of a queue's end: a small file beside the journal, which says how many entries
//! were answered. A journal that ends before has lost pages at its end, which nothing in the
//! journal itself can show.

use super::QueueError;
use crate::storage::error::{At, StorageError};
use crate::storage::files;
use std::fs::File;
use std::path::{Path, PathBuf};

/// Name of the file.
const NAME: &str = "end";

/// The mark, open for writing.
pub(super) struct EndMark {
    file: File,
    path: PathBuf,
}

impl EndMark {
    /// Opens the mark of a queue's folder, and makes it if there is none.
    pub fn open(dir: &Path) -> Result<EndMark, StorageError> {
        let path = dir.join(NAME);
        Ok(EndMark {
            file: files::edit_or_create(&path)?,
            path,
        })
    }

    /// Checks that the journal has as many entries as were answered.
    ///
    /// # Errors
    /// It has fewer; I/O errors.
    pub fn check(&self, size: u64) -> Result<(), QueueError> {
        let mut bytes = [0; 8];
        let read = files::read_at(&self.file, 0, &mut bytes).at("read", &self.path)?;
        let marked = u64::from_le_bytes(bytes);
        match read == bytes.len() && marked > size {
            true => Err(QueueError::damage(format!(
                "it has {size} entries, and {marked} were written: its end is lost (if there is no newer copy, removing its file '{NAME}' accepts that)"
            ))),
            false => Ok(()),
        }
    }

    /// Marks the end. Called once the entries are durable, and not synced itself: after a
    /// power cut it says too little at worst, and then finds less.
    pub fn set(&self, size: u64) -> Result<(), StorageError> {
        files::write_at(&self.file, 0, &size.to_le_bytes()).at("write", &self.path)
    }
}

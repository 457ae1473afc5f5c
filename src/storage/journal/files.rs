//! The journal in a folder of segment files.

use super::disk::{Blob, Disk};
use super::{Ending, JournalReader, Opening, Segmented};
use crate::storage::error::{At, StorageError};
use crate::storage::files::{self, limit, read_at, start_writing, sync_dir, write_at};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A folder of segments, `000000000000.seg` and so on.
#[derive(Debug, Clone)]
pub struct Folder {
    dir: PathBuf,
    is_writable: bool,
}

impl Folder {
    /// Opens a folder for reading only.
    pub fn reading(dir: &Path) -> Self {
        Folder {
            dir: dir.to_path_buf(),
            is_writable: false,
        }
    }

    /// Opens a folder for appending pages. The caller holds the lock.
    pub fn writing(dir: &Path) -> Self {
        Folder {
            dir: dir.to_path_buf(),
            is_writable: true,
        }
    }

    fn file(&self, segment: u64, is_new: bool) -> Result<Arc<dyn Blob>, StorageError> {
        let path = self.path(Some(segment));
        let file = match (self.is_writable, is_new) {
            (true, true) => files::edit_or_create(&path)?,
            (true, false) => files::edit_or_read(&path)?,
            (false, _) => files::open(&path)?,
        };
        files::check_len(&file, &path, limit::SEGMENT)?;
        Ok(Arc::new(Segment { file, path }))
    }
}

/// Makes an empty journal in `dir` (the folder is created): one segment,
/// preallocated with zeros, durable.
///
/// # Errors
/// [`StorageError::Foreign`] if there is a journal already.
pub fn create(dir: &Path, opening: &Opening) -> Result<Segmented, StorageError> {
    files::make_folder(dir)?;
    Segmented::create(Arc::new(Folder::writing(dir)), opening)
}

/// Opens the journal in `dir` for appending and returns the state of its end.
///
/// # Errors
/// [`StorageError::Foreign`] if there is no segment; I/O errors.
pub fn open(dir: &Path, opening: &Opening) -> Result<(Segmented, Ending), StorageError> {
    Segmented::open(Arc::new(Folder::writing(dir)), opening)
}

impl JournalReader {
    /// Opens the journal in `dir`.
    ///
    /// # Errors
    /// [`StorageError::Foreign`] if there is no segment; I/O errors.
    pub fn open(dir: &Path) -> Result<Self, StorageError> {
        let reader = JournalReader::new(Arc::new(Folder::reading(dir)));
        if reader.disk.segments()?.is_empty() {
            return Err(StorageError::foreign(dir, "no journal segment is here"));
        }
        Ok(reader)
    }

    /// Opens the journal in `dir`, in which a segment may be missing.
    pub fn at(dir: &Path) -> Self {
        JournalReader::new(Arc::new(Folder::reading(dir)))
    }
}

/// The file name of a segment.
pub fn segment_name(first_seq: u64) -> String {
    format!("{first_seq:012}.seg")
}

/// True if a file has the name of a segment.
pub fn is_segment_name(name: &str) -> bool {
    parse_name(name).is_some()
}

fn parse_name(name: &str) -> Option<u64> {
    let first_seq = name.strip_suffix(".seg")?.parse().ok()?;
    (segment_name(first_seq) == name).then_some(first_seq)
}

impl Disk for Folder {
    fn segments(&self) -> Result<Vec<u64>, StorageError> {
        let mut found = Vec::new();
        for path in files::list(&self.dir)? {
            let name = path.file_name().and_then(|name| name.to_str());
            found.extend(name.and_then(parse_name));
        }
        found.sort_unstable();
        Ok(found)
    }

    fn open(&self, segment: u64) -> Result<Arc<dyn Blob>, StorageError> {
        self.file(segment, false)
    }

    fn create(&self, segment: u64) -> Result<Arc<dyn Blob>, StorageError> {
        self.file(segment, true)
    }

    fn sync_names(&self) -> Result<(), StorageError> {
        sync_dir(&self.dir)
    }

    fn path(&self, segment: Option<u64>) -> PathBuf {
        match segment {
            Some(first_seq) => self.dir.join(segment_name(first_seq)),
            None => self.dir.clone(),
        }
    }
}

struct Segment {
    file: File,
    path: PathBuf,
}

impl Blob for Segment {
    fn len(&self) -> Result<u64, StorageError> {
        Ok(self.file.metadata().at("read", &self.path)?.len())
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, StorageError> {
        read_at(&self.file, offset, buffer).at("read", &self.path)
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> Result<(), StorageError> {
        write_at(&self.file, offset, bytes).at("write", &self.path)
    }

    fn start(&self, offset: u64, len: u64) {
        start_writing(&self.file, offset, len);
    }

    fn is_in_place(&self) -> Result<bool, StorageError> {
        files::is_in_place(&self.file, &self.path)
    }

    fn sync(&self) -> Result<(), StorageError> {
        self.file.sync_data().at("sync", &self.path)
    }
}

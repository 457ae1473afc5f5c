//! The operations that a journal needs of a disk, so that memory can replace it.

use crate::storage::error::StorageError;
use std::path::PathBuf;
use std::sync::Arc;

/// A store of segments, named by their first sequence.
pub trait Disk: Send + Sync {
    /// First sequences of all segments, ascending.
    fn segments(&self) -> Result<Vec<u64>, StorageError>;
    /// Opens an existing segment.
    fn open(&self, segment: u64) -> Result<Arc<dyn Blob>, StorageError>;
    /// Opens a segment, making an empty one if it does not exist.
    fn create(&self, segment: u64) -> Result<Arc<dyn Blob>, StorageError>;
    /// Makes the names of new segments durable.
    fn sync_names(&self) -> Result<(), StorageError>;
    /// Name of a segment (or, without one, of the whole) in messages.
    fn path(&self, segment: Option<u64>) -> PathBuf;
}

/// The bytes of one segment.
pub trait Blob: Send + Sync {
    /// Its length in bytes.
    fn len(&self) -> Result<u64, StorageError>;
    /// True if it has no bytes.
    fn is_empty(&self) -> Result<bool, StorageError> {
        Ok(self.len()? == 0)
    }
    /// Reads as much as there is; fewer bytes than asked for only at the end.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, StorageError>;
    /// Writes all of it, growing the segment where needed.
    fn write_at(&self, offset: u64, bytes: &[u8]) -> Result<(), StorageError>;
    /// Asks the disk to begin writing a range, without waiting for it; nothing
    /// is durable before [`Blob::sync`].
    fn start(&self, offset: u64, len: u64);
    /// True if this is still the segment of its name, rather than one whose file or
    /// folder was replaced after it was opened.
    fn is_in_place(&self) -> Result<bool, StorageError>;
    /// Makes all writes durable, the length included.
    fn sync(&self) -> Result<(), StorageError>;
}

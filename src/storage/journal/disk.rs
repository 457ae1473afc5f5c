//! The few things a journal asks of a disk, so that memory can stand in for it.

use crate::storage::error::Trouble;
use std::path::PathBuf;
use std::sync::Arc;

/// A place that holds segments, named by their first sequence.
pub trait Disk: Send + Sync {
    /// First sequences of all segments, ascending.
    fn segments(&self) -> Result<Vec<u64>, Trouble>;
    /// Opens a segment that is there.
    fn open(&self, segment: u64) -> Result<Arc<dyn Blob>, Trouble>;
    /// Opens a segment, making an empty one if it is not there.
    fn create(&self, segment: u64) -> Result<Arc<dyn Blob>, Trouble>;
    /// Makes the names of new segments durable.
    fn sync_names(&self) -> Result<(), Trouble>;
    /// What to call a segment (or, without one, the whole) in a message.
    fn path(&self, segment: Option<u64>) -> PathBuf;
}

/// The bytes of one segment.
pub trait Blob: Send + Sync {
    /// Its length in bytes.
    fn len(&self) -> Result<u64, Trouble>;
    /// Whether it has no bytes.
    fn is_empty(&self) -> Result<bool, Trouble> {
        Ok(self.len()? == 0)
    }
    /// Reads as much as there is; less than asked only at the end.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, Trouble>;
    /// Writes all of it, growing the segment where needed.
    fn write_at(&self, offset: u64, bytes: &[u8]) -> Result<(), Trouble>;
    /// Has the disk take up what was written there, without waiting for it;
    /// nothing can be relied on before [`Blob::sync`].
    fn start(&self, offset: u64, len: u64);
    /// Makes what was written durable, the length included.
    fn sync(&self) -> Result<(), Trouble>;
}

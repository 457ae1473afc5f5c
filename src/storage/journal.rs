//! The journal: an append-only sequence of pages.
//!
//! [`Journal`] is the interface that the ledger uses. [`Segmented`] keeps pages
//! in segment files on a [`Disk`]: a folder ([`files`]) or memory that fails on
//! command ([`memory`]), so that the crash tests exercise the code that runs.
//! [`JournalReader`] reads a journal without locking it or writing a byte.

mod disk;
pub mod files;
pub mod memory;
mod reader;
mod scan;
mod segmented;
mod survey;

#[cfg(test)]
mod tests;

pub use disk::{Blob, Disk};
pub use reader::{Frozen, JournalReader};
pub use scan::{DamagedRange, FindingKind, Piece, Scan, StoredPage};
pub use segmented::Segmented;

use super::error::StorageError;
use crate::chain::hash::Hash;
use crate::chain::page::Page;

/// Position of a page: the segment's first sequence, and the byte in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Position {
    /// First sequence of the segment, which is its name.
    pub segment: u64,
    /// Byte offset in the segment, a multiple of 512.
    pub offset: u64,
}

impl Position {
    /// The beginning of the journal.
    pub const START: Position = Position {
        segment: 0,
        offset: 0,
    };

    /// Sixteen bytes, big-endian, for a watermark.
    pub fn to_bytes(self) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.segment.to_be_bytes());
        bytes[8..].copy_from_slice(&self.offset.to_be_bytes());
        bytes
    }

    /// Reads the form that [`Position::to_bytes`] makes.
    pub fn from_bytes(bytes: [u8; 16]) -> Position {
        let [segment, offset] =
            [0, 8].map(|at| u64::from_be_bytes(std::array::from_fn(|n| bytes[at + n])));
        Position { segment, offset }
    }
}

/// The end of the journal: the entry that the next page must follow, and its position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Sequence of the next entry, which is also the number of entries.
    pub next_seq: u64,
    /// Chain hash of the last entry; zero when there is none.
    pub hash: Hash,
    /// Position of the next page, unless a new segment is begun for it.
    pub position: Position,
    /// Position of the last page: the hint with which the journal opens fast.
    pub last: Option<Position>,
}

impl Head {
    /// The head of a journal without entries.
    pub const EMPTY: Head = Head {
        next_seq: 0,
        hash: Hash::ZERO,
        position: Position::START,
        last: None,
    };
}

/// Another writer appended: fold the new pages and decide again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the journal stands at sequence {} by now", head.next_seq)]
pub struct Conflict {
    /// End of the journal.
    pub head: Head,
}

/// Pages, in order, from some position on.
pub type Pages = Box<dyn Iterator<Item = Result<StoredPage, StorageError>> + Send>;

/// A store of pages that knows its end and can append a page.
pub trait Journal: Send {
    /// End of the journal.
    fn head(&self) -> Head;

    /// Appends a page after `expected` and returns its position; on return it
    /// is durable. If the journal no longer ends there, the result is a
    /// [`Conflict`], and nothing changes.
    ///
    /// # Errors
    /// After an I/O error the content of the disk is unknown, and every later
    /// call is [`StorageError::Poisoned`]. A full disk that was noticed before the
    /// page was written is [`StorageError::DiskFull`] and may be tried again.
    fn append(
        &mut self,
        expected: &Head,
        page: &Page,
    ) -> Result<Result<Position, Conflict>, StorageError> {
        let begun = self.begin(expected, page)?;
        self.finish()?;
        Ok(begun)
    }

    /// [`Journal::append`] that does not wait for the disk: the page is being
    /// written, and is no part of the journal before [`Journal::finish`].
    ///
    /// # Errors
    /// As for [`Journal::append`].
    fn begin(
        &mut self,
        expected: &Head,
        page: &Page,
    ) -> Result<Result<Position, Conflict>, StorageError>;

    /// Waits until the page that was begun is durable; does nothing if none was.
    ///
    /// # Errors
    /// As for [`Journal::append`].
    fn finish(&mut self) -> Result<(), StorageError>;

    /// Replaces a page of the journal that does not verify by the same page
    /// from elsewhere: its last hash must be the one that the next page, or the
    /// head, states. Durable on return; returns true if it was replaced.
    ///
    /// # Errors
    /// I/O errors.
    fn mend(&mut self, position: Position, page: &Page) -> Result<bool, StorageError>;

    /// Reads the pages from a position (a page must begin there) up to the head
    /// as it is now. Each is verified by its checksum; checking the chain is
    /// the caller's job.
    fn read(&self, from: Position) -> Pages;
}

/// State of a journal's end when it was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// The last page is whole and nothing follows it.
    End,
    /// A write that was never acknowledged was cut off; the journal can be
    /// used, and a Recovered entry should record it.
    Torn(Torn),
    /// Acknowledged bytes do not verify: read-only until healed.
    Damage(Damage),
}

/// An unfinished write that was zeroed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Torn {
    /// Sequence of its first entry.
    pub first_seq: u64,
    /// Its position.
    pub position: Position,
    /// Number of bytes that were zeroed, up to the last nonzero one.
    pub len: u64,
    /// Hash of those bytes (`stampbook 2026-11 cut v1`).
    pub cut_hash: Hash,
}

/// Acknowledged bytes that do not verify.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// The first sequence that cannot be read: the page to look for in a copy.
    pub first_seq: u64,
    /// Position of that page.
    pub position: Position,
    /// The fault.
    pub finding: String,
    /// True if the pages end cleanly here, and only a count from elsewhere
    /// tells that there were more.
    pub is_cut: bool,
}

impl Damage {
    /// Converts the damage to an error with the segment's path.
    pub fn to_trouble(&self, path: &std::path::Path) -> StorageError {
        StorageError::Damage {
            path: path.to_path_buf(),
            offset: self.position.offset,
            first_seq: self.first_seq,
            finding: self.finding.clone(),
        }
    }
}

impl Torn {
    /// Describes sequence, position and length in a message.
    pub fn describe(&self) -> String {
        format!(
            "an unfinished write of {} bytes at byte {} (sequence {}) was never acknowledged and is cut off",
            self.len, self.position.offset, self.first_seq
        )
    }
}

/// Options for opening a journal.
#[derive(Debug, Clone, Copy)]
pub struct Opening {
    /// Position where a page is believed to begin, such as the last one folded
    /// into the book: then the time to open does not depend on the journal's
    /// length. A wrong hint costs only time.
    pub hint: Option<Position>,
    /// Number of entries known from elsewhere (checkpoint file, watermark,
    /// second copy) to have been in the journal. With fewer, its end is
    /// damaged.
    pub reaches: u64,
    /// True if the last writer did not close cleanly: the last page is then
    /// written and synced again, since it may be only in the system's memory.
    pub is_unclean: bool,
    /// True to read every page from the start: slower, and misses nothing.
    pub is_thorough: bool,
    /// Length in bytes beyond which a segment is not continued.
    pub segment_len_max: u64,
}

impl Default for Opening {
    fn default() -> Self {
        Opening {
            hint: None,
            reaches: 0,
            is_unclean: false,
            is_thorough: false,
            segment_len_max: 1 << 30,
        }
    }
}

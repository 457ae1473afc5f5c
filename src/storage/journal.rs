//! The journal: pages, one after another, for ever.
//!
//! [`Journal`] is all that the ledger needs. [`Segmented`] keeps pages in segment
//! files on a [`Disk`]: a folder ([`files`]) or memory that fails on command
//! ([`memory`]), so that what the crash tests exercise is the code that runs.
//! [`Reader`] looks at a journal without locking it or writing a byte.

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
pub use reader::Reader;
pub use scan::{Finding, FindingKind, Piece, Scan, StoredPage};
pub use segmented::Segmented;

use super::error::Trouble;
use crate::chain::hash::Hash;
use crate::chain::page::Page;

/// Where a page lies: the segment's first sequence, and the byte in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Position {
    /// First sequence of the segment, which is its name.
    pub segment: u64,
    /// Byte offset in the segment, a multiple of 512.
    pub offset: u64,
}

impl Position {
    /// The very beginning.
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

    /// What [`Position::to_bytes`] made.
    pub fn from_bytes(bytes: [u8; 16]) -> Position {
        let [segment, offset] =
            [0, 8].map(|at| u64::from_be_bytes(std::array::from_fn(|n| bytes[at + n])));
        Position { segment, offset }
    }
}

/// The end of the journal: what the next page must follow, and where it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Sequence of the next entry, which is also the number of entries.
    pub next_seq: u64,
    /// Chain hash of the last entry; zero when there is none.
    pub hash: Hash,
    /// Where the next page goes, unless a new segment is begun for it.
    pub position: Position,
    /// Where the last page lies: the hint that opens the journal fast.
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

/// Somebody else appended: fold what is new and decide again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the journal stands at sequence {} by now", head.next_seq)]
pub struct Conflict {
    /// Where the journal stands.
    pub head: Head,
}

/// Pages, in order, from some position on.
pub type Pages = Box<dyn Iterator<Item = Result<StoredPage, Trouble>> + Send>;

/// A store of pages that knows its end and takes one page more.
pub trait Journal: Send {
    /// Where the journal ends.
    fn head(&self) -> Head;

    /// Appends a page behind `expected` and returns where it lies; on return it
    /// is durable. Not at `expected` any more is a [`Conflict`], and changes
    /// nothing.
    ///
    /// # Errors
    /// After an I/O error what lies on the disk is unknown, and every later call
    /// is [`Trouble::Poisoned`]. A full disk that was noticed before the page was
    /// written is [`Trouble::DiskFull`] and may be tried again.
    fn append(
        &mut self,
        expected: &Head,
        page: &Page,
    ) -> Result<Result<Position, Conflict>, Trouble> {
        let begun = self.begin(expected, page)?;
        self.finish()?;
        Ok(begun)
    }

    /// [`Journal::append`] that does not wait for the disk: the page is on its
    /// way, and is no part of the journal before [`Journal::finish`].
    ///
    /// # Errors
    /// As for [`Journal::append`].
    fn begin(
        &mut self,
        expected: &Head,
        page: &Page,
    ) -> Result<Result<Position, Conflict>, Trouble>;

    /// Waits until the page that was begun is durable; nothing is to be done
    /// where none was.
    ///
    /// # Errors
    /// As for [`Journal::append`].
    fn finish(&mut self) -> Result<(), Trouble>;

    /// Puts a page where one of the journal's does not verify, if it is the same one:
    /// the hash behind it must be what the next page, or the head, says. Durable on
    /// return; says whether it was done.
    ///
    /// # Errors
    /// I/O trouble.
    fn mend(&mut self, position: Position, page: &Page) -> Result<bool, Trouble>;

    /// The pages from a position on (a page must begin there), up to the head as
    /// it is now. Each is verified by its checksum; the chain is the caller's.
    fn read(&self, from: Position) -> Pages;
}

/// What the end of a journal looked like when it was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// The last page is whole and nothing lies behind it.
    End,
    /// A write that was never acknowledged was cut off; the journal can be used,
    /// and a Recovered entry should tell of it.
    Torn(Torn),
    /// Something that was acknowledged does not verify: read-only until healed.
    Damage(Damage),
}

/// An unfinished write that was zeroed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Torn {
    /// The sequence it would have begun with.
    pub first_seq: u64,
    /// Where it lay.
    pub position: Position,
    /// How many bytes were zeroed, up to the last that was not zero.
    pub len: u64,
    /// Hash of those bytes (`stampbook 2026-11 cut v1`).
    pub cut_hash: Hash,
}

/// Acknowledged bytes that do not verify.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// The first sequence that cannot be read: the page to look for in a copy.
    pub first_seq: u64,
    /// Where that page belongs.
    pub position: Position,
    /// What is wrong there.
    pub finding: String,
    /// The pages end cleanly here; only a count from elsewhere says that there
    /// were more.
    pub is_cut: bool,
}

/// How to open a journal.
#[derive(Debug, Clone, Copy)]
pub struct Opening {
    /// Where a page is believed to begin, such as the last one folded into the
    /// book: then opening does not depend on the length of the journal. A wrong
    /// hint costs time, nothing else.
    pub hint: Option<Position>,
    /// How many entries are known from elsewhere (checkpoint file, watermark,
    /// second copy) to have been in the journal. With fewer, its end is damage.
    pub reaches: u64,
    /// Whether the last writer ended without saying so: the last page is then
    /// written and synced again, since it may be in the system's memory only.
    pub is_unclean: bool,
    /// Read every page from the start: slower, and misses nothing.
    pub is_thorough: bool,
    /// A segment longer than this many bytes is not continued.
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

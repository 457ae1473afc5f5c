//! Where the pages of the journal lie, so that an entry is found without reading
//! all before it. Only a page with a multiple of so many bytes in it is noted: from
//! the one before, few headers lead to any other.

use super::error::Error;
use super::packed_table::PackedTable;
use crate::storage::book::{Batch, Book};
use crate::storage::journal::Position;

/// A page is noted if a multiple of this many bytes lies in it.
const GRAIN: u64 = 64 << 10;
/// The first byte of the table's keys in the book.
const PAGES: u8 = b'i';

/// Sequences of pages with their positions: in the book as far as that has folded,
/// in memory from there on.
#[derive(Default)]
pub struct PageIndex {
    marks: PackedTable<PAGES, 8>,
}

impl PageIndex {
    /// Notes a durable page, if it is one of those that are noted.
    pub fn note(&mut self, first_seq: u64, position: Position, len: u64) {
        let (start, end) = (position.offset, position.offset + len);
        if start == 0 || start / GRAIN != end / GRAIN {
            let mark = position.to_bytes();
            self.marks.set(first_seq.to_be_bytes(), Some(&mark));
        }
    }

    /// Where to begin to look for the page that holds an entry.
    pub fn before(&self, book: &Book, seq: u64) -> Result<Position, Error> {
        let found = self.marks.floor(book, &seq.to_be_bytes())?;
        let found = found.and_then(|bytes| bytes.try_into().ok());
        Ok(found.map_or(Position::START, Position::from_bytes))
    }

    /// Puts what was noted into a batch.
    pub fn write(&mut self, book: &Book, batch: &mut Batch) -> Result<(), Error> {
        self.marks.write(book, batch)
    }

    /// Forgets what is in memory. Only after the book has taken all of it.
    pub fn shrink(&mut self) {
        self.marks.shrink();
    }
}

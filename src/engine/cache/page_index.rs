//! Where the pages of the journal lie, so that an entry is found without reading
//! all before it. Only a page with a multiple of so many bytes in it is noted: from
//! the one before, few headers lead to any other.

use crate::storage::journal::Position;
use std::collections::BTreeMap;

/// A page is noted if a multiple of this many bytes lies in it.
const GRAIN: u64 = 64 << 10;

/// Sequences of pages with their positions, as far as the book does not have them.
#[derive(Default)]
pub struct PageIndex {
    marks: BTreeMap<u64, Position>,
}

impl PageIndex {
    /// Notes a durable page, if it is one of those that are noted.
    pub fn note(&mut self, first_seq: u64, position: Position, len: u64) {
        let (start, end) = (position.offset, position.offset + len);
        if start == 0 || start / GRAIN != end / GRAIN {
            self.marks.insert(first_seq, position);
        }
    }

    /// Where the last noted page lies that begins no later than an entry.
    pub fn before(&self, seq: u64) -> Option<Position> {
        self.marks.range(..=seq).next_back().map(|mark| *mark.1)
    }

    /// Hands over what was noted.
    pub fn take(&mut self) -> BTreeMap<u64, Position> {
        std::mem::take(&mut self.marks)
    }
}

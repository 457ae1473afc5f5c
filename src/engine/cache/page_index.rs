//! Index of page positions, so that an entry is found without reading all
//! before it. Only pages that contain a multiple of a grain of bytes are noted:
//! few headers lead from one to the next.

use crate::storage::journal::Position;
use std::collections::BTreeMap;

/// Grain: a page is noted if a multiple of this many bytes lies in it.
const GRAIN: u64 = 64 << 10;

/// Sequences of pages with their positions, those that the book does not have.
#[derive(Default)]
pub struct PageIndex {
    marks: BTreeMap<u64, Position>,
}

impl PageIndex {
    /// Notes a durable page, if a multiple of the grain lies in it.
    pub fn note(&mut self, first_seq: u64, position: Position, len: u64) {
        let (start, end) = (position.offset, position.offset + len);
        if start == 0 || start / GRAIN != end / GRAIN {
            self.marks.insert(first_seq, position);
        }
    }

    /// Position of the last noted page that begins no later than an entry.
    pub fn before(&self, seq: u64) -> Option<Position> {
        self.marks.range(..=seq).next_back().map(|mark| *mark.1)
    }

    /// Removes and returns the noted positions.
    pub fn take(&mut self) -> BTreeMap<u64, Position> {
        std::mem::take(&mut self.marks)
    }
}

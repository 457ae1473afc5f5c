//! Index of page positions, so that an entry is found without reading all
//! before it. Only pages that contain a multiple of a grain of bytes are noted:
//! few headers lead from one to the next. It is in memory as a whole, 40 bytes for
//! 64 KiB of the journal, and shared with readers on other threads.

use crate::storage::journal::Position;
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

/// Grain: a page is noted if a multiple of this many bytes lies in it.
const GRAIN: u64 = 64 << 10;

/// Sequences of pages with their positions.
#[derive(Clone, Debug, Default)]
pub struct PageMarks(Arc<RwLock<BTreeMap<u64, Position>>>);

impl PageMarks {
    /// Position of the last noted page that begins no later than an entry.
    pub fn before(&self, seq: u64) -> Position {
        let marks = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let mark = marks.range(..=seq).next_back();
        mark.map_or(Position::START, |mark| *mark.1)
    }

    fn insert(&self, marks: impl IntoIterator<Item = (u64, Position)>) {
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        all.extend(marks);
    }
}

/// Positions of pages, and those that the book does not have.
#[derive(Default)]
pub struct PageIndex {
    all: PageMarks,
    unwritten: BTreeMap<u64, Position>,
}

impl PageIndex {
    /// An index of the pages that the book has.
    pub fn of(marks: impl IntoIterator<Item = (u64, Position)>) -> PageIndex {
        let index = PageIndex::default();
        index.all.insert(marks);
        index
    }

    /// Notes a durable page, if a multiple of the grain lies in it.
    pub fn note(&mut self, first_seq: u64, position: Position, len: u64) {
        let (start, end) = (position.offset, position.offset + len);
        if start == 0 || start / GRAIN != end / GRAIN {
            self.all.insert([(first_seq, position)]);
            self.unwritten.insert(first_seq, position);
        }
    }

    /// The positions, for readers.
    pub fn marks(&self) -> &PageMarks {
        &self.all
    }

    /// Removes and returns the positions that the book does not have.
    pub fn take(&mut self) -> BTreeMap<u64, Position> {
        std::mem::take(&mut self.unwritten)
    }
}

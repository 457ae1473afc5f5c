//! Earlier entries by sequence, for those that refer to them. The position of
//! only every n-th page is kept, so that the index does not grow with the
//! journal.

use super::scratch::UnusedState;
use crate::chain::codec;
use crate::chain::page::Page;
use crate::model::{Entry, MemberId};
use crate::rules::State;
use crate::storage::error::StorageError;
use crate::storage::journal::{JournalReader, Piece, Position};
use std::collections::VecDeque;

/// Most positions kept.
const MARKS_MAX: usize = 1 << 16;
/// Pages cached in memory.
const PAGES_MAX: usize = 16;

/// Index of page positions.
pub(super) struct Index {
    reader: JournalReader,
    marks: Vec<(u64, Position)>,
    /// Interval, in pages, at which positions are kept.
    every: u64,
    pages: u64,
    recent: VecDeque<RecentPage>,
}

/// A page that was read, taken apart: a member's history is often many entries
/// of one page.
struct RecentPage {
    first_seq: u64,
    /// Bytes of each entry.
    entries: Vec<Box<[u8]>>,
}

impl RecentPage {
    fn of(page: &Page) -> RecentPage {
        let view = Page::parse(&page.bytes);
        let entries = view.iter().flat_map(|view| view.entries());
        RecentPage {
            first_seq: page.header.first_seq,
            entries: entries.map(Box::from).collect(),
        }
    }

    /// Bytes of an entry, if the page has it.
    fn bytes(&self, seq: u64) -> Option<&[u8]> {
        let at = usize::try_from(seq.checked_sub(self.first_seq)?).ok()?;
        self.entries.get(at).map(|bytes| &**bytes)
    }
}

impl Index {
    pub fn new(reader: &JournalReader) -> Index {
        Index {
            reader: reader.clone(),
            marks: Vec::new(),
            every: 1,
            pages: 0,
            recent: VecDeque::new(),
        }
    }

    /// Notes the position of a page; pages come in order.
    pub fn note(&mut self, first_seq: u64, position: Position) {
        if self.pages.is_multiple_of(self.every) {
            self.marks.push((first_seq, position));
        }
        self.pages += 1;
        if self.marks.len() > MARKS_MAX {
            let mut keeps = [true, false].into_iter().cycle();
            self.marks.retain(|_| keeps.next().unwrap_or(true));
            self.every *= 2;
        }
    }

    /// Reads an entry that was walked over already, if it can be read.
    pub fn entry(&mut self, seq: u64) -> Result<Option<Entry>, StorageError> {
        if let Some(bytes) = self.recent.iter().find_map(|page| page.bytes(seq)) {
            return Ok(codec::decode(bytes).ok());
        }
        let at = self.marks.partition_point(|mark| mark.0 <= seq);
        let Some((_, from)) = at.checked_sub(1).map(|at| self.marks[at]) else {
            return Ok(None);
        };
        for piece in self.reader.pages_from(from, None)? {
            let Piece::Page(stored) = piece? else {
                continue;
            };
            if stored.page.header.first_seq > seq {
                break;
            }
            if stored.page.header.has_entry(seq) {
                let page = RecentPage::of(&stored.page);
                let entry = page.bytes(seq).and_then(|bytes| codec::decode(bytes).ok());
                self.keep(page);
                return Ok(entry);
            }
        }
        Ok(None)
    }

    fn keep(&mut self, page: RecentPage) {
        if self.recent.len() == PAGES_MAX {
            self.recent.pop_front();
        }
        self.recent.push_back(page);
    }

    /// A member's entries after one of them, oldest first, up to the last one
    /// that a state knows; the member is loaded.
    pub fn since(
        &mut self,
        (state, unused): (&mut State, &UnusedState),
        id: MemberId,
        seq: u64,
    ) -> Result<Vec<Entry>, StorageError> {
        unused.load_member(state, id)?;
        let mut next = state.members.get(&id).map(|m| m.last_seq);
        let mut entries = Vec::new();
        while let Some(at) = next.filter(|at| *at > seq) {
            let Some(entry) = self.entry(at)? else { break };
            let touched = entry.touched.iter().find(|touched| touched.member == id);
            // A forged chain of entries must not loop for ever.
            next = touched
                .and_then(|touched| touched.previous)
                .filter(|before| *before < at);
            entries.push(entry);
        }
        entries.reverse();
        Ok(entries)
    }
}

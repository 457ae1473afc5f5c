//! Writing the state down: members, house and the watermark that says how far
//! they reach move in one batch. The second copy and the keys go for themselves.

use super::Ledger;
use super::background_writer::BackgroundWriter;
use super::error::Error;
use crate::chain::hash::Hash;
use crate::chain::tree::Frontier;
use crate::storage::book::Batch;
use crate::storage::derived::{CHECKSUM_LEN, JournalPoint, checksum};
use crate::storage::error::Trouble;
use crate::storage::journal::Position;

/// A batch with more changes than this is applied on a thread of its own.
const BATCH_SMALL: usize = 500;
/// Keys that are put into their index at once while much comes in.
pub(super) const KEYS_AT_ONCE: usize = 50_000;

/// The layout of the stored state: of `House`, `Member` and what they hold, and of
/// the book's tables. Raise it with every change; a book of another layout is made again.
pub(super) const LAYOUT: u32 = 14;

/// The watermark: the point of the journal that the book has folded, and the right
/// edge of the tree there.
#[derive(Clone)]
pub(super) struct Watermark {
    pub(super) point: JournalPoint,
    pub(super) frontier: Frontier,
}

impl Watermark {
    /// The stored form: layout, point, frontier, checksum.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = LAYOUT.to_le_bytes().to_vec();
        bytes.extend_from_slice(&self.point.to_bytes());
        bytes.extend_from_slice(&self.frontier.to_bytes());
        let sum = checksum(0, &bytes);
        bytes.extend_from_slice(&sum);
        bytes
    }

    /// Reads what [`Watermark::to_bytes`] made; nothing of another layout.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Watermark> {
        let (bytes, sum) = bytes.split_last_chunk::<CHECKSUM_LEN>()?;
        let (layout, rest) = bytes.split_first_chunk::<4>()?;
        let (point, rest) = rest.split_first_chunk::<{ JournalPoint::LEN }>()?;
        let is_sound = *sum == checksum(0, bytes) && *layout == LAYOUT.to_le_bytes();
        Some(Watermark {
            point: JournalPoint::from_bytes(point),
            frontier: Frontier::from_bytes(rest).ok()?,
        })
        .filter(|_| is_sound)
    }

    pub(super) fn start() -> Watermark {
        Watermark {
            point: JournalPoint::START,
            frontier: Frontier::default(),
        }
    }
}

impl Ledger {
    /// Writes the state down once everything staged is durable.
    pub(super) fn write_state(&mut self) -> Result<(), Error> {
        let frontier = self.writer.frontier();
        if frontier.size() != self.house().next_seq {
            // A book ahead of the journal could not be opened again.
            let path = self.folders.ledger.join("journal");
            return Err(Trouble::Poisoned { path }.into());
        }
        let point = self.durable_point()?;
        self.write_state_at(&frontier, &point)
    }

    /// The point where the durable journal ends.
    pub(super) fn durable_point(&self) -> Result<JournalPoint, Error> {
        let head = self.writer.head();
        self.point_at(head.next_seq, head.hash, head.last.unwrap_or_default())
    }

    /// The point behind a page, by what its header says and where it lies.
    pub(super) fn point_at(
        &self,
        count: u64,
        hash: Hash,
        last: Position,
    ) -> Result<JournalPoint, Error> {
        let origin = match self.origin.get() {
            Some(origin) => *origin,
            None if count == 0 => return Ok(JournalPoint::START),
            None => {
                let origin = self.reader.origin()?;
                *self.origin.get_or_init(|| origin)
            }
        };
        Ok(JournalPoint {
            origin,
            count,
            hash,
            last,
        })
    }

    /// Writes the state down as it is at a point of the journal.
    pub(super) fn write_state_at(
        &mut self,
        frontier: &Frontier,
        point: &JournalPoint,
    ) -> Result<(), Error> {
        if self.unwritten == 0 {
            return Ok(());
        }
        let written = self.put_down(frontier, point);
        if written.is_err() {
            // What has changed is noted nowhere any more.
            self.book.spoil();
        }
        written?;
        self.write_keys(point)?;
        (self.unwritten, self.writer.commits) = (0, 0);
        if self.shelf.is_over(self.options.members_max) {
            self.settle_book()?;
            self.shelf.shrink();
            self.writer.pages.shrink();
        }
        Ok(())
    }

    fn put_down(&mut self, frontier: &Frontier, point: &JournalPoint) -> Result<(), Error> {
        self.settle_book()?;
        self.shelf.settled();
        self.writer.pages.shrink();
        let mut batch = Batch::default();
        let policy = self.policy.clone();
        let policy = policy.as_deref().map(|p| p as &dyn crate::model::Policy);
        let takes_away = self
            .shelf
            .write(&self.book, &mut self.vault, policy, &mut batch)?;
        self.writer.pages.write(&self.book, &mut batch)?;
        self.write_in_force(&mut batch)?;
        let watermark = Watermark {
            point: *point,
            frontier: frontier.clone(),
        };
        batch.put_watermark(&watermark.to_bytes());
        self.hand_down(batch)?;
        match takes_away {
            true => self.settle_book(),
            false => Ok(()),
        }
    }

    /// Puts the keys of what is durable into their index. A damaged one is healed.
    fn write_keys(&mut self, point: &JournalPoint) -> Result<(), Error> {
        // The index may be ahead of the book.
        if point.count > self.keys.covered() {
            let written = self.keys.insert_batch(point, &self.fresh_keys);
            if let Err(Trouble::Book { .. }) = &written {
                self.heal_keys()?;
                self.keys.insert_batch(point, &self.fresh_keys)?;
            } else {
                written?;
            }
        }
        self.fresh_keys.clear();
        self.fresh_index.clear();
        Ok(())
    }

    /// Puts the keys of the entries before a point into their index once they are many.
    pub(super) fn write_keys_when_due(&mut self, point: &JournalPoint) -> Result<(), Error> {
        if self.are_keys_due() && !self.may_lag() {
            self.write_keys(point)?;
        }
        Ok(())
    }

    /// Whether many keys wait for their index.
    pub(super) fn are_keys_due(&self) -> bool {
        self.fresh_keys.len() >= KEYS_AT_ONCE
    }

    pub(super) fn start_background_writer(&mut self) {
        let (book, copy) = (&self.book, &self.second_copy);
        self.background_writer
            .get_or_insert_with(|| BackgroundWriter::start(book, copy));
    }

    /// Applies a batch to the book: at once for a process that does one thing,
    /// beside the work that goes on for one that stays. Nothing that is in it is
    /// read from the book before [`Ledger::settle_book`]: members and aliases
    /// are in memory until then.
    fn hand_down(&mut self, batch: Batch) -> Result<(), Error> {
        self.settle_book()?;
        self.batches += 1;
        let is_small = batch.len() < BATCH_SMALL;
        if !is_small {
            self.start_background_writer();
        }
        self.copy_pages()?;
        match self.background_writer.as_mut().filter(|_| !is_small) {
            Some(writer) => Ok(writer.apply(batch)?),
            None => {
                self.settle_book()?;
                Ok(self.book.apply(batch)?)
            }
        }
    }

    /// Waits until the book has taken what was handed down.
    pub(super) fn settle_book(&mut self) -> Result<(), Error> {
        if let Some(writer) = &mut self.background_writer {
            writer.settle()?;
            let failed = writer.copy_trouble();
            self.note_copy_trouble(failed);
        }
        Ok(())
    }
}

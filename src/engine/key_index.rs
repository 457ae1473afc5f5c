//! The key index as a derived file: filled from the journal, and healed from it.

use super::error::Error;
use super::read::entries_of;
use super::watermark::KEYS_AT_ONCE;
use super::{Ledger, keys_of};
use crate::storage::error::Trouble;
use crate::storage::keys::{KeyHash, Loss};

impl Ledger {
    /// The sequence that a key, a slip or an order stands for. A damaged index is
    /// healed.
    pub(super) fn find(&mut self, key: &KeyHash) -> Result<Option<u64>, Error> {
        if let Some(seq) = self.fresh_index.get(key) {
            return Ok(Some(*seq));
        }
        match self.keys.get(key) {
            Err(Trouble::Book { .. }) => {
                self.heal_keys()?;
                Ok(self.keys.get(key)?)
            }
            found => Ok(found?),
        }
    }

    /// The entry that holds a slip or an order number: the newest one that has
    /// it, unless that was undone and gave it back.
    pub(super) fn find_standing(&mut self, key: &KeyHash) -> Result<Option<u64>, Error> {
        let Some(seq) = self.find(key)? else {
            return Ok(None);
        };
        let is_undone = self
            .aftermath(seq)?
            .is_some_and(|after| after.voided.is_some());
        Ok((!is_undone).then_some(seq))
    }

    /// Drops what is damaged in the index, and makes it again from the journal.
    pub(super) fn heal_keys(&mut self) -> Result<(), Error> {
        let until = self.keys.covered();
        let reader = self.reader.clone();
        self.keys.check(&|point| reader.has_point(point))?;
        self.note_lost_keys();
        self.fill_keys(until)
    }

    /// Says in a note what opening the index has dropped.
    pub(super) fn note_lost_keys(&mut self) {
        let why = match self.keys.loss() {
            Some(Loss::Damaged) => "was damaged",
            Some(Loss::Foreign) => "is of another history than the journal",
            None => return,
        };
        let from = self.keys.covered();
        self.notes.push(format!(
            "the key index {why} from entry {from} on; it was made again from the journal"
        ));
    }

    /// Puts the keys of the durable entries before a page's end into the index.
    pub(super) fn fill_keys(&mut self, until: u64) -> Result<(), Error> {
        let from = self.keys.covered();
        if from >= until {
            return Ok(());
        }
        let mut keys = Vec::new();
        for stored in self.stored_from(from)? {
            let stored = stored?;
            let header = stored.page.header;
            for entry in entries_of(&stored.page)? {
                if entry.seq >= from {
                    keys.extend(keys_of(&entry).into_iter().map(|key| (key, entry.seq)));
                }
            }
            let is_last = header.next_seq() >= until;
            if is_last || keys.len() >= KEYS_AT_ONCE {
                let point = self.point_at(header.next_seq(), header.last, stored.position)?;
                self.keys.insert_batch(&point, &keys)?;
                keys.clear();
            }
            if is_last {
                break;
            }
        }
        Ok(())
    }
}

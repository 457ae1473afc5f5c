//! The key index as a derived file: filled from the journal, and healed from it.

use super::cache::ById;
use super::error::Error;
use super::read::entries_of;
use super::{Ledger, keys_of};
use crate::model::Entry;
use crate::storage::derived::JournalPoint;
use crate::storage::error::Trouble;
use crate::storage::keys::{HasPoint, KeyHash, Keys, Loss};

/// Keys collected before they are written to the index under load.
const KEYS_AT_ONCE: usize = 50_000;

/// The index in its files, and the keys of entries that it does not have yet.
pub(super) struct KeyIndex {
    keys: Keys,
    fresh: Vec<(KeyHash, u64)>,
    by_hash: ById<KeyHash, u64>,
    /// Earlier entries of keys that belong to a later entry by now: slips or
    /// order numbers that were free again after a void.
    displaced: Vec<(KeyHash, u64)>,
}

/// Numbers of waiting keys, to return to.
pub(super) struct KeyMark {
    fresh: usize,
    displaced: usize,
}

impl KeyIndex {
    pub(super) fn new(keys: Keys) -> KeyIndex {
        KeyIndex {
            keys,
            fresh: Vec::new(),
            by_hash: ById::default(),
            displaced: Vec::new(),
        }
    }

    /// Notes the keys of an entry.
    pub(super) fn note(&mut self, entry: &Entry) {
        for key in keys_of(entry) {
            self.fresh.push((key, entry.seq));
            let before = self.by_hash.insert(key, entry.seq);
            self.displaced.extend(before.map(|seq| (key, seq)));
        }
    }

    /// Marks the beginning of a dry run.
    pub(super) fn mark(&self) -> KeyMark {
        KeyMark {
            fresh: self.fresh.len(),
            displaced: self.displaced.len(),
        }
    }

    /// True if many keys wait.
    pub(super) fn is_due(&self) -> bool {
        self.fresh.len() >= KEYS_AT_ONCE
    }

    /// Drops the keys that were noted since a mark.
    pub(super) fn back_to(&mut self, mark: &KeyMark) {
        for (key, _) in self.fresh.drain(mark.fresh..) {
            self.by_hash.remove(&key);
        }
        let displaced = self.displaced.drain(mark.displaced..);
        self.by_hash.extend(displaced.rev());
    }

    /// Keys of all entries before this sequence are in the files.
    pub(super) fn covered(&self) -> u64 {
        self.keys.covered()
    }

    fn get(&self, key: &KeyHash) -> Result<Option<u64>, Trouble> {
        match self.by_hash.get(key) {
            Some(seq) => Ok(Some(*seq)),
            None => self.keys.get(key),
        }
    }

    /// Writes the keys of durable entries to the files, which may be ahead of them.
    fn write(&mut self, point: &JournalPoint) -> Result<(), Trouble> {
        if point.count > self.keys.covered() {
            self.keys.insert_batch(point, &self.fresh)?;
        }
        self.fresh.clear();
        self.by_hash.clear();
        self.displaced.clear();
        Ok(())
    }

    fn check(&mut self, has: &HasPoint<'_>) -> Result<(), Trouble> {
        self.keys.check(has)
    }
}

impl Ledger {
    /// The sequence of a key, a slip or an order. A damaged index is healed.
    pub(super) fn find(&mut self, key: &KeyHash) -> Result<Option<u64>, Error> {
        match self.keys.get(key) {
            Err(Trouble::Book { .. }) => {
                self.heal_keys()?;
                Ok(self.keys.get(key)?)
            }
            found => Ok(found?),
        }
    }

    /// The entry of a slip or an order number: the newest that has it, unless
    /// it was voided, which frees the number.
    pub(super) fn find_standing(&mut self, key: &KeyHash) -> Result<Option<u64>, Error> {
        let Some(seq) = self.find(key)? else {
            return Ok(None);
        };
        let is_undone = self
            .aftermath(seq)?
            .is_some_and(|after| after.voided.is_some());
        Ok((!is_undone).then_some(seq))
    }

    /// Writes the keys of durable entries to the index. A damaged one is healed.
    pub(super) fn write_keys(&mut self, point: &JournalPoint) -> Result<(), Error> {
        match self.keys.write(point) {
            Err(Trouble::Book { .. }) => {
                self.heal_keys()?;
                Ok(self.keys.write(point)?)
            }
            written => Ok(written?),
        }
    }

    /// Writes the keys of the entries before a point to the index once there are many.
    pub(super) fn write_keys_when_due(&mut self, point: &JournalPoint) -> Result<(), Error> {
        if self.keys.is_due() && !self.may_lag() {
            self.write_keys(point)?;
        }
        Ok(())
    }

    /// Drops the damaged parts of the index, and rebuilds them from the journal.
    fn heal_keys(&mut self) -> Result<(), Error> {
        let until = self.keys.covered();
        let reader = self.reader.clone();
        self.keys.check(&|point| reader.has_point(point))?;
        self.note_lost_keys();
        self.fill_keys(until)
    }

    /// Notes why opening the index dropped a part of it.
    pub(super) fn note_lost_keys(&mut self) {
        let why = match self.keys.keys.loss() {
            Some(Loss::Damaged) => "was damaged",
            Some(Loss::Foreign) => "is of another history than the journal",
            None => return,
        };
        let from = self.keys.covered();
        self.notes.push(format!(
            "the key index {why} from entry {from} on; it was made again from the journal"
        ));
    }

    /// Indexes the keys of the durable entries before a page's end.
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
                self.keys.keys.insert_batch(&point, &keys)?;
                keys.clear();
            }
            if is_last {
                break;
            }
        }
        Ok(())
    }
}

//! The key index as a derived file: filled from the journal, and healed from it.

use crate::engine::cache::ById;
use crate::engine::commit::entry_keys::keys_of;
use crate::engine::commit::journal_point;
use crate::engine::commit::worker::Worker;
use crate::engine::error::Error;
use crate::engine::reading::pages::{entries_of, page_of, stored_from};
use crate::engine::{Ledger, Records};
use crate::storage::derived::JournalPoint;
use crate::storage::error::StorageError;
use crate::storage::keys::{HasPoint, Inserted, Insertion, KeyHash, Keys, Loss, Pair, whole};

/// Keys collected before they are written to the index under load.
const KEYS_AT_ONCE: usize = 50_000;

/// The index in its files, and the keys of entries that it does not have yet.
pub(in crate::engine) struct KeyIndex {
    keys: Keys,
    /// Keys of the entries from [`Keys::covered`] on, in their order.
    fresh: Vec<Pair>,
    by_hash: ById<KeyHash, u64>,
    /// Earlier entries of keys that belong to a later entry by now, which follows: slips
    /// or order numbers that were free again after a void.
    displaced: Vec<(KeyHash, u64, u64)>,
    /// Keys that another thread writes.
    away: Option<ById<KeyHash, u64>>,
    writer: Option<Worker<Insertion, Inserted>>,
}

impl KeyIndex {
    pub(in crate::engine) fn new(keys: Keys) -> KeyIndex {
        KeyIndex {
            keys,
            fresh: Vec::new(),
            by_hash: ById::default(),
            displaced: Vec::new(),
            away: None,
            writer: None,
        }
    }

    /// Notes the keys of an entry.
    pub(in crate::engine) fn note(&mut self, seq: u64, keys: impl IntoIterator<Item = KeyHash>) {
        for key in keys {
            self.fresh.push((key, seq));
            let before = self.by_hash.insert(key, seq);
            self.displaced
                .extend(before.map(|before| (key, before, seq)));
        }
    }

    /// Reads the places of keys, so far as they are in memory, so that they are
    /// in the processor's cache.
    pub(in crate::engine) fn look_ahead<'k>(&self, keys: impl Iterator<Item = &'k KeyHash>) {
        let filter = self.keys.filter();
        let may_have = |key: &&KeyHash| {
            self.by_hash.contains_key(*key) | filter.is_some_and(|filter| filter.may_have(key))
        };
        std::hint::black_box(keys.filter(may_have).count());
    }

    /// True if many keys wait.
    fn is_due(&self) -> bool {
        self.fresh.len() >= KEYS_AT_ONCE
    }

    /// Takes out the keys of entries from one on.
    pub(in crate::engine) fn take_from(&mut self, seq: u64) -> Vec<Pair> {
        let taken = take_from(&mut self.fresh, seq);
        for (key, _) in &taken {
            self.by_hash.remove(key);
        }
        let start = self.displaced.partition_point(|key| key.2 < seq);
        let displaced = self.displaced.drain(start..).rev();
        let is_kept = |key: &(KeyHash, u64, u64)| key.1 < seq;
        let before = displaced.filter(is_kept);
        self.by_hash
            .extend(before.map(|(key, before, _)| (key, before)));
        taken
    }

    /// Sequence before which the keys of all entries are in the files, or are
    /// being written.
    pub(in crate::engine) fn covered(&self) -> u64 {
        self.keys.covered()
    }

    fn get(&self, key: &KeyHash) -> Result<Option<u64>, StorageError> {
        let away = || self.away.as_ref()?.get(key);
        match self.by_hash.get(key).or_else(away) {
            Some(seq) => Ok(Some(*seq)),
            None => self.keys.get(key),
        }
    }

    /// Writes the keys of the whole ranges before a point, unless the files have them.
    fn write(&mut self, point: &JournalPoint) -> Result<(), StorageError> {
        match self.begin(point)? {
            Some(insertion) => {
                let inserted = insertion.carry_out();
                self.finish(inserted)
            }
            None => Ok(()),
        }
    }

    /// Writes like [`KeyIndex::write`] on another thread.
    fn write_beside(&mut self, point: &JournalPoint) -> Result<(), StorageError> {
        let Some(insertion) = self.begin(point)? else {
            return Ok(());
        };
        let writer = self
            .writer
            .get_or_insert_with(|| Worker::start(Insertion::carry_out));
        writer.hand_over(insertion).ok_or_else(lost)
    }

    /// Takes out the keys to be written up to a point, if there are whole ranges of them.
    fn begin(&mut self, point: &JournalPoint) -> Result<Option<Insertion>, StorageError> {
        self.settle()?;
        let end = whole(point.count);
        if end <= self.covered() {
            return Ok(None);
        }
        let later = take_from(&mut self.fresh, end);
        let pairs = std::mem::replace(&mut self.fresh, later);
        self.by_hash = self.fresh.iter().copied().collect();
        self.displaced.retain(|(_, before, _)| *before >= end);
        let away = pairs.iter().copied().collect();
        let insertion = self.keys.begin(point, end, pairs)?;
        self.away = Some(away);
        Ok(Some(insertion))
    }

    /// Waits until the other thread has written its keys.
    fn settle(&mut self) -> Result<(), StorageError> {
        if self.away.is_none() {
            return Ok(());
        }
        let heard = self.writer.as_ref().and_then(Worker::wait);
        self.finish(heard.unwrap_or_else(|| Err(lost())))
    }

    fn finish(&mut self, inserted: Inserted) -> Result<(), StorageError> {
        self.away = None;
        self.keys.finish(inserted)
    }

    fn check(&mut self, has: &HasPoint<'_>) -> Result<(), StorageError> {
        // A failed write is the reason of the check.
        let _ = self.settle();
        self.keys.check(has)
    }
}

/// Takes out the keys of entries from one on.
fn take_from(pairs: &mut Vec<Pair>, seq: u64) -> Vec<Pair> {
    pairs.split_off(pairs.partition_point(|pair| pair.1 < seq))
}

fn lost() -> StorageError {
    let path = std::path::PathBuf::from("keys");
    StorageError::Poisoned { path }
}

impl Records {
    /// The sequence of a key, a slip or an order. A damaged index is healed.
    pub(in crate::engine) fn find(&mut self, key: &KeyHash) -> Result<Option<u64>, Error> {
        match self.keys.get(key) {
            Err(StorageError::Book { .. }) => {
                let point = journal_point::durable_point(self)?;
                heal_keys(self, &point)?;
                Ok(self.keys.get(key)?)
            }
            found => Ok(found?),
        }
    }
}

/// Writes the keys of durable entries to the index. A damaged one is healed.
pub(in crate::engine) fn write_keys(
    records: &mut Records,
    point: &JournalPoint,
) -> Result<(), Error> {
    let written = records.keys.write(point);
    or_heal(records, point, written)
}

/// Writes the keys of the entries before a point to the index once there
/// are many, while other work continues.
pub(in crate::engine) fn write_keys_when_due(
    records: &mut Records,
    point: &JournalPoint,
) -> Result<(), Error> {
    if !records.keys.is_due() || journal_point::may_lag(records) {
        return Ok(());
    }
    let begun = records.keys.write_beside(point);
    or_heal(records, point, begun)
}

/// [`write_keys_when_due`] as of the durable journal's end.
pub(in crate::engine) fn write_keys_beside(ledger: &mut Ledger) -> Result<(), Error> {
    if !ledger.keys.is_due() {
        return Ok(());
    }
    let point = journal_point::durable_point(ledger)?;
    write_keys_when_due(ledger, &point)
}

/// Heals an index that was found damaged when it was written up to a point.
fn or_heal(
    records: &mut Records,
    point: &JournalPoint,
    written: Result<(), StorageError>,
) -> Result<(), Error> {
    match written {
        Err(StorageError::Book { .. }) => heal_keys(records, point),
        written => Ok(written?),
    }
}

/// Drops the damaged parts of the index, and rebuilds them from the journal. Where that
/// fails, no key is looked up until the ledger is opened again: a command whose key is
/// missing would be booked twice.
fn heal_keys(records: &mut Records, point: &JournalPoint) -> Result<(), Error> {
    let healed = remake_keys(records, point);
    if healed.is_err() {
        let _ = records.keys.finish(Err(lost()));
    }
    healed
}

fn remake_keys(records: &mut Records, point: &JournalPoint) -> Result<(), Error> {
    let reader = records.reader.clone();
    records.keys.check(&|point| reader.has_point(point))?;
    note_lost_keys(records);
    let mut later = records.keys.take_from(0);
    fill_keys(records, point)?;
    for (key, seq) in take_from(&mut later, point.count) {
        records.keys.note(seq, [key]);
    }
    Ok(())
}

/// Notes why opening the index dropped a part of it.
pub(in crate::engine) fn note_lost_keys(records: &mut Records) {
    let why = match records.keys.keys.loss() {
        Some(Loss::Damaged) => "was damaged",
        Some(Loss::Foreign) => "is of another history than the journal",
        None => return,
    };
    let from = records.keys.covered();
    records.notes.push(format!(
        "the key index {why} from entry {from} on; it was made again from the journal"
    ));
}

/// Reads the keys of the durable entries before a point that the index lacks. A damaged
/// index is healed.
pub(in crate::engine) fn complete_keys(
    records: &mut Records,
    point: &JournalPoint,
) -> Result<(), Error> {
    match fill_keys(records, point) {
        Err(Error::StorageError(StorageError::Book { .. })) => heal_keys(records, point),
        filled => filled,
    }
}

/// Reads the keys of the durable entries before a point that the index lacks.
fn fill_keys(records: &mut Records, point: &JournalPoint) -> Result<(), Error> {
    let (mut next, mut healed) = (records.keys.covered(), None);
    let mut pages = stored_from(records, next)?;
    while next < point.count {
        let stored = match pages.next() {
            Some(Err(StorageError::Damage { .. })) if healed.replace(next) != Some(next) => {
                // Heals it, or says what is wrong.
                page_of(records, next)?;
                pages = stored_from(records, next)?;
                continue;
            }
            Some(stored) => stored?,
            None => return Err(Error::damage(format!("entry {next} cannot be read back"))),
        };
        for entry in entries_of(&stored.page)? {
            if entry.seq >= next {
                records.keys.note(entry.seq, keys_of(&entry));
            }
        }
        let header = stored.page.header;
        next = header.next_seq();
        if records.keys.is_due() {
            let point = journal_point::point_at(records, next, header.last, stored.position)?;
            records.keys.write(&point)?;
        }
    }
    Ok(records.keys.write(point)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::hash::Hash;
    use crate::storage::journal::Position;
    use std::path::Path;

    const ENTRIES: u64 = 40_000;
    const BATCH: u64 = 9_000;

    fn key(n: u64) -> KeyHash {
        crate::chain::hash::key_hash(&n.to_le_bytes())
    }

    fn point(count: u64) -> JournalPoint {
        JournalPoint {
            origin: Hash([1; 32]),
            count,
            hash: Hash([2; 32]),
            last: Position::START,
        }
    }

    fn index(dir: &Path) -> KeyIndex {
        KeyIndex::new(Keys::open(dir, &|_| Ok(true)).unwrap())
    }

    /// Notes keys and writes them in batches, each while the next keys arrive.
    fn filled(dir: &Path, write: impl Fn(&mut KeyIndex, &JournalPoint)) -> KeyIndex {
        let mut index = index(dir);
        for seq in 0..ENTRIES {
            index.note(seq, [key(seq)]);
            if seq % BATCH == BATCH - 1 {
                // Later entries are not durable yet, so their keys wait.
                write(&mut index, &point(seq - 99));
                assert_eq!(index.covered(), whole(seq - 99));
            }
            if seq % 577 == 0 {
                assert_eq!(index.get(&key(seq / 2)).unwrap(), Some(seq / 2));
                assert_eq!(index.get(&key(seq)).unwrap(), Some(seq));
                assert_eq!(index.get(&key(ENTRIES + seq)).unwrap(), None);
            }
        }
        write(&mut index, &point(ENTRIES));
        index
    }

    fn files(dir: &Path) -> Vec<(std::ffi::OsString, Vec<u8>)> {
        let found = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap());
        let read = found.map(|e| (e.file_name(), std::fs::read(e.path()).unwrap()));
        let mut files: Vec<_> = read.collect();
        files.sort();
        files
    }

    #[test]
    fn keys_written_beside_are_found_meanwhile_and_make_the_same_files() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let beside = filled(one.path(), |index, point| {
            index.write_beside(point).unwrap();
            assert!(index.away.is_some());
        });
        for seq in (0..ENTRIES).step_by(7) {
            assert_eq!(beside.get(&key(seq)).unwrap(), Some(seq));
        }
        drop(beside);
        drop(filled(two.path(), |index, point| {
            index.write(point).unwrap()
        }));
        assert_eq!(files(one.path()), files(two.path()));
    }

    #[test]
    fn a_key_whose_later_entry_is_taken_out_stands_for_the_one_before() {
        let dir = tempfile::tempdir().unwrap();
        let mut index = index(dir.path());
        for seq in 0..70 {
            index.note(seq, [key(seq)]);
        }
        for seq in [3, 65, 66, 68] {
            index.note(70 + seq, [key(1000), key(seq)]);
        }
        assert_eq!(index.take_from(135).len(), 6);
        assert_eq!(index.get(&key(1000)).unwrap(), Some(73));
        assert_eq!(index.get(&key(65)).unwrap(), Some(65));
        // The first of them is in the files by then, the second still waits.
        index.note(136, [key(3), key(1000)]);
        index.note(137, [key(65)]);
        index.write(&point(73)).unwrap();
        assert_eq!(index.covered(), 64);
        assert_eq!(index.get(&key(3)).unwrap(), Some(136));
        index.take_from(136);
        for (n, seq) in [(3, 73), (65, 65), (1000, 73)] {
            assert_eq!(index.get(&key(n)).unwrap(), Some(seq), "{n}");
        }
        index.take_from(73);
        assert_eq!(index.get(&key(3)).unwrap(), Some(3));
        assert_eq!(index.get(&key(1000)).unwrap(), None);
    }

    #[test]
    fn what_keeps_keys_from_being_written_beside_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let mut index = filled(dir.path(), |index, point| index.write(point).unwrap());
        std::fs::remove_dir_all(dir.path()).unwrap();
        for seq in ENTRIES..ENTRIES + BATCH {
            index.note(seq, [key(seq)]);
        }
        index.write_beside(&point(ENTRIES + BATCH)).unwrap();
        assert!(index.write(&point(ENTRIES + BATCH)).is_err());
        assert!(index.get(&key(1)).is_err());
    }
}

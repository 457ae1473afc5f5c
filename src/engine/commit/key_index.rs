//! The key index as a derived file: filled from the journal, and healed from it.

use crate::engine::cache::ById;
use crate::engine::commit::entry_keys::keys_of;
use crate::engine::commit::journal_point;
use crate::engine::commit::worker::Worker;
use crate::engine::error::Error;
use crate::engine::reading::pages::{entries_of, stored_from};
use crate::engine::{Ledger, Records};
use crate::storage::derived::JournalPoint;
use crate::storage::error::StorageError;
use crate::storage::keys::{HasPoint, KeyFilter, KeyHash, Keys, Loss};

/// Keys collected before they are written to the index under load.
const KEYS_AT_ONCE: usize = 50_000;

/// The index in its files, and the keys of entries that it does not have yet.
pub(in crate::engine) struct KeyIndex {
    /// The files; None while another thread writes to them.
    keys: Option<Keys>,
    /// Sequence after the last entry whose keys are in the files or are being written.
    covered: u64,
    fresh: Vec<(KeyHash, u64)>,
    by_hash: ById<KeyHash, u64>,
    /// Earlier entries of keys that belong to a later entry by now, which follows: slips
    /// or order numbers that were free again after a void.
    displaced: Vec<(KeyHash, u64, u64)>,
    /// Keys that another thread writes, and a filter over all keys of the files.
    away: Option<Away>,
    writer: Option<Worker<KeyBatch, Written>>,
}

struct Away {
    by_hash: ById<KeyHash, u64>,
    filter: KeyFilter,
}

/// The files, and the result of writing to them.
type Written = (Keys, Result<(), StorageError>);

/// Keys to be written, of the entries before a point.
struct KeyBatch {
    keys: Keys,
    point: JournalPoint,
    pairs: Vec<(KeyHash, u64)>,
}

/// Numbers of waiting keys, to return to.
pub(in crate::engine) struct KeyMark {
    fresh: usize,
    displaced: usize,
}

impl KeyIndex {
    pub(in crate::engine) fn new(keys: Keys) -> KeyIndex {
        KeyIndex {
            covered: keys.covered(),
            keys: Some(keys),
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
        let filter = match &self.away {
            Some(away) => Some(&away.filter),
            None => self.keys.as_ref().and_then(Keys::filter_in_memory),
        };
        let may_have = |key: &&KeyHash| {
            self.by_hash.contains_key(*key) | filter.is_some_and(|filter| filter.may_have(key))
        };
        std::hint::black_box(keys.filter(may_have).count());
    }

    /// Marks the beginning of a dry run.
    pub(in crate::engine) fn mark(&self) -> KeyMark {
        KeyMark {
            fresh: self.fresh.len(),
            displaced: self.displaced.len(),
        }
    }

    /// True if many keys wait.
    fn is_due(&self) -> bool {
        self.fresh.len() >= KEYS_AT_ONCE
    }

    /// Drops the keys that were noted since a mark.
    pub(in crate::engine) fn back_to(&mut self, mark: &KeyMark) {
        for (key, _) in self.fresh.drain(mark.fresh..) {
            self.by_hash.remove(&key);
        }
        let displaced = self.displaced.drain(mark.displaced..).rev();
        self.by_hash
            .extend(displaced.map(|(key, before, _)| (key, before)));
    }

    /// Takes out the keys of entries from one on.
    pub(super) fn take_from(&mut self, seq: u64) -> Vec<(KeyHash, u64)> {
        let mark = KeyMark {
            fresh: self.fresh.partition_point(|key| key.1 < seq),
            displaced: self.displaced.partition_point(|key| key.2 < seq),
        };
        let taken = self.fresh[mark.fresh..].to_vec();
        self.back_to(&mark);
        taken
    }

    /// Sequence before which the keys of all entries are in the files, or are
    /// being written.
    pub(in crate::engine) fn covered(&self) -> u64 {
        self.covered
    }

    /// The files, after a write by the other thread has ended.
    ///
    /// # Errors
    /// The error of that write.
    fn files(&mut self) -> Result<&mut Keys, StorageError> {
        if let Some(away) = self.away.take() {
            let heard = self.writer.as_ref().and_then(Worker::wait);
            let (mut keys, written) = heard.ok_or_else(lost)?;
            keys.put_filter_back(away.filter);
            self.keys = Some(keys);
            written?;
        }
        self.keys.as_mut().ok_or_else(lost)
    }

    fn get(&mut self, key: &KeyHash) -> Result<Option<u64>, StorageError> {
        if let Some(seq) = self.by_hash.get(key) {
            return Ok(Some(*seq));
        }
        if let Some(away) = &self.away {
            let found = away.by_hash.get(key).copied();
            if found.is_some() || !away.filter.may_have(key) {
                return Ok(found);
            }
        }
        self.files()?.get(key)
    }

    /// Writes the keys of the entries before a point to the files, unless the
    /// files have them.
    fn write(&mut self, point: &JournalPoint) -> Result<(), StorageError> {
        let end = end_of(&self.fresh, point);
        let fresh = std::mem::take(&mut self.fresh);
        let written = self.files().and_then(|keys| match keys.covered() {
            covered if covered < point.count => keys.insert_batch(point, &fresh[..end]),
            _ => Ok(()),
        });
        self.fresh = fresh;
        written?;
        self.take_written(point);
        Ok(())
    }

    /// Writes like [`KeyIndex::write`] on another thread, if keys can be looked
    /// up without the files meanwhile.
    fn write_beside(&mut self, point: &JournalPoint) -> Result<(), StorageError> {
        let keys = self.files()?;
        if point.count <= keys.covered() {
            return self.write(point);
        }
        let Some(mut filter) = keys.take_filter() else {
            return self.write(point);
        };
        let Some(keys) = self.keys.take() else {
            return Err(lost());
        };
        let (pairs, by_hash) = self.take_written(point);
        pairs.iter().for_each(|(key, _)| filter.insert(key));
        self.away = Some(Away { by_hash, filter });
        let writer = self.writer.get_or_insert_with(|| {
            Worker::start(|mut batch: KeyBatch| {
                let written = batch.keys.insert_batch(&batch.point, &batch.pairs);
                (batch.keys, written)
            })
        });
        let point = *point;
        let batch = KeyBatch { keys, point, pairs };
        writer.hand_over(batch).ok_or_else(lost)
    }

    /// Takes out the keys of the entries before a point.
    fn take_written(&mut self, point: &JournalPoint) -> (Vec<(KeyHash, u64)>, ById<KeyHash, u64>) {
        let end = end_of(&self.fresh, point);
        let later = self.fresh.split_off(end);
        let taken = std::mem::replace(&mut self.fresh, later);
        let by_hash = std::mem::take(&mut self.by_hash);
        self.by_hash.extend(self.fresh.iter().copied());
        self.displaced.clear();
        self.covered = self.covered.max(point.count);
        (taken, by_hash)
    }

    fn insert(
        &mut self,
        point: &JournalPoint,
        pairs: &[(KeyHash, u64)],
    ) -> Result<(), StorageError> {
        self.files()?.insert_batch(point, pairs)?;
        self.covered = self.covered.max(point.count);
        Ok(())
    }

    fn check(&mut self, has: &HasPoint<'_>) -> Result<(), StorageError> {
        // A failed write is the reason of the check.
        let _ = self.files();
        let keys = self.keys.as_mut().ok_or_else(lost)?;
        keys.check(has)?;
        self.covered = keys.covered();
        Ok(())
    }
}

/// Number of keys that belong to entries before a point.
fn end_of(fresh: &[(KeyHash, u64)], point: &JournalPoint) -> usize {
    fresh.partition_point(|(_, seq)| *seq < point.count)
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
                heal_keys(self)?;
                Ok(self.keys.get(key)?)
            }
            found => Ok(found?),
        }
    }
}

/// Writes the keys of durable entries to the index. A damaged one is healed.
pub(in crate::engine) fn write_keys(
    ledger: &mut Ledger,
    point: &JournalPoint,
) -> Result<(), Error> {
    match ledger.keys.write(point) {
        Err(StorageError::Book { .. }) => {
            heal_keys(ledger)?;
            Ok(ledger.keys.write(point)?)
        }
        written => Ok(written?),
    }
}

/// Writes the keys of the entries before a point to the index once there
/// are many, while other work continues.
pub(in crate::engine) fn write_keys_when_due(
    ledger: &mut Ledger,
    point: &JournalPoint,
) -> Result<(), Error> {
    if !ledger.keys.is_due() || journal_point::may_lag(ledger) {
        return Ok(());
    }
    match ledger.keys.write_beside(point) {
        Err(StorageError::Book { .. }) => {
            heal_keys(ledger)?;
            Ok(ledger.keys.write(point)?)
        }
        written => Ok(written?),
    }
}

/// [`write_keys_when_due`] as of the durable journal's end.
pub(in crate::engine) fn write_keys_beside(ledger: &mut Ledger) -> Result<(), Error> {
    if !ledger.keys.is_due() {
        return Ok(());
    }
    let point = journal_point::durable_point(ledger)?;
    write_keys_when_due(ledger, &point)
}

/// Drops the damaged parts of the index, and rebuilds them from the journal.
fn heal_keys(records: &mut Records) -> Result<(), Error> {
    let until = records.keys.covered();
    let reader = records.reader.clone();
    records.keys.check(&|point| reader.has_point(point))?;
    note_lost_keys(records);
    fill_keys(records, until)
}

/// Notes why opening the index dropped a part of it.
pub(in crate::engine) fn note_lost_keys(records: &mut Records) {
    let why = match records.keys.keys.as_ref().and_then(Keys::loss) {
        Some(Loss::Damaged) => "was damaged",
        Some(Loss::Foreign) => "is of another history than the journal",
        None => return,
    };
    let from = records.keys.covered();
    records.notes.push(format!(
        "the key index {why} from entry {from} on; it was made again from the journal"
    ));
}

/// Indexes the keys of the durable entries before a page's end.
pub(in crate::engine) fn fill_keys(records: &mut Records, until: u64) -> Result<(), Error> {
    let from = records.keys.covered();
    if from >= until {
        return Ok(());
    }
    let mut keys = Vec::new();
    for stored in stored_from(records, from)? {
        let stored = stored?;
        let header = stored.page.header;
        for entry in entries_of(&stored.page)? {
            if entry.seq >= from {
                keys.extend(keys_of(&entry).into_iter().map(|key| (key, entry.seq)));
            }
        }
        let is_last = header.next_seq() >= until;
        if is_last || keys.len() >= KEYS_AT_ONCE {
            let point =
                journal_point::point_at(records, header.next_seq(), header.last, stored.position)?;
            records.keys.insert(&point, &keys)?;
            keys.clear();
        }
        if is_last {
            break;
        }
    }
    Ok(())
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
                assert_eq!(index.covered(), seq - 99);
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
        let mut beside = filled(one.path(), |index, point| {
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

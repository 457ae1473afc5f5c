//! The index of idempotency keys: from the hash of a key to a sequence.
//!
//! Random inserts into a B-tree cost more than the rest of a purchase, so keys
//! are kept as immutable sorted runs over fixed sequence ranges (4,096
//! sequences, then eight runs merged into one, up to two million), each with a
//! Bloom filter, as files beside the book. The set of runs depends on the
//! number of entries alone. A process with many lookups keeps a filter over all
//! of them as well. Nothing is synced.
//!
//! A key may be inserted again (an order number is free again once its purchase
//! is undone): a lookup finds the newest sequence.
//!
//! Each run and each batch of the tail states the point of the journal that it
//! was made at. Parts that do not verify or do not belong to the journal are
//! dropped at opening, with all that follow, and [`Keys::covered`] tells from
//! where the journal must be read again. A piece of a run is verified when it
//! is read: after an error, [`Keys::check`] drops the damaged parts.
//!
//! `cargo bench --bench keys` compares it with sled. On two cores (2026-11-22,
//! load 2.5 to 3.6 besides): ten million keys inserted at 819 thousand/s (the
//! batch with the largest merge took 0.9 s), absent keys looked up at 315
//! thousand/s, opened in 0.2 ms; sled at one million keys already 58 and 115
//! thousand/s.

mod bloom_filter;
mod run;

use super::derived::{CHECKSUM_LEN, JournalPoint, checksum};
use super::error::{At, StorageError};
use super::files::{self, limit};
use crate::chain::width::to_usize;
pub use bloom_filter::BloomFilter as KeyFilter;
use bloom_filter::BloomFilter;
use run::Run;
use std::collections::HashMap;
use std::fs::File;
use std::hash::{BuildHasherDefault, Hasher};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// The hash of an idempotency key (or of a receipt, or of an order).
pub type KeyHash = [u8; 16];

/// Sequences of the smallest run.
const RANGE: u64 = 4096;
/// Number of runs that are merged into one of the next level.
const FAN: u64 = 8;
/// Highest level: runs are not merged beyond it, so that no merge takes long.
const LEVEL_MAX: u32 = 3;
/// Length of a key and its sequence.
const PAIR_LEN: usize = 24;
/// Magic of a tail file, which names its layout, and which keys an entry has: it
/// is raised, with that of runs, where entries get other keys.
const TAIL_MAGIC: &[u8; 8] = b"STAMPKT3";
/// Length of the head of a tail's batch: the count, and the point that it reaches.
const BATCH_HEAD: usize = 4 + JournalPoint::LEN;

type Tail = HashMap<KeyHash, u64, BuildHasherDefault<AlreadyHashed>>;

/// Hasher for keys that are hashes already: eight of their bytes are as good as
/// any hash of them.
#[derive(Default)]
struct AlreadyHashed(u64);

impl Hasher for AlreadyHashed {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for (n, byte) in bytes.iter().take(16).enumerate() {
            self.0 ^= u64::from(*byte) << (8 * (n % 8));
        }
    }
    fn write_usize(&mut self, _: usize) {}
}

/// Splits a hash into two numbers.
fn halves(key: &KeyHash) -> (u64, u64) {
    let [high, low] = [0, 8].map(|at| u64::from_be_bytes(std::array::from_fn(|n| key[at + n])));
    (high, low)
}

/// Scales a number from the range of all `u64` to `whole`.
fn scaled(part: u64, whole: u64) -> u64 {
    ((u128::from(part) * u128::from(whole)) >> 64) as u64
}

/// The key index.
pub struct Keys {
    dir: PathBuf,
    runs: Vec<Run>,
    tail: Tail,
    tail_file: File,
    /// Checksum of the tail's last batch, with which the next one begins.
    tail_sum: u64,
    covered: u64,
    loss: Option<Loss>,
    /// True after a failed insertion: some keys may be missing from the files or here.
    is_broken: bool,
    /// Filter over the keys of all runs, once there are enough lookups to make
    /// reading them worthwhile.
    filter: OnceLock<BloomFilter>,
    /// True if that filter has the keys of the tail as well.
    is_tail_in_filter: bool,
    lookups: AtomicU64,
}

/// Tells whether a journal has a point.
pub type HasPoint<'a> = dyn Fn(&JournalPoint) -> Result<bool, StorageError> + 'a;

/// Reason why a part of an index was dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// It does not verify.
    Damaged,
    /// It was made from another history than the journal's.
    Foreign,
}

/// Lookups after which all keys are read; one more for each so many keys.
const LOOKUPS_BEFORE_READING: u64 = 4096;
const KEYS_FOR_A_LOOKUP: u64 = 64;

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keys({}, up to {})", self.dir.display(), self.covered)
    }
}

impl Keys {
    /// Opens (or begins) the index in `dir` of the journal whose points `has`
    /// confirms. Parts that do not verify or belong to another history are
    /// deleted, and all that follow: see [`Keys::covered`].
    ///
    /// # Errors
    /// I/O errors, and those of `has`.
    pub fn open(dir: &Path, has: &HasPoint<'_>) -> Result<Keys, StorageError> {
        Keys::open_with(dir, has, false)
    }

    /// Reads every piece of the index, and deletes the first that does not
    /// verify and all that follow. Complexity: linear in the number of keys.
    ///
    /// # Errors
    /// As for [`Keys::open`].
    pub fn check(&mut self, has: &HasPoint<'_>) -> Result<(), StorageError> {
        *self = Keys::open_with(&self.dir, has, true)?;
        Ok(())
    }

    fn open_with(dir: &Path, has: &HasPoint<'_>, is_thorough: bool) -> Result<Keys, StorageError> {
        files::make_folder(dir)?;
        let mut loss = None;
        let runs = open_runs(dir, has, is_thorough, &mut loss)?;
        let sealed = runs.last().map_or(0, |run| run.end);
        let path = tail_path(dir, sealed);
        let tail = read_tail(&path, sealed, has, &mut loss)?;
        let tail_file = open_tail(dir, sealed)?;
        tail_file.set_len(tail.len).at("cut", dir)?;
        let mut keys = Keys {
            dir: dir.to_path_buf(),
            runs,
            tail: tail.keys,
            tail_file,
            tail_sum: tail.sum,
            covered: tail.covered,
            loss,
            is_broken: false,
            filter: OnceLock::new(),
            is_tail_in_filter: false,
            lookups: AtomicU64::new(0),
        };
        if tail.len == 0 {
            keys.begin_tail()?;
        }
        if keys.runs.is_empty() {
            // This one needs no reading.
            keys.filter.get_or_init(BloomFilter::default);
        }
        keys.remove_outdated()?;
        Ok(keys)
    }

    /// Reason why opening dropped a part, if it did.
    pub fn loss(&self) -> Option<Loss> {
        self.loss
    }

    /// Keys of all entries before this sequence are in the index.
    pub fn covered(&self) -> u64 {
        self.covered
    }

    /// Looks up the sequence of a key, if it was inserted: the newest, if it
    /// was inserted several times.
    ///
    /// # Errors
    /// [`StorageError::Book`] when a run cannot be read or does not verify: see
    /// [`Keys::check`]. After an insertion that failed: open the index again.
    pub fn get(&self, key: &KeyHash) -> Result<Option<u64>, StorageError> {
        self.check_whole()?;
        if let Some(seq) = self.tail.get(key) {
            return Ok(Some(*seq));
        }
        if self.filter()?.is_some_and(|filter| !filter.may_have(key)) {
            return Ok(None);
        }
        for run in self.runs.iter().rev() {
            if let Some(seq) = run.get(key)? {
                return Ok(Some(seq));
            }
        }
        Ok(None)
    }

    /// Inserts the keys of entries from [`Keys::covered`] up to a point of the
    /// journal; an entry may have none or several.
    ///
    /// # Errors
    /// [`StorageError::Unfit`] for keys of other entries, which changes nothing;
    /// [`StorageError::Book`] when a run that was to be merged does not verify (see
    /// [`Keys::check`]); I/O errors, after which nothing is inserted or found
    /// any more: otherwise later keys would hide the missing ones, and a
    /// command with such a key would be accepted twice. Opened again, the index
    /// knows how far it reaches.
    pub fn insert_batch(
        &mut self,
        point: &JournalPoint,
        pairs: &[(KeyHash, u64)],
    ) -> Result<(), StorageError> {
        self.check_whole()?;
        let up_to = point.count;
        let is_next = |pair: &(KeyHash, u64)| (self.covered..up_to).contains(&pair.1);
        if up_to < self.covered || !pairs.iter().all(is_next) {
            let finding = "keys of entries that are not next";
            return Err(StorageError::unfit(&self.dir, finding));
        }
        self.is_broken = true;
        self.insert(point, pairs)?;
        self.is_broken = false;
        Ok(())
    }

    fn check_whole(&self) -> Result<(), StorageError> {
        match self.is_broken {
            true => Err(StorageError::Poisoned {
                path: self.dir.clone(),
            }),
            false => Ok(()),
        }
    }

    fn insert(
        &mut self,
        point: &JournalPoint,
        pairs: &[(KeyHash, u64)],
    ) -> Result<(), StorageError> {
        let up_to = point.count;
        self.covered = up_to;
        self.is_tail_in_filter = false;
        if up_to - self.sealed() < RANGE {
            self.tail.extend(pairs.iter().copied());
            return self.append(point, pairs);
        }
        let mut waiting: Vec<_> = self.tail.drain().chain(pairs.iter().copied()).collect();
        waiting.sort_unstable_by_key(|pair| pair.1);
        let mut rest = waiting.as_mut_slice();
        while up_to - self.sealed() >= RANGE {
            let end = self.sealed() + RANGE;
            let (now, later) = rest.split_at_mut(rest.partition_point(|pair| pair.1 < end));
            self.seal(now, point)?;
            rest = later;
        }
        rest.sort_unstable();
        self.tail = rest.iter().copied().collect();
        self.tail_file = open_tail(&self.dir, self.sealed())?;
        self.begin_tail()?;
        self.append(point, rest)?;
        self.remove_outdated()
    }

    /// The filter over all runs, once it is worthwhile.
    fn filter(&self) -> Result<Option<&BloomFilter>, StorageError> {
        if let Some(filter) = self.filter.get() {
            return Ok(Some(filter));
        }
        let lookups = self.lookups.fetch_add(1, Ordering::Relaxed);
        if lookups < LOOKUPS_BEFORE_READING + self.sealed() / KEYS_FOR_A_LOOKUP {
            return Ok(None);
        }
        let mut filter = BloomFilter::default();
        for run in &self.runs {
            for pair in run::merge(std::slice::from_ref(run)) {
                filter.insert(&pair?.0);
            }
        }
        Ok(Some(self.filter.get_or_init(|| filter)))
    }

    /// Filter over all runs, if it is in memory.
    pub fn filter_in_memory(&self) -> Option<&KeyFilter> {
        self.filter.get()
    }

    /// Takes the filter out, with all keys of the index in it, if there is one:
    /// with it keys can be looked up while another thread inserts.
    pub fn take_filter(&mut self) -> Option<KeyFilter> {
        let mut filter = self.filter.take()?;
        if !self.is_tail_in_filter {
            self.tail.keys().for_each(|key| filter.insert(key));
        }
        Some(filter)
    }

    /// Puts the filter back, which must have all keys that were inserted meanwhile.
    pub fn put_filter_back(&mut self, filter: KeyFilter) {
        self.filter = filter.into();
        self.is_tail_in_filter = true;
    }

    fn sealed(&self) -> u64 {
        self.runs.last().map_or(0, |run| run.end)
    }

    fn begin_tail(&mut self) -> Result<(), StorageError> {
        self.tail_sum = 0;
        self.tail_file.set_len(0).at("cut", &self.dir)?;
        self.tail_file.write_all(TAIL_MAGIC).at("write", &self.dir)
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "a batch is of one range, RANGE keys"
    )]
    fn append(
        &mut self,
        point: &JournalPoint,
        pairs: &[(KeyHash, u64)],
    ) -> Result<(), StorageError> {
        let len = BATCH_HEAD + pairs.len() * PAIR_LEN + CHECKSUM_LEN;
        let mut bytes = Vec::with_capacity(len);
        bytes.extend_from_slice(&(pairs.len() as u32).to_le_bytes());
        bytes.extend_from_slice(&point.to_bytes());
        for (key, seq) in pairs {
            bytes.extend_from_slice(key);
            bytes.extend_from_slice(&seq.to_le_bytes());
        }
        let sum = checksum(self.tail_sum, &bytes);
        bytes.extend_from_slice(&sum);
        self.tail_sum = u64::from_le_bytes(sum);
        self.tail_file.write_all(&bytes).at("write", &self.dir)
    }

    /// Makes a run of the next range, and merges runs where a level is full.
    fn seal(
        &mut self,
        pairs: &mut [(KeyHash, u64)],
        point: &JournalPoint,
    ) -> Result<(), StorageError> {
        let (first, end) = (self.sealed(), self.sealed() + RANGE);
        pairs.sort_unstable();
        if let Some(filter) = self.filter.get_mut() {
            pairs.iter().for_each(|pair| filter.insert(&pair.0));
        }
        let count = pairs.len() as u64;
        let sorted = pairs.iter().copied().map(Ok);
        let run = Run::write(&self.dir, 0, first..end, count, point, sorted)?;
        self.runs.push(run);
        for level in 0..LEVEL_MAX {
            if end % (RANGE * FAN.pow(level + 1)) == 0 {
                self.merge(level)?;
            }
        }
        Ok(())
    }

    fn merge(&mut self, level: u32) -> Result<(), StorageError> {
        let old = self.runs.split_off(self.runs.len() - to_usize(FAN));
        let range = old[0].first..old[old.len() - 1].end;
        let count = old.iter().map(|run| run.count).sum();
        let (merged, point) = (run::merge(&old), old[old.len() - 1].point);
        let merged = Run::write(&self.dir, level + 1, range, count, &point, merged)?;
        self.runs.push(merged);
        old.into_iter().try_for_each(Run::remove)
    }

    /// Deletes runs and tails that are no longer in use; files with names that
    /// are not ours stay.
    fn remove_outdated(&self) -> Result<(), StorageError> {
        let tail = tail_path(&self.dir, self.sealed());
        for path in files::list(&self.dir)? {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let is_used = path == tail || self.runs.iter().any(|run| run.path == path);
            if !is_used && is_key_file(&name) {
                files::remove(&path)?;
            }
        }
        Ok(())
    }
}

/// True if a file of the key index has such a name.
pub fn is_key_file(name: &str) -> bool {
    let is_number = |text: &str| text.len() >= 12 && text.bytes().all(|b| b.is_ascii_digit());
    let name = name.strip_suffix(".part").unwrap_or(name);
    match name
        .strip_prefix("run-")
        .and_then(|run| run.split_once('-'))
    {
        Some((level, first)) => level.parse::<u32>().is_ok() && is_number(first),
        None => name.strip_prefix("tail-").is_some_and(is_number),
    }
}

fn tail_path(dir: &Path, sealed: u64) -> PathBuf {
    dir.join(format!("tail-{sealed:012}"))
}

fn open_tail(dir: &Path, sealed: u64) -> Result<File, StorageError> {
    files::append(&tail_path(dir, sealed))
}

/// Opens the runs that cover the sequences from 0 without a gap; of two that
/// begin alike the longer, which was merged from the shorter.
fn open_runs(
    dir: &Path,
    has: &HasPoint<'_>,
    is_thorough: bool,
    loss: &mut Option<Loss>,
) -> Result<Vec<Run>, StorageError> {
    let mut found = Vec::new();
    for path in files::list(dir)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if !is_key_file(&name) {
            continue;
        }
        match Run::open(&path) {
            Some(run) => found.push(run),
            None if run::is_named_so(&path) => *loss = Some(Loss::Damaged),
            None => {}
        }
    }
    found.sort_by_key(|run| (run.first, std::cmp::Reverse(run.end)));
    let mut runs: Vec<Run> = Vec::new();
    for run in found {
        if run.first != runs.last().map_or(0, |run| run.end) {
            continue;
        }
        if !has(&run.point)? {
            *loss = Some(Loss::Foreign);
            break;
        }
        if is_thorough && run.check().is_err() {
            *loss = Some(Loss::Damaged);
            break;
        }
        runs.push(run);
    }
    Ok(runs)
}

/// The sound part of a tail that belongs to the journal.
struct FoundTail {
    keys: Tail,
    covered: u64,
    /// Its length in bytes, and the checksum of its last batch.
    len: u64,
    sum: u64,
}

fn read_tail(
    path: &Path,
    sealed: u64,
    has: &HasPoint<'_>,
    loss: &mut Option<Loss>,
) -> Result<FoundTail, StorageError> {
    let bytes = match files::read(path, limit::KEY_TAIL) {
        Err(trouble) if trouble.is_absent() => Vec::new(),
        read => read?,
    };
    let (mut batches, mut sum, mut at) = (Vec::new(), 0, TAIL_MAGIC.len());
    if bytes.starts_with(TAIL_MAGIC) {
        while let Some(batch) = tail_batch(&bytes, at, sum) {
            (at, sum) = (batch.end, batch.sum);
            batches.push(batch);
        }
    }
    if at < bytes.len() {
        *loss = Some(Loss::Damaged);
    }
    while let Some(batch) = batches.pop_if(|batch| !has(&batch.point).unwrap_or(false)) {
        // Read again, so that an error is reported rather than taken for "no".
        has(&batch.point)?;
        *loss = Some(Loss::Foreign);
    }
    let mut tail = FoundTail {
        keys: Tail::default(),
        covered: sealed,
        len: 0,
        sum: 0,
    };
    for batch in batches {
        tail.keys
            .extend(batch.pairs.chunks_exact(PAIR_LEN).map(run::pair));
        (tail.len, tail.sum) = (batch.end as u64, batch.sum);
        tail.covered = batch.point.count;
    }
    Ok(tail)
}

/// A batch of a tail, as stored in the file.
struct TailBatch<'a> {
    point: JournalPoint,
    pairs: &'a [u8],
    end: usize,
    sum: u64,
}

/// Parses the batch at an offset, if it verifies after the one before it.
fn tail_batch(bytes: &[u8], at: usize, before: u64) -> Option<TailBatch<'_>> {
    let rest = bytes.get(at..)?;
    let count = u32::from_le_bytes(*rest.first_chunk()?) as usize;
    let point = JournalPoint::from_bytes(rest.get(4..)?.first_chunk()?);
    let len = BATCH_HEAD + count.checked_mul(PAIR_LEN)?;
    let sum: [u8; CHECKSUM_LEN] = *rest.get(len..)?.first_chunk()?;
    (sum == checksum(before, &rest[..len])).then(|| TailBatch {
        point,
        pairs: &rest[BATCH_HEAD..len],
        end: at + len + CHECKSUM_LEN,
        sum: u64::from_le_bytes(sum),
    })
}

#[cfg(test)]
#[path = "tests/keys.rs"]
mod tests;

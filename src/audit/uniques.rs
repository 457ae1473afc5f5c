//! Keys that may be used only once: idempotency keys, slip numbers, order
//! numbers. Their hashes go to buckets, in memory or in files, and are compared
//! bucket by bucket. Slip and order numbers of an undone entry may be used
//! again.

use super::scratch::Scratch;
use crate::model::{Act, Effect, Entry, OrderScope, Place, unique_value};
use crate::storage::error::StorageError;
use std::collections::HashMap;
use std::fs::File;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{Read, Seek, SeekFrom, Write};
use std::sync::LazyLock;

/// Bytes of one hash with its sequence.
const LEN: usize = 24;

/// Number of buckets over which hashes are distributed by their first byte:
/// small enough that one is sorted within the processor's cache.
const BUCKETS: usize = 256;

/// A 16-byte hash and the sequence of the entry that used it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Unique {
    pub hash: [u8; 16],
    pub seq: u64,
}

/// Bit of a hash's last byte that marks a number that is free again when the
/// entry is undone.
const GIVEN_BACK: u8 = 1;

/// Kind of key that may be used only once. The number keeps the kinds apart.
#[derive(Clone, Copy)]
enum Domain {
    Key = 0,
    Receipt = 1,
    Order = 2,
    Activity = 3,
}

/// Random hash keys of this run, so that nobody can construct a collision; the
/// hashes are not kept longer than the run.
static KEYS: LazyLock<[RandomState; 2]> =
    LazyLock::new(|| [RandomState::new(), RandomState::new()]);

/// Collects the keys that an entry uses.
pub(super) fn of(entry: &Entry, into: &mut Vec<Unique>) {
    let seq = entry.seq;
    if entry.head.key.is_some() {
        into.push(unique(
            seq,
            Domain::Key,
            &[entry.head.key.as_str().as_bytes()],
        ));
    }
    if let Act::Activity {
        activity, fields, ..
    } = &entry.act
        && let Some((value, is_for_all)) = unique_value(fields)
    {
        let whose = entry.member().filter(|_| !is_for_all);
        let whose = whose.map_or_else(Vec::new, |id| id.0.to_vec());
        let (number, value) = (activity.to_le_bytes(), value.to_string());
        let parts = [&number[..], &whose, value.as_bytes()];
        into.push(unique(seq, Domain::Activity, &parts));
    }
    let receipt = entry.act.receipt();
    if !receipt.is_empty() {
        let origin = &entry.head.origin;
        let store = place_bytes(&origin.place);
        let day = entry.head.day.0.to_le_bytes();
        let parts = [
            &store[..],
            origin.terminal.as_bytes(),
            &day,
            receipt.as_bytes(),
        ];
        into.push(unique(seq, Domain::Receipt, &parts));
    }
    let Act::Purchase(purchase) = &entry.act else {
        return;
    };
    if !purchase.order.is_empty() {
        let order = purchase.order.as_bytes();
        match &purchase.order_scope {
            OrderScope::Programme => into.push(unique(seq, Domain::Order, &[order])),
            OrderScope::Store(place) => {
                into.push(unique(
                    seq,
                    Domain::Order,
                    &[order, b"store", &place_bytes(place)],
                ));
            }
            OrderScope::Channel(channel) => {
                let channel = channel.name().as_bytes();
                into.push(unique(seq, Domain::Order, &[order, b"channel", channel]));
            }
        }
    }
}

fn place_bytes(place: &Place) -> Vec<u8> {
    match place {
        Place::Unsaid => Vec::new(),
        Place::Store(number) => number.to_le_bytes().to_vec(),
        Place::Named(name) => [&[0, 0], name.as_bytes()].concat(),
    }
}

fn unique(seq: u64, domain: Domain, parts: &[&[u8]]) -> Unique {
    let mut hash = [0; 16];
    for (key, half) in KEYS.iter().zip(hash.chunks_exact_mut(8)) {
        let mut hasher = key.build_hasher();
        hasher.write_u8(domain as u8);
        for part in parts {
            hasher.write_usize(part.len());
            hasher.write(part);
        }
        half.copy_from_slice(&hasher.finish().to_le_bytes());
    }
    // One bit marks numbers that can be free again: the comparison needs no
    // domain besides.
    let is_given_back = matches!(domain, Domain::Receipt | Domain::Order);
    hash[15] = hash[15] & !GIVEN_BACK | u8::from(is_given_back);
    Unique { hash, seq }
}

/// All keys used so far.
pub(super) struct Uniques {
    buckets: Vec<Vec<Unique>>,
    /// Number of hashes in memory.
    len: usize,
    /// A file for each bucket, once they do not fit into memory.
    files: Vec<File>,
    /// Entries that were undone, each with the entry that undid it.
    voids: HashMap<u64, u64>,
}

impl Default for Uniques {
    fn default() -> Uniques {
        Uniques {
            buckets: vec![Vec::new(); BUCKETS],
            len: 0,
            files: Vec::new(),
            voids: HashMap::new(),
        }
    }
}

impl Uniques {
    pub fn add(&mut self, more: &[Unique]) {
        for unique in more {
            self.buckets[usize::from(unique.hash[0])].push(*unique);
        }
        self.len += more.len();
    }

    /// Notes the entries that an entry undid.
    pub fn note_voids(&mut self, entry: &Entry) {
        if let Act::Reversal { .. } = entry.act {
            for effect in &entry.effects {
                if let Effect::Voided { of } = effect {
                    self.voids.entry(*of).or_insert(entry.seq);
                }
            }
        }
    }

    /// Bytes of memory that they take, approximately.
    pub fn memory_len(&self) -> u64 {
        (self.len + self.voids.len()) as u64 * LEN as u64
    }

    /// Moves all that are in memory to scratch files.
    pub fn spill(&mut self, scratch: &Scratch) -> Result<(), StorageError> {
        while self.files.len() < BUCKETS {
            self.files.push(scratch.file()?);
        }
        let mut bytes = Vec::new();
        for (file, bucket) in self.files.iter_mut().zip(&mut self.buckets) {
            bytes.clear();
            for unique in bucket.drain(..) {
                bytes.extend_from_slice(&unique.hash);
                bytes.extend_from_slice(&unique.seq.to_le_bytes());
            }
            file.write_all(&bytes)
                .map_err(|e| scratch.trouble("write", e))?;
        }
        self.len = 0;
        Ok(())
    }

    /// Finds every second use, by sequence: the entry that used the key before,
    /// and the later one.
    pub fn doubles(
        mut self,
        scratch: &Scratch,
        threads: usize,
    ) -> Result<Vec<(u64, u64)>, StorageError> {
        let mut found = Vec::new();
        if self.files.is_empty() {
            found = doubles_in_all(&mut self.buckets, &self.voids, threads);
        } else {
            self.spill(scratch)?;
            for file in &mut self.files {
                let bytes = read_all(file).map_err(|e| scratch.trouble("read", e))?;
                let mut bucket: Vec<Unique> = bytes.chunks_exact(LEN).map(parse).collect();
                found.extend(doubles_in(&mut bucket, &self.voids));
            }
        }
        found.sort_unstable_by_key(|(first, again)| (*again, *first));
        Ok(found)
    }
}

/// Searches all buckets, a part of them on each thread.
fn doubles_in_all(
    buckets: &mut [Vec<Unique>],
    voids: &HashMap<u64, u64>,
    threads: usize,
) -> Vec<(u64, u64)> {
    let part = buckets.len().div_ceil(threads.max(1));
    let of = |part: &mut [Vec<Unique>]| -> Vec<(u64, u64)> {
        part.iter_mut().flat_map(|b| doubles_in(b, voids)).collect()
    };
    std::thread::scope(|scope| {
        let parts = buckets.chunks_mut(part);
        let working: Vec<_> = parts.map(|part| scope.spawn(move || of(part))).collect();
        let done = working.into_iter().map(|thread| thread.join());
        // Propagate a thread's panic.
        done.flat_map(|found| found.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}

fn read_all(file: &mut File) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn parse(bytes: &[u8]) -> Unique {
    let mut unique = Unique {
        hash: [0; 16],
        seq: 0,
    };
    let mut seq = [0; 8];
    unique.hash.copy_from_slice(&bytes[..16]);
    seq.copy_from_slice(&bytes[16..]);
    unique.seq = u64::from_le_bytes(seq);
    unique
}

fn doubles_in(bucket: &mut [Unique], voids: &HashMap<u64, u64>) -> Vec<(u64, u64)> {
    bucket.sort_unstable();
    let is_double = |(before, again): &(Unique, Unique)| {
        let is_given_back = before.hash[15] & GIVEN_BACK != 0
            && voids.get(&before.seq).is_some_and(|void| *void < again.seq);
        before.hash == again.hash && !is_given_back
    };
    let pairs = bucket.windows(2).map(|pair| (pair[0], pair[1]));
    let doubles = pairs.filter(is_double);
    doubles
        .map(|(before, again)| (before.seq, again.seq))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn doubles(spill_every: u64) -> Vec<(u64, u64)> {
        let scratch = Scratch::new(None);
        let mut uniques = Uniques::default();
        for seq in 0..1000u64 {
            let key = if seq == 700 { 3 } else { seq };
            let made = unique(seq, Domain::Key, &[&key.to_le_bytes()]);
            let other = unique(seq, Domain::Order, &[&key.to_le_bytes()]);
            let more = if seq == 700 {
                vec![made]
            } else {
                vec![made, other]
            };
            uniques.add(&more);
            if seq % spill_every == spill_every - 1 {
                uniques.spill(&scratch).unwrap();
            }
        }
        uniques.doubles(&scratch, 3).unwrap()
    }

    // An undone purchase frees its order number, and never its key.
    #[test]
    fn what_was_given_back_is_no_second_use() {
        let void = HashMap::from([(1, 2)]);
        let of = |domain, seqs: &[u64]| {
            let mut bucket: Vec<Unique> = seqs
                .iter()
                .map(|seq| unique(*seq, domain, &[b"x"]))
                .collect();
            doubles_in(&mut bucket, &void)
        };
        for domain in [Domain::Order, Domain::Receipt] {
            assert_eq!(of(domain, &[1, 3]), []);
            assert_eq!(of(domain, &[0, 1]), [(0, 1)], "undone later, not before");
            assert_eq!(of(domain, &[1, 3, 5]), [(3, 5)]);
        }
        assert_eq!(of(Domain::Key, &[1, 3]), [(1, 3)]);
        assert_eq!(of(Domain::Activity, &[1, 3]), [(1, 3)]);
    }

    #[test]
    fn a_second_use_is_found_in_memory_and_beside_it() {
        assert_eq!(doubles(u64::MAX), [(3, 700)]);
        assert_eq!(doubles(64), [(3, 700)]);
    }
}

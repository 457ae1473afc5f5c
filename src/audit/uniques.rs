//! What may be used only once: keys, slip numbers, order numbers. Hashes go
//! to buckets, in memory or beside it, and are compared bucket by bucket.

use super::scratch::Scratch;
use crate::model::{Act, Entry, Place, unique_value};
use crate::store::error::Trouble;
use std::fs::File;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{Read, Seek, SeekFrom, Write};
use std::sync::LazyLock;

/// Bytes of one hash with its sequence.
pub(super) const LEN: usize = 24;

/// Files that hashes are spread over once they do not fit into memory.
const BUCKETS: usize = 256;

/// A 16-byte hash and the sequence of the entry that used it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Unique {
    pub hash: [u8; 16],
    pub seq: u64,
}

/// What kind of thing may be used only once. The number keeps them apart.
#[derive(Clone, Copy)]
enum Domain {
    Key = 0,
    Receipt = 1,
    Order = 2,
    Activity = 3,
}

/// Random keys of this run, so that nobody can make two names that meet; the
/// hashes are kept no longer than the run.
static KEYS: LazyLock<[RandomState; 2]> =
    LazyLock::new(|| [RandomState::new(), RandomState::new()]);

/// What an entry uses up.
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
    let Act::Purchase(purchase) = &entry.act else {
        return;
    };
    if !purchase.receipt.is_empty() {
        let origin = &entry.head.origin;
        let store = match &origin.place {
            Place::Unsaid => Vec::new(),
            Place::Store(number) => number.to_le_bytes().to_vec(),
            Place::Named(name) => [&[0, 0], name.as_bytes()].concat(),
        };
        let day = entry.head.day.0.to_le_bytes();
        let parts = [
            &store[..],
            origin.terminal.as_bytes(),
            &day,
            purchase.receipt.as_bytes(),
        ];
        into.push(unique(seq, Domain::Receipt, &parts));
    }
    if !purchase.order.is_empty() {
        into.push(unique(seq, Domain::Order, &[purchase.order.as_bytes()]));
    }
}

fn unique(seq: u64, domain: Domain, parts: &[&[u8]]) -> Unique {
    let mut hash = [0; 16];
    for (key, half) in KEYS.iter().zip(hash.chunks_exact_mut(8)) {
        let mut hasher = key.build_hasher();
        hasher.write_u8(domain as u8);
        for part in parts {
            hasher.write_u32(part.len() as u32);
            hasher.write(part);
        }
        half.copy_from_slice(&hasher.finish().to_le_bytes());
    }
    Unique { hash, seq }
}

/// All that was used so far.
pub(super) struct Uniques {
    memory: Vec<Unique>,
    memory_max: usize,
    files: Vec<File>,
}

impl Uniques {
    pub fn new(memory_max: usize) -> Uniques {
        Uniques {
            memory: Vec::new(),
            memory_max,
            files: Vec::new(),
        }
    }

    pub fn add(&mut self, more: &[Unique], scratch: &Scratch) -> Result<(), Trouble> {
        self.memory.extend_from_slice(more);
        if self.memory.len() >= self.memory_max {
            self.spill(scratch)?;
        }
        Ok(())
    }

    fn spill(&mut self, scratch: &Scratch) -> Result<(), Trouble> {
        while self.files.len() < BUCKETS {
            self.files.push(scratch.file()?);
        }
        let mut buckets = vec![Vec::new(); BUCKETS];
        for unique in self.memory.drain(..) {
            let bucket: &mut Vec<u8> = &mut buckets[usize::from(unique.hash[0])];
            bucket.extend_from_slice(&unique.hash);
            bucket.extend_from_slice(&unique.seq.to_le_bytes());
        }
        for (file, bytes) in self.files.iter_mut().zip(&buckets) {
            file.write_all(bytes)
                .map_err(|e| scratch.trouble("write", e))?;
        }
        Ok(())
    }

    /// Tells every second use: the sequence that used it first, and the later one.
    pub fn doubles(
        mut self,
        scratch: &Scratch,
        mut told: impl FnMut(u64, u64),
    ) -> Result<(), Trouble> {
        if self.files.is_empty() {
            tell(&mut self.memory, &mut told);
            return Ok(());
        }
        self.spill(scratch)?;
        for file in &mut self.files {
            let bytes = read_all(file).map_err(|e| scratch.trouble("read", e))?;
            let mut bucket: Vec<Unique> = bytes.chunks_exact(LEN).map(parse).collect();
            tell(&mut bucket, &mut told);
        }
        Ok(())
    }
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

fn tell(uniques: &mut [Unique], told: &mut impl FnMut(u64, u64)) {
    uniques.sort_unstable();
    let mut first = 0;
    for at in 1..uniques.len() {
        if uniques[at].hash == uniques[first].hash {
            told(uniques[first].seq, uniques[at].seq);
        } else {
            first = at;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn doubles(memory_max: usize) -> Vec<(u64, u64)> {
        let scratch = Scratch::new(None);
        let mut uniques = Uniques::new(memory_max);
        for seq in 0..1000u64 {
            let key = if seq == 700 { 3 } else { seq };
            let made = unique(seq, Domain::Key, &[&key.to_le_bytes()]);
            let other = unique(seq, Domain::Order, &[&key.to_le_bytes()]);
            let more = if seq == 700 {
                vec![made]
            } else {
                vec![made, other]
            };
            uniques.add(&more, &scratch).unwrap();
        }
        let mut found = Vec::new();
        uniques
            .doubles(&scratch, |first, again| found.push((first, again)))
            .unwrap();
        found
    }

    #[test]
    fn a_second_use_is_found_in_memory_and_beside_it() {
        assert_eq!(doubles(usize::MAX), [(3, 700)]);
        assert_eq!(doubles(64), [(3, 700)]);
    }
}

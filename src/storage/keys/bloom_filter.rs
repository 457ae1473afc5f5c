//! The Bloom filter over hashes of keys, in lines of 64 bytes: a key has all of
//! its bits in one line, so that a lookup reads one line from a file or touches
//! one cache line in memory. A line ends with a checksum, set when it goes into
//! a file.
//!
//! Each run carries a filter of its own keys ([`Lines`]). Nearly every key that
//! is looked up is new, and asking twenty runs one after another costs twenty
//! cache misses; a process with many lookups keeps one over the keys of all
//! runs together ([`BloomFilter`]). It grows by parts, each four times as large
//! as the one before, so nothing is ever rebuilt.

use super::{KeyHash, halves, scaled};
use crate::chain::width::to_usize;
use crate::storage::derived::checksum;

/// Bytes of a line, and the number of them that hold bits.
pub(super) const LINE_LEN: usize = 64;
const LINE_BYTES: usize = 60;
const LINE_BITS: u64 = LINE_BYTES as u64 * 8;
/// Bits that a key sets.
const PROBES: u64 = 7;
/// Bits for each key in the filter over all runs: about one in a thousand
/// absent keys passes.
const BITS_PER_KEY: u64 = 16;
/// Keys of the filter's first part.
const PART_KEYS: u64 = 1 << 16;

/// Number of lines for that many keys.
pub(super) fn lines_for(count: u64, bits_per_key: u64) -> u64 {
    (count * bits_per_key).div_ceil(LINE_BITS).max(1)
}

/// Index of a key's line among that many.
pub(super) fn line_of(key: &KeyHash, lines: u64) -> u64 {
    scaled(halves(key).1, lines)
}

/// True if a line may have a key; no false negatives.
pub(super) fn has_bits(line: &[u8], key: &KeyHash) -> bool {
    bits(key).all(|(byte, bit)| line[byte] & bit != 0)
}

/// True if a line of a file is sound and has that number.
pub(super) fn is_sound(number: u64, line: &[u8]) -> bool {
    line[LINE_BYTES..] == checksum(number, &line[..LINE_BYTES])[..LINE_LEN - LINE_BYTES]
}

/// The bits of a line that a key sets.
fn bits(key: &KeyHash) -> impl Iterator<Item = (usize, u8)> {
    let (high, low) = halves(key);
    let (start, step) = (high & 0xffff_ffff, (low & 0xffff) | 1);
    (0..PROBES).map(move |n| {
        let bit = (start + n * step) % LINE_BITS;
        ((bit / 8) as usize, 1 << (bit % 8))
    })
}

/// A filter of a fixed number of lines.
pub(super) struct Lines(Vec<u8>);

impl Lines {
    pub fn new(lines: u64) -> Lines {
        Lines(vec![0; to_usize(lines) * LINE_LEN])
    }

    /// Reads the form that [`Lines::into_bytes`] makes, if all of it is sound.
    pub fn from_bytes(bytes: Vec<u8>) -> Option<Lines> {
        let mut lines = (0..).zip(bytes.chunks_exact(LINE_LEN));
        let is_whole = lines.all(|(number, line)| is_sound(number, line));
        is_whole.then_some(Lines(bytes))
    }

    /// The form for a file.
    pub fn into_bytes(mut self) -> Vec<u8> {
        for (number, line) in (0..).zip(self.0.chunks_exact_mut(LINE_LEN)) {
            let sum = checksum(number, &line[..LINE_BYTES]);
            line[LINE_BYTES..].copy_from_slice(&sum[..LINE_LEN - LINE_BYTES]);
        }
        self.0
    }

    fn start(&self, key: &KeyHash) -> usize {
        let lines = self.0.len() / LINE_LEN;
        to_usize(line_of(key, lines as u64)) * LINE_LEN
    }

    pub fn insert(&mut self, key: &KeyHash) {
        let start = self.start(key);
        bits(key).for_each(|(byte, bit)| self.0[start + byte] |= bit);
    }

    /// True if a key may have been inserted; no false negatives.
    pub fn may_have(&self, key: &KeyHash) -> bool {
        let start = self.start(key);
        has_bits(&self.0[start..start + LINE_LEN], key)
    }
}

/// The filter over the keys of all runs, in memory only.
#[derive(Default)]
pub struct BloomFilter {
    parts: Vec<Part>,
}

struct Part {
    lines: Lines,
    len: u64,
    len_max: u64,
}

impl BloomFilter {
    /// Inserts a key.
    pub fn insert(&mut self, key: &KeyHash) {
        let last = self.parts.last();
        if last.is_none_or(|part| part.len == part.len_max) {
            let len_max = last.map_or(PART_KEYS, |part| part.len_max * 4);
            self.parts.push(Part {
                lines: Lines::new(lines_for(len_max, BITS_PER_KEY)),
                len: 0,
                len_max,
            });
        }
        if let Some(part) = self.parts.last_mut() {
            part.lines.insert(key);
            part.len += 1;
        }
    }

    /// True if a key may have been inserted; no false negatives.
    pub fn may_have(&self, key: &KeyHash) -> bool {
        self.parts.iter().rev().any(|part| part.lines.may_have(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(n: u64) -> KeyHash {
        std::array::from_fn(|at| blake3::hash(&n.to_le_bytes()).as_bytes()[at])
    }

    #[test]
    fn what_went_in_stays_and_few_others_pass() {
        let mut filter = BloomFilter::default();
        let count = PART_KEYS * 2;
        assert!(!filter.may_have(&key(0)));
        (0..count).for_each(|n| filter.insert(&key(n)));
        assert_eq!(filter.parts.len(), 2);
        assert!((0..count).all(|n| filter.may_have(&key(n))));
        let passed = (count..2 * count)
            .filter(|n| filter.may_have(&key(*n)))
            .count();
        assert!((passed as u64) < count / 200, "{passed} of {count}");
    }
}

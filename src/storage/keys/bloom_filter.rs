//! A filter over the keys of all runs together. Nearly every key that is looked
//! up is new, and asking twenty runs one after another costs twenty lines of
//! memory that the processor does not have at hand; asking this costs a few.
//!
//! It grows by parts, each four times as large as the one before, so nothing is
//! ever built again. It is in memory only.

use super::KeyHash;
use super::run::{halves, scaled};
use crate::chain::width::to_usize;

/// Bits for each key; some one in a thousand absent keys is let through.
const BITS_PER_KEY: u64 = 16;
/// Bits in a line, which is what memory brings at once.
const LINE_BITS: u64 = 512;
/// Keys of the first part.
const PART_KEYS: u64 = 1 << 16;
/// Bits that a key sets; each takes nine bits of its hash.
const PROBES: u32 = 7;

type Line = [u64; 8];

/// The filter.
#[derive(Default)]
pub(super) struct BloomFilter {
    parts: Vec<Part>,
}

struct Part {
    lines: Vec<Line>,
    len: u64,
    len_max: u64,
}

impl BloomFilter {
    pub fn insert(&mut self, key: &KeyHash) {
        let is_full = self
            .parts
            .last()
            .is_none_or(|part| part.len == part.len_max);
        if is_full {
            let len_max = self.parts.last().map_or(PART_KEYS, |part| part.len_max * 4);
            self.parts.push(Part::new(len_max));
        }
        if let Some(part) = self.parts.last_mut() {
            part.insert(key);
        }
    }

    /// Whether a key may have been inserted; never a false no.
    pub fn may_have(&self, key: &KeyHash) -> bool {
        self.parts.iter().rev().any(|part| part.may_have(key))
    }
}

impl Part {
    fn new(len_max: u64) -> Part {
        let lines = (len_max * BITS_PER_KEY).div_ceil(LINE_BITS);
        Part {
            lines: vec![Line::default(); to_usize(lines)],
            len: 0,
            len_max,
        }
    }

    fn line(&self, key: &KeyHash) -> usize {
        let (_, low) = halves(key);
        to_usize(scaled(low, self.lines.len() as u64))
    }

    fn insert(&mut self, key: &KeyHash) {
        let line = self.line(key);
        for (word, bit) in bits(key) {
            self.lines[line][word] |= bit;
        }
        self.len += 1;
    }

    fn may_have(&self, key: &KeyHash) -> bool {
        let line = &self.lines[self.line(key)];
        bits(key).all(|(word, bit)| line[word] & bit != 0)
    }
}

/// The bits of a line that a key sets: which word, and which of its bits.
fn bits(key: &KeyHash) -> impl Iterator<Item = (usize, u64)> {
    let (high, _) = halves(key);
    (0..PROBES).map(move |n| {
        let bit = high >> (9 * n);
        ((bit >> 6 & 7) as usize, 1 << (bit & 63))
    })
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

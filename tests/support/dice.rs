//! Numbers by chance that depend on the seed alone, the same on every machine, for tests,
//! benches and fuzz targets.
#![allow(
    dead_code,
    clippy::cast_possible_truncation,
    reason = "no user needs all of it, and what is below a usize is one"
)]

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The generator.
pub struct Dice(ChaCha8Rng);

impl Dice {
    /// The generator of a seed.
    pub fn new(seed: u64) -> Dice {
        Dice(ChaCha8Rng::seed_from_u64(seed))
    }

    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0.random()
    }

    /// A number below `end`, or 0 if `end` is 0.
    pub fn below(&mut self, end: usize) -> usize {
        self.0.random_range(0..end.max(1) as u64) as usize
    }

    /// A number from 0 to `most`, both included.
    pub fn upto(&mut self, most: i64) -> i64 {
        self.0.random_range(0..=most.max(0))
    }

    /// True once in `n` times.
    pub fn is_one_in(&mut self, n: i64) -> bool {
        self.upto(n - 1) == 0
    }

    /// One of some things; None of none.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        from.get(self.below(from.len()))
    }
}

//! SplitMix64 (Steele, Lea and Flood, 2014): numbers by chance that depend on the
//! seed alone, for tests, benches and fuzz targets.
#![allow(
    dead_code,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "no user needs all of it, and numbers by chance may wrap"
)]

/// The generator, with its state; the first state is the seed.
pub struct SplitMix(pub u64);

impl SplitMix {
    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, or 0 if `end` is 0.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    /// A number from 0 to `most`, both included.
    pub fn upto(&mut self, most: i64) -> i64 {
        (self.next() % (most.max(0) as u64 + 1)) as i64
    }

    /// True once in `n` times.
    pub fn is_one_in(&mut self, n: i64) -> bool {
        self.upto(n - 1) == 0
    }
}

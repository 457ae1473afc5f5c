//! Share of some work that is done, told from one thread to another.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Share of some work that is done, in per cent.
#[derive(Clone, Default, Debug)]
pub struct Progress(Arc<AtomicU64>);

impl Progress {
    /// Tells how much is done, and how much there is in all.
    pub fn set(&self, done: u64, all: u64) {
        let share = u128::from(done) * 100 / u128::from(all.max(1));
        let share = u64::try_from(share.min(100)).unwrap_or(100);
        self.0.store(share, Ordering::Relaxed);
    }

    /// Per cent that are done.
    pub fn per_cent(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

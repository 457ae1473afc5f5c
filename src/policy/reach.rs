//! Hooks that ran, for the coverage of stories.

use crate::model::Hook;
use std::sync::atomic::{AtomicU16, Ordering};

/// Furthest reach of a hook.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Debug)]
pub enum Reach {
    /// It was never called.
    #[default]
    Never,
    /// It was called, and proposed nothing.
    Called,
    /// It proposed something.
    Proposed,
}

/// For each campaign a bit for each hook that ran, and above them one for each
/// that proposed something.
pub(super) struct Reached(Vec<AtomicU16>);

impl Reached {
    pub fn new(campaigns: usize) -> Reached {
        Reached((0..campaigns).map(|_| AtomicU16::new(0)).collect())
    }

    pub fn note(&self, campaign: usize, hook: Hook, has_proposed: bool) {
        let called = called(hook);
        let bits = called | if has_proposed { called << 8 } else { 0 };
        if let Some(mask) = self.0.get(campaign)
            && mask.load(Ordering::Relaxed) & bits != bits
        {
            mask.fetch_or(bits, Ordering::Relaxed);
        }
    }

    pub fn reach(&self, campaign: usize, hook: Hook) -> Reach {
        let mask = self.0.get(campaign);
        let mask = mask.map_or(0, |mask| mask.load(Ordering::Relaxed));
        match (mask & called(hook), mask & (called(hook) << 8)) {
            (0, _) => Reach::Never,
            (_, 0) => Reach::Called,
            _ => Reach::Proposed,
        }
    }
}

fn called(hook: Hook) -> u16 {
    1 << (hook as u16)
}

//! What scripts may spend on one decision.

use std::cell::Cell;

/// The most steps that all scripts of one decision may take together: as many as
/// four calls at their own bound. With the slowest step there is (benches/scripts.rs)
/// a till waits less than 50 ms for them.
pub const DECISION_STEPS_MAX: u64 = 400_000;

/// The steps that are left to the scripts of one decision. They are counted and
/// not timed, so that a decision that is made again ends where it ended.
#[derive(Clone, Debug)]
pub struct Steps(Cell<u64>);

impl Steps {
    /// A budget of that many.
    pub fn new(count: u64) -> Steps {
        Steps(Cell::new(count))
    }

    /// How many are left.
    pub fn left(&self) -> u64 {
        self.0.get()
    }

    /// Takes that many off, as far as they are there.
    pub fn take(&self, count: u64) {
        self.0.set(self.left().saturating_sub(count));
    }
}

impl Default for Steps {
    /// What a decision begins with.
    fn default() -> Steps {
        Steps::new(DECISION_STEPS_MAX)
    }
}

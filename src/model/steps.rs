//! Budget of script steps for one decision.

use std::cell::Cell;

/// Most steps that all scripts of one decision may take together: as many as
/// four calls at their own limit. With the slowest step there is
/// (benches/scripts.rs) a till waits less than 50 ms for them.
pub const DECISION_STEPS_MAX: u64 = 400_000;

/// Steps that are left to the scripts of one decision. Steps are counted rather
/// than timed, so that a decision that is run again stops at the same point.
#[derive(Clone, Debug)]
pub struct Steps(Cell<u64>);

impl Steps {
    /// Makes a budget of that many steps.
    pub fn new(count: u64) -> Steps {
        Steps(Cell::new(count))
    }

    /// Number of steps left.
    pub fn left(&self) -> u64 {
        self.0.get()
    }

    /// Subtracts that many, down to zero.
    pub fn take(&self, count: u64) {
        self.0.set(self.left().saturating_sub(count));
    }
}

impl Default for Steps {
    /// The full budget of a decision.
    fn default() -> Steps {
        Steps::new(DECISION_STEPS_MAX)
    }
}

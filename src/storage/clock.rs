//! The one place that reads the time of day.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// A source of the time of day.
pub trait Clock: Send + Sync {
    /// Microseconds since 1970-01-01T00:00:00Z, as read: it may step backwards.
    fn now_micros(&self) -> i64;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "what others call instead")]
    fn now_micros(&self) -> i64 {
        match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_micros()).unwrap_or(i64::MAX),
            // A clock before 1970 is wrong, but it is the machine's reading.
            Err(before) => i64::try_from(before.duration().as_micros()).map_or(i64::MIN, |n| -n),
        }
    }
}

/// A clock that shows a given time and advances by a fixed step at each
/// reading; for tests, stories and demonstrations.
#[derive(Debug)]
pub struct SteppingClock {
    next: AtomicI64,
    step: i64,
}

impl SteppingClock {
    /// Makes a clock that starts at `start_micros` and advances `step_micros`
    /// at each reading (zero keeps it fixed).
    pub fn new(start_micros: i64, step_micros: i64) -> Self {
        SteppingClock {
            next: AtomicI64::new(start_micros),
            step: step_micros,
        }
    }

    /// Sets the next reading, forwards or backwards.
    pub fn set(&self, micros: i64) {
        self.next.store(micros, Ordering::SeqCst);
    }
}

impl Clock for SteppingClock {
    fn now_micros(&self) -> i64 {
        self.next.fetch_add(self.step, Ordering::SeqCst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_knows_this_century() {
        let year_2020 = 1_577_836_800_000_000;
        assert!(SystemClock.now_micros() > year_2020);
    }

    #[test]
    fn stepping_steps_and_can_be_set_back() {
        let clock = SteppingClock::new(100, 5);
        assert_eq!((clock.now_micros(), clock.now_micros()), (100, 105));
        clock.set(3);
        assert_eq!(clock.now_micros(), 3);
    }
}

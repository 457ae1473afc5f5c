//! Bounds on the rate of requests of each token.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Buckets of requests, one for each token: each holds the requests of one
/// second, and refills evenly.
#[derive(Debug)]
pub(super) struct Rates {
    /// Requests a second; zero for any number.
    per_second: u32,
    buckets: Mutex<HashMap<String, Bucket>>,
}

#[derive(Debug)]
struct Bucket {
    left: f64,
    filled: Instant,
}

impl Rates {
    pub(super) fn new(per_second: u32) -> Rates {
        Rates {
            per_second,
            buckets: Mutex::default(),
        }
    }

    /// Takes a request out of a token's bucket; false if it is empty.
    pub(super) fn take(&self, token: &str, now: Instant) -> bool {
        let most = f64::from(self.per_second);
        if self.per_second == 0 {
            return true;
        }
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let full = Bucket {
            left: most,
            filled: now,
        };
        let bucket = buckets.entry(token.to_owned()).or_insert(full);
        let since = now.saturating_duration_since(bucket.filled).as_secs_f64();
        bucket.left = (bucket.left + since * most).min(most);
        bucket.filled = now;
        let is_free = bucket.left >= 1.0;
        if is_free {
            bucket.left -= 1.0;
        }
        is_free
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_bucket_is_emptied_and_fills_up_again() {
        let (rates, start) = (Rates::new(10), Instant::now());
        let taken = |token, at| (0..100).filter(|_| rates.take(token, at)).count();
        assert_eq!((taken("a", start), taken("b", start)), (10, 10));
        let half = start + Duration::from_millis(500);
        assert_eq!((taken("a", half), taken("a", half)), (5, 0));
        assert_eq!(taken("a", start + Duration::from_secs(100)), 10);
        assert!((0..100).all(|_| Rates::new(0).take("a", start)));
    }
}

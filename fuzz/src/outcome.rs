//! Outcome of a target, as far as it tells two inputs apart.

use std::hash::{DefaultHasher, Hash, Hasher};

/// Number that two inputs share if a target took the same path with both, as
/// far as its answer shows. An input with a new one is worth mutating further.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Outcome(u64);

impl Outcome {
    /// The outcome that stands for these parts. Digits are left out of texts, so
    /// that a place or a length makes no outcome of its own.
    pub fn of(parts: &[&str]) -> Outcome {
        let mut hasher = DefaultHasher::new();
        for part in parts {
            let letters = part.chars().filter(|c| !c.is_ascii_digit());
            letters.take(80).for_each(|c| c.hash(&mut hasher));
            0xff_u8.hash(&mut hasher);
        }
        Outcome(hasher.finish())
    }
}

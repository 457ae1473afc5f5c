//! The one source of randomness: ids, member keys and nonces are drawn from it
//! in admission order, so that a seed repeats a whole run byte for byte.

use super::error::StorageError;
use std::fmt;
use std::path::Path;

/// A stream of bytes that is unpredictable without its seed (BLAKE3 in
/// extendable-output mode, keyed with the seed).
pub struct Entropy {
    stream: blake3::OutputReader,
}

impl Entropy {
    /// Seeds from the operating system.
    ///
    /// # Errors
    /// The system has no randomness to give (never seen on the supported ones).
    pub fn from_os() -> Result<Self, StorageError> {
        let mut seed = zeroize::Zeroizing::new([0; 32]);
        getrandom::fill(&mut *seed).map_err(|error| {
            let source = std::io::Error::other(error.to_string());
            StorageError::io("draw from", Path::new("the system's random source"), source)
        })?;
        Ok(Self::from_seed(&seed))
    }

    /// Makes the stream of a seed: for tests and the memory of a demo.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        let mut hasher = blake3::Hasher::new_keyed(seed);
        hasher.update(b"stampbook 2026-11 entropy v1");
        Entropy {
            stream: hasher.finalize_xof(),
        }
    }

    /// Fills the buffer with the next bytes of the stream.
    pub fn fill(&mut self, buffer: &mut [u8]) {
        self.stream.fill(buffer);
    }

    /// The next `N` bytes.
    pub fn draw<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }
}

impl fmt::Debug for Entropy {
    // The state would let a reader of a log predict every later key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Entropy(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_and_the_system_does_not() {
        let seeded = || Entropy::from_seed(&[7; 32]).draw::<64>();
        assert_eq!(seeded(), seeded());
        let fresh = || Entropy::from_os().unwrap().draw::<32>();
        assert_ne!(fresh(), fresh());
    }

    #[test]
    fn how_it_is_cut_does_not_matter() {
        let whole = Entropy::from_seed(&[1; 32]).draw::<40>();
        let mut parts = Entropy::from_seed(&[1; 32]);
        let (a, b) = (parts.draw::<16>(), parts.draw::<24>());
        assert_eq!([&a[..], &b[..]].concat(), whole);
    }
}

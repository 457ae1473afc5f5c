//! The page tag: an authenticator over the header that only the writer can make.
//!
//! The signature on a page covers the entries before it, so the last page of a
//! journal is not signed yet. The tag covers that page too: an attacker who
//! appends a page without the secrets cannot make it. A verifier without the
//! secrets cannot check it, and skips it.

use std::fmt;

use zeroize::Zeroizing;

use super::super::hash::Purpose;

/// Length of the tag in bytes.
pub const TAG_LEN: usize = 16;

/// The writer's secret for page tags.
#[derive(Clone)]
pub struct PageKey(Zeroizing<[u8; 32]>);

impl PageKey {
    /// Derives the key from the 32-byte seed of a signing key, so that tagging
    /// and signing pages need the same secret.
    pub fn derive(seed: &[u8; 32]) -> PageKey {
        let key = blake3::derive_key(Purpose::PAGE_KEY.context(), seed);
        PageKey(Zeroizing::new(key))
    }

    /// The first 16 bytes of keyed BLAKE3 over the header's bytes before the tag.
    pub(super) fn tag(&self, header: &[u8]) -> [u8; TAG_LEN] {
        let hash = blake3::keyed_hash(&self.0, header);
        std::array::from_fn(|i| hash.as_bytes()[i])
    }
}

impl fmt::Debug for PageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PageKey(..)")
    }
}

//! The hash chain: BLAKE3 with a context of its own for every purpose.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

/// Context of the chain hash; see [`entry_hash`].
pub const ENTRY_CONTEXT: &str = "stampbook 2026-11 entry v1";

/// Building the context costs a whole BLAKE3 compression; a clone costs almost nothing.
static ENTRY_HASHER: LazyLock<blake3::Hasher> =
    LazyLock::new(|| blake3::Hasher::new_derive_key(ENTRY_CONTEXT));

static KEY_HASHER: LazyLock<blake3::Hasher> =
    LazyLock::new(|| blake3::Hasher::new_derive_key(Purpose::KEY.context()));

/// A 32-byte hash: of an entry in the chain, of a tree node, or of some bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Hash(
    /// The bytes, in the order they are stored and printed.
    pub [u8; 32],
);

impl Hash {
    /// 32 zero bytes, in place of a hash before the first entry.
    pub const ZERO: Hash = Hash([0; 32]);

    /// Reads exactly 64 lower-case hex digits.
    ///
    /// # Errors
    /// [`NotAHash`] for any other text: one value has one spelling.
    pub fn parse(text: &str) -> Result<Hash, NotAHash> {
        let bytes = data_encoding::HEXLOWER
            .decode(text.as_bytes())
            .map_err(|_| NotAHash)?;
        bytes.try_into().map(Hash).map_err(|_| NotAHash)
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The hash in lower-case hex.
    pub fn to_hex(&self) -> String {
        data_encoding::HEXLOWER.encode(&self.0)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_hex())
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Hash {
    type Err = NotAHash;

    fn from_str(text: &str) -> Result<Hash, NotAHash> {
        Hash::parse(text)
    }
}

impl From<[u8; 32]> for Hash {
    fn from(bytes: [u8; 32]) -> Hash {
        Hash(bytes)
    }
}

/// The text is not 64 lower-case hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a hash is written as 64 hex digits in lower case")]
pub struct NotAHash;

/// The chain: `BLAKE3.derive_key("stampbook 2026-11 entry v1", prev || bytes)`.
///
/// `prev` is the hash of the entry before, [`Hash::ZERO`] for entry 0.
pub fn entry_hash(prev: &Hash, bytes: &[u8]) -> Hash {
    let mut hasher = ENTRY_HASHER.clone();
    hasher.update(&prev.0).update(bytes);
    Hash(*hasher.finalize().as_bytes())
}

/// Purpose of a hash. Every purpose has its own BLAKE3 context, so that a hash
/// made for one can never stand for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Purpose(&'static str);

impl Purpose {
    /// A policy bundle.
    pub const BUNDLE: Purpose = Purpose("stampbook 2026-11 bundle v1");
    /// An idempotency key; see [`key_hash`].
    pub const KEY: Purpose = Purpose("stampbook 2026-11 key v1");
    /// A command, to tell a retry from a second command under the same key.
    pub const COMMAND: Purpose = Purpose("stampbook 2026-11 command v1");
    /// Bytes that recovery cut from the end of the journal.
    pub const CUT: Purpose = Purpose("stampbook 2026-11 cut v1");
    /// The code of a voucher, to be used or claimed; see FORMAT.md, section 9.
    pub const CODE: Purpose = Purpose("stampbook 2026-11 code v1");
    /// The key of page tags, from the seed of the signing key; see [`super::page::PageKey`].
    pub const PAGE_KEY: Purpose = Purpose("stampbook 2026-11 page key v1");
    /// Page header checksum (8 bytes); see [`super::page`].
    pub const PAGE_HEADER: Purpose = Purpose("stampbook 2026-11 page header v1");
    /// Page checksum (8 bytes); see [`super::page`].
    pub const PAGE: Purpose = Purpose("stampbook 2026-11 page v1");

    /// The BLAKE3 derive_key context.
    pub fn context(self) -> &'static str {
        self.0
    }
}

/// Hash of `bytes` for one purpose: `BLAKE3.derive_key(context, bytes)`.
pub fn bytes_hash(purpose: Purpose, bytes: &[u8]) -> Hash {
    Hash(blake3::derive_key(purpose.context(), bytes))
}

/// The first 16 bytes of the hash of an idempotency key, which the key index keeps.
pub fn key_hash(bytes: &[u8]) -> [u8; 16] {
    key_hash_joined(&[bytes])
}

/// [`key_hash`] of the concatenated parts.
pub fn key_hash_joined(parts: &[&[u8]]) -> [u8; 16] {
    let mut hasher = KEY_HASHER.clone();
    for part in parts {
        hasher.update(part);
    }
    let mut short = [0; 16];
    short.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chain_hash_is_derive_key_over_prev_then_bytes() {
        let prev = Hash([7; 32]);
        let mut joined = vec![7; 32];
        joined.extend_from_slice(b"entry");
        let plain = blake3::derive_key("stampbook 2026-11 entry v1", &joined);
        assert_eq!(entry_hash(&prev, b"entry").0, plain);
        assert_ne!(entry_hash(&Hash::ZERO, b"entry").0, plain);
    }

    #[test]
    fn purposes_do_not_stand_for_one_another() {
        let all = [
            Purpose::BUNDLE,
            Purpose::KEY,
            Purpose::COMMAND,
            Purpose::CUT,
        ];
        for (i, a) in all.iter().enumerate() {
            for b in &all[i + 1..] {
                assert_ne!(bytes_hash(*a, b"same"), bytes_hash(*b, b"same"));
            }
        }
        assert_eq!(key_hash(b"k")[..], bytes_hash(Purpose::KEY, b"k").0[..16]);
    }

    #[test]
    fn hex_has_one_spelling() {
        let hash = entry_hash(&Hash::ZERO, b"x");
        assert_eq!(Hash::parse(&hash.to_string()), Ok(hash));
        assert_eq!(Hash::parse(&hash.to_hex().to_uppercase()), Err(NotAHash));
        assert_eq!(Hash::parse(&hash.to_hex()[..62]), Err(NotAHash));
        assert_eq!(Hash::parse(&format!("{hash}00")), Err(NotAHash));
        assert_eq!(Hash::parse(""), Err(NotAHash));
    }
}

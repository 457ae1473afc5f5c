//! Small files of the secrets folder: a head with the kind, the content, and a
//! checksum, so that a flipped bit or another file's content under a name is
//! reported as such and never taken for a key.
//!
//! | offset | bytes | field |
//! |---:|---:|---|
//! | 0 | 8 | magic `STAMPBKS` |
//! | 8 | 4 | version, 1 |
//! | 12 | 4 | kind: see [`Kind`] |
//! | 16 | 4 | length of the content |
//! | 20 | | content |
//! | | 32 | BLAKE3 over all before it (`stampbook 2026-11 secret file v1`) |
//!
//! Numbers are little endian.

use super::error::StorageError;
use super::files::{self, limit};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

const MAGIC: &[u8; 8] = b"STAMPBKS";
const VERSION: u32 = 1;
const CONTEXT: &str = "stampbook 2026-11 secret file v1";
const HEAD_LEN: usize = 20;
const CHECK_LEN: usize = 32;

/// Kind of content. The number is part of the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The Ed25519 seed that checkpoints are signed with: 32 bytes.
    SigningKey = 1,
    /// The key that aliases are hashed and codes are made with: 32 bytes.
    AliasKey = 2,
    /// Marker that exists while `stampbook init` is under way: the path of its ledger.
    UnfinishedInit = 3,
    /// Access tokens of the service, hashed.
    Tokens = 4,
    /// Webhooks of the service with their secrets, and their dead letters.
    Webhooks = 5,
    /// Persons who may approve, with hashes of their PINs.
    Supervisors = 6,
    /// The seed of a terminal's queue: 32 bytes.
    Terminal = 7,
}

impl Kind {
    /// The file's name in the secrets folder.
    pub const fn file_name(self) -> &'static str {
        match self {
            Kind::SigningKey => "signing.key",
            Kind::AliasKey => "alias.key",
            Kind::UnfinishedInit => "init-unfinished",
            Kind::Tokens => "tokens",
            Kind::Webhooks => "webhooks",
            Kind::Supervisors => "supervisors",
            Kind::Terminal => "terminal.key",
        }
    }

    fn limit(self) -> limit::Limit {
        match self {
            Kind::Tokens | Kind::Supervisors => limit::TOKENS_FILE,
            Kind::Webhooks => limit::WEBHOOKS_FILE,
            _ => limit::KEY_FILE,
        }
    }

    /// Path of the file in a secrets folder.
    pub fn path(self, dir: &Path) -> PathBuf {
        dir.join(self.file_name())
    }
}

/// Writes a file durably, replacing the old one.
///
/// # Errors
/// I/O errors, after which the old content is there whole.
pub fn write(dir: &Path, kind: Kind, content: &[u8]) -> Result<(), StorageError> {
    files::write_durably(&kind.path(dir), &to_bytes(kind, content))
}

/// Reads a file's content.
///
/// # Errors
/// [`StorageError::SecretDamage`] if the bytes are not such a file, whole;
/// [`StorageError::Newer`]; I/O errors.
pub fn read(dir: &Path, kind: Kind) -> Result<Zeroizing<Vec<u8>>, StorageError> {
    let path = kind.path(dir);
    let bytes = Zeroizing::new(files::read(&path, kind.limit())?);
    let content = content(kind, &bytes).map_err(|flaw| flaw.to_trouble(&path))?;
    Ok(Zeroizing::new(content.to_vec()))
}

/// Reads a file that holds a 32-byte key.
///
/// # Errors
/// As [`read`].
pub fn read_key(dir: &Path, kind: Kind) -> Result<super::vault::Secret, StorageError> {
    let content = read(dir, kind)?;
    let key = <[u8; 32]>::try_from(content.as_slice());
    let key = key.map_err(|_| Flaw::Unsound("a key has 32 bytes").to_trouble(&kind.path(dir)))?;
    Ok(Zeroizing::new(key))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a secret has a few megabytes at most"
)]
fn to_bytes(kind: Kind, content: &[u8]) -> Zeroizing<Vec<u8>> {
    // Capacity for all of it, so that growing leaves no copy of a part behind.
    let len = HEAD_LEN + content.len() + CHECK_LEN;
    let mut bytes = Zeroizing::new(Vec::with_capacity(len));
    bytes.extend_from_slice(MAGIC);
    for number in [VERSION, kind as u32, content.len() as u32] {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    bytes.extend_from_slice(content);
    let check = blake3::derive_key(CONTEXT, &bytes);
    bytes.extend_from_slice(&check);
    bytes
}

/// Fault in the bytes of a file.
enum Flaw {
    Unsound(&'static str),
    Newer(u32),
}

impl Flaw {
    fn to_trouble(&self, path: &Path) -> StorageError {
        match self {
            Flaw::Unsound(finding) => StorageError::secret_damage(path, *finding),
            Flaw::Newer(found) => StorageError::Newer {
                path: path.to_path_buf(),
                found: *found,
                known: VERSION,
            },
        }
    }
}

fn content(kind: Kind, bytes: &[u8]) -> Result<&[u8], Flaw> {
    let unsound = Flaw::Unsound;
    let (body, check) = bytes
        .split_last_chunk::<CHECK_LEN>()
        .filter(|(body, _)| body.len() >= HEAD_LEN)
        .ok_or(unsound("it is too short"))?;
    if blake3::derive_key(CONTEXT, body) != *check {
        return Err(unsound("its checksum does not fit its content"));
    }
    let (head, content) = body.split_at(HEAD_LEN);
    let number = |at: usize| head[at..].first_chunk().copied().map(u32::from_le_bytes);
    if head[..8] != MAGIC[..] {
        return Err(unsound(
            "it does not begin like a file of the secrets folder",
        ));
    }
    match number(8) {
        Some(VERSION) => {}
        found => return Err(Flaw::Newer(found.unwrap_or_default())),
    }
    if number(12) != Some(kind as u32) {
        return Err(unsound("it holds another secret than its name says"));
    }
    match number(16).is_some_and(|len| len as usize == content.len()) {
        true => Ok(content),
        false => Err(unsound("its length is not the one it says")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn every_flip_and_every_cut_is_told_with_the_file_and_a_remedy() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), Kind::AliasKey, &[7; 32]).unwrap();
        assert_eq!(*read_key(dir.path(), Kind::AliasKey).unwrap(), [7; 32]);
        let path = Kind::AliasKey.path(dir.path());
        let whole = fs::read(&path).unwrap();
        let flips = (0..whole.len() * 8).map(|bit| {
            let mut bytes = whole.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            bytes
        });
        let cuts = (0..whole.len()).map(|len| whole[..len].to_vec());
        let longer = [[&whole[..], &[0]].concat()];
        for bytes in flips.chain(cuts).chain(longer) {
            fs::write(&path, &bytes).unwrap();
            let trouble = read_key(dir.path(), Kind::AliasKey).unwrap_err();
            assert!(
                matches!(trouble, StorageError::SecretDamage { .. }),
                "{trouble}"
            );
            let text = trouble.to_string();
            assert!(
                text.contains("alias.key") && text.contains("backup"),
                "{text}"
            );
        }
    }

    #[test]
    fn one_secret_is_not_taken_for_another() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), Kind::AliasKey, &[7; 32]).unwrap();
        let (from, to) = (
            Kind::AliasKey.path(dir.path()),
            Kind::SigningKey.path(dir.path()),
        );
        fs::copy(from, to).unwrap();
        let trouble = read_key(dir.path(), Kind::SigningKey).unwrap_err();
        assert!(trouble.to_string().contains("another secret"), "{trouble}");
    }
}

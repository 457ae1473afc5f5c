//! The secrets folder in one file, sealed under a recovery code.
//!
//! | offset | bytes | field |
//! |---:|---:|---|
//! | 0 | 8 | magic `STAMPBX1` |
//! | 8 | 24 | nonce |
//! | 32 | | XChaCha20-Poly1305 of the files, with the magic as associated data |
//!
//! Each file is its name and its content, both after their length (`u32`,
//! little endian). The code is 32 random bytes, so that no slow hash is needed.
//! The writer state is left out: taken back from a copy, it would have the
//! writer sign another history for sizes that it has signed already. Without
//! it, going on must be accepted, and begins a new incarnation.

use super::error::StorageError;
use super::files::{self, limit};
use super::secret_file::Kind;
use super::vault::{self, Secret};
use std::path::Path;
use zeroize::Zeroizing;

const MAGIC: &[u8; 8] = b"STAMPBX1";
const CONTEXT: &str = "stampbook 2026-11 sealed secrets v1";
const NONCE_LEN: usize = 24;

/// Files that are sealed. Those after the first [`REQUIRED`] are made when they are
/// first needed.
const FILE_NAMES: [&str; 6] = [
    Kind::SigningKey.file_name(),
    Kind::AliasKey.file_name(),
    vault::FILE_NAME,
    Kind::Tokens.file_name(),
    Kind::Supervisors.file_name(),
    Kind::Webhooks.file_name(),
];
/// Number of files that must be there.
const REQUIRED: usize = 3;

/// Key of a sealed file: 32 random bytes, wiped from memory when dropped.
pub struct RecoveryCode(Secret);

impl RecoveryCode {
    /// Takes the bytes of a code.
    pub fn new(bytes: [u8; 32]) -> RecoveryCode {
        RecoveryCode(Zeroizing::new(bytes))
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Content of a sealed file: the secrets by the names of their files.
pub struct Unsealed(Vec<(&'static str, Zeroizing<Vec<u8>>)>);

/// Reads the files of a secrets folder, to be sealed or compared.
///
/// # Errors
/// A secret is missing; I/O errors.
pub fn read(dir: &Path) -> Result<Unsealed, StorageError> {
    let mut found = Vec::new();
    for (n, name) in FILE_NAMES.into_iter().enumerate() {
        match files::read(&dir.join(name), limit::SEALED) {
            Err(trouble) if trouble.is_absent() && n >= REQUIRED => {}
            bytes => found.push((name, Zeroizing::new(bytes?))),
        }
    }
    Ok(Unsealed(found))
}

fn key_of(code: &RecoveryCode) -> Secret {
    Zeroizing::new(blake3::derive_key(CONTEXT, code.as_bytes()))
}

impl Unsealed {
    /// Seals the files under a recovery code and writes them to a file, over an
    /// earlier one of its kind or nothing. `nonce` must be fresh.
    ///
    /// # Errors
    /// [`StorageError::Foreign`] if another file has the name; I/O errors.
    pub fn write(
        &self,
        path: &Path,
        code: &RecoveryCode,
        nonce: [u8; NONCE_LEN],
    ) -> Result<(), StorageError> {
        match files::read(path, limit::SEALED) {
            Ok(there) if !there.starts_with(MAGIC) => {
                let finding = "a file is here that is no sealed copy of secrets; name another";
                return Err(StorageError::foreign(path, finding));
            }
            Err(trouble) if !trouble.is_absent() => return Err(trouble),
            _ => {}
        }
        let mut plain = Zeroizing::new(Vec::with_capacity(self.len()));
        for (name, bytes) in &self.0 {
            for part in [name.as_bytes(), bytes] {
                plain.extend_from_slice(&len_of(part).to_le_bytes());
                plain.extend_from_slice(part);
            }
        }
        let sealed = vault::seal(&key_of(code), MAGIC, &plain, &nonce);
        files::write_durably(path, &[&MAGIC[..], &sealed].concat())
    }

    /// Opens a sealed file.
    ///
    /// # Errors
    /// [`StorageError::Foreign`] if it is none, or sealed under another code;
    /// I/O errors.
    pub fn open(path: &Path, code: &RecoveryCode) -> Result<Unsealed, StorageError> {
        let bytes = files::read_named(path, limit::SEALED)?;
        let wrong = |finding: &str| StorageError::foreign(path, finding);
        let sealed = bytes
            .strip_prefix(MAGIC)
            .filter(|sealed| sealed.len() >= NONCE_LEN)
            .ok_or_else(|| wrong("it is no sealed copy of secrets"))?;
        let plain = vault::unseal(&key_of(code), MAGIC, sealed).ok_or_else(|| {
            wrong("the recovery code is not the one that it was sealed under, or it is damaged")
        })?;
        parse(&plain).ok_or_else(|| wrong("its content is not what it should be"))
    }

    /// Writes the files into a new secrets folder, durable; nothing is there
    /// under its name before all are.
    ///
    /// # Errors
    /// [`StorageError::Foreign`] if the folder exists already; I/O errors.
    pub fn put(&self, dir: &Path) -> Result<(), StorageError> {
        if dir.symlink_metadata().is_ok() {
            let finding = "it exists already, and is not replaced; move it away, or name another folder with --secrets";
            return Err(StorageError::foreign(dir, finding));
        }
        let part = dir.with_added_extension("restoring");
        files::remove_folder(&part, |name| {
            FILE_NAMES.contains(&name.strip_suffix(".part").unwrap_or(name))
        })?;
        self.write_into(&part)?;
        files::rename_folder(&part, dir)?;
        files::sync_parent(dir)
    }

    /// Writes the files into a folder that only its owner may enter.
    ///
    /// # Errors
    /// I/O errors.
    pub fn write_into(&self, dir: &Path) -> Result<(), StorageError> {
        files::make_private_folder(dir)?;
        for (name, bytes) in &self.0 {
            files::write_durably(&dir.join(name), bytes)?;
        }
        Ok(())
    }

    /// Length of all files together, in bytes.
    fn len(&self) -> usize {
        let lens = self.0.iter().map(|(name, b)| name.len() + b.len() + 8);
        lens.sum()
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a file has at most limit::SEALED bytes"
)]
fn len_of(bytes: &[u8]) -> u32 {
    bytes.len() as u32
}

fn parse(plain: &[u8]) -> Option<Unsealed> {
    let (mut found, mut rest) = (Vec::new(), plain);
    while !rest.is_empty() {
        let (name, after) = part(rest)?;
        let (bytes, after) = part(after)?;
        let name = FILE_NAMES.into_iter().find(|n| n.as_bytes() == name)?;
        found.push((name, Zeroizing::new(bytes.to_vec())));
        rest = after;
    }
    Some(Unsealed(found))
}

fn part(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = bytes.split_first_chunk()?;
    rest.split_at_checked(u32::from_le_bytes(*len) as usize)
}

//! Entries and their canonical bytes: a version byte, then the entry as bincode
//! 2 writes it with variable-length integers. One value has one byte string;
//! bytes that do not encode back to themselves are refused.

use crate::model::Entry;
use bincode::config::{Configuration, Limit, LittleEndian, Varint};
use strict::Strict;
use thiserror::Error;

mod lean;
mod strict;

pub use lean::{blank, decode_to_fold};

/// The version byte of every entry.
pub const ENTRY_VERSION: u8 = 1;

/// The longest entry, in bytes.
pub const ENTRY_LEN_MAX: usize = 256 * 1024;

/// Most memory that decoding claims for a collection, whatever length the bytes state.
const MEMORY_MAX: usize = 4 * 1024 * 1024;

type Config = Configuration<LittleEndian, Varint, Limit<MEMORY_MAX>>;

fn config() -> Config {
    bincode::config::standard().with_limit::<MEMORY_MAX>()
}

/// Reason why bytes are not an entry.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
pub enum CodecError {
    /// They are empty.
    #[error("the entry is empty")]
    Empty,
    /// Another version wrote it.
    #[error("entry version {0} is not supported (this program reads version {ENTRY_VERSION})")]
    Version(u8),
    /// A tag unknown to this version.
    #[error("the entry has a kind or effect that this program does not know: {0}")]
    Unsupported(String),
    /// The bytes break off or contradict themselves.
    #[error("the entry's bytes are malformed: {0}")]
    Malformed(String),
    /// They decode to an entry, but are not its canonical bytes.
    #[error("the entry's bytes are not canonical")]
    NotCanonical,
    /// More than an entry may have.
    #[error("the entry has {0} bytes, at most {ENTRY_LEN_MAX} are possible")]
    TooLong(usize),
}

/// The canonical bytes of an entry.
pub fn encode(entry: &Entry) -> Result<Vec<u8>, CodecError> {
    let mut bytes = Vec::with_capacity(256);
    encode_into(entry, &mut bytes)?;
    Ok(bytes)
}

/// Appends the canonical bytes of an entry and returns their number.
pub fn encode_into(entry: &Entry, bytes: &mut Vec<u8>) -> Result<usize, CodecError> {
    let start = bytes.len();
    bytes.push(ENTRY_VERSION);
    bincode::encode_into_writer(entry, Appending(bytes), config())
        .map_err(|e| CodecError::Malformed(e.to_string()))?;
    match bytes.len() - start {
        len if len > ENTRY_LEN_MAX => Err(CodecError::TooLong(len)),
        len => Ok(len),
    }
}

/// Writer that appends to bytes, without the counts and checks of a general writer.
struct Appending<'b>(&'b mut Vec<u8>);

impl bincode::enc::write::Writer for Appending<'_> {
    #[inline]
    fn write(&mut self, bytes: &[u8]) -> Result<(), bincode::error::EncodeError> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }
}

/// Reads an entry from exactly its canonical bytes.
pub fn decode(bytes: &[u8]) -> Result<Entry, CodecError> {
    let mut reader = Strict::new(body(bytes)?);
    let entry = bincode::decode_from_reader::<Entry, _, _>(&mut reader, config()).map_err(told)?;
    match reader.is_canonical() {
        true => Ok(entry),
        false => Err(CodecError::NotCanonical),
    }
}

/// The bytes after the version byte.
fn body(bytes: &[u8]) -> Result<&[u8], CodecError> {
    let (version, rest) = bytes.split_first().ok_or(CodecError::Empty)?;
    if bytes.len() > ENTRY_LEN_MAX {
        return Err(CodecError::TooLong(bytes.len()));
    }
    if *version != ENTRY_VERSION {
        return Err(CodecError::Version(*version));
    }
    Ok(rest)
}

fn told(error: bincode::error::DecodeError) -> CodecError {
    use bincode::error::DecodeError::{UnexpectedEnd, UnexpectedVariant};
    match error {
        UnexpectedVariant {
            type_name, found, ..
        } => CodecError::Unsupported(format!("{type_name} {found}")),
        UnexpectedEnd { .. } => CodecError::Malformed("they break off".into()),
        other => CodecError::Malformed(other.to_string()),
    }
}

//! Trouble, as the ledger's callers see it. A business "no" is never one.

use crate::chain::codec::CodecError;
use crate::policy::Diagnostic;
use crate::rules::Contradiction;
use crate::storage::error::Trouble;
use thiserror::Error;

/// What keeps the ledger from answering.
#[derive(Debug, Error)]
pub enum Error {
    /// The disk, or what lies on it.
    #[error(transparent)]
    Trouble(#[from] Trouble),
    /// An entry contradicts the book.
    #[error("the journal contradicts itself at {0}; run `stampbook audit verify`")]
    Contradiction(#[from] Contradiction),
    /// Bytes that are no entry.
    #[error("entry {seq} cannot be read: {source}")]
    Codec {
        /// Which.
        seq: u64,
        /// Why.
        source: CodecError,
    },
    /// A programme does not compile, or may not follow the one in force.
    #[error("the programme has {} error(s)", .0.len())]
    Programme(Vec<Diagnostic>),
    /// The folder, the option or the name is not one that can be used.
    #[error("{0}")]
    Usage(String),
}

impl Error {
    /// Something the caller asked for that cannot be.
    pub fn usage(text: impl Into<String>) -> Error {
        Error::Usage(text.into())
    }
}

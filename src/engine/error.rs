//! Trouble, as the ledger's callers see it. A business "no" is never one.

use crate::answer::catalogue::ErrorCode;
use crate::chain::codec::CodecError;
use crate::model::Refusal;
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
    Misuse(String),
    /// Stored bytes that verify and still cannot be what they should be.
    #[error("{0}; run `stampbook audit verify`")]
    Damage(String),
    /// Something is larger than can be held.
    #[error("{0}")]
    Limit(String),
    /// A no to something that the ledger does by itself, or for the office.
    #[error("{}", .0.detail)]
    Refused(Refusal),
    /// The program contradicts itself.
    #[error("{0}")]
    Internal(String),
}

/// The code under which trouble is told.
pub fn code_of(trouble: &Trouble) -> ErrorCode {
    match trouble {
        Trouble::Locked { .. } => ErrorCode::Busy,
        Trouble::Absent { .. } => ErrorCode::NoLedger,
        Trouble::Foreign { .. } => ErrorCode::NotALedger,
        Trouble::NotRegular { .. } | Trouble::NotFolder { .. } | Trouble::TooLong { .. } => {
            ErrorCode::BadFile
        }
        Trouble::DiskFull { .. } => ErrorCode::DiskFull,
        Trouble::Newer { .. } => ErrorCode::NewerFormat,
        Trouble::Damage { .. } | Trouble::SecretDamage { .. } => ErrorCode::Damage,
        Trouble::NotContinued { .. } | Trouble::NoWriterState { .. } => ErrorCode::NotContinued,
        _ => ErrorCode::Io,
    }
}

impl Error {
    /// An error about something the caller asked for that cannot be.
    pub fn misuse(text: impl Into<String>) -> Error {
        Error::Misuse(text.into())
    }

    /// An error about stored bytes.
    pub fn damage(text: impl Into<String>) -> Error {
        Error::Damage(text.into())
    }

    /// An error about something too large.
    pub fn limit(text: impl Into<String>) -> Error {
        Error::Limit(text.into())
    }

    /// An error of the program itself.
    pub fn internal(text: impl Into<String>) -> Error {
        Error::Internal(text.into())
    }
}

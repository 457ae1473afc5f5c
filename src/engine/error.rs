//! Errors of the ledger. A refusal of a command is never one.

use crate::answer::Class;
use crate::answer::catalogue::{ErrorCode, NoCode};
use crate::chain::codec::CodecError;
use crate::model::{Code, Refusal, counted};
use crate::policy::Diagnostic;
use crate::rules::Contradiction;
use crate::storage::error::StorageError;
use crate::storage::files;
use thiserror::Error;

/// Reason why the ledger cannot answer.
#[derive(Debug, Error)]
pub enum Error {
    /// An error of the disk, or of the data on it.
    #[error(transparent)]
    StorageError(#[from] StorageError),
    /// An entry contradicts the state.
    #[error("the journal contradicts itself at {0}; run `stampbook audit verify`")]
    Contradiction(#[from] Contradiction),
    /// Bytes are not an entry.
    #[error("entry {seq} cannot be read: {source}")]
    Codec {
        /// Sequence of the entry.
        seq: u64,
        /// The decoding error.
        source: CodecError,
    },
    /// A programme does not compile, or may not follow the one in force.
    #[error("the programme has {}", counted(.0.len() as u64, "error", "errors"))]
    Programme(Vec<Diagnostic>),
    /// The folder, the option or the name cannot be used.
    #[error("{0}")]
    Misuse(String),
    /// Stored bytes verify but cannot be what they should be.
    #[error("{0}; run `stampbook audit verify`")]
    Damage(String),
    /// A figure or file exceeds its limit.
    #[error("{0}")]
    Limit(String),
    /// A refusal of an act that the ledger does by itself, or of the office.
    #[error("{}", .0.detail)]
    Refused(Refusal),
    /// The program contradicts itself.
    #[error("{0}")]
    Internal(String),
}

/// Error code of a storage error.
pub fn code_of(trouble: &StorageError) -> ErrorCode {
    match trouble {
        StorageError::Locked { .. } => ErrorCode::Busy,
        StorageError::Absent { .. } => ErrorCode::NoLedger,
        StorageError::Foreign { .. } => ErrorCode::NotALedger,
        StorageError::NotRegular { .. }
        | StorageError::NotFolder { .. }
        | StorageError::TooLong { .. }
        | StorageError::ForeignLock { .. } => ErrorCode::BadFile,
        StorageError::Io { source, .. } if files::is_other_kind(source) => ErrorCode::BadFile,
        StorageError::DiskFull { .. } => ErrorCode::DiskFull,
        StorageError::Newer { .. } => ErrorCode::NewerFormat,
        StorageError::Damage { .. } | StorageError::SecretDamage { .. } => ErrorCode::Damage,
        StorageError::NotContinued { .. } | StorageError::NoWriterState { .. } => {
            ErrorCode::NotContinued
        }
        _ => ErrorCode::Io,
    }
}

impl Error {
    /// Code of the error.
    pub fn code(&self) -> NoCode {
        match self {
            Error::StorageError(trouble) => code_of(trouble).into(),
            Error::Contradiction(_) | Error::Codec { .. } | Error::Damage(_) => {
                ErrorCode::Damage.into()
            }
            Error::Programme(_) => ErrorCode::BadProgramme.into(),
            Error::Misuse(_) => Code::BadInput.into(),
            Error::Limit(_) => Code::TooLarge.into(),
            Error::Refused(no) => no.code.into(),
            Error::Internal(_) => ErrorCode::Internal.into(),
        }
    }

    /// Code for commands that were not the cause of the error: a fault of a
    /// command itself is answered before.
    pub fn failure_code(&self) -> NoCode {
        let code = self.code();
        match (code.contract().0, self) {
            (Class::Trouble | Class::Busy, _) => code,
            // What was there when the ledger was opened is there no more.
            (_, Error::StorageError(_)) => ErrorCode::Io.into(),
            _ => ErrorCode::Internal.into(),
        }
    }

    /// Error about a request that is impossible.
    pub fn misuse(text: impl Into<String>) -> Error {
        Error::Misuse(text.into())
    }

    /// Error about stored bytes.
    pub fn damage(text: impl Into<String>) -> Error {
        Error::Damage(text.into())
    }

    /// Error about an exceeded limit.
    pub fn limit(text: impl Into<String>) -> Error {
        Error::Limit(text.into())
    }

    /// Error of the program itself.
    pub fn internal(text: impl Into<String>) -> Error {
        Error::Internal(text.into())
    }
}

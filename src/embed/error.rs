//! Errors of a ledger, by kind.

use crate::answer::Denied;
use crate::answer::catalogue::ErrorCode;
use crate::engine::{self, code_of};
use std::fmt;
use std::sync::Arc;

/// Kind of an error, which decides the remedy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The data on the disk is not what was written: verify it, and restore a copy.
    Damage,
    /// The request is impossible: change it.
    Misuse,
    /// Another process has the ledger open: try again.
    Busy,
    /// The disk or the system failed: fix it, and try again.
    Io,
    /// A figure or file exceeds the bounds of a ledger.
    Limit,
    /// The program contradicts itself: report it.
    Internal,
}

/// Error of a ledger. Its text states the problem, its place and the remedy.
#[derive(Clone, Debug)]
pub struct Error(Arc<engine::Error>);

impl Error {
    /// Its kind.
    pub fn kind(&self) -> ErrorKind {
        use engine::Error as Is;
        match &*self.0 {
            Is::StorageError(trouble) => kind_of(code_of(trouble)),
            Is::Contradiction(_) | Is::Codec { .. } | Is::Damage(_) => ErrorKind::Damage,
            Is::Programme(_) | Is::Misuse(_) | Is::Refused(_) => ErrorKind::Misuse,
            Is::Limit(_) => ErrorKind::Limit,
            Is::Internal(_) => ErrorKind::Internal,
        }
    }

    /// Answer to a command that the error kept from being carried out; its key
    /// is still to be filled in.
    pub fn to_denied(&self) -> Denied {
        Denied::new("", self.0.failure_code(), self.to_string())
    }

    /// The engine's own error, unless it is shared.
    ///
    /// # Errors
    /// The same error, if other callers share it.
    #[doc(hidden)]
    pub fn into_engine(self) -> Result<engine::Error, Error> {
        Arc::try_unwrap(self.0).map_err(Error)
    }

    pub(super) fn misuse(text: impl Into<String>) -> Error {
        engine::Error::misuse(text).into()
    }

    pub(super) fn ended() -> Error {
        engine::Error::internal("the ledger's thread has ended").into()
    }

    pub(super) fn no_thread(error: std::io::Error) -> Error {
        let text = format!("no thread for the ledger: {error}");
        engine::Error::internal(text).into()
    }
}

fn kind_of(code: ErrorCode) -> ErrorKind {
    match code {
        ErrorCode::Busy => ErrorKind::Busy,
        ErrorCode::Damage | ErrorCode::NotContinued => ErrorKind::Damage,
        ErrorCode::NoLedger
        | ErrorCode::NotALedger
        | ErrorCode::BadFile
        | ErrorCode::NewerFormat => ErrorKind::Misuse,
        _ => ErrorKind::Io,
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            engine::Error::Programme(found) => {
                write!(f, "{}", self.0)?;
                found
                    .iter()
                    .try_for_each(|one| write!(f, "\n{}", one.render("").trim_end()))
            }
            other => write!(f, "{other}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

impl From<engine::Error> for Error {
    fn from(error: engine::Error) -> Error {
        Error(Arc::new(error))
    }
}

//! What keeps a ledger from answering, by kind.

use crate::answer::Denied;
use crate::answer::catalogue::ErrorCode;
use crate::engine::{self, code_of};
use std::fmt;
use std::sync::Arc;

/// What to do about an error depends on its kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Kind {
    /// What lies on the disk is not what was written: verify, and put back.
    Damage,
    /// What was asked for cannot be: ask otherwise.
    Misuse,
    /// Somebody else has the ledger open: try again.
    Busy,
    /// The disk, or the system: see to it, and try again.
    Io,
    /// Something is larger than a ledger can hold.
    Limit,
    /// The program contradicts itself: report it.
    Internal,
}

/// What kept a ledger from answering. Its text says what, where and what to do.
#[derive(Clone, Debug)]
pub struct Error(Arc<engine::Error>);

impl Error {
    /// Its kind.
    pub fn kind(&self) -> Kind {
        use engine::Error as Is;
        match &*self.0 {
            Is::Trouble(trouble) => kind_of(code_of(trouble)),
            Is::Contradiction(_) | Is::Codec { .. } | Is::Damage(_) => Kind::Damage,
            Is::Programme(_) | Is::Misuse(_) | Is::Refused(_) => Kind::Misuse,
            Is::Limit(_) => Kind::Limit,
            Is::Internal(_) => Kind::Internal,
        }
    }

    /// What a command is told that it kept from being carried out; it has no key yet.
    pub fn to_denied(&self) -> Denied {
        Denied::new("", self.0.trouble_code(), self.to_string())
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

fn kind_of(code: ErrorCode) -> Kind {
    match code {
        ErrorCode::Busy => Kind::Busy,
        ErrorCode::Damage | ErrorCode::NotContinued => Kind::Damage,
        ErrorCode::NoLedger
        | ErrorCode::NotALedger
        | ErrorCode::BadFile
        | ErrorCode::NewerFormat => Kind::Misuse,
        _ => Kind::Io,
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

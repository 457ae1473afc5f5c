//! Reasons why a question has no answer.

use crate::answer::Denied;
use crate::answer::catalogue::NoCode;
use crate::command::Bad;
use crate::engine;
use crate::model::Code;
use thiserror::Error;

/// Reason why a question has no answer.
#[derive(Debug, Error)]
pub enum Error {
    /// The question is malformed.
    #[error(transparent)]
    Bad(#[from] Bad),
    /// There is no answer; the text has the remedy.
    #[error("{1}")]
    No(NoCode, String),
    /// The ledger could not be read.
    #[error(transparent)]
    Ledger(#[from] engine::Error),
}

impl Error {
    /// Makes the error of a question without an answer, for the reason of a code.
    pub fn no(code: impl Into<NoCode>, message: impl Into<String>) -> Error {
        Error::No(code.into(), message.into())
    }

    /// Converts the error to an answer, unless the ledger failed.
    ///
    /// # Errors
    /// The ledger's error.
    pub fn denied(self) -> Result<Denied, engine::Error> {
        Ok(match self {
            Error::Bad(bad) => Denied::bad("", &bad),
            Error::No(code, message) => Denied::new("", code, message),
            Error::Ledger(engine::Error::Misuse(text)) => Denied::new("", Code::BadInput, text),
            Error::Ledger(engine::Error::Limit(text)) => Denied::new("", Code::TooLarge, text),
            Error::Ledger(engine::Error::Refused(no)) => Denied::new("", no.code, no.detail),
            Error::Ledger(trouble) => return Err(trouble),
        })
    }
}

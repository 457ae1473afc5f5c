//! Reasons why a command cannot be decided.

use crate::command::Verb;
use crate::engine::error::Error;
use crate::model::{Code, Refusal};

/// Reason why a command cannot be decided: a refusal, or an error.
pub enum Stop {
    /// A refusal that is answered and not recorded.
    No(Refusal),
    /// An error.
    Error(Error),
}

impl Stop {
    /// Names the tender, by its index, in a refusal that names a field of one.
    pub(in crate::engine) fn at_tender(self, n: usize) -> Stop {
        match self {
            Stop::No(no) => Stop::No(no.at_tender(n)),
            error => error,
        }
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Stop {
        Stop::No(refusal)
    }
}

impl<E: Into<Error>> From<E> for Stop {
    fn from(error: E) -> Stop {
        Stop::Error(error.into())
    }
}

pub(in crate::engine) fn no<T>(code: Code, detail: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::No(Refusal::new(code, detail)))
}

/// Converts a stop of the ledger's own work to an error.
pub(in crate::engine) fn said(stop: Stop) -> Error {
    match stop {
        Stop::Error(error) => error,
        Stop::No(refusal) => Error::Refused(refusal),
    }
}

/// Message about a missing member.
const UNKNOWN_MEMBER: &str =
    "member: nobody is known by that; enrol them, or say \"enrol\": true (--enrol)";

/// The refusal of a name, in a field, that no member is known by.
pub(in crate::engine) fn nobody(field: &str) -> Refusal {
    let detail = format!("{field}: nobody is known by that");
    Refusal::new(Code::UnknownMember, detail)
}

/// The refusal of a key that was used for another command.
pub(in crate::engine) fn key_conflict(seq: u64) -> Refusal {
    let detail =
        format!("key: entry {seq} used it for another command; a new attempt needs a new key");
    Refusal::new(Code::KeyConflict, detail)
}

/// Message about a member whom a command does not find.
pub(in crate::engine) fn unknown_member(verb: &Verb) -> &'static str {
    match verb {
        Verb::Erase { .. } => UNKNOWN_TO_ERASE,
        _ => UNKNOWN_MEMBER,
    }
}

/// By design no alias leads to an erased member.
const UNKNOWN_TO_ERASE: &str = "member: nobody is known by that; whoever was erased is known by no \
     alias any more, so if this one was erased, it is done (the same key or the member's id tells)";

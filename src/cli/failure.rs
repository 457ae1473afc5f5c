//! Reasons why a command failed, and exit codes.

pub use crate::answer::catalogue::{ErrorCode, Exit, NoCode};
use crate::answer::{Answer, Denied};
use crate::command::Bad;
use crate::model::{Code, on_one_line, visible};
use std::{io, path::Path, process::ExitCode};

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}

impl From<&Answer> for Exit {
    fn from(answer: &Answer) -> Exit {
        match answer {
            Answer::Accepted(_) => Exit::Done,
            Answer::Refused(denied) => denied.class.into(),
        }
    }
}

/// Reason why a command failed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failure {
    /// A stable code, from which the exit code follows.
    pub code: NoCode,
    /// The problem and its place.
    pub message: String,
    /// The remedy, if there is one.
    pub hint: Option<String>,
}

impl Failure {
    /// Makes a failure.
    pub fn new(code: impl Into<NoCode>, message: impl Into<String>) -> Failure {
        Failure {
            code: code.into(),
            // It may repeat typed text or the name of a file, line breaks included.
            message: on_one_line(&message.into()),
            hint: None,
        }
    }

    /// Makes a failure whose message has several lines, such as findings.
    pub fn in_lines(code: impl Into<NoCode>, message: String) -> Failure {
        Failure {
            message: visible(message),
            ..Failure::new(code, "")
        }
    }

    /// The exit code.
    pub fn exit(&self) -> Exit {
        self.code.exit()
    }

    /// Makes the failure of an impossible request.
    pub fn bad_input(message: impl Into<String>) -> Failure {
        Failure::new(Code::BadInput, message)
    }

    /// Makes the failure of a file that cannot be used.
    pub(super) fn bad_file(path: &Path, why: &str) -> Failure {
        Failure::new(ErrorCode::BadFile, format!("{}: {why}", path.display()))
    }

    /// Makes the failure of a ledger held by another process.
    pub fn busy(message: impl Into<String>) -> Failure {
        Failure::new(ErrorCode::Busy, message)
    }

    /// Makes the failure of a request that could not be established.
    pub fn not_established(message: impl Into<String>) -> Failure {
        Failure::new(ErrorCode::NotEstablished, message)
    }

    /// Makes the failure of a contradiction in the program.
    pub(super) fn internal(message: impl Into<String>) -> Failure {
        Failure::new(ErrorCode::Internal, message)
    }

    /// Adds the remedy.
    pub fn hint(self, hint: impl Into<String>) -> Failure {
        Failure {
            hint: Some(hint.into()),
            ..self
        }
    }

    /// Converts the failure to an answer to a command.
    pub(super) fn as_answer(&self) -> Denied {
        let message = match &self.hint {
            Some(hint) => format!("{}; {hint}", self.message),
            None => self.message.clone(),
        };
        Denied::new("", self.code, message)
    }
}

impl From<Bad> for Failure {
    fn from(bad: Bad) -> Failure {
        Failure::new(bad.code, bad.to_string())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        Failure::new(ErrorCode::Io, format!("stdin or stdout: {error}"))
    }
}

//! Reasons why a queue does not work.

use crate::answer::Denied;
use crate::answer::catalogue::ErrorCode;
use crate::command::Bad;
use crate::storage::error::StorageError;
use thiserror::Error;

/// Reason why a queue does not work.
#[derive(Debug, Error)]
pub enum QueueError {
    /// The command cannot be queued.
    #[error("{0}")]
    Bad(Bad),
    /// There is no queue.
    #[error("{0}")]
    Absent(String),
    /// Another process has it open.
    #[error("{0}")]
    Busy(String),
    /// The service takes these commands from this caller no longer, or not at all: its
    /// token was revoked, or is for another place. Nothing is known of the commands.
    #[error("{text}")]
    NotAdmitted {
        /// Code of the denial.
        code: ErrorCode,
        /// Words of the denial.
        text: String,
    },
    /// Its bytes are not as they were written.
    #[error("the queue is damaged: {0}")]
    Damage(String),
    /// The disk failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl QueueError {
    /// Makes the error of bytes that are not as they were written.
    pub fn damage(finding: impl Into<String>) -> QueueError {
        QueueError::Damage(finding.into())
    }

    /// The error of a ledger to practise with, in which nothing that was sold counts.
    pub(super) fn for_training() -> QueueError {
        let text = "this is a ledger to practise with; what waits is for the shop's own";
        QueueError::Bad(Bad::new("--ledger", text))
    }

    /// The error of a denial that concerns the caller and not the command, if it is one.
    pub fn not_admitted(denied: &Denied) -> Option<QueueError> {
        let code = about_caller(&denied.code)?;
        let text = denied.message.clone();
        Some(QueueError::NotAdmitted { code, text })
    }
}

impl From<Bad> for QueueError {
    fn from(bad: Bad) -> QueueError {
        QueueError::Bad(bad)
    }
}

/// The code if it concerns the caller, so that another may send the same command.
pub(super) fn about_caller(code: &str) -> Option<ErrorCode> {
    let codes = [ErrorCode::Forbidden, ErrorCode::NoToken];
    codes.into_iter().find(|known| known.as_str() == code)
}

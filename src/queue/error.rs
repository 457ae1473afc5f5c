//! Reasons why a queue does not work.

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
}

impl From<Bad> for QueueError {
    fn from(bad: Bad) -> QueueError {
        QueueError::Bad(bad)
    }
}

//! The background writer: writes to the book on a thread of its own.

use crate::engine::commit::worker::Worker;
use crate::storage::book::{Batch, Book};
use crate::storage::derived::JournalPoint;
use crate::storage::error::StorageError;
use crate::storage::journal::Position;
use crate::storage::second_copy::SecondCopy;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A task of the background writer.
enum Task {
    Copy(JournalPoint, Position),
    Apply(Batch),
}

/// A thread that lives as long as the ledger is open.
pub struct BackgroundWriter {
    worker: Worker<Task, Result<(), StorageError>>,
    /// Number of tasks whose result was not received yet.
    waiting: usize,
    copy_failure: Arc<Mutex<Option<StorageError>>>,
}

impl BackgroundWriter {
    /// Starts the thread; it ends when the writer is dropped.
    pub fn start(book: &Arc<Book>, copy: &Arc<Mutex<SecondCopy>>) -> BackgroundWriter {
        let (book, copy) = (Arc::clone(book), Arc::clone(copy));
        let copy_failure = Arc::default();
        let failure = Arc::clone(&copy_failure);
        let carry_out = move |task: Task| match task {
            Task::Copy(point, end) => {
                let copied = locked(&copy).extend(&point, end);
                *locked(&failure) = copied.err();
                Ok(())
            }
            Task::Apply(batch) => book.apply(batch),
        };
        BackgroundWriter {
            worker: Worker::start(carry_out),
            waiting: 0,
            copy_failure,
        }
    }

    /// Queues a batch. [`BackgroundWriter::settle`] must be called before
    /// anything in it is read from the book.
    pub fn apply(&mut self, batch: Batch) -> Result<(), StorageError> {
        self.hand_over(Task::Apply(batch))
    }

    /// Queues an extension of the second copy up to a point.
    pub fn copy(&mut self, point: JournalPoint, end: Position) -> Result<(), StorageError> {
        self.hand_over(Task::Copy(point, end))
    }

    fn hand_over(&mut self, task: Task) -> Result<(), StorageError> {
        self.worker.hand_over(task).ok_or_else(gone)?;
        self.waiting += 1;
        Ok(())
    }

    /// Waits until the book has applied all queued batches.
    pub fn settle(&mut self) -> Result<(), StorageError> {
        while self.waiting > 0 {
            let done = self.worker.wait().ok_or_else(gone)?;
            self.waiting -= 1;
            done?;
        }
        Ok(())
    }

    /// Error that kept the second copy from being written, if any.
    pub fn copy_failure(&self) -> Option<StorageError> {
        locked(&self.copy_failure).take()
    }
}

fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

fn gone() -> StorageError {
    StorageError::book(
        std::path::Path::new("book"),
        "the thread that writes it has ended",
    )
}

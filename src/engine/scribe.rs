//! The scribe: writes to the book on a thread of its own, beside the work that
//! goes on.

use super::worker::Worker;
use crate::chain::page::Page;
use crate::storage::book::{Batch, Book};
use crate::storage::error::Trouble;
use std::sync::Arc;

/// What the scribe is to do.
enum Task {
    Copy(Vec<Arc<Page>>),
    Apply(Batch),
}

impl Task {
    /// How many pages were copied by it.
    fn carry_out(self, book: &Book) -> Result<usize, Trouble> {
        match self {
            Task::Copy(pages) => {
                book.copy_pages(pages.iter().map(|page| &**page))?;
                Ok(pages.len())
            }
            Task::Apply(batch) => book.apply(batch).map(|()| 0),
        }
    }
}

/// One thread that lives as long as the ledger is open.
pub struct Scribe {
    worker: Worker<Task, Result<usize, Trouble>>,
    /// Tasks handed over whose result was not heard yet.
    waiting: usize,
    copied: usize,
}

impl Scribe {
    /// Starts the thread; it ends when the scribe is dropped.
    pub fn start(book: &Arc<Book>) -> Scribe {
        let book = Arc::clone(book);
        Scribe {
            worker: Worker::start(move |task: Task| task.carry_out(&book)),
            waiting: 0,
            copied: 0,
        }
    }

    /// Hands a batch over. [`Scribe::settle`] before anything in it is read
    /// from the book.
    pub fn apply(&mut self, batch: Batch) -> Result<(), Trouble> {
        self.hand_over(Task::Apply(batch))
    }

    /// Hands pages over to be copied.
    pub fn copy(&mut self, pages: Vec<Arc<Page>>) -> Result<(), Trouble> {
        self.hand_over(Task::Copy(pages))
    }

    fn hand_over(&mut self, task: Task) -> Result<(), Trouble> {
        self.worker.hand_over(task).ok_or_else(gone)?;
        self.waiting += 1;
        Ok(())
    }

    /// Waits until the book has taken everything.
    pub fn settle(&mut self) -> Result<(), Trouble> {
        while self.waiting > 0 {
            let heard = self.worker.wait().ok_or_else(gone)?;
            self.note(heard)?;
        }
        Ok(())
    }

    /// How many pages were copied since this was asked last, without waiting.
    pub fn take_copied(&mut self) -> Result<usize, Trouble> {
        while let Some(heard) = self.worker.hear() {
            self.note(heard)?;
        }
        Ok(std::mem::take(&mut self.copied))
    }

    fn note(&mut self, heard: Result<usize, Trouble>) -> Result<(), Trouble> {
        self.waiting -= 1;
        self.copied += heard?;
        Ok(())
    }
}

fn gone() -> Trouble {
    Trouble::book(
        std::path::Path::new("book"),
        "the thread that writes it has ended",
    )
}

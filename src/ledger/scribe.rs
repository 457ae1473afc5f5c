//! The scribe: writes large batches to the book on a thread of its own, beside
//! the work that goes on.

use crate::store::book::{Batch, Book};
use crate::store::error::Trouble;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

/// One thread that lives as long as the ledger is open.
pub struct Scribe {
    batches: Option<Sender<Batch>>,
    thread: Option<JoinHandle<()>>,
    applied: Receiver<Result<(), Trouble>>,
    /// Batches handed over whose result was not heard yet.
    waiting: usize,
}

impl Scribe {
    /// Starts the thread; it ends when the scribe is dropped.
    pub fn start(book: &Arc<Book>) -> Scribe {
        let (batches, todo) = channel::<Batch>();
        let (tell, applied) = channel();
        let book = Arc::clone(book);
        let thread = std::thread::spawn(move || {
            for batch in todo {
                if tell.send(book.apply(batch)).is_err() {
                    return;
                }
            }
        });
        Scribe {
            batches: Some(batches),
            thread: Some(thread),
            applied,
            waiting: 0,
        }
    }

    /// Hands a batch over. [`Scribe::settle`] before anything in it is read
    /// from the book.
    pub fn hand_over(&mut self, batch: Batch) -> Result<(), Trouble> {
        let batches = self.batches.as_ref().ok_or_else(gone)?;
        batches.send(batch).map_err(|_| gone())?;
        self.waiting += 1;
        Ok(())
    }

    /// Waits until the book has taken everything.
    pub fn settle(&mut self) -> Result<(), Trouble> {
        while self.waiting > 0 {
            self.waiting -= 1;
            self.applied.recv().map_err(|_| gone())??;
        }
        Ok(())
    }
}

/// The book is let go of before whoever dropped the ledger goes on: it may be
/// opened again at once.
impl Drop for Scribe {
    fn drop(&mut self) {
        drop(self.batches.take());
        if let Some(thread) = self.thread.take() {
            // Whatever it said last is made good when the book is opened again.
            let _ = thread.join();
        }
    }
}

fn gone() -> Trouble {
    Trouble::book(
        std::path::Path::new("book"),
        "the thread that writes it has ended",
    )
}

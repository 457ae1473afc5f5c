//! Letting go of a ledger, and what a process that does one thing leaves to the
//! next: a large book takes longer to write and to close than everything else.

use super::Ledger;
use super::error::Error;
use super::locks::Locks;
use crate::storage::book::Book;
use std::sync::{Arc, Mutex, PoisonError};

/// A book that nothing was written to, open until the process ends, and the
/// lock of its ledger, which goes behind it.
struct Parked {
    _book: Arc<Book>,
    _locks: Option<Locks>,
}

static PARKED: Mutex<Vec<Parked>> = Mutex::new(Vec::new());

/// Closes what [`Ledger::close_to_exit`] left open: the process goes on after all.
pub(super) fn close_parked() {
    PARKED
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clear();
}

impl Ledger {
    /// Writes the state down, unless the next process may as well, and lets go
    /// of the ledger.
    pub fn close(mut self) -> Result<(), Error> {
        self.finish()?;
        self.let_go()
    }

    fn let_go(mut self) -> Result<(), Error> {
        let locks = self.locks.take();
        drop(self.writer);
        self.cache.close();
        match locks {
            Some(locks) => Ok(locks.release()?),
            None => Ok(()),
        }
    }

    /// [`Ledger::close`] for a process that ends now. A book that was only read
    /// is left to the operating system: taking it apart in memory takes longer
    /// than a purchase. Opening a ledger in this process closes it first.
    pub fn close_to_exit(mut self) -> Result<(), Error> {
        if self.options.is_reading {
            return Ok(());
        }
        self.finish()?;
        if self.cache.batches() > 0 {
            return self.let_go();
        }
        if let Some(locks) = &self.locks {
            locks.mark_clean()?;
        }
        let mut parked = PARKED.lock().unwrap_or_else(PoisonError::into_inner);
        parked.push(Parked {
            _book: self.cache.book(),
            _locks: self.locks.take(),
        });
        Ok(())
    }

    fn finish(&mut self) -> Result<(), Error> {
        self.commit()?;
        if !self.may_lag() {
            self.write_state()?;
        }
        self.settle_book()?;
        self.writer.sync_state()
    }
}

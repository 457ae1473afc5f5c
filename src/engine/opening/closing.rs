//! Closing a ledger, and the work that a short process leaves to the next one:
//! a large book takes longer to write and to close than everything else.

use crate::engine::Ledger;
use crate::engine::error::Error;
use crate::engine::opening::locks::Locks;
use crate::engine::opening::open::Remade;
use crate::storage::book::Book;
use std::sync::{Arc, Mutex, PoisonError};

/// A book without writes, kept open until the process ends, and the lock of its
/// ledger, which is released after it.
struct Parked {
    _book: Arc<Book>,
    _locks: Option<Locks>,
}

static PARKED: Mutex<Vec<Parked>> = Mutex::new(Vec::new());

/// Closes books that [`Ledger::close_to_exit`] left open, since the process continues.
pub(in crate::engine) fn close_parked() {
    PARKED
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clear();
}

impl Ledger {
    /// Writes the state back, unless it may be left to the next process, and
    /// closes the ledger.
    pub fn close(mut self) -> Result<(), Error> {
        self.finish()?;
        self.release()
    }

    /// Closes the ledger and puts book and key index in the place of its own, which are not
    /// written any more.
    ///
    /// # Errors
    /// I/O errors; what is missing is made again by the next opening.
    pub fn close_for(mut self, remade: &Remade) -> Result<(), Error> {
        self.commit()?;
        self.settle_book()?;
        self.writer.sync_state()?;
        let folders = self.folders.clone();
        self.release()?;
        remade.folder.put_in_place(&folders)
    }

    fn release(mut self) -> Result<(), Error> {
        let locks = self.locks.take();
        drop((self.writer, self.keys));
        self.cache.close();
        match locks {
            Some(locks) => Ok(locks.release()?),
            None => Ok(()),
        }
    }

    /// [`Ledger::close`] for a process that ends now. A book that was only read
    /// is left to the operating system: freeing it takes longer than a
    /// purchase. Opening a ledger in this process closes it first.
    pub fn close_to_exit(mut self) -> Result<(), Error> {
        if self.options.is_reading {
            return Ok(());
        }
        self.finish()?;
        if self.cache.batches() > 0 {
            return self.release();
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

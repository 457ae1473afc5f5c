//! Closing a ledger, and the work that a short process leaves to the next one:
//! a large book takes longer to write and to close than everything else.

use crate::engine::Ledger;
use crate::engine::commit::{journal_point, state_writing};
use crate::engine::error::Error;
use crate::engine::opening::derived_folders::Remade;
use crate::engine::opening::locks::Locks;
use crate::storage::book::Book;
use std::sync::{Arc, Mutex, PoisonError};

/// A book without writes, kept open until the process ends, and the lock of its
/// ledger, which is released after it.
struct Parked {
    _book: Arc<Book>,
    _locks: Option<Locks>,
}

static PARKED: Mutex<Vec<Parked>> = Mutex::new(Vec::new());

/// Closes books that [`close_to_exit`] left open, since the process continues.
pub(in crate::engine) fn close_parked() {
    PARKED
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clear();
}

/// Closes the ledger and puts book and key index in the place of its own, which are not
/// written any more.
///
/// # Errors
/// I/O errors; what is missing is made again by the next opening.
pub fn close_for(mut ledger: Ledger, remade: &Remade) -> Result<(), Error> {
    ledger.commit()?;
    state_writing::settle_book(&mut ledger)?;
    ledger.writer.sync_state()?;
    let folders = ledger.folders.clone();
    release(ledger)?;
    remade.folder.put_in_place(&folders)
}

pub(in crate::engine) fn release(ledger: Ledger) -> Result<(), Error> {
    let Ledger { records, locks, .. } = ledger;
    drop((records.writer, records.keys));
    records.cache.close();
    match locks {
        Some(locks) => Ok(locks.release()?),
        None => Ok(()),
    }
}

/// [`Ledger::close`] for a process that ends now. A book that was only read
/// is left to the operating system: freeing it takes longer than a
/// purchase. Opening a ledger in this process closes it first.
pub fn close_to_exit(mut ledger: Ledger) -> Result<(), Error> {
    if ledger.options.is_reading {
        return Ok(());
    }
    finish(&mut ledger)?;
    if ledger.cache.batches() > 0 {
        return release(ledger);
    }
    if let Some(locks) = &ledger.locks {
        locks.mark_clean()?;
    }
    let mut parked = PARKED.lock().unwrap_or_else(PoisonError::into_inner);
    parked.push(Parked {
        _book: ledger.cache.book(),
        _locks: ledger.locks.take(),
    });
    Ok(())
}

pub(in crate::engine) fn finish(ledger: &mut Ledger) -> Result<(), Error> {
    ledger.commit()?;
    if !journal_point::may_lag(ledger) {
        state_writing::write_state(ledger)?;
    }
    state_writing::settle_book(ledger)?;
    ledger.writer.sync_state()
}

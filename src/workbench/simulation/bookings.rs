//! Entries that a simulation books. A thread of its own counts and stores them, so that the
//! one that decides does neither.

use super::entry_store::EntryStore;
use super::tally::{Counted, Tally};
use crate::engine::Error;
use crate::model::Entry;
use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

/// Entries that are handed over at once, and such batches that may wait.
const BATCH_LEN: usize = 64;
const BATCHES_MAX: usize = 8;
/// Batches whose entries are at hand: more than wait or are being stored. They are dropped
/// soon, and by the thread that made them, whose next entries then take the same memory
/// while the processor still has it in its cache.
const RECENT_MAX: usize = BATCHES_MAX + 2;

type Batch = Arc<Vec<Arc<Entry>>>;
/// The way to the thread that stores and counts, and what it returns.
type Storing = (SyncSender<Batch>, JoinHandle<Result<Tally, Error>>);

/// Booked entries in ascending sequence.
pub(super) struct Bookings {
    /// Entries that were not handed over yet.
    batch: Vec<Arc<Entry>>,
    /// The last batches that were, oldest first: those before them are stored.
    recent: VecDeque<Batch>,
    store: Arc<Mutex<EntryStore>>,
    thread: Option<Storing>,
}

impl Bookings {
    /// Begins with none; those that count are added to sums.
    pub fn begin(counted: Counted, sums: Tally) -> Bookings {
        let store = Arc::new(Mutex::new(EntryStore::default()));
        let (sender, batches) = sync_channel(BATCHES_MAX);
        let own = Arc::clone(&store);
        let thread = std::thread::spawn(move || store_all(&batches, &own, counted, sums));
        Bookings {
            batch: Vec::with_capacity(BATCH_LEN),
            recent: VecDeque::new(),
            store,
            thread: Some((sender, thread)),
        }
    }

    /// Adds an entry; its sequence is above that of all others.
    pub fn push(&mut self, entry: Arc<Entry>) -> Result<(), Error> {
        self.batch.push(entry);
        match self.batch.len() < BATCH_LEN {
            true => Ok(()),
            false => self.hand_over(),
        }
    }

    fn hand_over(&mut self) -> Result<(), Error> {
        let next = Vec::with_capacity(BATCH_LEN);
        let batch = Arc::new(std::mem::replace(&mut self.batch, next));
        self.recent.push_back(Arc::clone(&batch));
        let sent = self.thread.as_ref().map(|t| t.0.send(batch));
        let Some(Ok(())) = sent else {
            // It ends before its sender only by an error.
            return self.join().map(drop);
        };
        if self.recent.len() > RECENT_MAX {
            self.recent.pop_front();
        }
        Ok(())
    }

    /// An entry by its sequence, if there is one.
    pub fn entry(&mut self, seq: u64) -> Result<Option<Entry>, Error> {
        let recent = self.recent.iter().map(|batch| &batch[..]);
        for batch in std::iter::once(&self.batch[..]).chain(recent.rev()) {
            if batch.first().is_some_and(|first| first.seq <= seq) {
                let found = batch.binary_search_by_key(&seq, |entry| entry.seq);
                return Ok(found.ok().map(|at| (*batch[at]).clone()));
            }
        }
        locked(&self.store).entry(seq)
    }

    /// Ends them, and returns the sums.
    pub fn end(&mut self) -> Result<Tally, Error> {
        self.hand_over()?;
        self.join()
    }

    fn join(&mut self) -> Result<Tally, Error> {
        let lost = || Error::Misuse("the thread that stores a simulation's entries stopped".into());
        let (sender, thread) = self.thread.take().ok_or_else(lost)?;
        drop(sender);
        thread.join().map_err(|_| lost())?
    }
}

fn store_all(
    batches: &Receiver<Batch>,
    store: &Mutex<EntryStore>,
    counted: Counted,
    mut sums: Tally,
) -> Result<Tally, Error> {
    for batch in batches {
        for entry in batch.iter().filter(|entry| counted.counts(entry)) {
            sums.add(entry);
        }
        let mut store = locked(store);
        batch.iter().try_for_each(|entry| store.push(entry))?;
    }
    Ok(sums)
}

fn locked(store: &Mutex<EntryStore>) -> MutexGuard<'_, EntryStore> {
    store.lock().unwrap_or_else(PoisonError::into_inner)
}

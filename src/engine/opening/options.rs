//! Options for opening a ledger.

use crate::engine::Ledger;
use crate::engine::cache::BookOptions;
use crate::engine::error::Error;
use crate::storage::book::CACHE_BYTES;
use crate::storage::clock::{Clock, SystemClock};
use crate::storage::entropy::Entropy;
use crate::storage::memory;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Options for opening a ledger.
pub struct Options {
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Source of ids, keys and nonces.
    pub entropy: Entropy,
    /// Purpose stated in the lock file.
    pub purpose: String,
    /// Time to wait for another process that holds the ledger.
    pub patience: Duration,
    /// True to continue although the clock is far ahead of the last entry.
    pub is_clock_accepted: bool,
    /// Memory for members and their lookups in bytes; see [`Options::within`].
    pub state_bytes: u64,
    /// Bytes of memory for sled's cache.
    pub cache_bytes: u64,
    /// Least number of entries after which the state is written back under
    /// load; up to thirty times as many while all members fit into memory.
    pub write_every: u64,
    /// Entries that a short process may leave unwritten: the next one folds them again.
    pub lag_max: u64,
    /// Entries of a book for each unwritten entry it may lag behind: a small
    /// book costs little to write.
    pub lag_share: u64,
    /// True if the process ends soon: the book then does no background work.
    pub is_brief: bool,
    /// Folder for state derived from the journal if the ledger is opened for
    /// queries only: nothing is written to ledger and secrets. For a read-only
    /// disk.
    pub scratch: Option<PathBuf>,
    /// Lookup of alerts; without it any id can be acknowledged.
    pub alerts: Option<AlertLookup>,
    /// Called during replay with the entries done and the entries in all.
    pub progress: Option<Box<dyn FnMut(u64, u64)>>,
}

impl Options {
    /// The system's clock and entropy, and the usual bounds.
    pub fn new(purpose: &str) -> Result<Options, Error> {
        let memory = memory::default_bound();
        Ok(Options {
            clock: Arc::new(SystemClock),
            entropy: Entropy::from_os()?,
            purpose: purpose.into(),
            patience: Duration::ZERO,
            is_clock_accepted: false,
            state_bytes: state_memory(memory),
            cache_bytes: book_memory(memory),
            write_every: 50_000,
            lag_max: 32,
            lag_share: 10_000,
            is_brief: false,
            scratch: None,
            alerts: None,
            progress: None,
        })
    }

    /// The same options for a process that takes about that much memory in
    /// bytes, whatever the number of members.
    pub fn within(self, memory: u64) -> Options {
        Options {
            state_bytes: state_memory(memory),
            cache_bytes: book_memory(memory),
            ..self
        }
    }

    pub(in crate::engine) fn of_book(&self) -> BookOptions {
        BookOptions {
            cache_bytes: self.cache_bytes,
            is_brief: self.is_brief,
        }
    }

    /// The same options for opening again, without the progress.
    pub(in crate::engine) fn again(&self) -> Result<Options, Error> {
        Ok(Options {
            clock: Arc::clone(&self.clock),
            entropy: Entropy::from_os()?,
            purpose: self.purpose.clone(),
            scratch: self.scratch.clone(),
            progress: None,
            ..*self
        })
    }
}

/// Looks up an alert by its id. Returns None if there is one, else the ids of all there are. The
/// engine does not know figures.
pub type AlertLookup = fn(&mut Ledger, &str) -> Result<Option<Vec<String>>, Error>;

/// Memory for the state in bytes: [`STATE_EIGHTHS`] of the rest beside the program,
/// since state that is written to the book is in memory a second time, as bytes,
/// sled takes more than its cache, and the allocator does not return all it gets
/// back.
pub(in crate::engine) fn state_memory(memory: u64) -> u64 {
    memory.saturating_sub(PROGRAM_LEN + 2 * book_memory(memory)) / 8 * STATE_EIGHTHS
}

/// Eighths of the memory beside the program that the state may take.
pub(in crate::engine) const STATE_EIGHTHS: u64 = 5;

/// Memory for sled's cache in bytes, out of the memory for everything.
pub(in crate::engine) fn book_memory(memory: u64) -> u64 {
    (memory / BOOK_PART).clamp(1 << 20, CACHE_BYTES)
}

/// Part of the memory that sled's cache may take, as a divisor.
pub(in crate::engine) const BOOK_PART: u64 = 16;

/// Memory of a process in bytes whatever the ledger's size: the program, its
/// threads, pages and rows in flight, an index of the vault, and what the
/// allocator keeps of them. Measured, so that 512 MiB hold.
pub(in crate::engine) const PROGRAM_LEN: u64 = 160 << 20;

//! Options of a verification: claims, keys, and memory bound.

use super::anchor::Anchor;
use super::secrets::SecretsFolder;
use super::walk::{PART_MEMORY, Pace};
use crate::chain::note::VerifierKey;
use crate::storage::memory;
use std::path::{Path, PathBuf};

/// Memory of the program in bytes whatever the journal's size: measured.
const PROGRAM_LEN: u64 = 48 << 20;
/// Most threads.
const THREADS_MAX: usize = 256;

/// Highest claim: 0 to this one exist.
pub const LEVEL_MAX: u8 = 4;

/// Options of a verification, and facts known beforehand.
#[derive(Clone, Debug)]
pub struct Options {
    /// The ledger's folder, or a copy of it.
    pub ledger: PathBuf,
    /// Highest claim that is asked for; None: those whose requirements are given.
    pub level: Option<u8>,
    /// The verifier key the auditor pinned.
    pub key: Option<VerifierKey>,
    /// Cards, checkpoints and stamps the auditor kept.
    pub anchors: Vec<Anchor>,
    /// True if decisions are made again when no level is given: always but for a card.
    pub is_reperformed: bool,
    /// Threads that read, hash and decode.
    pub threads: usize,
    /// Bound on memory in bytes, approximate, whatever the journal's length.
    pub memory: u64,
    /// The secrets folder, if at hand: it is compared with the journal.
    pub secrets: Option<SecretsFolder>,
    /// Folder for scratch files; None: the system's folder for them.
    pub scratch: Option<PathBuf>,
}

impl Options {
    /// Options for everything that needs no further input: claims 0 to 3 of the
    /// ledger in a folder.
    pub fn new(ledger: &Path) -> Options {
        Options {
            ledger: ledger.to_path_buf(),
            level: None,
            key: None,
            anchors: Vec::new(),
            is_reperformed: true,
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            memory: memory::default_bound(),
            secrets: None,
            scratch: None,
        }
    }

    /// Read-ahead before the fold: within a quarter of the memory. With few
    /// parts ahead threads wait for one another more than they work, so more
    /// than a handful are used if there is memory.
    pub(super) fn pace(&self) -> Pace {
        let threads = self.threads.clamp(1, THREADS_MAX);
        let parts = self.memory / 4 / PART_MEMORY / threads as u64;
        Pace {
            threads,
            ahead: usize::try_from(parts.clamp(2, 16)).unwrap_or(2),
        }
    }

    /// Memory for folding in bytes: the bound less the program, the parts that
    /// were read ahead, and the allocator's overhead.
    pub(super) fn fold_memory(&self) -> u64 {
        let pace = self.pace();
        let parts = (pace.threads * pace.ahead) as u64 * PART_MEMORY;
        let others = PROGRAM_LEN + parts + self.memory / 4;
        self.memory.saturating_sub(others)
    }

    /// Key to verify signatures by: the pinned one, else a card's.
    pub fn pinned(&self) -> Option<&VerifierKey> {
        let of_cards = || self.anchors.iter().find_map(Anchor::key);
        self.key.as_ref().or_else(of_cards)
    }

    /// True if a claim is asked for.
    pub fn is_asked(&self, claim: u8) -> bool {
        match (self.level, claim) {
            (Some(level), _) => claim <= level,
            (None, 2) => self.is_reperformed,
            (None, 4) => !self.anchors.is_empty(),
            (None, _) => true,
        }
    }
}

//! What to verify, with what, and how much memory it may take.

use super::anchor::Anchor;
use super::secrets::SecretsFolder;
use super::walk::{PART_MEMORY, Pace};
use crate::chain::note::VerifierKey;
use crate::storage::memory;
use std::path::{Path, PathBuf};

/// Bytes of memory that the program takes whatever the journal holds: measured.
const PROGRAM_LEN: u64 = 48 << 20;

/// Claims 0 to this one exist.
pub const LEVEL_MAX: u8 = 4;

/// What to verify and what is known beforehand.
#[derive(Clone, Debug)]
pub struct Options {
    /// The ledger's folder, or a copy of it.
    pub ledger: PathBuf,
    /// All claims up to this one are asked for; None: those whose needs are given.
    pub level: Option<u8>,
    /// The verifier key the auditor pinned.
    pub key: Option<VerifierKey>,
    /// Cards, checkpoints and stamps the auditor kept.
    pub anchors: Vec<Anchor>,
    /// Whether decisions are made again where no level is given: all but a card wants it.
    pub is_reperformed: bool,
    /// Threads that read, hash and decode.
    pub threads: usize,
    /// About how many bytes of memory may be taken, however long the journal is.
    pub memory: u64,
    /// The secrets, where they are at hand: they are compared with the journal.
    pub secrets: Option<SecretsFolder>,
    /// Where scratch files go; None: the system's folder for them.
    pub scratch: Option<PathBuf>,
}

impl Options {
    /// Everything that needs nothing: claims 0 to 3 of the ledger in a folder.
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

    /// How far ahead of the fold is read: within a quarter of the memory. With few
    /// parts ahead threads wait for one another more than they work, so more than a
    /// handful are taken where there is room.
    pub(super) fn pace(&self) -> Pace {
        let threads = self.threads.max(1);
        let parts = self.memory / 4 / PART_MEMORY / threads as u64;
        Pace {
            threads,
            ahead: usize::try_from(parts.clamp(2, 16)).unwrap_or(2),
        }
    }

    /// Bytes of memory for what is folded: without the program, the parts that were
    /// read and not folded yet, and what the allocator keeps.
    pub(super) fn fold_memory(&self) -> u64 {
        let pace = self.pace();
        let parts = (pace.threads * pace.ahead) as u64 * PART_MEMORY;
        let others = PROGRAM_LEN + parts + self.memory / 4;
        self.memory.saturating_sub(others)
    }

    /// The key to verify signatures by: the one pinned, else a card's.
    pub fn pinned(&self) -> Option<&VerifierKey> {
        let of_cards = || self.anchors.iter().find_map(Anchor::key);
        self.key.as_ref().or_else(of_cards)
    }

    /// Whether a claim is asked for.
    pub fn is_asked(&self, claim: u8) -> bool {
        match (self.level, claim) {
            (Some(level), _) => claim <= level,
            (None, 2) => self.is_reperformed,
            (None, 4) => !self.anchors.is_empty(),
            (None, _) => true,
        }
    }
}

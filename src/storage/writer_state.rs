//! The writer state: the point of the journal and the tree that the writer last
//! made durable and signed, kept where only the writer can write.
//!
//! The ledger's folder may be written to by others. On opening, the journal
//! must continue this point and tree, so that the writer signs only entries of
//! its own.
//!
//! The file has two slots of [`SLOT_LEN`] bytes. A record overwrites the older
//! one, so that a torn write never costs both. It is written after the page
//! that it describes, which is durable by then: the state may be older than the
//! journal, but never newer. It is synced once a second and on closing, not
//! with each page.
//!
//! | offset | bytes | field |
//! |---:|---:|---|
//! | 0 | 8 | magic `STAMPBKW` |
//! | 8 | 4 | version, 1 |
//! | 12 | 4 | length of the body |
//! | 16 | 8 | generation: counts records; the highest sound one is the state |
//! | 24 | | body: see [`WriterState`] |
//! | | 32 | BLAKE3 over all before it (`stampbook 2026-11 writer state v1`) |
//!
//! Numbers are little endian.

mod background_sync;

#[cfg(test)]
mod tests;

use super::derived::JournalPoint;
use super::error::{At, StorageError};
use super::files::{self, read_at, write_at, write_durably};
use super::vault::VaultPoint;
use crate::chain::hash::Hash;
use crate::chain::tree::Frontier;
use background_sync::BackgroundSync;
use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Bytes of each of the two slots.
pub const SLOT_LEN: usize = 4096;
/// Greatest length of an origin in bytes, so that a record fits its slot.
pub const ORIGIN_LEN_MAX: usize = 255;
/// The file's name in the secrets folder.
pub const FILE_NAME: &str = "writer-state";

const MAGIC: &[u8; 8] = b"STAMPBKW";
const VERSION: u32 = 1;
const CONTEXT: &str = "stampbook 2026-11 writer state v1";
const HEAD_LEN: usize = 24;
const CHECK_LEN: usize = 32;

/// The point and the tree that the writer last made durable and signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriterState {
    /// Name under which checkpoints are signed; its last part is the incarnation.
    pub origin: String,
    /// The number in the last part of the origin, which rises with each recovery.
    pub incarnation: u32,
    /// The end of the last durable page. Its `origin` binds the secrets to one ledger.
    pub point: JournalPoint,
    /// Extent of the vault whose keys the journal up to the point uses. The
    /// vault itself may reach further, never less far.
    pub vault: VaultPoint,
    /// Right edge of the tree over everything up to the point, which was signed.
    pub frontier: Frontier,
}

impl WriterState {
    /// The state of a ledger without entries.
    pub fn start(origin: &str) -> WriterState {
        WriterState {
            origin: origin.to_owned(),
            incarnation: 0,
            point: JournalPoint::START,
            vault: VaultPoint::default(),
            frontier: Frontier::new(),
        }
    }

    /// Root of the tree that was last signed.
    pub fn root(&self) -> Hash {
        self.frontier.root()
    }

    /// Encodes the body: point (88 bytes), incarnation, the vault's slots and
    /// check, then origin and frontier, each after its length (`u16`).
    #[expect(
        clippy::cast_possible_truncation,
        reason = "an origin and a frontier have some thousand bytes at most"
    )]
    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.point.to_bytes().to_vec();
        bytes.extend_from_slice(&self.incarnation.to_le_bytes());
        bytes.extend_from_slice(&self.vault.slots.to_le_bytes());
        bytes.extend_from_slice(&self.vault.check);
        for part in [self.origin.as_bytes(), &self.frontier.to_bytes()] {
            bytes.extend_from_slice(&(part.len() as u16).to_le_bytes());
            bytes.extend_from_slice(part);
        }
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Option<WriterState> {
        let (point, rest) = bytes.split_first_chunk()?;
        let (incarnation, rest) = rest.split_first_chunk()?;
        let (slots, rest) = rest.split_first_chunk()?;
        let (check, rest) = rest.split_first_chunk()?;
        let (origin, rest) = split_part(rest)?;
        let (frontier, rest) = split_part(rest)?;
        let state = WriterState {
            origin: String::from_utf8(origin.to_vec()).ok()?,
            incarnation: u32::from_le_bytes(*incarnation),
            point: JournalPoint::from_bytes(point),
            vault: VaultPoint {
                slots: u32::from_le_bytes(*slots),
                check: *check,
            },
            frontier: Frontier::from_bytes(frontier).ok()?,
        };
        let is_whole = rest.is_empty() && state.frontier.size() == state.point.count;
        is_whole.then_some(state)
    }

    /// Encodes the record of this state for the start of a slot.
    #[expect(clippy::cast_possible_truncation, reason = "a record fits its slot")]
    fn to_record(&self, generation: u64) -> Vec<u8> {
        let body = self.to_bytes();
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        bytes.extend_from_slice(&(body.len() as u32).to_le_bytes());
        bytes.extend_from_slice(&generation.to_le_bytes());
        bytes.extend_from_slice(&body);
        let check = blake3::derive_key(CONTEXT, &bytes);
        bytes.extend_from_slice(&check);
        bytes
    }
}

fn split_part(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = bytes.split_first_chunk()?;
    rest.split_at_checked(u16::from_le_bytes(*len).into())
}

/// Content of a slot.
enum Slot {
    /// Never written.
    Empty,
    /// A record with its generation.
    Sound(u64, WriterState),
    /// Bytes that are no record.
    Unsound,
    /// A record of a newer version.
    Newer(u32),
}

impl Slot {
    fn read(bytes: &[u8]) -> Slot {
        if bytes.iter().all(|byte| *byte == 0) {
            return Slot::Empty;
        }
        Slot::record(bytes).unwrap_or(Slot::Unsound)
    }

    fn record(bytes: &[u8]) -> Option<Slot> {
        let (head, rest) = bytes.split_at_checked(HEAD_LEN)?;
        let number = |at: usize| head[at..].first_chunk().copied().map(u32::from_le_bytes);
        let (body, rest) = rest.split_at_checked(number(12)? as usize)?;
        let check = rest.first_chunk::<CHECK_LEN>()?;
        let checked = &bytes[..HEAD_LEN + body.len()];
        if head[..8] != *MAGIC || *check != blake3::derive_key(CONTEXT, checked) {
            return None;
        }
        match number(8)? {
            VERSION => {
                let generation = u64::from_le_bytes(*head[16..].first_chunk()?);
                Some(Slot::Sound(generation, WriterState::from_bytes(body)?))
            }
            newer => Some(Slot::Newer(newer)),
        }
    }
}

/// The file of the writer state, held open by the one writer.
#[derive(Debug)]
pub struct WriterStateStore {
    file: Arc<File>,
    path: PathBuf,
    state: WriterState,
    generation: u64,
    /// True if one of the slots does not verify.
    has_unsound_slot: bool,
    /// True if a write has not been synced by its caller.
    is_unsynced: bool,
    /// True if nothing is written any more.
    is_held: bool,
    background: Option<BackgroundSync>,
}

impl WriterStateStore {
    /// Makes the file in the secrets folder, durable, with the first record.
    ///
    /// # Errors
    /// [`StorageError::Unfit`] for an origin of more than [`ORIGIN_LEN_MAX`] bytes;
    /// I/O errors.
    pub fn create(secrets: &Path, state: WriterState) -> Result<WriterStateStore, StorageError> {
        let path = secrets.join(FILE_NAME);
        if state.origin.len() > ORIGIN_LEN_MAX {
            let finding = format!("an origin has at most {ORIGIN_LEN_MAX} bytes");
            return Err(StorageError::unfit(&path, finding));
        }
        // The first generation is odd: it goes into the second slot.
        let mut bytes = vec![0; SLOT_LEN];
        bytes.extend_from_slice(&state.to_record(1));
        bytes.resize(2 * SLOT_LEN, 0);
        write_durably(&path, &bytes)?;
        WriterStateStore::open(secrets)
    }

    /// Opens the file in the secrets folder and reads the newest sound record.
    ///
    /// # Errors
    /// [`StorageError::NoWriterState`] when there is none, [`StorageError::Newer`]; I/O errors.
    pub fn open(secrets: &Path) -> Result<WriterStateStore, StorageError> {
        let path = secrets.join(FILE_NAME);
        let missing = |finding: &str| StorageError::NoWriterState {
            path: path.clone(),
            finding: finding.to_owned(),
        };
        let file = match files::edit_or_read(&path) {
            Err(StorageError::Io { source, .. }) if source.kind() == ErrorKind::NotFound => {
                return Err(missing("the file is not there"));
            }
            opened => opened?,
        };
        let mut bytes = vec![0; 2 * SLOT_LEN];
        let len = read_at(&file, 0, &mut bytes).at("read", &path)?;
        let (mut newest, mut has_unsound_slot) = (None, len < bytes.len());
        for slot in bytes.chunks(SLOT_LEN).map(Slot::read) {
            match slot {
                Slot::Empty => {}
                Slot::Unsound => has_unsound_slot = true,
                Slot::Newer(found) => {
                    let known = VERSION;
                    return Err(StorageError::Newer { path, found, known });
                }
                Slot::Sound(generation, state) => {
                    let is_newer = newest.as_ref().is_none_or(|(g, _)| *g < generation);
                    newest = if is_newer {
                        Some((generation, state))
                    } else {
                        newest
                    };
                }
            }
        }
        let (generation, state) = newest.ok_or_else(|| missing("no record in it verifies"))?;
        Ok(WriterStateStore {
            file: Arc::new(file),
            path,
            state,
            generation,
            has_unsound_slot,
            is_unsynced: false,
            is_held: false,
            background: None,
        })
    }

    /// Suppresses all later writes: for a process that only reads.
    pub fn hold(&mut self) {
        self.is_held = true;
    }

    /// The state as it was written last.
    pub fn state(&self) -> &WriterState {
        &self.state
    }

    /// True if one of the slots does not verify: a torn write, or damage. The
    /// other one holds the state before it.
    pub fn has_unsound_slot(&self) -> bool {
        self.has_unsound_slot
    }

    /// Overwrites the older slot, without waiting for the disk. Call only when
    /// the journal is durable up to the state's point.
    ///
    /// # Errors
    /// [`StorageError::SecretDamage`] if the file was replaced after it was opened;
    /// I/O errors, also of an earlier sync in the background.
    pub fn put(&mut self, state: WriterState) -> Result<(), StorageError> {
        if self.is_held || state == self.state {
            return Ok(());
        }
        if !files::is_in_place(&self.file, &self.path)? {
            return Err(StorageError::secret_damage(&self.path, files::REPLACED));
        }
        let generation = self.generation + 1;
        let offset = (generation % 2) * SLOT_LEN as u64;
        let record = state.to_record(generation);
        write_at(&self.file, offset, &record).at("write", &self.path)?;
        (self.state, self.generation) = (state, generation);
        self.is_unsynced = true;
        match &self.background {
            Some(background) => background.note().at("sync", &self.path),
            None => Ok(()),
        }
    }

    /// Syncs writes about once a second from here on, on a thread of its own.
    /// For a long-lived process.
    pub fn sync_in_background(&mut self) {
        let file = &self.file;
        self.background
            .get_or_insert_with(|| BackgroundSync::start(Arc::clone(file)));
    }

    /// Waits until all writes are on the disk.
    ///
    /// # Errors
    /// I/O errors.
    pub fn sync(&mut self) -> Result<(), StorageError> {
        if std::mem::take(&mut self.is_unsynced) {
            self.file.sync_data().at("sync", &self.path)?;
        }
        Ok(())
    }
}

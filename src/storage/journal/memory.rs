//! A journal in memory that fails and loses power on command.
//!
//! It tracks written and synced bytes separately, so that a test can cut the
//! power at any step and keep any part of the unsynced writes.

use super::disk::{Blob, Disk};
use super::{Ending, Opening, Segmented};
use crate::chain::width::to_usize;
use crate::storage::error::StorageError;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Unit that a power cut keeps or loses.
const SECTOR: usize = 512;

/// Way in which an operation fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It had no effect.
    Before,
    /// It took effect, but returns an error.
    After,
    /// A write stopped after this many bytes.
    Torn(usize),
    /// The disk is full; it had no effect.
    Full,
}

#[derive(Debug, Default, Clone)]
struct Bytes {
    written: Vec<u8>,
    synced: Vec<u8>,
}

#[derive(Debug, Default)]
struct State {
    segments: BTreeMap<u64, Bytes>,
    named: BTreeSet<u64>,
    operations: u64,
    fault: Option<(u64, Fault)>,
}

/// A disk in memory; clones share it, as two processes share a disk.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    state: Arc<Mutex<State>>,
}

impl Memory {
    /// An empty disk.
    pub fn new() -> Self {
        Self::default()
    }

    /// Number of writes and syncs so far.
    pub fn operations(&self) -> u64 {
        self.state().operations
    }

    /// Makes the write or sync number `at` (from 0, counted from the beginning)
    /// fail, and every later one, until [`Memory::mend`].
    pub fn fail_at(&self, at: u64, fault: Fault) {
        self.state().fault = Some((at, fault));
    }

    /// Makes the disk work again.
    pub fn mend(&self) {
        self.state().fault = None;
    }

    /// Cuts the power: synced bytes stay; `keep` decides on every other changed
    /// sector, as the disk would.
    pub fn cut_power(&self, mut keep: impl FnMut() -> bool) {
        let mut state = self.state();
        let named = state.named.clone();
        state
            .segments
            .retain(|first_seq, _| named.contains(first_seq) || keep());
        for bytes in state.segments.values_mut() {
            bytes.lose_power(&mut keep);
        }
        state.named = state.segments.keys().copied().collect();
        state.fault = None;
    }

    /// The bytes of a segment, for inspection.
    pub fn bytes(&self, segment: u64) -> Vec<u8> {
        self.state()
            .segments
            .get(&segment)
            .map(|bytes| bytes.written.clone())
            .unwrap_or_default()
    }

    /// Replaces the bytes of a segment, as damage would.
    pub fn set_bytes(&self, segment: u64, bytes: Vec<u8>) {
        let kept = Bytes {
            synced: bytes.clone(),
            written: bytes,
        };
        let mut state = self.state();
        state.named.insert(segment);
        state.segments.insert(segment, kept);
    }

    /// Loses a segment.
    pub fn remove(&self, segment: u64) {
        self.state().segments.remove(&segment);
    }

    /// A second disk with the same content.
    pub fn copy(&self) -> Memory {
        let state = self.state();
        let copy = State {
            segments: state.segments.clone(),
            named: state.named.clone(),
            ..State::default()
        };
        Memory {
            state: Arc::new(Mutex::new(copy)),
        }
    }

    // A test that panicked while holding it has failed already.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes an empty journal in memory.
pub fn create(disk: &Memory, opening: &Opening) -> Result<Segmented, StorageError> {
    Segmented::create(Arc::new(disk.clone()), opening)
}

/// Opens the journal in memory.
pub fn open(disk: &Memory, opening: &Opening) -> Result<(Segmented, Ending), StorageError> {
    Segmented::open(Arc::new(disk.clone()), opening)
}

impl Bytes {
    fn write(&mut self, offset: u64, bytes: &[u8]) {
        let start = to_usize(offset);
        let end = start + bytes.len();
        if self.written.len() < end {
            self.written.resize(end, 0);
        }
        self.written[start..end].copy_from_slice(bytes);
    }

    fn lose_power(&mut self, keep: &mut impl FnMut() -> bool) {
        let mut after = self.synced.clone();
        if self.written.len() > after.len() && keep() {
            after.resize(self.written.len(), 0);
        }
        for start in (0..after.len()).step_by(SECTOR) {
            let end = (start + SECTOR).min(after.len());
            if self.written[start..end] != after[start..end] && keep() {
                after[start..end].copy_from_slice(&self.written[start..end]);
            }
        }
        self.synced.clone_from(&after);
        self.written = after;
    }
}

impl State {
    fn fault_now(&mut self) -> Option<Fault> {
        let now = self.operations;
        self.operations += 1;
        let (at, fault) = self.fault?;
        match now.cmp(&at) {
            std::cmp::Ordering::Less => None,
            std::cmp::Ordering::Equal => Some(fault),
            std::cmp::Ordering::Greater => Some(Fault::Before),
        }
    }

    fn entry(&mut self, segment: u64) -> &mut Bytes {
        self.segments.entry(segment).or_default()
    }
}

impl Disk for Memory {
    fn segments(&self) -> Result<Vec<u64>, StorageError> {
        Ok(self.state().segments.keys().copied().collect())
    }

    fn open(&self, segment: u64) -> Result<Arc<dyn Blob>, StorageError> {
        if !self.state().segments.contains_key(&segment) {
            return Err(fail("open", segment, io::ErrorKind::NotFound));
        }
        Ok(Arc::new(MemoryBlob {
            disk: self.clone(),
            segment,
        }))
    }

    fn create(&self, segment: u64) -> Result<Arc<dyn Blob>, StorageError> {
        self.state().entry(segment);
        self.open(segment)
    }

    fn sync_names(&self) -> Result<(), StorageError> {
        let mut state = self.state();
        let fault = state.fault_now();
        if fault.is_none() || fault == Some(Fault::After) {
            state.named = state.segments.keys().copied().collect();
        }
        told("sync", 0, fault)
    }

    fn path(&self, segment: Option<u64>) -> PathBuf {
        let dir = Path::new("memory");
        segment.map_or(dir.to_path_buf(), |segment| {
            dir.join(super::files::segment_name(segment))
        })
    }
}

struct MemoryBlob {
    disk: Memory,
    segment: u64,
}

impl Blob for MemoryBlob {
    fn len(&self) -> Result<u64, StorageError> {
        Ok(self.disk.state().entry(self.segment).written.len() as u64)
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, StorageError> {
        let mut state = self.disk.state();
        let written = &state.entry(self.segment).written;
        let start = written.len().min(to_usize(offset));
        let len = buffer.len().min(written.len() - start);
        buffer[..len].copy_from_slice(&written[start..start + len]);
        Ok(len)
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> Result<(), StorageError> {
        let mut state = self.disk.state();
        let fault = state.fault_now();
        let done = match fault {
            None | Some(Fault::After) => bytes.len(),
            Some(Fault::Torn(len)) => len.min(bytes.len()),
            Some(Fault::Before | Fault::Full) => 0,
        };
        state.entry(self.segment).write(offset, &bytes[..done]);
        told("write", self.segment, fault)
    }

    fn start(&self, _offset: u64, _len: u64) {}

    fn is_in_place(&self) -> Result<bool, StorageError> {
        Ok(true)
    }

    fn sync(&self) -> Result<(), StorageError> {
        let mut state = self.disk.state();
        let fault = state.fault_now();
        if fault.is_none() || fault == Some(Fault::After) {
            let bytes = state.entry(self.segment);
            bytes.synced.clone_from(&bytes.written);
        }
        told("sync", self.segment, fault)
    }
}

fn told(what: &'static str, segment: u64, fault: Option<Fault>) -> Result<(), StorageError> {
    match fault {
        None => Ok(()),
        Some(Fault::Full) => Err(fail(what, segment, io::ErrorKind::StorageFull)),
        Some(_) => Err(fail(what, segment, io::ErrorKind::Other)),
    }
}

fn fail(what: &'static str, segment: u64, kind: io::ErrorKind) -> StorageError {
    let path = Path::new("memory").join(super::files::segment_name(segment));
    StorageError::io(what, &path, kind.into())
}

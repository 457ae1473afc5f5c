//! The second copy of the journal: the same bytes at the same places, in
//! segments of a folder of their own.
//!
//! No query reads it. It only heals a damaged page of the journal, whose
//! neighbours' hashes tell whether the page is the right one. The file `state`
//! names the point of the journal that the copy reaches. Nothing is synced:
//! pages lost in a power cut are copied again, since opening after an unclean
//! end begins that much earlier.

use super::derived::{JournalPoint, end_from_bytes, to_derived_bytes};
use super::error::{At, StorageError};
use super::files::{self, limit, write_at};
use super::journal::{
    JournalReader, Position,
    files::{is_segment_name, segment_name},
};
use super::set_aside::{set_aside, set_aside_before};
use crate::chain::page::Page;
use crate::chain::width::to_usize;
use std::path::{Path, PathBuf};

/// Magic of the state file, which names its layout.
const MAGIC: &[u8; 8] = b"STAMPCP2";
/// Bytes copied at once.
const CHUNK_LEN: usize = 1 << 20;
/// Bytes that are copied again after an unclean end.
const AGAIN_LEN: u64 = 64 << 20;

/// The second copy.
#[derive(Debug)]
pub struct SecondCopy {
    dir: PathBuf,
    journal: JournalReader,
    /// The point that it reaches.
    point: JournalPoint,
    /// End of the copied bytes.
    end: Position,
    is_unclean: bool,
}

impl SecondCopy {
    /// Opens the copy in `dir`, or begins one: if its state does not verify,
    /// all of it is copied again.
    pub fn open(dir: &Path, journal: JournalReader, is_unclean: bool) -> SecondCopy {
        let mut copy = SecondCopy {
            dir: dir.to_path_buf(),
            journal,
            point: JournalPoint::START,
            end: Position::START,
            is_unclean,
        };
        let state = files::read(&copy.state_path(), limit::COPY_STATE);
        if let Some((point, end)) = state.ok().and_then(|bytes| end_from_bytes(MAGIC, &bytes)) {
            (copy.point, copy.end) = (point, end);
        }
        copy
    }

    /// Compares the copy with the journal, once that is open and sound. One of
    /// another history is set aside, in place of an earlier one: it may hold
    /// entries that nothing else does. Returns its new path.
    ///
    /// # Errors
    /// I/O errors.
    pub fn compare(&mut self) -> Result<Option<PathBuf>, StorageError> {
        let has = self.journal.has_point(&self.point)?;
        if has && self.is_unclean {
            self.end.offset = self.end.offset.saturating_sub(AGAIN_LEN);
        }
        if has {
            return Ok(None);
        }
        (self.point, self.end) = (JournalPoint::START, Position::START);
        for earlier in set_aside_before(&self.dir)? {
            // One with a file of somebody else's in it stays.
            remove(&earlier).ok();
        }
        set_aside(&self.dir).map(Some)
    }

    /// Reads the page that begins with a sequence, if its checksums hold. It is
    /// at its position in the journal, or where a scan of its segment finds it.
    ///
    /// # Errors
    /// I/O errors.
    pub fn page(&self, first_seq: u64, position: Position) -> Result<Option<Page>, StorageError> {
        if !files::has_folder(&self.dir)? {
            return Ok(None);
        }
        let copies = JournalReader::at(&self.dir);
        let segment = Position {
            segment: first_seq,
            offset: 0,
        };
        let mut places = [position, segment, Position::START].into_iter();
        Ok(places.find_map(|from| {
            let page = copies.page_of(first_seq, from).ok()??.page;
            (page.header.first_seq == first_seq).then_some(page)
        }))
    }

    /// Copies the journal up to a point, after which `end` comes.
    ///
    /// # Errors
    /// I/O errors; missing bytes are copied the next time.
    pub fn extend(&mut self, point: &JournalPoint, end: Position) -> Result<(), StorageError> {
        if point.count <= self.point.count && self.end >= end {
            return Ok(());
        }
        files::make_folder(&self.dir)?;
        let segments = self.journal.segments()?.into_iter();
        for (segment, len) in segments.filter(|s| (self.end.segment..=end.segment).contains(&s.0)) {
            let from = match segment == self.end.segment {
                true => self.end.offset,
                false => 0,
            };
            let until = match segment == end.segment {
                true => end.offset,
                false => len,
            };
            self.copy_segment(segment, from, until)?;
        }
        // Written in place: a half-written one does not verify, and all is
        // copied again.
        let path = self.state_path();
        let file = files::edit_or_create(&path)?;
        write_at(&file, 0, &to_derived_bytes(MAGIC, point, &end.to_bytes())).at("write", &path)?;
        (self.point, self.end) = (*point, end);
        Ok(())
    }

    fn copy_segment(&self, segment: u64, from: u64, until: u64) -> Result<(), StorageError> {
        let path = self.dir.join(segment_name(segment));
        let file = files::edit_or_create(&path)?;
        let mut buffer = vec![0; CHUNK_LEN.min(to_usize(until - from.min(until)))];
        let mut at = from;
        while at < until {
            let len = to_usize(until - at).min(buffer.len());
            let read = self.journal.read_at(segment, at, &mut buffer[..len])?;
            if read == 0 {
                break;
            }
            write_at(&file, at, &buffer[..read]).at("write", &path)?;
            at += read as u64;
        }
        Ok(())
    }

    fn state_path(&self) -> PathBuf {
        self.dir.join("state")
    }
}

/// Removes a second copy that is no longer in use.
///
/// # Errors
/// [`StorageError::Foreign`] if there is anything else in the folder; I/O errors.
pub fn remove(dir: &Path) -> Result<(), StorageError> {
    files::remove_folder(dir, |name| name == "state" || is_segment_name(name))
}

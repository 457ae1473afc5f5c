//! The second copy of the journal: the same bytes at the same places, in segments
//! of a folder of their own.
//!
//! Nothing is answered from it. It only heals a damaged page of the journal, whose
//! neighbours' hashes say whether the page is the right one. The file `state` says
//! which point of the journal the copy reaches. Nothing is synced: what a power cut
//! takes is copied again, since opening after an unclean end begins so much earlier.

use super::derived::{CHECKSUM_LEN, JournalPoint, checksum};
use super::error::{At, Trouble};
use super::files::{self, limit, write_at};
use super::journal::{
    Position, Reader,
    files::{is_segment_name, segment_name},
};
use crate::chain::page::Page;
use crate::chain::width::to_usize;
use std::path::{Path, PathBuf};

/// What the state begins with: its layout.
const MAGIC: &[u8; 8] = b"STAMPCP2";
/// Bytes copied at once.
const CHUNK_LEN: usize = 1 << 20;
/// Bytes copied again after an unclean end.
const AGAIN_LEN: u64 = 64 << 20;

/// The second copy.
#[derive(Debug)]
pub struct SecondCopy {
    dir: PathBuf,
    journal: Reader,
    /// The point that it reaches.
    point: JournalPoint,
    /// Where the copied bytes end.
    end: Position,
    is_unclean: bool,
}

impl SecondCopy {
    /// Takes up the copy in `dir`, or begins one: where its state does not verify,
    /// all of it is made again.
    pub fn open(dir: &Path, journal: Reader, is_unclean: bool) -> SecondCopy {
        let mut copy = SecondCopy {
            dir: dir.to_path_buf(),
            journal,
            point: JournalPoint::START,
            end: Position::START,
            is_unclean,
        };
        let state = files::read(&copy.state_path(), limit::COPY_STATE);
        if let Some((point, end)) = state.ok().and_then(|bytes| parse(&bytes)) {
            (copy.point, copy.end) = (point, end);
        }
        copy
    }

    /// Compares the copy with the journal, once that is open and sound. One of
    /// another history is set aside; says where it lies then.
    ///
    /// # Errors
    /// I/O trouble.
    pub fn compare(&mut self) -> Result<Option<PathBuf>, Trouble> {
        let has = self.journal.has_point(&self.point)?;
        if has && self.is_unclean {
            self.end.offset = self.end.offset.saturating_sub(AGAIN_LEN);
        }
        if has {
            return Ok(None);
        }
        (self.point, self.end) = (JournalPoint::START, Position::START);
        super::book::set_aside(&self.dir).map(Some)
    }

    /// The page that begins with a sequence, whole by its checksums. It lies where
    /// it lay in the journal, or where its segment says.
    ///
    /// # Errors
    /// I/O trouble.
    pub fn page(&self, first_seq: u64, position: Position) -> Result<Option<Page>, Trouble> {
        if !files::has_folder(&self.dir)? {
            return Ok(None);
        }
        let copies = Reader::at(&self.dir);
        let segment = Position {
            segment: first_seq,
            offset: 0,
        };
        for place in [position, segment] {
            let header = copies.header_at(place)?;
            if header.is_some_and(|header| header.first_seq == first_seq) {
                let found = copies.page_of(first_seq, place);
                return Ok(found.ok().flatten().map(|stored| stored.page));
            }
        }
        let found = copies.page_of(first_seq, Position::START);
        let page = found.ok().flatten().map(|stored| stored.page);
        Ok(page.filter(|page| page.header.first_seq == first_seq))
    }

    /// Copies what the journal holds up to a point, behind which `end` lies.
    ///
    /// # Errors
    /// I/O trouble; what is missing is copied the next time.
    pub fn extend(&mut self, point: &JournalPoint, end: Position) -> Result<(), Trouble> {
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
        // In place: half of one does not verify, and all is copied again.
        let path = self.state_path();
        let file = files::edit_or_create(&path)?;
        write_at(&file, 0, &state(point, end)).at("write", &path)?;
        (self.point, self.end) = (*point, end);
        Ok(())
    }

    fn copy_segment(&self, segment: u64, from: u64, until: u64) -> Result<(), Trouble> {
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

/// Removes a second copy, which nobody uses any more.
///
/// # Errors
/// [`Trouble::Foreign`] where something else lies in the folder; I/O trouble.
pub fn remove(dir: &Path) -> Result<(), Trouble> {
    files::remove_folder(dir, |name| name == "state" || is_segment_name(name))
}

fn state(point: &JournalPoint, end: Position) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend_from_slice(&point.to_bytes());
    bytes.extend_from_slice(&end.to_bytes());
    let sum = checksum(0, &bytes);
    bytes.extend_from_slice(&sum);
    bytes
}

fn parse(bytes: &[u8]) -> Option<(JournalPoint, Position)> {
    let (bytes, sum) = bytes.split_last_chunk::<CHECKSUM_LEN>()?;
    let (point, end) = bytes
        .strip_prefix(MAGIC)?
        .split_first_chunk::<{ JournalPoint::LEN }>()?;
    let end = Position::from_bytes(end.try_into().ok()?);
    (*sum == checksum(0, bytes)).then(|| (JournalPoint::from_bytes(point), end))
}

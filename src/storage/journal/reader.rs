//! Reads a journal without locking it or writing a byte: for auditors, of a
//! ledger in use or a copied folder.

use super::disk::Disk;
use super::scan::{Piece, Scan, StoredPage, sound};
use super::{Conflict, Head, Journal, Pages, Position};
use crate::chain::hash::Hash;
use crate::chain::page::{HEADER_LEN, Header, Page};
use crate::storage::error::StorageError;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::Arc;

/// A journal as it was at a moment; it takes no page.
pub struct Frozen {
    disk: Arc<dyn Disk>,
    head: Head,
}

impl Frozen {
    fn path(&self) -> PathBuf {
        self.disk.path(None)
    }
}

impl Journal for Frozen {
    fn head(&self) -> Head {
        self.head
    }

    fn begin(&mut self, _: &Head, _: &Page) -> Result<Result<Position, Conflict>, StorageError> {
        Err(StorageError::Poisoned { path: self.path() })
    }

    fn finish(&mut self) -> Result<(), StorageError> {
        Ok(())
    }

    fn mend(&mut self, _: Position, _: &Page) -> Result<bool, StorageError> {
        Ok(false)
    }

    fn read(&self, from: Position) -> Pages {
        let end = Some(self.head.position);
        match Scan::new(self.disk.clone(), from, end, None) {
            Err(trouble) => Box::new(std::iter::once(Err(trouble))),
            Ok(scan) => {
                let disk = self.disk.clone();
                Box::new(scan.map(move |piece| sound(&*disk, piece?)))
            }
        }
    }
}

/// A journal opened for reading only.
#[derive(Clone)]
pub struct JournalReader {
    pub(super) disk: Arc<dyn Disk>,
}

impl std::fmt::Debug for JournalReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Reader({})", self.disk.path(None).display())
    }
}

impl JournalReader {
    pub(super) fn new(disk: Arc<dyn Disk>) -> Self {
        JournalReader { disk }
    }

    /// The journal up to a head, to which others may append meanwhile.
    pub fn frozen(&self, head: Head) -> Frozen {
        let disk = self.disk.clone();
        Frozen { disk, head }
    }

    /// The segments' first sequences and their lengths in bytes, preallocated
    /// zeros included.
    pub fn segments(&self) -> Result<Vec<(u64, u64)>, StorageError> {
        let segments = self.disk.segments()?;
        segments
            .into_iter()
            .map(|segment| Ok((segment, self.disk.open(segment)?.len()?)))
            .collect()
    }

    /// The path of a segment's file, for a message.
    pub fn path(&self, segment: u64) -> PathBuf {
        self.disk.path(Some(segment))
    }

    /// Reads the header at a position, if there is a sound one.
    ///
    /// # Errors
    /// I/O errors.
    pub fn header_at(&self, position: Position) -> Result<Option<Header>, StorageError> {
        let mut bytes = [0; HEADER_LEN];
        let blob = match self.disk.open(position.segment) {
            Ok(blob) => blob,
            Err(StorageError::Io { source, .. }) if source.kind() == ErrorKind::NotFound => {
                return Ok(None);
            }
            Err(trouble) => return Err(trouble),
        };
        let read = blob.read_at(position.offset, &mut bytes)?;
        Ok(Header::parse(&bytes[..read]).ok())
    }

    /// Chain hash after the first page; [`Hash::ZERO`] if none can be read.
    ///
    /// # Errors
    /// I/O errors.
    pub fn origin(&self) -> Result<Hash, StorageError> {
        let first = self.header_at(Position::START)?;
        Ok(first.map_or(Hash::ZERO, |header| header.last))
    }

    /// Reads the pages from a position on, where one begins; they may be written to
    /// meanwhile, so a reader stops at an end it knows.
    ///
    /// # Errors
    /// I/O errors.
    pub fn read(&self, from: Position) -> Result<Pages, StorageError> {
        // No page ends there.
        self.read_on(0, from)
    }

    /// [`JournalReader::read`] from the page that holds a sequence on, or from the next
    /// segment: the pages before it are passed over by their headers.
    ///
    /// # Errors
    /// I/O errors.
    pub fn read_on(&self, seq: u64, from: Position) -> Result<Pages, StorageError> {
        let mut scan = Scan::new(self.disk.clone(), from, None, None)?;
        scan.skip_to(seq)?;
        let disk = self.disk.clone();
        Ok(Box::new(scan.map(move |piece| sound(&*disk, piece?))))
    }

    /// Finds the page that holds a sequence, searching from a position where a
    /// page begins: by headers as far as they are sound.
    ///
    /// # Errors
    /// I/O errors; [`StorageError::Damage`] with the place of the first page that
    /// does not verify.
    pub fn page_of(&self, seq: u64, from: Position) -> Result<Option<StoredPage>, StorageError> {
        let mut scan = Scan::new(self.disk.clone(), from, None, None)?.brief();
        loop {
            scan.skip_to(seq)?;
            match scan.next().transpose()? {
                Some(Piece::Page(stored)) if stored.page.header.has_entry(seq) => {
                    return Ok(Some(stored));
                }
                Some(Piece::Page(stored)) if stored.page.header.first_seq > seq => return Ok(None),
                Some(Piece::Page(_)) => {}
                Some(Piece::Finding(finding)) => {
                    return Err(finding.to_trouble(&self.path(finding.position.segment)));
                }
                None => return Ok(None),
            }
        }
    }

    /// Reads bytes of a segment; fewer than asked for only at its end.
    ///
    /// # Errors
    /// I/O errors.
    pub fn read_at(
        &self,
        segment: u64,
        offset: u64,
        buffer: &mut [u8],
    ) -> Result<usize, StorageError> {
        self.disk.open(segment)?.read_at(offset, buffer)
    }

    /// Scans everything from the beginning: pages, and findings between them.
    pub fn pages(&self) -> Result<Scan, StorageError> {
        Scan::new(self.disk.clone(), Position::START, None, Some(0))
    }

    /// Scans the pages from a position where one begins, up to `until` if given.
    pub fn pages_from(
        &self,
        from: Position,
        until: Option<Position>,
    ) -> Result<Scan, StorageError> {
        Scan::new(self.disk.clone(), from, until, None)
    }

    /// Cuts the journal into about `parts` ranges of similar length, each
    /// beginning with a page, so that threads can read them in parallel with
    /// [`JournalReader::pages_from`]; the last has no end. Only headers are read; from
    /// the first that does not verify, the rest is one part.
    pub fn split(&self, parts: u64) -> Result<Vec<(Position, Option<Position>)>, StorageError> {
        let segments = self.segments()?;
        let all: u64 = segments.iter().map(|(_, len)| len).sum();
        let part = (all / parts.max(1)).max(1);
        let mut starts = vec![Position::START];
        let mut before = 0;
        for (segment, len) in segments {
            let end = self.cut_segment(segment, before, part, &mut starts)?;
            let is_whole = self.is_end(segment, end, len)?;
            if !is_whole {
                break;
            }
            before += len;
        }
        let ends = starts.iter().skip(1).copied().map(Some).chain([None]);
        Ok(starts.iter().copied().zip(ends).collect())
    }

    /// Hops from header to header, noting a start whenever a part is full.
    fn cut_segment(
        &self,
        segment: u64,
        before: u64,
        part: u64,
        starts: &mut Vec<Position>,
    ) -> Result<u64, StorageError> {
        let blob = self.disk.open(segment)?;
        let mut header = [0; HEADER_LEN];
        let mut offset = 0;
        while blob.read_at(offset, &mut header)? == HEADER_LEN {
            let Ok(header) = Header::parse(&header) else {
                break;
            };
            if before + offset >= part * starts.len() as u64 {
                starts.push(Position { segment, offset });
            }
            offset += header.total_len() as u64;
        }
        Ok(offset)
    }

    /// True if the pages of a segment end at `end` as they should.
    fn is_end(&self, segment: u64, end: u64, len: u64) -> Result<bool, StorageError> {
        let mut header = [0; HEADER_LEN];
        self.disk.open(segment)?.read_at(end, &mut header)?;
        Ok(end <= len && header == [0; HEADER_LEN])
    }
}

//! Scans pages one after another, continuing after bytes that do not verify.

use super::disk::{Blob, Disk};
use super::{Damage, Position};
use crate::chain::page::{ALIGN, Flaw, HEADER_LEN, Header, PAGE_LEN_MAX, Page, PageView, is_zero};
use crate::chain::width::to_usize;
use crate::storage::error::StorageError;
use std::path::Path;
use std::sync::Arc;

/// A page as stored on the disk; its checksums hold, its chain is unchecked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPage {
    /// Its position.
    pub position: Position,
    /// Its header and bytes.
    pub page: Page,
    /// Its body, if checking it required decompression.
    plain: Option<Vec<u8>>,
}

/// A page, and its entries' bytes if they had to be decompressed.
type Unpacked = (Page, Option<Vec<u8>>);

impl StoredPage {
    /// The page's content, which was checked when it was read.
    pub fn view(&self) -> PageView<'_> {
        self.page.checked(self.plain.as_deref())
    }
}

/// A range of bytes that does not verify.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DamagedRange {
    /// Position of its first byte.
    pub position: Position,
    /// Length in bytes, up to the next good header or the end of the segment.
    pub len: u64,
    /// Sequence expected there, if known.
    pub next_seq: Option<u64>,
    /// The fault.
    pub kind: FindingKind,
    /// True if nothing that verifies follows: it may be an unfinished write.
    pub is_tail: bool,
}

/// The kinds of findings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FindingKind {
    /// The bytes are not a sound page.
    #[error("{0}")]
    Flaw(Flaw),
    /// Zeros where a page was expected, with other bytes after them.
    #[error("zeros where a page should begin, and more behind them")]
    Hole,
    /// A good page with another sequence than expected.
    #[error("a page with sequence {found} lies where {expected} should be")]
    Sequence {
        /// Sequence expected.
        expected: u64,
        /// Sequence found.
        found: u64,
    },
    /// A whole segment, or the end of one, is missing.
    #[error("the next segment begins with sequence {found}, but {expected} comes first")]
    SegmentMissing {
        /// Sequence expected.
        expected: u64,
        /// First sequence of the next segment that is there.
        found: u64,
    },
}

/// One step of a scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// A sound page.
    Page(StoredPage),
    /// Something else.
    Finding(DamagedRange),
}

/// Range behind the last page that is checked for unexpected bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// One page length, so that opening takes milliseconds.
    OnePage,
    /// To the end of the segment.
    All,
}

/// A scan over a journal from a page on: an iterator of pieces that continues
/// after a finding, at the next good header with a later sequence.
pub struct Scan {
    disk: Arc<dyn Disk>,
    segments: Vec<u64>,
    window: Option<Window>,
    at: Position,
    until: Option<Position>,
    next_seq: Option<u64>,
    look: Look,
    read_ahead: usize,
    retried: Option<Position>,
    is_over: bool,
}

impl Scan {
    /// Begins at `at`, where a page with sequence `next_seq` (if known) should
    /// begin; stops before `until`.
    pub(super) fn new(
        disk: Arc<dyn Disk>,
        at: Position,
        until: Option<Position>,
        next_seq: Option<u64>,
    ) -> Result<Self, StorageError> {
        let segments = disk.segments()?;
        Ok(Scan {
            disk,
            segments,
            window: None,
            at,
            until,
            next_seq,
            look: Look::All,
            read_ahead: PAGE_LEN_MAX,
            retried: None,
            is_over: false,
        })
    }

    /// For opening: searches less far and reads less ahead.
    pub(super) fn brief(mut self) -> Self {
        self.look = Look::OnePage;
        self.read_ahead = 16 << 10;
        self
    }

    /// Position of the scan: after the last page it returned.
    pub fn position(&self) -> Position {
        self.at
    }

    /// Sequence expected next, once known.
    pub fn next_seq(&self) -> Option<u64> {
        self.next_seq
    }

    fn advance(&mut self) -> Result<Option<Piece>, StorageError> {
        loop {
            if self.is_over || self.until.is_some_and(|until| self.at >= until) {
                return Ok(None);
            }
            match self.parsed_here()? {
                Ok(parsed) => return Ok(Some(self.take(parsed))),
                Err(_) if self.retried != Some(self.at) => self.retry(),
                Err(flaw) => {
                    if let Some(finding) = self.beyond(flaw)? {
                        return Ok(Some(Piece::Finding(finding)));
                    }
                }
            }
        }
    }

    // A writer may have been in the middle of this page when it was read.
    fn retry(&mut self) {
        self.retried = Some(self.at);
        self.window = None;
    }

    /// Skips the pages before the one that holds a sequence, by their headers
    /// alone, as far as the segment goes.
    pub(super) fn skip_to(&mut self, seq: u64) -> Result<(), StorageError> {
        loop {
            let at = self.at.offset;
            let Some(window) = self.window()? else {
                return Ok(());
            };
            match Header::parse(window.bytes(at, HEADER_LEN)?) {
                Ok(header) if header.next_seq() <= seq => {
                    self.at.offset += header.total_len() as u64;
                    self.next_seq = Some(header.next_seq());
                }
                _ => return Ok(()),
            }
        }
    }

    /// Parses the page at the scan's position, if there is a sound one.
    pub(super) fn page_here(&mut self) -> Result<Result<Page, Flaw>, StorageError> {
        Ok(self.parsed_here()?.map(|(page, _)| page))
    }

    /// Parses the page at the scan's position, and its body if that was decompressed.
    fn parsed_here(&mut self) -> Result<Result<Unpacked, Flaw>, StorageError> {
        let at = self.at.offset;
        let Some(window) = self.window()? else {
            return Ok(Err(Flaw::Magic));
        };
        let header = match Header::parse(window.bytes(at, HEADER_LEN)?) {
            Ok(header) => header,
            Err(flaw) => return Ok(Err(flaw)),
        };
        let bytes = window.bytes(at, header.total_len())?;
        Ok(Page::parse(bytes).map(|view| {
            let plain = view.into_plain();
            let bytes = bytes.to_vec();
            (Page { header, bytes }, plain)
        }))
    }

    fn take(&mut self, (page, plain): (Page, Option<Vec<u8>>)) -> Piece {
        let found = page.header.first_seq;
        if let Some(expected) = self.next_seq.replace(found).filter(|seq| *seq != found) {
            let kind = FindingKind::Sequence { expected, found };
            return Piece::Finding(self.finding(0, Some(expected), kind, false));
        }
        let position = self.at;
        self.next_seq = Some(page.header.next_seq());
        self.at.offset += page.bytes.len() as u64;
        Piece::Page(StoredPage {
            position,
            page,
            plain,
        })
    }

    /// Handles a position without a page: the end of the segment, or a finding.
    fn beyond(&mut self, flaw: Flaw) -> Result<Option<DamagedRange>, StorageError> {
        let is_last = self.later_segment().is_none();
        let is_brief = is_last && self.look == Look::OnePage;
        let reach = if is_brief {
            Some(PAGE_LEN_MAX as u64)
        } else {
            None
        };
        let here = self.at.offset;
        let Some(behind) = self.first_nonzero(reach)? else {
            return Ok(self.next_segment());
        };
        let resume = self.later_header(behind.max(here + ALIGN as u64))?;
        let kind = if behind > here {
            FindingKind::Hole
        } else {
            FindingKind::Flaw(flaw)
        };
        let end = match resume {
            Some(offset) => offset,
            None => self.segment_len()?.max(here),
        };
        let finding = self.finding(end - here, self.next_seq, kind, resume.is_none() && is_last);
        self.at.offset = end;
        match resume {
            Some(_) => self.next_seq = None,
            None => self.step_over(),
        }
        Ok(Some(finding))
    }

    fn finding(
        &self,
        len: u64,
        next_seq: Option<u64>,
        kind: FindingKind,
        is_tail: bool,
    ) -> DamagedRange {
        DamagedRange {
            position: self.at,
            len,
            next_seq,
            kind,
            is_tail,
        }
    }

    fn later_segment(&self) -> Option<u64> {
        self.segments
            .iter()
            .copied()
            .find(|segment| *segment > self.at.segment)
    }

    fn next_segment(&mut self) -> Option<DamagedRange> {
        let found = self.later_segment();
        let expected = self.next_seq.unwrap_or(self.at.segment);
        let finding = found
            .filter(|found| *found != expected && self.next_seq.is_some())
            .map(|found| {
                self.finding(
                    0,
                    Some(expected),
                    FindingKind::SegmentMissing { expected, found },
                    false,
                )
            });
        match found {
            Some(_) => self.step_over(),
            None => self.is_over = true,
        }
        finding
    }

    fn step_over(&mut self) {
        match self.later_segment() {
            Some(segment) => {
                self.at = Position { segment, offset: 0 };
                self.next_seq = Some(segment);
            }
            None => self.is_over = true,
        }
        self.window = None;
    }

    fn segment_len(&mut self) -> Result<u64, StorageError> {
        self.window()?.map_or(Ok(0), |window| window.blob.len())
    }

    /// Finds the 512-byte boundary before the next nonzero byte.
    fn first_nonzero(&mut self, reach: Option<u64>) -> Result<Option<u64>, StorageError> {
        let start = self.at.offset;
        let Some(window) = self.window()? else {
            return Ok(None);
        };
        let len = window.blob.len()?;
        let end = reach.map_or(len, |reach| len.min(start + reach));
        let mut at = start;
        while at < end {
            let step = PAGE_LEN_MAX.min(to_usize(end - at));
            let bytes = window.bytes(at, step)?;
            if !is_zero(bytes) {
                let first = bytes.iter().position(|byte| *byte != 0).unwrap_or(0);
                return Ok(Some(at + (first - first % ALIGN) as u64));
            }
            at += step as u64;
        }
        Ok(None)
    }

    /// Finds the next boundary with a good header of a later sequence.
    fn later_header(&mut self, from: u64) -> Result<Option<u64>, StorageError> {
        let next_seq = self.next_seq;
        let Some(window) = self.window()? else {
            return Ok(None);
        };
        let len = window.blob.len()?;
        for at in (from..len).step_by(ALIGN) {
            let header = Header::parse(window.bytes(at, HEADER_LEN)?);
            if header.is_ok_and(|header| next_seq.is_none_or(|seq| header.first_seq > seq)) {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }

    fn window(&mut self) -> Result<Option<&mut Window>, StorageError> {
        if self.window.is_none() {
            if !self.segments.contains(&self.at.segment) {
                return Ok(None);
            }
            let blob = self.disk.open(self.at.segment)?;
            let until = self.until.filter(|until| until.segment == self.at.segment);
            let end = until.map_or(u64::MAX, |until| until.offset);
            self.window = Some(Window::new(blob, self.read_ahead, end));
        }
        Ok(self.window.as_mut())
    }
}

impl Iterator for Scan {
    type Item = Result<Piece, StorageError>;

    fn next(&mut self) -> Option<Self::Item> {
        let piece = self.advance().transpose();
        self.is_over |= matches!(piece, Some(Err(_)));
        piece
    }
}

/// A moving view of a segment; zeros follow its end.
struct Window {
    blob: Arc<dyn Blob>,
    base: u64,
    buffer: Vec<u8>,
    read_ahead: usize,
    /// Offset from which nothing is read ahead.
    end: u64,
}

impl Window {
    fn new(blob: Arc<dyn Blob>, read_ahead: usize, end: u64) -> Self {
        Window {
            end,
            blob,
            base: 0,
            buffer: Vec::new(),
            read_ahead,
        }
    }

    fn bytes(&mut self, offset: u64, len: usize) -> Result<&[u8], StorageError> {
        let end = self.base + self.buffer.len() as u64;
        if offset < self.base || offset + len as u64 > end {
            self.base = offset;
            let left = self.blob.len()?.min(self.end).saturating_sub(offset);
            self.buffer
                .resize(len.max(self.read_ahead.min(to_usize(left))), 0);
            let read = self.blob.read_at(offset, &mut self.buffer)?;
            self.buffer[read..].fill(0);
        }
        let start = to_usize(offset - self.base);
        Ok(&self.buffer[start..start + len])
    }
}

impl DamagedRange {
    /// Converts the finding to an error with the segment's path.
    pub fn to_trouble(&self, path: &Path) -> StorageError {
        let first_seq = self.next_seq.unwrap_or(self.position.segment);
        let damage = Damage {
            first_seq,
            position: self.position,
            finding: self.kind.to_string(),
            is_cut: false,
        };
        damage.to_trouble(path)
    }
}

impl Piece {
    /// The finding, if it is one.
    pub fn finding(&self) -> Option<&DamagedRange> {
        match self {
            Piece::Finding(finding) => Some(finding),
            Piece::Page(_) => None,
        }
    }
}

pub(super) fn sound(disk: &dyn Disk, piece: Piece) -> Result<StoredPage, StorageError> {
    match piece {
        Piece::Page(stored) => Ok(stored),
        Piece::Finding(finding) => {
            let path = disk.path(Some(finding.position.segment));
            Err(finding.to_trouble(&path))
        }
    }
}

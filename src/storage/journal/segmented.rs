//! The journal as segments on a disk: one writer, appending.

use super::disk::{Blob, Disk};
use super::scan::{Piece, Scan, sound};
use super::{
    Conflict, Damage, Ending, Head, Journal, JournalReader, Opening, Pages, Position, survey,
};
use crate::chain::hash::Hash;
use crate::chain::page::{HEADER_LEN, Header, Page, verify_chain};
use crate::chain::width::to_usize;
use crate::storage::error::StorageError;
use std::sync::Arc;

/// Zeros preallocated in a new segment.
const AHEAD_MIN: u64 = 64 << 10;
/// Most zeros preallocated at a time: the length doubles up to this.
const AHEAD_MAX: u64 = 16 << 20;

/// A journal of segments. Made by [`super::files`] and [`super::memory`].
pub struct Segmented {
    disk: Arc<dyn Disk>,
    tail: Arc<dyn Blob>,
    /// Length of the last segment, preallocated zeros included.
    tail_len: u64,
    head: Head,
    /// End of the journal once the page that was begun is durable.
    begun: Option<Head>,
    damage: Option<Damage>,
    opening: Opening,
    is_poisoned: bool,
}

impl std::fmt::Debug for Segmented {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Segmented({}, {:?})",
            self.disk.path(None).display(),
            self.head
        )
    }
}

impl Segmented {
    pub(super) fn create(disk: Arc<dyn Disk>, opening: &Opening) -> Result<Self, StorageError> {
        if !disk.segments()?.is_empty() {
            return Err(StorageError::foreign(
                &disk.path(None),
                "a journal is here already",
            ));
        }
        let tail = disk.create(0)?;
        let mut journal = Self::assemble(disk, tail, Head::EMPTY, opening)?;
        journal.grow(AHEAD_MIN.min(opening.segment_len_max))?;
        journal.tail.sync()?;
        journal.disk.sync_names()?;
        Ok(journal)
    }

    pub(super) fn open(
        disk: Arc<dyn Disk>,
        opening: &Opening,
    ) -> Result<(Self, Ending), StorageError> {
        let start = survey::start(&disk, opening)?;
        let (head, ending) = settle(&disk, start, opening)?;
        let tail = tail_blob(&disk, &head, &ending)?;
        let mut journal = Self::assemble(disk, tail, head, opening)?;
        match &ending {
            Ending::Damage(damage) => journal.damage = Some(damage.clone()),
            _ if opening.is_unclean => journal.write_last_again()?,
            _ => {}
        }
        Ok((journal, ending))
    }

    fn assemble(
        disk: Arc<dyn Disk>,
        tail: Arc<dyn Blob>,
        head: Head,
        opening: &Opening,
    ) -> Result<Self, StorageError> {
        let tail_len = tail.len()?;
        let opening = *opening;
        Ok(Segmented {
            disk,
            tail,
            tail_len,
            head,
            begun: None,
            damage: None,
            opening,
            is_poisoned: false,
        })
    }

    /// Damage found at opening and not healed since.
    pub fn damage(&self) -> Option<&Damage> {
        self.damage.as_ref()
    }

    /// A reader of the same journal, for other threads.
    pub fn reader(&self) -> JournalReader {
        JournalReader::new(self.disk.clone())
    }

    /// Writes a page from a copy at the place where the damage begins, and
    /// scans on from there: the result is again damage, with the sequence to
    /// look for next, if more is to be healed. The page must follow the sound
    /// pages by sequence and hash, so any copy may be used.
    ///
    /// # Errors
    /// [`StorageError::Unfit`] when the page does not belong there or would
    /// overwrite a later page; I/O errors.
    pub fn heal(&mut self, page: &Page) -> Result<Ending, StorageError> {
        self.check_poison()?;
        let Some(damage) = self.damage.clone() else {
            return Ok(Ending::End);
        };
        if let Some(reason) = survey::unlinked(&self.head, page) {
            return Err(self.unfit(reason));
        }
        let behind = self.hash_behind(damage.position, page)?;
        if behind.is_some_and(|hash| hash != page.header.last) {
            return Err(self.unfit("the page that follows in the journal follows another one"));
        }
        let blob = self.disk.create(damage.position.segment)?;
        let is_elsewhere = damage.position.segment != damage.first_seq
            && self.disk.segments()?.contains(&damage.first_seq);
        self.check_room(&*blob, damage.position.offset, page)?;
        self.is_poisoned = true;
        if is_elsewhere {
            // No page is missing: the bytes that do not verify are in the
            // unused end of a segment, before the next one, which begins with
            // this page.
            survey::clear(&*blob, damage.position.offset)?;
        } else {
            blob.write_at(damage.position.offset, &page.bytes)?;
        }
        blob.sync()?;
        self.disk.sync_names()?;
        self.is_poisoned = false;
        self.look_on()
    }

    /// Hash that the page after this one states for it, if that page is sound.
    fn hash_behind(&self, position: Position, page: &Page) -> Result<Option<Hash>, StorageError> {
        let next = Position {
            offset: position.offset + page.bytes.len() as u64,
            ..position
        };
        let elsewhere = Position {
            segment: page.header.next_seq(),
            offset: 0,
        };
        for place in [next, elsewhere] {
            let header = self.reader().header_at(place)?;
            let is_next = |header: &Header| header.first_seq == page.header.next_seq();
            if let Some(header) = header.filter(is_next) {
                return Ok(Some(header.prev));
            }
        }
        Ok(None)
    }

    fn look_on(&mut self) -> Result<Ending, StorageError> {
        let (head, ending) = settle(&self.disk, self.head, &self.opening)?;
        self.head = head;
        self.damage = match &ending {
            Ending::Damage(damage) => Some(damage.clone()),
            _ => None,
        };
        self.tail = tail_blob(&self.disk, &head, &ending)?;
        self.tail_len = self.tail.len()?;
        Ok(ending)
    }

    fn check_room(&self, blob: &dyn Blob, offset: u64, page: &Page) -> Result<(), StorageError> {
        let mut there = vec![0; page.bytes.len()];
        blob.read_at(offset, &mut there)?;
        let later = there.chunks(crate::chain::page::ALIGN).any(|piece| {
            let header = piece
                .get(..HEADER_LEN)
                .and_then(|bytes| Header::parse(bytes).ok());
            header.is_some_and(|header| header.first_seq >= page.header.next_seq())
        });
        if later {
            Err(self.unfit("a later page lies where this one would go"))
        } else {
            Ok(())
        }
    }

    /// Writes the last page again: after a failed or interrupted fdatasync it
    /// may be only in the system's memory, where it reads as if it were
    /// durable.
    fn write_last_again(&mut self) -> Result<(), StorageError> {
        let Some(last) = self.head.last else {
            return Ok(());
        };
        let mut scan = self.scan(last)?;
        if let Some(Piece::Page(stored)) = scan.next().transpose()? {
            let blob = self.disk.open(last.segment)?;
            blob.write_at(last.offset, &stored.page.bytes)?;
            blob.sync()?;
            self.disk.sync_names()?;
        }
        Ok(())
    }

    fn scan(&self, from: Position) -> Result<Scan, StorageError> {
        Scan::new(self.disk.clone(), from, Some(self.head.position), None)
    }

    fn check_poison(&self) -> Result<(), StorageError> {
        if self.is_poisoned {
            return Err(StorageError::Poisoned {
                path: self.disk.path(None),
            });
        }
        Ok(())
    }

    fn check_writable(&self) -> Result<(), StorageError> {
        self.check_poison()?;
        match &self.damage {
            Some(damage) => Err(self.damaged(damage)),
            None => Ok(()),
        }
    }

    /// Checks that the journal still ends as it did after the last write: neither
    /// its files nor its folders were replaced, nor its end changed, meanwhile.
    /// What such a journal holds nobody has compared with what was signed.
    fn check_in_place(&self) -> Result<(), StorageError> {
        let replaced = |finding: &str| StorageError::NotContinued {
            path: self.disk.path(None),
            finding: format!("{finding} while it was open"),
        };
        if !self.tail.is_in_place()? {
            return Err(replaced("the folder or its last file was replaced"));
        }
        // Two writers at once: somebody removed the lock's file.
        let mut next = [0; HEADER_LEN];
        let read = self.tail.read_at(self.head.position.offset, &mut next)?;
        if Header::parse(&next[..read]).is_ok() {
            return Err(replaced("another process wrote a page behind its end"));
        }
        let last = self.head.last;
        let Some(last) = last.filter(|last| last.segment == self.head.position.segment) else {
            return Ok(());
        };
        let mut bytes = [0; HEADER_LEN];
        let read = self.tail.read_at(last.offset, &mut bytes)?;
        let found = Header::parse(&bytes[..read]).ok();
        let ends = |header: &Header| (header.next_seq(), header.last);
        match found.as_ref().map(ends) == Some((self.head.next_seq, self.head.hash)) {
            true => Ok(()),
            false => Err(replaced("its last page was changed")),
        }
    }

    fn damaged(&self, damage: &Damage) -> StorageError {
        damage.to_trouble(&self.disk.path(Some(damage.position.segment)))
    }

    fn unfit(&self, finding: impl Into<String>) -> StorageError {
        StorageError::unfit(&self.disk.path(None), finding)
    }

    /// Makes room for a page: in this segment, or in a new one.
    fn make_room(&mut self, len: u64, first_seq: u64) -> Result<(), StorageError> {
        let offset = self.head.position.offset;
        if offset > 0 && offset + len > self.opening.segment_len_max {
            self.tail = self.disk.create(first_seq)?;
            self.tail_len = self.tail.len()?;
            self.head.position = Position {
                segment: first_seq,
                offset: 0,
            };
        }
        self.grow(self.head.position.offset + len)
    }

    /// Preallocates zeros, so that a commit overwrites instead of growing the
    /// file: the file system then has no new length to record at each
    /// fdatasync.
    fn grow(&mut self, need: u64) -> Result<(), StorageError> {
        if need <= self.tail_len {
            return Ok(());
        }
        let ahead = self
            .tail_len
            .clamp(AHEAD_MIN, AHEAD_MAX)
            .next_multiple_of(512);
        let want = (self.tail_len + ahead)
            .min(self.opening.segment_len_max)
            .max(need);
        let zeros = vec![0; (want - self.tail_len).min(1 << 20) as usize];
        while self.tail_len < want {
            let len = to_usize(want - self.tail_len).min(zeros.len());
            self.tail.write_at(self.tail_len, &zeros[..len])?;
            self.tail_len += len as u64;
        }
        Ok(())
    }

    fn sync(&mut self) -> Result<(), StorageError> {
        self.is_poisoned = true;
        self.tail.sync()?;
        if self.head.position.offset == 0 {
            self.disk.sync_names()?;
        }
        self.is_poisoned = false;
        Ok(())
    }
}

/// Finds the end from a known page, and cuts off a torn write.
fn settle(
    disk: &Arc<dyn Disk>,
    start: Head,
    opening: &Opening,
) -> Result<(Head, Ending), StorageError> {
    let (head, ending) = survey::follow(disk, start, opening)?;
    if let Ending::Torn(torn) = &ending {
        survey::cut(disk, torn)?;
    }
    Ok((head, ending))
}

fn tail_blob(
    disk: &Arc<dyn Disk>,
    head: &Head,
    ending: &Ending,
) -> Result<Arc<dyn Blob>, StorageError> {
    let segment = match ending {
        // The segment itself may be missing; nothing will be written.
        Ending::Damage(_) => disk.segments()?.last().copied().unwrap_or_default(),
        _ => head.position.segment,
    };
    disk.open(segment)
}

impl Journal for Segmented {
    fn head(&self) -> Head {
        self.head
    }

    fn begin(
        &mut self,
        expected: &Head,
        page: &Page,
    ) -> Result<Result<Position, Conflict>, StorageError> {
        self.check_writable()?;
        self.check_in_place()?;
        if (expected.next_seq, expected.hash) != (self.head.next_seq, self.head.hash) {
            return Ok(Err(Conflict { head: self.head }));
        }
        let header = &page.header;
        let is_next = header.first_seq == self.head.next_seq && header.prev == self.head.hash;
        if !is_next || page.bytes.len() != header.total_len() || self.begun.is_some() {
            return Err(self.unfit("the page does not follow the journal's end"));
        }
        let len = page.bytes.len() as u64;
        self.make_room(len, header.first_seq)?;
        let position = self.head.position;
        self.is_poisoned = true;
        self.tail.write_at(position.offset, &page.bytes)?;
        self.is_poisoned = false;
        self.tail.start(position.offset, len);
        let next = Position {
            offset: position.offset + len,
            ..position
        };
        self.begun = Some(Head {
            next_seq: header.next_seq(),
            hash: header.last,
            position: next,
            last: Some(position),
        });
        Ok(Ok(position))
    }

    fn finish(&mut self) -> Result<(), StorageError> {
        let Some(head) = self.begun.take() else {
            return Ok(());
        };
        self.sync()?;
        self.head = head;
        Ok(())
    }

    fn mend(&mut self, position: Position, page: &Page) -> Result<bool, StorageError> {
        self.check_poison()?;
        let behind = match self.head.last == Some(position) {
            true => Some(self.head.hash),
            false => self.hash_behind(position, page)?,
        };
        let is_whole = Page::parse(&page.bytes).and_then(|view| verify_chain(&view));
        if behind != Some(page.header.last) || is_whole.is_err() {
            return Ok(false);
        }
        let blob = self.disk.open(position.segment)?;
        blob.write_at(position.offset, &page.bytes)?;
        blob.sync()?;
        Ok(true)
    }

    fn read(&self, from: Position) -> Pages {
        let scan = self.check_poison().and_then(|()| self.scan(from));
        match scan {
            Err(trouble) => Box::new(std::iter::once(Err(trouble))),
            Ok(scan) => {
                let disk = self.disk.clone();
                Box::new(scan.map(move |piece| sound(&*disk, piece?)))
            }
        }
    }
}

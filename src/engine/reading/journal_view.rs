//! The durable journal at a moment, for a reader on another thread: the writer
//! goes on meanwhile, and neither waits for the other.

use crate::engine::Ledger;
use crate::engine::cache::PageMarks;
use crate::engine::commit::journal_point;
use crate::engine::error::Error;
use crate::engine::reading::last_backup::LastBackup;
use crate::engine::reading::page_entries::PageEntries;
use crate::engine::reading::pages::{entries_of, pages_between};
use crate::model::{Entry, Instant};
use crate::storage::derived::{DerivedFile, JournalPoint};
use crate::storage::error::StorageError;
use crate::storage::files::{free_share, limit};
use crate::storage::journal::{JournalReader, StoredPage};
use crate::storage::set_aside::set_aside_before;
use std::path::PathBuf;

/// The durable journal up to a point.
#[derive(Clone, Debug)]
pub struct JournalView {
    reader: JournalReader,
    point: JournalPoint,
    marks: PageMarks,
    folder: PathBuf,
    /// True if nothing may be written beside the journal.
    is_reading: bool,
    /// The clock's reading when it was taken.
    taken: Instant,
}

/// Content of a derived file beside the journal.
#[derive(Debug)]
pub enum Derived {
    /// There is none.
    None,
    /// It was made at a point of this journal.
    Of(JournalPoint, Vec<u8>),
    /// It is of another journal or layout, or damaged: the reason, for people.
    Unusable(String),
}

impl JournalView {
    /// Takes a view of the durable entries.
    ///
    /// # Errors
    /// I/O errors.
    pub fn of(ledger: &Ledger) -> Result<JournalView, Error> {
        Ok(JournalView {
            reader: ledger.reader.clone(),
            point: journal_point::durable_point(ledger)?,
            marks: ledger.writer.pages.marks().clone(),
            folder: ledger.folders.ledger.clone(),
            is_reading: ledger.options.is_reading,
            taken: Instant(ledger.clock.now_micros()),
        })
    }

    /// The point at which it ends.
    pub fn point(&self) -> &JournalPoint {
        &self.point
    }

    /// Free part, in per cent, of the disk with the ledger, as far as it can be told.
    pub fn disk_free(&self) -> Option<u64> {
        free_share(&self.folder)
    }

    /// Number of books that were set aside since they could not be used.
    pub fn books_aside(&self) -> usize {
        set_aside_before(&self.folder.join("book")).map_or(0, |aside| aside.len())
    }

    /// The clock's reading when the view was taken.
    pub fn taken(&self) -> Instant {
        self.taken
    }

    /// The last backup of this journal; None if none is known.
    ///
    /// # Errors
    /// I/O errors.
    pub fn last_backup(&self) -> Result<Option<LastBackup>, Error> {
        match LastBackup::of(&self.folder) {
            Some(last) if self.continues(&last.point)? => Ok(Some(last)),
            _ => Ok(None),
        }
    }

    /// True if the journal has a point, and not behind the view's end.
    ///
    /// # Errors
    /// I/O errors.
    pub fn has(&self, point: &JournalPoint) -> Result<bool, Error> {
        Ok(point.count <= self.point.count && self.reader.has_point(point)?)
    }

    /// True if the journal has a point, which may lie behind the view's end where an earlier
    /// view had it.
    ///
    /// # Errors
    /// I/O errors.
    pub fn continues(&self, point: &JournalPoint) -> Result<bool, Error> {
        Ok(self.reader.has_point(point)?)
    }

    /// Entries behind a point of the journal up to the view's end, in their sequence; one
    /// page is held at a time.
    ///
    /// # Errors
    /// I/O errors.
    pub fn entries_after(
        &self,
        point: &JournalPoint,
    ) -> Result<impl Iterator<Item = Result<Entry, Error>> + use<>, Error> {
        let (from, end) = (point.count, self.point.count);
        let pages = pages_between(&self.reader, point.last, from, end)?;
        let of_page = move |page: Result<StoredPage, StorageError>| match page
            .map_err(Error::from)
            .and_then(|stored| entries_of(&stored.page))
        {
            Ok(entries) => entries.into_iter().map(Ok).collect::<Vec<_>>(),
            Err(error) => vec![Err(error)],
        };
        let is_known =
            move |entry: &Result<Entry, Error>| matches!(entry, Ok(entry) if entry.seq < from);
        Ok(pages.flat_map(of_page).skip_while(is_known))
    }

    /// Entries from one on up to the view's end, in their sequence; one page is held at a
    /// time.
    ///
    /// # Errors
    /// I/O errors.
    pub fn entries_from(
        &self,
        seq: u64,
    ) -> Result<impl Iterator<Item = Result<Entry, Error>> + use<>, Error> {
        let before = JournalPoint {
            count: seq,
            last: self.marks.before(seq),
            ..JournalPoint::START
        };
        self.entries_after(&before)
    }

    /// An entry, if the view has it. Complexity: a page is read.
    ///
    /// # Errors
    /// I/O errors.
    pub fn entry(&self, seq: u64) -> Result<Option<Entry>, Error> {
        if seq >= self.point.count {
            return Ok(None);
        }
        let page = self.reader.page_of(seq, self.marks.before(seq))?;
        page.and_then(|page| PageEntries::of(&page).entry(seq))
            .transpose()
    }

    fn facts_file(&self, layout: &'static [u8; 8]) -> DerivedFile {
        DerivedFile {
            path: self.folder.join(FACTS),
            layout,
            limit: limit::FACTS_FILE,
        }
    }

    /// Reads the facts that a process saved.
    ///
    /// # Errors
    /// I/O errors.
    pub fn load_facts(&self, layout: &'static [u8; 8]) -> Result<Derived, Error> {
        let unusable = |why: String| Ok(Derived::Unusable(why));
        match self.facts_file(layout).read() {
            Ok(None) => Ok(Derived::None),
            Ok(Some((point, bytes))) => match self.has(&point)? {
                true => Ok(Derived::Of(point, bytes)),
                false => unusable("it does not belong to this journal".into()),
            },
            Err(trouble) if matches!(trouble, StorageError::Io { .. }) => Err(trouble.into()),
            Err(trouble) => unusable(trouble.to_string()),
        }
    }

    /// Saves facts as of a point; does nothing where nothing may be written.
    ///
    /// # Errors
    /// I/O errors.
    pub fn save_facts(
        &self,
        layout: &'static [u8; 8],
        point: &JournalPoint,
        bytes: &[u8],
    ) -> Result<(), Error> {
        match self.is_reading {
            true => Ok(()),
            false => Ok(self.facts_file(layout).write(point, bytes)?),
        }
    }
}

/// Name of the file of saved facts in a ledger's folder.
pub(in crate::engine) const FACTS: &str = "facts";

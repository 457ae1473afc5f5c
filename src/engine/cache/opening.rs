//! Opening of the book: its content is loaded, or it is set aside.

use super::GLOBAL;
use super::packed_state::from_bytes;
use super::watermark::Watermark;
use crate::engine::error::Error;
use crate::rules::state::LedgerState;
use crate::storage::book::{Book, Opened, remove_book};
use crate::storage::derived::get_long;
use crate::storage::error::StorageError;
use crate::storage::set_aside::set_aside;
use std::path::Path;

/// A book, its watermark, and its state that is not tied to a member.
pub(in crate::engine) struct OpenedBook {
    pub(super) book: Book,
    pub(in crate::engine) watermark: Watermark,
    pub(super) global: LedgerState,
}

/// Options for opening the book: the memory for sled's cache in bytes, and
/// whether the process ends soon.
#[derive(Clone, Copy)]
pub(in crate::engine) struct BookOptions {
    pub(in crate::engine) cache_bytes: u64,
    pub(in crate::engine) is_brief: bool,
}

impl BookOptions {
    fn open(self, dir: &Path) -> Result<Opened, StorageError> {
        Book::open_for(dir, self.cache_bytes, self.is_brief)
    }
}

impl OpenedBook {
    /// Opens the book in a folder. A book that cannot be read, because it is
    /// damaged or of another version, is set aside, and one whose large batch
    /// was cut short is removed; the journal is then folded from its beginning.
    pub(in crate::engine) fn open(
        dir: &Path,
        options: BookOptions,
        notes: &mut Vec<String>,
    ) -> Result<OpenedBook, Error> {
        let opened = options.open(dir)?;
        if let Some((_, finding)) = &opened.moved_aside {
            notes.push(moved(finding));
        }
        let mut book = opened.book;
        if !book.is_whole()? {
            drop(book);
            remove_book(dir)?;
            notes.push(CUT_SHORT.into());
            book = options.open(dir)?.book;
        }
        if let Some(bytes) = book.watermark()? {
            let global = get_long(&book, GLOBAL)?.and_then(|bytes| from_bytes(&bytes));
            if let (Some(watermark), Some(global)) = (Watermark::from_bytes(&bytes), global) {
                return Ok(OpenedBook {
                    book,
                    watermark,
                    global,
                });
            }
            drop(book);
            set_aside(dir)?;
            notes.push(moved("another version wrote its state"));
            book = options.open(dir)?.book;
        }
        Ok(OpenedBook::empty(book))
    }

    /// Sets a book of another history than the journal aside, and begins an empty one.
    pub(in crate::engine) fn replace_foreign(
        self,
        options: BookOptions,
        notes: &mut Vec<String>,
    ) -> Result<OpenedBook, Error> {
        let (dir, point) = (self.book.path().to_path_buf(), self.watermark.point);
        drop(self);
        set_aside(&dir)?;
        notes.push(format!(
            "the book is of another history than the journal (of {} entries, the last with the hash {}); it is set aside and rebuilt",
            point.count, point.hash
        ));
        Ok(OpenedBook::empty(options.open(&dir)?.book))
    }

    /// A book without content.
    pub(in crate::engine) fn empty(book: Book) -> OpenedBook {
        OpenedBook {
            book,
            watermark: Watermark::start(),
            global: LedgerState::default(),
        }
    }
}

const CUT_SHORT: &str = "a process ended while it wrote the book, which is made again";

fn moved(finding: &str) -> String {
    format!("the book could not be opened ({finding}); it is set aside and rebuilt")
}

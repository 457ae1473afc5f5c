//! The book as it is found: what it holds is taken up, or it is set aside.

use super::Options;
use super::error::Error;
use super::shelf::Shelf;
use super::watermark::Watermark;
use crate::storage::book::{Book, put_aside, remove_book, renew, set_aside};
use crate::storage::error::Trouble;
use std::path::Path;

/// A book, how far it has folded, and the state up to there.
pub(super) struct OpenedBook {
    pub(super) book: Book,
    pub(super) watermark: Watermark,
    pub(super) shelf: Shelf,
}

impl OpenedBook {
    /// Opens the book in a folder. One that cannot be read, be it damaged or
    /// written by another version of this program, is set aside, and one that was
    /// cut short is removed; the journal is then folded from its beginning. What
    /// it alone knows is kept, but of one that sled cannot open.
    pub(super) fn open(
        dir: &Path,
        options: &Options,
        notes: &mut Vec<String>,
    ) -> Result<OpenedBook, Error> {
        let open = || Book::open_for(dir, options.cache_bytes, options.is_brief);
        let opened = open()?;
        if let Some((aside, finding)) = &opened.moved_aside {
            notes.push(moved(finding, aside));
        }
        let mut book = opened.book;
        if !book.is_whole()? {
            let old = renew(book, &[])?;
            remove_book(&old)?;
            notes.push(CUT_SHORT.into());
            book = open()?.book;
        }
        if let Some(bytes) = book.watermark()? {
            let shelf = Shelf::open(&book)?;
            if let (Some(watermark), Some(shelf)) = (Watermark::from_bytes(&bytes), shelf) {
                return Ok(OpenedBook {
                    book,
                    watermark,
                    shelf,
                });
            }
            let aside = put_aside(dir, &renew(book, &[])?)?;
            notes.push(moved("another version wrote its state", &aside));
            book = open()?.book;
        }
        Ok(OpenedBook::empty(book))
    }

    /// Sets the book aside, which is of another history than the journal, and
    /// begins an empty one. Nothing of it is kept.
    pub(super) fn replace_foreign(
        self,
        options: &Options,
        notes: &mut Vec<String>,
    ) -> Result<OpenedBook, Error> {
        let (dir, point) = (self.book.path().to_path_buf(), self.watermark.point);
        drop(self);
        let aside = set_aside(&dir)?;
        let (count, aside) = (point.count, aside.display());
        notes.push(format!(
            "the book is of another history than the journal (of {count} entries, the last with the hash {}); it lies in {aside} now and is rebuilt",
            point.hash
        ));
        let opened = Book::open_for(&dir, options.cache_bytes, options.is_brief)?;
        Ok(OpenedBook::empty(opened.book))
    }

    fn empty(book: Book) -> OpenedBook {
        OpenedBook {
            book,
            watermark: Watermark::start(),
            shelf: Shelf::default(),
        }
    }
}

/// Throws the book in a folder away.
pub(super) fn throw_away(dir: &Path, cache_bytes: u64) -> Result<(), Error> {
    match Book::open_for(dir, cache_bytes, true) {
        Ok(opened) => {
            let old = renew(opened.book, &[])?;
            remove_book(&old)?;
        }
        // Moved aside it would be in the way of every later rebuild.
        Err(trouble @ (Trouble::NotRegular { .. } | Trouble::NotFolder { .. })) => {
            return Err(trouble.into());
        }
        Err(_) if dir.exists() => drop(set_aside(dir)?),
        Err(_) => {}
    }
    Ok(())
}

const CUT_SHORT: &str = "a process ended while it wrote the book, which is made again";

fn moved(finding: &str, aside: &Path) -> String {
    let aside = aside.display();
    format!("the book could not be opened ({finding}); it lies in {aside} now and is rebuilt")
}

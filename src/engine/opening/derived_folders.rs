//! Removal of folders that are derived from the journal.

use crate::engine::error::Error;
use crate::engine::opening::folders::Folders;
use crate::engine::reading::journal_view::FACTS;
use crate::storage::book::remove_book;
use crate::storage::error::StorageError;
use crate::storage::keys::is_key_file;
use crate::storage::secrets::Secrets;
use crate::storage::set_aside::set_aside_before;
use crate::storage::{files as disk, second_copy};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Removes the books that were set aside, once the one in use holds all that the
/// journal knows; returns notes.
pub(in crate::engine) fn remove_replaced_books(ledger: &Path) -> Result<Vec<String>, Error> {
    let aside = set_aside_before(&ledger.join("book"))?.into_iter();
    let removed = aside.map(|book| match remove_book(&book) {
        Ok(()) => format!(
            "{} was removed: the book that replaces it is complete",
            book.display()
        ),
        Err(finding) => format!("{} stays: {finding}", book.display()),
    });
    Ok(removed.collect())
}

/// Prefix of folders in which book and key index are made again beside those in use.
const MADE_AGAIN: &str = "made-again-";

/// Number of the next such folder of this process.
static NEXT: AtomicU64 = AtomicU64::new(0);

/// A folder in which book and key index are made again; it is removed when dropped.
#[derive(Debug)]
pub(in crate::engine) struct MadeAgain(PathBuf);

impl MadeAgain {
    /// Makes the folder beside a book.
    pub(in crate::engine) fn create(ledger: &Path) -> Result<MadeAgain, StorageError> {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("{MADE_AGAIN}{}-{number}", std::process::id());
        let dir = ledger.join(name);
        remove_made_again(&dir)?;
        disk::make_private_folder(&dir)?;
        Ok(MadeAgain(dir))
    }

    pub(in crate::engine) fn path(&self) -> &Path {
        &self.0
    }

    /// Puts its book and key index in the place of those of the ledger, which is closed.
    pub(in crate::engine) fn put_in_place(&self, folders: &Folders) -> Result<(), Error> {
        remove_derived(folders)?;
        for name in ["book", "keys"] {
            let made = self.0.join(name);
            if disk::has_folder(&made)? {
                disk::rename_folder(&made, &folders.ledger.join(name))?;
            }
        }
        Ok(disk::sync_dir(&folders.ledger)?)
    }
}

impl Drop for MadeAgain {
    fn drop(&mut self) {
        // What stays is removed by the next opening.
        let _ = remove_made_again(&self.0);
    }
}

fn remove_made_again(dir: &Path) -> Result<(), StorageError> {
    remove_book(&dir.join("book"))?;
    disk::remove_folder(&dir.join("keys"), is_key_file)?;
    disk::remove_folder(dir, |name| name == "checkpoint")
}

/// Removes what other processes left that were making a book again.
pub(in crate::engine) fn remove_half_made(ledger: &Path) -> Result<(), StorageError> {
    let own = format!("{MADE_AGAIN}{}-", std::process::id());
    for path in disk::list(ledger)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with(MADE_AGAIN) && !name.starts_with(&own) {
            remove_made_again(&path)?;
        }
    }
    Ok(())
}

/// Removes the book, those that were set aside, saved facts, and the key index.
pub(in crate::engine) fn remove_derived(folders: &Folders) -> Result<(), Error> {
    disk::remove(&folders.ledger.join(FACTS))?;
    remove_book(&folders.ledger.join("book"))?;
    remove_aside(&folders.ledger)?;
    Ok(disk::remove_folder(
        &folders.ledger.join("keys"),
        is_key_file,
    )?)
}

/// Removes all that was moved aside or half copied: an erased member would live
/// on in a book.
fn remove_aside(ledger: &Path) -> Result<(), StorageError> {
    let book = ledger.join("book");
    for leftover in ["old", "new"] {
        remove_book(&book.with_extension(leftover))?;
    }
    for aside in set_aside_before(&book)? {
        remove_book(&aside)?;
    }
    remove_half_made(ledger)?;
    for aside in set_aside_before(&ledger.join("copies"))? {
        second_copy::remove(&aside)?;
    }
    Ok(())
}

/// Removes the files of an interrupted init; others cannot have booked anything yet.
pub(in crate::engine) fn clear_unfinished(folders: &Folders) -> Result<(), Error> {
    // Refuses if the vault holds a member's key, before anything is removed.
    Secrets::clear_unfinished(&folders.secrets)?;
    let ledger = &folders.ledger;
    let is_segment = |name: &str| name.ends_with(".seg");
    disk::remove_folder(&ledger.join("journal"), is_segment)?;
    disk::remove_folder(&ledger.join("keys"), is_key_file)?;
    for name in ["book", "book.new", "book.old"] {
        remove_book(&ledger.join(name))?;
    }
    second_copy::remove(&ledger.join("copies"))?;
    disk::remove(&ledger.join(FACTS))?;
    disk::remove(&ledger.join("checkpoint"))?;
    Ok(disk::sync_dir(ledger)?)
}

/// Book and key index that were made again, beside those in use.
#[derive(Debug)]
pub struct Remade {
    pub(in crate::engine) folder: MadeAgain,
    /// The erasures that they know.
    pub(in crate::engine) erasures: [u8; 32],
}

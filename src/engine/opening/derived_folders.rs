//! Removal of folders that are derived from the journal.

use crate::engine::error::Error;
use crate::engine::opening::open::Folders;
use crate::engine::reading::journal_view::FACTS;
use crate::storage::book::remove_book;
use crate::storage::error::StorageError;
use crate::storage::files as disk;
use crate::storage::keys::is_key_file;
use crate::storage::second_copy;
use crate::storage::secrets::Secrets;
use crate::storage::set_aside::set_aside_before;
use std::path::Path;

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

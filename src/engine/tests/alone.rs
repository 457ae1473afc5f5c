//! What stands in the book alone, and outlives it where the book can be read:
//! other keys of an order.

use super::whole::{ENROL, cafe, folders, options, say};
use crate::engine::Ledger;
use crate::engine::other_keys::OTHER;
use crate::storage::book::{Batch, Book, PIECES_FROM};
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

const HOUR: &str = "2026-11-24T11:00:00+01:00";

fn order(key: &str) -> String {
    format!(
        r#"{{"do":"purchase","key":"{key}","member":"card:6900","total":"10.00","order":"o-1"}}"#
    )
}

fn book_in(dir: &TempDir) -> PathBuf {
    dir.path().join("ledger/book")
}

/// A closed ledger whose book knows another key of an order, and so many of others.
fn knowing(dir: &TempDir, others: usize) {
    let mut ledger = cafe(dir, "2026-11-24T10:00:00+01:00");
    say(&mut ledger, ENROL);
    assert!(say(&mut ledger, &order("k1")).is_ok());
    assert!(say(&mut ledger, &order("k2")).is_ok());
    ledger.close().unwrap();
    let book = Book::open(&book_in(dir), 1 << 20).unwrap().book;
    let mut batch = Batch::default();
    for n in 0..others as u64 {
        let row = [&[OTHER], &n.to_be_bytes()[..], &[0; 8]].concat();
        batch.put(&row, &[9; 16]);
    }
    book.apply(batch).unwrap();
}

fn change(dir: &TempDir, key: &[u8], value: &[u8]) {
    let book = Book::open(&book_in(dir), 1 << 20).unwrap().book;
    let mut batch = Batch::default();
    batch.put(key, value);
    book.apply(batch).unwrap();
}

fn check(ledger: &mut Ledger, others: usize) {
    let found = ledger.find_key("k2").unwrap().expect("it is known");
    assert_eq!(found.head.key.as_str(), "k1");
    assert_eq!(ledger.book.scan_prefix(&[OTHER]).count(), 1 + others);
}

/// The names in the ledger's folder that begin with the book's.
fn books(dir: &TempDir) -> Vec<String> {
    let items = fs::read_dir(dir.path().join("ledger")).unwrap();
    let names = items.map(|i| i.unwrap().file_name().into_string().unwrap());
    let mut books: Vec<String> = names.filter(|name| name.starts_with("book")).collect();
    books.sort();
    books
}

#[test]
fn a_book_that_was_cut_short_is_made_again_and_keeps_what_it_alone_has() {
    let dir = tempfile::tempdir().unwrap();
    knowing(&dir, PIECES_FROM);
    // A house of another moment: what is in it must not be taken up.
    change(&dir, b"h", b"\x01");
    let book = Book::open(&book_in(&dir), 1 << 20).unwrap().book;
    book.cut_short().unwrap();
    drop(book);
    // Whoever made it again was killed as well, while half was taken over.
    let half = Book::open(&book_in(&dir).with_file_name("book.new"), 1 << 20).unwrap();
    let mut batch = Batch::default();
    batch.put(&[OTHER; 17], &[9; 16]);
    half.book.apply(batch).unwrap();
    drop(half);
    let mut ledger = Ledger::open(&folders(&dir), options(HOUR)).unwrap();
    assert_eq!(ledger.notes().len(), 1, "{:?}", ledger.notes());
    assert!(ledger.notes()[0].contains("while it wrote the book"));
    assert_eq!(ledger.house().next_seq, 4);
    check(&mut ledger, PIECES_FROM);
    ledger.close().unwrap();
    let ledger = Ledger::open(&folders(&dir), options(HOUR)).unwrap();
    assert_eq!(ledger.notes(), Vec::<String>::new());
    assert_eq!(books(&dir), ["book"]);
}

#[test]
fn a_rebuild_keeps_what_the_book_alone_has() {
    let dir = tempfile::tempdir().unwrap();
    knowing(&dir, 3);
    let mut ledger = Ledger::rebuild(&folders(&dir), options(HOUR)).unwrap();
    assert_eq!(ledger.house().next_seq, 4);
    check(&mut ledger, 3);
    assert_eq!(books(&dir), ["book"]);
}

#[test]
fn a_book_of_another_layout_hands_on_what_it_alone_has() {
    let dir = tempfile::tempdir().unwrap();
    knowing(&dir, 3);
    // One piece, and the number of a layout that nobody has written yet.
    change(&dir, b"h", &[1, 0, 0, 0, 250]);
    let mut ledger = Ledger::open(&folders(&dir), options(HOUR)).unwrap();
    assert!(ledger.notes()[0].contains("book.broken-1"));
    assert_eq!(ledger.house().next_seq, 4);
    check(&mut ledger, 3);
    assert_eq!(books(&dir), ["book", "book.broken-1"]);
}

// As whoever is killed between the two moves leaves it.
#[test]
fn a_rebuild_that_is_cut_short_loses_nothing_that_the_book_alone_has() {
    let dir = tempfile::tempdir().unwrap();
    knowing(&dir, 3);
    let moved = book_in(&dir).with_file_name("book.old");
    fs::rename(book_in(&dir), moved).unwrap();
    let mut ledger = Ledger::rebuild(&folders(&dir), options(HOUR)).unwrap();
    check(&mut ledger, 3);
    assert_eq!(books(&dir), ["book"]);
}

#[test]
fn a_rebuild_without_a_book_that_can_be_read_begins_with_nothing() {
    let dir = tempfile::tempdir().unwrap();
    knowing(&dir, 3);
    fs::write(book_in(&dir).join("conf"), b"not what sled wrote").unwrap();
    let ledger = Ledger::rebuild(&folders(&dir), options(HOUR)).unwrap();
    assert_eq!(ledger.house().next_seq, 4);
    assert_eq!(ledger.book.scan_prefix(&[OTHER]).count(), 0);
    assert_eq!(books(&dir), ["book"]);
}

// What an erased member left must not lie on in a copy.
#[test]
fn a_rebuild_leaves_no_older_book_behind() {
    let dir = tempfile::tempdir().unwrap();
    knowing(&dir, 0);
    for name in ["book.old", "book.new", "book.broken-3"] {
        fs::create_dir(book_in(&dir).with_file_name(name)).unwrap();
    }
    Ledger::rebuild(&folders(&dir), options(HOUR)).unwrap();
    assert_eq!(books(&dir), ["book"]);
}

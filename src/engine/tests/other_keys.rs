//! Other keys of an order are entries: they survive the loss of the book.

use super::whole::{ENROL, cafe, folders, options, say};
use crate::engine::Ledger;
use crate::storage::book::{Batch, Book};
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

/// A closed ledger that knows another key of an order.
fn knowing(dir: &TempDir) {
    let mut ledger = cafe(dir, "2026-11-24T10:00:00+01:00");
    say(&mut ledger, ENROL);
    assert!(say(&mut ledger, &order("k1")).is_ok());
    assert!(say(&mut ledger, &order("k2")).is_ok());
    ledger.close().unwrap();
}

fn change(dir: &TempDir, key: &[u8], value: &[u8]) {
    let book = Book::open(&book_in(dir), 1 << 20).unwrap().book;
    let mut batch = Batch::default();
    batch.put(key, value);
    book.apply(batch).unwrap();
}

fn check(ledger: &mut Ledger) {
    let found = ledger.find_key("k2").unwrap().expect("it is known");
    assert_eq!(found.head.key.as_str(), "k1");
    // Sent once more it books nothing, not even another key entry.
    assert!(say(ledger, &order("k2")).is_ok());
    assert_eq!(ledger.global().next_seq, 5);
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
fn a_book_that_was_cut_short_is_made_again() {
    let dir = tempfile::tempdir().unwrap();
    knowing(&dir);
    // Global state of another moment: its content must not be used.
    change(&dir, b"h", b"\x01");
    let book = Book::open(&book_in(&dir), 1 << 20).unwrap().book;
    book.cut_short().unwrap();
    drop(book);
    // The process that rebuilt it was killed as well.
    drop(Book::open(&book_in(&dir).with_file_name("book.new"), 1 << 20).unwrap());
    let mut ledger = Ledger::open(&folders(&dir), options(HOUR)).unwrap();
    assert_eq!(ledger.notes().len(), 1, "{:?}", ledger.notes());
    assert!(ledger.notes()[0].contains("while it wrote the book"));
    check(&mut ledger);
    ledger.close().unwrap();
    let ledger = Ledger::open(&folders(&dir), options(HOUR)).unwrap();
    assert_eq!(ledger.notes(), Vec::<String>::new());
    assert_eq!(books(&dir), ["book"]);
}

#[test]
fn a_book_of_another_layout_is_put_aside_until_the_new_one_is_complete() {
    let dir = tempfile::tempdir().unwrap();
    knowing(&dir);
    // One piece, and the number of a layout that does not exist.
    change(&dir, b"h", &[1, 0, 0, 0, 250]);
    let mut ledger = Ledger::open(&folders(&dir), options(HOUR)).unwrap();
    assert!(ledger.notes()[0].contains("set aside"));
    assert!(ledger.notes()[1].contains("book.broken-1 was removed"));
    check(&mut ledger);
    assert_eq!(books(&dir), ["book"]);
    ledger.close().unwrap();
    let ledger = Ledger::open(&folders(&dir), options(HOUR)).unwrap();
    assert_eq!(ledger.notes(), Vec::<String>::new());
}

// What was left by a kill, or by an older program.
#[test]
fn a_book_that_lies_aside_is_removed_unless_it_holds_a_file_of_somebody_elses() {
    let dir = tempfile::tempdir().unwrap();
    knowing(&dir);
    let aside = |number: u32| book_in(&dir).with_file_name(format!("book.broken-{number}"));
    fs::create_dir(aside(1)).unwrap();
    fs::write(aside(1).join("db"), b"damaged").unwrap();
    fs::create_dir(aside(2)).unwrap();
    fs::write(aside(2).join("letter.txt"), b"mine").unwrap();
    let ledger = Ledger::open(&folders(&dir), options(HOUR)).unwrap();
    let notes = ledger.notes();
    assert_eq!(notes.len(), 2, "{notes:?}");
    assert!(notes[0].contains("book.broken-1 was removed"));
    assert!(notes[1].contains("book.broken-2 stays") && notes[1].contains("letter.txt"));
    assert_eq!(books(&dir), ["book", "book.broken-2"]);
    assert_eq!(fs::read(aside(2).join("letter.txt")).unwrap(), b"mine");
}

#[test]
fn a_rebuild_goes_on_whatever_became_of_the_book() {
    let broken: [fn(&TempDir); 4] = [
        |_| {},
        // State after a kill between the two moves.
        |dir| fs::rename(book_in(dir), book_in(dir).with_file_name("book.old")).unwrap(),
        |dir| fs::write(book_in(dir).join("conf"), b"not what sled wrote").unwrap(),
        |dir| fs::remove_dir_all(book_in(dir)).unwrap(),
    ];
    for damage in broken {
        let dir = tempfile::tempdir().unwrap();
        knowing(&dir);
        damage(&dir);
        let mut ledger = Ledger::rebuild(&folders(&dir), options(HOUR)).unwrap();
        check(&mut ledger);
        assert_eq!(books(&dir), ["book"]);
    }
}

// Remains of an erased member must not survive in a copy.
#[test]
fn a_rebuild_leaves_no_older_book_behind() {
    let dir = tempfile::tempdir().unwrap();
    knowing(&dir);
    for name in ["book.old", "book.new", "book.broken-3"] {
        fs::create_dir(book_in(&dir).with_file_name(name)).unwrap();
    }
    Ledger::rebuild(&folders(&dir), options(HOUR)).unwrap();
    assert_eq!(books(&dir), ["book"]);
}

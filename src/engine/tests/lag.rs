//! Work that a process leaves to the next one: the book, and the signature.

use super::whole::{ENROL, cafe, folders, options, say};
use crate::answer::Answer;
use crate::command::parse;
use crate::engine::{self, Ledger, Mode, Options};

const HOUR: &str = "2026-11-24T11:00:00+01:00";

/// A book of any size may lag by that many entries.
fn lagging(lag_max: u64) -> Options {
    Options {
        lag_max,
        lag_share: 1,
        ..options(HOUR)
    }
}

fn purchase(n: usize) -> String {
    format!(r#"{{"do":"purchase","key":"k{n}","member":"card:6900","total":"10.00"}}"#)
}

#[test]
fn what_one_process_leaves_unwritten_the_next_one_folds() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = cafe(&dir, "2026-11-24T10:00:00+01:00");
    say(&mut ledger, ENROL);
    ledger.close().unwrap();
    let mut behind = Vec::new();
    for n in 0..6 {
        let mut ledger = Ledger::open(&folders(&dir), lagging(3)).unwrap();
        behind.push(ledger.cache.unwritten());
        let Answer::Accepted(done) = say(&mut ledger, &purchase(n)) else {
            panic!("refused")
        };
        // One euro is a star, doubled on a Tuesday.
        assert_eq!(done.after["star"], 20 * (n as i64 + 1));
        let Answer::Accepted(again) = say(&mut ledger, &purchase(0)) else {
            panic!("refused")
        };
        assert!(again.repeated && again.seq < done.seq || n == 0);
        engine::close_to_exit(ledger).unwrap();
    }
    assert_eq!(behind, [0, 1, 2, 3, 0, 1]);
    let ledger = Ledger::open(&folders(&dir), lagging(0)).unwrap();
    assert_eq!(ledger.cache.unwritten(), 0);
    let global = ledger.global().clone();
    ledger.close().unwrap();
    let ledger = Ledger::rebuild(&folders(&dir), options(HOUR)).unwrap();
    assert_eq!(*ledger.global(), global);
}

#[test]
fn an_alias_that_was_taken_away_is_not_left_in_the_book() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = cafe(&dir, "2026-11-24T10:00:00+01:00");
    say(&mut ledger, ENROL);
    ledger.close().unwrap();
    let mut ledger = Ledger::open(&folders(&dir), lagging(9)).unwrap();
    let changed = r#"{"do":"profile","key":"p1","member":"card:6900","aliases_add":["card:7000"],"aliases_remove":["card:6900"]}"#;
    let answer = say(&mut ledger, changed);
    assert!(answer.is_ok(), "{answer:?}");
    engine::close_to_exit(ledger).unwrap();
    let mut ledger = Ledger::open(&folders(&dir), lagging(9)).unwrap();
    assert_eq!(ledger.cache.unwritten(), 0);
    let answer = say(&mut ledger, &purchase(1));
    assert!(!answer.is_ok(), "the old card still buys: {answer:?}");
}

#[test]
fn an_answer_that_went_out_before_the_signature_holds() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = cafe(&dir, "2026-11-24T10:00:00+01:00");
    say(&mut ledger, ENROL);
    ledger
        .stage(&parse(purchase(1).as_bytes(), 2).unwrap(), Mode::default())
        .unwrap();
    let answers = ledger.acknowledge().unwrap();
    let Answer::Accepted(done) = &answers[0] else {
        panic!("{answers:?}")
    };
    let stamp = done.stamp.clone().unwrap();
    assert!(ledger.checkpoint().checkpoint().size() < stamp.size);
    // As after a crash: nothing is concluded, and nothing is closed.
    drop(ledger);
    let mut ledger = Ledger::open(&folders(&dir), options(HOUR)).unwrap();
    assert_eq!(ledger.checkpoint().checkpoint().size(), stamp.size);
    let Answer::Accepted(again) = say(&mut ledger, &purchase(1)) else {
        panic!("refused")
    };
    assert!(again.repeated);
    assert_eq!(again.stamp.unwrap().root, stamp.root);
}

#[test]
fn a_book_of_another_layout_is_set_aside_and_made_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = cafe(&dir, "2026-11-24T10:00:00+01:00");
    say(&mut ledger, ENROL);
    say(&mut ledger, &purchase(1));
    let global = ledger.global().clone();
    let book = ledger.cache.book();
    ledger.close().unwrap();
    let mut batch = crate::storage::book::Batch::default();
    // One piece, and the number of a layout that does not exist.
    batch.put(b"h", &[1, 0, 0, 0, 250]);
    book.apply(batch).unwrap();
    drop(book);
    let ledger = Ledger::open(&folders(&dir), options(HOUR)).unwrap();
    let notes = ledger.notes().join("; ");
    assert!(notes.contains("set aside and rebuilt"), "{notes}");
    assert!(notes.contains("book.broken-1 was removed"), "{notes}");
    assert!(!dir.path().join("ledger/book.broken-1").exists());
    assert_eq!(*ledger.global(), global);
}

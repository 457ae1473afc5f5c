//! An erasure that was interrupted anywhere is finished by the next opening.

use super::whole::{cafe, folders, options, say};
use crate::answer::Answer;
use crate::command::{Alias, Who};
use crate::engine::{self, Ledger, profile};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const NOON: &str = "2026-11-24T12:00:00+01:00";
const LATER: &str = "2026-11-24T13:00:00+01:00";
const CARD: &str = "card:6900099887766";
const ENROL: &str = r#"{"do":"enrol","key":"e1","name":"Zsofia Quux","birthday":"02-29",
    "aliases":["card:6900099887766","email:zsofia@quux.example"]}"#;
const ERASE: &str =
    r#"{"do":"erase","key":"x1","member":"card:6900099887766","reason":"asked for it"}"#;

fn open(dir: &TempDir) -> Ledger {
    Ledger::open(&folders(dir), options(LATER)).unwrap()
}

fn with_member(dir: &TempDir) {
    let mut ledger = cafe(dir, NOON);
    assert!(say(&mut ledger, ENROL).is_ok());
    let other = r#"{"do":"enrol","key":"e2","aliases":["card:2"],"birthday":"03-01"}"#;
    assert!(say(&mut ledger, other).is_ok());
    ledger.close().unwrap();
}

/// A key made for an erased member would outlive the refusal in the vault.
#[test]
fn no_command_makes_an_erased_member_a_key() {
    let dir = tempfile::tempdir().unwrap();
    with_member(&dir);
    let mut ledger = open(&dir);
    let who = Who::Alias(Alias::parse(CARD).unwrap());
    let id = ledger.resolve(&who).unwrap().unwrap();
    assert!(say(&mut ledger, ERASE).is_ok());
    let again = [
        r#""do":"profile","name":"Zsofia""#,
        r#""do":"note","purpose":"marketing","text":"Zsofia""#,
    ];
    for (n, fields) in again.iter().enumerate() {
        let command = format!(r#"{{{fields},"key":"p{n}","member":"{id}"}}"#);
        assert!(!say(&mut ledger, &command).is_ok(), "{command}");
        // The next page writes the keys that wait for the vault.
        let other = format!(r#"{{"do":"enrol","key":"e9{n}","aliases":["card:9{n}"]}}"#);
        assert!(say(&mut ledger, &other).is_ok());
        assert!(
            ledger.vault.key(&id.0, None).unwrap().is_none(),
            "{command}"
        );
        assert_eq!(engine::profile(&mut ledger, id).unwrap(), None);
    }
    ledger.close().unwrap();
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for found in fs::read_dir(from).unwrap() {
        let found = found.unwrap();
        let target = to.join(found.file_name());
        match found.path().is_dir() {
            true => copy(&found.path(), &target),
            false => drop(fs::copy(found.path(), target).unwrap()),
        }
    }
}

/// Finds words in the files of a folder.
fn traces(folder: &Path, words: &[Vec<u8>], found: &mut Vec<String>) {
    for item in fs::read_dir(folder).unwrap() {
        let path = item.unwrap().path();
        if path.is_dir() {
            traces(&path, words, found);
            continue;
        }
        let bytes = fs::read(&path).unwrap();
        for word in words {
            if bytes.windows(word.len()).any(|w| w == word) {
                let word = String::from_utf8_lossy(word).into_owned();
                found.push(format!("{word} in {}", path.display()));
            }
        }
    }
}

/// The person in clear text, and the hashes under which the aliases were looked up.
fn words(dir: &TempDir) -> Vec<Vec<u8>> {
    let ledger = open(dir);
    let mut words: Vec<Vec<u8>> = ["Zsofia", "Quux", "6900099887766", "quux.example"]
        .iter()
        .map(|w| w.as_bytes().to_vec())
        .collect();
    for alias in [CARD, "email:zsofia@quux.example"] {
        let alias = Alias::parse(alias).unwrap();
        words.push(profile::text_hash(&ledger.alias_key, alias.as_str()).to_vec());
    }
    ledger.close().unwrap();
    words
}

fn is_known(ledger: &mut Ledger) -> bool {
    let card = Who::Alias(Alias::parse(CARD).unwrap());
    ledger.resolve(&card).unwrap().is_some()
}

#[test]
fn a_book_from_before_an_erasure_finds_nobody_and_keeps_no_trace() {
    let dir = tempfile::tempdir().unwrap();
    with_member(&dir);
    let words = words(&dir);
    let book = dir.path().join("ledger/book");
    copy(&book, &dir.path().join("before"));
    let mut ledger = open(&dir);
    assert!(say(&mut ledger, ERASE).is_ok());
    ledger.close().unwrap();
    // State after a kill between the vault and the book.
    fs::remove_dir_all(&book).unwrap();
    fs::rename(dir.path().join("before"), &book).unwrap();

    let mut ledger = open(&dir);
    assert!(!is_known(&mut ledger));
    assert!(ledger.notes().iter().any(|n| n.contains("erasure")));
    ledger.close().unwrap();
    let mut found = Vec::new();
    traces(dir.path(), &words, &mut found);
    assert_eq!(found, Vec::<String>::new());
    let mut ledger = open(&dir);
    assert_eq!(ledger.notes(), Vec::<String>::new());
    let Answer::Accepted(again) = say(&mut ledger, ERASE) else {
        panic!("the repeat was refused")
    };
    assert!(again.repeated);
}

// The disk fails while the member's slot is overwritten; the journal has the entry.
#[test]
fn an_erasure_that_was_cut_within_the_vaults_slot_is_finished_by_the_next_opening() {
    let dir = tempfile::tempdir().unwrap();
    with_member(&dir);
    let vault = folders(&dir).secrets.join("vault");
    let before = fs::read(&vault).unwrap();
    let mut ledger = open(&dir);
    assert!(say(&mut ledger, ERASE).is_ok());
    ledger.close().unwrap();
    let after = fs::read(&vault).unwrap();
    let at = (64..after.len()).find(|at| after[*at] != before[*at]);
    let (at, mut torn) = (at.unwrap(), after.clone());
    torn[at + 20..at + 64].copy_from_slice(&before[at + 20..at + 64]);
    for is_rebuilt in [false, true] {
        fs::write(&vault, &torn).unwrap();
        let opened = match is_rebuilt {
            true => Ledger::rebuild(&folders(&dir), options(LATER)),
            false => Ledger::open(&folders(&dir), options(LATER)),
        };
        let mut ledger = opened.unwrap();
        assert!(!is_known(&mut ledger));
        ledger.close().unwrap();
        assert_eq!(fs::read(&vault).unwrap()[64..], after[64..]);
    }
}

#[test]
fn an_old_folder_that_is_accepted_has_no_erasure_to_finish() {
    let dir = tempfile::tempdir().unwrap();
    with_member(&dir);
    let mut ledger = open(&dir);
    assert!(say(&mut ledger, ERASE).is_ok());
    ledger.close().unwrap();
    // The book is made again without the member, who is then forgotten.
    open(&dir).close().unwrap();
    let ledger_dir = dir.path().join("ledger");
    copy(&ledger_dir, &dir.path().join("old"));
    let mut ledger = open(&dir);
    assert!(say(&mut ledger, &ENROL.replace("e1", "e9")).is_ok());
    ledger.close().unwrap();
    fs::remove_dir_all(&ledger_dir).unwrap();
    fs::rename(dir.path().join("old"), &ledger_dir).unwrap();
    let recovered = Ledger::recover(&folders(&dir), options(LATER), "the disk broke").unwrap();
    assert!(!recovered.notes().iter().any(|n| n.contains("erasure")));
    recovered.close().unwrap();
    let ledger = open(&dir);
    assert_eq!(ledger.notes(), Vec::<String>::new());
}

#[test]
fn a_repeated_erasure_says_that_it_was_done() {
    let dir = tempfile::tempdir().unwrap();
    with_member(&dir);
    let mut ledger = open(&dir);
    let Answer::Accepted(first) = say(&mut ledger, ERASE) else {
        panic!("refused")
    };
    let Answer::Accepted(again) = say(&mut ledger, ERASE) else {
        panic!("the repeat was refused")
    };
    assert_eq!((again.repeated, again.seq), (true, first.seq));
    // By id under another key it is the same erasure.
    let id = first.member.clone().unwrap();
    let by_id = format!(r#"{{"do":"erase","key":"x2","member":"{id}","reason":"asked for it"}}"#);
    let Answer::Accepted(again) = say(&mut ledger, &by_id) else {
        panic!("the repeat by id was refused")
    };
    assert_eq!((again.repeated, again.seq), (true, first.seq));
    // The same key does not stand for another member.
    let other = ERASE.replace(CARD, "card:2");
    let Answer::Refused(no) = say(&mut ledger, &other) else {
        panic!("the key was taken for another member")
    };
    assert_eq!(no.code, "key_conflict");
    // An alias alone leads to nobody any more, which is reported.
    let fresh = ERASE.replace("x1", "x3");
    let Answer::Refused(no) = say(&mut ledger, &fresh) else {
        panic!("somebody was found")
    };
    assert_eq!(no.code, "unknown_member");
    assert!(no.message.contains("erased"), "{}", no.message);
    // Somebody who enrols with the alias is a new member.
    assert!(say(&mut ledger, &ENROL.replace("e1", "e9")).is_ok());
}

#[test]
fn no_birthday_stands_in_the_book_in_clear() {
    let dir = tempfile::tempdir().unwrap();
    with_member(&dir);
    let ledger = open(&dir);
    // Both in one run of the table.
    let rows: Vec<_> = ledger.cache.book().scan_prefix(b"p").collect();
    let run = &rows[0].as_ref().unwrap().1;
    let len = run.len() / 2;
    assert!(
        rows.len() == 1 && len > 16 + 40,
        "a sealed birthday is longer than {len}"
    );
}

//! Derived files: of any length, and of this journal only.

use super::whole::{ENROL, cafe, folders, options, say};
use crate::answer::Answer;
use crate::command::parse;
use crate::engine::commit::state_writing;
use crate::engine::{Ledger, Mode};
use crate::model::{Day, MemberId};
use crate::storage::journal::{JournalReader, Position};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const HOUR: &str = "2026-11-24T11:00:00+01:00";

fn purchase(n: usize) -> String {
    format!(r#"{{"do":"purchase","key":"k{n}","member":"card:6900","total":"10.00"}}"#)
}

/// A ledger with a member who has made that many purchases.
fn bought(dir: &TempDir, purchases: usize) -> (Ledger, MemberId) {
    let mut ledger = cafe(dir, "2026-11-24T10:00:00+01:00");
    let Answer::Accepted(enrolled) = say(&mut ledger, ENROL) else {
        panic!("refused")
    };
    for n in 0..purchases {
        assert!(say(&mut ledger, &purchase(n)).is_ok());
    }
    let id = MemberId::parse(&enrolled.member.unwrap()).unwrap();
    (ledger, id)
}

fn is_set_aside(dir: &TempDir) -> bool {
    let items = fs::read_dir(dir.path().join("ledger")).unwrap();
    let mut names = items.map(|item| item.unwrap().file_name().into_string().unwrap());
    names.any(|name| name.contains("broken"))
}

// Both were longer than 255 pieces, whose number was kept in one byte.
#[test]
fn a_member_and_a_global_state_of_any_length_are_read_back() {
    let dir = tempfile::tempdir().unwrap();
    let (mut ledger, id) = bought(&dir, 1);
    let state = ledger.cache.state_mut(id);
    let member = state.members.get_mut(&id).unwrap();
    let lot = member.lots[0].clone();
    member.lots = (0..60_000).map(|_| lot.clone()).collect();
    for n in 0..24_000 {
        let name = format!("terminal with a long name number {n:06}");
        state.global.terminals.count((0, &name), n, (Day(0), 0));
    }
    let global = state.global.clone();
    state_writing::write_state(&mut ledger).unwrap();
    ledger.close().unwrap();
    let mut ledger = Ledger::open(&folders(&dir), options(HOUR)).unwrap();
    assert_eq!(ledger.notes(), Vec::<String>::new());
    assert!(!is_set_aside(&dir));
    assert_eq!(*ledger.global(), global);
    assert_eq!(ledger.member(id).unwrap().unwrap().lots.len(), 60_000);
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    fs::set_permissions(to, fs::metadata(from).unwrap().permissions()).unwrap();
    for item in fs::read_dir(from).unwrap() {
        let item = item.unwrap();
        let there = to.join(item.file_name());
        match item.file_type().unwrap().is_dir() {
            true => copy(&item.path(), &there),
            false => drop(fs::copy(item.path(), there).unwrap()),
        }
    }
}

fn copied(dir: &TempDir) -> TempDir {
    let copied = tempfile::tempdir().unwrap();
    for part in ["ledger", "secrets"] {
        copy(&dir.path().join(part), &copied.path().join(part));
    }
    copied
}

/// Replaces a part of this folder by another folder's.
fn put_in(from: &TempDir, part: &str, into: &TempDir) {
    let part = Path::new("ledger").join(part);
    fs::remove_dir_all(into.path().join(&part)).unwrap();
    copy(&from.path().join(&part), &into.path().join(&part));
}

/// Makes purchases with these keys, each on a page of its own.
fn go_on(dir: &TempDir, keys: std::ops::Range<usize>) {
    let mut ledger = Ledger::open(&folders(dir), options(HOUR)).unwrap();
    for n in keys {
        assert!(say(&mut ledger, &purchase(n)).is_ok());
    }
    ledger.close().unwrap();
}

/// Checks that only booked keys are known; that repeated commands are answered
/// as before; and that new ones are booked once, in their place.
fn check_history(dir: &TempDir, own: &[usize], foreign: &[usize], what: &str) {
    let mut ledger = Ledger::open(&folders(dir), options(HOUR)).unwrap();
    let end = ledger.global().next_seq;
    for n in own {
        let found = ledger.find_key(&format!("k{n}")).unwrap();
        let found = found.unwrap_or_else(|| panic!("{what}: k{n} is not known"));
        assert_eq!(found.head.key.as_str(), format!("k{n}"), "{what}");
        let Answer::Accepted(again) = say(&mut ledger, &purchase(*n)) else {
            panic!("{what}: k{n} is refused")
        };
        assert!(again.repeated, "{what}: k{n} is booked twice");
        assert_eq!(again.seq, Some(found.seq), "{what}");
    }
    assert_eq!(ledger.global().next_seq, end, "{what}");
    for n in foreign {
        let found = ledger.find_key(&format!("k{n}")).unwrap();
        assert_eq!(found, None, "{what}: k{n} was never booked here");
        let Answer::Accepted(done) = say(&mut ledger, &purchase(*n)) else {
            panic!("{what}: k{n} is refused")
        };
        assert!(!done.repeated, "{what}");
    }
    // The whole of the named purchase is returned.
    for n in own.iter().chain(foreign) {
        let back = format!(r#"{{"do":"return","key":"r{n}","of":"k{n}","all":true}}"#);
        let Answer::Accepted(back) = say(&mut ledger, &back) else {
            panic!("{what}: k{n} cannot be returned")
        };
        assert!(!back.repeated, "{what}");
    }
    let Answer::Accepted(last) = say(&mut ledger, &purchase(9_999)) else {
        panic!("{what}: refused")
    };
    assert_eq!(last.after["star"].whole(), 20, "{what}");
    ledger.close().unwrap();
    let ledger = Ledger::open(&folders(dir), options(HOUR)).unwrap();
    assert_eq!(ledger.notes(), Vec::<String>::new(), "{what}");
    let global = ledger.global().clone();
    ledger.close().unwrap();
    let ledger = Ledger::rebuild(&folders(dir), options(HOUR)).unwrap();
    assert_eq!(*ledger.global(), global, "{what}");
}

const PARTS: [&str; 3] = ["book", "keys", "copies"];

/// Two ledgers that continued from the same one; every selection of the derived
/// folders of one is put beside the journal of the other.
#[test]
fn derived_folders_of_another_history_are_not_believed() {
    let stem = tempfile::tempdir().unwrap();
    bought(&stem, 3).0.close().unwrap();
    let histories = [
        (10..16, 30..36),
        (10..16, 30..33),
        (10..13, 30..36),
        (10..80, 100..170),
    ];
    for (one, other) in histories {
        let (ours, theirs) = (copied(&stem), copied(&stem));
        go_on(&ours, one.clone());
        go_on(&theirs, other.clone());
        let own: Vec<usize> = (0..3).chain(one.clone()).collect();
        for selection in 1..1 << PARTS.len() {
            let chosen = (0..PARTS.len()).filter(|n| selection >> n & 1 == 1);
            let chosen: Vec<&str> = chosen.map(|n| PARTS[n]).collect();
            // The files of the key index begin with 64 entries.
            let (is_keys, is_long) = (chosen == ["keys"], one.len() >= 64);
            if is_long && !is_keys {
                continue;
            }
            let mixed = copied(&ours);
            for part in &chosen {
                put_in(&theirs, part, &mixed);
            }
            let foreign: Vec<usize> = other.clone().collect();
            let what = format!("{chosen:?} of {other:?} beside {one:?}");
            let mut ledger = Ledger::open(&folders(&mixed), options(HOUR)).unwrap();
            let is_told = is_long || !is_keys;
            assert_eq!(!ledger.notes().is_empty(), is_told, "{what}");
            if is_long {
                let mut is_known = |n: &usize| ledger.find_key(&format!("k{n}")).unwrap().is_some();
                assert!(own.iter().all(&mut is_known), "{what}");
                assert!(!foreign.iter().any(is_known), "{what}");
                continue;
            }
            ledger.close().unwrap();
            check_history(&mixed, &own, &foreign, &what);
        }
    }
}

// They were found at the first lookup, which then failed until `rebuild` was run.
#[test]
fn sectors_lost_in_a_key_run_are_healed_at_the_lookup() {
    let dir = tempfile::tempdir().unwrap();
    let (mut ledger, _) = bought(&dir, 1);
    for n in 0..5_000 {
        let enrol = format!(r#"{{"do":"enrol","key":"e{n}","aliases":["card:8{n:05}"]}}"#);
        let request = parse(enrol.as_bytes(), 2).unwrap();
        ledger.stage(&request, Mode::default()).unwrap();
    }
    ledger.commit().unwrap();
    ledger.close().unwrap();
    let run = dir.path().join("ledger/keys/run-2-000000000000");
    let whole = fs::read(&run).unwrap();
    for at in (0..whole.len()).step_by(512 * 90) {
        let lost = copied(&dir);
        let run = lost.path().join("ledger/keys/run-2-000000000000");
        let mut bytes = whole.clone();
        let end = bytes.len().min(at + 512 * 8);
        bytes[at..end].fill(0);
        fs::write(&run, bytes).unwrap();
        let mut ledger = Ledger::open(&folders(&lost), options(HOUR)).unwrap();
        for n in (0..5_000).step_by(29) {
            let key = format!("e{n}");
            let found = ledger.find_key(&key).unwrap().expect("it is known");
            assert_eq!(found.head.key.as_str(), key, "sectors from {at} on");
        }
        assert!(
            ledger.notes()[0].contains("key index"),
            "{:?}",
            ledger.notes()
        );
        ledger.close().unwrap();
        assert_eq!(fs::read(&run).unwrap(), whole, "sectors from {at} on");
    }
}

// Keys that waited for the files were forgotten, and their commands booked again.
#[test]
fn a_key_index_that_cannot_be_healed_books_nothing_twice() {
    let dir = tempfile::tempdir().unwrap();
    bought(&dir, 300).0.close().unwrap();
    let mut ledger = Ledger::open(&folders(&dir), options(HOUR)).unwrap();
    let Answer::Accepted(first) = say(&mut ledger, &purchase(900)) else {
        panic!("refused")
    };
    let keys = dir.path().join("ledger/keys");
    let run = keys.join("run-0-000000000000");
    let mut bytes = fs::read(&run).unwrap();
    bytes[200..204].iter_mut().for_each(|byte| *byte ^= 0xff);
    fs::write(&run, bytes).unwrap();
    // It cannot be removed as a file of the former layout would be.
    let old = keys.join("tail-000000000000");
    fs::create_dir(&old).unwrap();
    fs::write(old.join("kept"), "x").unwrap();
    let found = (0..300).find_map(|n| ledger.find_key(&format!("k{n}")).err());
    assert!(found.is_some(), "{:?}", ledger.notes());
    let mut send = |n: usize| {
        let request = parse(purchase(n).as_bytes(), 2).unwrap();
        ledger.submit(&request)
    };
    if let Ok(answer) = send(900) {
        assert!(matches!(answer, Answer::Accepted(again) if again.repeated));
    }
    assert!(send(5).is_err(), "nobody can say whether it was booked");
    drop(ledger);
    fs::remove_dir_all(&old).unwrap();
    let mut ledger = Ledger::open(&folders(&dir), options(HOUR)).unwrap();
    let Answer::Accepted(again) = say(&mut ledger, &purchase(900)) else {
        panic!("refused")
    };
    assert!(again.repeated);
    assert_eq!(again.seq, first.seq);
}

/// Corrupts a byte of the page of an entry.
fn damage_page(dir: &TempDir, seq: u64) -> Vec<u8> {
    let path = dir.path().join("ledger/journal/000000000000.seg");
    let whole = fs::read(&path).unwrap();
    let reader = JournalReader::at(&dir.path().join("ledger/journal"));
    let stored = reader.page_of(seq, Position::START).unwrap().unwrap();
    let mut bytes = whole.clone();
    bytes[stored.position.offset as usize + 300] ^= 0x10;
    fs::write(&path, bytes).unwrap();
    whole
}

#[test]
fn a_damaged_page_is_healed_where_it_is_read_and_only_with_the_same_page() {
    let stem = tempfile::tempdir().unwrap();
    bought(&stem, 3).0.close().unwrap();
    let (ours, theirs) = (copied(&stem), copied(&stem));
    go_on(&ours, 10..16);
    go_on(&theirs, 30..36);
    let mut ledger = Ledger::open(&folders(&ours), options(HOUR)).unwrap();
    // From the first that the two do not share to the last.
    let keys = (10..16).map(|n| (n, ledger.find_key(&format!("k{n}")).unwrap().unwrap().seq));
    let keys: Vec<(usize, u64)> = keys.collect();
    ledger.close().unwrap();
    for (n, seq) in keys {
        let damaged = copied(&ours);
        let whole = damage_page(&damaged, seq);
        let mut ledger = Ledger::open(&folders(&damaged), options(HOUR)).unwrap();
        let found = ledger.find_key(&format!("k{n}")).unwrap();
        assert!(found.is_some(), "k{n}");
        let healed = fs::read(damaged.path().join("ledger/journal/000000000000.seg")).unwrap();
        assert!(healed == whole, "k{n}");
        assert!(ledger.notes()[0].contains("healed from the second copy"));
        ledger.close().unwrap();
        let mixed = copied(&ours);
        put_in(&theirs, "copies", &mixed);
        let whole = damage_page(&mixed, seq);
        let opened = Ledger::open(&folders(&mixed), options(HOUR));
        let found = opened.and_then(|mut ledger| ledger.find_key(&format!("k{n}")));
        assert!(found.is_err(), "k{n} is read from another history");
        fs::write(mixed.path().join("ledger/journal/000000000000.seg"), whole).unwrap();
    }
}

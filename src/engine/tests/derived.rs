//! What is derived from the journal: of any length, and of this journal only.

use super::whole::{ENROL, cafe, folders, options, say};
use crate::answer::Answer;
use crate::engine::Ledger;
use crate::model::MemberId;
use std::fs;
use tempfile::TempDir;

const HOUR: &str = "2026-11-24T11:00:00+01:00";

fn purchase(n: usize) -> String {
    format!(r#"{{"do":"purchase","key":"k{n}","member":"card:6900","total":"10.00"}}"#)
}

/// A ledger with a member who has bought so often.
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

// Both were longer than 255 pieces, and their number was kept in one byte.
#[test]
fn a_member_and_a_house_of_any_length_are_read_back() {
    let dir = tempfile::tempdir().unwrap();
    let (mut ledger, id) = bought(&dir, 1);
    let state = &mut ledger.shelf.state;
    let member = state.members.get_mut(&id).unwrap();
    let lot = member.lots[0].clone();
    member.lots = (0..60_000).map(|_| lot.clone()).collect();
    let terminal = |n: u64| (0, format!("terminal with a long name number {n:06}"), n);
    state.house.terminals = (0..24_000).map(terminal).collect();
    let house = state.house.clone();
    ledger.shelf.touch(id);
    ledger.unwritten = 1;
    ledger.write_state().unwrap();
    ledger.close().unwrap();
    let mut ledger = Ledger::open(&folders(&dir), options(HOUR)).unwrap();
    assert_eq!(ledger.notes(), Vec::<String>::new());
    assert!(!is_set_aside(&dir));
    assert_eq!(*ledger.house(), house);
    assert_eq!(ledger.member(id).unwrap().unwrap().lots.len(), 60_000);
}

//! A member with many open lots: no command is quadratic in them, and most
//! commands read only their sums.

use super::whole::{ENROL, cafe, say};
use crate::answer::Answer;
use crate::command::parse;
use crate::engine::{Ledger, Mode};
use crate::model::MemberId;
use crate::rules::state::{LotSums, Member};

const LOTS: usize = 10_000;

fn enrolled(ledger: &mut Ledger, json: &str) -> MemberId {
    let Answer::Accepted(done) = say(ledger, json) else {
        panic!("refused")
    };
    MemberId::parse(&done.member.unwrap()).unwrap()
}

/// Checks a member's number of lots, and that their sums are those of the lots.
fn check(member: &Member, lots: usize) {
    assert_eq!(member.lots.len(), lots);
    for sums in &member.in_lots {
        let of_unit = || member.lots_of(sums.unit).map(LotSums::of);
        let remaining: i64 = of_unit().map(|lot| lot.remaining).sum();
        let free: i64 = of_unit().map(|lot| lot.free).sum();
        assert_eq!((sums.remaining, sums.free), (remaining, free));
        assert_eq!((sums.held, sums.dated), (0, 0));
    }
}

// Giving these lots once took more than a minute, and merging moved all lots
// after each one.
#[test]
fn thousands_of_lots_are_given_merged_and_come_back() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = cafe(&dir, "2026-11-24T10:00:00+01:00");
    let one = enrolled(&mut ledger, ENROL);
    let second = ENROL.replace("e1", "e2").replace("6900", "7000");
    let other = enrolled(&mut ledger, &second);
    for n in 0..LOTS {
        let json = format!(
            r#"{{"do":"adjust","key":"k{n}","member":"card:6900","unit":"star","points":"1","reason":"many lots"}}"#
        );
        let request = parse(json.as_bytes(), 2).unwrap();
        ledger.stage_briefly(&request, Mode::default()).unwrap();
        if n % 500 == 499 {
            ledger.commit_briefly().unwrap();
        }
    }
    check(ledger.member(one).unwrap().unwrap(), LOTS);
    let merge = r#"{"do":"merge","key":"m1","member":"card:6900","into":"card:7000","reason":"one person"}"#;
    assert!(say(&mut ledger, merge).is_ok());
    check(ledger.member(one).unwrap().unwrap(), 0);
    check(ledger.member(other).unwrap().unwrap(), LOTS);
    let undone = say(&mut ledger, r#"{"do":"unmerge","key":"m2","of":"m1"}"#);
    assert!(undone.is_ok());
    check(ledger.member(one).unwrap().unwrap(), LOTS);
    check(ledger.member(other).unwrap().unwrap(), 0);
    let bought = r#"{"do":"purchase","key":"p1","member":"card:6900","total":"10.00"}"#;
    assert!(say(&mut ledger, bought).is_ok());
    check(ledger.member(one).unwrap().unwrap(), LOTS + 2);
}

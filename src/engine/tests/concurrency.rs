//! Concurrent commands, and names that were removed.

use super::whole::{bundle, cafe, folders, options, say};
use crate::answer::Answer;
use crate::command::Who;
use crate::engine::{self, Ledger};
use std::sync::Mutex;

const AT: &str = "2026-11-24T10:00:00+01:00";

fn one_for_one(dir: &tempfile::TempDir) -> Ledger {
    let programme = bundle("one-for-one");
    let mut ledger =
        Ledger::create(&folders(dir), "shop.example/1", &programme, options(AT)).unwrap();
    for card in ["1", "2"] {
        let enrol = format!(r#"{{"do":"enrol","key":"e{card}","aliases":["card:{card}"]}}"#);
        assert!(say(&mut ledger, &enrol).is_ok());
    }
    let given = r#"{"do":"adjust","key":"a","member":"card:1","unit":"point","points":100,"reason":"opening"}"#;
    assert!(say(&mut ledger, given).is_ok());
    ledger
}

// proves: C1.8-1
#[test]
fn of_twenty_at_once_who_spend_the_same_hundred_one_succeeds() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = Mutex::new(one_for_one(&dir));
    let verb = |n: usize| match n % 3 {
        0 => format!(
            r#"{{"do":"redeem","key":"r{n}","member":"card:1","unit":"point","points":100}}"#
        ),
        1 => format!(
            r#"{{"do":"hold","key":"h{n}","member":"card:1","unit":"point","points":100,"until":"2026-11-24T12:00:00+01:00"}}"#
        ),
        _ => format!(
            r#"{{"do":"transfer","key":"t{n}","member":"card:1","to":"card:2","unit":"point","points":100}}"#
        ),
    };
    let done: usize = std::thread::scope(|scope| {
        let ledger = &ledger;
        let tills: Vec<_> = (0..20)
            .map(|n| {
                let spawned = std::thread::Builder::new().stack_size(16 << 20);
                let ask = move || say(&mut ledger.lock().unwrap(), &verb(n)).is_ok();
                spawned.spawn_scoped(scope, ask).unwrap()
            })
            .collect();
        let answers = tills.into_iter().map(|till| till.join().unwrap());
        answers.filter(|is_ok| *is_ok).count()
    });
    assert_eq!(done, 1);
}

#[test]
fn an_alias_that_was_taken_away_stays_away_when_the_book_is_made_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = cafe(&dir, AT);
    let enrol = r#"{"do":"enrol","key":"e","aliases":["card:1","phone:2"]}"#;
    let change = r#"{"do":"profile","key":"p","member":"card:1","aliases_remove":["card:1"],"aliases_add":["card:3"]}"#;
    for json in [enrol, change] {
        assert!(say(&mut ledger, json).is_ok());
    }
    let is_known = |ledger: &mut Ledger, alias: &str| {
        let who = Who::parse(alias).unwrap();
        ledger.resolve(&who).unwrap().is_some()
    };
    let known =
        |ledger: &mut Ledger| ["card:1", "phone:2", "card:3"].map(|alias| is_known(ledger, alias));
    assert_eq!(known(&mut ledger), [false, true, true]);
    ledger.close().unwrap();
    let mut again = Ledger::rebuild(&folders(&dir), options(AT)).unwrap();
    assert_eq!(known(&mut again), [false, true, true]);
}

#[test]
fn erasing_whoever_absorbed_another_takes_every_name_of_both_away() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = one_for_one(&dir);
    let merge =
        r#"{"do":"merge","key":"m","member":"card:2","into":"card:1","reason":"one person"}"#;
    assert!(say(&mut ledger, merge).is_ok());
    let Answer::Accepted(repeated) = say(&mut ledger, merge) else {
        panic!("the same command again")
    };
    assert!(repeated.repeated);
    let erase = r#"{"do":"erase","key":"x","member":"card:1","reason":"asked"}"#;
    let erase = crate::command::parse(erase.as_bytes(), 2).unwrap();
    assert!(engine::erase(&mut ledger, &erase).unwrap().is_ok());
    ledger.close().unwrap();
    let mut again = Ledger::rebuild(&folders(&dir), options(AT)).unwrap();
    for alias in ["card:1", "card:2"] {
        assert_eq!(again.resolve(&Who::parse(alias).unwrap()).unwrap(), None);
    }
}

#[test]
fn a_refused_unmerge_said_again_is_refused_for_the_same_reason() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = one_for_one(&dir);
    let merge = |key, from, into| {
        format!(
            r#"{{"do":"merge","key":"{key}","member":"card:{from}","into":"card:{into}","reason":"one person"}}"#
        )
    };
    let enrol = r#"{"do":"enrol","key":"e3","aliases":["card:3"]}"#;
    for json in [enrol, &merge("m1", 1, 2), &merge("m2", 1, 3)] {
        assert!(say(&mut ledger, json).is_ok(), "{json}");
    }
    let unmerge = r#"{"do":"unmerge","key":"u","of":"m1"}"#;
    for is_repeated in [false, true] {
        let Answer::Refused(denied) = say(&mut ledger, unmerge) else {
            panic!("the later merge stands in its way")
        };
        assert_eq!(
            (denied.code.as_str(), denied.repeated),
            ("has_dependents", is_repeated)
        );
    }
}

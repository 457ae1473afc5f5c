//! A member with many open lots: no command is quadratic in them, and most
//! commands read only their sums.

use super::plans::{enrol, shop};
use super::whole::{ENROL, cafe, say};
use crate::answer::Answer;
use crate::command::{Alias, Who, parse};
use crate::engine::{self, Ledger, Mode};
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

/// Gives the holder of a card so many lots of one star each.
fn add_lots(ledger: &mut Ledger, card: &str, lots: usize) {
    for n in 0..lots {
        let json = format!(
            r#"{{"do":"adjust","key":"k{n}","member":"card:{card}","unit":"star","points":"1","reason":"many lots"}}"#
        );
        let request = parse(json.as_bytes(), 2).unwrap();
        engine::stage_briefly(ledger, &request, Mode::default()).unwrap();
        if n % 500 == 499 {
            engine::commit_briefly(ledger).unwrap();
        }
    }
    engine::commit_briefly(ledger).unwrap();
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
    add_lots(&mut ledger, "6900", LOTS);
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

/// Processor time of this thread in nanoseconds, if the system tells.
fn processor_nanos() -> Option<u64> {
    // The system counts what is running only when it may run something else.
    std::thread::yield_now();
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok()
}

/// Commands that concern all of a member's lots at once, with the processor
/// time of each.
fn nanos_of_commands(lots: usize) -> Vec<(String, u64)> {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = shop(&dir);
    for card in 0..2 {
        enrolled(&mut ledger, &enrol(card));
    }
    add_lots(&mut ledger, "0", lots);
    let until = "2026-11-25T10:00:00+01:00";
    let hold = |key: &str| {
        format!(
            r#"{{"do":"hold","key":"{key}","member":"card:0","unit":"star","points":"{lots}","until":"{until}"}}"#
        )
    };
    let commands = [
        hold("h1"),
        r#"{"do":"release","key":"r1","of":"h1"}"#.into(),
        hold("h2"),
        format!(
            r#"{{"do":"capture","key":"c2","of":"h2","points":"{}"}}"#,
            lots - 1
        ),
        r#"{"do":"void","key":"v2","of":"c2","reason":"test"}"#.into(),
        r#"{"do":"release","key":"r2","of":"h2"}"#.into(),
        hold("h3"),
        r#"{"do":"merge","key":"m1","member":"card:0","into":"card:1","reason":"one person"}"#
            .into(),
        r#"{"do":"unmerge","key":"m2","of":"m1"}"#.into(),
        r#"{"do":"capture","key":"c3","of":"h3"}"#.into(),
        r#"{"do":"void","key":"v3","of":"c3","reason":"test"}"#.into(),
    ];
    let took = commands.into_iter().map(|json| {
        let before = processor_nanos();
        let answer = say(&mut ledger, &json);
        assert!(answer.is_ok(), "{json}: {answer:?}");
        let after = processor_nanos();
        (
            json,
            after
                .zip(before)
                .map_or(0, |(after, before)| after - before),
        )
    });
    let took = took.collect();
    for (card, lots) in [("0", lots), ("1", 0)] {
        let who = Who::Alias(Alias::parse(&format!("card:{card}")).unwrap());
        let id = ledger.resolve(&who).unwrap().unwrap();
        check(ledger.member(id).unwrap().unwrap(), lots);
    }
    took
}

// Four times as many lots took a hold sixteen times as long: each part was
// searched for among all others, and each release moved all parts after it.
#[test]
fn what_concerns_all_lots_takes_no_longer_than_they_are_many() {
    const FEW: usize = 1_000;
    const TIMES: usize = 5;
    let few = nanos_of_commands(FEW);
    let many = nanos_of_commands(FEW * TIMES);
    for ((json, few), (_, many)) in few.into_iter().zip(many) {
        println!("{few:>12} {many:>12} {json}");
        // If the time were quadratic, the ratio would be the square.
        assert!(many <= few * 9 + 5_000_000, "{many} after {few}: {json}");
    }
}

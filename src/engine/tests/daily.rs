//! The daily run: each day in its order, in slices between which others book.

use super::whole::{folders, options, say};
use crate::engine::{self, Ledger, Options};
use crate::model::{Act, Instant};
use crate::policy::Bundle;
use crate::storage::clock::SteppingClock;
use std::sync::Arc;

const PROGRAMME: &str = r#"
[programme]
name = "Days"
currency = "EUR"
zone = "Europe/Berlin"
[unit.point]
kind = "spendable"
expires = { after = "2 days" }
"#;

const CAMPAIGN: &str = r#"
campaign(#{ id: "base", role: "base" });
fn on_purchase(purchase, member) { award("point", purchase.total); }
"#;

/// A ledger whose clock the test sets.
fn shop(dir: &tempfile::TempDir, at: &str) -> (Ledger, Arc<SteppingClock>) {
    let files = [
        ("programme.toml", PROGRAMME),
        ("campaigns/base.rhai", CAMPAIGN),
    ];
    let files = files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
    let clock = Arc::new(SteppingClock::new(Instant::parse(at).unwrap().0.0, 1000));
    let options = Options {
        clock: Arc::<SteppingClock>::clone(&clock),
        is_clock_accepted: true,
        ..options(at)
    };
    let bundle = Bundle::new(files.to_vec()).unwrap();
    let made = Ledger::create(&folders(dir), "days.example/1", &bundle, options);
    (made.unwrap_or_else(|error| panic!("{error:?}")), clock)
}

fn buy(ledger: &mut Ledger, key: &str, member: u32) {
    let json = format!(
        r#"{{"do":"purchase","key":"{key}","member":"card:{member}","total":"5.00","enrol":true}}"#
    );
    let answer = say(ledger, &json);
    assert!(answer.is_ok(), "{answer:?}");
}

fn set(clock: &SteppingClock, at: &str) {
    clock.set(Instant::parse(at).unwrap().0.0);
}

// proves: DAILY1 DAILY2
#[test]
fn days_off_are_caught_up_in_their_order_while_others_book() {
    let dir = tempfile::tempdir().unwrap();
    let (mut ledger, clock) = shop(&dir, "2026-03-10T10:00:00+01:00");
    assert_eq!(
        engine::daily_due_in(&ledger, 0).unwrap(),
        Some(0),
        "none was made yet"
    );
    assert_eq!(engine::last_daily(&ledger).unwrap(), None);
    // The points of three members end on three days, the last member's first.
    for (day, member) in [(11, 3), (12, 2), (13, 1)] {
        set(&clock, &format!("2026-03-{day}T10:00:00+01:00"));
        buy(&mut ledger, &format!("k{day}"), member);
    }
    let before = ledger.global().next_seq;
    set(&clock, "2026-03-18T01:00:00+01:00");
    assert_eq!(engine::daily_due_in(&ledger, 60).unwrap(), Some(0));
    let wait = engine::daily_due_in(&ledger, 90).unwrap().unwrap();
    assert!((1..=30 * 60_000_000).contains(&wait), "{wait}");
    let mut run = engine::begin_daily(&mut ledger).unwrap();
    let mut slices = 0;
    while !engine::continue_daily(&mut ledger, &mut run, 1).unwrap() {
        slices += 1;
        // A till books between any two slices.
        buy(&mut ledger, &format!("t{slices}"), 4);
    }
    assert!(slices >= 3, "{slices}");
    let mut days = Vec::new();
    for seq in before..ledger.global().next_seq {
        if let Act::Due { day } = ledger.entry(seq).unwrap().unwrap().act {
            days.push(day.to_string());
        }
    }
    assert!(days.is_sorted() && days.len() == 3, "{days:?}");
    let told = engine::last_daily(&ledger).unwrap().unwrap();
    assert_eq!(
        (told.day.as_str(), told.entries, told.days),
        ("2026-03-18", 3, 5)
    );
    assert_eq!(
        engine::daily_due_in(&ledger, 0).unwrap(),
        None,
        "it was made"
    );
    // Once more does no harm.
    assert_eq!(engine::daily(&mut ledger).unwrap(), Vec::<u64>::new());
    set(&clock, "2026-03-19T00:00:00+01:00");
    assert_eq!(
        engine::daily_due_in(&ledger, 0).unwrap(),
        Some(0),
        "a new day"
    );
    ledger.close().unwrap();
}

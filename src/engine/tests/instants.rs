//! Clocks that jump, and queries about the future that change nothing.

use super::whole::{ENROL, bundle, folders, options, say};
use crate::answer::{Answer, Class};
use crate::command::parse;
use crate::engine::{self, Ledger, Mode, Options};
use crate::model::Instant;
use crate::storage::clock::SteppingClock;
use std::sync::Arc;

const DAY: i64 = 86_400_000_000;

fn micros(at: &str) -> i64 {
    Instant::parse(at).unwrap().0.0
}

/// A café whose clock the test sets.
fn cafe(dir: &tempfile::TempDir, at: &str) -> (Ledger, Arc<SteppingClock>) {
    let clock = Arc::new(SteppingClock::new(micros(at), 1000));
    let options = Options {
        clock: Arc::<SteppingClock>::clone(&clock),
        ..options(at)
    };
    let made = Ledger::create(
        &folders(dir),
        "cafe.example/1",
        &bundle("corner-cafe"),
        options,
    );
    (made.unwrap(), clock)
}

fn buy(ledger: &mut Ledger, key: &str) -> Answer {
    let json = format!(r#"{{"do":"purchase","key":"{key}","member":"card:6900","total":"3.00"}}"#);
    say(ledger, &json)
}

fn code(answer: &Answer) -> (Class, String) {
    match answer {
        Answer::Refused(denied) => (denied.class, denied.code.clone()),
        Answer::Accepted(accepted) => panic!("{accepted:?}"),
    }
}

#[test]
fn a_clock_far_ahead_is_believed_only_when_somebody_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let start = "2026-11-24T10:00:00+01:00";
    let (mut ledger, clock) = cafe(&dir, start);
    assert!(say(&mut ledger, ENROL).is_ok() && buy(&mut ledger, "a").is_ok());
    let size = ledger.global().next_seq;
    let jumped = micros(start) + 40 * DAY;
    clock.set(jumped);
    let expected = (Class::Invalid, "clock_jumped".to_owned());
    assert_eq!(code(&buy(&mut ledger, "b")), expected);
    let refused = engine::daily(&mut ledger).unwrap_err().to_string();
    assert!(refused.contains("--accept-clock"), "{refused}");
    assert!(engine::activate(&mut ledger, &bundle("corner-cafe"), Default::default()).is_err());
    assert_eq!(ledger.global().next_seq, size, "nothing ended by mistake");
    ledger.close().unwrap();

    let with = |is_clock_accepted| Options {
        clock: Arc::new(SteppingClock::new(jumped, 1000)),
        is_clock_accepted,
        ..options(start)
    };
    let mut ledger = Ledger::open(&folders(&dir), with(true)).unwrap();
    assert!(buy(&mut ledger, "b").is_ok());
    ledger.close().unwrap();
    let mut ledger = Ledger::open(&folders(&dir), with(false)).unwrap();
    assert!(buy(&mut ledger, "c").is_ok(), "once is enough");
}

#[test]
fn a_clock_that_goes_back_never_takes_the_ledger_back() {
    let dir = tempfile::tempdir().unwrap();
    let start = "2026-11-24T10:00:00+01:00";
    let (mut ledger, clock) = cafe(&dir, start);
    say(&mut ledger, ENROL);
    buy(&mut ledger, "a");
    let before = ledger.global().effective;
    clock.set(micros(start) - 3 * DAY);
    assert!(buy(&mut ledger, "b").is_ok());
    let entry = ledger.find_key("b").unwrap().unwrap();
    assert!(entry.head.effective > before);
    // As it was read: an auditor sees the step.
    assert!(entry.head.recorded_at().0 < micros(start));
    ledger.close().unwrap();
    let opened = |at: i64| {
        let options = Options {
            clock: Arc::new(SteppingClock::new(at, 1000)),
            ..options(start)
        };
        Ledger::open(&folders(&dir), options).unwrap()
    };
    let notes = opened(micros(start) - 3 * DAY).notes().to_vec();
    assert!(notes[0].contains("set the clock"), "{notes:?}");
    let mut ledger = opened(micros(start) + DAY);
    assert_eq!(ledger.notes(), [""; 0]);
    assert!(buy(&mut ledger, "c").is_ok());
}

#[test]
fn a_quoted_return_behind_what_fell_due_leaves_nothing_in_the_journal() {
    let dir = tempfile::tempdir().unwrap();
    let (mut ledger, _) = cafe(&dir, "2026-11-24T10:00:00+01:00");
    let old = r#"{"do":"purchase","key":"old","member":"card:1","at":"2025-11-30T12:00:00+01:00","total":"100.00"}"#;
    let mode = Mode {
        is_history: true,
        is_enrolling: true,
        ..Mode::default()
    };
    ledger
        .stage(&parse(old.as_bytes(), 2).unwrap(), mode)
        .unwrap();
    assert!(ledger.commit().unwrap()[0].is_ok());
    let size = ledger.checkpoint().checkpoint().size();
    let back = parse(br#"{"do":"return","key":"r","of":"old","all":true}"#, 2).unwrap();
    let quoted = engine::quote(&mut ledger, &back, None).unwrap();
    assert_eq!(ledger.checkpoint().checkpoint().size(), size);
    assert_eq!(ledger.global().next_seq, size);
    let id = ledger.find_key("old").unwrap().unwrap().member().unwrap();
    let now = engine::standing(&mut ledger, id).unwrap().unwrap();
    assert_eq!(now.balance["star"].available, 50, "half of it went on");
    assert_eq!(ledger.global().next_seq, size, "looking changes nothing");
    let (Answer::Accepted(quoted), Answer::Accepted(done)) =
        (quoted, ledger.submit(&back).unwrap())
    else {
        panic!("refused")
    };
    assert_eq!((quoted.did, quoted.after), (done.did, done.after));
}

#[test]
fn a_clock_of_another_age_is_refused() {
    for wrong in [
        -DAY,
        i64::MIN,
        micros("2199-12-31T23:59:59Z") + 1_000_000,
        i64::MAX,
    ] {
        let dir = tempfile::tempdir().unwrap();
        let start = "2026-11-24T10:00:00+01:00";
        let with = |at| Options {
            clock: Arc::new(SteppingClock::new(at, 0)),
            ..options(start)
        };
        let made = Ledger::create(
            &folders(&dir),
            "cafe.example/1",
            &bundle("corner-cafe"),
            with(wrong),
        );
        let told = made.err().map(|e| e.to_string()).unwrap_or_default();
        assert!(told.contains("set the clock"), "{wrong}: {told}");
        assert!(!folders(&dir).ledger.exists(), "{wrong}");
        let (mut ledger, clock) = cafe(&dir, start);
        say(&mut ledger, ENROL);
        clock.set(wrong);
        let size = ledger.global().next_seq;
        let refused = buy(&mut ledger, "a");
        assert!(!refused.is_ok(), "{wrong}");
        assert_eq!(code(&refused).1, "clock_jumped", "{wrong}");
        assert_eq!(ledger.global().next_seq, size, "{wrong}");
        ledger.close().unwrap();
        let opened = Ledger::open(&folders(&dir), with(wrong));
        let told = opened.err().map(|e| e.to_string()).unwrap_or_default();
        assert!(told.contains("set the clock"), "{wrong}: {told}");
    }
}

//! Instants and draws of whole ledgers, as the verifier sees them: a clock that
//! is corrected, and draws that do not depend on which commands share a page.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::unwrap_used,
    reason = "a test that wraps or panics fails"
)]

use stampbook::answer::{Answer, Class};
use stampbook::audit;
use stampbook::command::parse;
use stampbook::engine::{self, Folders, Ledger, Mode, Options};
use stampbook::model::{Effect, Instant};
use stampbook::policy::{Bundle, shipped_files};
use stampbook::storage::clock::SteppingClock;
use stampbook::storage::entropy::Entropy;
use std::sync::Arc;

const DAY: i64 = 86_400_000_000;
const ENROL: &str = r#"{"do":"enrol","key":"e1","aliases":["card:6900"]}"#;

fn bundle(name: &str) -> Bundle {
    Bundle::new(shipped_files(name).unwrap()).unwrap()
}

fn folders(dir: &tempfile::TempDir) -> Folders {
    Folders {
        ledger: dir.path().join("ledger"),
        secrets: dir.path().join("secrets"),
    }
}

fn options(at: &str) -> Options {
    Options {
        clock: Arc::new(SteppingClock::new(micros(at), 1000)),
        entropy: Entropy::from_seed(&[7; 32]),
        ..Options::new("test").unwrap()
    }
}

fn say(ledger: &mut Ledger, json: &str) -> Answer {
    ledger.submit(&parse(json.as_bytes(), 2).unwrap()).unwrap()
}

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
fn an_accepted_clock_far_ahead_is_put_right_once_and_with_a_reason() {
    let dir = tempfile::tempdir().unwrap();
    let start = "2026-11-24T10:00:00+01:00";
    let (mut ledger, clock) = cafe(&dir, start);
    say(&mut ledger, ENROL);
    buy(&mut ledger, "a");
    let none = engine::correct_clock(&mut ledger, "why not")
        .unwrap_err()
        .to_string();
    assert!(none.contains("nothing to put right"), "{none}");
    clock.set(micros(start) + 9_000 * DAY);
    let accepting =
        r#"{"do":"purchase","key":"b","member":"card:6900","total":"3.00","accept_clock":true}"#;
    assert!(say(&mut ledger, accepting).is_ok());
    clock.set(micros(start) + DAY);
    buy(&mut ledger, "c");
    let behind = ledger.find_key("c").unwrap().unwrap().head.effective;
    assert!(behind.0 > micros(start) + 8_000 * DAY, "{behind:?}");
    assert!(engine::correct_clock(&mut ledger, "  ").is_err());
    clock.set(micros(start) - DAY);
    let early = engine::correct_clock(&mut ledger, "too early")
        .unwrap_err()
        .to_string();
    assert!(early.contains("the ledger began"), "{early}");
    clock.set(micros(start) + DAY);
    engine::correct_clock(&mut ledger, "the battery").unwrap();
    assert!(buy(&mut ledger, "d").is_ok());
    let right = ledger.find_key("d").unwrap().unwrap().head;
    assert!(right.effective.0 < micros(start) + 2 * DAY, "{right:?}");
    // From there a jump is a jump again.
    clock.set(micros(start) + 60 * DAY);
    assert_eq!(code(&buy(&mut ledger, "e")).1, "clock_jumped");
    let global = ledger.global().clone();
    ledger.close().unwrap();
    let ledger = Ledger::rebuild(&folders(&dir), options("2026-11-26T12:00:00+01:00")).unwrap();
    assert_eq!(*ledger.global(), global);
    ledger.close().unwrap();
    let report = audit::verify(&audit::Options::new(&folders(&dir).ledger), |_, _| {});
    let report = report.unwrap();
    assert_eq!(report.outcome(), audit::Outcome::Held, "{report:?}");
}

/// The seeds of a day's draws, with so many commands to a page.
fn seeds(per_page: usize) -> Vec<Effect> {
    let dir = tempfile::tempdir().unwrap();
    let start = "2026-11-24T10:00:00+01:00";
    let mut ledger = Ledger::create(
        &folders(&dir),
        "cafe.example/1",
        &bundle("surprise"),
        // A fixed clock: commands that share a page may read it less often.
        Options {
            clock: Arc::new(SteppingClock::new(micros(start), 0)),
            ..options(start)
        },
    )
    .unwrap();
    let enrol = ENROL.to_string();
    let buy = (0..40).map(|n| {
        format!(r#"{{"do":"purchase","key":"k{n}","member":"card:6900","total":"30.00"}}"#)
    });
    let commands: Vec<String> = std::iter::once(enrol).chain(buy).collect();
    for group in commands.chunks(per_page) {
        for json in group {
            let request = parse(json.as_bytes(), 2).unwrap();
            ledger.stage(&request, Mode::default()).unwrap();
        }
        assert!(ledger.commit().unwrap().iter().all(Answer::is_ok));
    }
    let end = ledger.global().next_seq;
    let drawn = (0..end).flat_map(|seq| ledger.entry(seq).unwrap().unwrap().effects);
    let drawn: Vec<_> = drawn.collect();
    ledger.close().unwrap();
    let options = audit::Options::new(&folders(&dir).ledger);
    let report = audit::verify(&options, |_, _| {}).unwrap();
    assert_eq!(report.outcome(), audit::Outcome::Held, "{report:?}");
    drawn
}

#[test]
fn the_same_commands_draw_the_same_however_they_share_pages() {
    let alone = seeds(1);
    let is_drawn = |e: &&Effect| matches!(e, Effect::Drawn { .. });
    assert!(alone.iter().filter(is_drawn).count() >= 40);
    for per_page in [3, 7, 41] {
        assert_eq!(seeds(per_page), alone, "{per_page} to a page");
    }
}

//! Questions that are answered while a page is being written.

use super::whole::{bundle, cafe, folders, options, say};
use crate::command::{SlipRef, Who, parse};
use crate::dice::Dice;
use crate::engine::{self, ActivationNote, IdleWork, Ledger, Mode, Options, PageFlag, Question};
use crate::model::{Instant, Policy};
use crate::storage::clock::SteppingClock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

const AT: &str = "2026-11-24T10:00:00+01:00";
const CARDS: usize = 6;
const RECEIPTS: usize = 5;

/// Asks once while each page is written, and keeps the answers.
#[derive(Default)]
struct Asking {
    keys: Mutex<usize>,
    is_asked: AtomicBool,
    seen: Arc<Mutex<Vec<Vec<String>>>>,
}

impl IdleWork for Asking {
    fn next(&self, _: &PageFlag) -> Option<Question> {
        if self.is_asked.fetch_xor(true, Ordering::Relaxed) {
            return None;
        }
        let (keys, seen) = (*self.keys.lock().unwrap(), Arc::clone(&self.seen));
        Some(Box::new(move |ledger| {
            let told = told(ledger, keys);
            seen.lock().unwrap().push(told);
        }))
    }

    fn wake(&self) {}
}

/// All that is asked.
fn told(ledger: &mut Ledger, keys: usize) -> Vec<String> {
    let mut told = vec![format!(
        "{} {} {:?} {}",
        ledger.durable(),
        ledger.global().next_seq,
        ledger.global(),
        ledger.programme().unwrap().name
    )];
    for card in 0..CARDS {
        for scheme in ["card", "phone"] {
            let who = Who::parse(&format!("{scheme}:{card}")).unwrap();
            let id = ledger.resolve(&who).unwrap();
            let now = id.map(|id| engine::standing(ledger, id).unwrap());
            let looked = id.map(|id| {
                engine::lookup(ledger, id, None)
                    .unwrap()
                    .map(|found| found.member)
            });
            let history = id.map(|id| ledger.history(id).unwrap());
            let name = id.map(|id| engine::profile(ledger, id).unwrap());
            told.push(format!("{who:?} {now:?} {looked:?} {history:?} {name:?}"));
        }
    }
    for key in 0..keys {
        let entry = ledger.find_key(&format!("k{key}")).unwrap();
        let answer = entry.map(|entry| engine::answer_of(ledger, &entry, true).unwrap());
        told.push(format!("k{key} {answer:?}"));
    }
    for receipt in 0..RECEIPTS {
        let slip = SlipRef {
            receipt: format!("R{receipt}"),
            store: "mitte".into(),
            terminal: "till-1".into(),
            day: None,
        };
        let found = engine::find_slip(ledger, &slip).unwrap();
        told.push(format!("R{receipt} {:?}", found.map_err(|no| no.message)));
    }
    let entries = ledger.entries_from(0).unwrap();
    told.push(entries.count().to_string());
    told
}

fn command(chance: &mut Dice, key: usize) -> String {
    let (card, receipt) = (chance.below(CARDS), chance.below(RECEIPTS));
    let of = chance.below(key.max(1));
    match chance.below(9) {
        0 => format!(
            r#"{{"do":"enrol","key":"k{key}","aliases":["card:{card}"],"birthday":"02-1{card}"}}"#
        ),
        1 => format!(r#"{{"do":"return","key":"k{key}","of":"k{of}","all":true}}"#),
        2 | 3 => format!(r#"{{"do":"void","key":"k{key}","of":"k{of}","reason":"wrong"}}"#),
        4 => format!(
            r#"{{"do":"profile","key":"k{key}","member":"card:{card}","name":"N{key}","birthday":"03-1{card}","aliases_add":["phone:{card}"]}}"#
        ),
        5 => format!(
            r#"{{"do":"profile","key":"k{key}","member":"card:{card}","aliases_remove":["phone:{card}"]}}"#
        ),
        _ => format!(
            r#"{{"do":"purchase","key":"k{key}","member":"card:{card}","store":"mitte","terminal":"till-1","receipt":"R{receipt}","total":"10.00"}}"#
        ),
    }
}

fn still(dir: &tempfile::TempDir) -> Ledger {
    let start = Instant::parse(AT).unwrap().0.0;
    let options = Options {
        // Questions read the clock as well.
        clock: Arc::new(SteppingClock::new(start, 0)),
        ..options(AT)
    };
    Ledger::create(
        &folders(dir),
        "cafe.example/1",
        &bundle("corner-cafe"),
        options,
    )
    .unwrap()
}

// proves: KEEP20
#[test]
fn a_question_during_a_write_sees_what_was_durable_and_changes_nothing() {
    let seed = std::env::var("SEED").map_or(1, |seed| seed.parse().unwrap());
    for seed in seed..seed + 4 {
        println!("seed {seed}");
        let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let [mut asked, mut alone] = [still(&dirs[0]), still(&dirs[1])];
        let asking = Arc::new(Asking::default());
        engine::set_idle_work(&mut asked, Arc::clone(&asking) as Arc<dyn IdleWork>);
        let (mut chance, mut key, mut pages) = (Dice::new(seed), 0, 0);
        for group in 0..60 {
            *asking.keys.lock().unwrap() = key;
            let before = told(&mut asked, key);
            asking.seen.lock().unwrap().clear();
            for _ in 0..=chance.below(5) {
                let json = command(&mut chance, key);
                let request =
                    parse(json.as_bytes(), 2).unwrap_or_else(|bad| panic!("{json}: {bad}"));
                for ledger in [&mut asked, &mut alone] {
                    ledger.stage(&request, Mode::default()).unwrap();
                }
                key += 1;
            }
            let answers = [asked.commit().unwrap(), alone.commit().unwrap()];
            assert_eq!(answers[0], answers[1], "seed {seed}, group {group}");
            for seen in asking.seen.lock().unwrap().iter() {
                pages += 1;
                for (seen, before) in seen.iter().zip(&before) {
                    assert_eq!(seen, before, "seed {seed}, group {group}");
                }
            }
            assert_eq!(
                told(&mut asked, key),
                told(&mut alone, key),
                "seed {seed}, group {group}"
            );
        }
        assert!(pages >= 15, "{pages}");
        let end = asked.durable();
        assert_eq!(
            asked.hash_after(end).unwrap(),
            alone.hash_after(end).unwrap()
        );
        asked.close().unwrap();
        let again = Ledger::rebuild(&folders(&dirs[0]), options(AT)).unwrap();
        assert_eq!(again.global(), alone.global(), "seed {seed}");
    }
}

#[test]
fn a_question_during_an_activation_is_answered_by_the_programme_before() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = cafe(&dir, AT);
    let asking = Arc::new(Asking::default());
    engine::set_idle_work(&mut ledger, Arc::clone(&asking) as Arc<dyn IdleWork>);
    let was = (
        ledger.global().bundle,
        ledger.programme().unwrap().name.clone(),
    );
    let mut files = crate::policy::shipped_files("corner-cafe").unwrap();
    for (path, bytes) in &mut files {
        if path == "programme.toml" {
            let text = String::from_utf8(bytes.clone()).unwrap();
            *bytes = text.replacen("name = \"", "name = \"New ", 1).into_bytes();
        }
    }
    let bundle = crate::policy::Bundle::new(files).unwrap();
    engine::activate(&mut ledger, &bundle, ActivationNote::default()).unwrap();
    let seen = asking.seen.lock().unwrap().clone();
    assert!(!seen.is_empty());
    for seen in &seen {
        assert!(seen[0].ends_with(&format!(" {}", was.1)), "{}", seen[0]);
    }
    assert_eq!(ledger.global().bundle, was.0 + 1);
    assert_eq!(ledger.programme().unwrap().name, format!("New {}", was.1));
    assert!(
        ledger
            .policy()
            .unwrap()
            .programme()
            .name
            .starts_with("New ")
    );
}

#[test]
fn a_question_that_would_book_is_an_error_and_books_nothing() {
    struct Once(AtomicBool);
    impl IdleWork for Once {
        fn next(&self, _: &PageFlag) -> Option<Question> {
            let is_first = !self.0.swap(true, Ordering::Relaxed);
            is_first.then(|| -> Question {
                Box::new(|ledger| {
                    assert!(engine::is_asked_only(ledger));
                    let request = br#"{"do":"enrol","key":"e2","aliases":["card:2"]}"#;
                    let booked = ledger.submit(&parse(request, 2).unwrap());
                    assert!(booked.is_err(), "{booked:?}");
                })
            })
        }

        fn wake(&self) {}
    }
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = cafe(&dir, AT);
    engine::set_idle_work(&mut ledger, Arc::new(Once(AtomicBool::new(false))));
    assert!(
        say(
            &mut ledger,
            r#"{"do":"enrol","key":"e1","aliases":["card:1"]}"#
        )
        .is_ok()
    );
    assert!(
        say(
            &mut ledger,
            r#"{"do":"enrol","key":"e3","aliases":["card:3"]}"#
        )
        .is_ok()
    );
    let known = |ledger: &mut Ledger, card: &str| {
        ledger
            .resolve(&Who::parse(card).unwrap())
            .unwrap()
            .is_some()
    };
    let found = ["card:1", "card:2", "card:3"].map(|card| known(&mut ledger, card));
    assert_eq!(found, [true, false, true]);
}

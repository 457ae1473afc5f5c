//! Programmes that took effect, and that this program would not let take effect.

use super::plans::{enrol, shop};
use super::whole::{folders, say};
use crate::answer::Answer;
use crate::engine::programmes::activation_note::ActivationNote;
use crate::engine::programmes::taking_effect::engine;
use crate::engine::staging::booking;
use crate::engine::{self, Ledger, Options};
use crate::model::{Act, Activation};
use crate::policy::Bundle;
use crate::storage::clock::SteppingClock;
use std::sync::Arc;
use tempfile::TempDir;

const MANIFEST: &str = r#"
[programme]
name = "plans"
currency = "EUR"
zone = "UTC"
[unit.star]
kind = "spendable"
"#;

const SCRIPT: &str = r#"campaign(#{ id: "pick" });
fn on_purchase(purchase, member) { award("star", 2, "all"); }
"#;

fn options() -> Options {
    let start = crate::model::Instant::parse("2026-11-03T10:00:00Z").unwrap();
    Options {
        clock: Arc::new(SteppingClock::new(start.0.0, 1000)),
        is_clock_accepted: true,
        ..Options::new("test").unwrap()
    }
}

fn bundle(manifest: &str, script: &str) -> Bundle {
    let file = |path: &str, text: &str| (path.to_string(), text.as_bytes().to_vec());
    Bundle::new(vec![
        file("programme.toml", manifest),
        file("campaigns/pick.rhai", script),
    ])
    .unwrap()
}

/// A ledger in which another program activated these files.
fn activated(dir: &TempDir, bundle: &Bundle) {
    let mut ledger = shop(dir);
    assert!(say(&mut ledger, &enrol(1)).is_ok());
    assert!(
        engine::try_bundle(&ledger, bundle).is_err(),
        "not by this program"
    );
    let activation = Activation {
        number: 2,
        files: bundle.files.clone(),
        digest: bundle.digest(),
        zone: crate::engine::programmes::zone::zone_of(bundle).unwrap(),
        engine: engine(),
        names: Vec::new(),
        facts: Vec::new(),
        facts_review: Vec::new(),
        note: String::new(),
        stories: None,
        without_stories: String::new(),
        drafter: String::new(),
        pilot: None,
        scheduled: None,
    };
    let act = Act::PolicyActivated(Box::new(activation));
    booking::book_system_act(&mut ledger, act, Vec::new()).unwrap();
    ledger.commit().unwrap();
    ledger.close().unwrap();
}

fn open(dir: &TempDir, is_rebuilt: bool) -> Ledger {
    let opened = match is_rebuilt {
        true => Ledger::rebuild(&folders(dir), options()),
        false => Ledger::open(&folders(dir), options()),
    };
    opened.unwrap()
}

fn sale(key: &str) -> String {
    format!(r#"{{"do":"purchase","key":"{key}","member":"card:1","total":"3.00"}}"#)
}

#[test]
fn a_programme_that_took_effect_runs_whatever_later_checks_find() {
    let late = MANIFEST.replace("[unit", "claim_days = 100000\n[unit");
    let lost = SCRIPT.replace("award", "if false { no_such_thing(1); } award");
    for (manifest, script) in [(&*late, SCRIPT), (MANIFEST, &lost)] {
        let dir = tempfile::tempdir().unwrap();
        let bundle = bundle(manifest, script);
        activated(&dir, &bundle);
        for (n, is_rebuilt) in [false, true].into_iter().enumerate() {
            let mut ledger = open(&dir, is_rebuilt);
            let Answer::Accepted(answer) = say(&mut ledger, &sale(&format!("k{n}"))) else {
                panic!("{script}");
            };
            assert!(!answer.did.is_empty(), "{script}");
            ledger.close().unwrap();
        }
    }
}

#[test]
fn a_ledger_opens_whose_programme_cannot_be_run_and_takes_another() {
    let dir = tempfile::tempdir().unwrap();
    activated(&dir, &bundle(MANIFEST, "campaign(#{ id: \"pick\" }); fn {"));
    for is_rebuilt in [false, true] {
        let mut ledger = open(&dir, is_rebuilt);
        let notes = ledger.notes().join("\n");
        assert!(notes.contains("cannot run it"), "{notes}");
        let request = crate::command::parse(sale("k1").as_bytes(), 2).unwrap();
        let told = ledger.submit(&request).unwrap_err().to_string();
        assert!(told.contains("activate another"), "{told}");
        drop(ledger);
    }
    let mut ledger = open(&dir, false);
    let good = bundle(MANIFEST, SCRIPT);
    engine::activate(&mut ledger, &good, ActivationNote::default()).unwrap();
    assert!(say(&mut ledger, &sale("k1")).is_ok());
    ledger.close().unwrap();
    let mut ledger = open(&dir, true);
    assert!(!ledger.notes().join("\n").contains("cannot run"));
    assert!(say(&mut ledger, &sale("k2")).is_ok());
}

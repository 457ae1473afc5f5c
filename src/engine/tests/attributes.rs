//! Attributes of members: visible for as long as they were declared to be kept,
//! and gone with the member.

use super::whole::{folders, options, say};
use crate::answer::{Accepted, Answer};
use crate::command::Who;
use crate::engine::{self, Ledger, Options};
use crate::model::{Instant, MemberId};
use crate::policy::Bundle;
use crate::storage::clock::SteppingClock;
use std::sync::Arc;

const PROGRAMME: &str = r#"
[programme]
name = "Club"
currency = "EUR"
zone = "Europe/Berlin"
purposes = ["personalise"]

[unit.point]
kind = "spendable"
expires = "never"

[attribute.sweetness]
values = ["low", "high"]
purpose = "personalise"
keep = "1 month"

[attribute.roast]
values = ["dark"]
purpose = "personalise"
"#;

const CAMPAIGN: &str = r#"
campaign(#{ id: "all", role: "base" });
fn on_purchase(purchase, member) {
    if member.attribute("sweetness") == "low" { award("point", 3) }
    if member.attribute("roast") == "dark" { award("point", 50) }
}
"#;

const ENROL: &str = r#"{"do":"enrol","key":"e","aliases":["card:1"],"consents":["personalise"]}"#;

/// A club whose clock the test sets, with a member who prefers less sugar.
fn club(dir: &tempfile::TempDir, at: &str) -> (Ledger, Arc<SteppingClock>) {
    let files = [
        ("programme.toml", PROGRAMME),
        ("campaigns/all.rhai", CAMPAIGN),
    ];
    let files = files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
    let clock = Arc::new(SteppingClock::new(Instant::parse(at).unwrap().0.0, 1000));
    let options = Options {
        clock: Arc::<SteppingClock>::clone(&clock),
        is_clock_accepted: true,
        ..options(at)
    };
    let bundle = Bundle::new(files.to_vec()).unwrap();
    let mut ledger = Ledger::create(&folders(dir), "club.example/1", &bundle, options).unwrap();
    for json in [ENROL, &profile("a", r#""sweetness":"low""#)] {
        let answer = say(&mut ledger, json);
        assert!(answer.is_ok(), "{answer:?}");
    }
    (ledger, clock)
}

fn profile(key: &str, attributes: &str) -> String {
    format!(r#"{{"do":"profile","key":"{key}","member":"card:1","attributes":{{{attributes}}}}}"#)
}

fn accepted(answer: Answer) -> Accepted {
    match answer {
        Answer::Accepted(accepted) => *accepted,
        Answer::Refused(denied) => panic!("{denied:?}"),
    }
}

/// The points that a purchase gives.
fn bought(ledger: &mut Ledger, key: &str) -> Vec<String> {
    let json = format!(r#"{{"do":"purchase","key":"{key}","member":"card:1","total":"3.00"}}"#);
    let did = accepted(say(ledger, &json)).did;
    let amounts = did.iter().filter_map(|did| did.amount);
    amounts.map(|n| n.to_string()).collect()
}

fn member(ledger: &mut Ledger) -> MemberId {
    let who = Who::parse("card:1").unwrap();
    ledger.resolve(&who).unwrap().unwrap()
}

/// Attributes that are sealed, and those that may be read today.
fn known(ledger: &mut Ledger, id: MemberId) -> (Vec<String>, Vec<String>) {
    let names = |found: Option<crate::engine::verbs::profile::Profile>| {
        let attributes = found.unwrap_or_default().attributes;
        attributes.into_iter().map(|a| a.0).collect::<Vec<_>>()
    };
    let sealed = engine::profile(ledger, id).unwrap();
    (
        names(sealed),
        names(engine::profile_today(ledger, id).unwrap()),
    )
}

fn set(clock: &SteppingClock, at: &str) {
    clock.set(Instant::parse(at).unwrap().0.0);
}

#[test]
fn an_attribute_is_read_up_to_its_last_day_and_not_sealed_again_after_it() {
    let dir = tempfile::tempdir().unwrap();
    let (mut ledger, clock) = club(&dir, "2026-01-31T10:00:00+01:00");
    let id = member(&mut ledger);
    let words = |w: &[&str]| w.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
    // A month from 31 January is 28 February: the day before it is the last.
    set(&clock, "2026-02-27T23:59:00+01:00");
    assert_eq!(bought(&mut ledger, "k1"), ["3"]);
    assert_eq!(known(&mut ledger, id).1, words(&["sweetness"]));
    set(&clock, "2026-02-28T00:00:00+01:00");
    assert!(bought(&mut ledger, "k2").is_empty());
    assert_eq!(known(&mut ledger, id), (words(&["sweetness"]), vec![]));
    // The other attribute has 24 months; the next seal leaves the old one out.
    accepted(say(&mut ledger, &profile("b", r#""roast":"dark""#)));
    assert_eq!(known(&mut ledger, id).0, words(&["roast"]));
    assert_eq!(bought(&mut ledger, "k3"), ["50"]);
    set(&clock, "2028-02-28T00:00:00+01:00");
    assert!(bought(&mut ledger, "k4").is_empty());
}

#[test]
fn told_again_it_counts_from_then() {
    let dir = tempfile::tempdir().unwrap();
    let (mut ledger, clock) = club(&dir, "2026-01-10T10:00:00+01:00");
    set(&clock, "2026-02-09T10:00:00+01:00");
    accepted(say(&mut ledger, &profile("b", r#""sweetness":"low""#)));
    set(&clock, "2026-03-08T10:00:00+01:00");
    assert_eq!(bought(&mut ledger, "k1"), ["3"]);
    set(&clock, "2026-03-09T10:00:00+01:00");
    assert!(bought(&mut ledger, "k2").is_empty());
}

#[test]
fn an_erasure_takes_every_sealed_copy_of_an_attribute_with_it() {
    let dir = tempfile::tempdir().unwrap();
    let at = "2026-01-10T10:00:00+01:00";
    let (mut ledger, _) = club(&dir, at);
    accepted(say(
        &mut ledger,
        &profile("b", r#""sweetness":"high","roast":"dark""#),
    ));
    let id = member(&mut ledger);
    assert_eq!(known(&mut ledger, id).1.len(), 2);
    let erase = r#"{"do":"erase","key":"x","member":"card:1","reason":"asked for it"}"#;
    accepted(say(&mut ledger, erase));
    assert_eq!(known(&mut ledger, id), (vec![], vec![]));
    ledger.close().unwrap();
    let mut again = Ledger::rebuild(&folders(&dir), options("2026-01-11T10:00:00+01:00")).unwrap();
    assert_eq!(known(&mut again, id), (vec![], vec![]));
}

//! Programmes that are tried for some.

use super::schedules::*;
use crate::answer::Answer;
use crate::engine::{self, ActivationNote, Error, Ledger};
use crate::model::{Act, Channel, Effect, Entry, PilotScope};
use crate::policy::Bundle;

/// The café with a second shop, and that many stars in place of ten for one.
fn shops(stars: u32) -> Bundle {
    let mut bundle = of_stars(stars);
    for file in &mut bundle.files {
        if file.path == "programme.toml" {
            let store = "\n[[store]]\nid = \"nord\"\n\n[unit.star]\n";
            file.text = file.text.replacen("\n[unit.star]\n", store, 1);
        }
    }
    bundle
}

fn with(bundle: &Bundle, path: &str, change: impl Fn(&str) -> String) -> Bundle {
    let mut bundle = bundle.clone();
    for file in bundle.files.iter_mut().filter(|file| file.path == path) {
        file.text = change(&file.text);
    }
    bundle
}

fn begun(dir: &tempfile::TempDir) -> Ledger {
    let (mut ledger, _) = cafe(dir);
    engine::activate(&mut ledger, &shops(1), note("two shops")).unwrap();
    ledger
}

fn stars(entry: &Entry) -> i64 {
    let star = |effect: &Effect| match effect {
        Effect::Award { amount, .. } => amount.0,
        Effect::Debit { amount, .. } => -amount.0,
        _ => 0,
    };
    entry.effects.iter().map(star).sum()
}

const AT_NORD: &str = r#","store":"nord""#;
const AT_MITTE: &str = r#","store":"mitte""#;

fn try_at_nord(ledger: &mut Ledger) -> u64 {
    let nord = engine::pilot_store(ledger, "nord").unwrap();
    let scope = PilotScope::Stores(vec![nord]);
    let named = ("triple".to_owned(), scope);
    engine::start_pilot(ledger, &shops(3), named, note("try")).unwrap()
}

fn give_back(ledger: &mut Ledger, key: &str, of: &str, store: &str) -> Entry {
    let json = format!(
        r#"{{"do":"return","key":"{key}","member":"card:6900","of":"{of}","all":true{store}}}"#
    );
    let answer = say(ledger, &json);
    assert!(answer.is_ok(), "{answer:?}");
    ledger.find_key(key).unwrap().unwrap()
}

fn is_misuse(done: Result<impl std::fmt::Debug, Error>, words: &str) {
    let message = match done.unwrap_err() {
        Error::Programme(found) => format!("{found:?}"),
        other => other.to_string(),
    };
    assert!(message.contains(words), "{message}");
}

// proves: PC70
#[test]
fn a_pilot_decides_its_stores_and_returns_of_what_it_decided() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = begun(&dir);
    buy(&mut ledger, "before", AT_NORD);
    try_at_nord(&mut ledger);
    assert_eq!(ledger.global().bundle, 2, "for all it stays");
    let (a, b) = (
        buy(&mut ledger, "a", AT_NORD),
        buy(&mut ledger, "b", AT_MITTE),
    );
    let c = buy(&mut ledger, "c", "");
    assert_eq!((a.head.bundle, stars(&a)), (3, 9));
    assert_eq!((b.head.bundle, stars(&b)), (2, 3));
    assert_eq!((c.head.bundle, stars(&c)), (2, 3));
    // A quote is what the purchase then gives.
    let quoted =
        r#"{"do":"purchase","key":"q","member":"card:6900","total":"3.00","store":"nord"}"#;
    let request = crate::command::parse(quoted.as_bytes(), 2).unwrap();
    let Answer::Accepted(quote) = engine::quote_discounted(&mut ledger, &request, None).unwrap()
    else {
        panic!("a quote is accepted");
    };
    assert!(format!("{:?}", quote.did).contains("9"), "{quote:?}");
    // A return is decided as its sale was, wherever the goods come back.
    let back = give_back(&mut ledger, "ra", "a", AT_MITTE);
    assert_eq!((back.head.bundle, stars(&back)), (3, -9));
    let back = give_back(&mut ledger, "rb", "b", AT_NORD);
    assert_eq!((back.head.bundle, stars(&back)), (2, -3));
    let back = give_back(&mut ledger, "rbefore", "before", AT_NORD);
    assert_eq!((back.head.bundle, stars(&back)), (2, -3));
    // It survives closing, and the loss of the book.
    buy(&mut ledger, "d", AT_NORD);
    ledger.close().unwrap();
    std::fs::remove_dir_all(folders(&dir).ledger.join("book")).unwrap();
    let mut ledger = opened(&dir, "2026-11-28T10:00:00+01:00");
    assert_eq!(buy(&mut ledger, "e", AT_NORD).head.bundle, 3);
    assert_eq!(buy(&mut ledger, "f", AT_MITTE).head.bundle, 2);
    ledger.close().unwrap();
    is_sound(&dir);
}

// proves: PC71
#[test]
fn a_pilot_ends_or_becomes_the_programme_for_all() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = begun(&dir);
    try_at_nord(&mut ledger);
    let sold = buy(&mut ledger, "a", AT_NORD);
    let nord = PilotScope::Stores(vec![engine::pilot_store(&ledger, "nord").unwrap()]);
    let again = engine::start_pilot(&mut ledger, &shops(4), ("x".into(), nord), note(""));
    is_misuse(again, "runs already");
    // It ends: the programme that decided the rest decides all.
    engine::activate(&mut ledger, &shops(1), note("over")).unwrap();
    assert_eq!((ledger.global().bundle, &ledger.global().pilot), (4, &None));
    assert_eq!(stars(&buy(&mut ledger, "b", AT_NORD)), 3);
    // What it gave is taken back as it was given.
    assert_eq!(stars(&sold), 9);
    assert_eq!(stars(&give_back(&mut ledger, "ra", "a", "")), -9);
    // Another one is widened, at an instant to come.
    try_at_nord(&mut ledger);
    let at = instant("2026-11-28T06:00:00+01:00");
    engine::schedule(&mut ledger, &shops(3), at, note("wider")).unwrap();
    assert_eq!(stars(&buy(&mut ledger, "c", AT_MITTE)), 3);
    ledger.close().unwrap();
    let mut ledger = opened(&dir, "2026-11-28T10:00:00+01:00");
    assert_eq!((ledger.global().bundle, &ledger.global().pilot), (6, &None));
    assert_eq!(stars(&buy(&mut ledger, "d", AT_MITTE)), 9);
    ledger.close().unwrap();
    is_sound(&dir);
}

// proves: PC72
#[test]
fn a_pilot_for_a_label_is_decided_by_the_member_as_recorded() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = begun(&dir);
    let tagging = with(&shops(1), "campaigns/base.rhai", |text| {
        text.replace(
            "fn on_purchase(purchase, member) {\n",
            "fn on_purchase(purchase, member) {\n    if purchase.total >= 3 { tag(\"tester\"); } else { untag(\"tester\"); }\n",
        )
    });
    engine::activate(&mut ledger, &tagging, note("labels")).unwrap();
    let scope = PilotScope::Tag("tester".into());
    let tried = with(&tagging, "campaigns/base.rhai", |text| {
        text.replace("award(\"star\", 1 * ", "award(\"star\", 5 * ")
    });
    let named = ("testers".to_owned(), scope);
    engine::start_pilot(&mut ledger, &tried, named, note("")).unwrap();
    // The label of before the sale counts.
    assert_eq!(stars(&buy(&mut ledger, "a", "")), 3);
    let b = buy(&mut ledger, "b", "");
    assert_eq!((b.head.bundle, stars(&b)), (4, 15));
    // Due events are those of the programme for all.
    ledger.close().unwrap();
    let mut ledger = opened(&dir, "2027-01-02T10:00:00+01:00");
    engine::daily(&mut ledger).unwrap();
    for seq in 0..ledger.global().next_seq {
        let entry = ledger.entry(seq).unwrap().unwrap();
        if entry.head.origin.channel == Channel::House && !matches!(entry.act, Act::Genesis(_)) {
            assert_ne!(entry.head.bundle, 4, "{entry:?}");
        }
    }
    ledger.close().unwrap();
    is_sound(&dir);
}

// proves: PC73
#[test]
fn what_a_pilot_cannot_change_is_refused_in_words() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = begun(&dir);
    let (base, nord) = (shops(1), engine::pilot_store(&ledger, "nord").unwrap());
    let mut refused = |bundle: &Bundle, words: &str| {
        let scope = PilotScope::Stores(vec![nord]);
        let done = engine::start_pilot(
            &mut ledger,
            bundle,
            ("x".into(), scope),
            ActivationNote::default(),
        );
        is_misuse(done, words);
    };
    let toml = |was: &'static str, is: &'static str| {
        with(&base, "programme.toml", move |text| {
            assert!(text.contains(was), "{text}");
            text.replace(was, is)
        })
    };
    refused(&toml("value = \"0.05\"", "value = \"0.06\""), "unit star");
    refused(&toml("max_day = 500", "max_day = 501"), "spend star");
    refused(
        &toml("purposes = [\"marketing\"]", "purposes = [\"news\"]"),
        "programme",
    );
    let tiers = with(&base, "tiers.rhai", |text| format!("{text}\n// other\n"));
    refused(&tiers, "tiers");
    let mut days = base.clone();
    days.files.push(crate::model::BundleFile {
        path: "campaigns/yearly.rhai".into(),
        text: "campaign(#{ id: \"yearly\", title: \"Yearly\", on_day: #{ birthday: true } });\nfn on_day(day, member) { award(\"star\", 5); }\n".into(),
    });
    refused(&days, "days of its own");
    is_misuse(engine::pilot_store(&ledger, "west"), "mitte, nord");
    assert_eq!(ledger.global().pilot, None);
}

//! A purchase in, a verified entry out; the same after closing and rebuilding.

use crate::answer::Answer;
use crate::chain::page::Page;
use crate::command::parse;
use crate::engine::reading::pages::pages_from;
use crate::engine::{self, Folders, Ledger, Mode, Options};
use crate::model::{Instant, NameKind};
use crate::policy::{Bundle, shipped_files};
use crate::storage::clock::SteppingClock;
use crate::storage::entropy::Entropy;
use std::sync::Arc;

pub(super) fn bundle(name: &str) -> Bundle {
    Bundle::new(shipped_files(name).unwrap()).unwrap()
}

pub(super) fn options(at: &str) -> Options {
    let start = crate::model::Instant::parse(at).unwrap().0.0;
    Options {
        clock: Arc::new(SteppingClock::new(start, 1000)),
        entropy: Entropy::from_seed(&[7; 32]),
        ..Options::new("test").unwrap()
    }
}

pub(super) fn folders(dir: &tempfile::TempDir) -> Folders {
    Folders {
        ledger: dir.path().join("ledger"),
        secrets: dir.path().join("secrets"),
    }
}

pub(super) fn cafe(dir: &tempfile::TempDir, at: &str) -> Ledger {
    Ledger::create(
        &folders(dir),
        "cafe.example/1",
        &bundle("corner-cafe"),
        options(at),
    )
    .unwrap()
}

pub(super) fn say(ledger: &mut Ledger, json: &str) -> Answer {
    let request = parse(json.as_bytes(), 2).unwrap_or_else(|bad| panic!("{json}: {bad}"));
    ledger.submit(&request).unwrap()
}

pub(super) const ENROL: &str =
    r#"{"do":"enrol","key":"e1","aliases":["card:6900"],"birthday":"02-29"}"#;

// proves: S1 S103
#[test]
fn a_tuesday_coffee_is_doubled_and_survives_closing_and_rebuilding() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = cafe(&dir, "2026-11-24T10:00:00+01:00");
    assert!(say(&mut ledger, ENROL).is_ok());
    let bought = r#"{"do":"purchase","key":"k1","member":"card:6900","store":"mitte","terminal":"till-1",
        "total":"42.50","lines":[{"sku":"LATTE","category":"coffee","qty":"2","amount":"29.00"},
        {"sku":"SCONE","category":"food","qty":"1","amount":"13.50"}],"tenders":[{"kind":"cash","amount":"42.50"}]}"#;
    let Answer::Accepted(first) = say(&mut ledger, bought) else {
        panic!("refused")
    };
    let awards: Vec<i64> = first
        .did
        .iter()
        .filter(|d| d.effect.as_str() == "award")
        .filter_map(|d| d.amount.map(|n| n.whole()))
        .collect();
    assert_eq!(awards, [43, 42], "{first:?}");
    assert_eq!(first.after["star"], 85);
    let Answer::Accepted(again) = say(&mut ledger, bought) else {
        panic!("refused")
    };
    assert!(again.repeated);
    assert_eq!((&again.did, &again.after), (&first.did, &first.after));
    ledger.close().unwrap();

    let mut ledger = Ledger::open(&folders(&dir), options("2026-11-24T11:00:00+01:00")).unwrap();
    assert_eq!(ledger.notes(), Vec::<String>::new());
    let Answer::Accepted(later) = say(&mut ledger, bought) else {
        panic!("refused")
    };
    assert!(later.repeated);
    let back = r#"{"do":"return","key":"r1","of":"k1","lines":[{"line":2}]}"#;
    let Answer::Accepted(back) = say(&mut ledger, back) else {
        panic!("refused")
    };
    assert_eq!(back.after["star"], 58, "{back:?}");
    let global = ledger.global().clone();
    ledger.close().unwrap();

    let ledger = Ledger::rebuild(&folders(&dir), options("2026-11-24T12:00:00+01:00")).unwrap();
    assert_eq!(*ledger.global(), global);
}

#[test]
fn a_quote_is_what_the_purchase_then_gives_and_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = cafe(&dir, "2026-11-24T10:00:00+01:00");
    say(&mut ledger, ENROL);
    let size = ledger.checkpoint().checkpoint().size();
    let request = parse(
        br#"{"do":"purchase","key":"q","member":"card:6900","total":"10.00"}"#,
        2,
    )
    .unwrap();
    let Answer::Accepted(quoted) = engine::quote(&mut ledger, &request, None).unwrap() else {
        panic!("refused")
    };
    assert_eq!(ledger.checkpoint().checkpoint().size(), size);
    let Answer::Accepted(done) = ledger.submit(&request).unwrap() else {
        panic!("refused")
    };
    assert_eq!((quoted.did, quoted.after), (done.did, done.after));
    assert_eq!(ledger.checkpoint().checkpoint().size(), size + 1);
}

#[test]
fn a_group_is_answered_in_order_and_history_comes_before_live_entries() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = cafe(&dir, "2026-11-24T10:00:00+01:00");
    let mode = Mode {
        is_history: true,
        is_enrolling: true,
        ..Mode::default()
    };
    for (n, day) in ["2024-03-01", "2024-11-30", "2025-02-01"]
        .iter()
        .enumerate()
    {
        let json = format!(
            r#"{{"do":"purchase","key":"h{n}","member":"card:1","at":"{day}T12:00:00+01:00","total":"100.00"}}"#
        );
        ledger
            .stage(&parse(json.as_bytes(), 2).unwrap(), mode)
            .unwrap();
    }
    let answers = ledger.commit().unwrap();
    assert!(answers.iter().all(Answer::is_ok), "{answers:?}");
    let live = say(
        &mut ledger,
        r#"{"do":"purchase","key":"now","member":"card:1","total":"1.00"}"#,
    );
    // 200 of 2024 keep half (100), with the 100 of 2025 that is 200, half of it is 100.
    let Answer::Accepted(live) = live else {
        panic!("{live:?}")
    };
    assert_eq!(live.after["star"], 102, "{live:?}");
}

#[test]
fn an_unchanged_programme_has_nothing_to_put_right_after_caps_and_returns() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = cafe(&dir, "2026-11-24T10:00:00+01:00");
    say(&mut ledger, ENROL);
    for (key, total) in [("t1", "42.50"), ("t2", "400.00"), ("t3", "30.00")] {
        let json =
            format!(r#"{{"do":"purchase","key":"{key}","member":"card:6900","total":"{total}"}}"#);
        assert!(say(&mut ledger, &json).is_ok());
    }
    for json in [
        r#"{"do":"return","key":"r1","of":"t1","all":true}"#,
        r#"{"do":"return","key":"r2","of":"t2","amount":"150.00"}"#,
    ] {
        let answer = say(&mut ledger, json);
        assert!(answer.is_ok(), "{answer:?}");
    }
    let (from, to) = (Instant(0), Instant(i64::MAX));
    for campaign in ["base", "double-tuesday"] {
        assert_eq!(
            engine::redecide(&mut ledger, campaign, from, to).unwrap(),
            [],
            "{campaign}"
        );
    }
}

// proves: PC22
#[test]
fn a_removed_campaign_is_put_right_from_its_own_points_and_tiers_are_judged() {
    let dir = tempfile::tempdir().unwrap();
    // A Tuesday.
    let mut ledger = cafe(&dir, "2026-11-24T10:00:00+01:00");
    say(&mut ledger, ENROL);
    let mut at = Vec::new();
    for (key, total) in [("t1", "100.00"), ("t2", "150.00")] {
        let json =
            format!(r#"{{"do":"purchase","key":"{key}","member":"card:6900","total":"{total}"}}"#);
        let Answer::Accepted(done) = say(&mut ledger, &json) else {
            panic!("refused")
        };
        let entry = ledger.entry(done.seq.unwrap()).unwrap().unwrap();
        at.push((entry.seq, entry.head.occurred_at()));
    }
    let names = ledger.global().names.clone();
    let number = |kind, id: &str| names.number(kind, id).unwrap();
    let star = number(NameKind::Unit, "star");
    let [base, tuesday] = ["base", "double-tuesday"].map(|id| number(NameKind::Campaign, id));
    let figures = |ledger: &Ledger, campaign| {
        let mut tallies = ledger.global().tallies.ever(campaign);
        let tally = tallies.find(|t| t.unit == star).unwrap();
        (tally.issued, tally.used, tally.voided)
    };
    assert_eq!(figures(&ledger, base), (250, 0, 0));
    assert_eq!(figures(&ledger, tuesday), (250, 0, 0));

    // Without it, and with twice the year-stars of the base.
    let mut new = bundle("corner-cafe");
    new.files.retain(|f| !f.path.contains("tuesday"));
    for file in new
        .files
        .iter_mut()
        .filter(|f| f.path == "campaigns/base.rhai")
    {
        file.text = file
            .text
            .replace("award(\"year-star\", ", "award(\"year-star\", 10 * ");
    }
    engine::activate(&mut ledger, &new, Default::default()).unwrap();
    // The second alone, by its instant.
    let second = engine::redecide(&mut ledger, "double-tuesday", at[1].1, at[1].1).unwrap();
    let shown: Vec<_> = second.iter().map(|d| (d.of, d.unit, d.points.0)).collect();
    assert_eq!(shown, [(Some(at[1].0), star, -150)]);
    assert!(engine::redecide(&mut ledger, "double-monday", at[0].1, at[1].1).is_err());

    // 170 of the 250 of Tuesday are spent: the rest is taken, and none of the base's.
    let spent = r#"{"do":"redeem","key":"s","member":"card:6900","unit":"star","points":"270"}"#;
    assert!(say(&mut ledger, spent).is_ok());
    let (was_base, was) = (figures(&ledger, base), figures(&ledger, tuesday));
    let all = engine::redecide(&mut ledger, "double-tuesday", Instant(0), at[1].1).unwrap();
    engine::settle_redecided(&mut ledger, &all, true, "over").unwrap();
    assert_eq!(figures(&ledger, base), was_base);
    let left = was.0 - was.1;
    assert_eq!(figures(&ledger, tuesday), (was.0, was.1, left));

    // Points toward tiers are corrected, and the tier with them.
    let id = all[0].member;
    let tier = |ledger: &mut Ledger| ledger.member(id).unwrap().unwrap().tier.map(|t| t.tier);
    let before = tier(&mut ledger);
    let more = engine::redecide(&mut ledger, "base", Instant(0), at[1].1).unwrap();
    assert!(!more.is_empty());
    engine::settle_redecided(&mut ledger, &more, false, "year-stars were missing").unwrap();
    assert_ne!(tier(&mut ledger), before);
    assert_eq!(figures(&ledger, base), was_base);
    assert!(
        engine::redecide(&mut ledger, "base", Instant(0), at[1].1)
            .unwrap()
            .is_empty()
    );
}

// proves: PC23
#[test]
fn figures_of_a_campaign_go_on_over_pause_and_resume() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = cafe(&dir, "2026-11-24T10:00:00+01:00");
    say(&mut ledger, ENROL);
    let buy = |ledger: &mut Ledger, key: &str| {
        let json =
            format!(r#"{{"do":"purchase","key":"{key}","member":"card:6900","total":"10.00"}}"#);
        assert!(say(ledger, &json).is_ok());
    };
    buy(&mut ledger, "1");
    for action in ["pause", "resume"] {
        let json = format!(
            r#"{{"do":"campaign","key":"{action}","action":"{action}","campaign":"base","reason":"x"}}"#
        );
        assert!(say(&mut ledger, &json).is_ok());
    }
    buy(&mut ledger, "2");
    let base = ledger
        .global()
        .names
        .number(NameKind::Campaign, "base")
        .unwrap();
    let sums = |ledger: &Ledger| {
        let since = ledger
            .global()
            .tallies
            .since_resumed(base)
            .map(|t| t.issued)
            .sum::<i128>();
        let ever = ledger
            .global()
            .tallies
            .ever(base)
            .map(|t| t.issued)
            .sum::<i128>();
        (since, ever)
    };
    assert_eq!(sums(&ledger), (10, 20));
    ledger.close().unwrap();
    let ledger = Ledger::open(&folders(&dir), options("2026-11-24T11:00:00+01:00")).unwrap();
    assert_eq!(sums(&ledger), (10, 20));
    ledger.close().unwrap();
    let ledger = Ledger::rebuild(&folders(&dir), options("2026-11-24T12:00:00+01:00")).unwrap();
    assert_eq!(sums(&ledger), (10, 20));
}

#[test]
fn a_balance_at_an_instant_counts_what_had_ended_and_what_was_kept() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = cafe(&dir, "2026-11-24T10:00:00+01:00");
    say(&mut ledger, ENROL);
    let bought = r#"{"do":"purchase","key":"k","member":"card:6900","total":"100.50"}"#;
    let Answer::Accepted(bought) = say(&mut ledger, bought) else {
        panic!("refused")
    };
    let id = crate::model::MemberId::parse(&bought.member.unwrap()).unwrap();
    let names = ledger.global().names.clone();
    let star = names.number(crate::model::NameKind::Unit, "star").unwrap();
    let held = |ledger: &mut Ledger, at: &str| {
        let at = crate::model::Instant::parse(at).unwrap().0;
        let all = engine::standing_at(ledger, id, at).unwrap().0;
        all.iter().find(|u| u.0 == star).map(|u| u.1.0)
    };
    assert_eq!(held(&mut ledger, "2026-11-24T09:00:00+01:00"), None);
    assert_eq!(held(&mut ledger, "2026-12-31T23:59:59+01:00"), Some(201));
    assert_eq!(held(&mut ledger, "2027-01-01T00:00:00+01:00"), Some(101));
    assert_eq!(held(&mut ledger, "2028-01-01T00:00:00+01:00"), Some(51));
    assert_eq!(ledger.global().names, names);
}

#[test]
fn the_pages_of_the_journal_are_found_from_any_entry_on() {
    use crate::storage::journal::Position;
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = cafe(&dir, "2026-11-24T10:00:00+01:00");
    say(&mut ledger, ENROL);
    let all_alike = |ledger: &mut Ledger| {
        let end = ledger.global().next_seq;
        let pages = ledger.writer.read(Position::START);
        let pages: Vec<Page> = pages.map(|stored| stored.unwrap().page).collect();
        for from in (0..=end + 1).step_by(7) {
            let near = pages_from(ledger, from).unwrap().map(Result::unwrap);
            let all = pages.iter().filter(|page| page.header.next_seq() > from);
            assert!(near.eq(all.cloned()), "from {from} of {end}");
            let found = ledger.entry(from).unwrap();
            assert_eq!(
                found.map(|entry| entry.seq),
                Some(from).filter(|_| from < end)
            );
        }
    };
    // Pages of one sector, and some longer than the grain of the index.
    for n in 0..700 {
        let bought =
            format!(r#"{{"do":"purchase","key":"k{n}","member":"card:6900","total":"1.00"}}"#);
        let request = crate::command::parse(bought.as_bytes(), 2).unwrap();
        ledger.stage(&request, Default::default()).unwrap();
        if n < 130 || n % 150 == 0 {
            ledger.commit().unwrap();
        }
    }
    ledger.commit().unwrap();
    all_alike(&mut ledger);
    ledger.close().unwrap();
    let mut ledger = Ledger::open(&folders(&dir), options("2026-11-24T12:00:00+01:00")).unwrap();
    all_alike(&mut ledger);
    ledger.close().unwrap();
    std::fs::remove_dir_all(dir.path().join("ledger/book")).unwrap();
    let mut ledger = Ledger::open(&folders(&dir), options("2026-11-24T13:00:00+01:00")).unwrap();
    all_alike(&mut ledger);
}

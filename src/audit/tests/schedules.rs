//! Scheduled programmes, and stories kept with activations.

use crate::answer::Answer;
use crate::audit;
use crate::command::{Who, parse};
use crate::engine::{self, ActivationNote, Folders, Ledger, Options, StoriesFound};
use crate::model::{
    Act, BundleFile, CampaignStatus, Effect, Entry, Instant, MINUTE, NameKind, WarningCode,
};
use crate::policy::{Bundle, shipped_files};
use crate::storage::clock::SteppingClock;
use crate::storage::entropy::Entropy;
use std::sync::Arc;

const START: &str = "2026-11-27T10:00:00+01:00";
const MONDAY: &str = "2026-11-30T00:00:00+01:00";

pub(super) fn instant(text: &str) -> Instant {
    Instant::parse(text).unwrap().0
}

const ENROL: &str = r#"{"do":"enrol","key":"e1","aliases":["card:6900"]}"#;

pub(super) fn bundle(name: &str) -> Bundle {
    Bundle::new(shipped_files(name).unwrap()).unwrap()
}

pub(super) fn folders(dir: &tempfile::TempDir) -> Folders {
    Folders {
        ledger: dir.path().join("ledger"),
        secrets: dir.path().join("secrets"),
    }
}

pub(super) fn say(ledger: &mut Ledger, json: &str) -> Answer {
    ledger.submit(&parse(json.as_bytes(), 2).unwrap()).unwrap()
}

pub(super) fn with_clock(at: &str) -> (Options, Arc<SteppingClock>) {
    let clock = Arc::new(SteppingClock::new(instant(at).0, 1000));
    let given = Options {
        clock: Arc::<SteppingClock>::clone(&clock),
        entropy: Entropy::from_seed(&[7; 32]),
        ..Options::new("test").unwrap()
    };
    (given, clock)
}

pub(super) fn cafe(dir: &tempfile::TempDir) -> (Ledger, Arc<SteppingClock>) {
    let (options, clock) = with_clock(START);
    let (folders, cafe) = (folders(dir), bundle("corner-cafe"));
    let mut ledger = Ledger::create(&folders, "cafe.example/1", &cafe, options).unwrap();
    assert!(say(&mut ledger, ENROL).is_ok());
    (ledger, clock)
}

/// The café's programme with that many stars in place of ten.
pub(super) fn of_stars(stars: u32) -> Bundle {
    let mut new = bundle("corner-cafe");
    for file in &mut new.files {
        let (is, becomes) = ("award(\"star\", ", format!("award(\"star\", {stars} * "));
        if file.path == "campaigns/base.rhai" {
            assert!(file.text.contains(is), "{}", file.text);
            file.text = file.text.replace(is, &becomes);
        }
    }
    new
}

pub(super) fn note(text: &str) -> ActivationNote {
    ActivationNote {
        note: text.into(),
        ..ActivationNote::default()
    }
}

pub(super) fn buy(ledger: &mut Ledger, key: &str, more: &str) -> Entry {
    let json =
        format!(r#"{{"do":"purchase","key":"{key}","member":"card:6900","total":"3.00"{more}}}"#);
    let answer = say(ledger, &json);
    assert!(answer.is_ok(), "{answer:?}");
    ledger.find_key(key).unwrap().unwrap()
}

/// Entry and instants of the activation of a number.
fn activated(ledger: &mut Ledger, number: u32) -> (u64, Instant, Option<u64>) {
    let (entry, activation) = engine::activation(ledger, number).unwrap();
    (entry.seq, entry.head.occurred_at(), activation.scheduled)
}

/// The ledger, opened by a clock at that instant.
pub(super) fn opened(dir: &tempfile::TempDir, at: &str) -> Ledger {
    let options = Options {
        is_clock_accepted: true,
        ..with_clock(at).0
    };
    Ledger::open(&folders(dir), options).unwrap()
}

pub(super) fn is_sound(dir: &tempfile::TempDir) {
    let options = audit::Options::new(&folders(dir).ledger);
    let report = audit::verify(&options, |_, _| ()).unwrap();
    assert_eq!(report.outcome(), audit::Outcome::Held, "{report}");
    assert!(report.claim(2).unwrap().findings.is_empty(), "{report}");
}

// proves: PC51
#[test]
fn a_schedule_takes_effect_at_its_instant_however_late_the_ledger_comes_to_it() {
    let dir = tempfile::tempdir().unwrap();
    let (mut ledger, clock) = cafe(&dir);
    let at = instant(MONDAY);
    let seq = engine::schedule(&mut ledger, &of_stars(2), at, note("double")).unwrap();
    let before = buy(&mut ledger, "a", "");
    assert_eq!(before.head.bundle, 1);
    // The last microsecond is the old programme's.
    clock.set(at.0 - 3 * MINUTE);
    assert_eq!(buy(&mut ledger, "b", "").head.bundle, 1);
    ledger.close().unwrap();

    // Nobody was there at the instant, and five days went by.
    let (options, clock) = with_clock("2026-12-05T09:00:00+01:00");
    let mut ledger = Ledger::open(&folders(&dir), options).unwrap();
    assert_eq!(ledger.global().bundle, 2, "opening takes it");
    let (entry, occurred, scheduled) = activated(&mut ledger, 2);
    assert_eq!((occurred, scheduled), (at, Some(seq)));
    assert!(ledger.global().scheduled.is_empty());
    // Due events of the days before are the old programme's, those behind the new one's.
    engine::daily(&mut ledger).unwrap();
    for n in 0..ledger.global().next_seq {
        let due = ledger.entry(n).unwrap().unwrap();
        if matches!(due.act, Act::Due { .. }) {
            assert_eq!(
                due.head.bundle == 2,
                due.head.occurred_at() >= at,
                "{due:?}"
            );
        }
    }
    // A late sale is the programme's that is in force when it comes in.
    let late = buy(&mut ledger, "c", r#","at":"2026-11-29T20:00:00+01:00""#);
    assert_eq!(late.head.bundle, 2);
    assert!(late.seq > entry && late.head.occurred_at() < at);
    clock.set(instant("2026-12-05T10:00:00+01:00").0);
    assert_eq!(buy(&mut ledger, "d", "").head.bundle, 2);
    ledger.close().unwrap();
    is_sound(&dir);
}

#[test]
fn a_running_ledger_takes_a_schedule_before_the_next_decision_or_quote() {
    let dir = tempfile::tempdir().unwrap();
    let (mut ledger, clock) = cafe(&dir);
    let at = instant(MONDAY);
    engine::schedule(&mut ledger, &of_stars(2), at, note("")).unwrap();
    engine::schedule(&mut ledger, &of_stars(3), at.after(60 * MINUTE), note("")).unwrap();
    engine::schedule(&mut ledger, &of_stars(4), at.after(30 * MINUTE), note("")).unwrap();
    clock.set(at.0 - 1);
    assert_eq!(
        buy(&mut ledger, "a", "").head.bundle,
        1,
        "a microsecond before"
    );
    clock.set(at.0);
    assert_eq!(buy(&mut ledger, "b", "").head.bundle, 2, "at it");
    clock.set(at.0 + 2 * 60 * MINUTE);
    let quote = br#"{"do":"purchase","key":"q","member":"card:6900","total":"3.00"}"#;
    let quote = parse(quote, 2).unwrap();
    let _ = engine::quote(&mut ledger, &quote, None).unwrap();
    let at: Vec<Instant> = (2..=4).map(|n| activated(&mut ledger, n).1).collect();
    assert!(at.is_sorted(), "in the order of their instants: {at:?}");
    let (_, last) = engine::activation(&mut ledger, 4).unwrap();
    assert_eq!(last.files, of_stars(3).files);
    ledger.close().unwrap();
    is_sound(&dir);
}

#[test]
fn a_schedule_is_cancelled_once_and_a_past_one_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let (mut ledger, clock) = cafe(&dir);
    let past = engine::schedule(&mut ledger, &of_stars(2), instant(START), note(""));
    assert!(past.unwrap_err().to_string().contains("is past"));
    let at = instant(MONDAY);
    let seq = engine::schedule(&mut ledger, &of_stars(2), at, note("")).unwrap();
    // Something else takes effect meanwhile; the schedule stays.
    engine::activate(&mut ledger, &of_stars(5), note("")).unwrap();
    assert_eq!(ledger.global().scheduled.len(), 1);
    engine::cancel_schedule(&mut ledger, seq, "posters are late", None).unwrap();
    let again = engine::cancel_schedule(&mut ledger, seq, "", None)
        .unwrap_err()
        .to_string();
    assert!(again.contains("still to come"), "{again}");
    clock.set(at.0 + MINUTE);
    assert_eq!(buy(&mut ledger, "a", "").head.bundle, 2);
    ledger.close().unwrap();
    is_sound(&dir);
}

/// A programme whose only unit has a name.
fn with_unit(unit: &str, notice: &str) -> Bundle {
    let manifest = format!(
        "[programme]\nname = \"x\"\ncurrency = \"EUR\"\nzone = \"Europe/Berlin\"\nnotice = \"{notice}\"\n[unit.{unit}]\nkind = \"spendable\"\n"
    );
    let base = format!(
        "campaign(#{{ id: \"base\", title: \"x\", role: \"base\" }});\nfn on_purchase(purchase, member) {{ award(\"{unit}\", purchase.earning); }}\n"
    );
    let files = [("programme.toml", manifest), ("campaigns/base.rhai", base)];
    let files = files.map(|(path, text)| (path.into(), text.into()));
    Bundle::new(files.to_vec()).unwrap()
}

// proves: PC52
#[test]
fn a_programme_that_can_no_longer_take_effect_is_cancelled_and_the_till_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let (options, clock) = with_clock(START);
    let (folders, points) = (folders(&dir), with_unit("point", "0 days"));
    let mut ledger = Ledger::create(&folders, "cafe.example/1", &points, options).unwrap();
    assert!(say(&mut ledger, ENROL).is_ok());
    // Nobody has a point yet, so they may go; by Monday somebody does.
    let at = instant(MONDAY);
    engine::schedule(&mut ledger, &with_unit("star", "0 days"), at, note("")).unwrap();
    buy(&mut ledger, "a", "");
    let no = engine::schedule(
        &mut ledger,
        &with_unit("heart", "0 days"),
        at.after(-MINUTE),
        note(""),
    );
    assert!(no.is_err(), "what is known to fail is refused");
    clock.set(at.0 + MINUTE);
    assert_eq!(buy(&mut ledger, "b", "").head.bundle, 1);
    assert!(ledger.global().scheduled.is_empty());
    let told = |act: &Act| matches!(act, Act::ScheduleCancelled { reason, .. } if reason.contains("still hold some"));
    let found = (0..ledger.global().next_seq).find(|n| {
        let entry = ledger.entry(*n).unwrap().unwrap();
        told(&entry.act)
    });
    assert!(found.is_some());
    let failed = |ledger: &Ledger| {
        let all = engine::daily_warnings(ledger).unwrap().into_iter();
        let mut all = all.filter(|w| w.code == WarningCode::ScheduleFailed.as_str());
        all.next().map(|w| w.message)
    };
    assert!(failed(&ledger).unwrap().contains("still hold some"));
    // What a person cancels is no failure, and their next activation ends the warning.
    let later = at.after(10 * MINUTE);
    let seq = engine::schedule(&mut ledger, &points, later, note("")).unwrap();
    engine::cancel_schedule(&mut ledger, seq, "not now", None).unwrap();
    assert_eq!(ledger.global().failed_schedules.len(), 1);
    engine::activate(&mut ledger, &points, note("")).unwrap();
    assert_eq!(failed(&ledger), None);
    ledger.close().unwrap();
    is_sound(&dir);
}

#[test]
fn stories_are_kept_with_their_activation_and_better_ones_are_no_new_programme() {
    let dir = tempfile::tempdir().unwrap();
    let (mut ledger, _) = cafe(&dir);
    let stories = |text: &str| {
        vec![BundleFile {
            path: "stories/one.story".into(),
            text: text.into(),
        }]
    };
    let kept = |ledger: &mut Ledger, number| engine::stories_of(ledger, number).unwrap();
    assert_eq!(kept(&mut ledger, 1), StoriesFound::Kept(Vec::new()));
    let with = |text: &str| ActivationNote {
        stories: stories(text),
        ..ActivationNote::default()
    };
    engine::activate(&mut ledger, &of_stars(2), with("one")).unwrap();
    engine::activate(&mut ledger, &of_stars(3), with("two")).unwrap();
    engine::keep_stories(&mut ledger, stories("three"))
        .unwrap()
        .unwrap();
    assert_eq!(
        engine::keep_stories(&mut ledger, stories("three")).unwrap(),
        None
    );
    assert_eq!(
        ledger.global().bundle,
        3,
        "a better story is no new programme"
    );
    // The same stories again are not written twice.
    let size = ledger.global().next_seq;
    engine::activate(&mut ledger, &of_stars(2), with("one")).unwrap();
    assert_eq!(ledger.global().next_seq, size + 1);
    let told: Vec<_> = (2..=4).map(|n| kept(&mut ledger, n)).collect();
    let expected = ["one", "three", "one"].map(|text| StoriesFound::Kept(stories(text)));
    assert_eq!(told, expected);
    ledger.close().unwrap();
    is_sound(&dir);
}

// proves: PC74
#[test]
fn a_schedule_leaves_paused_what_people_paused_and_brings_aliases_into_form() {
    let dir = tempfile::tempdir().unwrap();
    let (mut ledger, _) = cafe(&dir);
    let enrol = r#"{"do":"enrol","key":"e2","aliases":["phone:030 111"]}"#;
    assert!(say(&mut ledger, enrol).is_ok());
    let whose = |ledger: &mut Ledger, alias: &str| {
        let who = Who::parse(alias).unwrap();
        ledger.resolve(&who).unwrap()
    };
    let before = whose(&mut ledger, "phone:030111");
    assert!(before.is_some() && whose(&mut ledger, "phone:+4930111").is_none());
    let pause = r#"{"do":"campaign","key":"p","campaign":"double-tuesday","action":"pause","reason":"too dear"}"#;
    assert!(say(&mut ledger, pause).is_ok());
    let mut new = of_stars(2);
    for file in &mut new.files {
        if file.path == "programme.toml" {
            let forms = "\n[alias.phone]\nform = \"phone\"\ncountry = \"DE\"\n";
            file.text.push_str(forms);
        }
    }
    engine::schedule(&mut ledger, &new, instant(MONDAY), note("")).unwrap();
    ledger.close().unwrap();
    // Nobody was there at the instant; it is a Tuesday now.
    for _ in 0..2 {
        let mut ledger = opened(&dir, "2026-12-01T10:00:00+01:00");
        assert_eq!(ledger.global().bundle, 2);
        for alias in ["phone:+4930111", "phone:030 111"] {
            assert_eq!(whose(&mut ledger, alias), before, "{alias}");
        }
        let tuesday = ledger
            .global()
            .names
            .number(NameKind::Campaign, "double-tuesday");
        assert_eq!(
            ledger.global().status(tuesday.unwrap()),
            CampaignStatus::Paused
        );
        let key = format!("t{}", ledger.global().next_seq);
        let bought = buy(&mut ledger, &key, "");
        let award = |effect: &&Effect| matches!(effect, Effect::Award { .. });
        assert_eq!(bought.effects.iter().filter(award).count(), 1);
        ledger.close().unwrap();
        std::fs::remove_dir_all(folders(&dir).ledger.join("book")).unwrap();
    }
    is_sound(&dir);
}

/// The café with a notice of two days, its only price of 60 points as given.
fn with_notice(prices: &str, notice: &str) -> Bundle {
    let mut new = bundle("corner-cafe");
    for file in &mut new.files {
        let named = "currency = \"EUR\"\n";
        let promised = format!("{named}notice = \"{notice}\"\n");
        file.text = file.text.replace(named, &promised);
        file.text = file.text.replace("points: 60", prices);
    }
    new
}

/// Messages of a template that may be sent, by member.
fn to_send(ledger: &mut Ledger, template: &str) -> Vec<String> {
    let messages = engine::outbox(ledger, None, 1000, false).unwrap().messages;
    let found = messages.into_iter().filter(|m| m.template == template);
    let mut members: Vec<String> = found.map(|message| message.member).collect();
    members.sort();
    members
}

/// What was announced and does not come: what was not sent is withdrawn, and those who may
/// have heard of it hear that, once.
// proves: PC85
#[test]
fn an_announcement_is_withdrawn_with_its_schedule() {
    let dir = tempfile::tempdir().unwrap();
    let (mut ledger, _) = cafe(&dir);
    for n in 0..150 {
        let json = format!(r#"{{"do":"enrol","key":"m{n}","aliases":["card:{n}"]}}"#);
        assert!(say(&mut ledger, &json).is_ok());
    }
    let promise = with_notice("points: 60", "2 days");
    engine::activate(&mut ledger, &promise, note("")).unwrap();
    let dearer = with_notice("points: 80", "2 days");
    let schedule =
        |ledger: &mut Ledger| engine::schedule(ledger, &dearer, instant(MONDAY), note("")).unwrap();
    // Nothing was sent yet: whoever cancels says so, or does not know.
    let first = schedule(&mut ledger);
    let asked = engine::cancel_schedule(&mut ledger, first, "", None).unwrap_err();
    for words in ["151 messages", "--told", "--untold"] {
        assert!(asked.to_string().contains(words), "{words}: {asked}");
    }
    let cancelled = engine::cancel_schedule(&mut ledger, first, "", Some(false)).unwrap();
    assert_eq!((cancelled.messages, cancelled.is_told), (151, false));
    assert!(
        engine::outbox(&mut ledger, None, 1000, false)
            .unwrap()
            .messages
            .is_empty()
    );
    let all = engine::outbox(&mut ledger, None, 1000, true)
        .unwrap()
        .messages;
    assert_eq!(all.len(), 151);
    assert!(all.iter().all(|m| m.is_withdrawn && m.is_suppressed));
    // Of the second one some were sent.
    let second = schedule(&mut ledger);
    let sent = engine::outbox(&mut ledger, None, 60, false).unwrap();
    let to = sent.next.unwrap();
    let read = format!(r#"{{"do":"acknowledge","key":"a","consumer":"mailer","position":"{to}"}}"#);
    assert!(say(&mut ledger, &read).is_ok());
    let refused = engine::cancel_schedule(&mut ledger, second, "", Some(false)).unwrap_err();
    assert!(refused.to_string().contains("60 of the 151"), "{refused}");
    for json in [
        r#"{"do":"erase","key":"x","member":"card:0","reason":"asked"}"#,
        r#"{"do":"merge","key":"y","member":"card:1","into":"card:2","reason":"twice"}"#,
        r#"{"do":"enrol","key":"z","aliases":["card:late"]}"#,
        r#"{"do":"merge","key":"w","member":"card:3","into":"card:late","reason":"twice"}"#,
    ] {
        assert!(say(&mut ledger, json).is_ok(), "{json}");
    }
    let cancelled = engine::cancel_schedule(&mut ledger, second, "", None).unwrap();
    assert_eq!((cancelled.acknowledged, cancelled.is_told), (60, true));
    assert!(to_send(&mut ledger, "terms-change").is_empty());
    let mut told = to_send(&mut ledger, "terms-kept");
    let late = ledger.find_key("z").unwrap().unwrap().member().unwrap();
    assert!(told.contains(&late.to_string()), "the card of 3 was told");
    // 151 without the erased one and the one merged into a member who is told too.
    assert_eq!(told.len(), 149);
    told.dedup();
    assert_eq!(told.len(), 149);
    assert_eq!(ledger.global().announcements.telling, None);
    // The third one comes.
    schedule(&mut ledger);
    assert_eq!(to_send(&mut ledger, "terms-change").len(), 149);
    ledger.close().unwrap();
    is_sound(&dir);
    let ledger = Ledger::rebuild(&folders(&dir), with_clock(MONDAY).0).unwrap();
    assert_eq!(ledger.global().announcements.known.len(), 3);
    ledger.close().unwrap();
}

/// Two that were announced and cannot take effect when the ledger comes to both at once.
#[test]
fn each_announced_schedule_that_cannot_take_effect_is_taken_back() {
    let dir = tempfile::tempdir().unwrap();
    let (options, clock) = with_clock(START);
    let points = with_unit("point", "1 day");
    let mut ledger = Ledger::create(&folders(&dir), "cafe.example/1", &points, options).unwrap();
    assert!(say(&mut ledger, ENROL).is_ok());
    let at = instant(MONDAY);
    for (unit, at) in [("star", at), ("heart", at.after(MINUTE))] {
        engine::schedule(&mut ledger, &with_unit(unit, "1 day"), at, note("")).unwrap();
    }
    assert_eq!(to_send(&mut ledger, "terms-change").len(), 2);
    let sent = engine::outbox(&mut ledger, None, 10, false)
        .unwrap()
        .next
        .unwrap();
    let read =
        format!(r#"{{"do":"acknowledge","key":"r","consumer":"mailer","position":"{sent}"}}"#);
    assert!(say(&mut ledger, &read).is_ok());
    buy(&mut ledger, "a", "");
    clock.set(at.0 + 2 * MINUTE);
    buy(&mut ledger, "b", "");
    assert!(ledger.global().scheduled.is_empty());
    assert_eq!(to_send(&mut ledger, "terms-kept").len(), 2);
    ledger.close().unwrap();
    is_sound(&dir);
}

/// Terms that get worse are told to every active member before they take effect, and never
/// twice.
// proves: PC78
#[test]
fn worse_terms_wait_for_the_notice_and_members_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let (mut ledger, clock) = cafe(&dir);
    for n in 0..150 {
        let json = format!(r#"{{"do":"enrol","key":"m{n}","aliases":["card:{n}"]}}"#);
        assert!(say(&mut ledger, &json).is_ok());
    }
    let with = with_notice;
    engine::activate(&mut ledger, &with("points: 60", "2 days"), note("")).unwrap();
    let dearer = with("points: 80", "2 days");
    let refused = engine::activate(&mut ledger, &dearer, note(""))
        .unwrap_err()
        .to_string();
    for words in [
        "2 days",
        "points 60 becomes 80",
        "2026-11-30T00:00:00+01:00",
        "--at 2026-11-30",
    ] {
        assert!(refused.contains(words), "{words}: {refused}");
    }
    let early = instant(MONDAY).0 - 1;
    assert!(engine::schedule(&mut ledger, &dearer, Instant(early), note("")).is_err());
    // Neither may the notice be dropped first, nor a pilot do it.
    let without = with("points: 60", "0 days");
    let refused = engine::activate(&mut ledger, &without, note(""))
        .unwrap_err()
        .to_string();
    assert!(refused.contains("notice"), "{refused}");
    // Better ones need none.
    engine::activate(&mut ledger, &with("points: 50", "2 days"), note("")).unwrap();
    let erase = r#"{"do":"erase","key":"x","member":"card:0","reason":"asked"}"#;
    assert!(say(&mut ledger, erase).is_ok());
    let seq = engine::schedule(&mut ledger, &dearer, instant(MONDAY), note("")).unwrap();
    let sent = |ledger: &mut Ledger| engine::outbox(ledger, None, 1000, true).unwrap().messages;
    let messages = sent(&mut ledger);
    let mut told: Vec<&String> = messages.iter().map(|message| &message.member).collect();
    told.sort();
    told.dedup();
    assert_eq!((messages.len(), told.len()), (150, 150));
    let message = &messages[0];
    assert_eq!(
        (message.template.as_str(), message.is_suppressed),
        ("terms-change", false)
    );
    let var = |name: &str| {
        message
            .vars
            .iter()
            .find(|v| v.0 == name)
            .unwrap()
            .1
            .to_string()
    };
    assert!(var("terms").contains("points 50 becomes 80"), "{message:?}");
    assert!(var("terms_zh").contains("50 → 80"), "{message:?}");
    assert!(
        var("at").contains("2026-11-30T00:00:00+01:00"),
        "{message:?}"
    );
    assert_eq!(ledger.global().announcements.telling, None);
    clock.set(instant(MONDAY).0 + MINUTE);
    engine::take_schedules(&mut ledger).unwrap();
    assert_eq!(activated(&mut ledger, 4).2, Some(seq));
    assert_eq!(sent(&mut ledger).len(), 150);
    ledger.close().unwrap();
    is_sound(&dir);
}

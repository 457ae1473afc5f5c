//! Ledgers as the product writes them: a café with purchases, returns, voids
//! and reviews, verified on all levels; and forgers who recompute the chain.

use super::*;
use crate::answer::Answer;
use crate::command::parse;
use crate::engine::{self, Folders, Ledger};
use crate::model::WarningCode;
use crate::policy::{Bundle, shipped_files};
use crate::storage::clock::{Clock, SteppingClock};
use crate::storage::entropy::Entropy;
use crate::storage::journal::{JournalReader, Piece};
use std::sync::Arc;

pub(super) fn bundle(name: &str) -> Bundle {
    Bundle::new(shipped_files(name).unwrap()).unwrap()
}

pub(super) struct Cafe {
    dir: tempfile::TempDir,
    clock: Arc<SteppingClock>,
    ledger: Option<Ledger>,
    count: u32,
}

const START: &str = "2026-11-24T10:00:00+01:00";
const DAY: i64 = 86_400_000_000;

impl Cafe {
    fn new() -> Cafe {
        Cafe::with(&bundle("corner-cafe"))
    }

    /// A shop with another programme.
    pub(super) fn with(bundle: &Bundle) -> Cafe {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(SteppingClock::new(Instant::parse(START).unwrap().0.0, 1000));
        let options = crate::engine::Options {
            clock: clock.clone(),
            is_clock_accepted: true,
            entropy: Entropy::from_seed(&[7; 32]),
            ..crate::engine::Options::new("test").unwrap()
        };
        let folders = Folders {
            ledger: dir.path().join("ledger"),
            secrets: dir.path().join("secrets"),
        };
        let made = Ledger::create(&folders, "cafe.example/1", bundle, options);
        Cafe {
            dir,
            clock,
            ledger: Some(made.unwrap()),
            count: 0,
        }
    }

    fn folder(&self) -> PathBuf {
        self.dir.path().join("ledger")
    }

    pub(super) fn say(&mut self, json: &str) -> bool {
        self.answer(json).is_ok()
    }

    pub(super) fn answer(&mut self, json: &str) -> Answer {
        self.count += 1;
        let json = json.replacen('{', &format!("{{\"key\":\"k{}\",", self.count), 1);
        let request = parse(json.as_bytes(), 2).unwrap_or_else(|bad| panic!("{json}: {bad}"));
        let ledger = self.ledger.as_mut().unwrap();
        ledger
            .submit(&request)
            .unwrap_or_else(|error| panic!("{json}: {error}"))
    }

    /// Number of commands sent; the last one's key is `k` and that number.
    pub(super) fn sent(&self) -> u32 {
        self.count
    }

    pub(super) fn now(&self) -> Instant {
        Instant(self.clock.now_micros())
    }

    pub(super) fn pass_days(&mut self, days: i64) {
        self.clock.set(self.clock.now_micros() + days * DAY);
    }

    fn at(&mut self, days: i64) {
        self.clock
            .set(Instant::parse(START).unwrap().0.0 + days * DAY);
    }

    fn buys(&mut self, member: u32, cents: u32) -> u32 {
        let total = format!("{}.{:02}", cents / 100, cents % 100);
        assert!(self.say(&format!(
            r#"{{"do":"purchase","member":"card:{member}","store":"mitte","terminal":"till-1",
            "total":"{total}","lines":[{{"sku":"LATTE","category":"coffee","qty":"2","amount":"{total}"}}],
            "tenders":[{{"kind":"cash","amount":"{total}"}}]}}"#
        )));
        self.count
    }

    /// Two years of a café in a few dozen entries.
    fn live(mut self) -> Cafe {
        for member in 0..5 {
            let json =
                format!(r#"{{"do":"enrol","aliases":["card:{member}"],"birthday":"12-01"}}"#);
            assert!(self.say(&json));
        }
        let mut first = 0;
        for n in 0..40u32 {
            self.at(i64::from(n) * 3);
            let key = self.buys(n % 5, 450 + n * 777);
            if n == 0 {
                first = key;
            }
        }
        assert!(self.say(r#"{"do":"redeem","member":"card:1","reward":"free-coffee"}"#));
        assert!(self.say(&format!(
            r#"{{"do":"return","of":"k{first}","amount":"2.00"}}"#
        )));
        assert!(self.say(&format!(r#"{{"do":"return","of":"k{first}","all":true}}"#)));
        let key = self.buys(2, 3000);
        assert!(self.say(&format!(
            r#"{{"do":"void","of":"k{key}","reason":"wrong till"}}"#
        )));
        assert!(
            !self.say(&format!(
                r#"{{"do":"void","of":"k{key}","reason":"again"}}"#
            )),
            "refused"
        );
        self.at(800);
        engine::daily(self.ledger.as_mut().unwrap()).ok();
        self.closed()
    }

    pub(super) fn closed(mut self) -> Cafe {
        self.ledger.take().unwrap().close().unwrap();
        self
    }

    fn pages(&self) -> Vec<Page> {
        let reader = JournalReader::open(&self.folder().join("journal")).unwrap();
        let pieces = reader.pages().unwrap().map(|piece| piece.unwrap());
        pieces
            .filter_map(|piece| match piece {
                Piece::Page(stored) => Some(stored.page),
                Piece::Finding(_) => None,
            })
            .collect()
    }

    pub(super) fn entries(&self) -> Vec<Entry> {
        let pages = self.pages();
        let views = pages.iter().map(|page| Page::parse(&page.bytes).unwrap());
        let bytes: Vec<Vec<u8>> = views
            .flat_map(|view| view.entries().map(<[u8]>::to_vec).collect::<Vec<_>>())
            .collect();
        bytes
            .iter()
            .map(|bytes| codec::decode(bytes).unwrap())
            .collect()
    }

    pub(super) fn options(&self) -> Options {
        Options {
            threads: 2,
            ..Options::new(&self.folder())
        }
    }
}

// proves: S185
#[test]
fn a_ledger_of_the_product_holds_on_all_levels() {
    let cafe = Cafe::new().live();
    let card = card(&cafe.folder(), 1, None, Instant(0)).unwrap();
    let anchors = vec![Anchor::parse("card.txt", card.to_string().as_bytes()).unwrap()];
    let report = verified(&Options {
        anchors,
        ..cafe.options()
    });
    assert_eq!(report.outcome(), Outcome::Held, "{report}");
    assert!(
        report
            .claims
            .iter()
            .all(|c| c.is_asked && c.verdict == Verdict::Held),
        "{report}"
    );
    assert!(report.counts.redecided > 50, "{report}");
    let kinds: std::collections::BTreeSet<&str> = cafe
        .entries()
        .iter()
        .map(|entry| entry.act.kind())
        .collect();
    let wanted = [
        "due",
        "enrolled",
        "purchase",
        "redemption",
        "refused",
        "return",
        "reversal",
    ];
    assert!(wanted.iter().all(|kind| kinds.contains(kind)), "{kinds:?}");
    let small = verified(&Options {
        memory: 0,
        ..cafe.options()
    });
    assert_eq!(
        small.outcome(),
        Outcome::Held,
        "with members put aside: {small}"
    );
}

/// Changes one entry; seals and chains everything after it anew.
pub(super) fn forged(
    cafe: &Cafe,
    at: impl Fn(&Entry) -> bool,
    change: impl Fn(&mut Draft),
) -> (u64, Report) {
    let honest = cafe.entries();
    let victim = honest.iter().find(|entry| at(entry)).unwrap().seq;
    let mut state = State::default();
    let mut all = Vec::new();
    for entry in &honest {
        let mut draft = entry.to_draft();
        if entry.seq == victim {
            change(&mut draft);
        }
        if let Act::Genesis(genesis) = &mut draft.act {
            genesis.verifier = *signing_key().verifier().as_bytes();
            genesis.origin = ORIGIN.into();
        }
        all.push(seal(&mut state, draft).unwrap());
    }
    let fixture = Fixture::of(pages_of(&bytes_of(&all), 10, &signing_key()));
    let report = verified(&Options::new(fixture.dir.path()));
    assert_eq!(verdict(&report, 0), Verdict::Held, "{report}");
    assert_eq!(verdict(&report, 1), Verdict::Held, "{report}");
    (victim, report)
}

fn is_late_purchase(entry: &Entry) -> bool {
    entry.seq > 30 && matches!(entry.act, Act::Purchase(_))
}

fn refused_otherwise(change: impl Fn(&mut crate::model::Refusal)) -> Report {
    let cafe = Cafe::new().live();
    let is_refused = |entry: &Entry| matches!(entry.act, Act::Refused(_));
    let (_, report) = forged(&cafe, is_refused, |draft| {
        if let Act::Refused(refused) = &mut draft.act {
            change(&mut refused.refusal);
        }
    });
    report
}

#[test]
fn a_refusal_in_other_words_is_the_same_and_one_for_another_reason_is_not() {
    let report = refused_otherwise(|refusal| refusal.detail = "as it was once put".into());
    assert_eq!(verdict(&report, 2), Verdict::Held, "{report}");
    // The birthdays are in the vault, so a verifier can only doubt it.
    let report = refused_otherwise(|refusal| refusal.code = Code::InsufficientPoints);
    assert_eq!(verdict(&report, 2), Verdict::NotChecked, "{report}");
}

fn warned_otherwise(code: WarningCode) -> Report {
    let cafe = Cafe::new().live();
    let is_void = |entry: &Entry| matches!(entry.act, Act::Reversal { .. });
    let (_, report) = forged(&cafe, is_void, |draft| {
        if let Act::Reversal { reason, .. } = &mut draft.act {
            *reason = "call 13800138000 back".into();
        }
        let text = "as it was once put";
        draft.effects.push(Effect::warned(code, text));
    });
    report
}

#[test]
fn a_warning_in_other_words_is_the_same_and_another_one_is_not() {
    let report = warned_otherwise(WarningCode::PersonalWords);
    assert_eq!(verdict(&report, 2), Verdict::Held, "{report}");
    let report = warned_otherwise(WarningCode::NoPass);
    assert_eq!(verdict(&report, 2), Verdict::Failed, "{report}");
}

#[test]
fn points_that_no_policy_gave_are_found_when_decided_again() {
    let cafe = Cafe::new().live();
    let (victim, report) = forged(&cafe, is_late_purchase, |draft| {
        for effect in &mut draft.effects {
            if let Effect::Award { amount, .. } = effect {
                *amount = Points(amount.0 + 1);
            }
        }
    });
    let finding = &report.claim(2).unwrap().findings[0];
    assert_eq!(
        (finding.kind, finding.entries),
        (DeviationKind::Redecided, Some((victim, victim))),
        "{report}"
    );
    assert_eq!(report.outcome(), Outcome::Failed);
}

#[test]
fn facts_that_were_not_so_are_found_from_the_state() {
    let cafe = Cafe::new().live();
    let (victim, report) = forged(&cafe, is_late_purchase, |draft| {
        let said = draft.given.iter_mut().chain(&mut draft.given_review);
        for value in said {
            if let Value::Int(number) = value {
                *number += 1;
            }
        }
    });
    let finding = &report.claim(2).unwrap().findings[0];
    assert_eq!(finding.entries, Some((victim, victim)), "{report}");
}

#[test]
fn a_birthday_that_is_a_word_is_no_fact() {
    let cafe = Cafe::new().live();
    let is_told = |entry: &Entry| {
        let mut given = entry.given.iter();
        is_late_purchase(entry) && given.any(|value| matches!(value, Value::Bool(_)))
    };
    let (victim, report) = forged(&cafe, is_told, |draft| {
        for value in &mut draft.given {
            if let Value::Bool(_) = value {
                *value = Value::Text("gold".into());
            }
        }
    });
    let finding = &report.claim(2).unwrap().findings[0];
    assert_eq!(finding.entries, Some((victim, victim)), "{report}");
    assert!(finding.what.contains("Birthday"), "{report}");
}

#[test]
fn a_swapped_programme_is_found() {
    let cafe = Cafe::new().live();
    let is_activation = |entry: &Entry| matches!(entry.act, Act::PolicyActivated(_));
    let (_, report) = forged(&cafe, is_activation, |draft| {
        if let Act::PolicyActivated(activation) = &mut draft.act {
            for file in &mut activation.files {
                if file.path.ends_with("base.rhai") {
                    file.text = file
                        .text
                        .replace("purchase.earning", "purchase.earning * 2");
                }
            }
            activation.digest = Bundle::recorded(&activation.files).digest();
        }
    });
    assert_eq!(verdict(&report, 2), Verdict::Failed, "{report}");
    let (_, report) = forged(&cafe, is_activation, |draft| {
        if let Act::PolicyActivated(activation) = &mut draft.act {
            activation.engine.rules += 1;
        }
    });
    assert_eq!(verdict(&report, 2), Verdict::NotChecked, "{report}");
    assert_eq!(
        report.outcome(),
        Outcome::NotEstablished,
        "another engine is no forgery"
    );
}

#[test]
fn a_card_reads_back_and_a_changed_one_does_not_fit() {
    let cafe = Cafe::new().live();
    let card = card(&cafe.folder(), 2, None, Instant(0)).unwrap();
    let text = card.to_string();
    assert!(text.contains("date     1970-01-01T00:00:00Z"), "{text}");
    let other = text.replace(&card.root.to_hex(), &card.genesis.to_hex());
    let kept = [("good", &text), ("bad", &other)];
    let kept = kept.map(|(name, text)| Anchor::parse(name, text.as_bytes()).unwrap());
    let checked = stamp_check(&cafe.folder(), 1, &kept, None).unwrap();
    let verdicts: Vec<Verdict> = checked.iter().map(|c| c.verdict).collect();
    assert_eq!(verdicts, [Verdict::Held, Verdict::Failed], "{checked:?}");
    assert!(Anchor::parse("cut", &text.as_bytes()[..text.len() / 2]).is_err());
}

// proves: S189
#[test]
fn stamps_and_slips_are_checked_against_the_ledger() {
    use crate::chain::stamp::{Slip, Stamp};
    use crate::chain::tree::{TileBuilder, Tiles, inclusion_proof};
    let fixture = Fixture::new(200, 10);
    struct Leaves(Vec<Hash>);
    impl Tiles for Leaves {
        type Error = ();
        fn tile(&self, level: u8, index: u64, width: usize) -> Result<Vec<Hash>, ()> {
            assert_eq!(level, 0);
            let from = index as usize * 256;
            Ok(self.0[from..(from + width).min(self.0.len())].to_vec())
        }
    }
    let hashes: Vec<Hash> = fixture
        .pages
        .iter()
        .flat_map(|page| {
            Page::parse(&page.bytes)
                .unwrap()
                .hashes()
                .collect::<Vec<_>>()
        })
        .collect();
    let leaves = Leaves(hashes.iter().map(leaf_hash).collect());
    let mut tree = TileBuilder::new();
    leaves.0[..150]
        .iter()
        .for_each(|leaf| tree.push(*leaf, |_| ()));
    let root = tree.frontier().root();
    let text = signing_key().sign_checkpoint(150, root).text().to_owned();
    let stamp = Stamp {
        index: 42,
        entry: hashes[42],
        path: inclusion_proof(&leaves, 42, 150).unwrap(),
        checkpoint: crate::chain::checkpoint::Signed::parse(text.as_bytes()).unwrap(),
    };
    let wrong = Stamp {
        entry: hashes[43],
        ..stamp.clone()
    };
    let slip = Slip::new(42, 150, &root, Some("85 stars")).unwrap();
    let foreign = Slip::new(42, 150, &hashes[0], None).unwrap();
    let beyond = Slip::new(42, 201, &root, None).unwrap();
    let texts = [
        stamp.to_text(),
        wrong.to_text(),
        slip.to_string(),
        foreign.to_string(),
        beyond.to_string(),
    ];
    let kept: Vec<Anchor> = texts
        .iter()
        .map(|text| Anchor::parse("kept", text.as_bytes()).unwrap())
        .collect();
    let checked = stamp_check(fixture.dir.path(), 2, &kept, None).unwrap();
    let held: Vec<bool> = checked.iter().map(|c| c.verdict == Verdict::Held).collect();
    // The balance is in words that no unit of this ledger has.
    assert_eq!(held, [true, false, false, false, false], "{checked:?}");
    assert_eq!(checked[2].verdict, Verdict::NotChecked, "{checked:?}");
    assert_eq!(checked[0].index, Some(42));
}

#[test]
fn an_entry_is_shown_as_it_is_stored() {
    let fixture = Fixture::new(60, 10);
    let all = bytes_of(&entries(60));
    for seq in [0, 9, 10, 59] {
        let found = raw(fixture.dir.path(), seq).unwrap().unwrap();
        assert_eq!(found.bytes, all[seq as usize]);
        assert_eq!(
            found.hash,
            crate::chain::hash::entry_hash(&found.prev, &found.bytes)
        );
        assert_eq!(found.entry.as_ref().unwrap().seq, seq);
        assert!(
            found
                .to_string()
                .contains(&format!("hash      {}", found.hash))
        );
    }
    assert_eq!(raw(fixture.dir.path(), 60).unwrap(), None);
}

#[test]
fn a_slip_is_held_against_the_entry_it_names() {
    use crate::chain::stamp::Slip;
    use crate::chain::tree::Frontier;
    let cafe = Cafe::new().live();
    let entries = cafe.entries();
    let mut tree = Frontier::new();
    for page in cafe.pages() {
        let view = Page::parse(&page.bytes).unwrap();
        view.hashes().for_each(|hash| tree.push(leaf_hash(&hash)));
    }
    let is_sale = |e: &&Entry| matches!(e.act, Act::Purchase(_)) && !e.after.is_empty();
    let sale = entries.iter().rfind(is_sale).unwrap();
    let has = sale.after[0].balance.0;
    let told = |index: u64, balance: Option<&str>| {
        let slip = Slip::new(index, tree.size(), &tree.root(), balance).unwrap();
        let kept = [Anchor::parse("slip", slip.to_string().as_bytes()).unwrap()];
        stamp_check(&cafe.folder(), 1, &kept, None)
            .unwrap()
            .remove(0)
    };
    let honest = told(sale.seq, Some(&format!("{has} stars")));
    assert_eq!(honest.verdict, Verdict::Held, "{honest:?}");
    assert!(
        honest.what.contains(&format!("with {has} star")),
        "{honest:?}"
    );
    assert!(honest.what.contains("not proven"), "{honest:?}");
    let invented = told(sale.seq, Some("1000000 star"));
    assert_eq!(invented.verdict, Verdict::Failed, "{invented:?}");
    assert!(
        invented.what.contains(&format!("with {has} star")),
        "{invented:?}"
    );
    let words = told(sale.seq, Some("plenty of stars"));
    assert_eq!(words.verdict, Verdict::NotChecked, "{words:?}");
    let genesis = told(0, None);
    assert_eq!(genesis.verdict, Verdict::Failed, "{genesis:?}");
    let plain = told(sale.seq, None);
    assert_eq!(plain.verdict, Verdict::Held, "{plain:?}");
    assert!(plain.what.contains("purchase of"), "{plain:?}");
}

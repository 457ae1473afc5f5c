//! Payment options of a lookup, compared with purchases that use them.

use super::whole::{cafe, folders, options, say};
use crate::answer::Answer;
use crate::command::{Who, parse, parse_keyless};
use crate::dice::Dice;
use crate::engine::verbs::aliases;
use crate::engine::{self, Error, Ledger, LookedUp, Mode};
use crate::model::{MemberId, Points};
use crate::policy::Bundle;
use crate::rules::purchase::payment_options::PointsOption;
use serde_json::{Value, json};

const MANIFEST: &str = r#"
[programme]
name = "options"
currency = "EUR"
zone = "UTC"

[unit.star]
kind = "spendable"
value = "0.05"

[unit.point]
kind = "spendable"
value = "0.007"

[unit.plain]
kind = "spendable"

[unit.five-off]
kind = "voucher"
value = "5.00"
minimum = "20.00"

[unit.cake]
kind = "voucher"
category = ["cake"]

[unit.fifth]
kind = "voucher"
percent = "20"
without_code = true
not_for = { category = ["cake"] }

[spend.star]
step = 10
min = 20
max = 150
max_day = 200
bill_share = "0.5"
not_for = { category = ["tobacco"] }
"#;

const REWARDS: &str = r#"
reward(#{ id: "piece", unit: "star", points: 30, category: "cake" });
reward(#{ id: "two-coffees", unit: "star", points: 40, category: "coffee", pieces: 2 });
reward(#{ id: "three-off", unit: "point", points: 100, value: 3 });
reward(#{ id: "for-gold", unit: "star", points: 1, tier: "gold", value: 1 });
reward(#{ id: "dear", unit: "star", points: 100000, value: 1 });
reward(#{ id: "later", unit: "star", points: 1, value: 1, opens: "2030-01-01T10:00" });
reward(#{ id: "gone", unit: "star", points: 1, value: 1, stock: 0 });
reward(#{ id: "a-voucher", unit: "star", points: 10, gives: "five-off" });
reward(#{ id: "shut", unit: "star", points: 1, value: 1 });
fn on_redeem(redemption, member) { if redemption.reward == "shut" { refuse("shut", "not today"); } }
"#;

const TIERS: &str = r#"
tiers(#{ levels: ["plain", "gold"], review: "12 months" });
fn qualify(member) { "plain" }
"#;

fn ledger(dir: &tempfile::TempDir) -> Ledger {
    let files = [
        ("programme.toml", MANIFEST),
        ("rewards.rhai", REWARDS),
        ("tiers.rhai", TIERS),
    ];
    let files = files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
    let bundle = Bundle::new(files.to_vec()).unwrap_or_else(|found| panic!("{found:?}"));
    let at = options("2026-11-24T10:00:00Z");
    Ledger::create(&folders(dir), "options.example", &bundle, at).unwrap()
}

fn money(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// A bill of some lines, with a discount now and then; and its total in cents.
fn bill(chance: &mut Dice) -> (Value, i64) {
    let mut lines = Vec::new();
    let mut total = 0;
    for n in 0..chance.below(4) {
        let kind = ["cake", "coffee", "tobacco"][chance.below(3)];
        let amount = 50 + chance.below(2500) as i64;
        total += amount;
        lines.push(json!({"sku": format!("S{n}"), "category": kind,
            "qty": (1 + chance.below(4)).to_string(), "amount": money(amount)}));
    }
    let mut bill = json!({"do": "purchase", "member": "card:1", "lines": lines});
    if lines.is_empty() {
        total = 1 + chance.below(4000) as i64;
    } else if chance.below(3) == 0 {
        let off = chance.below(total as usize / 2).max(1) as i64;
        total -= off;
        bill["discounts"] = json!([{"amount": money(off)}]);
    }
    if chance.below(2) == 0 {
        bill["by"] = "typed".into();
    }
    bill["total"] = money(total).into();
    (bill, total)
}

/// Code of the refusal of a bill paid with a tender and the rest in cash; None
/// if it is accepted.
fn refused(
    ledger: &mut Ledger,
    (bill, total): &(Value, i64),
    mut tender: Value,
    cents: i64,
) -> Option<String> {
    tender["amount"] = money(cents).into();
    let mut tenders = vec![tender];
    if *total != cents {
        tenders.push(json!({"kind": "cash", "amount": money(total - cents)}));
    }
    let mut paid = bill.clone();
    paid["tenders"] = tenders.into();
    let request = parse_keyless(paid.to_string().as_bytes(), 2).unwrap();
    match engine::quote(ledger, &request, None).unwrap() {
        Answer::Accepted(_) => None,
        Answer::Refused(no) => Some(no.code),
    }
}

fn looked_up(ledger: &mut Ledger, id: MemberId, bill: &Value) -> LookedUp {
    let request = parse_keyless(bill.to_string().as_bytes(), 2).unwrap();
    let before = ledger.global().next_seq;
    let found = engine::lookup(ledger, id, Some(&request)).unwrap().unwrap();
    assert_eq!(ledger.global().next_seq, before, "a lookup books nothing");
    found
}

// proves: C12.3
#[test]
fn what_a_lookup_offers_pays_and_what_it_denies_does_not() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = ledger(&dir);
    let set_up = [
        r#"{"do":"enrol","key":"e","aliases":["card:1"]}"#,
        r#"{"do":"adjust","key":"a1","member":"card:1","unit":"star","points":170,"reason":"r"}"#,
        r#"{"do":"adjust","key":"a2","member":"card:1","unit":"point","points":1000,"reason":"r"}"#,
        r#"{"do":"voucher","action":"issue","key":"v1","member":"card:1","unit":"five-off","reason":"r"}"#,
        r#"{"do":"voucher","action":"issue","key":"v2","member":"card:1","unit":"cake","reason":"r"}"#,
        r#"{"do":"voucher","action":"issue","key":"v3","member":"card:1","unit":"fifth","reason":"r"}"#,
    ];
    for command in set_up {
        assert!(say(&mut ledger, command).is_ok(), "{command}");
    }
    let id = ledger
        .resolve(&Who::parse("card:1").unwrap())
        .unwrap()
        .unwrap();
    let codes = engine::vouchers(&mut ledger, id).unwrap();
    let seed = 20_261_128;
    let mut chance = Dice::new(seed);
    let (mut yes, mut no) = (0, 0);
    for n in 0..120 {
        let sale = bill(&mut chance);
        let found = looked_up(&mut ledger, id, &sale.0);
        let about = format!("seed {seed}, bill {n}: {}", sale.0);
        assert!(found.quote.as_ref().is_some_and(Answer::is_ok), "{about}");
        assert_eq!(found.options.points.len(), 2, "plain pays nothing");
        let ids: Vec<String> = {
            use crate::model::Policy;
            let rewards = ledger.policy().unwrap().rewards().iter();
            rewards.map(|reward| reward.id.clone()).collect()
        };
        for (option, reward) in found.options.rewards.iter().zip(&ids) {
            if option.is_redeemed {
                assert_eq!(reward, "a-voucher");
                assert!(option.pays.is_ok(), "{about}");
                continue;
            }
            let tender = json!({"kind": "reward", "reward": reward});
            // A reward that pays nothing is refused for any amount.
            let cents = option.pays.as_ref().map_or(1, |paid| paid.0);
            let code = refused(&mut ledger, &sale, tender, cents);
            let told = option
                .pays
                .as_ref()
                .err()
                .map(|no| no.code.as_str().to_owned());
            assert_eq!(told, code, "{reward}: {about}");
            yes += usize::from(code.is_none());
            no += usize::from(code.is_some());
        }
        for (lot, pays) in &found.options.vouchers {
            let code = codes.iter().find(|(own, _)| own.id == *lot).unwrap();
            let tender = json!({"kind": "voucher", "code": code.1.to_string()});
            let cents = pays.as_ref().map_or(1, |paid| paid.0);
            let code = refused(&mut ledger, &sale, tender.clone(), cents);
            let told = pays.as_ref().err().map(|no| no.code.as_str().to_owned());
            assert_eq!(told, code, "{lot}: {about}");
            if pays.is_ok() && cents < sale.1 {
                assert!(
                    refused(&mut ledger, &sale, tender, cents + 1).is_some(),
                    "{about}"
                );
            }
        }
        let programme = ledger.programme().unwrap().clone();
        for PointsOption { unit, pays } in &found.options.points {
            let unit = programme.unit(*unit).unwrap();
            let step = programme.spend_limit(unit.number).map_or(1, |l| l.step.0);
            let mut pay = |points: i64| {
                let worth = programme.worth(unit.number, Points(points)).unwrap();
                let tender =
                    json!({"kind": "points", "unit": unit.id, "points": points.to_string()});
                match worth.0 > sale.1 {
                    true => Some("over_limit".to_owned()),
                    false => refused(&mut ledger, &sale, tender, worth.0),
                }
            };
            match pays {
                Ok((points, _)) => {
                    assert_eq!(pay(points.0), None, "{points:?} {}: {about}", unit.id);
                    assert!(pay(points.0 + step).is_some(), "{points:?} more: {about}");
                }
                Err(told) => {
                    let least = programme.spend_limit(unit.number).map_or(1, |l| l.min.0);
                    assert!(pay(least.max(1)).is_some(), "{told:?}: {about}");
                }
            }
        }
    }
    assert!(yes > 100 && no > 300, "{yes} {no}");
}

// A lookup that checked codes would let them be guessed without being counted.
// proves: C12.4
#[test]
fn a_lookup_tries_no_code_and_counts_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = ledger(&dir);
    assert!(
        say(
            &mut ledger,
            r#"{"do":"enrol","key":"e","aliases":["card:1"]}"#
        )
        .is_ok()
    );
    let id = ledger
        .resolve(&Who::parse("card:1").unwrap())
        .unwrap()
        .unwrap();
    let wrong = json!({"do": "purchase", "member": "card:1", "total": "10.00", "tenders":
        [{"kind": "voucher", "code": "0000-0000-0000-0000-0000"}]});
    for _ in 0..10 {
        let found = looked_up(&mut ledger, id, &wrong);
        assert!(found.quote.is_some_and(|quote| quote.is_ok()));
        assert_eq!(found.now.locks, []);
    }
    assert_eq!(ledger.global().guessing.all().count(), 0);
}

/// Questions about many members leave decoded lots of the last ones in memory only.
// proves: KEEP23
#[test]
fn questions_leave_no_decoded_lots_behind() {
    let dir = tempfile::tempdir().unwrap();
    let mut ledger = cafe(&dir, "2026-11-24T10:00:00+01:00");
    for n in 0..1500 {
        let card = n % 500;
        let sale = format!(
            r#"{{"do":"purchase","key":"k{n}","member":"card:{card:010}","enrol":true,"total":"5.00"}}"#
        );
        let request = parse(sale.as_bytes(), 2).unwrap();
        ledger.stage(&request, Mode::default()).unwrap();
    }
    let answers = ledger.commit().unwrap();
    assert!(answers.iter().all(Answer::is_ok));
    let ids = aliases::ids_written(&mut ledger).unwrap();
    assert_eq!(ids.len(), 500);
    let decoded = |ledger: &Ledger| {
        let members = &ledger.cache.state().members;
        let found = ids.iter().filter_map(|id| members.get(id));
        found.filter(|m| m.lots.is_decoded_beside()).count()
    };
    for id in &ids {
        let member = ledger.member(*id).unwrap().unwrap();
        assert!(member.lots.iter().all(|lot| lot.remaining.is_positive()));
        assert!(!member.lots.is_empty());
    }
    let kept = decoded(&ledger);
    assert!((1..=256).contains(&kept), "{kept}");
    let mut seen = 0;
    let each = engine::each_of::<Error>(&mut ledger, &ids, |_, member| {
        seen += member.lots.len();
        Ok(())
    });
    each.unwrap();
    assert!(seen >= 1500, "{seen}");
    let kept = decoded(&ledger);
    assert!((1..=256).contains(&kept), "{kept}");
}

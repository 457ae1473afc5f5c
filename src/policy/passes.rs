//! `[unit.x]` of the kind pass: reading and checking.

use super::expiry;
use super::fields::Fields;
use super::setting::Value as Written;
use crate::model::{Number, PassRefund, PassStarts, PassTerms, UnitKind, Value};

const REFUNDS: [(&str, PassRefund); 3] = [
    ("pro rata", PassRefund::ProRata),
    ("full if unused", PassRefund::FullIfUnused),
    ("nothing", PassRefund::Nothing),
];
const STARTS: [(&str, PassStarts); 2] = [
    ("now", PassStarts::Now),
    ("first use", PassStarts::FirstUse),
];
/// Fields of a unit that only a pass has, besides `promises`.
const OWN: [&str; 5] = ["period", "price", "refund", "starts", "unused_lapses"];
const OWN_HELP: &str = "period, price, refund, starts, unused_lapses and promises belong to a pass";
/// Longest period, in months.
const MONTHS_MAX: u32 = 120;

/// Terms of a unit of the kind pass; other units may have none.
pub(super) fn terms(f: &mut Fields, unit: Number, kind: UnitKind, digits: u8) -> Option<PassTerms> {
    let is_pass = kind == UnitKind::Pass;
    if is_pass && !f.has("period") {
        f.fault(
            "kind",
            "a pass needs its period",
            "write period = \"12 months\"",
        );
    }
    if is_pass && f.has("expires") {
        f.fault(
            "expires",
            "a pass ends with its period",
            "leave expires out",
        );
    }
    if !is_pass {
        let mut promises = f.map("promises");
        for (name, _) in promises.rest() {
            promises.fault(&name, "only a pass has this field", OWN_HELP);
        }
        for name in OWN {
            if f.take(name).is_some() {
                f.fault(name, "only a pass has this field", OWN_HELP);
            }
        }
    }
    is_pass.then(|| PassTerms {
        unit,
        period_months: months(f, "period"),
        price: f.money("price", digits),
        refund: f.word("refund", &REFUNDS),
        starts: f.word("starts", &STARTS),
        lapses_months: months(f, "unused_lapses"),
        promises: promises(f.map("promises")),
    })
}

fn months(f: &mut Fields, name: &str) -> u32 {
    expiry::months(f, name, 12, MONTHS_MAX, ", 1 to 120", "write \"12 months\"")
}

fn promises(mut f: Fields) -> Vec<(String, Value)> {
    let mut promises = Vec::new();
    for (name, written) in f.rest() {
        match promise(&written) {
            Some(_) if name == "until" => {
                f.fault("until", "'until' is every pass's own: its last day", "");
            }
            Some(value) => promises.push((name, value)),
            None => {
                let message = "a promise is a text, a whole number, true, false or a list of texts";
                f.fault(&name, message, "");
            }
        }
    }
    promises
}

/// Reads a promise; a list of texts is kept as one text, its parts joined.
fn promise(value: &Written) -> Option<Value> {
    Some(match value {
        Written::Text(text) => Value::Text(text.clone()),
        Written::Whole(whole) => Value::Int(*whole),
        Written::Bool(is) => Value::Bool(*is),
        Written::List(list) => {
            let texts: Option<Vec<&str>> = list.iter().map(|x| x.value.text()).collect();
            Value::Text(texts?.join(" "))
        }
        _ => return None,
    })
}

/// Ids of the units of the kind pass, for references to them.
pub(super) fn ids(programme: &crate::model::Programme) -> Vec<&str> {
    let passes = programme.units.iter().filter(|u| u.kind == UnitKind::Pass);
    passes.map(|u| u.id.as_str()).collect()
}

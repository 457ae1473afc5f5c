//! `[unit.x]` of the kind pass: reading and checking.

use super::expiry;
use super::manifest::{At, Manifest, UnitText};
use super::reader::Reader;
use crate::model::{NameKind, Number, PassRefund, PassStarts, PassTerms, UnitKind, Value};

const REFUNDS: [(&str, PassRefund); 3] = [
    ("pro rata", PassRefund::ProRata),
    ("full if unused", PassRefund::FullIfUnused),
    ("nothing", PassRefund::Nothing),
];
const STARTS: [(&str, PassStarts); 2] = [
    ("now", PassStarts::Now),
    ("first use", PassStarts::FirstUse),
];
/// Message that lists the fields only a pass has.
const OWN: &str = "period, price, refund, starts, unused_lapses and promises belong to a pass";
/// Longest period, in months.
const MONTHS_MAX: u32 = 120;

/// Terms of the units of the kind pass.
pub(super) fn read(reader: &mut Reader<'_>, manifest: &Manifest, digits: u8) -> Vec<PassTerms> {
    let mut passes = Vec::new();
    for (id, unit) in &manifest.unit {
        let number = reader.names.add(NameKind::Unit, id.get_ref());
        match unit.kind.get_ref().as_str() {
            "pass" => passes.push(pass(reader, number, unit, digits)),
            _ => refuse_pass_fields(reader, unit),
        }
    }
    passes
}

fn refuse_pass_fields(reader: &mut Reader<'_>, unit: &UnitText) {
    let texts = [
        &unit.period,
        &unit.refund,
        &unit.starts,
        &unit.unused_lapses,
    ];
    let values = unit.price.iter().chain(unit.promises.values());
    for at in texts.into_iter().flatten() {
        reader.wrong(at, "only a pass has this field", OWN);
    }
    for at in values {
        reader.wrong(at, "only a pass has this field", OWN);
    }
}

fn pass(reader: &mut Reader<'_>, number: Number, unit: &UnitText, digits: u8) -> PassTerms {
    if unit.period.is_none() {
        reader.wrong(
            &unit.kind,
            "a pass needs its period",
            "write period = \"12 months\"",
        );
    }
    if let Some(at) = &unit.expires {
        reader.wrong(at, "a pass ends with its period", "leave expires out");
    }
    PassTerms {
        unit: number,
        period_months: months(reader, unit.period.as_ref()),
        price: unit.price.as_ref().and_then(|at| reader.money(at, digits)),
        refund: reader.word(&unit.refund, &REFUNDS),
        starts: reader.word(&unit.starts, &STARTS),
        lapses_months: months(reader, unit.unused_lapses.as_ref()),
        promises: promises(reader, unit),
    }
}

fn months(reader: &mut Reader<'_>, at: Option<&At<String>>) -> u32 {
    let Some(at) = at else { return 12 };
    match expiry::span(at.get_ref()) {
        Some((months @ 1..=MONTHS_MAX, 0)) => months,
        _ => {
            let message = format!("'{}' is not so many months, 1 to 120", at.get_ref());
            reader.wrong(at, message, "write \"12 months\"");
            12
        }
    }
}

fn promises(reader: &mut Reader<'_>, unit: &UnitText) -> Vec<(String, Value)> {
    let mut promises = Vec::new();
    for (name, at) in &unit.promises {
        match promise(at.get_ref()) {
            Some(_) if name == "until" => {
                reader.wrong(at, "'until' is every pass's own: its last day", "")
            }
            Some(value) => promises.push((name.clone(), value)),
            None => reader.wrong(
                at,
                "a promise is a text, a whole number, true, false or a list of texts",
                "",
            ),
        }
    }
    promises
}

/// Reads a promise; a list of texts is kept as one text, its parts joined.
fn promise(value: &toml::Value) -> Option<Value> {
    Some(match value {
        toml::Value::String(text) => Value::Text(text.clone()),
        toml::Value::Integer(whole) => Value::Int(*whole),
        toml::Value::Boolean(is) => Value::Bool(*is),
        toml::Value::Array(list) => {
            let texts: Option<Vec<&str>> = list.iter().map(|x| x.as_str()).collect();
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

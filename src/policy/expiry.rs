//! Expiry of points, as programme.toml declares it.

use super::fields::Fields;
use super::setting::{Setting, Value};
use super::words::{WordKind, fields};
use crate::model::{Doing, Expiry, ExpiryEdge, Inactivity, Period, WHOLE};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::collections::BTreeMap;

/// Expiry, the share that is kept then, and the expiry by inactivity.
pub(super) type ExpiryTerms = (Expiry, u16, Option<Inactivity>);

/// No expiry.
pub(super) const NEVER: ExpiryTerms = (Expiry::Never, 0, None);

/// Remedy that lists the allowed forms.
pub(super) const HELP: &str = "write \"never\", { at = \"year end\", keep = \"0.5\" }, \
     { after = \"6 months\", at = \"day end\" } or { inactivity = \"18 months\" }";

/// Reads `expires`.
pub(super) fn read(value: &Value) -> Result<ExpiryTerms, String> {
    match value {
        Value::Text(text) if text == "never" => Ok(NEVER),
        Value::Map(table) => read_table(table),
        _ => Err("this says no end of points".into()),
    }
}

fn read_table(table: &BTreeMap<String, Setting>) -> Result<ExpiryTerms, String> {
    let known: Vec<&str> = fields(WordKind::ManifestKey, "unit", "expires.").collect();
    if let Some(name) = table.keys().find(|name| !known.contains(&name.as_str())) {
        return Err(format!("there is no field '{name}' here"));
    }
    let value = |name: &str| table.get(name).map(|setting| &setting.value);
    let text = |name: &str| {
        let text = value(name).map(Value::text);
        text.map(|text| text.ok_or(format!("{name} needs a text")))
    };
    let at = text("at").transpose()?;
    let after = text("after").transpose()?;
    let inactivity = text("inactivity").transpose()?;
    let keep = match value("keep") {
        Some(value) => part(value).ok_or("keep needs a part from 0 to 1 such as \"0.5\"")?,
        None => 0,
    };
    let months = inactivity.map(months_only).transpose()?;
    let expiry = ends(at, after)?;
    if expiry == Expiry::Never && months.is_none() {
        return Err("this says no end of points".into());
    }
    Ok((expiry, keep, inactivity_rule(months, value("counts"))?))
}

/// Acts that can count as activity.
const DOINGS: [(&str, Doing); 3] = [
    ("purchase", Doing::Purchase),
    ("redemption", Doing::Redemption),
    ("activity", Doing::Activity),
];

/// Expiry by inactivity; if `counts` is missing, all acts of a member count.
fn inactivity_rule(
    months: Option<u32>,
    counts: Option<&Value>,
) -> Result<Option<Inactivity>, String> {
    let counts = match (months, counts) {
        (_, None) => DOINGS.iter().map(|(_, doing)| *doing).collect(),
        (None, Some(_)) => return Err("counts says what ends an inactivity".into()),
        (_, Some(Value::List(list))) if !list.is_empty() => {
            list.iter().map(doing).collect::<Result<_, _>>()?
        }
        _ => return Err("counts needs a list such as [\"purchase\"]".into()),
    };
    Ok(months.map(|months| Inactivity { months, counts }))
}

fn doing(setting: &Setting) -> Result<Doing, String> {
    let text = setting.value.text();
    let found = DOINGS.iter().find(|(word, _)| text == Some(word));
    found.map(|(_, doing)| *doing).ok_or_else(|| {
        let help = "\"purchase\", \"redemption\" and \"activity\" can count";
        let value = text.map_or(setting.value.kind().into(), |text| format!("\"{text}\""));
        format!("{value} does not end an inactivity: {help}")
    })
}

fn ends(at: Option<&str>, after: Option<&str>) -> Result<Expiry, String> {
    match (at, after) {
        (None, None) => Ok(Expiry::Never),
        (Some(at), None) => match period_end(at) {
            Some(period) if period != Period::Day => Ok(Expiry::PeriodEnd(period)),
            _ => Err(format!("'{at}' is no end of a month, quarter or year")),
        },
        (at, Some(after)) => {
            let (months, days) =
                span(after).ok_or_else(|| format!("'{after}' is no span such as 6 months"))?;
            let to = edge(at)?;
            Ok(Expiry::After { months, days, to })
        }
    }
}

fn edge(at: Option<&str>) -> Result<ExpiryEdge, String> {
    let Some(at) = at else {
        return Ok(ExpiryEdge::DayStart);
    };
    match period_end(at) {
        Some(Period::Day) => Ok(ExpiryEdge::DayEnd),
        Some(period) => Ok(ExpiryEdge::PeriodEnd(period)),
        None if at == "day start" => Ok(ExpiryEdge::DayStart),
        None => Err(format!(
            "'{at}' is no end of a day, week, month, quarter or year"
        )),
    }
}

fn period_end(text: &str) -> Option<Period> {
    Some(match text {
        "day end" => Period::Day,
        "week end" => Period::Week,
        "month end" => Period::Month,
        "quarter end" => Period::Quarter,
        "year end" => Period::Year,
        _ => return None,
    })
}

fn months_only(text: &str) -> Result<u32, String> {
    match span(text) {
        Some((months, 0)) => Ok(months),
        _ => Err(format!("'{text}' is no number of months such as 18 months")),
    }
}

/// Months and days of a span such as `6 months`, `1 year` or `30 days`; at most
/// a century.
pub(super) fn span(text: &str) -> Option<(u32, u32)> {
    let (count, word) = text.split_once(' ')?;
    let count: u32 = count.parse().ok()?;
    let (months, days) = match word.strip_suffix('s').unwrap_or(word) {
        "day" => (0, count),
        "week" => (0, count.checked_mul(7)?),
        "month" => (count, 0),
        "year" => (count.checked_mul(12)?, 0),
        _ => return None,
    };
    let is_possible = months <= 1200 && days <= 36_600 && (count > 0 || word.starts_with("day"));
    is_possible.then_some((months, days))
}

/// Reads so many months, from 1 to the most.
pub(super) fn months(
    f: &mut Fields,
    name: &str,
    default: u32,
    most: u32,
    bounds: &str,
    help: &str,
) -> u32 {
    let Some(text) = f.text(name) else {
        return default;
    };
    match span(&text) {
        Some((months, 0)) if (1..=most).contains(&months) => months,
        _ => {
            f.fault(
                name,
                format!("'{text}' is not so many months{bounds}"),
                help,
            );
            default
        }
    }
}

/// Reads a part from 0 to 1 (`"0.5"`, `"50%"`), in ten-thousandths.
pub(super) fn part(value: &Value) -> Option<u16> {
    let percent = value.text().and_then(|text| text.strip_suffix('%'));
    match percent {
        Some(number) => {
            let number: Decimal = number.trim_end().parse().ok()?;
            ten_thousandths(number / Decimal::ONE_HUNDRED)
        }
        None => ten_thousandths(value.decimal()?),
    }
}

/// Converts a part of one to ten-thousandths, if exact.
pub(super) fn ten_thousandths(part: Decimal) -> Option<u16> {
    let scaled = part.checked_mul(Decimal::from(WHOLE))?;
    let is_exact = scaled.fract().is_zero() && scaled <= Decimal::from(WHOLE);
    scaled.to_u16().filter(|_| is_exact)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str) -> Result<ExpiryTerms, String> {
        let text = format!("x = {text}");
        let table = toml::de::DeTable::parse(&text).unwrap();
        read(&super::super::setting::of_table(table.get_ref(), &text)["x"].value)
    }

    #[test]
    fn the_grammar_of_expiry() {
        let after = |months, days, to| (Expiry::After { months, days, to }, 0, None);
        let still = |months, counts: &[Doing]| {
            Some(Inactivity {
                months,
                counts: counts.to_vec(),
            })
        };
        for (text, expected) in [
            ("\"never\"", NEVER),
            (
                "{ at = \"year end\", keep = \"0.5\" }",
                (Expiry::PeriodEnd(Period::Year), 5000, None),
            ),
            (
                "{ after = \"6 months\", at = \"day end\" }",
                after(6, 0, ExpiryEdge::DayEnd),
            ),
            (
                "{ after = \"30 days\" }",
                after(0, 30, ExpiryEdge::DayStart),
            ),
            (
                "{ after = \"1 year\", at = \"month end\" }",
                after(12, 0, ExpiryEdge::PeriodEnd(Period::Month)),
            ),
            (
                "{ inactivity = \"18 months\" }",
                (Expiry::Never, 0, still(18, &DOINGS.map(|d| d.1))),
            ),
            (
                "{ inactivity = \"6 months\", counts = [\"redemption\"] }",
                (Expiry::Never, 0, still(6, &[Doing::Redemption])),
            ),
        ] {
            assert_eq!(terms(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_says_no_end_is_refused() {
        for text in [
            "\"always\"",
            "{}",
            "{ at = \"day end\" }",
            "{ at = \"year\" }",
            "{ after = \"soon\" }",
            "{ after = \"0 months\" }",
            "{ at = \"year end\", keep = \"2\" }",
            "{ at = \"year end\", keep = 0.5 }",
            "{ at = \"year end\", kept = \"0.5\" }",
            "{ inactivity = \"10 days\" }",
            "{ inactivity = \"6 months\", counts = [] }",
            "{ inactivity = \"6 months\", counts = [\"return\"] }",
            "{ at = \"year end\", counts = [\"purchase\"] }",
        ] {
            assert!(terms(text).is_err(), "{text}");
        }
    }
}

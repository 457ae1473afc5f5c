//! Amounts of units as people state them: whole numbers, or exact decimals for
//! units with subunits.

use super::scalar::{Fault, Scalar, inline_schema, whole};
use crate::model::{AMOUNT_MAX, Money, Points, Programme, Unit};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::de::{Deserialize, Deserializer, Unexpected};
use serde::{Serialize, Serializer};
use std::fmt;

/// An amount of a unit: an integer, or a decimal in quotes if the unit has subunits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Figure {
    /// Of a unit without subunits.
    Whole(i64),
    /// Of a unit with subunits, in whole units.
    Exact(Decimal),
}

impl Default for Figure {
    fn default() -> Figure {
        Figure::Whole(0)
    }
}

impl Figure {
    /// Converts an amount of a unit's smallest parts; an unknown unit counts as
    /// one without subunits.
    pub fn of(unit: Option<&Unit>, points: Points) -> Figure {
        match unit {
            Some(unit) if unit.subunits > 1 => Figure::Exact(unit.decimal(points)),
            _ => Figure::Whole(points.0),
        }
    }

    /// Converts a sum over many entries, which may exceed what one amount can be:
    /// then it is a decimal, in quotes.
    pub fn of_sum(unit: Option<&Unit>, points: i128) -> Figure {
        match i64::try_from(points) {
            Ok(held) if held.abs() <= AMOUNT_MAX => Figure::of(unit, Points(held)),
            _ => {
                let sum = Decimal::try_from_i128_with_scale(points, 0).unwrap_or(Decimal::MAX);
                let parts = unit.map_or(1, |unit| unit.subunits.max(1));
                Figure::Exact((sum / Decimal::from(parts)).normalize())
            }
        }
    }

    /// The same as [`Figure::of`], for a unit by its number.
    pub fn of_number(programme: &Programme, unit: u16, points: Points) -> Figure {
        Figure::of(programme.unit(unit), points)
    }

    /// Converts an amount of money to whole units of the programme's currency.
    pub fn of_money(programme: &Programme, money: Money) -> Figure {
        match programme.digits {
            0 => Figure::Whole(money.0),
            digits => Figure::Exact(money.to_decimal(digits)),
        }
    }

    /// The amount as a decimal for arithmetic.
    pub fn to_decimal(self) -> Decimal {
        match self {
            Figure::Whole(whole) => whole.into(),
            Figure::Exact(exact) => exact,
        }
    }

    /// Whole units, rounded down, as people are shown.
    pub fn whole(self) -> i64 {
        match self {
            Figure::Whole(whole) => whole,
            Figure::Exact(exact) => exact.floor().to_i64().unwrap_or(0),
        }
    }

    /// Adds two amounts of one unit.
    pub fn plus(self, other: Figure) -> Figure {
        match (self, other) {
            (Figure::Whole(a), Figure::Whole(b)) => Figure::Whole(a.saturating_add(b)),
            (a, b) => Figure::Exact(a.to_decimal().saturating_add(b.to_decimal())),
        }
    }
}

/// Compares with a whole number.
impl PartialEq<i64> for Figure {
    fn eq(&self, whole: &i64) -> bool {
        self.to_decimal() == Decimal::from(*whole)
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Figure::Whole(whole) => whole.fmt(f),
            Figure::Exact(exact) => exact.fmt(f),
        }
    }
}

impl Serialize for Figure {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Figure::Whole(whole) => to.serialize_i64(*whole),
            Figure::Exact(exact) => to.collect_str(exact),
        }
    }
}

impl<'de> Deserialize<'de> for Figure {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Figure, D::Error> {
        from.deserialize_any(Scalar {
            expects: "a whole number without quotes, below 2^53, or a decimal in quotes such as \"0.6\"",
            read: |found| match found {
                Unexpected::Str(text) => parse(text).ok_or(Fault::Value),
                found => whole(found).map(Figure::Whole),
            },
        })
    }
}

inline_schema!(Figure, {
    "type": ["integer", "string"],
    "pattern": "^-?[0-9]+(\\.[0-9]+)?$",
    "minimum": -AMOUNT_MAX,
    "maximum": AMOUNT_MAX,
});

/// Reads an amount as people write it: digits, at most one point, optionally a
/// sign. Without a point it is a whole number.
pub fn parse(text: &str) -> Option<Figure> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_plain = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.ends_with(|c: char| c.is_ascii_digit())
        && digits.len() <= 28
        && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let exact: Decimal = text.parse().ok().filter(|_| is_plain)?;
    let is_held = exact.abs() <= Decimal::from(AMOUNT_MAX);
    let whole = i64::try_from(exact).ok().filter(|_| exact.is_integer());
    is_held.then(|| whole.map_or(Figure::Exact(exact.normalize()), Figure::Whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_numbers_or_decimals_in_quotes() {
        let read = |json: &str| serde_json::from_str::<Figure>(json).ok();
        assert_eq!(read("60"), Some(Figure::Whole(60)));
        assert_eq!(read("\"0.60\""), Some(Figure::Exact(Decimal::new(6, 1))));
        for wrong in [
            "\"\"",
            "\"1e3\"",
            "\".5\"",
            "\"5.\"",
            "0.6",
            "\"1,5\"",
            "9007199254740992",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        let written = |figure: Figure| serde_json::to_string(&figure).unwrap();
        assert_eq!(written(Figure::Whole(-3)), "-3");
        assert_eq!(written(Figure::Exact(Decimal::new(37, 1))), "\"3.7\"");
        assert_eq!(format!("{:+}", Figure::Exact(Decimal::new(37, 1))), "+3.7");
    }
}

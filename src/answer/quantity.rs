//! The quantity that a refusal is about.

use crate::command::Figure;
use crate::model::{Code, Measure, Money, Points, Programme, Qty, Refusal};
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The quantity that a refusal is about. All its figures have one scale: what
/// people say, whole numbers as such and decimals as text.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct Quantity {
    /// Unit of the figures: a unit's id; the currency; `qty`, a line's quantity; or `time`,
    /// `piece`, `place`, `member`, `byte`.
    pub unit: String,
    /// Quantity asked: spent, sent, returned, paid, or added.
    pub asked: Figure,
    /// The most that it could have been: what is there, is left, fits or is right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available: Option<Figure>,
    /// Of `below_minimum`: the least that it must be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<Figure>,
    /// Of `not_in_steps`: what it must be a multiple of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<Figure>,
    /// Distance of the asked quantity from a possible one: beyond what is available (negative
    /// where less was asked than is right), below the minimum, or short of the next step.
    pub missing: Figure,
}

impl Quantity {
    /// The quantity that a refusal is about; None if its text says everything.
    pub fn of(refusal: &Refusal, programme: Option<&Programme>) -> Option<Quantity> {
        let measure = Measure::of(refusal.unit);
        let (asked, bound) = (refusal.asked?, refusal.available?);
        if measure == Measure::Nothing {
            return None;
        }
        let figure = |amount| figure(measure, amount, programme);
        let quantity = |missing| Quantity {
            unit: unit(measure, programme),
            asked: figure(asked),
            missing: figure(missing),
            ..Quantity::default()
        };
        let bound_shown = Some(figure(bound));
        Some(match refusal.code {
            Code::BelowMinimum => Quantity {
                minimum: bound_shown,
                ..quantity(bound.saturating_sub(asked))
            },
            Code::NotInSteps => Quantity {
                step: bound_shown,
                ..quantity(bound.saturating_sub(asked.checked_rem(bound)?))
            },
            _ => Quantity {
                available: bound_shown,
                ..quantity(asked.saturating_sub(bound))
            },
        })
    }
}

fn unit(measure: Measure, programme: Option<&Programme>) -> String {
    let currency = || programme.map(|p| p.currency.clone());
    let named = match measure {
        Measure::Nothing => None,
        Measure::Unit(number) => programme.and_then(|p| p.unit(number)).map(|u| u.id.clone()),
        Measure::Pool(_) | Measure::Money => currency(),
        Measure::Bytes => Some("byte".into()),
        Measure::Members => Some("member".into()),
        Measure::Places => Some("place".into()),
        Measure::Pieces => Some("piece".into()),
        Measure::Times => Some("time".into()),
        Measure::Quantity => Some("qty".into()),
    };
    named.unwrap_or_default()
}

fn figure(measure: Measure, amount: i64, programme: Option<&Programme>) -> Figure {
    let plain = Figure::Whole(amount);
    match measure {
        Measure::Quantity => Figure::Exact(Qty(amount).to_decimal()),
        Measure::Money => programme.map_or(plain, |p| Figure::of_money(p, Money(amount))),
        Measure::Unit(unit) => {
            programme.map_or(plain, |p| Figure::of_number(p, unit, Points(amount)))
        }
        Measure::Pool(pool) => match programme.and_then(|p| p.pool(pool)).map(|p| p.digits) {
            None | Some(0) => plain,
            Some(digits) => Figure::Exact(Decimal::new(amount, digits.into())),
        },
        _ => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(code: Code, measure: Measure, available: i64, asked: i64) -> serde_json::Value {
        let refusal = Refusal::short(code, measure, available, asked, "no");
        serde_json::to_value(Quantity::of(&refusal, None)).unwrap()
    }

    #[test]
    fn what_is_missing_is_told_by_kind() {
        use serde_json::json;
        let stock = told(Code::OutOfStock, Measure::Pieces, 0, 1);
        let said = json!({"unit": "piece", "asked": 1, "available": 0, "missing": 1});
        assert_eq!(stock, said);
        let litres = told(Code::TooMuchReturned, Measure::Quantity, 1_500, 2_250);
        let said = json!({"unit": "qty", "asked": "2.25", "available": "1.5", "missing": "0.75"});
        assert_eq!(litres, said);
        let least = told(Code::BelowMinimum, Measure::Times, 3, 1);
        assert_eq!(
            least,
            json!({"unit": "time", "asked": 1, "minimum": 3, "missing": 2})
        );
        let step = told(Code::NotInSteps, Measure::Times, 10, 25);
        assert_eq!(
            step,
            json!({"unit": "time", "asked": 25, "step": 10, "missing": 5})
        );
    }

    #[test]
    fn an_entry_that_is_named_is_no_quantity() {
        let counted = Refusal {
            available: Some(7),
            ..Refusal::new(Code::AlreadyCounted, "entry 7 counted it before")
        };
        assert_eq!(Quantity::of(&counted, None), None);
    }
}

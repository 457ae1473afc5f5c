//! Deficits: points to be taken back that the member no longer has.

use crate::model::{Account, Code, Deficit, Effect, Measure, Number, Points, Refusal};
use crate::rules::case::Case;
use crate::rules::state::{Member, entry_of};

/// Books the part of an amount to be taken back that the member no longer has,
/// by the programme's rule.
///
/// # Errors
/// [`Code::AlreadySpent`], if the programme refuses that.
pub(in crate::rules) fn book_shortfall(
    case: &Case,
    unit: Number,
    amount: Points,
    left: Points,
    effects: &mut Vec<Effect>,
) -> Result<(), Refusal> {
    match (left.is_positive(), case.programme().deficit) {
        (false, _) | (true, Deficit::Clamp) => Ok(()),
        (true, Deficit::Carry) => {
            effects.push(Effect::Owe {
                who: 0,
                unit,
                amount: left,
                with: Account::Clawback,
            });
            Ok(())
        }
        (true, Deficit::Refuse) => {
            let spent = case.programme().decimal(unit, left);
            let detail = format!("{spent} of the points that are taken back are spent");
            Err(Refusal::short(
                Code::AlreadySpent,
                Measure::Unit(unit),
                amount.0 - left.0,
                amount.0,
                detail,
            ))
        }
    }
}

/// The member with the debt that the entry itself causes.
pub(in crate::rules) fn owing(member: &Member, before: &[Effect]) -> Member {
    let mut owing = member.clone();
    for effect in before {
        match effect {
            Effect::Owe { unit, amount, .. } => *entry_of(&mut owing.owed, *unit) += amount.0,
            Effect::Award { unit, fills, .. } if fills.is_positive() => {
                *entry_of(&mut owing.owed, *unit) -= fills.0;
            }
            _ => {}
        }
    }
    owing
}

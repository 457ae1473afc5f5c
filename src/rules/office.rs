//! Acts of the office: goals, costs, closed periods, and balances imported from
//! another system.

use super::case::Case;
use super::lots;
use super::state::LedgerState;
use crate::model::{Account, Act, Code, Day, Draft, Effect, Points, Refusal, Unit, UnitKind};
use crate::rules::member::tier;
use crate::rules::reward::spend::check_some;

/// Decides an act of the office.
pub fn decide(case: &Case, act: Act) -> Result<Draft, Refusal> {
    let effects = match &act {
        Act::GoalSet { deadline, .. } if *deadline < case.day() => {
            return no("by: the deadline lies in the past");
        }
        Act::CostBooked { amount, .. } if amount.0 <= 0 => {
            return no("amount: a cost is more than none");
        }
        Act::PeriodClosed { from, to } => {
            let open = case.state.global.open_from;
            if *from != open || *to <= open {
                let detail = format!("through: the books are closed up to {}", open.plus_days(-1));
                return Err(Refusal::new(Code::AlreadySo, detail));
            }
            if *to > case.day() {
                return no("through: the period is not over; its last day must be before today");
            }
            vec![Effect::Closed { to: *to }]
        }
        Act::Imported {
            opening: Some((unit, points)),
            ..
        } => return open_balance(case, (*unit, *points, None), act),
        Act::BalanceOpened {
            unit, points, last, ..
        } => return open_balance(case, (*unit, *points, Some(*last)), act),
        _ => Vec::new(),
    };
    Ok(case.draft(act, effects))
}

fn no(detail: &str) -> Result<Draft, Refusal> {
    Err(Refusal::new(Code::BadInput, detail))
}

/// Books an imported balance, and judges the tier by it.
fn open_balance(
    case: &Case,
    (unit, points, last): (u16, Points, Option<Day>),
    act: Act,
) -> Result<Draft, Refusal> {
    let mut effects = vec![opening(case, unit, points, last)?];
    let judged = tier::judge_balance(case, case.need_member()?, &effects);
    effects.extend(judged.effects);
    let mut draft = case.draft(act, effects);
    draft.given_review = judged.given;
    Ok(draft)
}

/// Opens an imported balance. It expires as if it had been earned here on the
/// command's day, unless it has an expiry of its own.
fn opening(case: &Case, number: u16, points: Points, last: Option<Day>) -> Result<Effect, Refusal> {
    let member = case.need_member()?;
    let unit = case.need_unit(number)?;
    let today = case.programme().calendar.day_of(case.now());
    check_opening(unit, points, last, today)?;
    let exact = rust_decimal::Decimal::from(points.0).into();
    Ok(match unit.kind {
        UnitKind::Spendable => Effect::Award {
            who: 0,
            unit: number,
            amount: points,
            fills: lots::fill(&mut member.owed.clone(), number, points),
            from: Account::Opening,
            campaign: 0,
            exact,
            line: 0,
            terms: lots::terms(case.programme(), unit, case.day(), last, None),
            why: String::new(),
        },
        UnitKind::Qualifying => Effect::Qualify {
            who: 0,
            unit: number,
            day: case.day(),
            amount: points,
            campaign: 0,
            exact,
        },
        _ => return Err(no_balance(unit)),
    })
}

/// Refuses a balance that is impossible on a day.
pub fn check_opening(
    unit: &Unit,
    points: Points,
    last: Option<Day>,
    today: Day,
) -> Result<(), Refusal> {
    check_some(points)?;
    let is_spent = unit.kind == UnitKind::Spendable;
    if let Some(last) = last.filter(|last| !is_spent || *last < today) {
        return Err(Refusal::new(Code::BadInput, no_end(is_spent, last)));
    }
    match unit.kind {
        UnitKind::Spendable | UnitKind::Qualifying => Ok(()),
        _ => Err(no_balance(unit)),
    }
}

fn no_balance(unit: &Unit) -> Refusal {
    let detail = format!("unit: {} has no balance to open", unit.id);
    Refusal::new(Code::BadInput, detail)
}

fn no_end(is_spent: bool, last: Day) -> String {
    match is_spent {
        true => format!("expires: {last} is over; what has ended there is not brought here"),
        false => "expires: the unit counts in its window and has no end of its own".into(),
    }
}

/// Refuses an entry in a closed period; due events keep their day.
pub fn check_open(case: &Case, act: &Act) -> Result<(), Refusal> {
    match act {
        Act::Due { .. } => Ok(()),
        _ => check_day(&case.state.global, case.day()),
    }
}

/// Refuses a day in a closed period.
pub fn check_day(global: &LedgerState, day: Day) -> Result<(), Refusal> {
    let open = global.open_from;
    if day >= open {
        return Ok(());
    }
    let last = open.plus_days(-1);
    let detail = format!("at: the books are closed up to {last}; book it today, with the reason");
    Err(Refusal::new(Code::PeriodClosed, detail))
}

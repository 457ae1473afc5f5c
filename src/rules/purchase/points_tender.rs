//! Points as a tender: the amount that they pay of a bill, and the lines that they
//! pay for.

use crate::model::{
    Code, Effect, Measure, Money, Number, Points, Purchase, Refusal, SpendLimit, Tender, part_down,
};
use crate::rules::case::Case;
use crate::rules::purchase::allocated_bill::Bill;
use crate::rules::purchase::allocation::{Allocation, Named};
use crate::rules::purchase::line_worth::worth_of_lines;
use crate::rules::reward::spend::{pays_nothing, points_before};

/// Checks the amount that points pay of a bill; returns the lines they pay for.
///
/// # Errors
/// They are worth another amount, or may not pay that much of it.
pub fn paid_with_points(
    case: &Case,
    purchase: &Purchase,
    tender: &Tender,
    points: (Number, Points),
    effects: &[Effect],
) -> Result<Vec<u16>, Refusal> {
    let (unit, amount) = (points.0, tender.amount);
    check_worth(case, purchase, points, amount, effects)?;
    lines_of_points(case, purchase, unit, tender)
}

/// Lines that points pay for: those that the till names, or all that they may
/// pay for; empty for the whole bill.
fn lines_of_points(
    case: &Case,
    purchase: &Purchase,
    unit: Number,
    tender: &Tender,
) -> Result<Vec<u16>, Refusal> {
    let limit = case.programme().spend_limit(unit);
    let Some(limit) = limit.filter(|limit| !limit.not_for.is_empty()) else {
        return Ok(tender.lines.clone());
    };
    let line = |n: u16| purchase.lines.get(usize::from(n).wrapping_sub(1));
    let is_barred = |n: &&u16| line(**n).is_some_and(|line| limit.not_for.has(line));
    if let Some(n) = tender.lines.iter().find(is_barred) {
        let id = &case.need_unit(unit)?.id;
        let detail = format!("tenders: {id} do not pay for line {n}: the programme says not_for");
        return Err(Refusal::new(Code::OverLimit, detail));
    }
    Ok(match tender.lines.is_empty() {
        true => limit.not_for.others(&purchase.lines).unwrap_or_default(),
        false => tender.lines.clone(),
    })
}

/// Most of a bill that points may pay: the share that their limit allows, and
/// nothing of the lines excluded from it, after discounts and with their tax.
pub fn payable(purchase: &Purchase, limit: &SpendLimit) -> Money {
    let total = purchase.total.max(Money::ZERO);
    let most = part_down(total, limit.bill_share);
    if limit.not_for.is_empty() {
        return most;
    }
    let bill = Bill::new(purchase, &Named::by(purchase, Vec::new()), &[]);
    let worth = worth_of_lines(&bill);
    let barred = purchase.lines.iter().zip(worth);
    let barred = barred.filter(|(line, _)| limit.not_for.has(line));
    let barred: i64 = barred.map(|(_, worth)| worth.value.max(0)).sum();
    most.min(Money((total.0 - barred).max(0)))
}

/// Refuses a bill on which points together with other own tenders would pay for
/// lines excluded from them.
///
/// # Errors
/// [`Code::OverLimit`], with the most that they pay.
pub fn check_allocated(case: &Case, purchase: &Purchase, bill: &Allocation) -> Result<(), Refusal> {
    for (n, tender) in purchase.tenders.iter().enumerate() {
        let Some((unit, _)) = tender.kind.points() else {
            continue;
        };
        let limit = case.programme().spend_limit(unit);
        let Some(limit) = limit.filter(|limit| !limit.not_for.is_empty()) else {
            continue;
        };
        let lines = purchase.lines.iter().enumerate();
        let barred = lines.filter(|(_, line)| limit.not_for.has(line));
        let over: i64 = barred.map(|(line, _)| bill.by_tender(n, line)).sum();
        if over > 0 {
            let most = Money(tender.amount.0 - over);
            return Err(over_bill(case, unit, most, tender.amount));
        }
    }
    Ok(())
}

/// The refusal of points that pay more of a bill than they may, with the number
/// that would be allowed.
fn over_bill(case: &Case, unit: Number, most: Money, asked: Money) -> Refusal {
    let programme = case.programme();
    let id = programme.unit(unit).map_or("points", |u| &u.id);
    let limit = programme.spend_limit(unit);
    let why = match limit.is_some_and(|limit| !limit.not_for.is_empty()) {
        true => ", since some goods are not paid with them",
        false => "",
    };
    let points = programme.most_points(unit, most).unwrap_or_default();
    let (points, shown) = (
        programme.decimal(unit, points),
        most.display(programme.digits),
    );
    let detail = format!("{id} may pay at most {shown} of this bill{why}: {points} {id}");
    Refusal::short(Code::OverLimit, Measure::Money, most.0, asked.0, detail)
}

/// Checks that points pay their value by the programme, and no more of a bill
/// than it allows.
fn check_worth(
    case: &Case,
    purchase: &Purchase,
    (unit, points): (Number, Points),
    amount: Money,
    effects: &[Effect],
) -> Result<(), Refusal> {
    let digits = case.programme().digits;
    let id = &case.need_unit(unit)?.id;
    let no_value = || {
        Refusal::new(
            Code::WrongTenderValue,
            format!("{id} has no value on a bill: unit.{id}.value is not set"),
        )
    };
    let worth = case.programme().worth(unit, points).ok_or_else(no_value)?;
    if worth == Money::ZERO {
        return Err(pays_nothing(case, unit, points).unwrap_or_else(no_value));
    }
    if worth != amount {
        let detail = format!(
            "{} {id} are worth {}, not {}",
            case.programme().decimal(unit, points),
            worth.display(digits),
            amount.display(digits)
        );
        return Err(Refusal::short(
            Code::WrongTenderValue,
            Measure::Money,
            worth.0,
            amount.0,
            detail,
        ));
    }
    let Some(limit) = case.programme().spend_limit(unit) else {
        return Ok(());
    };
    let most = payable(purchase, limit);
    let before = case
        .programme()
        .worth(unit, points_before(case, unit, effects));
    if amount.0 > most.0 - before.map_or(0, |paid| paid.0) {
        return Err(over_bill(case, unit, most, amount));
    }
    Ok(())
}

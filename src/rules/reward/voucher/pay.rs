//! Payment with vouchers: the amount that one takes off a bill, and its use.

use super::{members, open};
use crate::model::{
    Account, Code, Effect, Line, Measure, Money, Points, Programme, Purchase, Refusal, Tender,
    Unit, to_position,
};
use crate::rules::case::{Case, VoucherFound};
use crate::rules::lots;
use crate::rules::purchase::bill;
use crate::rules::purchase::discount::part_off;
use crate::rules::purchase::line_cost::{LineCost, line_costs};
use crate::rules::share::part_of;

/// The part of a bill that a voucher pays.
#[derive(Debug)]
pub struct Paid {
    /// Line it is booked on; 0 for the whole or for several.
    pub line: u16,
    /// Lines it pays for; empty for the whole bill.
    pub lines: Vec<u16>,
}

/// Amount that a voucher takes off a bill, and its lines, among those that a
/// till names. `before` are the effects of earlier tenders: nothing is paid
/// twice.
///
/// # Errors
/// The bill is too small for it, or there is nothing on it that it pays for.
pub fn worth(
    programme: &Programme,
    unit: &Unit,
    sku: Option<&str>,
    purchase: &Purchase,
    names: &[u16],
    before: &[Effect],
) -> Result<(Paid, Money), Refusal> {
    let bill = bill::subtotal(purchase)?;
    check_minimum(programme, unit, bill)?;
    let is_bound =
        sku.is_some() || !(unit.voucher.categories.is_empty() && unit.voucher.skus.is_empty());
    let others = unit.voucher.not_for.others(&purchase.lines);
    let is_part = is_bound || others.is_some();
    let costs = line_costs(programme, purchase, before);
    let pays = |((n, line), cost): &((u16, &Line), &LineCost)| {
        let is_named = names.is_empty() || names.contains(n);
        is_named && cost.left > 0 && is_paid_by(unit, sku, line)
    };
    let lines = || (1u16..).zip(&purchase.lines).zip(&costs).filter(pays);
    let numbers = || lines().map(|((n, _), _)| n).collect::<Vec<u16>>();
    let left = || Money(lines().map(|(_, cost)| cost.left).sum());
    if is_part && lines().next().is_none() {
        return Err(Refusal::new(
            Code::NothingToReward,
            format!("{} pays for nothing on this bill", unit.id),
        ));
    }
    let total = purchase.total.max(Money::ZERO);
    let value = programme.worth(unit.number, Points(1));
    if let Some(part) = unit.voucher.percent {
        let of = match is_part {
            true => Money(lines().map(|((_, line), _)| line.amount.0).sum()),
            false => bill,
        };
        let most = if is_part { left().min(total) } else { total };
        let lines = if is_part { numbers() } else { names.to_vec() };
        let off = part_off(of.min(total), part, programme.discount_rounding);
        return Ok((Paid { line: 0, lines }, off.min(most)));
    }
    let most = value.unwrap_or(Money(crate::model::AMOUNT_MAX));
    let (line, price) = match (is_bound, is_part) {
        (true, _) => dearest(lines()),
        (false, true) => (0, left()),
        (false, false) => (0, total),
    };
    let lines = match line {
        0 if is_part => numbers(),
        0 => names.to_vec(),
        line => vec![line],
    };
    Ok((Paid { line, lines }, price.min(most).min(total)))
}

fn check_minimum(programme: &Programme, unit: &Unit, bill: Money) -> Result<(), Refusal> {
    let Some(minimum) = unit.voucher.minimum.filter(|minimum| bill < *minimum) else {
        return Ok(());
    };
    let shown = bill.display(programme.digits);
    let least = minimum.display(programme.digits);
    let detail = format!("{} needs a bill of {least}, this one is {shown}", unit.id);
    let (code, measure) = (Code::BelowMinimum, Measure::Money);
    Err(Refusal::short(code, measure, minimum.0, bill.0, detail))
}

fn is_paid_by(unit: &Unit, sku: Option<&str>, line: &Line) -> bool {
    let terms = &unit.voucher;
    let is_listed = |list: &[String], text: &String| list.is_empty() || list.contains(text);
    match sku {
        _ if terms.not_for.has(line) => false,
        Some(sku) => line.sku == sku,
        None => is_listed(&terms.categories, &line.category) && is_listed(&terms.skus, &line.sku),
    }
}

/// The line with the most expensive piece, and the unpaid part of that piece.
fn dearest<'a>(lines: impl Iterator<Item = ((u16, &'a Line), &'a LineCost)>) -> (u16, Money) {
    let mut best = (0, Money::ZERO);
    for ((n, line), cost) in lines {
        let piece = part_of(cost.whole, 1000, line.qty.0.max(1000));
        let piece = Money(piece.min(cost.left));
        if best.0 == 0 || piece > best.1 {
            best = (n, piece);
        }
    }
    best
}

/// Books a tender that is a voucher, by its code; returns the lines it pays for.
///
/// # Errors
/// The code is nobody's, used or lapsed, or it pays less than the tender states.
pub fn pay(
    case: &Case,
    purchase: &Purchase,
    (code, tender): (&[u8; 32], &Tender),
    effects: &mut Vec<Effect>,
) -> Result<Vec<u16>, Refusal> {
    let found = found(case, code)?;
    let (_, lot) = open(case, found)?;
    if lots::Taken::by(effects).of(lot.id).is_positive() {
        return Err(Refusal::new(
            Code::CodeUsed,
            "code: the voucher pays once, not twice",
        ));
    }
    let paid = pays(case, found, (purchase, tender), effects)?;
    effects.extend(used(case, found, Some(lot.id), paid.line, tender));
    Ok(paid.lines)
}

/// Finds the voucher of a code's hash among those that the command names.
///
/// # Errors
/// No voucher has the code.
pub fn found<'a>(case: &Case<'a>, code: &[u8; 32]) -> Result<&'a VoucherFound, Refusal> {
    let found = case.inputs.vouchers.iter().find(|v| v.code == *code);
    found.ok_or_else(|| Refusal::new(Code::UnknownCode, "code: no voucher has it"))
}

/// The part of a bill that a voucher pays by a tender.
///
/// # Errors
/// It pays less than the tender states.
pub fn pays(
    case: &Case,
    found: &VoucherFound,
    (purchase, tender): (&Purchase, &Tender),
    effects: &[Effect],
) -> Result<Paid, Refusal> {
    let amount = tender.amount;
    let unit = case.need_unit(found.unit)?;
    let sku = found.sku.as_deref();
    let (paid, most) = worth(
        case.programme(),
        unit,
        sku,
        purchase,
        &tender.lines,
        effects,
    )?;
    if amount > most {
        let digits = case.programme().digits;
        let (most_text, asked) = (most.display(digits), amount.display(digits));
        return Err(Refusal::short(
            Code::WrongTenderValue,
            Measure::Money,
            most.0,
            amount.0,
            format!("{} takes off {most_text}, not {asked}", unit.id),
        ));
    }
    Ok(paid)
}

/// The place of a voucher's holder among the members of the draft.
pub fn place(case: &Case, found: &VoucherFound) -> u8 {
    let at = members(case).iter().position(|id| *id == found.holder);
    to_position(at.unwrap_or(0))
}

/// The effects of a voucher that pays, and leaves its lot.
pub fn used(
    case: &Case,
    found: &VoucherFound,
    lot: Option<crate::model::LotId>,
    line: u16,
    tender: &Tender,
) -> [Effect; 2] {
    let (who, unit, lot) = (place(case, found), found.unit, lot.unwrap_or(found.lot));
    let amount = tender.amount;
    [
        Effect::Debit {
            who,
            unit,
            lot,
            amount: Points(1),
            to: Account::Redemption,
        },
        Effect::VoucherUsed {
            who,
            unit,
            lot,
            line,
            amount,
        },
    ]
}

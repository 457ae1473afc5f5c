//! Paying with vouchers: what one takes off a bill, and using it up.

use super::{members, open};
use crate::model::{
    Account, Code, Effect, Line, Money, Points, Programme, Purchase, Refusal, Unit, part_down,
    to_position,
};
use crate::rules::case::{Case, Found};
use crate::rules::{bill, lots};

/// What a voucher takes off a bill, and for which line (0: the whole).
///
/// # Errors
/// The bill is too small for it, or nothing on it is what it pays for.
pub fn worth(
    programme: &Programme,
    unit: &Unit,
    sku: Option<&str>,
    purchase: &Purchase,
) -> Result<(u16, Money), Refusal> {
    let bill = bill::subtotal(purchase)?;
    if let Some(minimum) = unit.voucher.minimum.filter(|minimum| bill < *minimum) {
        let (shown, least) = (
            bill.display(programme.digits),
            minimum.display(programme.digits),
        );
        return Err(Refusal::short(
            Code::BelowMinimum,
            0,
            bill.0,
            minimum.0,
            format!("{} needs a bill of {least}, this one is {shown}", unit.id),
        ));
    }
    let is_bound =
        sku.is_some() || !(unit.voucher.categories.is_empty() && unit.voucher.skus.is_empty());
    let pays = |line: &&Line| line.amount.is_positive() && is_paid_by(unit, sku, line);
    let lines = || purchase.lines.iter().filter(pays);
    if is_bound && lines().next().is_none() {
        return Err(Refusal::new(
            Code::NothingToReward,
            format!("{} pays for nothing on this bill", unit.id),
        ));
    }
    let total = purchase.total.max(Money::ZERO);
    let value = programme.worth(unit.number, Points(1));
    if let Some(part) = unit.voucher.percent {
        let of = match is_bound {
            true => Money(lines().map(|l| l.amount.0).sum()),
            false => bill,
        };
        return Ok((0, part_down(of.min(total), part)));
    }
    let most = value.unwrap_or(Money(crate::model::AMOUNT_MAX));
    let (line, price) = match is_bound {
        true => dearest(purchase, pays),
        false => (0, total),
    };
    Ok((line, price.min(most).min(total)))
}

fn is_paid_by(unit: &Unit, sku: Option<&str>, line: &Line) -> bool {
    let terms = &unit.voucher;
    let is_listed = |list: &[String], text: &String| list.is_empty() || list.contains(text);
    match sku {
        Some(sku) => line.sku == sku,
        None => is_listed(&terms.categories, &line.category) && is_listed(&terms.skus, &line.sku),
    }
}

/// The line with the dearest piece, and what that piece costs.
fn dearest(purchase: &Purchase, pays: impl Fn(&&Line) -> bool) -> (u16, Money) {
    let mut best = (0, Money::ZERO);
    for (n, line) in (1u16..).zip(&purchase.lines) {
        let piece = Money(line.amount.0 * 1000 / line.qty.0.max(1000));
        if pays(&line) && (best.0 == 0 || piece > best.1) {
            best = (n, piece);
        }
    }
    best
}

/// Books a tender that is a voucher.
///
/// # Errors
/// The code is nobody's, used or lapsed, or it pays less than the tender says.
pub fn pay(
    case: &Case,
    purchase: &Purchase,
    code: &[u8; 32],
    amount: Money,
    effects: &mut Vec<Effect>,
) -> Result<(), Refusal> {
    let found = case.papers.vouchers.iter().find(|v| v.code == *code);
    let found = found.ok_or_else(|| Refusal::new(Code::UnknownCode, "code: no voucher has it"))?;
    let (_, lot) = open(case, found)?;
    if lots::taken_of(lot.id, effects).is_positive() {
        return Err(Refusal::new(
            Code::CodeUsed,
            "code: the voucher pays once, not twice",
        ));
    }
    let unit = case.need_unit(found.unit)?;
    let (line, most) = worth(case.programme(), unit, found.sku.as_deref(), purchase)?;
    if amount > most {
        let digits = case.programme().digits;
        let (most_text, asked) = (most.display(digits), amount.display(digits));
        return Err(Refusal::short(
            Code::WrongTenderValue,
            0,
            most.0,
            amount.0,
            format!("{} takes off {most_text}, not {asked}", unit.id),
        ));
    }
    effects.extend(used(case, found, lot.id, line, amount));
    Ok(())
}

fn used(
    case: &Case,
    found: &Found,
    lot: crate::model::LotId,
    line: u16,
    amount: Money,
) -> [Effect; 2] {
    let at = members(case).iter().position(|id| *id == found.holder);
    let (who, unit) = (to_position(at.unwrap_or(0)), found.unit);
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

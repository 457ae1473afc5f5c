//! The lines of a purchase that come back: all, some in part by quantity or by money, or
//! an amount that belongs to no line.

use super::coupons::Coupons;
use crate::model::{
    Code, Extent, Line, LineExtent, Measure, Money, Purchase, Qty, Refusal, ReturnedLine,
};
use crate::rules::case::Case;
use crate::rules::purchase::allocated_bill::Bill;
use crate::rules::purchase::line_worth::{Worth, worth_of_lines};
use crate::rules::share::{part_of, scale, toward};
use crate::rules::state::Aftermath;

/// Resolves the extent of a return line by line.
pub(super) fn resolve(
    case: &Case,
    bill: &Bill,
    before: &Aftermath,
    extent: &Extent,
    deposits: &[String],
) -> Result<Vec<ReturnedLine>, Refusal> {
    let digits = case.programme().digits;
    let bought = &*bill.purchase;
    let left = (bought.total.minus(before.amount).unwrap_or_default()).max(Money::ZERO);
    match extent {
        Extent::All if before.is_all(bought) => {
            let all = "all of it came back before".into();
            Err(too_much(Money::ZERO, bought.total, all))
        }
        Extent::All => {
            let worth = worth_of_lines(bill);
            let rest = (0..bought.lines.len()).map(|n| rest_of(bought, before, n, &worth[n]));
            Ok(rest.filter(|l| l.qty.0 != 0 || l.amount.0 != 0).collect())
        }
        Extent::Amount(amount) if amount.0 <= 0 => Err(Refusal::new(
            Code::BadInput,
            "amount: there must be more than none",
        )),
        Extent::Amount(amount) if *amount > left => {
            let (left_text, asked) = (left.display(digits), amount.display(digits));
            let detail = format!("{left_text} of it is left, {asked} asked");
            Err(too_much(left, *amount, detail))
        }
        Extent::Amount(_) => Ok(Vec::new()),
        Extent::Lines(asked) => {
            let worth = worth_of_lines(bill);
            let coupons = Coupons::of(bought, &worth, deposits);
            let mut lines: Vec<ReturnedLine> = Vec::new();
            for line in asked {
                if lines.iter().any(|l| l.line == line.line) {
                    return Err(Refusal::new(
                        Code::BadInput,
                        format!("lines: line {} is named twice", line.line),
                    ));
                }
                let line = coupons.before_off(line, before, digits)?;
                lines.push(resolve_line(bought, before, &line, &worth, digits)?);
            }
            coupons.take_along(&mut lines, asked, before);
            Ok(lines)
        }
    }
}

/// Rest of a line, with the rest of the money paid for it.
fn rest_of(bought: &Purchase, before: &Aftermath, n: usize, worth: &Worth) -> ReturnedLine {
    let (line, back) = (&bought.lines[n], before.line(n));
    ReturnedLine {
        line: back.line,
        qty: Qty(line.qty.0 - back.qty.0),
        amount: Money(line.amount.0 - back.amount.0),
        paid: Money(toward(worth.money - back.paid.0, worth.money)),
    }
}

/// A line of a purchase of which a part comes back.
struct PartialLine<'a> {
    line: &'a Line,
    worth: &'a Worth,
    /// What came back of it before.
    back: ReturnedLine,
    /// What is left of it.
    rest: ReturnedLine,
}

impl PartialLine<'_> {
    /// A part of the line by its quantity, which is less than what is left.
    fn by_quantity(&self, qty: Qty) -> ReturnedLine {
        let (line, back, rest) = (self.line, &self.back, &self.rest);
        let qty = Qty(qty.0 * line.qty.0.signum());
        // Computed on all that came back so far, so that the parts add up.
        let whole = scale(line.amount.0, back.qty.0 + qty.0, line.qty.0);
        let amount = toward(whole - back.amount.0, rest.amount.0);
        let paid = self.worth.money_at(back.amount.0 + amount) - back.paid.0;
        ReturnedLine {
            line: rest.line,
            qty,
            amount: Money(amount),
            paid: Money(toward(paid, rest.paid.0)),
        }
    }

    /// Checks the money that a part of the line asks for.
    fn check_money(&self, asked: Money, digits: u8) -> Result<(), Refusal> {
        let (number, left) = (self.rest.line, self.rest.paid);
        let bad = |detail: String| Err(Refusal::new(Code::BadInput, detail));
        if self.worth.money < 0 {
            return bad(format!(
                "lines: line {number} gave money on the bill; name it whole or by quantity, and what it gave is taken back"
            ));
        }
        if asked.0 < 0 {
            return bad("lines: amount must not be negative".into());
        }
        if asked > left {
            let (left_text, asked_text) = (left.display(digits), asked.display(digits));
            let detail = format!(
                "line {number}: {left_text} of the money paid for it is left, {asked_text} asked; \
                 an amount within a line is money that was paid for it"
            );
            return Err(too_much(left, asked, detail));
        }
        Ok(())
    }

    /// A part of the line by the money that was paid for it, less than what is left.
    fn by_money(&self, qty: Option<Qty>, paid: Money) -> ReturnedLine {
        let (line, worth, back, rest) = (self.line, self.worth, &self.back, &self.rest);
        let price = match worth.money_at(back.amount.0) == back.paid.0 {
            true => worth.price_at(back.paid.0 + paid.0) - back.amount.0,
            // Discounts were decided again: its share of the rest, rounded up.
            false => {
                let left = rest.paid.0 - paid.0;
                rest.amount.0 - scale(rest.amount.0, left, rest.paid.0)
            }
        };
        let amount = price.clamp(0, rest.amount.0.max(0));
        let whole = part_of(line.qty.0, back.amount.0 + amount, line.amount.0);
        let its_share = Qty(toward(whole - back.qty.0, rest.qty.0));
        ReturnedLine {
            line: rest.line,
            qty: qty.unwrap_or(its_share),
            amount: Money(amount),
            paid,
        }
    }
}

fn resolve_line(
    bought: &Purchase,
    before: &Aftermath,
    asked: &LineExtent,
    worth: &[Worth],
    digits: u8,
) -> Result<ReturnedLine, Refusal> {
    let number = asked.line;
    let n = usize::from(number).wrapping_sub(1);
    let (Some(line), Some(worth)) = (bought.lines.get(n), worth.get(n)) else {
        return Err(Refusal::new(
            Code::BadInput,
            format!("lines: the purchase has no line {number}"),
        ));
    };
    let partial = PartialLine {
        line,
        worth,
        back: before.line(n),
        rest: rest_of(bought, before, n, worth),
    };
    let rest = &partial.rest;
    let over = |left: Qty, asked: Qty, what: &str| {
        let detail = format!("line {number}: {left} {what} is left, {asked} asked");
        let (code, measure) = (Code::TooMuchReturned, Measure::Quantity);
        Err(Refusal::short(code, measure, left.0, asked.0, detail))
    };
    match (asked.qty, asked.amount) {
        (None, None) if rest.qty.0 == 0 && rest.amount.0 == 0 => over(Qty(0), line.qty, "of it"),
        (None, None) => Ok(partial.rest),
        (Some(qty), _) if qty.0 <= 0 => Err(Refusal::new(
            Code::BadInput,
            "lines: qty must be more than none",
        )),
        (Some(qty), _) if qty.0 > rest.qty.0.abs() => {
            over(Qty(rest.qty.0.abs()), qty, "of the quantity")
        }
        (Some(qty), None) if qty.0 == rest.qty.0.abs() => Ok(partial.rest),
        (Some(qty), None) => Ok(partial.by_quantity(qty)),
        (qty, Some(paid)) => {
            partial.check_money(paid, digits)?;
            match qty {
                None if paid == partial.rest.paid => Ok(partial.rest),
                _ => Ok(partial.by_money(qty, paid)),
            }
        }
    }
}

fn too_much(left: Money, asked: Money, what: String) -> Refusal {
    let (code, measure) = (Code::TooMuchReturned, Measure::Money);
    Refusal::short(code, measure, left.0, asked.0, what)
}

#[cfg(test)]
mod tests;

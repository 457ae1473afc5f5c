//! Coupons that a till sends as lines below 0: goods that come back take their share
//! of them along, so that a line never gives back more than was paid for it. A
//! deposit, which the customer gave, does not: it comes back by itself.

use crate::model::{Code, Line, LineExtent, Measure, Money, Purchase, Qty, Refusal, ReturnedLine};
use crate::rules::purchase::line_worth::Worth;
use crate::rules::share::{part_of, share, toward};
use crate::rules::state::Aftermath;

/// The coupons of a bill, and what they are taken off.
pub(super) struct Coupons<'a> {
    bought: &'a Purchase,
    worth: &'a [Worth],
    /// By line: 0 or, for a coupon, its amount without the sign.
    amounts: Vec<i64>,
    /// Money paid for the goods, before coupons.
    goods: i64,
    /// Part of it that coupons paid.
    off: i64,
}

impl<'a> Coupons<'a> {
    /// Finds the coupons: lines below 0 of other categories than `deposits`.
    pub fn of(bought: &'a Purchase, worth: &'a [Worth], deposits: &[String]) -> Coupons<'a> {
        let amounts: Vec<i64> = bought.lines.iter().map(|l| off(l, deposits)).collect();
        let goods = worth.iter().map(|w| w.money.max(0)).sum();
        Coupons {
            off: amounts.iter().sum::<i64>().min(goods),
            bought,
            worth,
            amounts,
            goods,
        }
    }

    fn is_coupon(&self, n: usize) -> bool {
        self.amounts.get(n).is_some_and(|amount| *amount > 0)
    }

    /// The extent of a line with its amount as money before coupons.
    ///
    /// # Errors
    /// More is asked than is left after them.
    pub fn before_off(
        &self,
        asked: &LineExtent,
        before: &Aftermath,
        digits: u8,
    ) -> Result<LineExtent, Refusal> {
        let n = usize::from(asked.line).wrapping_sub(1);
        let (Some(amount), Some(worth)) = (asked.amount, self.worth.get(n)) else {
            return Ok(asked.clone());
        };
        if self.off == 0 || worth.money <= 0 || !amount.is_positive() {
            return Ok(asked.clone());
        }
        let (gone, cost) = (before.line(n).paid.0, self.goods - self.off);
        let after_off = |money| part_of(money, cost, self.goods);
        let left = after_off(worth.money) - after_off(gone);
        if amount.0 > left {
            let detail = format!(
                "line {}: {} of the money paid for it is left after coupons, {} asked",
                asked.line,
                Money(left).display(digits),
                amount.display(digits)
            );
            let (code, measure) = (Code::TooMuchReturned, Measure::Money);
            return Err(Refusal::short(code, measure, left, amount.0, detail));
        }
        let whole = amount.0 == left;
        let gross = -part_of(-(after_off(gone) + amount.0), self.goods, cost) - gone;
        Ok(LineExtent {
            amount: (!whole).then_some(Money(gross.min(worth.money - gone))),
            ..asked.clone()
        })
    }

    /// Adds to lines that come back their share of the coupons; `asked` are the
    /// amounts of money that were asked for them.
    pub fn take_along(
        &self,
        lines: &mut Vec<ReturnedLine>,
        asked: &[LineExtent],
        before: &Aftermath,
    ) {
        if self.off == 0 || lines.iter().any(|line| self.is_coupon(line.place())) {
            return;
        }
        let is_goods = |line: &&ReturnedLine| !self.is_coupon(line.place());
        let paid = |lines: &[ReturnedLine]| -> i64 {
            let goods = lines.iter().filter(is_goods);
            goods.map(|line| line.paid.0.max(0)).sum()
        };
        let now = paid(lines);
        let taken = before.lines.iter().filter(|line| !is_goods(line));
        let taken: i64 = taken.map(|line| -line.amount.0).sum();
        // Rounded up: what is kept has been paid for.
        let due = -part_of(-self.off, paid(&before.lines) + now, self.goods);
        let wanted = asked.iter().map(|line| line.amount.map(|money| money.0));
        let wanted: Option<i64> = wanted.sum();
        let more = match wanted {
            Some(wanted) if now > wanted => now - wanted,
            _ => due - taken,
        };
        let more = more.clamp(0, (self.off - taken).max(0));
        let left = |n: usize| (self.amounts[n] + before.line(n).amount.0.min(0)).max(0);
        let weights: Vec<i64> = (0..self.amounts.len()).map(left).collect();
        for (n, part) in share(more, &weights).into_iter().enumerate() {
            let (line, back) = (&self.bought.lines[n], before.line(n));
            if part == 0 {
                continue;
            }
            let qty = part_of(line.qty.0, back.amount.0 - part, line.amount.0) - back.qty.0;
            lines.push(ReturnedLine {
                line: back.line,
                qty: Qty(toward(qty, line.qty.0 - back.qty.0)),
                amount: Money(-part),
                paid: Money(-part),
            });
        }
    }
}

/// Amount of a line, without its sign, if it is a coupon.
fn off(line: &Line, deposits: &[String]) -> i64 {
    match deposits.contains(&line.category) {
        true => 0,
        false => -line.amount.0.min(0),
    }
}

/// Amount of the coupons of a bill that have not come back.
pub(super) fn kept(bought: &Purchase, after: &Aftermath, deposits: &[String]) -> i64 {
    let lines = bought.lines.iter().enumerate();
    let left = |(n, line): (usize, &Line)| match off(line, deposits) {
        0 => 0,
        off => off + after.line(n).amount.0.min(0),
    };
    lines.map(left).sum()
}

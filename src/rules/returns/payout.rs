//! The payout of a return: the part of the bill that has come back so far, in
//! value, in money and in each of the member's own tenders. A line refunds the
//! amount paid for it.

use crate::model::{ChargeKind, Purchase};
use crate::rules::purchase::allocated_bill::Bill;
use crate::rules::purchase::allocation::is_own;
use crate::rules::purchase::bill::money;
use crate::rules::purchase::line_worth::worth_of_lines;
use crate::rules::share::{part_of, scale};
use crate::rules::state::Aftermath;

/// Amounts that have come back so far.
pub struct Returned {
    /// Part of the total.
    pub value: i64,
    /// Part of that in money.
    pub money: i64,
    /// Part of that in each tender; 0 for money.
    pub own: Vec<i64>,
    /// Money that the customer paid back for negative lines that came back; 0 or less.
    pub taken: i64,
    /// Sum of the negative parts that are kept; 0 or less.
    pub open: i64,
}

/// Computes what has come back of a bill: all of it once all has; otherwise the
/// amounts paid for the lines that did, and each tender's share of an amount
/// that belongs to no line. It is never more than was paid, in money and by the
/// negative parts that are kept.
pub fn returned(bill: &Bill, after: &Aftermath) -> Returned {
    let bought = &*bill.purchase;
    let whole = whole(bought);
    if after.is_all(bought) {
        return whole;
    }
    let worth = worth_of_lines(bill);
    let mut back = Returned {
        value: 0,
        money: 0,
        own: vec![0; bought.tenders.len()],
        taken: 0,
        open: given_by_charges(bought) + worth.iter().map(|w| w.value.min(0)).sum::<i64>(),
    };
    for line in &after.lines {
        let Some(worth) = worth.get(line.place()) else {
            continue;
        };
        let value = part_of(worth.value, line.amount.0, worth.price);
        if worth.value < 0 {
            (back.taken, back.open) = (back.taken + value, back.open - value);
        }
        back.value += value;
        back.money += line.paid.0;
        for (sum, own) in back.own.iter_mut().zip(&worth.own) {
            *sum += part_of(*own, line.amount.0, worth.price);
        }
    }
    let loose = after.loose.0;
    back.value += loose;
    back.money += loose - part_of(whole.own.iter().sum(), loose, whole.value);
    for (sum, own) in back.own.iter_mut().zip(&whole.own) {
        *sum = (*sum + part_of(*own, loose, whole.value)).min(*own);
    }
    back.value = back.value.min(whole.value - back.open).max(back.taken);
    back.money = back.money.min(whole.money - back.open).max(back.taken);
    back
}

/// Amount that the customer gave by negative deposits; 0 or less.
fn given_by_charges(bought: &Purchase) -> i64 {
    let alone = bought
        .charges
        .iter()
        .filter(|c| c.kind == ChargeKind::Deposit);
    alone.map(|c| c.amount.0.min(0)).sum()
}

/// A bill of which all came back.
fn whole(bought: &Purchase) -> Returned {
    let own = |t: &crate::model::Tender| if is_own(&t.kind) { t.amount.0 } else { 0 };
    Returned {
        value: bought.total.0,
        money: money(bought),
        own: bought.tenders.iter().map(own).collect(),
        taken: 0,
        open: 0,
    }
}

impl Returned {
    /// The same if the programme decides the discounts of the kept part again:
    /// `value` came back in all, after `before` of it and `paid` in money, of
    /// which `taken` may be taken back, 0 or less.
    pub fn with_value(
        mut self,
        value: i64,
        (before, paid, taken): (i64, i64, i64),
        bought: &Purchase,
    ) -> Returned {
        let whole = whole(bought);
        let own_whole: i64 = whole.own.iter().sum();
        let by_lines: i64 = self.own.iter().sum();
        let least = (value - own_whole).max(paid + taken);
        let most = (paid + value - before).min(whole.money - self.open);
        let most = most.max(least);
        self.money = (value - by_lines).clamp(least, most);
        self.value = value;
        let own = value - self.money;
        for (part, all) in self.own.iter_mut().zip(&whole.own) {
            *part = match own <= by_lines {
                true => scale(*part, own, by_lines),
                false => part_of(*all, own, own_whole),
            };
        }
        self
    }
}

//! The aftermath of an entry: what came back of a purchase, its void, its claim.

use crate::model::{Charge, Line, LotId, Money, Number, Points, Purchase, ReturnedLine};
use bincode::{Decode, Encode};

/// Aftermath of an entry: returns, a void, a claim.
#[derive(Clone, PartialEq, Eq, Default, Debug, Encode, Decode)]
pub struct Aftermath {
    /// Entries that returned a part of it, oldest first.
    pub returns: Vec<u64>,
    /// Parts of each line that came back.
    pub lines: Vec<ReturnedLine>,
    /// Amount that came back and belongs to no line.
    pub loose: Money,
    /// Part of the total that came back in all.
    pub amount: Money,
    /// Part of that paid out as money.
    pub money: Money,
    /// Points taken back, by unit; waived and expired ones count.
    pub taken: Vec<(Number, Points)>,
    /// Points that had paid for it and went back, by lot.
    pub restored: Vec<(LotId, Points)>,
    /// Debts of partners that were taken back, by partner.
    pub owes: Vec<(Number, Money)>,
    /// Contributions that were taken back, by campaign and pool.
    pub pooled: Vec<((Number, Number), Points)>,
    /// The entry that undid it.
    pub voided: Option<u64>,
    /// The entry that claimed it.
    pub claimed: Option<u64>,
}

impl Aftermath {
    /// True if all of a purchase has come back: all its lines and charges, or
    /// an amount without lines that reaches its total. If parts of it are
    /// negative, the amount alone proves nothing: a kept part may offset one
    /// that came back.
    pub fn is_all(&self, bought: &Purchase) -> bool {
        if self.returns.is_empty() {
            return false;
        }
        let is_back = |(n, line): (usize, &Line)| {
            let back = self.line(n);
            (line.qty, line.amount) == (back.qty, back.amount)
        };
        let is_total = match bought.has_negative_parts() {
            true => self.amount == bought.total,
            false => self.amount >= bought.total,
        };
        let are_lines_back = bought.lines.iter().enumerate().all(is_back);
        match are_lines_back && !bought.lines.is_empty() {
            true => is_total || !bought.charges.iter().any(Charge::stands_alone),
            false if bought.lines.is_empty() => is_total,
            false => is_total && (!bought.has_negative_parts() || self.loose.is_positive()),
        }
    }

    /// Part of a line, counted from 0, that came back.
    pub fn line(&self, n: usize) -> ReturnedLine {
        let found = self.lines.iter().find(|back| back.place() == n);
        found.cloned().unwrap_or_else(|| ReturnedLine::none(n))
    }

    /// Adds a return, or removes it if the amounts are negative.
    pub(in crate::rules) fn add_returned(&mut self, lines: &[ReturnedLine], amount: Money) {
        for line in lines {
            match self.lines.iter_mut().find(|l| l.line == line.line) {
                Some(sum) => {
                    sum.qty.0 = sum.qty.0.saturating_add(line.qty.0);
                    sum.amount.0 = sum.amount.0.saturating_add(line.amount.0);
                    sum.paid.0 = sum.paid.0.saturating_add(line.paid.0);
                }
                None => self.lines.push(line.clone()),
            }
        }
        if lines.is_empty() {
            self.loose.0 = self.loose.0.saturating_add(amount.0);
        }
        self.amount.0 = self.amount.0.saturating_add(amount.0);
    }
}

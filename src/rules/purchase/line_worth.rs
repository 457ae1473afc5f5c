//! Worth of a bill's lines: the price of each, its value after discounts, and the
//! parts of it that were paid in money and by each tender.

use crate::model::{ChargeKind, saturated};
use crate::rules::purchase::allocated_bill::Bill;
use crate::rules::share::{part_of, share};

/// Amounts of one line, its share of the tax charges included.
pub struct Worth {
    /// Price, before anything was allocated to it.
    pub price: i64,
    /// Price after discounts, with its share of tax.
    pub value: i64,
    /// Part of that paid in money; negative for a line that gave money.
    pub money: i64,
    /// Part of that paid by each tender: 0 for money.
    pub own: Vec<i64>,
}

impl Worth {
    /// Money that has come back once `amount` of the price has.
    pub fn money_at(&self, amount: i64) -> i64 {
        part_of(self.money, amount, self.price)
    }

    /// Price that has come back once that much money has: the least that
    /// accounts for it.
    pub fn price_at(&self, money: i64) -> i64 {
        match self.money {
            ..=0 => 0,
            whole => {
                let exact = i128::from(money) * i128::from(self.price);
                let up = (exact + i128::from(whole) - 1).div_euclid(i128::from(whole));
                saturated(up).min(self.price)
            }
        }
    }
}

/// Amounts of a bill's lines.
pub fn worth_of_lines(bill: &Bill) -> Vec<Worth> {
    let (bought, allocation) = (&*bill.purchase, &bill.allocation);
    let first = bought.lines.len();
    let is_tax = |n: &usize| bought.charges[*n].kind == ChargeKind::Tax;
    let tax_parts: Vec<usize> = (0..bought.charges.len()).filter(is_tax).collect();
    let mut tax_left = bill.tax_of_lines();
    let mut lines: Vec<Worth> = Vec::with_capacity(first);
    for (n, line) in bought.lines.iter().enumerate() {
        let value = line.amount.0 - allocation.off(n) + tax_left[n];
        let own = (0..bought.tenders.len()).map(|t| allocation.by_tender(t, n));
        lines.push(Worth {
            price: line.amount.0,
            value,
            money: value,
            own: own.collect(),
        });
    }
    for tender in 0..bought.tenders.len() {
        let parts = tax_parts.iter().map(|n| first + n);
        let of_tax: i64 = parts.map(|n| allocation.by_tender(tender, n)).sum();
        if of_tax > 0 && tax_left.iter().all(|left| *left >= 0) {
            for (n, part) in share(of_tax, &tax_left).into_iter().enumerate() {
                lines[n].own[tender] += part;
                tax_left[n] -= part;
            }
        }
    }
    for line in &mut lines {
        let money = line.value - line.own.iter().sum::<i64>();
        line.money = match line.price < 0 {
            true => money.min(0),
            false => money.max(0),
        };
    }
    lines
}

//! A bill with its allocation: a purchase, or the kept part of one, and the
//! amounts that paid for its lines.

use crate::model::{ChargeKind, Discount, Effect, Entry, Money, Purchase, Qty, ReturnedLine};
use crate::rules::purchase::allocation::{Allocation, Named, is_own};
use crate::rules::purchase::bill::{booked, money};
use crate::rules::share::{part_of, scale, share};
use crate::rules::state::Aftermath;
use std::borrow::Cow;

/// A purchase, or the kept part of one, with the amounts that discounts and own
/// tenders paid of it.
#[derive(Clone)]
pub struct Bill<'a> {
    /// The purchase.
    pub purchase: Cow<'a, Purchase>,
    /// Amounts that discounts and own tenders paid of it.
    pub allocation: Allocation,
    /// Quantity of each line that rewards and vouchers paid, in whole pieces.
    pub free: Vec<Qty>,
    /// Lines that each tender pays for, while the purchase is being decided.
    tenders: Option<Vec<Vec<u16>>>,
}

impl<'a> Bill<'a> {
    /// Makes the bill of a purchase that is being decided, with the effects of
    /// its tenders.
    pub fn new(purchase: &'a Purchase, named: &Named, paid: &[Effect]) -> Bill<'a> {
        let allocation = Allocation::new(purchase, named);
        Bill {
            purchase: Cow::Borrowed(purchase),
            free: free_pieces(purchase, &allocation, paid),
            allocation,
            tenders: Some(named.tenders.clone()),
        }
    }

    /// A bill without discounts and own tenders.
    pub fn plain(purchase: Purchase) -> Bill<'static> {
        Bill {
            purchase: Cow::Owned(purchase),
            allocation: Allocation::default(),
            free: Vec::new(),
            tenders: None,
        }
    }

    /// Makes the bill that an entry recorded.
    pub fn recorded(purchase: &'a Purchase, entry: &Entry) -> Bill<'a> {
        let purchase = booked(purchase, &entry.effects);
        let allocation = Allocation::recorded(&purchase, &entry.effects);
        Bill {
            free: free_pieces(&purchase, &allocation, &entry.effects),
            allocation,
            tenders: None,
            purchase,
        }
    }

    /// The bill before campaign discounts; None if it has none. Proposals are
    /// computed on it, so that they are the same whether the discounts were
    /// given already or not.
    pub fn undiscounted(&self) -> Option<Bill<'static>> {
        let is_own = |discount: &Discount| discount.campaign == 0;
        if self.purchase.discounts.iter().all(is_own) {
            return None;
        }
        let mut purchase = Purchase::clone(&self.purchase);
        let mut allocation = self.allocation.clone();
        for (n, discount) in self.purchase.discounts.iter().enumerate().rev() {
            if !is_own(discount) {
                purchase.total.0 += discount.amount.0;
                purchase.discounts.remove(n);
                allocation.remove_discount(n);
            }
        }
        if let Some(tenders) = &self.tenders {
            let named = Named::by(&purchase, tenders.clone());
            allocation = Allocation::new(&purchase, &named);
        }
        Some(Bill {
            purchase: Cow::Owned(purchase),
            allocation,
            free: self.free.clone(),
            tenders: None,
        })
    }

    /// The bill as if only part of it had been bought: the kept lines, each
    /// with its allocation, with tax and other tenders in proportion. It
    /// depends only on the kept part, not on the sequence of returns.
    pub fn kept(&self, after: &Aftermath) -> Bill<'static> {
        let mut kept = Bill {
            purchase: Cow::Owned(Purchase::clone(&self.purchase)),
            allocation: self.allocation.clone(),
            free: self.free.clone(),
            tenders: None,
        };
        if after.returns.is_empty() {
            return kept;
        }
        let purchase = kept.purchase.to_mut();
        if after.is_all(purchase) {
            purchase.total = Money::ZERO;
            purchase.lines.clear();
            purchase.charges.clear();
            purchase.discounts.clear();
            purchase.tenders.clear();
            kept.allocation = Allocation::default();
            kept.free.clear();
            return kept;
        }
        for back in &after.lines {
            let n = back.place();
            if let Some(line) = purchase.lines.get_mut(n) {
                let (price, left) = (line.amount.0, line.amount.0 - back.amount.0);
                let bought = line.qty.0;
                line.set_amount(Money(left));
                line.qty.0 -= back.qty.0;
                kept.allocation.scale(n, left, price);
                if let Some(free) = kept.free.get_mut(n) {
                    free.0 = part_of(free.0, line.qty.0, bought);
                }
            }
        }
        let tax = self.tax();
        let left = tax - self.tax_back(after);
        for (n, charge) in purchase.charges.iter_mut().enumerate() {
            if charge.kind == ChargeKind::Tax {
                charge.amount = Money(scale(charge.amount.0, left, tax));
                let part = purchase.lines.len() + n;
                kept.allocation.scale(part, left, tax);
            }
        }
        kept.add_up();
        if after.loose.0 > 0 {
            kept.keep_all_but(after.loose);
        }
        kept.share_tenders(&self.purchase);
        kept
    }

    /// Takes over the campaign discounts that the purchase has now, and
    /// allocates them again.
    pub fn discount_anew(&mut self, named: &Named) {
        let purchase = &*self.purchase;
        let is_new = |n: usize| purchase.discounts[n].campaign != 0;
        self.allocation.replace(purchase, named, is_new);
        self.add_up();
    }

    /// Computes discounts and total from the parts.
    fn add_up(&mut self) {
        let purchase = self.purchase.to_mut();
        for (n, discount) in purchase.discounts.iter_mut().enumerate() {
            discount.amount = Money(self.allocation.of_discount(n));
        }
        if !purchase.lines.is_empty() {
            let lines: i64 = purchase.lines.iter().map(|l| l.amount.0).sum();
            let charges: i64 = purchase.charges.iter().map(|c| c.amount.0).sum();
            let discounts: i64 = purchase.discounts.iter().map(|d| d.amount.0).sum();
            purchase.total = Money(lines + charges - discounts);
        }
    }

    /// Keeps all but an amount that belongs to no particular line: the same
    /// share of everything.
    fn keep_all_but(&mut self, loose: Money) {
        let purchase = self.purchase.to_mut();
        let (part, of) = match purchase.total.0 {
            ..=0 => (0, 1),
            total => ((total - loose.0).max(0), total),
        };
        let weights: Vec<i64> = purchase.lines.iter().map(|l| l.amount.0).collect();
        let amounts = match weights.iter().sum::<i64>() {
            ..=0 => weights.iter().map(|w| scale(*w, part, of)).collect(),
            sum => share(scale(sum, part, of), &weights),
        };
        for (line, amount) in purchase.lines.iter_mut().zip(amounts) {
            line.set_amount(Money(amount));
            line.qty.0 = scale(line.qty.0, part, of);
        }
        for free in &mut self.free {
            free.0 = scale(free.0, part, of);
        }
        for charge in &mut purchase.charges {
            charge.amount = Money(scale(charge.amount.0, part, of));
        }
        let parts = purchase.lines.len().max(1) + purchase.charges.len();
        (0..parts).for_each(|n| self.allocation.scale(n, part, of));
        self.add_up();
        self.purchase.to_mut().total = Money(part);
    }

    /// Computes the tenders' part of the kept bill: own ones by allocation,
    /// money in proportion.
    fn share_tenders(&mut self, bought: &Purchase) {
        let own = |n: usize| self.allocation.of_tender(n);
        let own: Vec<i64> = (0..bought.tenders.len()).map(own).collect();
        let purchase = self.purchase.to_mut();
        let left = purchase.total.0 - own.iter().sum::<i64>();
        let whole = money(bought);
        for (tender, own) in purchase.tenders.iter_mut().zip(own) {
            tender.amount = Money(match is_own(&tender.kind) {
                true => own,
                false => scale(tender.amount.0, left, whole),
            });
        }
    }

    /// Tax that the lines do not contain.
    fn tax(&self) -> i64 {
        let charges = self.purchase.charges.iter();
        let tax = charges.filter(|c| c.kind == ChargeKind::Tax);
        tax.map(|c| c.amount.0).sum()
    }

    /// Each line's share of that tax, in proportion to its price after
    /// discounts; negative lines share it if there are no others.
    pub fn tax_of_lines(&self) -> Vec<i64> {
        let lines = self.purchase.lines.iter().enumerate();
        let cost = |(n, line): (usize, &crate::model::Line)| line.amount.0 - self.allocation.off(n);
        let costs: Vec<i64> = lines.map(cost).collect();
        let sign = if costs.iter().any(|cost| *cost > 0) {
            1
        } else {
            -1
        };
        let weights: Vec<i64> = costs.iter().map(|cost| (cost * sign).max(0)).collect();
        share(self.tax(), &weights)
    }

    fn tax_back(&self, after: &Aftermath) -> i64 {
        let shares = self.tax_of_lines();
        let back = |line: &ReturnedLine| {
            let n = line.place();
            let bought = self.purchase.lines.get(n)?;
            Some(part_of(*shares.get(n)?, line.amount.0, bought.amount.0))
        };
        after.lines.iter().filter_map(back).sum()
    }
}

/// Quantity of each line that rewards and vouchers paid in full, by their
/// effects. Empty if nothing was paid that way.
fn free_pieces(purchase: &Purchase, allocation: &Allocation, effects: &[Effect]) -> Vec<Qty> {
    let mut paid: Vec<(usize, i64)> = Vec::new();
    for effect in effects {
        if let Effect::RewardUsed { line, amount, .. } | Effect::VoucherUsed { line, amount, .. } =
            effect
            && let Some(n) = usize::from(*line).checked_sub(1)
        {
            paid.push((n, amount.0));
        }
    }
    if paid.is_empty() {
        return Vec::new();
    }
    let lines = purchase.lines.iter().enumerate();
    let free = lines.map(|(n, line)| {
        let of_line = paid.iter().filter(|(line, _)| *line == n);
        let price = line.amount.0 - allocation.off(n);
        Qty(pieces_for(
            (line.qty.0, price),
            of_line.map(|(_, amount)| amount).sum(),
        ))
    });
    free.collect()
}

/// Quantity of a line that an amount pays: whole pieces, or all of it. A piece
/// may have been rounded down.
fn pieces_for((whole, price): (i64, i64), paid: i64) -> i64 {
    if paid <= 0 || whole <= 0 {
        return 0;
    }
    if paid >= price {
        return whole;
    }
    let cost = |pieces: i64| part_of(price, pieces.saturating_mul(Qty::ONE.0).min(whole), whole);
    let about = part_of(whole, paid, price) / Qty::ONE.0;
    let pieces = if cost(about + 1) <= paid {
        about + 1
    } else {
        about
    };
    pieces * Qty::ONE.0
}

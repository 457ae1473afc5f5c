//! Allocation: the part of each line that every discount, and every tender in
//! the member's own points, reward or voucher, paid for. It is computed once,
//! at the purchase, and recorded there; a line's refund follows from it. Only
//! lines and charges with a positive amount take a part.

use crate::model::{AllocatedFrom, Effect, Money, Number, Purchase, TenderKind};
use crate::rules::share::{scale, share};

/// True for the member's own points, rewards and vouchers: the part paid with
/// them does not earn.
pub fn is_own(kind: &TenderKind) -> bool {
    kind.is_own()
}

/// Lines that discounts and tenders apply to, if known.
#[derive(Default)]
pub struct Named {
    /// By discount: parts of its amount, each with its lines (empty: the whole bill).
    pub discounts: Vec<Vec<(Money, Vec<u16>)>>,
    /// By tender: the lines it pays for; empty: the whole bill.
    pub tenders: Vec<Vec<u16>>,
}

impl Named {
    /// Lines stated by a purchase itself, with those that its tenders turned
    /// out to pay for.
    pub fn by(purchase: &Purchase, tenders: Vec<Vec<u16>>) -> Named {
        let said = |d: &crate::model::Discount| vec![(d.amount, d.lines.clone())];
        Named {
            discounts: purchase.discounts.iter().map(said).collect(),
            tenders,
        }
    }

    /// Restricts discounts and tenders without lines to the given ones.
    pub fn spare(&mut self, others: &[u16]) {
        for (_, lines) in self.discounts.iter_mut().flatten() {
            if lines.is_empty() {
                *lines = others.to_vec();
            }
        }
    }

    /// Adds the lines that campaigns named for discounts without lines; returns
    /// true if there were any.
    pub fn learn(&mut self, purchase: &Purchase, effects: &[Effect]) -> bool {
        let mut offers: Vec<(Number, Money, &[u16])> = Vec::new();
        for effect in effects {
            if let Effect::Discounted {
                campaign,
                amount,
                lines,
                ..
            } = effect
                && !lines.is_empty()
            {
                offers.push((*campaign, *amount, lines));
            }
        }
        let mut has_learned = false;
        for (discount, parts) in purchase.discounts.iter().zip(&mut self.discounts) {
            if discount.campaign == 0 || !discount.lines.is_empty() {
                continue;
            }
            let mut left = discount.amount;
            let mut found = Vec::new();
            for (_, open, lines) in offers.iter_mut().filter(|o| o.0 == discount.campaign) {
                let part = left.min(*open);
                if part.is_positive() {
                    (left.0, open.0) = (left.0 - part.0, open.0 - part.0);
                    found.push((part, lines.to_vec()));
                }
            }
            if !found.is_empty() {
                found.push((left, Vec::new()));
                (*parts, has_learned) = (found, true);
            }
        }
        has_learned
    }
}

/// Amounts that discounts and own tenders paid of each part of a bill.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Allocation {
    /// By discount, then by part of the bill.
    discounts: Vec<Vec<i64>>,
    /// By tender, then by part of the bill; money is not allocated.
    tenders: Vec<Vec<i64>>,
}

impl Allocation {
    /// Allocates discounts, then own tenders to the rest: of each first those
    /// that name lines, at most what is left of these lines, then the others
    /// over the whole bill by largest remainder.
    pub fn new(purchase: &Purchase, named: &Named) -> Allocation {
        let mut this = Allocation::empty(purchase);
        if this.is_empty() || purchase.lines.is_empty() {
            return this.with_charges(purchase);
        }
        let lines = purchase.lines.len();
        let mut left = parts(purchase);
        left.iter_mut().for_each(|part| *part = (*part).max(0));
        let mut loose: Vec<i64> = Vec::with_capacity(purchase.discounts.len());
        for (off, parts) in this.discounts.iter_mut().zip(&named.discounts) {
            let mut rest = 0;
            for (amount, names) in parts {
                rest += pour(amount.0, &mut left, off, |n| is_named(names, n));
            }
            loose.push(rest);
        }
        for (off, rest) in this.discounts.iter_mut().zip(loose) {
            pour(rest, &mut left, off, |n| n < lines);
        }
        let mut open: Vec<i64> = Vec::with_capacity(purchase.tenders.len());
        for (n, (tender, paid)) in purchase.tenders.iter().zip(&mut this.tenders).enumerate() {
            let names = named.tenders.get(n).map_or(&[][..], Vec::as_slice);
            open.push(match is_own(&tender.kind) {
                true => pour(tender.amount.0, &mut left, paid, |n| is_named(names, n)),
                false => 0,
            });
        }
        for (paid, rest) in this.tenders.iter_mut().zip(open) {
            pour(rest, &mut left, paid, |_| true);
        }
        // Parts of charges follow from those of lines, here as when read from an entry.
        let of = this.discounts.iter_mut().chain(&mut this.tenders);
        of.for_each(|taken| taken[lines..].fill(0));
        this.with_charges(purchase)
    }

    /// Reads the allocation that an entry recorded for its purchase.
    pub fn recorded(purchase: &Purchase, effects: &[Effect]) -> Allocation {
        let mut this = Allocation::empty(purchase);
        for effect in effects {
            let Effect::Allocated {
                what,
                index,
                line,
                amount,
            } = effect
            else {
                continue;
            };
            let of = match what {
                AllocatedFrom::Discount => &mut this.discounts,
                AllocatedFrom::Tender => &mut this.tenders,
            };
            let part = of.get_mut(usize::from(*index));
            let part = part.and_then(|of| of.get_mut(usize::from(*line).wrapping_sub(1)));
            if let Some(part) = part {
                *part = amount.0;
            }
        }
        this.with_charges(purchase)
    }

    /// Zeros for a purchase's discounts and tenders; empty if there is nothing
    /// to allocate.
    fn empty(purchase: &Purchase) -> Allocation {
        let has_own = purchase.tenders.iter().any(|t| is_own(&t.kind));
        let none = || vec![0; purchase.lines.len().max(1) + purchase.charges.len()];
        let room = |is_there: bool, count: usize| match is_there {
            true => (0..count).map(|_| none()).collect(),
            false => Vec::new(),
        };
        Allocation {
            discounts: room(true, purchase.discounts.len()),
            tenders: room(has_own, purchase.tenders.len()),
        }
    }

    fn is_empty(&self) -> bool {
        self.discounts.is_empty() && self.tenders.is_empty()
    }

    /// Assigns to charges the parts that no line takes; without lines, to the
    /// whole bill.
    fn with_charges(mut self, purchase: &Purchase) -> Allocation {
        if self.is_empty() {
            return self;
        }
        let first = purchase.lines.len();
        let mut left = parts(purchase);
        left.iter_mut().for_each(|part| *part = (*part).max(0));
        for taken in self.discounts.iter().chain(&self.tenders) {
            for (left, taken) in left.iter_mut().zip(taken) {
                *left = (*left - taken).max(0);
            }
        }
        for (discount, taken) in purchase.discounts.iter().zip(&mut self.discounts) {
            let rest = discount.amount.0 - taken.iter().sum::<i64>();
            let rest = match first {
                0 => pour(rest, &mut left, taken, |n| n == 0),
                _ => rest,
            };
            pour(rest, &mut left, taken, |n| n >= first);
        }
        for (tender, taken) in purchase.tenders.iter().zip(&mut self.tenders) {
            if is_own(&tender.kind) {
                let rest = tender.amount.0 - taken.iter().sum::<i64>();
                pour(rest, &mut left, taken, |n| n >= first);
            }
        }
        self
    }

    /// Effects that record it: each part of a line, by discount and by tender.
    pub fn effects<'a>(&'a self, purchase: &'a Purchase) -> impl Iterator<Item = Effect> + 'a {
        let of = |what, list: &'a [Vec<i64>]| {
            (0u16..).zip(list).flat_map(move |(index, parts)| {
                let lines = (1u16..).zip(parts).take(purchase.lines.len());
                let part = move |(line, amount): (u16, &i64)| {
                    (*amount > 0).then_some(Effect::Allocated {
                        what,
                        index,
                        line,
                        amount: Money(*amount),
                    })
                };
                lines.filter_map(part)
            })
        };
        let discounts = of(AllocatedFrom::Discount, &self.discounts);
        discounts.chain(of(AllocatedFrom::Tender, &self.tenders))
    }

    /// Amount that all discounts took off a part of the bill.
    pub fn off(&self, part: usize) -> i64 {
        of_part(&self.discounts, part)
    }

    /// Amount that all own tenders paid of a part of the bill.
    pub fn own(&self, part: usize) -> i64 {
        of_part(&self.tenders, part)
    }

    /// Amount that a tender paid of a part of the bill.
    pub fn by_tender(&self, tender: usize, part: usize) -> i64 {
        let paid = self.tenders.get(tender).and_then(|t| t.get(part));
        paid.copied().unwrap_or(0)
    }

    /// Amount that a discount took off all parts of the bill.
    pub fn of_discount(&self, discount: usize) -> i64 {
        self.discounts.get(discount).map_or(0, |d| d.iter().sum())
    }

    /// Amount that a tender paid of all parts of the bill.
    pub fn of_tender(&self, tender: usize) -> i64 {
        self.tenders.get(tender).map_or(0, |t| t.iter().sum())
    }

    /// Removes a discount with its whole allocation.
    pub fn remove_discount(&mut self, discount: usize) {
        if discount < self.discounts.len() {
            self.discounts.remove(discount);
        }
    }

    /// Scales each discount's and tender's share of a part of the bill to
    /// `part` of `whole`.
    pub fn scale(&mut self, of: usize, part: i64, whole: i64) {
        for paid in self.discounts.iter_mut().chain(&mut self.tenders) {
            if let Some(paid) = paid.get_mut(of) {
                *paid = scale(*paid, part, whole);
            }
        }
    }

    /// Allocates other amounts of some discounts, with their lines, which
    /// replace the old ones.
    pub fn replace(&mut self, purchase: &Purchase, named: &Named, is_new: impl Fn(usize) -> bool) {
        let again = Allocation::new(purchase, named);
        for (n, off) in again.discounts.into_iter().enumerate() {
            if is_new(n) {
                self.discounts[n] = off;
            }
        }
    }
}

fn of_part(list: &[Vec<i64>], part: usize) -> i64 {
    list.iter().filter_map(|taken| taken.get(part)).sum()
}

/// Parts of a bill: its lines (or, without lines, the total less charges), then
/// its charges.
pub fn parts(purchase: &Purchase) -> Vec<i64> {
    let charges = purchase.charges.iter().map(|c| c.amount.0);
    match purchase.lines.is_empty() {
        false => purchase
            .lines
            .iter()
            .map(|l| l.amount.0)
            .chain(charges)
            .collect(),
        true => {
            let discounts: i64 = purchase.discounts.iter().map(|d| d.amount.0).sum();
            let besides: i64 = charges.clone().sum();
            let whole = purchase.total.0 + discounts - besides;
            std::iter::once(whole).chain(charges).collect()
        }
    }
}

pub(in crate::rules) fn is_named(names: &[u16], part: usize) -> bool {
    names.iter().any(|name| usize::from(*name) == part + 1)
}

/// Distributes an amount over the rests of some parts, by largest remainder and
/// never more than a part has left; returns what could not be distributed.
pub(in crate::rules) fn pour(
    amount: i64,
    left: &mut [i64],
    taken: &mut [i64],
    takes: impl Fn(usize) -> bool,
) -> i64 {
    let weight = |(n, left): (usize, &i64)| if takes(n) { *left } else { 0 };
    let weights: Vec<i64> = left.iter().enumerate().map(weight).collect();
    let part = amount.min(weights.iter().sum());
    if part <= 0 {
        return amount;
    }
    for (n, share) in share(part, &weights).into_iter().enumerate() {
        left[n] -= share;
        taken[n] += share;
    }
    amount - part
}

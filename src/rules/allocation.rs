//! Allocation: how much of each line every discount, and every tender in the
//! member's own points, reward or voucher, paid for. It is worked out once, at
//! the purchase, and recorded there; what a line gives back follows from it.
//! Only lines and charges with a positive amount take a part.

use super::share::{scale, share};
use crate::model::{AllocatedFrom, Effect, Money, Number, Purchase, TenderKind};

/// Whether a tender is the member's own points, reward or voucher: the part
/// paid with it does not earn.
pub fn is_own(kind: &TenderKind) -> bool {
    kind.is_own()
}

/// What discounts and tenders are for, where that is known.
#[derive(Default)]
pub struct Named {
    /// By discount: parts of its amount, each with the lines it is for (none: the whole bill).
    pub discounts: Vec<Vec<(Money, Vec<u16>)>>,
    /// By tender: the lines it pays for; none: the whole bill.
    pub tenders: Vec<Vec<u16>>,
}

impl Named {
    /// What a purchase says by itself, with the lines that its tenders turned out to pay for.
    pub fn by(purchase: &Purchase, tenders: Vec<Vec<u16>>) -> Named {
        let said = |d: &crate::model::Discount| vec![(d.amount, d.lines.clone())];
        Named {
            discounts: purchase.discounts.iter().map(said).collect(),
            tenders,
        }
    }

    /// Has what names no lines be for these alone.
    pub fn spare(&mut self, others: &[u16]) {
        for (_, lines) in self.discounts.iter_mut().flatten() {
            if lines.is_empty() {
                *lines = others.to_vec();
            }
        }
    }

    /// Adds the lines that campaigns named for discounts of which the till said
    /// none; says whether there were any.
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

/// Who paid how much of each part of a bill.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Allocation {
    /// By discount, then by part of the bill.
    discounts: Vec<Vec<i64>>,
    /// By tender, then by part of the bill; money pays for nothing in particular.
    tenders: Vec<Vec<i64>>,
}

impl Allocation {
    /// Allocates what discounts took off, then what own tenders paid of the rest: of
    /// each first what names lines, at most what is left of them, then the others
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
        // What charges take is told from what lines take, here as from an entry.
        let of = this.discounts.iter_mut().chain(&mut this.tenders);
        of.for_each(|taken| taken[lines..].fill(0));
        this.with_charges(purchase)
    }

    /// The allocation that an entry recorded for its purchase.
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

    /// Room for a purchase's discounts and tenders; none where nothing is to be allocated.
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

    /// Has charges take what no line takes; without lines, the whole bill does.
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

    /// What is recorded of it: each part of a line, by discount and by tender.
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

    /// What all discounts took off a part of the bill.
    pub fn off(&self, part: usize) -> i64 {
        of_part(&self.discounts, part)
    }

    /// What all own tenders paid of a part of the bill.
    pub fn own(&self, part: usize) -> i64 {
        of_part(&self.tenders, part)
    }

    /// What a tender paid of a part of the bill.
    pub fn by_tender(&self, tender: usize, part: usize) -> i64 {
        let paid = self.tenders.get(tender).and_then(|t| t.get(part));
        paid.copied().unwrap_or(0)
    }

    /// What a discount took off all parts of the bill.
    pub fn of_discount(&self, discount: usize) -> i64 {
        self.discounts.get(discount).map_or(0, |d| d.iter().sum())
    }

    /// What a tender paid of all parts of the bill.
    pub fn of_tender(&self, tender: usize) -> i64 {
        self.tenders.get(tender).map_or(0, |t| t.iter().sum())
    }

    /// Takes a discount away, with all that it took off.
    pub fn remove_discount(&mut self, discount: usize) {
        if discount < self.discounts.len() {
            self.discounts.remove(discount);
        }
    }

    /// Leaves `part` of `whole` of what each discount and tender paid of a part of the bill.
    pub fn scale(&mut self, of: usize, part: i64, whole: i64) {
        for paid in self.discounts.iter_mut().chain(&mut self.tenders) {
            if let Some(paid) = paid.get_mut(of) {
                *paid = scale(*paid, part, whole);
            }
        }
    }

    /// Allocates other amounts of some discounts, with the lines they are for:
    /// what is kept of a bill has them instead.
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

/// Parts of a bill: its lines, or what a bill without lines comes to besides
/// its charges, then its charges.
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

pub(super) fn is_named(names: &[u16], part: usize) -> bool {
    names.iter().any(|name| usize::from(*name) == part + 1)
}

/// Takes an amount from what is left of some parts, by largest remainder and
/// never more than there is; returns the rest.
pub(super) fn pour(
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

//! A sale of the model: the points it gives, and the points that a part of it gives.

use super::voucher::LARGE;
use std::collections::BTreeMap;

/// One position of a sale, in cents.
#[derive(Clone, Debug)]
pub struct Line {
    pub is_book: bool,
    pub qty: i64,
    pub cents: i64,
}

/// Extent of a return: how much of a sale comes back.
#[derive(Clone, Debug)]
pub enum Extent {
    All,
    Cents(i64),
    Line(usize),
    LineQty(usize, i64),
    LineCents(usize, i64),
}

/// Amounts returned so far: of each line (quantity, cents of its price, cents
/// that had been paid in money), of no line, of the total, in money.
#[derive(Clone, Debug, Default)]
pub struct Back {
    pub lines: BTreeMap<usize, (i64, i64, i64)>,
    pub loose: i64,
    pub cents: i64,
    pub money: i64,
}

#[derive(Clone, Debug, Default)]
pub struct Sale {
    pub lines: Vec<Line>,
    pub total: i64,
    /// Amounts paid with points, and with a voucher, in cents.
    pub own: Vec<i64>,
    /// The voucher that paid for it.
    pub used: Option<usize>,
    /// True if it gave a drink that no return has taken back.
    pub has_drink: bool,
    /// Lots from which those points came.
    pub paid: Vec<((u64, u16), i64)>,
    /// Points that it gave, and until when they last.
    pub given: i64,
    pub gone: i64,
    /// Points that returns took back so far, and how many of those had expired already.
    pub taken: i64,
    pub counted: i64,
    pub back: Back,
    /// Keys of its returns that still stand.
    pub returns: Vec<String>,
    pub is_voided: bool,
}

/// Shares a whole by weights: rounded down, the rest by largest remainder.
fn share(whole: i64, weights: &[i64]) -> Vec<i64> {
    let sum: i64 = weights.iter().sum();
    if sum == 0 {
        let first = |n| if n == 0 { whole } else { 0 };
        return (0..weights.len()).map(first).collect();
    }
    let mut parts: Vec<i64> = weights.iter().map(|w| whole * w / sum).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|n| -(whole * weights[*n] % sum));
    let left = whole - parts.iter().sum::<i64>();
    for n in &order[..usize::try_from(left).unwrap()] {
        parts[*n] += 1;
    }
    parts
}

fn scale(amount: i64, part: i64, whole: i64) -> i64 {
    if whole == 0 {
        amount
    } else {
        amount * part / whole
    }
}

/// Prices of the lines; the whole as one price if there are none.
fn prices(lines: &[Line], total: i64) -> Vec<i64> {
    match lines.is_empty() {
        true => vec![total],
        false => lines.iter().map(|l| l.cents).collect(),
    }
}

/// Amount that each tender in points or vouchers paid of each line: one after
/// the other, over the rest that the ones before left.
pub fn allocate(lines: &[Line], total: i64, own: &[i64]) -> Vec<Vec<i64>> {
    let mut left = prices(lines, total);
    let mut of_each = Vec::new();
    for paid in own {
        let parts = share(*paid, &left);
        for (left, part) in left.iter_mut().zip(&parts) {
            *left -= part;
        }
        of_each.push(parts);
    }
    of_each
}

/// Amount of each line that earns, in cents: the part not paid with points or vouchers.
pub fn earning(lines: &[Line], total: i64, own: &[Vec<i64>]) -> Vec<i64> {
    let paid = |n: usize| own.iter().map(|parts| parts[n]).sum::<i64>();
    let prices = prices(lines, total).into_iter().enumerate();
    prices.map(|(n, cents)| (cents - paid(n)).max(0)).collect()
}

/// Points for a sale: one for each euro, books twice, rounded down once.
pub fn earn(lines: &[Line], total: i64, own: &[Vec<i64>]) -> Vec<i64> {
    let rest = earning(lines, total, own);
    let mut exact = vec![rest.iter().sum::<i64>()];
    let books = lines.iter().zip(&rest).filter(|(l, _)| l.is_book);
    exact.extend(books.map(|(_, cents)| *cents));
    let mut points: Vec<i64> = exact.iter().map(|c| c / 100).collect();
    let left = exact.iter().sum::<i64>() / 100 - points.iter().sum::<i64>();
    let mut order: Vec<usize> = (0..exact.len()).collect();
    order.sort_by_key(|n| -(exact[*n] % 100));
    for n in &order[..usize::try_from(left).unwrap()] {
        points[*n] += 1;
    }
    points
}

impl Sale {
    /// Part of a sale that is kept: lines, total, and the amounts of them paid
    /// with points and vouchers.
    fn kept(&self, back: &Back) -> (Vec<Line>, i64, Vec<Vec<i64>>) {
        let mut own = allocate(&self.lines, self.total, &self.own);
        if back.cents >= self.total {
            return (Vec::new(), 0, own);
        }
        let mut lines = self.lines.clone();
        for (n, (_, cents, _)) in &back.lines {
            let whole = lines[*n].cents;
            lines[*n].cents -= cents;
            for parts in &mut own {
                parts[*n] = scale(parts[*n], whole - cents, whole);
            }
        }
        let of: i64 = prices(&lines, self.total).iter().sum();
        let total = (of - back.loose).max(0);
        if back.loose > 0 {
            let weights: Vec<i64> = lines.iter().map(|l| l.cents).collect();
            for (line, cents) in lines.iter_mut().zip(share(total, &weights)) {
                line.cents = cents;
            }
            for part in own.iter_mut().flatten() {
                *part = scale(*part, total, of);
            }
        }
        (lines, total, own)
    }

    /// Points for the part that is kept.
    pub fn owed(&self, back: &Back) -> i64 {
        let (lines, total, own) = self.kept(back);
        match total {
            0 => 0,
            _ => earn(&lines, total, &own).iter().sum(),
        }
    }

    /// True if the part kept is a large bill.
    pub fn is_large(&self) -> bool {
        let (lines, total, own) = self.kept(&self.back);
        total > 0 && earning(&lines, total, &own).iter().sum::<i64>() >= LARGE
    }

    /// Amount paid in money, in cents.
    fn money(&self) -> i64 {
        self.total - self.own.iter().sum::<i64>()
    }

    /// Amount of a line paid in money, in cents.
    fn money_of(&self, n: usize) -> i64 {
        let own = allocate(&self.lines, self.total, &self.own);
        self.lines[n].cents - own.iter().map(|parts| parts[n]).sum::<i64>()
    }

    /// Amount of a tender that has come back, in cents.
    fn own_back(&self, tender: usize, back: &Back) -> i64 {
        let whole = self.own[tender];
        if back.cents >= self.total {
            return whole;
        }
        let parts = &allocate(&self.lines, self.total, &self.own)[tender];
        let of_line = |(n, line): (&usize, &(i64, i64, i64))| match self.lines[*n].cents {
            0 => 0,
            cents => parts[*n] * line.1 / cents,
        };
        let lines: i64 = back.lines.iter().map(of_line).sum();
        whole.min(lines + whole * back.loose / self.total)
    }

    /// The part of a lot's points that has come back.
    pub fn paid_back(&self, points: i64, back: &Back) -> i64 {
        match self.own.first() {
            Some(whole) if *whole > 0 => points * self.own_back(0, back) / whole,
            _ => 0,
        }
    }

    /// True if the voucher that paid has come back.
    pub fn is_voucher_back(&self, back: &Back) -> bool {
        let voucher = self.own.len() - 1;
        match self.own[voucher] {
            0 => back.cents >= self.total,
            whole => self.own_back(voucher, back) == whole,
        }
    }

    /// True if all of it came back.
    pub fn is_all_back(&self) -> bool {
        self.back.cents >= self.total
    }

    fn line_rest(&self, n: usize) -> (i64, i64, i64) {
        let (qty, cents, paid) = self.back.lines.get(&n).copied().unwrap_or_default();
        let line = &self.lines[n];
        (
            1000 * line.qty - qty,
            line.cents - cents,
            self.money_of(n) - paid,
        )
    }

    /// Amounts that a return of a line brings back, if that much is left.
    fn line_back(&self, extent: &Extent) -> Option<(usize, i64, i64, i64)> {
        match *extent {
            Extent::Line(n) => {
                let (qty, cents, paid) = self.line_rest(n);
                (qty != 0 || cents != 0).then_some((n, qty, cents, paid))
            }
            Extent::LineQty(n, qty) => {
                let (left, cents, paid) = self.line_rest(n);
                let line = &self.lines[n];
                let (bought, qty) = (1000 * line.qty, 1000 * qty);
                let so_far = line.cents * (bought - left + qty) / bought;
                let part = (so_far - (line.cents - cents)).clamp(0, cents);
                if qty == left {
                    return Some((n, qty, cents, paid));
                }
                let whole = self.money_of(n);
                let at = line.cents - cents + part;
                let money = if line.cents == 0 {
                    0
                } else {
                    whole * at / line.cents
                };
                (qty < left).then_some((n, qty, part, (money - (whole - paid)).max(0)))
            }
            Extent::LineCents(n, paid) => {
                let (qty, cents, left) = self.line_rest(n);
                if paid == left {
                    return Some((n, qty, cents, left));
                }
                let (line, whole) = (&self.lines[n], self.money_of(n));
                let (money, before) = (whole - left + paid, line.cents - cents);
                let part = match whole * before / line.cents == whole - left {
                    // The least part of the price that corresponds to so much money.
                    true => {
                        let at = (0..=line.cents).find(|at| whole * at / line.cents >= money);
                        at.unwrap_or(0) - before
                    }
                    false => cents - cents * (left - paid) / left,
                };
                let part = part.clamp(0, cents);
                let so_far = 1000 * line.qty * (before + part) / line.cents;
                let share = (so_far - (1000 * line.qty - qty)).clamp(0, qty);
                (paid < left).then_some((n, share, part, paid))
            }
            Extent::All | Extent::Cents(_) => None,
        }
    }

    /// Amounts returned once a return is done, if that much is left.
    pub fn back_after(&self, extent: &Extent) -> Option<Back> {
        let mut after = self.back.clone();
        let left = self.total - after.cents;
        match extent {
            Extent::All if left == 0 => return None,
            Extent::All => {
                let rests: Vec<_> = (0..self.lines.len()).map(|n| self.line_rest(n)).collect();
                let is_loose = rests.iter().all(|r| (r.0, r.1) == (0, 0));
                for (n, rest) in rests.into_iter().enumerate() {
                    add(&mut after, n, rest);
                }
                after.loose += if is_loose { left } else { 0 };
                after.cents += left;
            }
            Extent::Cents(cents) if *cents > left => return None,
            Extent::Cents(cents) => {
                after.loose += cents;
                after.cents += cents;
            }
            lines => {
                let (n, qty, cents, paid) = self.line_back(lines)?;
                add(&mut after, n, (qty, cents, paid));
                let by_lines: i64 = after.lines.values().map(|l| l.1).sum();
                after.cents = (by_lines + after.loose).min(self.total);
            }
        }
        let own: i64 = self.own.iter().sum();
        let of_lines: i64 = after.lines.values().map(|l| l.2).sum();
        let loose = match self.total {
            0 => 0,
            total => after.loose - own * after.loose / total,
        };
        let money = match after.cents >= self.total {
            true => self.money(),
            false => (of_lines + loose).min(self.money()).max(self.back.money),
        };
        self.share_paid(&mut after, money - self.back.money);
        after.money = money;
        Some(after)
    }

    /// Shares the money that a return pays out over its lines, if theirs do not add up to it.
    fn share_paid(&self, after: &mut Back, money: i64) {
        let before = |n: &usize| self.back.lines.get(n).copied().unwrap_or_default();
        let news = after.lines.iter().map(|(n, l)| (*n, *l, before(n)));
        let news = news.filter(|(_, l, was)| (l.0, l.1) != (was.0, was.1) || l.2 != was.2);
        let news: Vec<_> = news.collect();
        let paid: Vec<i64> = news.iter().map(|(_, l, was)| l.2 - was.2).collect();
        if paid.iter().sum::<i64>() == money {
            return;
        }
        let prices = || {
            news.iter()
                .map(|(_, l, was)| l.1 - was.1)
                .collect::<Vec<i64>>()
        };
        let weights = if paid.iter().all(|p| *p == 0) {
            prices()
        } else {
            paid
        };
        for ((n, line, was), part) in news.iter().zip(share(money, &weights)) {
            after.lines.insert(*n, (line.0, line.1, was.2 + part));
        }
    }
}

fn add(back: &mut Back, line: usize, (qty, cents, paid): (i64, i64, i64)) {
    let sum = back.lines.entry(line).or_default();
    *sum = (sum.0 + qty, sum.1 + cents, sum.2 + paid);
}

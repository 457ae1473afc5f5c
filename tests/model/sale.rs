//! A sale as the model knows it: what it gives, and what it gives for a part.

use super::voucher::LARGE;
use std::collections::BTreeMap;

/// One position, in cents.
#[derive(Clone, Debug)]
pub struct Line {
    pub is_book: bool,
    pub qty: i64,
    pub cents: i64,
}

/// How much of a sale comes back.
#[derive(Clone, Debug)]
pub enum Extent {
    All,
    Cents(i64),
    Line(usize),
    LineQty(usize, i64),
    LineCents(usize, i64),
}

/// What came back so far: of each line (quantity, cents), of no line, in all.
#[derive(Clone, Debug, Default)]
pub struct Back {
    pub lines: BTreeMap<usize, (i64, i64)>,
    pub loose: i64,
    pub cents: i64,
}

#[derive(Clone, Debug, Default)]
pub struct Sale {
    pub lines: Vec<Line>,
    pub total: i64,
    /// What was paid with points, and with a voucher, in cents.
    pub own: Vec<i64>,
    /// The voucher that paid for it.
    pub used: Option<usize>,
    /// It gave a drink, which no return has taken back.
    pub has_drink: bool,
    /// From which lots those points came.
    pub paid: Vec<((u64, u16), i64)>,
    /// What it gave, and until when.
    pub given: i64,
    pub gone: i64,
    /// What returns took back so far, and how much of that had expired already.
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

/// What earns of each line, in cents: of the whole where there are none.
pub fn earning(lines: &[Line], total: i64, own: i64) -> Vec<i64> {
    let cents: Vec<i64> = match lines.is_empty() {
        true => vec![total],
        false => lines.iter().map(|l| l.cents).collect(),
    };
    let off = share(own, &cents);
    cents.iter().zip(off).map(|(c, o)| (c - o).max(0)).collect()
}

/// Points for a sale: one for each euro, books twice, rounded down once.
pub fn earn(lines: &[Line], total: i64, own: i64) -> Vec<i64> {
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
    /// What is kept: lines and total.
    fn kept(&self, back: &Back) -> (Vec<Line>, i64) {
        if back.cents >= self.total {
            return (Vec::new(), 0);
        }
        let mut lines = self.lines.clone();
        for (n, (_, cents)) in &back.lines {
            lines[*n].cents -= cents;
        }
        let of = match lines.is_empty() {
            true => self.total,
            false => lines.iter().map(|l| l.cents).sum(),
        };
        let total = (of - back.loose).max(0);
        if back.loose > 0 && !lines.is_empty() {
            let weights: Vec<i64> = lines.iter().map(|l| l.cents).collect();
            for (line, cents) in lines.iter_mut().zip(share(total, &weights)) {
                line.cents = cents;
            }
        }
        (lines, total)
    }

    /// Points for what is kept.
    pub fn owed(&self, back: &Back) -> i64 {
        let (lines, total) = self.kept(back);
        if total == 0 {
            return 0;
        }
        earn(&lines, total, self.own_of(total)).iter().sum()
    }

    /// What of a part was paid with points and vouchers.
    fn own_of(&self, total: i64) -> i64 {
        let parts = self.own.iter();
        parts.map(|own| scale(*own, total, self.total)).sum()
    }

    /// Whether what is kept is a large bill.
    pub fn is_large(&self) -> bool {
        let (lines, total) = self.kept(&self.back);
        earning(&lines, total, self.own_of(total))
            .iter()
            .sum::<i64>()
            >= LARGE
    }

    /// Whether all of it came back.
    pub fn is_all_back(&self) -> bool {
        self.back.cents >= self.total
    }

    /// Of an amount, the part that belongs to what came back.
    pub fn part(&self, amount: i64, back: &Back) -> i64 {
        scale(amount, back.cents.min(self.total), self.total)
    }

    fn line_rest(&self, n: usize) -> (i64, i64) {
        let (qty, cents) = self.back.lines.get(&n).copied().unwrap_or_default();
        (self.lines[n].qty - qty, self.lines[n].cents - cents)
    }

    /// What a return of a line brings back, if that much is left.
    fn line_back(&self, extent: &Extent) -> Option<(usize, i64, i64)> {
        match *extent {
            Extent::Line(n) => {
                let (qty, cents) = self.line_rest(n);
                (qty != 0 || cents != 0).then_some((n, qty, cents))
            }
            Extent::LineQty(n, qty) => {
                let (left, cents) = self.line_rest(n);
                let line = &self.lines[n];
                let so_far = line.cents * (line.qty - left + qty) / line.qty;
                let part = (so_far - (line.cents - cents)).clamp(0, cents);
                let cents = if qty == left { cents } else { part };
                (qty <= left).then_some((n, qty, cents))
            }
            Extent::LineCents(n, cents) => (cents <= self.line_rest(n).1).then_some((n, 0, cents)),
            Extent::All | Extent::Cents(_) => None,
        }
    }

    /// What has come back once a return is done, if that much is left.
    pub fn back_after(&self, extent: &Extent) -> Option<Back> {
        let mut after = self.back.clone();
        let left = self.total - after.cents;
        match extent {
            Extent::All if left == 0 => return None,
            Extent::All => {
                let rests: Vec<(i64, i64)> =
                    (0..self.lines.len()).map(|n| self.line_rest(n)).collect();
                let is_loose = rests.iter().all(|r| *r == (0, 0));
                for (n, (qty, cents)) in rests.into_iter().enumerate() {
                    add(&mut after, n, qty, cents);
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
                let (n, qty, cents) = self.line_back(lines)?;
                add(&mut after, n, qty, cents);
                let is_all = after.lines.values().map(|l| l.1).sum::<i64>()
                    >= self.lines.iter().map(|l| l.cents).sum();
                let less = self.kept(&self.back).1 - self.kept(&after).1;
                after.cents += if is_all { left } else { less.clamp(0, left) };
            }
        }
        Some(after)
    }
}

fn add(back: &mut Back, line: usize, qty: i64, cents: i64) {
    let sum = back.lines.entry(line).or_default();
    *sum = (sum.0 + qty, sum.1 + cents);
}

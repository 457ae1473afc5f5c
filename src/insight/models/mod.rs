//! Statistical models as pure functions of plain numbers: counts, days and
//! minor units of money in, estimates or the reason for none out. The same
//! input gives the same estimate; no result is NaN or infinite.

pub mod bg_nbd;
pub mod cohort;
pub mod gamma_gamma;
pub mod lifetime;
mod minimize;
pub mod quantile;
pub mod rfm;
mod special;

use minimize::{Minimum, minimize};

/// Most terms of a likelihood that the search for its neighbourhood takes.
const ROUGH_MAX: usize = 5_000;

/// Most values of a whole number that are tabled: others are computed each time.
const TABLED_MAX: usize = 1 << 16;

/// A function of a whole number, computed once for each value; the table grows as needed.
fn tabled(table: &mut Vec<f64>, at: u32, of: impl Fn(u32) -> f64) -> f64 {
    let place = at as usize;
    if place >= TABLED_MAX {
        return of(at);
    }
    if place >= table.len() {
        table.resize(place + 1, f64::NAN);
    }
    if table[place].is_nan() {
        table[place] = of(at);
    }
    table[place]
}

/// Tolerance of the search over a sample larger than [`ROUGH_MAX`], for the mean cost of a
/// customer: a hundred thousandth of the log-likelihood of a hundred thousand, which no
/// estimate can tell from none.
const LARGE_TOLERANCE: f64 = 1e-10;

/// Tolerance of the search over so many terms.
fn tolerance(terms: usize) -> f64 {
    match terms > ROUGH_MAX {
        true => LARGE_TOLERANCE,
        false => minimize::TOLERANCE,
    }
}

/// Parameters with the least cost over a sample: the search begins on a rough part of it.
fn best_fit<T: Copy, const N: usize>(
    starts: &[[f64; N]],
    sample: &[T],
    cost: impl Fn(&[f64; N], &[T]) -> f64,
) -> Option<Minimum<N>> {
    let rough = rough(sample);
    let near = |at: &[f64; N]| cost(at, &rough);
    let whole = |at: &[f64; N]| cost(at, sample);
    minimize(starts, near, (whole, tolerance(sample.len())))
}

/// Every so many-th of a sample, at most [`ROUGH_MAX`]: all of a small one.
fn rough<T: Copy>(sample: &[T]) -> Vec<T> {
    let step = sample.len().div_ceil(ROUGH_MAX).max(1);
    sample.iter().step_by(step).copied().collect()
}

#[cfg(test)]
mod tests;

/// Reason for which a model gives no estimate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoEstimate {
    /// There is no customer.
    Nobody,
    /// Nobody bought a second time.
    NoRepeats,
    /// No repeat buyer spent a positive amount.
    NoSpend,
    /// A last purchase lies behind the end of its own observation.
    Inconsistent,
    /// The likelihood has no inner maximum: customers are too few or too alike.
    TooAlike,
    /// An argument lies outside its range.
    OutOfRange,
    /// A series or search came to no finite end.
    NotConverged,
}

impl NoEstimate {
    /// The reason in English.
    pub fn reason(self) -> &'static str {
        match self {
            NoEstimate::Nobody => "there are no customers",
            NoEstimate::NoRepeats => "nobody bought on a second day",
            NoEstimate::NoSpend => "no repeat buyer spent anything",
            NoEstimate::Inconsistent => "a purchase lies behind the end of the observation",
            NoEstimate::TooAlike => "customers are too few or too alike to estimate from",
            NoEstimate::OutOfRange => "a parameter lies outside its range",
            NoEstimate::NotConverged => "the computation did not converge",
        }
    }

    /// The reason in simplified Chinese.
    pub fn reason_zh(self) -> &'static str {
        match self {
            NoEstimate::Nobody => "没有顾客",
            NoEstimate::NoRepeats => "没有人在另一天再次购买",
            NoEstimate::NoSpend => "回头客没有任何消费金额",
            NoEstimate::Inconsistent => "有购买晚于观察期末",
            NoEstimate::TooAlike => "顾客太少或太相似，无法估计",
            NoEstimate::OutOfRange => "参数超出范围",
            NoEstimate::NotConverged => "计算没有收敛",
        }
    }
}

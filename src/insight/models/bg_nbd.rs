//! BG/NBD: how often customers will buy, from how often and how lately they did.
//!
//! Fader, Hardie and Lee (2005), "Counting your customers the easy way: an
//! alternative to the Pareto/NBD model", Marketing Science 24(2). A customer
//! buys at a rate that is gamma distributed (shape r, rate alpha) among
//! customers, and leaves after a purchase with a probability that is beta
//! distributed (a, b). Time is counted in weeks.

use super::NoEstimate;
use super::special::{hypergeometric, ln_beta, ln_gamma, ln_sum};

/// Days of a unit of time.
const DAYS: f64 = 7.0;
/// Distance kept from a removable pole of the expectation, small against its error.
const OFF_POLE: f64 = 1e-6;

/// A customer's purchases; those of one day count as one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct History {
    /// Purchases after the first (x).
    pub repeats: u32,
    /// Days from the first purchase to the last (t_x); zero without repeats.
    pub last: u32,
    /// Days from the first purchase to the end of the observation (T).
    pub age: u32,
}

impl History {
    /// The history of somebody who bought on these days, in any order and as
    /// often as you like on each, seen until the end of `until`; `None` if none
    /// of them is so early.
    pub fn of(days: impl IntoIterator<Item = i32>, until: i32) -> Option<History> {
        let mut days: Vec<i32> = days.into_iter().filter(|day| *day <= until).collect();
        days.sort_unstable();
        days.dedup();
        let (first, last) = (*days.first()?, *days.last()?);
        Some(History {
            repeats: u32::try_from(days.len() - 1).ok()?,
            last: last.abs_diff(first),
            age: until.abs_diff(first),
        })
    }
}

/// The four parameters.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct BgNbd {
    /// Shape of the purchase rates.
    pub r: f64,
    /// Rate of the purchase rates, in weeks.
    pub alpha: f64,
    /// First parameter of the probabilities of leaving.
    pub a: f64,
    /// Second parameter of the probabilities of leaving.
    pub b: f64,
}

/// Parameters of greatest likelihood.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Fit {
    /// Parameters.
    pub model: BgNbd,
    /// Natural logarithm of the likelihood there.
    pub log_likelihood: f64,
    /// Customers.
    pub customers: u64,
    /// Those among them who bought on a second day.
    pub repeat_buyers: u64,
}

/// Customers with the same history, and their number, are one term of the likelihood.
type Group = (History, u64);

/// Fits the model by maximum likelihood.
///
/// # Errors
/// The reason for which there is no estimate.
pub fn fit(histories: &[History]) -> Result<Fit, NoEstimate> {
    if histories.is_empty() {
        return Err(NoEstimate::Nobody);
    }
    if histories.iter().any(|one| one.last > one.age) {
        return Err(NoEstimate::Inconsistent);
    }
    let repeat_buyers = histories.iter().filter(|one| one.repeats > 0).count() as u64;
    if repeat_buyers == 0 {
        return Err(NoEstimate::NoRepeats);
    }
    let mut sorted = histories.to_vec();
    sorted.sort_unstable();
    let same = sorted.chunk_by(|a, b| a == b);
    let groups: Vec<Group> = same
        .filter_map(|same| Some((*same.first()?, same.len() as u64)))
        .collect();
    let customers = histories.len() as u64;
    let mean_age = groups
        .iter()
        .map(|(one, n)| f64::from(one.age) * *n as f64)
        .sum::<f64>()
        / customers as f64
        / DAYS;
    let scale = mean_age.max(1.0);
    let starts = [
        [0.5, scale / 4.0, 1.0, 2.0],
        [1.0, scale, 1.0, 1.0],
        [0.2, scale / 10.0, 0.5, 5.0],
    ];
    let found = super::best_fit(&starts, &groups, cost_of);
    let found = found.ok_or(NoEstimate::NotConverged)?;
    if !found.is_inner() {
        return Err(NoEstimate::TooAlike);
    }
    let [r, alpha, a, b] = found.at;
    let log_likelihood = -found.cost * customers as f64;
    Ok(Fit {
        model: BgNbd { r, alpha, a, b },
        log_likelihood,
        customers,
        repeat_buyers,
    })
}

/// Mean cost of a customer.
fn cost_of(p: &[f64; 4], groups: &[Group]) -> f64 {
    let model = BgNbd {
        r: p[0],
        alpha: p[1],
        a: p[2],
        b: p[3],
    };
    let customers = groups.iter().map(|(_, n)| *n as f64).sum::<f64>();
    -model.ln_likelihood_of(groups) / customers
}

impl BgNbd {
    /// Natural logarithm of the likelihood of these histories.
    pub fn ln_likelihood(&self, histories: &[History]) -> f64 {
        histories
            .iter()
            .map(|one| self.ln_terms(one.repeats) + self.ln_times(one))
            .sum()
    }

    fn ln_likelihood_of(&self, groups: &[Group]) -> f64 {
        // By number of repeats, and by days.
        let (mut terms, mut leaving, mut ages) = (Vec::new(), Vec::new(), Vec::new());
        let mut ln_age = |days| {
            super::tabled(&mut ages, days, |days| {
                (self.alpha + f64::from(days) / DAYS).ln()
            })
        };
        let mut sum = 0.0;
        for (one, n) in groups {
            let term = super::tabled(&mut terms, one.repeats, |repeats| self.ln_terms(repeats));
            let power = self.r + f64::from(one.repeats);
            let stayed = -power * ln_age(one.age);
            let times = match one.repeats {
                0 => stayed,
                repeats => {
                    let leaves =
                        super::tabled(&mut leaving, repeats, |repeats| self.ln_leaves(repeats));
                    ln_sum(stayed, leaves - power * ln_age(one.last))
                }
            };
            sum += *n as f64 * (term + times);
        }
        sum
    }

    /// Logarithm of the odds of leaving after this many repeats.
    fn ln_leaves(&self, repeats: u32) -> f64 {
        self.a.ln() - (self.b + f64::from(repeats) - 1.0).ln()
    }

    /// ln(A1 A2) of the paper's appendix: the factors without times.
    fn ln_terms(&self, repeats: u32) -> f64 {
        let x = f64::from(repeats);
        let rates = ln_gamma(self.r + x) - ln_gamma(self.r) + self.r * self.alpha.ln();
        rates + ln_beta(self.a, self.b + x) - ln_beta(self.a, self.b)
    }

    /// ln(A3 + A4) of the paper's appendix: has not left, or left after the last purchase.
    fn ln_times(&self, one: &History) -> f64 {
        let x = f64::from(one.repeats);
        let stayed = -(self.r + x) * (self.alpha + f64::from(one.age) / DAYS).ln();
        if one.repeats == 0 {
            return stayed;
        }
        let last = (self.alpha + f64::from(one.last) / DAYS).ln();
        let left = self.ln_leaves(one.repeats) - (self.r + x) * last;
        ln_sum(stayed, left)
    }

    /// Probability that the customer has not left, from 0 to 1. In this model
    /// nobody leaves before a second purchase, so it is 1 for who bought once.
    pub fn alive(&self, one: &History) -> f64 {
        if one.repeats == 0 {
            return 1.0;
        }
        let x = f64::from(one.repeats);
        let age = self.alpha + f64::from(one.age) / DAYS;
        let last = self.alpha + f64::from(one.last) / DAYS;
        let odds = self.a.ln() - (self.b + x - 1.0).ln() + (self.r + x) * (age / last).ln();
        1.0 / (1.0 + odds.exp())
    }

    /// Purchases to be expected of a customer of whom nothing is known, in so
    /// many weeks after the first purchase.
    ///
    /// # Errors
    /// The weeks are negative, or the series did not converge.
    pub fn expected(&self, weeks: f64) -> Result<f64, NoEstimate> {
        self.expected_of_alive(0.0, 0.0, weeks)
    }

    /// Purchases to be expected of this customer in so many weeks after the observation.
    ///
    /// # Errors
    /// The weeks are negative, or the series did not converge.
    pub fn expected_of(&self, one: &History, weeks: f64) -> Result<f64, NoEstimate> {
        let alive =
            self.expected_of_alive(f64::from(one.repeats), f64::from(one.age) / DAYS, weeks)?;
        Ok(self.alive(one) * alive)
    }

    /// Expectation for a customer who has not left. Its distribution is that of
    /// a new one with r + x, alpha + T, a, b + x in the place of r, alpha, a, b.
    pub(super) fn expected_of_alive(
        &self,
        x: f64,
        age: f64,
        weeks: f64,
    ) -> Result<f64, NoEstimate> {
        if !(weeks >= 0.0 && weeks.is_finite()) {
            return Err(NoEstimate::OutOfRange);
        }
        let (r, alpha) = (self.r + x, self.alpha + age);
        let a = off(self.a, 1.0);
        let c = off(a + self.b + x - 1.0, 0.0);
        let b = c + 1.0 - a;
        let z = weeks / (alpha + weeks);
        // Two forms of one function (Euler's transformation); the one with the
        // smaller power neither overflows nor takes long.
        let series = match r <= (a - 1.0).abs() {
            true => hypergeometric(r, b, c, z).map(|f| (1.0 - z).powf(r) * f),
            false => hypergeometric(c - r, a - 1.0, c, z).map(|f| (1.0 - z).powf(a - 1.0) * f),
        };
        let found = series.map(|series| c / (a - 1.0) * (1.0 - series));
        let found = found.filter(|found| found.is_finite());
        found
            .map(|found| found.max(0.0))
            .ok_or(NoEstimate::NotConverged)
    }
}

/// The value, moved away from a pole.
fn off(value: f64, pole: f64) -> f64 {
    match (value - pole).abs() < OFF_POLE {
        true => pole + OFF_POLE,
        false => value,
    }
}

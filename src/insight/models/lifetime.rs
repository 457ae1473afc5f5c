//! Lifetime value: purchases to come (BG/NBD) times the mean purchase
//! (Gamma-Gamma) times the margin, discounted to the end of the observation.

use super::NoEstimate;
use super::bg_nbd::{self, BgNbd, History};
use super::gamma_gamma::{self, GammaGamma, Spend};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

/// Weeks of a month: a twelfth of 365.25 days.
const WEEKS_OF_MONTH: f64 = 365.25 / 12.0 / 7.0;
/// Longest horizon: fifty years.
const MONTHS_MAX: u32 = 600;

/// Parameters of the valuation that the shop states.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Terms {
    /// Share of turnover that is margin, from 0 to 1.
    pub margin: f64,
    /// Discount rate of a year; 0.1 is ten per cent.
    pub discount: f64,
    /// Months from the end of the observation over which purchases count.
    pub months: u32,
}

/// Both models, fitted.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Models {
    /// Purchases.
    pub purchases: bg_nbd::Fit,
    /// Amounts.
    pub amounts: gamma_gamma::Fit,
    /// Decimal places of the currency.
    pub digits: u8,
}

/// Estimates for one customer.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Estimate {
    /// Probability that the customer has not left.
    pub alive: f64,
    /// Purchases to be expected within the horizon.
    pub purchases: f64,
    /// Mean purchase to be expected, in minor units.
    pub mean: f64,
    /// Margin of those purchases, discounted from the end of the month in which
    /// each falls, in minor units.
    pub value: f64,
}

/// Fits both models.
///
/// # Errors
/// The reason for which either has no estimate.
pub fn fit(customers: &[(History, Spend)], digits: u8) -> Result<Models, NoEstimate> {
    let (histories, spend): (Vec<History>, Vec<Spend>) = customers.iter().copied().unzip();
    let purchases = bg_nbd::fit(&histories)?;
    let amounts = gamma_gamma::fit(&spend, digits)?;
    Ok(Models {
        purchases,
        amounts,
        digits,
    })
}

/// Value of all customers in minor units, with the models that gave it.
type Value = Result<(Models, f64), NoEstimate>;

/// The value that was estimated last, with all that it was made from.
#[derive(Debug)]
struct Estimated {
    customers: Vec<(History, Spend)>,
    terms: Terms,
    digits: u8,
    value: Value,
}

/// Estimates the value of all customers; the last estimate serves again for the same.
#[derive(Debug, Default)]
pub struct LastEstimate(Mutex<Option<Estimated>>);

impl LastEstimate {
    /// The value of customers under these terms.
    ///
    /// # Errors
    /// The reason for which there is none.
    pub fn of(&self, customers: Vec<(History, Spend)>, terms: Terms, digits: u8) -> Value {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(last) = &*last
            && (last.digits, last.terms) == (digits, terms)
            && last.customers == customers
        {
            return last.value;
        }
        let value = value_of(&customers, terms, digits);
        *last = Some(Estimated {
            customers,
            terms,
            digits,
            value,
        });
        value
    }
}

fn value_of(customers: &[(History, Spend)], terms: Terms, digits: u8) -> Value {
    let models = fit(customers, digits)?;
    let mut valuation = Valuation::new(models, terms)?;
    valuation.prepare(customers)?;
    let mut sum = 0.0;
    for (history, spend) in customers {
        sum += valuation.of(history, spend)?.value;
    }
    Ok((models, sum))
}

/// Least number of computations that are worth a second thread.
const THREAD_LEAST: usize = 200;

/// Values customers; those who bought as often and as long share one computation.
#[derive(Debug)]
pub struct Valuation {
    models: Models,
    terms: Terms,
    /// By repeats and age: purchases expected of who has not left, plain and discounted.
    known: BTreeMap<(u32, u32), (f64, f64)>,
}

impl Valuation {
    /// A valuation under these terms.
    ///
    /// # Errors
    /// Margin, discount rate or horizon lie outside their range.
    pub fn new(models: Models, terms: Terms) -> Result<Valuation, NoEstimate> {
        let is_in_range = (0.0..=1.0).contains(&terms.margin)
            && (0.0..=10.0).contains(&terms.discount)
            && (1..=MONTHS_MAX).contains(&terms.months);
        match is_in_range {
            true => Ok(Valuation {
                models,
                terms,
                known: BTreeMap::new(),
            }),
            false => Err(NoEstimate::OutOfRange),
        }
    }

    /// Estimates for a customer.
    ///
    /// # Errors
    /// The reason for which there are none.
    pub fn of(&mut self, history: &History, spend: &Spend) -> Result<Estimate, NoEstimate> {
        let purchases = self.models.purchases.model;
        let amounts: GammaGamma = self.models.amounts.model;
        let (plain, discounted) = self.of_alive(&purchases, history)?;
        let alive = purchases.alive(history);
        let mean = amounts.expected_mean(spend, self.models.digits)?;
        let value = alive * discounted * mean * self.terms.margin;
        Ok(Estimate {
            alive,
            purchases: alive * plain,
            mean,
            value,
        })
    }

    /// Computes what these customers need on two threads.
    fn prepare(&mut self, customers: &[(History, Spend)]) -> Result<(), NoEstimate> {
        let keys = customers.iter().map(|(one, _)| (one.repeats, one.age));
        let keys: Vec<(u32, u32)> = keys.collect::<BTreeSet<_>>().into_iter().collect();
        if keys.len() < THREAD_LEAST {
            return Ok(());
        }
        let model = self.models.purchases.model;
        let each = |keys: &[(u32, u32)]| {
            let each = keys
                .iter()
                .map(|key| Ok((*key, self.computed(&model, *key)?)));
            each.collect::<Result<Vec<_>, NoEstimate>>()
        };
        // Frequent buyers take longer, and stand behind.
        let (first, second) = keys.split_at(keys.len() / 2);
        let both = std::thread::scope(|scope| {
            let other = scope.spawn(|| each(second));
            (
                each(first),
                other.join().unwrap_or(Err(NoEstimate::NotConverged)),
            )
        });
        let found = both.0?.into_iter().chain(both.1?);
        self.known = found.collect();
        Ok(())
    }

    fn of_alive(&mut self, model: &BgNbd, one: &History) -> Result<(f64, f64), NoEstimate> {
        let key = (one.repeats, one.age);
        if let Some(known) = self.known.get(&key) {
            return Ok(*known);
        }
        let computed = self.computed(model, key)?;
        self.known.insert(key, computed);
        Ok(computed)
    }

    /// Purchases expected, plain and discounted, by repeats and age.
    fn computed(&self, model: &BgNbd, key: (u32, u32)) -> Result<(f64, f64), NoEstimate> {
        let (repeats, age) = (f64::from(key.0), f64::from(key.1) / 7.0);
        let (mut plain, mut discounted) = (0.0, 0.0);
        for month in 1..=self.terms.months {
            let weeks = f64::from(month) * WEEKS_OF_MONTH;
            let so_far = model.expected_of_alive(repeats, age, weeks)?;
            let years = f64::from(month) / 12.0;
            discounted += (so_far - plain).max(0.0) / (1.0 + self.terms.discount).powf(years);
            plain = so_far;
        }
        Ok((plain, discounted))
    }
}

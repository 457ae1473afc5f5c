//! Lifetime value: purchases to come (BG/NBD) times the mean purchase
//! (Gamma-Gamma) times the margin, discounted to the end of the observation.

use super::NoEstimate;
use super::bg_nbd::{self, BgNbd, History};
use super::gamma_gamma::{self, GammaGamma, Spend};
use std::collections::BTreeMap;

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

    fn of_alive(&mut self, model: &BgNbd, one: &History) -> Result<(f64, f64), NoEstimate> {
        let key = (one.repeats, one.age);
        if let Some(known) = self.known.get(&key) {
            return Ok(*known);
        }
        let (mut plain, mut discounted) = (0.0, 0.0);
        for month in 1..=self.terms.months {
            let weeks = f64::from(month) * WEEKS_OF_MONTH;
            let age = f64::from(one.age) / 7.0;
            let so_far = model.expected_of_alive(f64::from(one.repeats), age, weeks)?;
            let years = f64::from(month) / 12.0;
            discounted += (so_far - plain).max(0.0) / (1.0 + self.terms.discount).powf(years);
            plain = so_far;
        }
        self.known.insert(key, (plain, discounted));
        Ok((plain, discounted))
    }
}

//! Gamma-Gamma: a customer's mean purchase, drawn towards that of all.
//!
//! Fader and Hardie (2013), "The gamma-gamma model of monetary value". A
//! purchase is gamma distributed (shape p) around the customer's mean, and the
//! scales of customers are gamma distributed (q, gamma).

use super::NoEstimate;
use super::minimize::Minimum;
use super::special::ln_gamma;

/// A customer's purchases after the first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Spend {
    /// Number of purchases (days on which the customer bought).
    pub purchases: u32,
    /// Sum of them in minor units.
    pub total: i64,
}

/// The three parameters; amounts are in units of the currency, not minor ones.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct GammaGamma {
    /// Shape of the purchases of one customer.
    pub p: f64,
    /// Shape of the customers' scales.
    pub q: f64,
    /// Scale of the customers' scales.
    pub gamma: f64,
}

/// Parameters of greatest likelihood.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Fit {
    /// Parameters.
    pub model: GammaGamma,
    /// Natural logarithm of the likelihood there.
    pub log_likelihood: f64,
    /// Repeat buyers that were used.
    pub customers: u64,
    /// Repeat buyers left out because they spent nothing, or less.
    pub without_spend: u64,
}

/// Fits the model by maximum likelihood to the repeat buyers among these.
/// `digits` is the currency's number of decimal places.
///
/// # Errors
/// The reason for which there is no estimate.
pub fn fit(customers: &[Spend], digits: u8) -> Result<Fit, NoEstimate> {
    let buyers = || customers.iter().filter(|one| one.purchases > 0);
    if buyers().next().is_none() {
        return Err(NoEstimate::NoRepeats);
    }
    let used: Vec<Buyer> = buyers()
        .filter(|one| one.total > 0)
        .map(|one| {
            let mean = major(one.total, digits) / f64::from(one.purchases);
            Buyer {
                purchases: one.purchases,
                mean,
                ln_mean: mean.ln(),
            }
        })
        .collect();
    if used.is_empty() {
        return Err(NoEstimate::NoSpend);
    }
    let without_spend = (buyers().count() - used.len()) as u64;
    let count = used.len() as f64;
    let mean = used.iter().map(|one| one.mean).sum::<f64>() / count;
    let starts = [
        [1.0, 2.0, mean],
        [5.0, 3.0, mean / 3.0],
        [2.0, 10.0, mean * 5.0],
    ];
    let found = super::best_fit(&starts, &used, cost_of);
    let found = found.ok_or(NoEstimate::NotConverged)?;
    let [p, q, gamma] = found.at;
    // Amounts have no scale of their own (yen, cents), so gamma is judged against their mean.
    let relative = Minimum {
        at: [p, q, gamma / mean],
        cost: found.cost,
    };
    if !relative.is_inner() {
        return Err(NoEstimate::TooAlike);
    }
    Ok(Fit {
        model: GammaGamma { p, q, gamma },
        log_likelihood: -found.cost * count,
        customers: used.len() as u64,
        without_spend,
    })
}

/// A repeat buyer as the likelihood needs one.
#[derive(Clone, Copy, Debug)]
struct Buyer {
    purchases: u32,
    mean: f64,
    ln_mean: f64,
}

/// Mean cost of a repeat buyer.
fn cost_of(at: &[f64; 3], used: &[Buyer]) -> f64 {
    let model = GammaGamma {
        p: at[0],
        q: at[1],
        gamma: at[2],
    };
    -model.ln_likelihood(used) / used.len() as f64
}

impl GammaGamma {
    fn ln_likelihood(&self, used: &[Buyer]) -> f64 {
        let (p, q, gamma) = (self.p, self.q, self.gamma);
        let constant = q * gamma.ln() - ln_gamma(q);
        let mut terms = Vec::new();
        let mut sum = 0.0;
        for buyer in used {
            let x = f64::from(buyer.purchases);
            let term = super::tabled(&mut terms, buyer.purchases, |_| {
                ln_gamma(p * x + q) - ln_gamma(p * x) + p * x * x.ln()
            });
            sum += constant + term + (p * x - 1.0) * buyer.ln_mean
                - (p * x + q) * (gamma + buyer.mean * x).ln();
        }
        sum
    }

    /// Mean purchase to be expected of a customer, in minor units.
    ///
    /// # Errors
    /// The mean is without bound: q is not above 1 and the customer bought nothing again.
    pub fn expected_mean(&self, one: &Spend, digits: u8) -> Result<f64, NoEstimate> {
        let x = f64::from(one.purchases);
        let below = self.p * x + self.q - 1.0;
        if below <= 0.0 {
            return Err(NoEstimate::OutOfRange);
        }
        let mean = self.p * (self.gamma + major(one.total.max(0), digits)) / below;
        Ok(mean * scale(digits))
    }
}

fn scale(digits: u8) -> f64 {
    10f64.powi(i32::from(digits))
}

/// An amount in units of the currency.
fn major(minor: i64, digits: u8) -> f64 {
    minor as f64 / scale(digits)
}

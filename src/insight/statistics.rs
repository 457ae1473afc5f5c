//! Statistics in floating point. Everything else in this room is exact.

use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive, ToPrimitive};

/// Quantile of the standard normal distribution for two-sided 95 %.
const Z: f64 = 1.959_963_984_540_054;

/// Wilson's score interval at 95 % for a share, in per cent (Wilson 1927). None
/// for an empty sample.
pub fn wilson(successes: u64, trials: u64) -> Option<(Decimal, Decimal)> {
    let (k, n) = (successes.to_f64()?, trials.to_f64()?);
    if trials == 0 {
        return None;
    }
    let (p, z2) = (k / n, Z * Z);
    let centre = p + z2 / (2.0 * n);
    let half = Z * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    let bound = |x: f64| Decimal::from_f64(100.0 * (x / (1.0 + z2 / n)).clamp(0.0, 1.0));
    Some((bound(centre - half)?, bound(centre + half)?))
}

/// Newcombe's hybrid score interval at 95 % for the difference of two shares, in
/// percentage points (Newcombe 1998, method 10).
pub fn difference(first: (u64, u64), second: (u64, u64)) -> Option<(Decimal, Decimal)> {
    let share = |(k, n): (u64, u64)| Some(100.0 * k.to_f64()? / n.to_f64()?);
    let (low_1, high_1) = wilson(first.0, first.1)?;
    let (low_2, high_2) = wilson(second.0, second.1)?;
    let (p1, p2) = (share(first)?, share(second)?);
    let (l1, u1) = (low_1.to_f64()?, high_1.to_f64()?);
    let (l2, u2) = (low_2.to_f64()?, high_2.to_f64()?);
    let low = p1 - p2 - ((p1 - l1).powi(2) + (u2 - p2).powi(2)).sqrt();
    let high = p1 - p2 + ((u1 - p1).powi(2) + (p2 - l2).powi(2)).sqrt();
    Some((Decimal::from_f64(low)?, Decimal::from_f64(high)?))
}

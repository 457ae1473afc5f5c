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

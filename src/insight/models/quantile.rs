//! Quantiles by the inverse of the distribution of the values, with the mean
//! of the two neighbours where it has a step (definition 2 of Hyndman and Fan
//! 1996): of an even number, the median is the mean of the middle two.

use rust_decimal::Decimal;

/// The quantile `part` of `parts` of integers in any order: (1, 2) is the
/// median, (9, 10) the ninth decile. `None` of no values, or outside 0 to 1.
pub fn quantile(values: &[i64], (part, parts): (usize, usize)) -> Option<Decimal> {
    if values.is_empty() || parts == 0 || part > parts {
        return None;
    }
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let share = sorted.len().checked_mul(part)?;
    let (at, is_step) = (share / parts, share % parts == 0);
    let last = sorted.len() - 1;
    let low = match is_step {
        true => at.saturating_sub(1),
        false => at,
    };
    let sum = i128::from(sorted[low.min(last)]) + i128::from(sorted[at.min(last)]);
    let half = Decimal::try_from_i128_with_scale(sum * 5, 1).ok()?;
    Some(half.normalize())
}

/// The median.
pub fn median(values: &[i64]) -> Option<Decimal> {
    quantile(values, (1, 2))
}

//! The bound of every figure that is kept for one member, and sums within it.

use crate::model::{AMOUNT_MAX, Number, Points, saturated};

/// Amount from which a decision is tested before it is applied.
/// [`SMALL_SUMS_MAX`] smaller amounts do not reach the bound.
const LARGE_AMOUNT: u64 = 1 << 40;
/// Figure from which a decision that moves it is tested before it is applied.
const LARGE_FIGURE: u64 = 1 << 52;
/// Effects of one entry that together stay below the bound if each is small.
pub(in crate::rules) const SMALL_SUMS_MAX: usize = 1 << 12;

/// A figure that would leave plus or minus [`AMOUNT_MAX`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Exceeded {
    /// Its unit, in its smallest part; 0 for money in minor units.
    pub unit: Number,
    /// The figure before.
    pub held: i64,
    /// The amount that exceeds the bound if added.
    pub added: i64,
}

/// Adds an amount to a figure.
///
/// # Errors
/// [`Exceeded`] if the sum leaves plus or minus [`AMOUNT_MAX`].
pub fn bounded_sum(unit: Number, held: i64, added: i64) -> Result<i64, Exceeded> {
    let sum = held.checked_add(added).map(Points);
    let sum = sum.filter(|sum| sum.is_in_range()).map(|sum| sum.0);
    sum.ok_or(Exceeded { unit, held, added })
}

/// True if an amount could lead beyond the bound.
pub(in crate::rules) fn is_large_amount(amount: i64) -> bool {
    amount.unsigned_abs() >= LARGE_AMOUNT
}

/// True if a figure is near the bound.
pub fn is_large(figure: i64) -> bool {
    figure.unsigned_abs() >= LARGE_FIGURE
}

/// Clamps a wide figure to a range in which every amount can still be added and
/// subtracted.
pub fn narrowed(figure: i128) -> i64 {
    const BOUND: i128 = 1 << 62;
    saturated(figure.clamp(-BOUND, BOUND))
}

/// Clamps a wide figure to the bound of an amount.
pub(in crate::rules) fn capped(figure: i128) -> i64 {
    let bound = i128::from(AMOUNT_MAX);
    saturated(figure.clamp(-bound, bound))
}

//! The bound of every figure that is kept of one member, and sums that keep to it.

use crate::model::{AMOUNT_MAX, Number, Points, saturated};

/// An amount from which on a decision is tried out before it is sealed. Below
/// it, [`SMALL_SUMS_MAX`] amounts do not come to the bound.
const LARGE_AMOUNT: u64 = 1 << 40;
/// A figure from which on whatever moves it is tried out before it is sealed.
const LARGE_FIGURE: u64 = 1 << 52;
/// Effects of one entry that together stay below the bound if each is small.
pub(in crate::rules) const SMALL_SUMS_MAX: usize = 1 << 12;

/// A figure that would leave plus or minus [`AMOUNT_MAX`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Exceeded {
    /// The unit it is of, in its smallest part; 0 for money in minor units.
    pub unit: Number,
    /// The figure before.
    pub held: i64,
    /// The amount that does not fit on top of it.
    pub added: i64,
}

/// The sum of a figure and an amount.
///
/// # Errors
/// [`Exceeded`] where it leaves plus or minus [`AMOUNT_MAX`].
pub fn bounded_sum(unit: Number, held: i64, added: i64) -> Result<i64, Exceeded> {
    let sum = held.checked_add(added).map(Points);
    let sum = sum.filter(|sum| sum.is_in_range()).map(|sum| sum.0);
    sum.ok_or(Exceeded { unit, held, added })
}

/// Whether an amount could lead beyond the bound.
pub(in crate::rules) fn is_large_amount(amount: i64) -> bool {
    amount.unsigned_abs() >= LARGE_AMOUNT
}

/// Whether a figure is near the bound.
pub fn is_large(figure: i64) -> bool {
    figure.unsigned_abs() >= LARGE_FIGURE
}

/// A wide figure as one that every amount can still be added to and taken from.
pub fn narrowed(figure: i128) -> i64 {
    const BOUND: i128 = 1 << 62;
    saturated(figure.clamp(-BOUND, BOUND))
}

/// A wide figure as an amount: the largest where it is larger.
pub(in crate::rules) fn capped(figure: i128) -> i64 {
    let bound = i128::from(AMOUNT_MAX);
    saturated(figure.clamp(-bound, bound))
}

//! Shares and rounding: parts that always add up to their whole, by the largest
//! remainder method.

use crate::model::{AMOUNT_MAX, Rounding, saturated};
use rust_decimal::Decimal;
use rust_decimal::prelude::{RoundingStrategy, ToPrimitive};

/// Shares an integer whole in proportion to weights; the rest after rounding
/// down goes to the largest remainders, ties to the first. With no weight at
/// all, everything goes to the first.
pub fn share(whole: i64, weights: &[i64]) -> Vec<i64> {
    let sum: i128 = weights.iter().map(|w| i128::from(*w)).sum();
    if weights.is_empty() {
        return Vec::new();
    }
    if sum <= 0 {
        let mut parts = vec![0; weights.len()];
        parts[0] = whole;
        return parts;
    }
    let products = weights.iter().map(|w| i128::from(whole) * i128::from(*w));
    let (mut parts, remainders): (Vec<i64>, Vec<i128>) = products
        .map(|p| (saturated(p.div_euclid(sum)), p.rem_euclid(sum)))
        .unzip();
    let left = whole - parts.iter().sum::<i64>();
    give_rest(&mut parts, &remainders, left);
    parts
}

/// Rounds exact amounts to integers that add up to a given whole, by largest remainder.
pub fn round_to(whole: i64, amounts: &[Decimal]) -> Vec<i64> {
    let floor = |a: &Decimal| i64::try_from(a.floor()).unwrap_or(0);
    let mut parts: Vec<i64> = amounts.iter().map(floor).collect();
    let remainders: Vec<Decimal> = amounts.iter().map(|a| *a - a.floor()).collect();
    let left = whole - parts.iter().sum::<i64>();
    give_rest(&mut parts, &remainders, left);
    parts
}

fn give_rest<R: Ord>(parts: &mut [i64], remainders: &[R], mut left: i64) {
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by(|a, b| remainders[*b].cmp(&remainders[*a]).then(a.cmp(b)));
    while left > 0 && !order.is_empty() {
        for at in order
            .iter()
            .take(usize::try_from(left).unwrap_or(usize::MAX))
        {
            parts[*at] += 1;
            left -= 1;
        }
    }
    if let (true, Some(last)) = (left < 0, order.last()) {
        parts[*last] += left;
    }
}

/// `amount * part / whole`, rounded down; the whole amount if the part is the whole.
pub fn scale(amount: i64, part: i64, whole: i64) -> i64 {
    match whole {
        0 => amount,
        _ => saturated((i128::from(amount) * i128::from(part)).div_euclid(i128::from(whole))),
    }
}

/// `amount * part / whole`; 0 if the whole is 0.
pub fn part_of(amount: i64, part: i64, whole: i64) -> i64 {
    match whole {
        0 => 0,
        _ => scale(amount, part, whole),
    }
}

/// Rounds a fraction by the programme's rule.
pub fn round(exact: Decimal, rounding: Rounding) -> i64 {
    let rounded = match rounding {
        Rounding::Floor => exact.floor(),
        Rounding::Ceil => exact.ceil(),
        Rounding::HalfUp => exact.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero),
        Rounding::HalfEven => {
            exact.round_dp_with_strategy(0, RoundingStrategy::MidpointNearestEven)
        }
    };
    rounded.to_i64().unwrap_or(AMOUNT_MAX)
}

/// Clamps an amount to between 0 and a whole of either sign.
pub fn toward(amount: i64, whole: i64) -> i64 {
    amount.clamp(whole.min(0), whole.max(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_add_up_and_ties_go_to_the_first() {
        assert_eq!(share(85, &[1, 1]), [43, 42]);
        assert_eq!(share(100, &[1, 1, 1]), [34, 33, 33]);
        assert_eq!(share(7, &[0, 0]), [7, 0]);
        assert_eq!(share(-10, &[1, 2]).iter().sum::<i64>(), -10);
        assert_eq!(share(0, &[5, 5]), [0, 0]);
        let half = Decimal::new(425, 1);
        assert_eq!(round_to(85, &[half, half]), [43, 42]);
        assert_eq!(round_to(84, &[half, half]), [42, 42]);
        assert_eq!(round_to(86, &[half, half]), [43, 43]);
    }

    #[test]
    fn scaling_by_the_whole_changes_nothing() {
        assert_eq!(scale(999, 7, 7), 999);
        assert_eq!(scale(999, 0, 7), 0);
        assert_eq!(scale(5, 3, 0), 5);
        assert_eq!(
            scale(i64::MAX / 2, i64::MAX / 2, i64::MAX / 2),
            i64::MAX / 2
        );
    }
}

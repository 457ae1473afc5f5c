//! Sales in another currency: conversion of a bill to the programme's currency,
//! and of a refund back, at the rate of the sale.

use crate::model::{
    Code, Currency, Exact, Extent, Foreign, LineExtent, Money, Purchase, Refusal, Rounding,
    currency_digits,
};
use crate::rules::share::{round, round_to, scale};
use crate::rules::state::Aftermath;
use rust_decimal::Decimal;

/// Conversion between a currency and the programme's.
#[derive(Clone, Copy, Debug)]
pub struct Conversion {
    /// Minor units of the programme's currency for one minor unit of the other.
    factor: Decimal,
    rounding: Rounding,
}

impl Conversion {
    /// Makes the conversion of a currency at a rate, to a programme's currency
    /// with so many decimals; None for a rate that is not positive or out of
    /// range.
    pub fn new(currency: &Currency, rate: Exact, digits: u8) -> Option<Conversion> {
        let power = |digits: u8| Decimal::from(10i64.pow(digits.into()));
        let factor = rate.to_decimal()?.checked_mul(power(digits))?;
        let factor = factor.checked_div(power(currency.digits))?;
        (factor > Decimal::ZERO).then_some(Conversion {
            factor,
            rounding: currency.rounding,
        })
    }

    fn exact(&self, paid: Money) -> Result<Decimal, Refusal> {
        let exact = Decimal::from(paid.0).checked_mul(self.factor);
        exact.ok_or_else(too_large)
    }

    /// Converts an amount to the programme's currency.
    ///
    /// # Errors
    /// The result is too large.
    pub fn counted(&self, paid: Money) -> Result<Money, Refusal> {
        in_range(Money(round(self.exact(paid)?, self.rounding)))
    }

    /// Converts an amount of the programme's currency to the other.
    ///
    /// # Errors
    /// The result is too large.
    pub fn paid(&self, counted: Money) -> Result<Money, Refusal> {
        let exact = Decimal::from(counted.0).checked_div(self.factor);
        in_range(Money(round(exact.ok_or_else(too_large)?, self.rounding)))
    }

    /// Greatest difference that rounding `parts` amounts in both directions
    /// makes, in minor units of the programme's currency.
    pub fn tolerance(&self, parts: usize) -> i64 {
        let each = round(self.factor, Rounding::Ceil).saturating_add(1);
        each.saturating_mul(i64::try_from(parts).unwrap_or(i64::MAX))
    }

    /// Converts total, lines, charges and discounts of a bill that adds up, so that
    /// they add up again: the total by the rounding, the others by largest remainder.
    ///
    /// # Errors
    /// An amount is too large.
    pub fn convert(&self, bill: &mut Purchase) -> Result<(), Refusal> {
        let total = self.counted(bill.total)?;
        let mut parts: Vec<Money> = bill.lines.iter().map(|l| l.amount).collect();
        parts.extend(bill.charges.iter().map(|c| c.amount));
        parts.extend(bill.discounts.iter().map(|d| d.amount.negated()));
        let exact: Result<Vec<Decimal>, Refusal> = parts.iter().map(|p| self.exact(*p)).collect();
        let exact = exact?;
        let counted = match bill.lines.is_empty() {
            true => exact.iter().map(|x| round(*x, self.rounding)).collect(),
            false => round_to(total.0, &exact),
        };
        bill.total = total;
        let mut counted = counted.into_iter().map(Money);
        let mut next = || counted.next().unwrap_or_default();
        for line in &mut bill.lines {
            let amount = next();
            if let Some(detail) = &mut line.detail {
                for money in [&mut detail.tax, &mut detail.unit_price]
                    .into_iter()
                    .flatten()
                {
                    *money = self.counted(*money)?;
                }
            }
            line.amount = amount;
        }
        bill.charges.iter_mut().for_each(|c| c.amount = next());
        bill.discounts
            .iter_mut()
            .for_each(|d| d.amount = next().negated());
        Ok(())
    }
}

fn too_large() -> Refusal {
    Refusal::new(
        Code::TooLarge,
        "currency: an amount is too large in the programme's",
    )
}

fn in_range(money: Money) -> Result<Money, Refusal> {
    match money.is_in_range() {
        true => Ok(money),
        false => Err(too_large()),
    }
}

/// Greatest difference, in minor units of a programme's currency with so many
/// decimals, that rounding makes to `parts` amounts of a sale in another.
pub fn tolerance(foreign: &Foreign, digits: u8, parts: usize) -> i64 {
    let currency = Currency {
        code: foreign.currency.clone(),
        digits: currency_digits(&foreign.currency).unwrap_or(digits),
        rate: foreign.rate,
        rounding: Rounding::HalfUp,
    };
    let conversion = Conversion::new(&currency, foreign.rate, digits);
    conversion.map_or(0, |conversion| conversion.tolerance(parts))
}

/// Refund in the currency of a sale whose total was `total`, when the part
/// refunded grows from `before` to `after`. Parts add up to the total.
pub fn refunded(foreign: &Foreign, total: Money, (before, after): (Money, Money)) -> Money {
    let at = |given: Money| match total.0 {
        0 => 0,
        whole => scale(foreign.total.0, given.0, whole),
    };
    Money(at(after) - at(before))
}

/// Extent of a return in the programme's currency, of amounts in that of the sale, whose
/// total was `total`: each is the one for which [`refunded`] gives so much back behind what
/// came back before, or nearest to it where a minor unit of the programme's currency is
/// several of the other. None if one is too large.
pub fn counted_extent(
    foreign: &Foreign,
    total: Money,
    extent: &Extent,
    before: &Aftermath,
) -> Option<Extent> {
    let given = |counted: i64| refunded(foreign, total, (Money::ZERO, Money(counted))).0;
    let counted = |done: Money, paid: Money| {
        let target = given(done.0).checked_add(paid.0)?;
        // A bill that paid out has both totals below 0.
        let sign = if foreign.total.0 < 0 { -1 } else { 1 };
        let exact = i128::from(target) * i128::from(total.0) * sign;
        let whole = i128::from(foreign.total.0) * sign;
        let low = i64::try_from(exact.div_euclid(whole.max(1))).ok()?;
        let high = low.checked_add(1)?;
        let near = |counted: i64| (given(counted) - target).abs();
        let nearest = if near(high) < near(low) { high } else { low };
        // What rounding has given before is not asked for again.
        let is_rest =
            done < total && target > foreign.total.0 && target - foreign.total.0 < given(1).max(1);
        let nearest = if is_rest { total.0 } else { nearest };
        Some(Money(nearest - done.0)).filter(|counted| counted.is_in_range())
    };
    Some(match extent {
        Extent::All => Extent::All,
        Extent::Amount(paid) => Extent::Amount(counted(before.amount, *paid)?),
        Extent::Lines(lines) => {
            let mut done = before.money;
            let mut all = lines.clone();
            for amount in all.iter_mut().filter_map(|line| line.amount.as_mut()) {
                *amount = counted(done, *amount)?;
                done = done.plus(*amount)?;
            }
            Extent::Lines(all)
        }
    })
}

/// True if a return of amounts in the currency of the sale is the one that was booked, as
/// far as rounding leaves that open.
pub fn is_same_extent(foreign: &Foreign, total: Money, asked: &Extent, booked: &Extent) -> bool {
    let is_near = |paid: Money, counted: Money| {
        let exact = scale(paid.0, total.0, foreign.total.0.max(1));
        (counted.0 - exact).abs() <= 1
    };
    match (asked, booked) {
        (Extent::Amount(paid), Extent::Amount(counted)) => is_near(*paid, *counted),
        (Extent::Lines(asked), Extent::Lines(booked)) => {
            let is_same = |(asked, booked): (&LineExtent, &LineExtent)| {
                let is_near = match (asked.amount, booked.amount) {
                    (Some(paid), Some(counted)) => is_near(paid, counted),
                    (paid, counted) => paid == counted,
                };
                is_near && (asked.line, asked.qty) == (booked.line, booked.qty)
            };
            asked.len() == booked.len() && asked.iter().zip(booked).all(is_same)
        }
        (asked, booked) => asked == booked,
    }
}

/// Amounts of a bill in the currency that it is paid in.
#[derive(Clone, Copy, Debug)]
pub struct BillCurrency {
    /// Conversion from and to the programme's currency.
    pub by: Conversion,
    /// Decimals.
    pub digits: u8,
}

impl BillCurrency {
    /// An amount of the programme's currency as a decimal of this one.
    pub fn display(&self, counted: Money) -> String {
        let paid = self.by.paid(counted).unwrap_or(Money::ZERO);
        paid.display(self.digits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Line, Qty};

    fn conversion(rate: &str, from: u8, to: u8) -> Conversion {
        let currency = Currency {
            code: "XXX".into(),
            digits: from,
            rate: Exact::default(),
            rounding: Rounding::HalfUp,
        };
        let rate: Decimal = rate.parse().unwrap();
        Conversion::new(&currency, rate.into(), to).unwrap()
    }

    #[test]
    fn a_bill_adds_up_in_both_currencies() {
        for (rate, from, to) in [
            ("0.92", 2, 2),
            ("0.0061", 0, 2),
            ("3.01", 3, 2),
            ("151.7", 2, 0),
        ] {
            let conversion = conversion(rate, from, to);
            for n in 1..200i64 {
                let amounts = [n * 37, -n, n * 11 + 3, 1];
                let line = |amount| Line {
                    qty: Qty::ONE,
                    amount: Money(amount),
                    ..Line::default()
                };
                let mut bill = Purchase {
                    total: Money(amounts.iter().sum()),
                    lines: amounts.into_iter().map(line).collect(),
                    ..Purchase::default()
                };
                let paid = bill.total;
                conversion.convert(&mut bill).unwrap();
                let sum: i64 = bill.lines.iter().map(|l| l.amount.0).sum();
                assert_eq!(sum, bill.total.0, "{rate}: {n}");
                let foreign = Foreign {
                    currency: "XXX".into(),
                    rate: Exact::default(),
                    total: paid,
                };
                let (third, all) = (Money(bill.total.0 / 3), bill.total);
                let first = refunded(&foreign, all, (Money::ZERO, third));
                let last = refunded(&foreign, all, (third, all));
                assert_eq!(first.0 + last.0, paid.0, "{rate}: {n}");
            }
        }
    }

    #[test]
    fn halves_end_as_named() {
        let half = conversion("0.5", 2, 2);
        assert_eq!(half.counted(Money(5)).unwrap(), Money(3));
        assert_eq!(half.counted(Money(-5)).unwrap(), Money(-3));
        assert_eq!(half.paid(Money(3)).unwrap(), Money(6));
    }
}

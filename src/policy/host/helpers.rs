//! Arithmetic helpers. Every one is exact: an overflow or a lost digit is an error.

use super::offered::Offered;
use super::{Answer, fail};
use crate::model::Day;
use rhai::{Dynamic, INT};
use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

pub(super) fn register(engine: &mut Offered) {
    rounding(engine, "floor", RoundingStrategy::ToNegativeInfinity);
    rounding(engine, "ceil", RoundingStrategy::ToPositiveInfinity);
    rounding(engine, "half_up", RoundingStrategy::MidpointAwayFromZero);
    rounding(engine, "half_even", RoundingStrategy::MidpointNearestEven);
    // Two numbers of different types; the language itself handles those of one type.
    engine.register_fn("min", |a: Dynamic, b: Dynamic| {
        pick("min", &a, &b, Decimal::min)
    });
    engine.register_fn("max", |a: Dynamic, b: Dynamic| {
        pick("max", &a, &b, Decimal::max)
    });
    engine.register_fn("percent_of", percent_of);
    engine.register_fn("steps", steps);
    engine.register_fn("zhe", zhe);
    engine.register_fn("days_after", |date: &str, days: INT| days_after(date, days));
    engine.register_fn("months_after", |date: &str, months: INT| {
        months_after(date, months)
    });
}

fn rounding(engine: &mut Offered, name: &'static str, strategy: RoundingStrategy) {
    // The language's own function of that name and type would take precedence.
    engine.register_fn(name, move |x: Decimal| whole(name, &x.into(), strategy));
    engine.register_fn(name, move |x: INT| x);
    engine.register_fn(name, move |x: Dynamic| whole(name, &x, strategy));
}

/// Rounds to a whole number; overflow beyond 64 bits is an error.
fn whole(name: &str, x: &Dynamic, strategy: RoundingStrategy) -> Answer<INT> {
    let rounded = number(name, x)?.round_dp_with_strategy(0, strategy);
    match rounded.to_i64() {
        Some(whole) => Ok(whole),
        None => fail(format!("{rounded} is too large for a whole number")),
    }
}

fn pick(
    name: &str,
    a: &Dynamic,
    b: &Dynamic,
    of: fn(Decimal, Decimal) -> Decimal,
) -> Answer<Decimal> {
    Ok(of(number(name, a)?, number(name, b)?))
}

/// Converts a script's value to a number.
pub(in crate::policy) fn number(name: &str, x: &Dynamic) -> Answer<Decimal> {
    if let Ok(int) = x.as_int() {
        return Ok(int.into());
    }
    match x.as_decimal() {
        Ok(decimal) => Ok(decimal),
        Err(_) => fail(format!("{name} needs a number, not {}", kind(x))),
    }
}

/// Name of a value's type in messages.
pub(in crate::policy) fn kind(x: &Dynamic) -> &'static str {
    match x {
        x if x.is_unit() => "() (nothing)",
        x if x.is_bool() => "true or false",
        x if x.is_int() => "a whole number",
        x if x.is_decimal() => "a decimal number",
        x if x.is_string() => "a text",
        x if x.is_array() => "a list",
        x if x.is_map() => "a map #{..}",
        _ => "something else",
    }
}

fn percent_of(amount: Dynamic, percent: Dynamic) -> Answer<Decimal> {
    let amount = number("percent_of", &amount)?;
    let percent = number("percent_of", &percent)?;
    let found = amount
        .checked_mul(percent)
        .and_then(|x| x.checked_div(Decimal::ONE_HUNDRED));
    found.map_or_else(|| fail("percent_of: the result is too large"), Ok)
}

/// Number of whole steps that fit into an amount.
fn steps(amount: Dynamic, step: Dynamic) -> Answer<INT> {
    let amount = number("steps", &amount)?;
    let step = number("steps", &step)?;
    if step <= Decimal::ZERO {
        return fail("steps: the step must be more than 0");
    }
    // The quotient is rounded to 28 digits and could reach the next whole
    // number, so it is computed from an exact multiple.
    let exact = amount
        .checked_rem(step)
        .and_then(|rest| amount.checked_sub(rest))
        .and_then(|multiple| multiple.checked_div(step));
    let Some(exact) = exact else {
        return fail("steps: the result is too large");
    };
    whole("steps", &exact.into(), RoundingStrategy::ToNegativeInfinity)
}

/// Share that is paid at a Chinese discount: `zhe(85)`, `zhe(8.5)` and
/// `zhe("8.5")` are all 0.85.
fn zhe(fold: Dynamic) -> Answer<Decimal> {
    let text = fold.clone().into_immutable_string().ok();
    let given = match text {
        Some(text) => text.parse::<Decimal>().ok(),
        None => Some(number("zhe", &fold)?),
    };
    let ten = Decimal::TEN;
    match given {
        Some(x) if x > Decimal::ZERO && x < ten => Ok(x / ten),
        Some(x) if x >= ten && x < Decimal::ONE_HUNDRED => Ok(x / Decimal::ONE_HUNDRED),
        _ => fail(format!(
            "zhe({fold}): needs 0.1 to 9.9 (tenths) or 10 to 99 (hundredths)"
        )),
    }
}

fn days_after(date: &str, days: INT) -> Answer<String> {
    match i32::try_from(days).ok().filter(|d| d.abs() <= 40_000) {
        Some(days) => Ok(day(date)?.plus_days(days).to_string()),
        None => fail(format!("days_after: {days} days are too many")),
    }
}

fn months_after(date: &str, months: INT) -> Answer<String> {
    match u32::try_from(months).ok().filter(|m| *m <= 1200) {
        Some(months) => Ok(day(date)?.plus_months(months).to_string()),
        None => fail(format!("months_after: {months} months are not possible")),
    }
}

/// Parses a day.
pub(in crate::policy) fn day(text: &str) -> Answer<Day> {
    Day::parse(text).map_err(Into::into)
}

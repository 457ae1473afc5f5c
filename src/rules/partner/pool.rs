//! Pools: money set aside for others, to more decimals than the currency, and
//! paid out only as far as it is there.

use crate::model::{
    Account, Act, Code, Draft, Effect, Entry, Exact, Measure, Number, Points, Pool, Programme,
    Refusal, Reward,
};
use crate::rules::campaign::outcome::EarnOutcome;
use crate::rules::case::Case;
use crate::rules::share::round;
use crate::rules::state::capped;
use rust_decimal::Decimal;

/// Exact sums by campaign and pool, each with its amount in the pool's smallest unit.
pub type Sums = Vec<((Number, Number), (Decimal, i64))>;

/// Sums contributions up and rounds each sum once.
pub fn sums(programme: &Programme, outcome: &EarnOutcome) -> Sums {
    let mut exact: Vec<((Number, Number), Decimal)> = Vec::new();
    for c in &outcome.contributions {
        *crate::rules::state::entry_of(&mut exact, (c.campaign, c.pool)) += c.exact;
    }
    let whole = |pool: Number, exact: Decimal| {
        let digits = programme.pool(pool).map_or(0, |p| p.digits);
        let scaled = exact.checked_mul(Decimal::from(10i64.pow(digits.into())));
        scaled.map_or(0, |x| round(x, programme.rounding))
    };
    let rounded = exact
        .into_iter()
        .map(|(key, x)| (key, (x, whole(key.1, x))));
    rounded.collect()
}

/// Books campaigns' contributions.
pub fn contribute(programme: &Programme, outcome: &EarnOutcome, effects: &mut Vec<Effect>) {
    for ((campaign, pool), (exact, amount)) in sums(programme, outcome) {
        push(pool, campaign, exact, amount, effects);
    }
}

fn push(pool: Number, campaign: Number, exact: Decimal, amount: i64, effects: &mut Vec<Effect>) {
    if amount != 0 {
        effects.push(Effect::Pooled {
            pool,
            campaign,
            exact: Exact::from(exact),
            amount: Points(amount),
        });
    }
}

/// Contributions for the kept part of a purchase, less those booked before.
pub fn undone(
    entry: &Entry,
    kept: &[((Number, Number), i64)],
    before: &[((Number, Number), Points)],
    digits: impl Fn(Number) -> u8,
) -> Vec<Effect> {
    let mut sums: Vec<((Number, Number), i64)> = Vec::new();
    for effect in &entry.effects {
        if let Effect::Pooled {
            pool,
            campaign,
            amount,
            ..
        } = effect
        {
            *crate::rules::state::entry_of(&mut sums, (*campaign, *pool)) += amount.0;
        }
    }
    let mut effects = Vec::new();
    for (key, booked) in sums {
        let keeps = kept.iter().find(|k| k.0 == key).map_or(0, |k| k.1);
        let back = before.iter().find(|b| b.0 == key).map_or(0, |b| b.1.0);
        let change = keeps - booked - back;
        let exact = Decimal::new(change, digits(key.1).into());
        push(key.1, key.0, exact, change, &mut effects);
    }
    effects
}

/// Donates a reward: the points go to the pool's account, and its money value
/// into the pool.
pub fn donate(case: &Case, reward: &Reward, effects: &mut Vec<Effect>) {
    let Some(pool) = case.programme().pool(reward.pool) else {
        return;
    };
    for effect in effects.iter_mut() {
        if let Effect::Debit { to, .. } = effect {
            *to = Account::Pool(pool.number);
        }
    }
    let digits = case.programme().digits;
    let exact = reward.value.unwrap_or_default().to_decimal(digits);
    let finer = 10i64.pow(u32::from(pool.digits.saturating_sub(digits)));
    let amount = reward.value.unwrap_or_default().0.saturating_mul(finer);
    push(pool.number, 0, exact, amount, effects);
}

/// Decides a payment out of a pool.
pub fn pay(case: &Case, act: Act) -> Result<Draft, Refusal> {
    let Act::PoolPaid { pool, points, .. } = &act else {
        return Err(Refusal::new(Code::BadInput, "not a payment"));
    };
    let (pool, points) = (*pool, *points);
    let found: &Pool = case
        .programme()
        .pool(pool)
        .ok_or_else(|| Refusal::new(Code::UnknownPool, "the programme has no such pool"))?;
    let held = case.state.global.pool(pool).map_or(0, |p| p.balance);
    let held = capped(held);
    if points.0 > held || points.0 <= 0 {
        let shown = |n: i64| Decimal::new(n, found.digits.into());
        let detail = format!(
            "{} holds {}, {} asked",
            found.id,
            shown(held),
            shown(points.0)
        );
        let (code, measure) = (Code::InsufficientPoints, Measure::Pool(pool));
        return Err(Refusal::short(code, measure, held, points.0, detail));
    }
    let effect = Effect::Pooled {
        pool,
        campaign: 0,
        exact: Decimal::new(-points.0, found.digits.into()).into(),
        amount: points.negated(),
    };
    Ok(case.draft(act, vec![effect]))
}

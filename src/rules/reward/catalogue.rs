//! The catalogue: rewards that open at an hour, that have a limited stock, or
//! that give a voucher.

use crate::model::{Code, Count, Effect, Instant, MINUTE, Measure, Period, Refusal, Reward, Scope};
use crate::rules::case::Case;
use crate::rules::lots;
use crate::rules::reward::voucher;
use crate::rules::state::{Member, counted};

/// Refuses a reward before it opens; some members may have it earlier.
///
/// # Errors
/// [`Code::TooSoon`], with the instant from which this member may.
pub fn check_open(case: &Case, member: &Member, reward: &Reward) -> Result<(), Refusal> {
    let Some(opens) = reward.opens else {
        return Ok(());
    };
    let early = reward.early.as_ref().filter(|early| {
        let tier = member.tier.map_or(0, |t| t.tier);
        let has_pass = |unit: &u16| member.available(*unit, case.now()).is_positive();
        early.tiers.contains(&tier) || early.passes.iter().any(has_pass)
    });
    let hours = early.map_or(0, |early| i64::from(early.hours));
    let opens = Instant(opens.0 - hours * 60 * MINUTE);
    match opens <= case.head.occurred_at() {
        true => Ok(()),
        false => Err(Refusal::new(
            Code::TooSoon,
            format!(
                "{} opens at {}",
                reward.id,
                case.programme().calendar.display(opens)
            ),
        )),
    }
}

/// Advances the stock counter of a limited reward by one, after those of
/// effects of the same entry.
///
/// # Errors
/// [`Code::OutOfStock`] when all are gone.
pub fn counted_out(
    case: &Case,
    reward: &Reward,
    effects: &[Effect],
) -> Result<Option<Effect>, Refusal> {
    let Some(stock) = reward.stock else {
        return Ok(None);
    };
    let (count, each) = (Count::Reward(reward.number), Period::Ever);
    let start = case.day().start_of(each);
    let now = effects.iter().map(|effect| match effect {
        Effect::Counted {
            scope: Scope::All,
            count: of,
            by,
            ..
        } if *of == count => *by,
        _ => 0,
    });
    let gone = counted(&case.state.global.counters, count, each, start) + now.sum::<i64>();
    if gone >= stock {
        let detail = format!("all {stock} {} are gone", reward.id);
        let (code, measure) = (Code::OutOfStock, Measure::Pieces);
        return Err(Refusal::short(code, measure, 0, 1, detail));
    }
    Ok(Some(Effect::Counted {
        scope: Scope::All,
        count,
        each,
        start,
        by: 1,
    }))
}

/// Refuses a reward that gives a voucher as a tender: it must be redeemed
/// first, and the voucher then pays.
pub fn check_tender(reward: &Reward) -> Result<(), Refusal> {
    if reward.gives == 0 {
        return Ok(());
    }
    let remedy = "redeem it, and pay with the voucher";
    let detail = format!("tenders: {} gives a voucher; {remedy}", reward.id);
    Err(Refusal::new(Code::BadInput, detail))
}

/// The voucher that a reward gives.
///
/// # Errors
/// [`Code::OutOfStock`] when no such voucher is left.
pub fn given(case: &Case, reward: &Reward) -> Result<Option<Effect>, Refusal> {
    if reward.gives == 0 {
        return Ok(None);
    }
    let unit = case.need_unit(reward.gives)?;
    voucher::need_stock(case, unit)?;
    Ok(Some(Effect::Voucher {
        who: 0,
        unit: unit.number,
        code: [0; 32],
        campaign: 0,
        terms: lots::terms(case.programme(), unit, case.day(), None, None),
        why: reward.title.clone(),
    }))
}

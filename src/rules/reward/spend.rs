//! Spending of points: earliest expiry first, within the programme's limits, never
//! more than available.

use crate::model::{
    Code, Count, Effect, Failure, Identified, Measure, Money, NameKind, Number, Period, Points,
    Proposal, Refusal, Reward, Scope, SpendLimit, Unit,
};
use crate::rules::case::Case;
use crate::rules::member::household;
use crate::rules::state::{Member, counted};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// Points that are to be spent.
#[derive(Clone, Copy)]
pub struct Spending {
    /// The unit.
    pub unit: Number,
    /// Amount.
    pub points: Points,
    /// Way in which the member was identified.
    pub by: Identified,
    /// True if limits on amounts do not apply: a reward has its own price.
    pub is_free: bool,
}

/// The refusal for a member with too few points of a unit.
pub fn too_few(unit: &Unit, available: Points, asked: Points) -> Refusal {
    let available = available.max(Points::ZERO);
    let (has, wants) = (unit.decimal(available), unit.decimal(asked));
    let detail = format!("{has} {} available, {wants} asked", unit.id);
    let (code, measure) = (Code::InsufficientPoints, Measure::Unit(unit.number));
    Refusal::short(code, measure, available.0, asked.0, detail)
}

/// Debits points from lots and counts them for limits, or refuses.
pub fn spend(
    case: &Case,
    member: &Member,
    spending: &Spending,
    effects: &mut Vec<Effect>,
) -> Result<(), Refusal> {
    let available = household::available(case, member, spending.unit);
    check(case, (member, available), spending, effects)?;
    let what = (spending.unit, spending.points);
    household::take(case, member, what, effects);
    count(case, spending, effects);
    Ok(())
}

/// Checks that a member can spend points, given the available ones and those
/// that effects of the same entry take.
pub fn check(
    case: &Case,
    (member, available): (&Member, Points),
    spending: &Spending,
    effects: &[Effect],
) -> Result<(), Refusal> {
    let unit = check_unit(case, spending)?;
    check_limits(case, unit, member, spending, effects)?;
    check_enough(unit, available, spending, effects)
}

/// Refuses a number of points that is not positive, or beyond the bound.
pub fn check_some(points: Points) -> Result<(), Refusal> {
    match points.is_positive() && points.is_in_range() {
        true => Ok(()),
        false => Err(Refusal::new(
            Code::BadInput,
            "points: there must be more than none",
        )),
    }
}

/// The unit, if that many of it can be spent at all.
pub fn check_unit<'a>(case: &'a Case, spending: &Spending) -> Result<&'a Unit, Refusal> {
    let unit = case.need_unit(spending.unit)?;
    check_some(spending.points)?;
    if unit.kind != crate::model::UnitKind::Spendable {
        return Err(Refusal::new(
            Code::BadInput,
            format!("{} cannot be spent", unit.id),
        ));
    }
    Ok(unit)
}

/// Checks that the available points are enough, besides those that effects of
/// the same entry take.
pub fn check_enough(
    unit: &Unit,
    available: Points,
    spending: &Spending,
    effects: &[Effect],
) -> Result<(), Refusal> {
    // Held points were not available before.
    let of_free = |e: &Effect| taken(e, spending.unit) + set_aside(e, spending.unit);
    let spent: i64 = effects.iter().map(of_free).sum();
    let available = Points(available.0 - spent);
    match available < spending.points {
        true => Err(too_few(unit, available, spending.points)),
        false => Ok(()),
    }
}

/// Points that an effect holds, or (negative) releases.
fn set_aside(effect: &Effect, unit: Number) -> i64 {
    match effect {
        Effect::Held {
            unit: u, amount, ..
        } if *u == unit => amount.0,
        _ => 0,
    }
}

fn taken(effect: &Effect, unit: Number) -> i64 {
    match effect {
        Effect::Debit {
            unit: u, amount, ..
        } if *u == unit => amount.0,
        _ => 0,
    }
}

/// Checks limits on one payment and on a day.
pub fn check_limits(
    case: &Case,
    unit: &Unit,
    member: &Member,
    spending: &Spending,
    effects: &[Effect],
) -> Result<(), Refusal> {
    let Some(limit) = case.programme().spend_limit(spending.unit) else {
        return Ok(());
    };
    if !spending.is_free {
        let before = points_before(case, spending.unit, effects);
        check_amount(limit, unit, spending.points, before)?;
    }
    check_today(case, limit, unit, member, spending, effects)
}

/// Points of a unit that earlier tenders of the same bill take, without the
/// prices of rewards.
pub(in crate::rules) fn points_before(case: &Case, unit: Number, effects: &[Effect]) -> Points {
    let price = |effect: &Effect| match effect {
        Effect::RewardUsed { reward, .. } => {
            let reward = case.need_reward(*reward).ok();
            let reward = reward.filter(|reward| reward.unit == unit);
            reward.map_or(0, |reward| reward.points.0)
        }
        _ => 0,
    };
    let points = |e: &Effect| taken(e, unit) - price(e);
    Points(effects.iter().map(points).sum())
}

/// Checks the limit on one payment, which on a bill is over all its tenders together.
fn check_amount(
    limit: &SpendLimit,
    unit: &Unit,
    asked: Points,
    before: Points,
) -> Result<(), Refusal> {
    let asked = asked.0;
    let shown = |points: i64| unit.decimal(Points(points));
    let short = |code, available: i64, detail: String| {
        let measure = Measure::Unit(unit.number);
        Err(Refusal::short(code, measure, available, asked, detail))
    };
    if limit.step.0 > 1 && asked % limit.step.0 != 0 {
        return short(
            Code::NotInSteps,
            limit.step.0,
            format!("points are spent in steps of {}", shown(limit.step.0)),
        );
    }
    if asked < limit.min.0 {
        return short(
            Code::BelowMinimum,
            limit.min.0,
            format!("at least {} are spent at a time", shown(limit.min.0)),
        );
    }
    if let Some(max) = limit.max.filter(|max| asked > max.0 - before.0) {
        let beside = match before {
            Points::ZERO => String::new(),
            before => format!("; the bill takes {} already", shown(before.0)),
        };
        return short(
            Code::OverLimit,
            (max.0 - before.0).max(0),
            format!("at most {} are spent at a time{beside}", shown(max.0)),
        );
    }
    Ok(())
}

/// Checks the limit on a day.
fn check_today(
    case: &Case,
    limit: &SpendLimit,
    unit: &Unit,
    member: &Member,
    spending: &Spending,
    effects: &[Effect],
) -> Result<(), Refusal> {
    let asked = spending.points.0;
    let shown = |points: i64| unit.decimal(Points(points));
    for (max, left, when) in left_today(case, limit, member, spending.by, effects) {
        if asked > left {
            let detail = format!(
                "at most {} are spent {when}; {} are left today",
                shown(max.0),
                shown(left)
            );
            let (code, measure) = (Code::OverLimit, Measure::Unit(spending.unit));
            return Err(Refusal::short(code, measure, left, asked, detail));
        }
    }
    Ok(())
}

/// Daily limits on spending: each with the points left, after those that
/// effects of the same entry take, and its wording.
fn left_today<'a>(
    case: &'a Case,
    limit: &SpendLimit,
    member: &'a Member,
    by: Identified,
    effects: &'a [Effect],
) -> impl Iterator<Item = (Points, i64, &'static str)> + use<'a> {
    let unit = limit.unit;
    let daily = limit.max_day.map(|max| (max, Count::Spent(unit), "a day"));
    let typed = limit.max_typed.map(|max| {
        (
            max,
            Count::SpentTyped(unit),
            "a day where the number was typed",
        )
    });
    let typed = typed.filter(|_| by == Identified::Typed);
    daily
        .into_iter()
        .chain(typed)
        .map(move |(max, count, when)| {
            let now: i64 = effects.iter().map(|e| recount(e, count)).sum();
            let used = counted(&member.counters, count, Period::Day, case.day()) + now;
            (max, (max.0 - used).max(0), when)
        })
}

/// Most points of a unit that a member may spend at once, by the limits per
/// transaction and day; None without a limit.
pub fn left_at_once(case: &Case, member: &Member, unit: Number, by: Identified) -> Option<Points> {
    let limit = case.programme().spend_limit(unit)?;
    let today = left_today(case, limit, member, by, &[]).map(|(_, left, _)| Points(left));
    limit.max.into_iter().chain(today).min()
}

fn recount(effect: &Effect, wanted: Count) -> i64 {
    match effect {
        Effect::Counted {
            scope: Scope::Member(0),
            count,
            by,
            ..
        } if *count == wanted => *by,
        _ => 0,
    }
}

/// Advances the counters that limits on spending read.
pub fn count(case: &Case, spending: &Spending, effects: &mut Vec<Effect>) {
    let Some(limit) = case.programme().spend_limit(spending.unit) else {
        return;
    };
    let mut add = |count| {
        effects.push(Effect::Counted {
            scope: Scope::Member(0),
            count,
            each: Period::Day,
            start: case.day(),
            by: spending.points.0,
        })
    };
    if limit.max_day.is_some() {
        add(Count::Spent(spending.unit));
    }
    if limit.max_typed.is_some() && spending.by == Identified::Typed {
        add(Count::SpentTyped(spending.unit));
    }
}

/// A reward, if the member's tier and its opening allow it.
pub fn allowed<'a>(case: &'a Case, member: &Member, number: Number) -> Result<&'a Reward, Refusal> {
    let reward = case.need_reward(number)?;
    crate::rules::partner::check(case, reward.partner)?;
    let tier = member.tier.map_or(0, |t| t.tier);
    if !reward.tiers.is_empty() && !reward.tiers.contains(&tier) {
        let names = &case.state.global.names;
        let name = |tier: &Number| names.text(NameKind::Tier, *tier);
        let tiers: Vec<String> = reward.tiers.iter().map(name).collect();
        let detail = format!("{} is for {}", reward.id, tiers.join(", "));
        return Err(Refusal::new(Code::TierRequired, detail));
    }
    crate::rules::reward::catalogue::check_open(case, member, reward)?;
    Ok(reward)
}

/// Advances the counter of a reward that is limited for each member or household, after
/// those of effects of the same entry.
pub fn counted_for(
    case: &Case,
    member: &Member,
    reward: &Reward,
    effects: &[Effect],
) -> Result<Option<Effect>, Refusal> {
    let (own, household) = (reward.per_member, reward.per_household);
    let Some((_, each)) = own.or(household) else {
        return Ok(None);
    };
    let start = case.day().start_of(each);
    let count = Count::Reward(reward.number);
    let now: i64 = effects.iter().map(|e| recount(e, count)).sum();
    let of = |member: &Member| counted(&member.counters, count, each, start);
    let mates = member.housemates();
    let mates = mates.iter().filter_map(|id| case.state.members.get(id));
    let used = of(member) + now;
    let used_by_all = used + mates.map(of).sum::<i64>();
    for (limit, used, by) in [
        (own, used, ""),
        (household, used_by_all, " by the household"),
    ] {
        if let Some((max, _)) = limit.filter(|(max, _)| used >= i64::from(*max)) {
            let id = &reward.id;
            let detail = format!("{id} was had {used} times{by}, {max} are possible");
            let (code, measure) = (Code::OverLimit, Measure::Times);
            return Err(Refusal::short(code, measure, 0, 1, detail));
        }
    }
    Ok(Some(Effect::Counted {
        scope: Scope::Member(0),
        count,
        each,
        start,
        by: 1,
    }))
}

/// Asks the scripts of `on_redeem`; the first refusal counts, and a failure is one.
pub fn ask_scripts(
    case: &Case,
    scene: impl FnOnce() -> crate::model::Scene,
) -> Result<(), Refusal> {
    let is_asked = |c: &crate::model::Campaign| c.hooks.contains(&crate::model::Hook::OnRedeem);
    if !case.policy.campaigns().iter().any(is_asked) {
        return Ok(());
    }
    let scene = std::sync::Arc::new(scene());
    for (n, campaign) in case.policy.campaigns().iter().enumerate() {
        if !campaign.hooks.contains(&crate::model::Hook::OnRedeem) || campaign.is_draft {
            continue;
        }
        let failed = |failure: Failure| {
            let Failure {
                file, line, column, ..
            } = &failure;
            let detail = format!("{file}:{line}:{column}: {}", failure.message);
            case.failed.note(campaign.number, failure);
            Refusal::new(Code::PolicyFailed, detail)
        };
        let asked = case
            .policy
            .run(n, crate::model::Hook::OnRedeem, &scene, &case.steps);
        for proposal in asked.map_err(failed)? {
            if let Some(message) = proposal.in_vain(crate::model::Hook::OnRedeem) {
                return Err(failed(Failure {
                    file: campaign.file.clone(),
                    line: 0,
                    column: 0,
                    message,
                }));
            }
            if let Proposal::Refuse { code, text } = proposal {
                return Err(Refusal::new(Code::PolicyRefused, format!("{code}: {text}")));
            }
        }
    }
    Ok(())
}

/// Refuses points that are worth less than the smallest coin, if their unit has a
/// value.
///
/// # Errors
/// [`Code::BelowMinimum`], with how many would be worth it.
pub fn check_pays(case: &Case, unit: Number, points: Points) -> Result<(), Refusal> {
    let is_nothing = case.programme().worth(unit, points) == Some(Money::ZERO);
    let nothing = is_nothing.then(|| pays_nothing(case, unit, points));
    nothing.flatten().map_or(Ok(()), Err)
}

/// The refusal of points that would pay nothing: states how many would pay the
/// smallest coin. None if no number of them does.
pub(in crate::rules) fn pays_nothing(case: &Case, unit: Number, points: Points) -> Option<Refusal> {
    let programme = case.programme();
    let value = programme.unit(unit)?.value?.to_decimal()?;
    let coin = Decimal::new(1, programme.digits.into());
    let per = Decimal::from(programme.unit(unit)?.subunits);
    let least = coin.checked_mul(per)?.checked_div(value)?.ceil().to_i64()?;
    // A quotient that does not terminate may have been cut off.
    let pays = |n: &i64| {
        programme
            .worth(unit, Points(*n))
            .is_some_and(Money::is_positive)
    };
    let least = (least.max(1)..=least.saturating_add(1)).find(pays)?;
    let limit = programme.spend_limit(unit);
    let (step, min) = limit.map_or((1, 0), |limit| (limit.step.0.max(1), limit.min.0));
    let steps = least.max(min).saturating_add(step - 1) / step;
    let least = steps.saturating_mul(step);
    let id = &programme.unit(unit)?.id;
    let (asked, enough) = (
        programme.decimal(unit, points),
        programme.decimal(unit, Points(least)),
    );
    let pays = programme.worth(unit, Points(least))?;
    let detail = format!(
        "{asked} {id} pay {}; {enough} would pay {}",
        Money::ZERO.display(programme.digits),
        pays.display(programme.digits)
    );
    Some(Refusal::short(
        Code::BelowMinimum,
        Measure::Unit(unit),
        least,
        points.0,
        detail,
    ))
}

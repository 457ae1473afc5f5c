//! Measures of holes in scenarios.

use super::Prober;
use super::hole::Hole;
use super::scenario::{Scenario, Step};
use crate::engine::Error;
use crate::model::{Period, Policy, Unit, UnitKind};
use crate::workbench::story::Sums;
use rust_decimal::Decimal;

/// Measures a scenario: what is wrong with it, in words.
pub(super) fn measure(
    prober: &Prober,
    hole: Hole,
    scenario: &Scenario,
) -> Result<Option<String>, Error> {
    // Bills of two days are no bill that was split: each day has its own limits.
    let is_of_two_days = hole == Hole::Splitting && scenario.is_over_midnight();
    if is_of_two_days || !scenario.is_of(hole) {
        return Ok(None);
    }
    let Some(sums) = prober.sums(scenario)? else {
        return Ok(None);
    };
    let reference = match scenario.reference(hole) {
        None => None,
        Some(other) => match prober.known_sums(&other)? {
            Some(sums) => Some(sums),
            None => return Ok(None),
        },
    };
    // Who reaches a tier between two bills gets more by the tier, not by the bills.
    if hole == Hole::Splitting && sums.tier_moves > 0 {
        return Ok(None);
    }
    let programme = prober.policy.programme();
    if hole == Hole::PaidBackMore {
        let paid = scenario.paid(programme.digits);
        let back = sums.given_back;
        return Ok((back > paid).then(|| format!("{paid} paid, {back} given back")));
    }
    if hole == Hole::FreeReward {
        let is_free = sums.refused == 0
            && sums
                .points
                .iter()
                .all(|(.., points)| *points >= Decimal::ZERO);
        let back = sums.given_back;
        return Ok(is_free.then(|| format!("{back} given back, the reward kept, nothing owed")));
    }
    if hole == Hole::CostsNothing {
        let paid = scenario.paid(programme.digits);
        let is_free = sums.off >= paid && sums.discounters.len() > 1;
        return Ok(is_free.then(|| format!("{} off a bill of {paid}", sums.off)));
    }
    if hole == Hole::PointsToMoney {
        let is_bought = sums.refused == 0;
        return Ok(is_bought.then(|| "the gift card was paid with points alone".into()));
    }
    Ok(in_points(prober, hole, scenario, &sums, reference.as_ref()))
}

/// Measures points and vouchers, unit by unit.
fn in_points(
    prober: &Prober,
    hole: Hole,
    scenario: &Scenario,
    sums: &Sums,
    reference: Option<&Sums>,
) -> Option<String> {
    let units = prober.policy.programme().units.iter();
    let mut units =
        units.filter(|unit| matches!(unit.kind, UnitKind::Spendable | UnitKind::Voucher));
    units.find_map(|unit| in_unit(prober, hole, scenario, unit, (sums, reference)))
}

/// Measures one unit.
fn in_unit(
    prober: &Prober,
    hole: Hole,
    scenario: &Scenario,
    unit: &Unit,
    (sums, reference): (&Sums, Option<&Sums>),
) -> Option<String> {
    let id = &unit.id;
    let is_points = unit.kind == UnitKind::Spendable;
    let got = sums.of_unit(id);
    let without = reference.map_or(Decimal::ZERO, |sums| sums.of_unit(id));
    let (more, tenth) = (got - without, without / Decimal::TEN);
    // A point may come of rounding, a voucher never does.
    let least = match is_points {
        true => Decimal::ONE,
        false => Decimal::ONE / Decimal::TWO,
    };
    let is_more = more > Decimal::ONE + tenth;
    match hole {
        Hole::KeptAfterReturns => {
            (sums.refused == 0 && more > Decimal::ZERO).then(|| format!("{more} {id} stay"))
        }
        Hole::Splitting => {
            let bills = scenario.steps.iter().filter(|s| matches!(s, Step::Buy(_)));
            let bills = Decimal::from(bills.count());
            (more > bills * least + tenth)
                .then(|| format!("{got} {id} in {bills} bills, {without} in one"))
        }
        Hole::MoreForLess => (is_points && without - got > tenth + Decimal::ONE)
            .then(|| format!("{got} {id}, and {without} for one cent less")),
        Hole::ByJoining => by_joining(prober, unit, sums, without).filter(|_| is_points),
        Hole::GiftCardTwice => (is_points && is_more)
            .then(|| format!("{got} {id} by way of a gift card, {without} at once")),
        Hole::ActivityAgain => {
            let times = Decimal::from(scenario.steps.len() - 1);
            (got >= without * times && without > Decimal::ZERO && times > Decimal::ONE)
                .then(|| format!("{got} {id} for {times} times, {without} for one"))
        }
        Hole::WorthMoreThanPaid => {
            let paid = scenario.paid(prober.policy.programme().digits) - sums.off;
            worth_more(prober, unit, scenario, (paid, more))
        }
        Hole::Reset => {
            is_more.then(|| format!("{got} {id}, and {without} if nothing had come back"))
        }
        Hole::Moving => {
            let tenth = (without - scenario.given(id)) / Decimal::TEN;
            (more > Decimal::ONE + tenth)
                .then(|| format!("{got} {id} in all, and {without} had they not been moved"))
        }
        Hole::ByLine => is_more.then(|| format!("{got} {id}, and {without} in one line")),
        Hole::NegativeLine => {
            is_more.then(|| format!("{got} {id}, and {without} for what was paid in the end"))
        }
        Hole::BirthdayAgain => (more > yearly(prober, unit).max(Decimal::ONE + tenth))
            .then(|| format!("{got} {id}, and {without} with one birthday")),
        Hole::Remembered => (more > least + tenth)
            .then(|| format!("{got} {id}, and {without} without what came back")),
        Hole::EarnsOnItself => on_itself(scenario, unit, more).filter(|_| sums.refused == 0),
        Hole::PaidBackMore | Hole::PointsToMoney | Hole::CostsNothing | Hole::FreeReward => None,
    }
}

/// Points of several members that come together at one, beyond those for joining alone.
fn by_joining(prober: &Prober, unit: &Unit, sums: &Sums, without: Decimal) -> Option<String> {
    let mut rules = prober.policy.programme().transfer.iter();
    let can_send = rules.any(|rule| rule.unit == unit.number);
    let all = sums.points.iter().filter(|(_, of, _)| *of == unit.id);
    // What can be sent is as good as at one member.
    let all = all.filter(|(who, ..)| can_send || who == "alice");
    let got: Decimal = all.map(|(.., points)| *points).sum();
    let place = match can_send {
        true => "can be gathered",
        false => "at one member",
    };
    let id = &unit.id;
    (got > without).then(|| format!("{got} {id} {place}, {without} for joining alone"))
}

/// The most that a campaign with a limit by the year gives a member: two birthdays within it
/// are no more than what was meant to be given.
fn yearly(prober: &Prober, unit: &Unit) -> Decimal {
    let campaigns = prober.policy.campaigns().iter();
    let caps =
        campaigns.flat_map(|campaign| campaign.per_member.iter().chain(&campaign.per_household));
    let caps = caps.filter(|cap| cap.unit == unit.number && cap.each == Period::Year);
    let most = caps.map(|cap| unit.decimal(cap.points)).max();
    most.unwrap_or_default()
}

/// Points or vouchers of a purchase that are worth more than was paid for it.
fn worth_more(
    prober: &Prober,
    unit: &Unit,
    scenario: &Scenario,
    (paid, got): (Decimal, Decimal),
) -> Option<String> {
    let worth = worth(prober, unit, scenario, got);
    // A voucher may be worth what it was bought for.
    let is_more = match unit.kind {
        UnitKind::Spendable => worth >= paid,
        _ => worth > paid,
    };
    (is_more && worth > Decimal::ZERO).then(|| {
        let id = &unit.id;
        format!("{paid} paid, {got} {id} given, worth {}", worth.normalize())
    })
}

/// What a bill gives of the unit that paid it, if more than a part of a point.
fn on_itself(scenario: &Scenario, unit: &Unit, more: Decimal) -> Option<String> {
    let Some(Step::Buy(bill)) = scenario.steps.last() else {
        return None;
    };
    let (_, paid) = bill.pays.by_unit().filter(|(by, _)| *by == unit.id)?;
    let got = more + Decimal::from(paid);
    let id = &unit.id;
    (got >= Decimal::ONE).then(|| format!("{paid} {id} paid a bill, which gives {got} again"))
}

/// Worth of points in money: their value on a bill, or that of the dearest reward
/// that they buy.
fn worth(prober: &Prober, unit: &Unit, scenario: &Scenario, points: Decimal) -> Decimal {
    let digits = prober.policy.programme().digits;
    let value = unit.value.as_ref().and_then(|value| value.to_decimal());
    let by_value = value.and_then(|value| value.checked_mul(points));
    let rewards = prober.policy.rewards().iter();
    let of_unit = rewards.filter(|reward| {
        let tiers = &reward.tiers;
        let is_allowed = tiers.is_empty() || scenario.context.has_tier(tiers, prober.policy);
        reward.unit == unit.number && is_allowed
    });
    let by_reward = of_unit.filter_map(|reward| {
        let (price, value) = (
            unit.decimal(reward.points),
            reward.value?.to_decimal(digits),
        );
        let count = points.checked_div(price)?.floor();
        // Who may have it once makes no pump of it.
        let count = match reward.per_member.or(reward.per_household) {
            Some((most, _)) => count.min(most.into()),
            None => count,
        };
        count.checked_mul(value)
    });
    by_reward.chain(by_value).max().unwrap_or_default()
}

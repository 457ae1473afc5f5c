//! Kinds of holes, each by a measure of its own.

use super::Prober;
use super::scenario::{Scenario, Step};
use crate::engine::Error;
use crate::model::{Period, Policy, Unit, UnitKind};
use crate::workbench::story::Sums;
use rust_decimal::Decimal;

/// Declares the kinds of holes: their words in JSON, their meaning, and what closes each.
macro_rules! holes {
    ($($(#[doc = $doc:literal])+ $name:ident $word:literal $means:literal => $closes:literal)*) => {
        /// Kind of a hole.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum Hole {
            $($(#[doc = $doc])+ $name,)*
        }

        impl Hole {
            /// All kinds.
            pub const ALL: &'static [Hole] = &[$(Hole::$name,)*];

            /// Its name in JSON.
            pub fn word(self) -> &'static str {
                match self {
                    $(Hole::$name => $word,)*
                }
            }

            /// Its meaning, and what closes it.
            pub fn means(self) -> (&'static str, &'static str) {
                match self {
                    $(Hole::$name => ($means, $closes),)*
                }
            }
        }
    };
}

holes! {
    /// Everything that was bought came back, and points or vouchers stay.
    KeptAfterReturns "kept_after_returns"
        "everything came back, and points or vouchers stay"
        => "take back in fn on_return what the campaign gave, or give it by on_purchase"
    /// More money is given back than was paid.
    PaidBackMore "paid_back_more"
        "more money is given back than was paid"
        => "report it: the ledger should not let this happen"
    /// One bill as several gives more than as one: by more than a point a bill
    /// and a tenth of the whole.
    Splitting "splitting"
        "one bill, split into several, gives more than at once"
        => "limit it: per_member: #{ .., each: \"day\" }, or give by amount rather than by bill"
    /// A higher bill gives fewer points, by more than a tenth.
    MoreForLess "more_for_less"
        "a higher bill gives fewer points"
        => "let every step of a ladder begin where the one below it ends"
    /// Points come without a purchase, by members who only join.
    ByJoining "by_joining"
        "points come without a purchase and can be gathered"
        => "give them with the first purchase, or leave out [transfer]; limit per_referrer"
    /// A gift card and what it pays earn more than the same goods paid at once.
    GiftCardTwice "gift_card_twice"
        "a gift card earns, and so does what it pays"
        => "leave earns.gift_cards false, and give by purchase.earning rather than by bill"
    /// Points buy a gift card, which is as good as money.
    PointsToMoney "points_to_money"
        "points buy a gift card, which is as good as money"
        => "write not_for = { category = [\"gift_card\"] } under [spend.UNIT]"
    /// The same activity, again and again, gives points each time.
    ActivityAgain "activity_again"
        "the same activity gives points again and again"
        => "declare unique, or per_day, or per_member"
    /// The points of a purchase are worth what was paid, or more.
    WorthMoreThanPaid "worth_more_than_paid"
        "the points of a purchase are worth what was paid, or more; a voucher more"
        => "give fewer points, set a lower value, or give it only from an amount on"
    /// A purchase that came back still makes the next one give more.
    Remembered "remembered"
        "a purchase that came back makes the next one give more"
        => "forget in fn on_return what on_purchase remembered"
    /// A part that comes back, or a bill that is voided, lets later ones give again.
    Reset "reset"
        "a part that comes back, or a bill that is voided, lets later ones give again"
        => "forget in fn on_return only when all of it came back, or limit with per_member"
    /// Points become more as they go from one member to another.
    Moving "moving"
        "points become more as they go from one member to another"
        => "limit what one of them has, not each: per_member, or [household]"
    /// A line that gives money back, such as a deposit, earns as if it did not.
    NegativeLine "negative_line"
        "a line that gives money back, such as a deposit, earns as if it did not"
        => "count purchase.earning rather than lines above 0"
    /// A changed birthday is celebrated twice.
    BirthdayAgain "birthday_again"
        "a birthday that is changed is celebrated twice"
        => "limit it: per_member: #{ .., each: \"year\" }, or remember the year"
    /// Several campaigns' money off together makes a bill cost nothing.
    CostsNothing "costs_nothing"
        "the money off of several campaigns together makes a bill cost nothing"
        => "write stack: \"best\" with one group, or a minimum for each"
    /// A reward is had, everything comes back, and nothing is owed.
    FreeReward "free_reward"
        "a reward is had, everything that was bought comes back, and nothing is owed"
        => "write deficit = \"carry\" or \"refuse\", or let points be spent only once nothing can come back (available)"
    /// The same pieces in more lines give more.
    ByLine "by_line"
        "the same pieces rung up in more lines give more"
        => "count pieces (line.qty, purchase.count_in) or money rather than lines"
    /// A bill that points or a voucher pay gives such points or such a voucher again.
    EarnsOnItself "earns_on_itself"
        "a bill that points or a voucher pay gives the same again"
        => "give by purchase.earning, which leaves out what they paid, rather than by purchase.total or by bill"
}

/// Measures a scenario: what is wrong with it, in words.
pub(super) fn measure(
    prober: &Prober,
    hole: Hole,
    scenario: &Scenario,
) -> Result<Option<String>, Error> {
    if !scenario.is_of(hole) {
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
    // Bills of two days are no bill that was split: each day has its own limits.
    if hole == Hole::Splitting && scenario.is_over_midnight() {
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
    let programme = prober.policy.programme();
    let bills = scenario
        .steps
        .iter()
        .filter(|step| matches!(step, Step::Buy(_)));
    let bills = Decimal::from(bills.count());
    for unit in &programme.units {
        let is_points = unit.kind == UnitKind::Spendable;
        if !is_points && unit.kind != UnitKind::Voucher {
            continue;
        }
        let got = sums.of_unit(&unit.id);
        let without = reference.map_or(Decimal::ZERO, |sums| sums.of_unit(&unit.id));
        let tenth = without / Decimal::TEN;
        // A point may come of rounding, a voucher never does.
        let least = match is_points {
            true => Decimal::ONE,
            false => Decimal::ONE / Decimal::TWO,
        };
        let id = &unit.id;
        let found = match hole {
            Hole::KeptAfterReturns => {
                (sums.refused == 0 && got > without).then(|| format!("{} {id} stay", got - without))
            }
            Hole::Splitting => (got - without > bills * least + tenth)
                .then(|| format!("{got} {id} in {bills} bills, {without} in one")),
            Hole::MoreForLess => (is_points && without - got > tenth + Decimal::ONE)
                .then(|| format!("{got} {id}, and {without} for one cent less")),
            Hole::ByJoining => {
                let can_send = programme
                    .transfer
                    .iter()
                    .any(|rule| rule.unit == unit.number);
                let all = sums.points.iter().filter(|(_, of, _)| of == id);
                // What can be sent is as good as at one member.
                let all = all.filter(|(who, ..)| can_send || who == "alice");
                let got: Decimal = all.map(|(.., points)| *points).sum();
                let place = if can_send {
                    "can be gathered"
                } else {
                    "at one member"
                };
                (is_points && got > without)
                    .then(|| format!("{got} {id} {place}, {without} for joining alone"))
            }
            Hole::GiftCardTwice => (is_points && got - without > Decimal::ONE + tenth)
                .then(|| format!("{got} {id} by way of a gift card, {without} at once")),
            Hole::ActivityAgain => {
                let times = Decimal::from(scenario.steps.len() - 1);
                (got >= without * times && without > Decimal::ZERO && times > Decimal::ONE)
                    .then(|| format!("{got} {id} for {times} times, {without} for one"))
            }
            Hole::WorthMoreThanPaid => {
                let paid = scenario.paid(programme.digits) - sums.off;
                worth_more(prober, unit, scenario, (paid, got - without))
            }
            Hole::Reset => (got - without > Decimal::ONE + tenth)
                .then(|| format!("{got} {id}, and {without} if nothing had come back")),
            Hole::Moving => {
                let tenth = (without - scenario.given(id)) / Decimal::TEN;
                (got - without > Decimal::ONE + tenth)
                    .then(|| format!("{got} {id} in all, and {without} had they not been moved"))
            }
            Hole::ByLine => (got - without > Decimal::ONE + tenth)
                .then(|| format!("{got} {id}, and {without} in one line")),
            Hole::NegativeLine => (got - without > Decimal::ONE + tenth)
                .then(|| format!("{got} {id}, and {without} for what was paid in the end")),
            Hole::BirthdayAgain => (got - without > yearly(prober, unit).max(Decimal::ONE + tenth))
                .then(|| format!("{got} {id}, and {without} with one birthday")),
            Hole::Remembered => (got - without > least + tenth)
                .then(|| format!("{got} {id}, and {without} without what came back")),
            Hole::EarnsOnItself => {
                on_itself(scenario, unit, got - without).filter(|_| sums.refused == 0)
            }
            Hole::PaidBackMore | Hole::PointsToMoney | Hole::CostsNothing | Hole::FreeReward => {
                None
            }
        };
        if found.is_some() {
            return found;
        }
    }
    None
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

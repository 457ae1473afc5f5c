//! Limits on giving: budgets, limits for each member, and the programme's own.
//! Both the proposed and the granted amount are recorded.

use crate::model::{
    Act, Campaign, CampaignChanged, CampaignStatus, Cap, Count, CutBy, Effect, Exact, Last, Number,
    Period, Place, Scope,
};
use crate::rules::campaign::earner::{Earner, Limits};
use crate::rules::campaign::outcome::{Grant, Offer};
use crate::rules::state::{Counter, counted_in};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// Cuts offers down to the rests of their campaigns' limits.
pub fn cap(earner: &Earner<'_>, offers: &mut Vec<Offer>, effects: &mut Vec<Effect>) {
    let mut pairs: Vec<(usize, Number)> = Vec::new();
    for offer in offers.iter() {
        if !pairs.contains(&(offer.campaign, offer.unit)) {
            pairs.push((offer.campaign, offer.unit));
        }
    }
    for (campaign, unit) in pairs {
        let header = &earner.policy.campaigns()[campaign];
        if let Some((left, last, by)) = left_of(earner, header, unit) {
            let is_of = |o: &Offer| o.campaign == campaign && o.unit == unit;
            cut(offers, is_of, left, last, |asked, granted| {
                effects.push(Effect::Cut {
                    campaign: header.number,
                    unit,
                    asked,
                    granted,
                    by,
                });
            });
        }
    }
    for limit in &earner.policy.programme().award {
        let is_of = |o: &Offer| o.unit == limit.unit;
        cut(
            offers,
            is_of,
            Decimal::from(limit.max.0) / subunits(earner, limit.unit),
            Last::Part,
            |asked, granted| {
                let by = CutBy::AwardLimit;
                effects.push(Effect::Cut {
                    campaign: 0,
                    unit: limit.unit,
                    asked,
                    granted,
                    by,
                });
            },
        );
    }
}

/// Number of smallest parts in one of a unit.
pub(in crate::rules) fn subunits(earner: &Earner<'_>, unit: Number) -> Decimal {
    let found = earner.policy.programme().unit(unit);
    found.map_or(1, |unit| unit.subunits).into()
}

/// Rest of a campaign's tightest limit in a unit.
fn left_of(earner: &Earner<'_>, header: &Campaign, unit: Number) -> Option<(Decimal, Last, CutBy)> {
    let whole = |points: i128| Decimal::from(points) / subunits(earner, unit);
    let of_entry = header.per_purchase.iter().filter(|cap| cap.unit == unit);
    let of_entry = of_entry.map(|cap| {
        let most = whole(cap.points.0.into());
        (most, cap.last, CutBy::AwardLimit)
    });
    let left = |(cap, by, counters): (&Cap, CutBy, &[&[Counter]])| {
        let start = earner.head.day.start_of(cap.each);
        let count = Count::Given {
            campaign: header.number,
            unit,
        };
        let store = store_of(earner, cap);
        let of = |list: &&[Counter]| counted_in(list, count, store, cap.each, start);
        let used: i128 = counters.iter().map(|list| i128::from(of(list))).sum();
        let left = (i128::from(cap.points.0) - used).max(0);
        (whole(left), cap.last, by)
    };
    let caps = [&header.budget, &header.per_member, &header.per_household];
    match earner.limits {
        // Most campaigns have none, and every award asks.
        Limits::Now if caps.iter().all(|caps| caps.is_empty()) => {
            of_entry.min_by_key(|(left, ..)| *left)
        }
        Limits::Now => {
            let global = [&earner.state.global.counters[..]];
            let of_all = of_household(earner, header);
            let budget = header
                .budget
                .iter()
                .map(|c| (c, CutBy::Budget, &global[..]));
            let member = header.per_member.iter();
            let member = member.map(|c| (c, CutBy::PerMember, &of_all[..1]));
            let household = header.per_household.iter();
            let household = household.map(|c| (c, CutBy::PerHousehold, &of_all[..]));
            let counted = budget.chain(member).chain(household);
            let counted = counted.filter(|(cap, ..)| cap.unit == unit);
            let all = counted.map(left).chain(of_entry);
            all.min_by_key(|(left, ..)| *left)
        }
        Limits::None | Limits::Taken { .. } => None,
        Limits::AsDecided { effects, .. } | Limits::Open { effects, .. } => {
            let granted = effects.iter().find_map(|e| match e {
                Effect::Cut {
                    campaign,
                    unit: u,
                    granted,
                    by,
                    ..
                } if *campaign == header.number && *u == unit => {
                    Some((granted.to_decimal()?, Last::Part, *by))
                }
                _ => None,
            });
            let all = granted.into_iter().chain(of_entry);
            all.min_by_key(|(left, ..)| *left)
        }
    }
}

/// Counters of the member, followed by those of the household if the campaign limits it.
/// Each member brings their own: who leaves takes them along.
fn of_household<'a>(earner: &Earner<'a>, header: &Campaign) -> Vec<&'a [Counter]> {
    let own = earner.member;
    let mates = match header.per_household.is_empty() {
        true => Vec::new(),
        false => own.housemates(),
    };
    let mates = mates.iter().filter_map(|id| earner.state.members.get(id));
    let all = std::iter::once(own).chain(mates);
    all.map(|member| &member.counters[..]).collect()
}

/// Store whose own counter a limit reads; 0 for that of all stores.
fn store_of(earner: &Earner<'_>, cap: &Cap) -> Number {
    match earner.head.origin.place {
        Place::Store(number) if cap.is_per_store => number,
        _ => 0,
    }
}

/// Cuts the selected offers to a sum, beginning with the last.
fn cut(
    offers: &mut Vec<Offer>,
    is_of: impl Fn(&Offer) -> bool,
    left: Decimal,
    last: Last,
    mut told: impl FnMut(Exact, Exact),
) {
    let asked: Decimal = offers.iter().filter(|o| is_of(o)).map(|o| o.exact).sum();
    if asked <= left {
        return;
    }
    let granted = if last == Last::None {
        Decimal::ZERO
    } else {
        left
    };
    told(asked.into(), granted.into());
    let mut over = asked - granted;
    for offer in offers.iter_mut().rev().filter(|o| is_of(o)) {
        let off = over.min(offer.exact);
        offer.exact -= off;
        over -= off;
    }
    offers.retain(|o| !is_of(o) || !o.exact.is_zero());
}

/// Counters that grants advance: only those that some limit reads.
pub fn counters(earner: &Earner<'_>, grants: &[Grant]) -> Vec<Effect> {
    let mut effects = Vec::new();
    for header in earner.policy.campaigns() {
        let budget = header.budget.iter().map(|cap| {
            let scope = match store_of(earner, cap) {
                0 => Scope::All,
                store => Scope::Store(store),
            };
            (cap, scope)
        });
        // Limits of a member and of their household over the same period have one counter.
        let is_own = |cap: &&Cap| {
            let mut own = header.per_member.iter();
            own.any(|other| (other.unit, other.each) == (cap.unit, cap.each))
        };
        let household = header.per_household.iter().filter(|cap| !is_own(cap));
        let member = header.per_member.iter().chain(household);
        let member = member.map(|cap| (cap, Scope::Member(0)));
        for (cap, scope) in budget.chain(member) {
            let of = |g: &&Grant| g.campaign == header.number && g.offer.unit == cap.unit;
            let by: i64 = grants.iter().filter(of).map(|g| g.amount).sum();
            if by != 0 {
                effects.push(counted_effect(header, cap, scope, earner.head.day, by));
            }
        }
    }
    effects
}

fn counted_effect(
    header: &Campaign,
    cap: &Cap,
    scope: Scope,
    day: crate::model::Day,
    by: i64,
) -> Effect {
    let count = Count::Given {
        campaign: header.number,
        unit: cap.unit,
    };
    Effect::Counted {
        scope,
        count,
        each: cap.each,
        start: day.start_of(cap.each),
        by,
    }
}

/// The campaign whose budget an entry used up so that it closes, if any.
pub fn exhausted(campaigns: &[Campaign], effects: &[Effect]) -> Option<Number> {
    effects.iter().find_map(|effect| match effect {
        Effect::Cut {
            campaign,
            unit,
            by: CutBy::Budget,
            ..
        } => {
            let header = campaigns.iter().find(|c| c.number == *campaign)?;
            let closes = header
                .budget
                .iter()
                .any(|c| c.unit == *unit && c.last == Last::None && is_for_good(c));
            closes.then_some(*campaign)
        }
        _ => None,
    })
}

/// Act and effect by which a campaign closes whose budget is used up.
pub fn closing(campaign: Number) -> (Act, Effect) {
    let status = CampaignStatus::Closed;
    let act = Act::CampaignChanged(CampaignChanged {
        campaign,
        status,
        reason: "budget".into(),
        figures: Vec::new(),
    });
    (act, Effect::Campaign { campaign, status })
}

/// True if a budget that is used up never refills.
fn is_for_good(cap: &Cap) -> bool {
    cap.each == Period::Ever && !cap.is_per_store
}

/// An exact amount as a whole number, for figures.
pub fn whole(exact: Exact) -> i64 {
    exact.to_decimal().and_then(|d| d.to_i64()).unwrap_or(0)
}

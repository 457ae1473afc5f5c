//! Partners: what they owe for points given at their cost, and are owed for
//! points spent with them; suspended, resumed, settled.

pub mod pool;

use super::case::Case;
use super::state::{State, capped};
use crate::model::{
    Account, Act, Campaign, Code, CostTo, Day, Draft, Effect, Entry, Exact, Head, Money, Number,
    Partner, PartnerWhy, Place, Points, Policy, Programme, Purchase, Refusal, Reward, Value,
};
use crate::rules::campaign::outcome::Grant;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// The partner whose store an act happened in.
pub fn here<'a>(programme: &'a Programme, head: &Head) -> Option<&'a Partner> {
    let Place::Store(number) = head.origin.place else {
        return None;
    };
    let store = programme.stores.iter().find(|s| s.number == number)?;
    programme.partner(store.partner)
}

/// Partner that pays for a campaign's awards in an act, if it is one.
pub fn payer<'a>(
    programme: &'a Programme,
    head: &Head,
    campaign: &Campaign,
) -> Option<&'a Partner> {
    match campaign.cost_to? {
        CostTo::Partner(number) => programme.partner(number),
        CostTo::Store => here(programme, head),
    }
}

/// True if the payer of a campaign takes part.
pub fn is_paid_for(programme: &Programme, state: &State, head: &Head, campaign: &Campaign) -> bool {
    campaign.cost_to.is_none()
        || payer(programme, head, campaign).is_some_and(|p| !is_suspended(state, p.number))
}

fn is_suspended(state: &State, partner: Number) -> bool {
    state
        .global
        .partner(partner)
        .is_some_and(|p| p.is_suspended)
}

/// Refuses a purchase in the store of a suspended partner.
pub fn check_here(case: &Case) -> Result<(), Refusal> {
    match here(case.programme(), &case.head) {
        Some(partner) => check(case, partner.number),
        None => Ok(()),
    }
}

/// Refuses an act that needs a suspended partner; 0 is no partner.
pub fn check(case: &Case, partner: Number) -> Result<(), Refusal> {
    if !is_suspended(case.state, partner) {
        return Ok(());
    }
    let id = case.programme().partner(partner).map_or("", |p| &p.id);
    let detail = format!("{id} does not take part at the moment");
    Err(Refusal::new(Code::PartnerSuspended, detail))
}

/// Value of points at a partner's rate, rounded down.
fn worth(rate: Option<Exact>, points: Decimal, digits: u8) -> Money {
    let rate = rate.and_then(Exact::to_decimal).unwrap_or_default();
    let scaled = rate.checked_mul(points);
    let scaled = scaled.and_then(|x| x.checked_mul(Decimal::from(10i64.pow(digits.into()))));
    Money(scaled.and_then(|x| x.floor().to_i64()).unwrap_or(0))
}

/// Points by partner.
type ByPartner = Vec<(Number, Decimal)>;

/// Points that campaigns gave at partners' cost, by partner.
fn given(
    policy: &dyn Policy,
    head: &Head,
    awards: impl Iterator<Item = (Number, Number, i64)>,
) -> ByPartner {
    let programme = policy.programme();
    let mut sums: ByPartner = Vec::new();
    for (campaign, unit, points) in awards {
        let header = policy.campaigns().iter().find(|c| c.number == campaign);
        if let Some(partner) = header.and_then(|c| payer(programme, head, c)) {
            *super::state::entry_of(&mut sums, partner.number) +=
                programme.decimal(unit, Points(points));
        }
    }
    sums
}

fn awards(effects: &[Effect]) -> impl Iterator<Item = (Number, Number, i64)> + '_ {
    effects.iter().filter_map(|effect| match effect {
        Effect::Award {
            campaign,
            unit,
            amount,
            from: Account::Issuance,
            ..
        } => Some((*campaign, *unit, amount.0)),
        _ => None,
    })
}

/// Debts of partners for awards of a purchase's campaigns, less the points taken.
pub fn earned(case: &Case, taken: &[Grant], effects: &mut Vec<Effect>) {
    let programme = case.programme();
    if programme.partners.is_empty() {
        return;
    }
    let taken = taken.iter().map(Grant::taken);
    let moved = awards(effects).chain(taken);
    for (number, points) in given(&*case.policy, &case.head, moved) {
        let rate = programme.partner(number).and_then(|p| p.earns);
        let amount = worth(rate, points, programme.digits);
        push(number, amount, PartnerWhy::Earned, effects);
    }
}

fn push(partner: Number, amount: Money, why: PartnerWhy, effects: &mut Vec<Effect>) {
    if amount != Money::ZERO {
        effects.push(Effect::PartnerOwes {
            partner,
            amount,
            why,
        });
    }
}

/// Claims of partners for points and rewards that paid for a purchase.
pub fn spent(case: &Case, purchase: &Purchase, effects: &mut Vec<Effect>) {
    for tender in &purchase.tenders {
        if let Some(points) = tender.kind.points() {
            let at = here(case.programme(), &case.head).map_or(0, |p| p.number);
            owe(case, at, points, effects);
        }
        if let Some(reward) = tender.kind.reward().and_then(|n| case.reward(n)) {
            owe_reward(case, reward, effects);
        }
    }
}

/// Claim of a partner for a reward that it supplies.
pub fn owe_reward(case: &Case, reward: &Reward, effects: &mut Vec<Effect>) {
    let price = (reward.unit, reward.points);
    owe(case, reward.partner, price, effects);
}

fn owe(case: &Case, partner: Number, (unit, points): (Number, Points), effects: &mut Vec<Effect>) {
    let programme = case.programme();
    let rate = programme.partner(partner).and_then(|p| p.redeems);
    let amount = worth(rate, programme.decimal(unit, points), programme.digits);
    push(partner, amount.negated(), PartnerWhy::Redeemed, effects);
}

/// Debt for the kept part of a purchase, whose points by campaign and unit are
/// `kept`, less the amounts already booked: as with points, it does not depend on
/// the sequence of returns.
pub fn undone(
    policy: &dyn Policy,
    entry: &Entry,
    kept: &[(Number, Number, i64)],
    before: &[(Number, Money)],
    back: impl Fn(i64) -> i64,
) -> Vec<Effect> {
    let programme = policy.programme();
    let keeps = given(policy, &entry.head, kept.iter().copied());
    let mut sums: Vec<(Number, i64)> = Vec::new();
    for effect in &entry.effects {
        let Effect::PartnerOwes {
            partner,
            amount,
            why,
        } = effect
        else {
            continue;
        };
        let keep = match why {
            PartnerWhy::Earned => {
                let points = keeps
                    .iter()
                    .find(|k| k.0 == *partner)
                    .map_or(Decimal::ZERO, |k| k.1);
                let rate = programme.partner(*partner).and_then(|p| p.earns);
                worth(rate, points, programme.digits).0
            }
            _ => amount.0 - back(amount.0),
        };
        *super::state::entry_of(&mut sums, *partner) += keep - amount.0;
    }
    let mut effects = Vec::new();
    for (partner, change) in sums {
        let booked = before.iter().find(|b| b.0 == partner).map_or(0, |b| b.1.0);
        push(
            partner,
            Money(change - booked),
            PartnerWhy::Undone,
            &mut effects,
        );
    }
    effects
}

/// Decides a suspension, its end, or a settlement.
pub fn decide(case: &Case, act: Act) -> Result<Draft, Refusal> {
    match act {
        Act::PartnerChanged {
            partner,
            is_active,
            reason,
            ..
        } => change(case, partner, is_active, reason),
        Act::Settled {
            partner, from, to, ..
        } => settle(case, partner, from, to),
        other => Err(Refusal::new(
            Code::BadInput,
            format!("{} is about no partner", other.kind()),
        )),
    }
}

fn need<'a>(case: &'a Case, partner: Number) -> Result<&'a Partner, Refusal> {
    let found = case.programme().partner(partner);
    found.ok_or_else(|| Refusal::new(Code::UnknownPartner, "the programme has no such partner"))
}

fn change(case: &Case, partner: Number, is_active: bool, reason: String) -> Result<Draft, Refusal> {
    let found = need(case, partner)?;
    if is_suspended(case.state, partner) != is_active {
        let state = if is_active { "active" } else { "suspended" };
        let detail = format!("{} is {state} already", found.id);
        return Err(Refusal::new(Code::AlreadySo, detail));
    }
    let rates = [("earns", found.earns), ("redeems", found.redeems)];
    let terms = rates.into_iter();
    let terms = terms.filter_map(|(name, rate)| Some((name.to_owned(), Value::Decimal(rate?))));
    let act = Act::PartnerChanged {
        partner,
        is_active,
        terms: terms.collect(),
        reason,
    };
    Ok(case.draft(act, vec![Effect::PartnerSet { partner, is_active }]))
}

/// Settles the open amount of all days before `to`.
fn settle(case: &Case, partner: Number, from: Day, to: Day) -> Result<Draft, Refusal> {
    let found = need(case, partner)?;
    if to > case.day() {
        let last = to.plus_days(-1);
        let detail = format!("month: it is not over before the end of {last}");
        return Err(Refusal::new(Code::TooSoon, detail));
    }
    let account = case.state.global.partner(partner);
    let open = account.map_or(0, |account| account.open_before(to));
    // An amount beyond the bound is settled in several steps.
    let amount = Money(capped(open));
    if amount == Money::ZERO {
        let detail = format!("nothing is open with {} for days before {to}", found.id);
        return Err(Refusal::new(Code::AlreadySo, detail));
    }
    let act = Act::Settled {
        partner,
        from,
        to,
        amount,
    };
    let why = PartnerWhy::Settled;
    let amount = amount.negated();
    let owes = Effect::PartnerOwes {
        partner,
        amount,
        why,
    };
    Ok(case.draft(act, vec![owes]))
}

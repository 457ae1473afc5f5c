//! Putting awards right: what a campaign of today's programme would have given
//! for an earlier purchase, less what it gave.

use super::case::Case;
use super::limits::Limits;
use super::{bill, earn::Earner, purchase, returns};
use crate::model::{
    Act, Effect, Entry, Given, Hook, NameKind, Number, Points, Policy, Scene, Value,
};

/// The difference a campaign owes for a purchase by the programme in force, by
/// unit; `booked` are adjustments that were made for it before.
pub fn difference(
    case: &Case,
    entry: &Entry,
    campaign: Number,
    booked: &[(Number, Points)],
) -> Vec<(Number, Points)> {
    let (Act::Purchase(bought), Some(member)) = (&entry.act, case.member()) else {
        return Vec::new();
    };
    let before = case
        .state
        .aftermath
        .get(&entry.seq)
        .cloned()
        .unwrap_or_default();
    if before.voided.is_some() {
        return Vec::new();
    }
    let kept = bill::kept(bought, &before);
    let old = case.policies.policy(entry.head.bundle);
    let given = match &old {
        Some(old) => given_now(&**old, &*case.policy, entry),
        None => Given::new(),
    };
    let tier_number = match old
        .as_ref()
        .and_then(|old| returns::tier_given(&**old, entry))
    {
        Some(Value::Text(name)) => case
            .state
            .house
            .names
            .number(NameKind::Tier, name)
            .unwrap_or(0),
        _ => 0,
    };
    let then = Case {
        head: entry.head.clone(),
        ..case.clone()
    };
    let scene = Scene {
        purchase: purchase::facts(&then, &kept),
        has_member: true,
        given,
        ..Scene::default()
    };
    let limits = Limits::Open {
        campaign,
        tier_number,
    };
    let earner = Earner {
        policy: &*case.policy,
        state: case.state,
        member,
        head: &entry.head,
        limits,
    };
    let outcome = earner.earn(Hook::OnPurchase, scene);
    let mut units: Vec<(Number, Points)> = Vec::new();
    for grant in outcome.grants.iter().filter(|g| g.campaign == campaign) {
        super::state::entry_of(&mut units, grant.offer.unit).0 += grant.amount;
    }
    for effect in &entry.effects {
        if let Effect::Award {
            unit,
            amount,
            campaign: c,
            ..
        }
        | Effect::Qualify {
            unit,
            amount,
            campaign: c,
            ..
        } = effect
        {
            if *c == campaign {
                super::state::entry_of(&mut units, *unit).0 -= amount.0;
            }
        }
    }
    for (unit, points) in booked {
        super::state::entry_of(&mut units, *unit).0 -= points.0;
    }
    units.retain(|u| u.1 != Points::ZERO);
    units
}

/// The facts of then, in the order that today's programme reads them; what
/// was not asked then is unknown.
fn given_now(old: &dyn Policy, new: &dyn Policy, entry: &Entry) -> Given {
    let value = |fact| {
        let at = old.facts().iter().position(|f| f == fact);
        at.and_then(|at| entry.given.get(at))
            .cloned()
            .unwrap_or(Value::Unit)
    };
    new.facts().iter().map(value).collect()
}

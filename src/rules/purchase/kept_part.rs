//! A purchase decided again for its kept part.

use crate::model::{Entry, Fact, Hook, NameKind, Number, Policy, Role, Scene, Value};
use crate::rules::campaign::earner::{Limits, campaign_of, earner_then};
use crate::rules::campaign::outcome::EarnOutcome;
use crate::rules::case::Case;
use crate::rules::purchase::allocated_bill::Bill;
use crate::rules::purchase::base_rate;
use crate::rules::purchase::bill;
use crate::rules::purchase::scene;
use crate::rules::state::Member;
use std::sync::Arc;

/// Decides the purchase again for its kept part, on the facts of that time.
pub(in crate::rules) fn recomputed(
    case: &Case,
    entry: &Entry,
    policy: Arc<dyn Policy>,
    member: &Member,
    kept: &Bill,
) -> EarnOutcome {
    let tier = tier_given(&*policy, entry);
    let tier_number = tier_then(case, Some(&*policy), entry);
    let then = Case {
        policy: Arc::clone(&policy),
        head: entry.head.clone(),
        ..case.clone()
    };
    let scene = Scene {
        purchase: scene::facts(&then, kept),
        has_member: entry.member().is_some(),
        given: entry.given.clone(),
        ..Scene::default()
    };
    let limits = Limits::AsDecided {
        effects: &entry.effects,
        tier,
        tier_number,
    };
    let earner = earner_then(case, &*policy, &entry.head, member, limits);
    earner.earn(Hook::OnPurchase, scene)
}

/// Points by campaign and unit that the base campaigns of that time give or,
/// below 0, take for the kept part of a purchase, if the purchase or that part
/// earns less than 0. The entry of such a purchase does not name them.
pub(in crate::rules) fn at_base_rate(
    case: &Case,
    entry: &Entry,
    policy: &Arc<dyn Policy>,
    member: &Member,
    kept: &Bill,
    has_taken: bool,
) -> Vec<(Number, Number, i64)> {
    let is_taking = bill::is_taking(&kept.purchase, &kept.allocation, policy.programme());
    if !is_taking && !has_taken {
        return Vec::new();
    }
    let is_base = |number| {
        let mut campaigns = policy.campaigns().iter();
        campaigns.any(|c| c.number == number && c.role == Role::Base)
    };
    // A claim of the rest that was left then may have given points.
    let has_given = entry.effects.iter().any(|e| is_base(campaign_of(e)));
    if !is_taking && has_given {
        return Vec::new();
    }
    let then = Case {
        policy: Arc::clone(policy),
        head: entry.head.clone(),
        ..case.clone()
    };
    let tier_number = tier_then(case, Some(&**policy), entry);
    let limits = Limits::Taken { tier_number };
    let outcome = |bill| base_rate::outcome(&then, member, bill, entry.given.clone(), limits);
    let grants = |bill| outcome(bill).grants.into_iter();
    match is_taking {
        true => grants(&base_rate::negated(kept))
            .map(|g| g.taken())
            .collect(),
        false => grants(kept)
            .map(|g| (g.campaign, g.offer.unit, g.amount))
            .collect(),
    }
}

/// The tier among the facts an entry was decided by.
pub fn tier_given<'a>(policy: &dyn Policy, entry: &'a Entry) -> Option<&'a Value> {
    let at = policy.facts().iter().position(|f| *f == Fact::Tier)?;
    entry.given.get(at)
}

/// Number of the member's tier at that time; 0 for none.
pub(in crate::rules) fn tier_then(case: &Case, old: Option<&dyn Policy>, entry: &Entry) -> Number {
    let names = &case.state.global.names;
    match old.and_then(|old| tier_given(old, entry)) {
        Some(Value::Text(name)) => names.number(NameKind::Tier, name).unwrap_or(0),
        _ => 0,
    }
}

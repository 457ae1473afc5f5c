//! A purchase decided again for what is kept of it.

use super::allocated_bill::Bill;
use super::case::Case;
use super::earn::{Earner, Outcome};
use super::limits::Limits;
use super::purchase;
use super::redecide::tier_then;
use super::state::Member;
use crate::model::{Entry, Fact, Hook, Policy, Scene, Value};
use std::sync::Arc;

/// Decides the purchase again for its kept part, on the facts of that time.
pub(super) fn recomputed(
    case: &Case,
    entry: &Entry,
    policy: Arc<dyn Policy>,
    member: &Member,
    kept: &Bill,
) -> Outcome {
    let tier = tier_given(&*policy, entry);
    let tier_number = tier_then(case, Some(&*policy), entry);
    let then = Case {
        policy: Arc::clone(&policy),
        head: entry.head.clone(),
        ..case.clone()
    };
    let scene = Scene {
        purchase: purchase::facts(&then, kept),
        has_member: entry.member().is_some(),
        given: entry.given.clone(),
        ..Scene::default()
    };
    let limits = Limits::AsDecided {
        effects: &entry.effects,
        tier,
        tier_number,
    };
    let earner = Earner {
        policy: &*policy,
        state: case.state,
        member,
        head: &entry.head,
        limits,
        draw: None,
        steps: &case.steps,
    };
    earner.earn(Hook::OnPurchase, scene)
}

/// The tier among the facts an entry was decided by.
pub fn tier_given<'a>(policy: &dyn Policy, entry: &'a Entry) -> Option<&'a Value> {
    let at = policy.facts().iter().position(|f| *f == Fact::Tier)?;
    entry.given.get(at)
}

//! Correction of awards: the award of today's programme for an earlier purchase,
//! activity or enrolment, less the one that was given.

use crate::model::{
    Act, ActivityFacts, Effect, Entry, Given, Hook, Number, Points, Policy, Purchase, Returns,
    Scene, Value,
};
use crate::rules::campaign::earner::{Limits, earner_then};
use crate::rules::campaign::outcome::Grant;
use crate::rules::case::Case;
use crate::rules::member::activity;
use crate::rules::purchase::allocated_bill::Bill;
use crate::rules::purchase::kept_part::{self, tier_then};
use crate::rules::purchase::scene;
use crate::rules::share::scale;
use crate::rules::state::{Aftermath, Member, entry_of};

/// The difference that a campaign owes for a purchase, an activity or an enrolment by the
/// programme in force, by unit; `booked` are adjustments made for it before.
pub fn difference(
    case: &Case,
    entry: &Entry,
    campaign: Number,
    booked: &[(Number, Points)],
) -> Vec<(Number, Points)> {
    let Some(member) = case.member() else {
        return Vec::new();
    };
    let before = case.state.aftermath.get(&entry.seq);
    let before = before.cloned().unwrap_or_default();
    // A purchase that came back whole has given its points back, however many.
    let is_all_back = matches!(&entry.act, Act::Purchase(bought) if before.is_all(bought));
    if before.voided.is_some() || is_all_back {
        return Vec::new();
    }
    let mut units: Vec<(Number, Points)> = Vec::new();
    let mut count = |unit, change: i64| entry_of(&mut units, unit).0 += change;
    for grant in earned(case, entry, campaign, &before, member) {
        if grant.campaign == campaign {
            count(grant.offer.unit, grant.amount);
        }
    }
    let given = match &entry.act {
        Act::Purchase(bought) => left_given(case, entry, campaign, bought, member),
        _ => given(entry, campaign).collect(),
    };
    for (unit, amount) in given {
        count(unit, -amount);
    }
    for (unit, points) in booked {
        count(*unit, -points.0);
    }
    // Vouchers are issued or taken back by hand: no number corrects them.
    units.retain(|u| u.1 != Points::ZERO && !case.is_voucher(u.0));
    units
}

/// The campaign's awards by an entry.
fn given(entry: &Entry, campaign: Number) -> impl Iterator<Item = (Number, i64)> {
    let given = entry.effects.iter().filter_map(move |e| gave(e, campaign));
    given.map(|(unit, amount)| (unit, amount.0))
}

/// The campaign's awards that returns have left: those it gave, or, if goods
/// came back, those that the rules of that time give for the kept part.
fn left_given(
    case: &Case,
    entry: &Entry,
    campaign: Number,
    bought: &Purchase,
    member: &Member,
) -> Vec<(Number, i64)> {
    let before = case.state.aftermath.get(&entry.seq);
    let came_back = before.map_or(0, |b| b.amount.0);
    let given = given(entry, campaign);
    let old = case.policies.policy(entry.head.bundle);
    match (before, old) {
        (Some(before), Some(old)) if came_back > 0 => match old.programme().returns {
            Returns::Prorate => {
                let back = |amount| scale(amount, came_back, bought.total.0.max(1));
                given
                    .map(|(unit, amount)| (unit, amount - back(amount)))
                    .collect()
            }
            Returns::Allocation | Returns::Recompute => {
                let kept = Bill::recorded(bought, entry).kept(before);
                let grants = kept_part::recomputed(case, entry, old, member, &kept).grants;
                let own = grants.into_iter().filter(|g| g.campaign == campaign);
                own.map(|g| (g.offer.unit, g.amount)).collect()
            }
        },
        _ => given.collect(),
    }
}

/// Awards of today's programme as of that time: of a purchase for the kept part, of an
/// activity none if the programme turns it down.
fn earned(
    case: &Case,
    entry: &Entry,
    campaign: Number,
    before: &Aftermath,
    member: &Member,
) -> Vec<Grant> {
    let old = case.policies.policy(entry.head.bundle);
    let old = old.as_deref();
    let given = old.map_or_else(Given::new, |old| given_now(old, &*case.policy, entry));
    let then = Case {
        head: entry.head.clone(),
        ..case.clone()
    };
    let scene = Scene {
        has_member: true,
        given,
        ..Scene::default()
    };
    let Some((hook, scene)) = scene_then(&then, entry, before, scene) else {
        return Vec::new();
    };
    let limits = Limits::Open {
        campaign,
        tier_number: tier_then(case, old, entry),
        effects: &entry.effects,
    };
    let earner = earner_then(case, &*case.policy, &entry.head, member, limits);
    let outcome = earner.earn(hook, scene);
    match hook == Hook::OnActivity && outcome.has_refusal {
        true => Vec::new(),
        false => outcome.grants,
    }
}

/// The scene of that time: its place, and what was bought and is kept, or done.
fn scene_then(
    then: &Case,
    entry: &Entry,
    before: &Aftermath,
    scene: Scene,
) -> Option<(Hook, Scene)> {
    let (hook, purchase) = match &entry.act {
        Act::Purchase(bought) => {
            let kept = Bill::recorded(bought, entry).kept(before);
            (Hook::OnPurchase, scene::facts(then, &kept))
        }
        Act::Activity { .. } => (Hook::OnActivity, scene::place_facts(then)),
        Act::Enrolled(_) => (Hook::OnEnrol, scene::place_facts(then)),
        _ => return None,
    };
    let activity = match &entry.act {
        Act::Activity {
            activity, fields, ..
        } => activity::seen(then.programme().activity(*activity)?, fields),
        _ => ActivityFacts::default(),
    };
    let seen = Scene {
        purchase,
        activity,
        ..scene
    };
    Some((hook, seen))
}

/// The unit and the amount that a campaign gave by an effect.
fn gave(effect: &Effect, by: Number) -> Option<(Number, Points)> {
    match effect {
        Effect::Award {
            unit,
            amount,
            campaign,
            ..
        }
        | Effect::Qualify {
            unit,
            amount,
            campaign,
            ..
        } => (*campaign == by).then_some((*unit, *amount)),
        _ => None,
    }
}

/// Facts of that time, in the order that today's programme reads them; facts
/// that were not recorded are unknown.
fn given_now(old: &dyn Policy, new: &dyn Policy, entry: &Entry) -> Given {
    let value = |fact| {
        let at = old.facts().iter().position(|f| f == fact);
        at.and_then(|at| entry.given.get(at))
            .cloned()
            .unwrap_or(Value::Unit)
    };
    new.facts().iter().map(value).collect()
}

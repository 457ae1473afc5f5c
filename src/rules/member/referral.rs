//! Referrals: the referrer of a member, and the reward that a member's entry
//! brings them. It is booked as an entry of its own directly after; points that
//! are not spendable yet are taken back when the purchase comes back.

use crate::model::{
    Account, Act, Code, Count, CutBy, Draft, Effect, Enrolled, Entry, Exact, Hook, LotId, MemberId,
    Number, Points, Refusal, Scene, Scope,
};
use crate::rules::campaign::earner::{Limits, earner_then};
use crate::rules::campaign::grants;
use crate::rules::campaign::outcome::{Grant, Offer};
use crate::rules::case::Case;
use crate::rules::member::activity;
use crate::rules::purchase::allocated_bill::Bill;
use crate::rules::purchase::kept_part::tier_then;
use crate::rules::purchase::scene::{self, place_facts};
use crate::rules::share::round;
use crate::rules::state::{Member, State, counted};

/// Greatest length to which a chain of referrers is followed.
const CHAIN_MAX: usize = 64;

/// Reason why a member who joined before cannot be referred now.
pub fn refused(state: &State, member: &Member, enrolled: &Enrolled) -> Refusal {
    let Some(referrer) = enrolled.referrer else {
        return Refusal::new(Code::AliasTaken, "the id is taken");
    };
    let (code, detail) = if referrer == member.id {
        (Code::SameMember, "nobody brings themselves")
    } else if is_ring(state, member.id, referrer) {
        (
            Code::ReferralRing,
            "the member brought whoever is said to bring them",
        )
    } else if member.referrer.is_some() {
        (Code::AlreadyReferred, "somebody else brought the member")
    } else {
        (
            Code::AliasTaken,
            "the member has joined before: who brought them is said on joining",
        )
    };
    Refusal::new(code, format!("referrer: {detail}"))
}

/// True if a member is among the direct and indirect referrers of another.
fn is_ring(state: &State, member: MemberId, referrer: MemberId) -> bool {
    chain(state, referrer).contains(&member)
}

/// A member, their referrer, that one's referrer, and so on, as far as they are loaded.
pub fn chain(state: &State, from: MemberId) -> Vec<MemberId> {
    let mut chain = vec![from];
    while chain.len() < CHAIN_MAX
        && let Some(last) = chain.last()
        && let Some(next) = state.members.get(last).and_then(|m| m.referrer)
    {
        chain.push(next);
    }
    chain
}

/// A campaign's proposals for the referrer of the entry's member; of a
/// purchase, for its kept part.
pub fn proposed(case: &Case, entry: &Entry, campaign: Number, kept: Option<&Bill>) -> Vec<Offer> {
    let referee = entry.member().and_then(|id| case.state.members.get(&id));
    let policy = case.policies.policy(entry.head.bundle);
    let (Some(referee), Some(policy)) = (referee, policy) else {
        return Vec::new();
    };
    let then = Case {
        policy: policy.clone(),
        head: entry.head.clone(),
        member: entry.member(),
        ..case.clone()
    };
    let Some((hook, scene)) = scene(&then, entry, kept) else {
        return Vec::new();
    };
    let limits = Limits::Open {
        campaign,
        tier_number: tier_then(case, Some(&*policy), entry),
        effects: &entry.effects,
    };
    let earner = earner_then(case, &*policy, &entry.head, referee, limits);
    let mut offers = earner.earn(hook, scene).refers;
    offers.retain(|o| policy.campaigns()[o.campaign].number == campaign);
    offers
}

/// The scene that the entry's campaigns saw.
fn scene(then: &Case, entry: &Entry, kept: Option<&Bill>) -> Option<(Hook, Scene)> {
    let scene = Scene {
        has_member: true,
        given: entry.given.clone(),
        ..Scene::default()
    };
    Some(match &entry.act {
        Act::Purchase(bought) => {
            let recorded = Bill::recorded(bought, entry);
            let purchase = scene::facts(then, kept.unwrap_or(&recorded));
            (Hook::OnPurchase, Scene { purchase, ..scene })
        }
        Act::Activity {
            activity, fields, ..
        } => {
            let programme = then.policy.programme();
            let seen = Scene {
                purchase: place_facts(then),
                activity: activity::seen(programme.activity(*activity)?, fields),
                ..scene
            };
            (Hook::OnActivity, seen)
        }
        Act::Enrolled(_) => {
            let purchase = place_facts(then);
            (Hook::OnEnrol, Scene { purchase, ..scene })
        }
        _ => return None,
    })
}

/// Decides the reward of the case's member for another member's entry.
pub fn decide(case: &Case, of: u64, campaign: Number) -> Result<Draft, Refusal> {
    let entry = case.need_named(Code::UnknownEntry)?;
    let member = case.need_member()?;
    let effects = match (case.inputs.bought, case.inputs.thanked) {
        (Some(bought), Some(thanked)) => take_back(case, member, entry, bought, thanked, campaign),
        _ => give(case, member, entry, campaign),
    };
    Ok(case.draft(Act::Followed { of, campaign }, effects))
}

fn give(case: &Case, member: &Member, entry: &Entry, campaign: Number) -> Vec<Effect> {
    let offers = proposed(case, entry, campaign, None);
    let limit = case.campaign(campaign).and_then(|c| c.per_referrer);
    let mut effects = Vec::new();
    if let Some((max, each)) = limit {
        let (count, start) = (Count::Brought(campaign), case.day().start_of(each));
        if counted(&member.counters, count, each, start) >= i64::from(max) {
            return offers.iter().map(|o| over(o, campaign)).collect();
        }
        effects.push(Effect::Counted {
            scope: Scope::Member(0),
            count,
            each,
            start,
            by: 1,
        });
    }
    let rounding = case.programme().rounding;
    let grants = offers.into_iter().map(|offer| Grant {
        campaign,
        amount: round(offer.exact, rounding),
        offer,
    });
    let grants: Vec<Grant> = grants.collect();
    grants::give(case.programme(), member, case.day(), grants, &mut effects);
    effects
}

fn over(offer: &Offer, campaign: Number) -> Effect {
    Effect::Cut {
        campaign,
        unit: offer.unit,
        asked: offer.exact.into(),
        granted: Exact::default(),
        by: CutBy::PerMember,
    }
}

/// Takes back rewards that the kept part would not have earned, as far as they
/// are not spendable yet: spendable points stay.
fn take_back(
    case: &Case,
    member: &Member,
    entry: &Entry,
    bought: &Entry,
    thanked: &Entry,
    campaign: Number,
) -> Vec<Effect> {
    let before = case.state.aftermath.get(&bought.seq);
    let offers = match (&bought.act, &entry.act, before) {
        (Act::Purchase(purchase), Act::Return { .. }, Some(before)) => {
            let kept = Bill::recorded(purchase, bought).kept(before);
            proposed(case, bought, campaign, Some(&kept))
        }
        _ => Vec::new(),
    };
    let rounding = case.programme().rounding;
    let mut effects = Vec::new();
    for (id, unit) in opened(thanked) {
        let owed = offers.iter().filter(|o| o.unit == unit);
        let owed: i64 = owed.map(|o| round(o.exact, rounding)).sum();
        let lot = member.lot(id).filter(|lot| lot.is_pending(case.now()));
        let amount = Points(lot.map_or(0, |l| l.remaining.0 - l.held.0 - owed));
        if amount.is_positive() {
            effects.push(Effect::Debit {
                who: 0,
                unit,
                lot: id,
                amount,
                to: Account::Clawback,
            });
        }
    }
    effects
}

/// The lots that an entry opened.
fn opened(entry: &Entry) -> Vec<(LotId, Number)> {
    let lot = |(n, effect): (u16, &Effect)| match effect {
        Effect::Award { unit, .. } => Some((LotId { seq: entry.seq, n }, *unit)),
        _ => None,
    };
    let openers = entry.effects.iter().filter(|e| e.opens_lot());
    (0u16..).zip(openers).filter_map(lot).collect()
}

//! An earning member, with the rules, the time and the limits under which
//! campaigns run.

use crate::model::{CampaignStatus, Effect, Head, Number, Policy, Steps, Value};
use crate::rules::case::Case;
use crate::rules::state::{Member, State};

/// An earning member, with the rules and the time.
pub struct Earner<'a> {
    /// The programme.
    pub policy: &'a dyn Policy,
    /// The state, for budgets and pauses.
    pub state: &'a State,
    /// The member.
    pub member: &'a Member,
    /// Time and store.
    pub head: &'a Head,
    /// Limits that apply.
    pub limits: Limits<'a>,
    /// Seed of draws; None where drawing is not allowed.
    pub draw: Option<[u8; 32]>,
    /// Script steps left to the decision.
    pub steps: &'a Steps,
}

/// Limits that apply.
#[derive(Clone, Copy)]
pub enum Limits<'a> {
    /// Present budgets, and pauses.
    Now,
    /// Pauses, and no budget: for the rate that campaigns would give.
    None,
    /// No budget and no pause: for points that an earlier decision took at the
    /// base rate.
    Taken {
        /// The member's tier at the time.
        tier_number: Number,
    },
    /// Those of an earlier decision: the amounts it granted where it cut, and
    /// only campaigns that took part in it.
    AsDecided {
        /// The effects of that decision.
        effects: &'a [Effect],
        /// The member's tier at that time, if the facts have it.
        tier: Option<&'a Value>,
        /// That tier's number.
        tier_number: Number,
    },
    /// Only the programme's own: for awards that are corrected later.
    Open {
        /// The campaign that is corrected.
        campaign: Number,
        /// The member's tier at the time.
        tier_number: Number,
        /// Effects of the decision that is corrected: its cuts stay.
        effects: &'a [Effect],
    },
}

impl Limits<'_> {
    /// True if a campaign may give anything.
    pub fn may_run(&self, state: &State, campaign: Number) -> bool {
        match self {
            Limits::Now | Limits::None => is_running(state, campaign),
            Limits::Taken { .. } => true,
            Limits::AsDecided { effects, .. } => effects.iter().any(|e| campaign_of(e) == campaign),
            // Bonuses need their bases; the others' offers are dropped later.
            Limits::Open {
                campaign: own,
                effects,
                ..
            } => campaign == *own || effects.iter().any(|e| campaign_of(e) == campaign),
        }
    }

    /// Tier that headers compare with.
    pub fn tier(&self, member: &Member) -> Number {
        match self {
            Limits::Now | Limits::None => member.tier.map_or(0, |t| t.tier),
            Limits::Taken { tier_number }
            | Limits::AsDecided { tier_number, .. }
            | Limits::Open { tier_number, .. } => *tier_number,
        }
    }
}

/// Makes an earner by the rules in force.
pub fn earner<'a>(case: &'a Case, member: &'a Member, limits: Limits<'a>) -> Earner<'a> {
    Earner {
        policy: &*case.policy,
        state: case.state,
        member,
        head: &case.head,
        limits,
        draw: case.inputs.draw,
        steps: &case.steps,
    }
}

/// Makes an earner by the rules of an earlier entry. It draws nothing.
pub fn earner_then<'a>(
    case: &'a Case,
    policy: &'a dyn Policy,
    head: &'a Head,
    member: &'a Member,
    limits: Limits<'a>,
) -> Earner<'a> {
    Earner {
        policy,
        state: case.state,
        member,
        head,
        limits,
        draw: None,
        steps: &case.steps,
    }
}

/// The campaign that an effect of earning came from; 0 if none.
pub fn campaign_of(effect: &Effect) -> Number {
    match effect {
        Effect::Award { campaign, .. }
        | Effect::Qualify { campaign, .. }
        | Effect::Voucher { campaign, .. }
        | Effect::Cut { campaign, .. }
        | Effect::Pooled { campaign, .. }
        | Effect::Discounted { campaign, .. } => *campaign,
        _ => 0,
    }
}

/// True if the status lets a campaign give anything.
pub fn is_running(state: &State, campaign: Number) -> bool {
    state.global.status(campaign) == CampaignStatus::Running
}

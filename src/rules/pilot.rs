//! Pilots: a programme is tried for some stores or for members with a label, and the
//! programme in force decides everything else.

use crate::model::{
    Act, Campaign, CampaignChanged, Entry, MemberId, Number, Origin, PilotScope, Place, Policies,
};
use crate::rules::state::State;

/// Facts by which the programme that decides an act is found: they stand in its entry and
/// in the state before it.
#[derive(Clone, Copy)]
pub struct Deciding<'a> {
    /// Place of the act.
    pub origin: &'a Origin,
    /// The member, if it has one.
    pub member: Option<MemberId>,
    /// The act; None for a question about a sale.
    pub act: Option<&'a Act>,
    /// The entry that the act refers to, if it does.
    pub named: Option<&'a Entry>,
}

/// Number of the activation that decides an act.
///
/// The pilot decides what a customer does in its stores, or a member with its label does
/// anywhere, and what later happens to an entry that it decided. Everything else is decided
/// by the programme for all: due events, reviews, corrections.
pub fn deciding(state: &State, policies: &dyn Policies, by: &Deciding) -> u32 {
    let global = &state.global;
    let Some(pilot) = &global.pilot else {
        return global.bundle;
    };
    let is_pilots = match (by.act, by.named) {
        (Some(act), Some(named)) if act.named().is_some() => named.head.bundle == pilot.number,
        (Some(Act::CampaignChanged(CampaignChanged { campaign, .. })), _)
        | (Some(Act::CampaignTuned { campaign, .. }), _) => {
            let has = |number| has_campaign(policies, number, *campaign);
            has(pilot.number) && !has(global.bundle)
        }
        (
            None
            | Some(
                Act::Purchase(_)
                | Act::ReturnedWithoutSlip { .. }
                | Act::Redemption { .. }
                | Act::Hold { .. }
                | Act::RewardHeld { .. }
                | Act::VoucherHeld { .. }
                | Act::Activity { .. }
                | Act::Enrolled(_),
            ),
            _,
        ) => is_in_scope(state, &pilot.pilot.scope, by),
        _ => false,
    };
    match is_pilots {
        true => pilot.number,
        false => global.bundle,
    }
}

fn has_campaign(policies: &dyn Policies, number: u32, campaign: Number) -> bool {
    let is_it = |c: &Campaign| c.number == campaign;
    let policy = policies.policy(number);
    policy.is_some_and(|policy| policy.campaigns().iter().any(is_it))
}

fn is_in_scope(state: &State, scope: &PilotScope, by: &Deciding) -> bool {
    match scope {
        PilotScope::Stores(stores) => match by.origin.place {
            Place::Store(number) => stores.contains(&number),
            _ => false,
        },
        PilotScope::Tag(tag) => by
            .member
            .and_then(|id| state.members.get(&id))
            .is_some_and(|member| member.tags.contains(tag)),
    }
}

//! Targets: the members that a campaign addresses, and those it holds out as a
//! control. Both follow from the campaign's own order of members, so anybody
//! can compute them again; the order of joining is irrelevant.

use crate::model::{
    Act, Campaign, Code, Draft, Effect, MemberId, Policy, Purpose, Refusal, Sent, Target, WHOLE,
    to_position,
};
use crate::rules::case::Case;
use crate::rules::facts::has_consent;
use crate::rules::state::{Member, Status};

/// Most members that one entry can name.
pub const TARGETS_MAX: usize = 200;

/// True if a campaign holds a member out as a control.
pub fn is_held_out(policy: &dyn Policy, campaign: usize, member: MemberId) -> bool {
    let part = policy.campaigns()[campaign].hold_out;
    part > 0 && {
        let order = policy.order(campaign, member, Purpose::HoldOut);
        let place = u32::from_be_bytes([order[0], order[1], order[2], order[3]]);
        (u64::from(place) * u64::from(WHOLE)) >> 32 < u64::from(part)
    }
}

/// True if a campaign's header selects a member, who was not chosen or held out before.
pub fn is_candidate(campaign: &Campaign, target: &Target, member: &Member) -> bool {
    let agrees = |purpose| has_consent(member, purpose);
    let has_tier = || member.tier.is_some_and(|t| target.tiers.contains(&t.tier));
    member.status == Status::Active
        && target.tags.iter().all(|tag| member.tags.contains(tag))
        && (target.tiers.is_empty() || has_tier())
        && campaign.requires_consent.is_none_or(agrees)
        && member.targeted.iter().all(|t| t.0 != campaign.number)
}

/// Decides on the members to address, as looked up for the case. The command's
/// own member, if there is one, declines. That each of them may be chosen is
/// checked here; that they are the first of the order can be checked only
/// against all members.
pub fn decide(case: &Case, act: Act) -> Result<Draft, Refusal> {
    let Act::CampaignTargeted { campaign, .. } = &act else {
        return Err(Refusal::new(Code::BadInput, "nobody is addressed"));
    };
    let number = *campaign;
    let campaigns = case.policy.campaigns();
    let at = campaigns.iter().position(|c| c.number == number);
    let found = at.and_then(|n| Some((n, campaigns[n].target.as_ref()?)));
    let Some((n, target)) = found else {
        let detail = "campaign: its header has no `target`, so it addresses everybody";
        return Err(Refusal::new(Code::UnknownCampaign, detail));
    };
    let mut draft = case.draft(act, Vec::new());
    if let Some(member) = case.member() {
        if !member.targeted.contains(&(number, false)) {
            let detail = "member: the campaign does not address them";
            return Err(Refusal::new(Code::AlreadySo, detail));
        }
        draft.effects.push(targeted(0, number, true));
    }
    for (id, is_left_out) in case.inputs.targets {
        let member = case.state.members.get(id);
        let is_known = member.is_some_and(|m| is_candidate(&campaigns[n], target, m));
        if !is_known || *is_left_out != is_held_out(&*case.policy, n, *id) {
            let detail = format!("{id} cannot be chosen");
            return Err(Refusal::new(Code::BadInput, detail));
        }
        let who = to_position(draft.members.len());
        draft.members.push(*id);
        draft.effects.push(targeted(who, number, *is_left_out));
        if let (false, false, Some(member)) = (*is_left_out, target.invite.is_empty(), member) {
            let invitation = |is_suppressed| Effect::Message {
                who,
                campaign: number,
                template: target.invite.clone(),
                vars: Vec::new(),
                is_suppressed,
            };
            let sent = Sent::default();
            let invited =
                crate::rules::member::consent::message(&*case.policy, member, &sent, invitation);
            draft.effects.extend(invited.unwrap_or_default());
        }
    }
    Ok(draft)
}

fn targeted(who: u8, campaign: u16, is_held_out: bool) -> Effect {
    Effect::Targeted {
        who,
        campaign,
        is_held_out,
    }
}

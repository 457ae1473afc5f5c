//! Reviews: a campaign is judged by its own figures, and may pause itself or
//! change a parameter within the limits it declares. It never resumes itself.

use crate::model::{
    Act, Campaign, CampaignChanged, CampaignStatus, Code, Day, Draft, Effect, Exact, Fact, Failure,
    Given, Hook, NameKind, Number, Points, Policy, Proposal, Refusal, ReviewFacts, Scene, Steps,
    Tunable, Value,
};
use crate::rules::case::Case;
use crate::rules::state::{LedgerState, Tally, capped};
use rust_decimal::Decimal;
use std::sync::Arc;

/// Result of a campaign's review.
#[derive(Default)]
pub struct Reviewed {
    /// Acts to be booked.
    pub acts: Vec<Act>,
    /// The review that failed.
    pub failure: Option<Failure>,
}

/// True if a campaign has anything to review.
pub fn is_reviewed(campaign: &Campaign) -> bool {
    !campaign.is_draft
        && (campaign.pause_when.is_some() || campaign.hooks.contains(&Hook::OnReview))
}

/// A campaign's figures on a day, since it was last resumed.
pub fn figures(
    policy: &dyn Policy,
    global: &LedgerState,
    campaign: &Campaign,
    day: Day,
) -> ReviewFacts {
    summed(
        policy,
        global,
        global.tallies.since_resumed(campaign.number),
        campaign,
        day,
    )
}

/// A campaign's figures on a day, since it began.
pub fn figures_ever(
    policy: &dyn Policy,
    global: &LedgerState,
    campaign: &Campaign,
    day: Day,
) -> ReviewFacts {
    let ever = global.tallies.ever(campaign.number);
    summed(policy, global, ever, campaign, day)
}

fn summed<'a>(
    policy: &dyn Policy,
    global: &LedgerState,
    all: impl Iterator<Item = &'a Tally>,
    campaign: &Campaign,
    day: Day,
) -> ReviewFacts {
    let unit = campaign.pause_when.as_ref().and_then(|p| p.unit);
    let mut facts = ReviewFacts {
        day,
        ..ReviewFacts::default()
    };
    for tally in all {
        let name = global.names.text(NameKind::Unit, tally.unit);
        facts.given.push((name, Points(capped(tally.issued))));
        let is_known = policy.programme().unit(tally.unit).is_some();
        if is_known && unit.is_none_or(|unit| unit == tally.unit) {
            let matured = tally.matured(day, campaign.ripe_days);
            let add = |sum: &mut i64, more: i128| *sum = capped(i128::from(*sum) + more);
            add(&mut facts.issued, tally.issued);
            add(&mut facts.matured, matured.max(0));
            add(&mut facts.used, tally.used.max(0));
            add(&mut facts.voided, tally.voided);
            add(&mut facts.lapsed, tally.lapsed);
        }
    }
    facts
}

/// Reviews a campaign on a day.
pub fn review(policy: &dyn Policy, global: &LedgerState, n: usize, day: Day) -> Reviewed {
    let campaign = &policy.campaigns()[n];
    let mut reviewed = Reviewed::default();
    if !is_reviewed(campaign) || global.status(campaign.number) != CampaignStatus::Running {
        return reviewed;
    }
    let facts = figures(policy, global, campaign, day);
    if let Some(reason) = too_little(campaign, &facts) {
        reviewed.acts.push(paused(campaign, &facts, reason));
        return reviewed;
    }
    if !campaign.hooks.contains(&Hook::OnReview) {
        return reviewed;
    }
    let scene = Arc::new(Scene {
        review: facts.clone(),
        given: given(policy, global),
        ..Scene::default()
    });
    match policy.run(n, Hook::OnReview, &scene, &Steps::default()) {
        Ok(proposals) => reviewed.acts = acts(global, campaign, &facts, proposals),
        Err(failure) => reviewed.failure = Some(failure),
    }
    reviewed
}

/// Reason for a pause if less than the declared share of matured points was used.
fn too_little(campaign: &Campaign, facts: &ReviewFacts) -> Option<String> {
    let rule = campaign.pause_when.as_ref()?;
    let used = i128::from(facts.used) * 10_000;
    let is_little = used < i128::from(facts.matured) * i128::from(rule.used_below);
    let is_ripe = facts.matured >= rule.matured_min.max(1);
    (is_little && is_ripe).then(|| {
        let wanted = Decimal::new(rule.used_below.into(), 2).normalize();
        let (used, matured) = (facts.used, facts.matured);
        format!("{used} of {matured} used, less than {wanted} %")
    })
}

fn paused(campaign: &Campaign, facts: &ReviewFacts, reason: String) -> Act {
    Act::CampaignChanged(CampaignChanged {
        campaign: campaign.number,
        status: CampaignStatus::Paused,
        reason,
        figures: facts.to_list(),
    })
}

/// Facts that hooks may read without a member: the tuned parameters.
fn given(policy: &dyn Policy, global: &LedgerState) -> Given {
    let value = |fact: &Fact| match fact {
        Fact::Tuned { campaign, name } => tuned(global, campaign, name),
        _ => Value::Unit,
    };
    policy.facts().iter().map(value).collect()
}

/// A parameter's own value; `()` if it was never changed.
pub fn tuned(global: &LedgerState, campaign: &str, name: &str) -> Value {
    let number = global.names.number(NameKind::Campaign, campaign);
    let is_it = |t: &&(Number, String, Exact, Day)| Some(t.0) == number && t.1 == name;
    let found = global.tuned.iter().find(is_it);
    found.map_or(Value::Unit, |t| Value::Decimal(t.2))
}

fn acts(
    global: &LedgerState,
    campaign: &Campaign,
    facts: &ReviewFacts,
    proposals: Vec<Proposal>,
) -> Vec<Act> {
    let mut acts: Vec<Act> = Vec::new();
    for proposal in proposals {
        match proposal {
            Proposal::Pause { reason } => {
                acts.push(paused(campaign, facts, reason));
                return acts;
            }
            Proposal::Tune { name, value } => {
                acts.extend(tune(global, campaign, facts, &name, value));
            }
            _ => {}
        }
    }
    acts
}

/// A change of a parameter, clamped to its limits; None if nothing changes.
fn tune(
    global: &LedgerState,
    campaign: &Campaign,
    facts: &ReviewFacts,
    name: &str,
    value: Decimal,
) -> Option<Act> {
    let tunable = campaign.tunable.iter().find(|t| t.name == name)?;
    // Once a day: the daily run may be repeated at will.
    let is_fresh = |t: &(Number, String, Exact, Day)| {
        (t.0, t.1.as_str()) == (campaign.number, name) && t.3 >= facts.day
    };
    if global.tuned.iter().any(is_fresh) {
        return None;
    }
    let limit = |exact: Exact| exact.to_decimal();
    let value = value.clamp(limit(tunable.min)?, limit(tunable.max)?);
    let exact = Exact::from(value);
    (value_now(global, campaign, tunable) != exact).then(|| Act::CampaignTuned {
        campaign: campaign.number,
        name: name.into(),
        value: exact,
        figures: facts.to_list(),
    })
}

fn value_now(global: &LedgerState, campaign: &Campaign, tunable: &Tunable) -> Exact {
    match tuned(global, &campaign.id, &tunable.name) {
        Value::Decimal(value) => value,
        _ => tunable.start,
    }
}

/// Decides the acts of a review: the figures must be those of the state.
pub fn decide(case: &Case, act: Act) -> Result<Draft, Refusal> {
    let number = match &act {
        Act::CampaignChanged(changed) => changed.campaign,
        Act::CampaignTuned { campaign, .. } => *campaign,
        _ => 0,
    };
    let at = case
        .policy
        .campaigns()
        .iter()
        .position(|c| c.number == number);
    let again = at.map(|n| review(&*case.policy, &case.state.global, n, case.day()));
    if !again.is_some_and(|r| r.acts.contains(&act)) {
        let detail = "the campaign's own review does not come to this";
        return Err(Refusal::new(Code::BadInput, detail));
    }
    let effects = match &act {
        Act::CampaignChanged(changed) => vec![Effect::Campaign {
            campaign: changed.campaign,
            status: changed.status,
        }],
        Act::CampaignTuned {
            campaign,
            name,
            value,
            ..
        } => vec![Effect::Tuned {
            campaign: *campaign,
            name: name.clone(),
            value: *value,
        }],
        _ => Vec::new(),
    };
    Ok(case.draft(act, effects))
}

//! Announcements of worse terms: a message to every member before a scheduled programme
//! takes effect, and one that it does not come where the schedule is cancelled.

use super::case::Case;
use super::member::consent;
use super::state::{Member, Status, Telling};
use crate::model::{Act, Code, Draft, Effect, Refusal, Sent, TermsAnnounced, Value, to_position};

/// Most members that one entry tells.
pub const TOLD_MAX: usize = 100;
/// Template of the message that announces.
pub const ANNOUNCED: &str = "terms-change";
/// Template of the message that what was announced does not come.
pub const WITHDRAWN: &str = "terms-kept";

/// True for a member who can be told.
pub fn may_be_told(member: &Member) -> bool {
    member.status == Status::Active
}

/// Decides the messages about worse terms to the members looked up for the case, who stand
/// behind those told before in the order of ids. They are service messages: no consent is
/// asked for.
///
/// # Errors
/// The entry it names schedules nothing for that instant, or a member was told before or is
/// not active.
pub fn announce(case: &Case, announced: TermsAnnounced) -> Result<Draft, Refusal> {
    let TermsAnnounced { of, at, .. } = announced;
    let mut scheduled = case.state.global.scheduled.iter();
    if !scheduled.any(|s| (s.seq, s.at) == (of, at)) {
        let detail = format!("entry {of} schedules nothing for that instant");
        return Err(Refusal::new(Code::BadInput, detail));
    }
    tell(case, Act::TermsAnnounced(announced), ANNOUNCED)
}

/// Decides the messages that what was announced does not come, as [`announce`] does those
/// before.
///
/// # Errors
/// The terms were not announced so, still come, or were withdrawn before; somebody is told
/// though nobody had heard; a member was told before or is not active.
pub fn withdraw(case: &Case, announced: TermsAnnounced, is_told: bool) -> Result<Draft, Refusal> {
    let global = &case.state.global;
    let of = announced.of;
    let is_open = |open: &Telling| open.of == of && open.is_withdrawal;
    let is_open = global.announcements.telling.as_ref().is_some_and(is_open);
    let before = global.announcements.of(of).filter(|known| {
        let repeated = TermsAnnounced {
            is_last: announced.is_last,
            ..known.announced.clone()
        };
        repeated == announced && known.is_withdrawn == is_open
    });
    if before.is_none() || global.is_scheduled(of) {
        let detail = format!("entry {of} announced nothing that could be withdrawn");
        return Err(Refusal::new(Code::BadInput, detail));
    }
    let is_nobody = announced.is_last && case.inputs.targets.is_empty();
    if !is_told && !is_nobody {
        let detail = "nobody had heard of it, so nobody is told";
        return Err(Refusal::new(Code::BadInput, detail));
    }
    tell(
        case,
        Act::AnnouncementWithdrawn { announced, is_told },
        WITHDRAWN,
    )
}

fn tell(case: &Case, act: Act, template: &str) -> Result<Draft, Refusal> {
    let mut last = case
        .state
        .global
        .announcements
        .telling
        .as_ref()
        .and_then(|open| open.last);
    let vars = act.announced().map(|announced| vars(case, announced));
    let vars = vars.unwrap_or_default();
    let mut draft = case.draft(act, Vec::new());
    for (id, _) in case.inputs.targets {
        let member = case.state.members.get(id);
        let member = member.filter(|member| may_be_told(member) && Some(*id) > last);
        let Some(member) = member else {
            let detail = format!("{id} cannot be told");
            return Err(Refusal::new(Code::BadInput, detail));
        };
        last = Some(*id);
        let who = to_position(draft.members.len());
        draft.members.push(*id);
        let message = |is_suppressed| Effect::Message {
            who,
            campaign: 0,
            template: template.into(),
            vars: vars.clone(),
            is_suppressed,
        };
        let sent = consent::message(&*case.policy, member, &Sent::Service, message);
        draft.effects.extend(sent.unwrap_or_default());
    }
    Ok(draft)
}

fn vars(case: &Case, announced: &TermsAnnounced) -> Vec<(String, Value)> {
    let at = case.programme().calendar.display(announced.at);
    let vars = [
        ("at", at.as_str()),
        ("terms", &announced.terms),
        ("terms_zh", &announced.terms_zh),
    ];
    let vars = vars.map(|(name, text)| (name.to_string(), Value::Text(text.into())));
    vars.into()
}

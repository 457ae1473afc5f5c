//! Announcements of worse terms: a message to every member before a scheduled programme
//! takes effect.

use super::case::Case;
use super::member::consent;
use super::state::{Member, Status};
use crate::model::{Act, Code, Draft, Effect, Refusal, Sent, TermsAnnounced, Value, to_position};

/// Most members that one entry tells.
pub const TOLD_MAX: usize = 100;
/// Template of the message.
const TEMPLATE: &str = "terms-change";

/// True for a member who is told.
pub fn is_told(member: &Member) -> bool {
    member.status == Status::Active
}

/// Decides the messages to the members looked up for the case, who stand behind those told
/// before in the order of ids. It is a service message: no consent is asked for.
///
/// # Errors
/// The entry it names schedules nothing for that instant, or a member was told before or is
/// not active.
pub fn decide(case: &Case, announced: TermsAnnounced) -> Result<Draft, Refusal> {
    let global = &case.state.global;
    let TermsAnnounced { of, at, .. } = announced;
    if !global.scheduled.iter().any(|s| (s.seq, s.at) == (of, at)) {
        let detail = format!("entry {of} schedules nothing for that instant");
        return Err(Refusal::new(Code::BadInput, detail));
    }
    let text = |text: &str| Value::Text(text.into());
    let vars = vec![
        ("at".into(), text(&case.programme().calendar.display(at))),
        ("terms".into(), text(&announced.terms)),
        ("terms_zh".into(), text(&announced.terms_zh)),
    ];
    let mut last = global.announcing.as_ref().and_then(|open| open.last);
    let mut draft = case.draft(Act::TermsAnnounced(announced), Vec::new());
    for (id, _) in case.inputs.targets {
        let member = case.state.members.get(id).filter(|member| is_told(member));
        let Some(member) = member.filter(|_| Some(*id) > last) else {
            let detail = format!("{id} cannot be told");
            return Err(Refusal::new(Code::BadInput, detail));
        };
        last = Some(*id);
        let who = to_position(draft.members.len());
        draft.members.push(*id);
        let message = |is_suppressed| Effect::Message {
            who,
            campaign: 0,
            template: TEMPLATE.into(),
            vars: vars.clone(),
            is_suppressed,
        };
        let sent = consent::message(&*case.policy, member, &Sent::Service, message);
        draft.effects.extend(sent.unwrap_or_default());
    }
    Ok(draft)
}

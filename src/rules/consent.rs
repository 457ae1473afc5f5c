//! Consents: given and withdrawn with effect at once. Neither points nor a
//! tier hang on them.

use super::case::Case;
use super::state::Member;
use crate::model::{Act, Code, Consent, Draft, Effect, Policy, Refusal, Sent};

/// The consent that messages need, where the programme knows it.
const MARKETING: &str = "marketing";

/// Whether a message may be sent: what a member must know in any case, what
/// they agreed to, or anything where the programme asks for no consent.
pub(super) fn may_send(policy: &dyn Policy, member: &Member, sent: &Sent) -> Result<bool, String> {
    match sent {
        Sent::Service => Ok(true),
        Sent::Plain => {
            let is_known = number(policy, MARKETING).is_some();
            Ok(!is_known || agrees(policy, member, MARKETING))
        }
        Sent::For(purpose) => match number(policy, purpose) {
            Some(_) => Ok(agrees(policy, member, purpose)),
            None => Err(format!("the programme has no purpose '{purpose}'")),
        },
    }
}

fn number(policy: &dyn Policy, purpose: &str) -> Option<u16> {
    let purposes = &policy.programme().purposes;
    purposes.iter().find(|p| p.1 == purpose).map(|p| p.0)
}

/// Whether a member agrees to a purpose. What was said of a channel
/// (`marketing/sms`) holds for it; where nothing was, what was said of the
/// purpose before the slash does.
pub(super) fn agrees(policy: &dyn Policy, member: &Member, purpose: &str) -> bool {
    let given = |number| member.consents.iter().find(|c| c.0 == number);
    let said = number(policy, purpose).and_then(given);
    match (said, purpose.rsplit_once('/')) {
        (Some(said), _) => said.1,
        (None, Some((whole, _))) => agrees(policy, member, whole),
        (None, None) => false,
    }
}

/// Decides a change of consents.
pub fn decide(case: &Case, consents: Vec<Consent>) -> Result<Draft, Refusal> {
    let member = case.need_member()?;
    let is_so = |c: &Consent| member.consents.contains(&(c.purpose, c.is_given));
    // A newer notice is news even where the answer stays.
    if consents.iter().all(|c| is_so(c) && c.notice.is_empty()) {
        let detail = "the member's consents are as asked for already";
        return Err(Refusal::new(Code::AlreadySo, detail));
    }
    let effect = |c: &Consent| Effect::Consented {
        who: 0,
        purpose: c.purpose,
        is_given: c.is_given,
    };
    let effects = consents.iter().map(effect).collect();
    Ok(case.draft(Act::ConsentChanged { consents }, effects))
}

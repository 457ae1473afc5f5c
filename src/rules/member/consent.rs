//! Consents: given and withdrawn with immediate effect. Neither points nor a
//! tier depend on them.

use crate::model::{Act, Code, Consent, Draft, Effect, Policy, Refusal, Sent};
use crate::rules::case::Case;
use crate::rules::state::Member;

/// Consent that messages need, if the programme has it.
const MARKETING: &str = "marketing";

/// Effects of a message: the message, and the consent that it needs also when it is
/// sent. Service messages need none, nor do others where the programme asks for none.
///
/// # Errors
/// The programme has no such purpose.
pub(in crate::rules) fn message(
    policy: &dyn Policy,
    member: &Member,
    sent: &Sent,
    make: impl FnOnce(bool) -> Effect,
) -> Result<Vec<Effect>, String> {
    let purpose = match sent {
        Sent::Service => None,
        Sent::Plain => number(policy, MARKETING).map(|number| (number, MARKETING)),
        Sent::For(purpose) => match number(policy, purpose) {
            Some(number) => Some((number, purpose.as_str())),
            None => return Err(format!("the programme has no purpose '{purpose}'")),
        },
    };
    let is_suppressed = purpose.is_some_and(|(_, purpose)| !agrees(policy, member, purpose));
    let needed = purpose.filter(|_| !is_suppressed);
    let needed = needed.map(|(purpose, _)| Effect::MessageFor { purpose });
    Ok(std::iter::once(make(is_suppressed)).chain(needed).collect())
}

fn number(policy: &dyn Policy, purpose: &str) -> Option<u16> {
    let purposes = &policy.programme().purposes;
    purposes.iter().find(|p| p.1 == purpose).map(|p| p.0)
}

/// True if a member agrees to a purpose. A statement about a channel
/// (`marketing/sms`) takes precedence; without one, the statement about the
/// purpose before the slash counts.
pub fn agrees(policy: &dyn Policy, member: &Member, purpose: &str) -> bool {
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
    // A newer notice is recorded even if the consent stays the same.
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

//! Consents: given and withdrawn with effect at once. Neither points nor a
//! tier hang on them.

use super::case::Case;
use crate::model::{Act, Code, Consent, Draft, Effect, Refusal};

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

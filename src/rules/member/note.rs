//! Remarks on members: kept only for a purpose that the member agreed to.

use crate::model::{Act, Code, Draft, Effect, NameKind, Number, Refusal, Sealed};
use crate::rules::case::Case;
use crate::rules::member::consent::agrees;

/// Decides a remark, which is sealed already.
pub fn decide(case: &Case, purpose: Number, text: Sealed) -> Result<Draft, Refusal> {
    let member = case.need_member()?;
    let name = case.state.global.names.text(NameKind::Purpose, purpose);
    if !agrees(&*case.policy, member, &name) {
        let detail = format!("{name}: a remark needs this consent; nothing was stored");
        return Err(Refusal::new(Code::NoConsent, detail));
    }
    let effect = Effect::Noted { who: 0, purpose };
    Ok(case.draft(Act::Noted { purpose, text }, vec![effect]))
}

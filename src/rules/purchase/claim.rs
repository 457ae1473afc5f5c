//! Claiming a purchase that was made without a member: it earns as if the
//! claimer had been named, by the programme of that time, on the facts of now.

use crate::model::{Act, Code, Draft, Effect, Entry, Given, Purchase, Refusal};
use crate::rules::case::{Case, DecisionInputs};
use crate::rules::member::tier;
use crate::rules::purchase;
use crate::rules::purchase::allocated_bill::Bill;
use crate::rules::purchase::scene;
use std::sync::Arc;

/// Decides the claim of the purchase that the case names.
///
/// # Errors
/// It was claimed or undone before, or its days are over.
pub fn decide(case: &Case, of: u64) -> Result<Draft, Refusal> {
    let member = case.need_member()?;
    let entry = case.need_named(Code::UnknownCode)?;
    let Act::Purchase(bought) = &entry.act else {
        return Err(Refusal::new(Code::UnknownCode, "code: it is no slip's"));
    };
    let kept = still_bought(case, entry, bought)?;
    let last = entry.head.day.days_after(case.programme().claim_days);
    if entry.member().is_some() || case.day() > last {
        let detail = format!("code: the purchase could be claimed until {last}");
        return Err(Refusal::new(Code::CodeLapsed, detail));
    }
    let policy = case.policies.policy(entry.head.bundle);
    let policy = policy.unwrap_or_else(|| Arc::clone(&case.policy));
    let now = Case {
        policy: Arc::clone(&policy),
        ..case.clone()
    };
    let (given, none) = (scene::given(&now, member), Given::new());
    let then = Case {
        head: entry.head.clone(),
        inputs: DecisionInputs {
            given: Some((&given, &none)),
            ..case.inputs
        },
        ..now
    };
    let mut effects = Vec::new();
    purchase::earn(&then, member, &kept, &mut effects)?;
    effects.retain(|effect| !is_of_the_sale(effect));
    let judged = tier::judge(case, member, &effects);
    effects.extend(judged.effects);
    effects.push(Effect::Claimed { of });
    let mut draft = case.draft(Act::Claim { of }, effects);
    (draft.given, draft.given_review) = (given, judged.given);
    Ok(draft)
}

/// True for effects of the purchase itself, whoever claims it: contributions to
/// pools and discounts.
pub(in crate::rules) fn is_of_the_sale(effect: &Effect) -> bool {
    matches!(
        effect,
        Effect::Pooled { .. } | Effect::Discounted { .. } | Effect::DiscountDiffers { .. }
    )
}

/// The part of a purchase that can still be claimed.
fn still_bought<'a>(case: &Case, entry: &Entry, bought: &'a Purchase) -> Result<Bill<'a>, Refusal> {
    let used = |what: &str| Err(Refusal::new(Code::CodeUsed, what));
    match case.state.aftermath.get(&entry.seq) {
        None => Ok(Bill::recorded(bought, entry)),
        Some(after) if after.claimed.is_some() => used("code: the purchase was claimed before"),
        Some(after) if after.voided.is_some() => used("code: the purchase was undone"),
        Some(after) if after.is_all(bought) => used("code: all of it came back"),
        Some(after) => Ok(Bill::recorded(bought, entry).kept(after)),
    }
}

//! Returns without a slip: goods come back whose sale cannot be named. Points
//! are taken as the base campaigns would give them for the amount today; lines,
//! limits and bonuses are unknown.

use crate::model::{Act, Code, Draft, Effect, Money, Purchase, Refusal, WithoutSlip};
use crate::rules::campaign::earner::Limits;
use crate::rules::case::Case;
use crate::rules::purchase::allocated_bill::Bill;
use crate::rules::purchase::base_rate;
use crate::rules::purchase::scene;

/// Decides a return without its sale: points for the amount are taken from the
/// member; points already spent are handled by the programme's rule.
///
/// # Errors
/// The programme refuses such returns, there is no member or no amount, or the
/// points are spent and the programme refuses that.
pub fn decide(case: &Case, amount: Money, receipt: String) -> Result<Draft, Refusal> {
    if case.programme().without_slip == WithoutSlip::Refuse {
        let detail = "without_slip: the programme takes goods back by their sale only; name it by 'of' or 'receipt', or find it with `stampbook find`";
        return Err(Refusal::new(Code::SlipRequired, detail));
    }
    let member = case.need_member()?;
    if !amount.is_positive() || !amount.is_in_range() {
        let detail = "amount: there must be more than none, and no more than can be held";
        return Err(Refusal::new(Code::BadInput, detail));
    }
    let goods = Bill::plain(Purchase {
        total: amount,
        ..Purchase::default()
    });
    let given = scene::given(case, member);
    let outcome = base_rate::outcome(case, member, &goods, given.clone(), Limits::None);
    let mut effects = Vec::new();
    base_rate::take(case, member, &outcome, &mut effects)?;
    effects.extend(outcome.failures());
    effects.push(Effect::Visited {
        who: 0,
        day: case.day(),
        visits: 0,
        spend: amount.negated(),
    });
    let mut draft = case.draft(Act::ReturnedWithoutSlip { amount, receipt }, effects);
    draft.given = given;
    Ok(draft)
}

//! Returns without a slip: goods come back whose sale cannot be named. Points
//! are taken as the base campaigns would give them for the amount today; lines,
//! limits and bonuses are unknown.

use super::book_shortfall;
use crate::model::{
    Account, Act, Code, Draft, Effect, Hook, Money, Number, Points, Purchase, Refusal, Role, Scene,
    UnitKind, WithoutSlip,
};
use crate::rules::allocated_bill::Bill;
use crate::rules::allocation::Named;
use crate::rules::case::Case;
use crate::rules::limits::Limits;
use crate::rules::state::Member;
use crate::rules::{lots, purchase};

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
    let goods = Purchase {
        total: amount,
        ..Purchase::default()
    };
    let bill = Bill::new(&goods, &Named::default(), &[]);
    let given = purchase::given(case, member);
    let scene = Scene {
        purchase: purchase::facts(case, &bill),
        has_member: true,
        given: given.clone(),
        ..Scene::default()
    };
    let earner = purchase::earner(case, member, Limits::None);
    let is_base = |number: Number| case.campaign(number).is_some_and(|c| c.role == Role::Base);
    let outcome = earner.earn_of(Hook::OnPurchase, scene, is_base);
    let mut effects = Vec::new();
    for (unit, points) in outcome.by_unit() {
        take(case, member, unit, Points(points), &mut effects)?;
    }
    let is_failure = |effect: &Effect| matches!(effect, Effect::Failed { .. });
    effects.extend(outcome.effects.into_iter().filter(is_failure));
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

/// Takes points of a unit: from lots in spending order, then by the rule.
fn take(
    case: &Case,
    member: &Member,
    unit: Number,
    points: Points,
    effects: &mut Vec<Effect>,
) -> Result<(), Refusal> {
    if !points.is_positive() {
        return Ok(());
    }
    if case.programme().is_kind(unit, UnitKind::Qualifying) {
        effects.push(Effect::Qualify {
            who: 0,
            unit,
            day: case.day(),
            amount: points.negated(),
            campaign: 0,
            exact: case.programme().decimal(unit, points.negated()).into(),
        });
        return Ok(());
    }
    if !case.programme().is_kind(unit, UnitKind::Spendable) {
        return Ok(());
    }
    let free = lots::spendable(member, unit, case.now(), effects);
    let left = lots::take(free, points, Account::Clawback, effects);
    book_shortfall(case, unit, points, left, effects)
}

//! Points at the base rate: those that the base campaigns give for goods,
//! without budgets and limits, to be taken from a member. Returns without a
//! slip take them, and bills that earn less than 0 if the programme sets
//! `below_zero`.

use crate::model::{
    Account, Effect, Given, Hook, Money, Number, Points, Programme, Purchase, Refusal, Role, Scene,
    UnitKind,
};
use crate::rules::campaign::earner::{self, Limits};
use crate::rules::campaign::outcome::{EarnOutcome, Grant};
use crate::rules::case::Case;
use crate::rules::lots;
use crate::rules::lots::deficit::book_shortfall;
use crate::rules::purchase::allocated_bill::Bill;
use crate::rules::purchase::bill;
use crate::rules::purchase::scene;
use crate::rules::state::Member;

/// Result of the base campaigns for a bill.
pub fn outcome(
    case: &Case,
    member: &Member,
    bill: &Bill,
    given: Given,
    limits: Limits,
) -> EarnOutcome {
    let scene = Scene {
        purchase: scene::facts(case, bill),
        has_member: true,
        given,
        ..Scene::default()
    };
    let is_base = |number: Number| case.campaign(number).is_some_and(|c| c.role == Role::Base);
    let earner = earner::earner(case, member, limits);
    let mut outcome = earner.earn_of(Hook::OnPurchase, scene, is_base);
    let is_points = |grant: &Grant| is_points(case.programme(), grant.offer.unit);
    outcome.grants.retain(is_points);
    outcome
}

fn is_points(programme: &Programme, unit: Number) -> bool {
    programme.is_kind(unit, UnitKind::Spendable) || programme.is_kind(unit, UnitKind::Qualifying)
}

/// Takes the points of an outcome: from lots in spending order, then by the
/// programme's rule for points already spent.
///
/// # Errors
/// The points are spent, and the programme refuses that.
pub fn take(
    case: &Case,
    member: &Member,
    outcome: &EarnOutcome,
    effects: &mut Vec<Effect>,
) -> Result<(), Refusal> {
    for (unit, points) in outcome.by_unit() {
        let points = Points(points);
        if !points.is_positive() {
            continue;
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
            continue;
        }
        let free = lots::spendable(member, unit, case.now(), effects);
        let left = lots::take(free, points, Account::Clawback, effects);
        book_shortfall(case, unit, points, left, effects)?;
    }
    Ok(())
}

/// A bill with its signs turned: each line and charge at its price, less the
/// part that discounts and the member's own points, rewards and vouchers paid.
pub fn negated(bill: &Bill) -> Bill<'static> {
    let bought = &*bill.purchase;
    let paid = |part: usize| bill.allocation.off(part) + bill.allocation.own(part);
    let first_charge = bought.lines.len().max(1);
    let mut lines = bought.lines.clone();
    for (n, line) in lines.iter_mut().enumerate() {
        line.set_amount(Money(paid(n) - line.amount.0));
        line.qty.0 = match line.amount.0.signum() {
            0 => -line.qty.0,
            sign => line.qty.0.abs() * sign,
        };
    }
    let mut charges = bought.charges.clone();
    for (n, charge) in charges.iter_mut().enumerate() {
        charge.amount = Money(paid(first_charge + n) - charge.amount.0);
    }
    Bill::plain(Purchase {
        total: Money(-bill::money(bought)),
        lines,
        charges,
        discounts: Vec::new(),
        tenders: Vec::new(),
        ..bought.clone()
    })
}

//! The `on_return` hook of scripts when goods come back.

use crate::model::{
    Account, Effect, Given, Hook, Money, Number, Points, Purchase, PurchaseFacts, Qty, Scene,
};
use crate::rules::campaign::earner::{self, Limits};
use crate::rules::case::Case;
use crate::rules::lots;
use crate::rules::lots::deficit;
use crate::rules::purchase::allocated_bill::Bill;
use crate::rules::purchase::scene;
use crate::rules::state::{Aftermath, Lot, Member};

/// Runs the hook of all campaigns that apply; returns its effects and the facts
/// they read. Scripts see the purchase as it was bought, each line with the
/// quantity that comes back.
pub fn run(
    case: &Case,
    member: &Member,
    bill: &Bill,
    (was, is): (&Aftermath, &Aftermath),
    before: &[Effect],
) -> (Vec<Effect>, Given) {
    let has_hook = |hooks: &[Hook]| hooks.contains(&Hook::OnReturn);
    if !case.policy.campaigns().iter().any(|c| has_hook(&c.hooks)) {
        return (Vec::new(), Given::new());
    }
    let given = scene::given(case, member);
    let (was, is) = (bill.kept(was).purchase, bill.kept(is).purchase);
    let scene = Scene {
        purchase: with_returned(case, scene::facts(case, bill), &was, &is),
        has_member: true,
        given: given.clone(),
        ..Scene::default()
    };
    let owing = deficit::owing(member, before);
    let mut earner = earner::earner(case, member, Limits::Now);
    let mut outcome = earner.earn(Hook::OnReturn, scene);
    let mut effects = Vec::new();
    earner.member = &owing;
    earner.settle(&mut outcome, &mut effects);
    effects.extend(taken_back(case, member, &outcome.taken_back, before));
    effects.extend(outcome.effects);
    (effects, given)
}

/// Withdraws campaigns' points that nobody can use yet. They are not part of
/// the debt for this purchase, so they are booked as a correction.
fn taken_back(
    case: &Case,
    member: &Member,
    asked: &[(Number, Number)],
    before: &[Effect],
) -> Vec<Effect> {
    let is_asked = |lot: &&Lot| asked.contains(&(lot.campaign, lot.unit));
    let pending = member.lots.iter().filter(is_asked);
    let pending = pending.filter(|lot| lot.is_pending(case.now()));
    let taken = lots::Taken::by(before);
    let debit = |lot: &Lot| {
        let gone = taken.of(lot.id).0 + lot.held.0;
        let amount = Points(lot.remaining.0 - gone);
        amount.is_positive().then_some(Effect::Debit {
            who: 0,
            unit: lot.unit,
            lot: lot.id,
            amount,
            to: Account::Correction,
        })
    };
    pending.filter_map(debit).collect()
}

/// Facts of the purchase for scripts: the returned part is the difference of
/// the kept parts before and now.
fn with_returned(
    case: &Case,
    mut facts: PurchaseFacts,
    was: &Purchase,
    is: &Purchase,
) -> PurchaseFacts {
    facts.bought = case.inputs.named.map(|entry| entry.head.day);
    facts.returned = Money(was.total.0 - is.total.0);
    // Nothing is kept of any line if all of it came back.
    let left = |kept: &Purchase, n: usize| kept.lines.get(n).map_or(0, |l| l.qty.0);
    for (n, line) in facts.lines.iter_mut().enumerate() {
        line.returned = Qty(left(was, n) - left(is, n));
    }
    facts
}

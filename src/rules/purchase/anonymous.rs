//! Purchases without a member: discounts of campaigns that are for everybody,
//! and contributions to pools. Awards wait until somebody claims the purchase.

use crate::model::{Effect, Given, Hook, MemberId, Scene, Value};
use crate::rules::campaign::earner::{self, Limits};
use crate::rules::campaign::outcome::EarnOutcome;
use crate::rules::case::Case;
use crate::rules::partner::pool;
use crate::rules::purchase;
use crate::rules::purchase::allocated_bill::Bill;
use crate::rules::purchase::scene;
use crate::rules::state::Member;

/// Books the discounts and contributions of a purchase. Returns the facts it
/// was decided by, all of them unknown; none if no campaign was run.
pub fn earn(case: &Case, bill: &Bill, effects: &mut Vec<Effect>) -> Given {
    let campaigns = case.policy.campaigns();
    let is_discounting = campaigns.iter().any(|c| c.is_for_everybody);
    if !is_discounting && case.programme().pools.is_empty() {
        return Given::new();
    }
    let outcome = outcome(case, bill);
    pool::contribute(case.programme(), &outcome, effects);
    let expected = outcome.discount;
    effects.extend(outcome.effects.into_iter().filter(is_kept));
    if is_discounting {
        effects.extend(purchase::discount_differs(
            &bill.purchase,
            expected,
            case.programme().digits,
        ));
    }
    unknown(case)
}

/// Result of the campaigns for a bill without a member.
pub fn outcome(case: &Case, bill: &Bill) -> EarnOutcome {
    let nobody = Member::new(MemberId::NOBODY, case.day());
    let scene = Scene {
        purchase: scene::facts(case, bill),
        given: unknown(case),
        ..Scene::default()
    };
    earner::earner(case, &nobody, Limits::Now).earn(Hook::OnPurchase, scene)
}

fn unknown(case: &Case) -> Given {
    vec![Value::Unit; case.policy.facts().len()]
}

/// True for effects that are not part of an award.
fn is_kept(effect: &Effect) -> bool {
    matches!(
        effect,
        Effect::Discounted { .. }
            | Effect::Failed { .. }
            | Effect::Warned { .. }
            | Effect::Drawn { .. }
    )
}

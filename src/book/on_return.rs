//! What scripts say when goods come back: `on_return`.

use super::case::Case;
use super::limits::{Limits, counters};
use super::state::{Member, entry_of};
use super::{lots, purchase};
use crate::model::{Effect, Given, Hook, Purchase, Scene};

/// Runs the hook of all campaigns that apply; says what came of it and what
/// they were given. The purchase is shown as it was bought.
pub fn run(
    case: &Case,
    member: &Member,
    bought: &Purchase,
    before: &[Effect],
) -> (Vec<Effect>, Given) {
    let has_hook = |hooks: &[Hook]| hooks.contains(&Hook::OnReturn);
    if !case.policy.campaigns().iter().any(|c| has_hook(&c.hooks)) {
        return (Vec::new(), Given::new());
    }
    let given = purchase::given(case, member);
    let scene = Scene {
        purchase: purchase::facts(case, bought),
        has_member: true,
        given: given.clone(),
        ..Scene::default()
    };
    let earner = purchase::earner(case, member, Limits::Now);
    let outcome = earner.earn(Hook::OnReturn, scene);
    let owing = owing(member, before);
    let mut effects = lots::give(case.programme(), &owing, case.day(), &outcome.grants);
    effects.extend(counters(&earner, &outcome.grants));
    effects.extend(outcome.effects);
    (effects, given)
}

/// The member with what the return itself makes them owe.
fn owing(member: &Member, before: &[Effect]) -> Member {
    let mut owing = member.clone();
    for effect in before {
        match effect {
            Effect::Owe { unit, amount, .. } => *entry_of(&mut owing.owed, *unit) += amount.0,
            Effect::Award { unit, fills, .. } if fills.is_positive() => {
                *entry_of(&mut owing.owed, *unit) -= fills.0;
            }
            _ => {}
        }
    }
    owing
}

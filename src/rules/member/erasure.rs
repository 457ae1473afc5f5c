//! Erasing a member: remaining holdings end, and all members who were merged
//! into them are erased too. If that is too much for one entry several do it,
//! each decided on the state that the one before left; the last one erases the
//! member.

use crate::model::{Account, Act, Draft, Effect, MemberId, Points, Refusal, Standing, to_position};
use crate::rules::case::Case;
use crate::rules::lots::held_points;
use crate::rules::member::household;
use crate::rules::member::merge;
use crate::rules::state::{Member, Status};

/// Most lots that one entry ends, on its own account or released from holds.
pub const LOTS_MAX: usize = 1_000;
/// Most merged members that one entry erases: a position among the touched
/// members is one byte, and a household is touched as well.
const ABSORBED_MAX: usize = 128;

/// Decides an erasure, or the next part of it.
pub(in crate::rules) fn decide(case: &Case, act: Act) -> Result<Draft, Refusal> {
    let member = case.need_member()?;
    let parts = member.holds.iter().map(|hold| hold.lots.len());
    if parts.sum::<usize>() + member.lots.len() > LOTS_MAX {
        return Ok(part_of_lots(case, member, act));
    }
    let mut absorbed = merge::all_absorbed(case.state, member.id);
    absorbed.retain(|id| {
        let known = case.state.members.get(id);
        known.is_none_or(|member| member.status != Status::Erased)
    });
    if absorbed.len() > ABSORBED_MAX {
        absorbed.truncate(ABSORBED_MAX);
        let effects = (1..=absorbed.len()).map(erased).collect();
        return Ok(of_these(case, member, absorbed, act, effects));
    }
    let mut effects = held_points::end_all(member);
    effects.extend(member.lots.iter().map(forfeited));
    effects.extend(member.owed.iter().map(|(unit, owed)| Effect::Owe {
        who: 0,
        unit: *unit,
        amount: Points(-owed),
        with: Account::Breakage,
    }));
    effects.extend((0..=absorbed.len()).map(erased));
    let mut draft = of_these(case, member, absorbed, act, effects);
    household::leave(member, &mut draft);
    Ok(draft)
}

/// True if a draft erases the member that it names, rather than a part of their
/// holdings.
pub fn is_whole(draft: &Draft) -> bool {
    draft.effects.contains(&erased(0))
}

/// Ends as many holds, or if there are none as many lots, as one entry may.
fn part_of_lots(case: &Case, member: &Member, act: Act) -> Draft {
    let mut effects = Vec::new();
    for hold in &member.holds {
        if effects.is_empty() || effects.len() + hold.lots.len() < LOTS_MAX {
            effects.extend(held_points::ended(hold, false));
        }
    }
    if effects.is_empty() {
        effects.extend(member.lots.iter().take(LOTS_MAX).map(forfeited));
    }
    case.draft(act, effects)
}

fn of_these(
    case: &Case,
    member: &Member,
    absorbed: Vec<MemberId>,
    act: Act,
    effects: Vec<Effect>,
) -> Draft {
    let mut draft = case.draft(act, effects);
    draft.members = vec![member.id];
    draft.members.extend(absorbed);
    draft
}

fn forfeited(lot: &crate::rules::state::Lot) -> Effect {
    Effect::Debit {
        who: 0,
        unit: lot.unit,
        lot: lot.id,
        amount: lot.remaining,
        to: Account::Breakage,
    }
}

/// Effect that erases the member at a position, of which there are few.
fn erased(who: usize) -> Effect {
    Effect::Standing {
        who: to_position(who),
        standing: Standing::Erased,
    }
}

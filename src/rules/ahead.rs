//! Looking ahead. Of many members each command or entry needs another, whose
//! figures lie all over the memory: the processor waits for one thing, which says
//! where the next one is. Whoever has several at hand looks at what they will
//! need, in rounds, so that it waits for all of them at the same time.

use super::state::{Figures, Member, State};
use crate::model::MemberId;
use std::hint::black_box;

/// How many commands or entries it is worth looking ahead: what they need must
/// still be near when it is their turn.
pub const AHEAD: usize = 64;

/// Looks at members, as far as they are in memory, and changes nothing. Each round
/// waits for what the one before it has found.
pub fn look_at(state: &State, ids: impl Iterator<Item = MemberId>) {
    let members: Vec<&Member> = ids.filter_map(|id| state.members.get(&id)).collect();
    black_box(members.iter().filter(|m| has_much(m)).count());
    black_box(members.iter().filter(|m| has_given(m)).count());
    black_box(members.iter().filter(|m| has_earned(m)).count());
}

/// Looks at all parts of a member that commands ask about and entries change.
fn has_much(member: &Member) -> bool {
    let lists = [
        member.lots.len(),
        member.in_lots.len(),
        member.owed.len(),
        member.months.len(),
        member.days.len(),
        member.lifetime.units.len(),
        member.counters.len(),
        member.consents.len(),
        member.deadlines.len(),
        member.fired.len(),
        member.holds.len(),
        member.passes.len(),
        usize::from(member.tier.is_some()),
        usize::from(member.household.is_some()),
    ];
    lists.iter().sum::<usize>() > 10
}

/// Looks at what these lead to.
fn has_given(member: &Member) -> bool {
    let lot = member.lots.last().is_some_and(|lot| lot.held.is_positive());
    let in_lots = member.in_lots.first().is_some_and(|sums| sums.free > 0);
    let month = member.months.last().is_some_and(|m| m.1.visits > 0);
    let day = member.days.last().is_some_and(|d| d.1.visits > 0);
    let counted = member.counters.first().is_some_and(|c| c.value > 0);
    lot | in_lots | month | day | counted | has_unit(&member.lifetime)
}

/// Looks at what that leads to.
fn has_earned(member: &Member) -> bool {
    let month = member.months.last().is_some_and(|m| has_unit(&m.1));
    let day = member.days.last().is_some_and(|d| has_unit(&d.1));
    month & day
}

fn has_unit(figures: &Figures) -> bool {
    figures.units.first().is_some_and(|unit| unit.1 > 0)
}

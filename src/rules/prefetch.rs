//! Prefetching. With many members each command or entry needs another one,
//! whose figures are scattered over memory: the processor waits for each
//! pointer before it can follow the next. Code that has several at hand touches
//! the data they will need, in rounds, so that the cache misses overlap.

use super::state::{Figures, Member, State};
use crate::model::MemberId;
use std::hint::black_box;

/// Number of commands or entries worth prefetching: their data must still be
/// cached when it is their turn.
pub const AHEAD: usize = 64;

/// Touches members, as far as they are in memory, and changes nothing. Each
/// round waits for the data that the one before it has found.
pub fn prefetch(state: &State, ids: impl Iterator<Item = MemberId>) {
    let members: Vec<&Member> = ids.filter_map(|id| state.members.get(&id)).collect();
    black_box(members.iter().filter(|m| has_much(m)).count());
    black_box(members.iter().filter(|m| has_given(m)).count());
    black_box(members.iter().filter(|m| has_earned(m)).count());
}

/// Touches all parts of a member that commands read and entries change.
fn has_much(member: &Member) -> bool {
    let lists = [
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

/// Touches the data that these point to.
fn has_given(member: &Member) -> bool {
    let in_lots = member.in_lots.first().is_some_and(|sums| sums.free > 0);
    let month = member.months.last().is_some_and(|m| m.1.visits > 0);
    let day = member.days.last().is_some_and(|d| d.1.visits > 0);
    let counted = member.counters.first().is_some_and(|c| c.value > 0);
    member.lots.touch() | in_lots | month | day | counted | has_unit(&member.lifetime)
}

/// Touches the data that those point to.
fn has_earned(member: &Member) -> bool {
    let month = member.months.last().is_some_and(|m| has_unit(&m.1));
    let day = member.days.last().is_some_and(|d| has_unit(&d.1));
    month & day
}

fn has_unit(figures: &Figures) -> bool {
    figures.units.first().is_some_and(|unit| unit.1 > 0)
}

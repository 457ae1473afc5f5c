//! Looking ahead. Of many members each command needs another, whose figures
//! lie all over the memory: the processor waits for one thing, which says where
//! the next one is. Whoever has several commands at hand looks at what they
//! will need, in rounds, so that it waits for all of them at the same time.

use super::Ledger;
use super::shelf::Shelf;
use super::wire::{Request, Who};
use crate::book::state::{Figures, Member};
use crate::model::MemberId;
use std::hint::black_box;

/// How many commands it is worth looking ahead: what they need must still be
/// near when it is their turn.
pub const AHEAD: usize = 64;

impl Ledger {
    /// Looks at what commands will need, as far as it is in memory, and changes
    /// nothing.
    pub fn look_ahead<'r>(&self, requests: impl Iterator<Item = &'r Request>) {
        let hash = |who: &Who| match who {
            Who::Alias(alias) => Some(super::profile::alias_hash(&self.alias_key, alias)),
            Who::Id(_) => None,
        };
        let named = requests.filter_map(|r| r.member.as_ref());
        let hashes: Vec<[u8; 16]> = named.filter_map(hash).collect();
        let ids: Vec<MemberId> = hashes
            .iter()
            .filter_map(|hash| self.shelf.known_owner(hash))
            .collect();
        self.shelf.look_at(&ids);
    }
}

impl Shelf {
    /// Each round waits for what the one before it has found.
    fn look_at(&self, ids: &[MemberId]) {
        let members = ids.iter().filter_map(|id| self.state.members.get(id));
        let members: Vec<&Member> = members.collect();
        black_box(ids.iter().filter(|id| self.has_noted(id)).count());
        black_box(members.iter().filter(|m| has_much(m)).count());
        black_box(members.iter().filter(|m| has_given(m)).count());
        black_box(members.iter().filter(|m| has_earned(m)).count());
    }
}

/// Looks at all parts of a member that commands ask about.
fn has_much(member: &Member) -> bool {
    let lists = [
        member.lots.len(),
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
    let held = member.lots.iter().filter(|lot| lot.held.is_positive());
    let month = member.months.last().is_some_and(|m| m.1.visits > 0);
    let day = member.days.last().is_some_and(|d| d.1.visits > 0);
    let counted = member.counters.first().is_some_and(|c| c.value > 0);
    (held.count() > 0) | month | day | counted | has_unit(&member.lifetime)
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

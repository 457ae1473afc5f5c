//! Figures of one side at the end, from one walk over its members.

use super::bounded_state::BoundedState;
use crate::engine::Error;
use crate::model::{Day, MemberId, Number};
use crate::rules::state::{Member, Status};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// Sums over the members of a side, and what groups are made by.
#[derive(Default)]
pub(super) struct Ends {
    /// Points in lots, by campaign and unit.
    pub lots: BTreeMap<(Number, Number), i128>,
    /// Balances by unit: lots less debts.
    pub balances: BTreeMap<Number, i128>,
    /// Members by tier; 0 for those without one.
    pub tiers: BTreeMap<Number, u64>,
    /// Every member, in their order.
    pub people: Vec<PersonAtEnd>,
}

/// A member at the end.
pub(super) struct PersonAtEnd {
    pub id: MemberId,
    pub tier: Number,
    pub enrolled: Day,
    pub is_erased: bool,
}

impl Ends {
    /// Walks over all members of a side.
    pub fn of(state: &mut BoundedState) -> Result<Ends, Error> {
        let mut ends = Ends::default();
        state.for_each(|member| ends.add(member))?;
        Ok(ends)
    }

    fn add(&mut self, member: &Member) {
        for lot in &member.lots {
            let sum = self.lots.entry((lot.campaign, lot.unit)).or_default();
            *sum += i128::from(lot.remaining.0);
        }
        let in_lots = member.in_lots.iter().map(|of| (of.unit, of.remaining));
        let owed = member.owed.iter().map(|(unit, owed)| (*unit, -owed));
        for (unit, points) in in_lots.chain(owed) {
            *self.balances.entry(unit).or_default() += i128::from(points);
        }
        let tier = member.tier.map_or(0, |held| held.tier);
        *self.tiers.entry(tier).or_default() += 1;
        self.people.push(PersonAtEnd {
            id: member.id,
            tier,
            enrolled: member.enrolled,
            is_erased: member.status == Status::Erased,
        });
    }
}

/// Members of either side, in their order.
pub(super) fn joined<'e>(
    then: &'e Ends,
    drafted: &'e Ends,
) -> impl Iterator<Item = (Option<&'e PersonAtEnd>, Option<&'e PersonAtEnd>)> {
    let mut sides = (
        then.people.iter().peekable(),
        drafted.people.iter().peekable(),
    );
    std::iter::from_fn(move || {
        let order = match (sides.0.peek(), sides.1.peek()) {
            (Some(one), Some(other)) => one.id.cmp(&other.id),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => return None,
        };
        let one = sides.0.next_if(|_| order != Ordering::Greater);
        Some((one, sides.1.next_if(|_| order != Ordering::Less)))
    })
}

//! Facts: tables of what happened, by row, in the order of the journal. Rows
//! name people and sales by their position, and days by number.

use crate::chain::hash::Hash;
use crate::model::{Channel, Day, Instant, MemberId, Number, Place};
use std::collections::HashMap;

/// Position of a person in [`Facts::people`].
pub type Who = u32;

/// Person of a row that concerns no member.
pub const NOBODY: Who = u32::MAX;

/// Place in the journal up to which facts were folded.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Mark {
    /// Number of entries.
    pub entries: u64,
    /// Chain hash of the last one; zero before the first.
    pub hash: Hash,
    /// Instant at which the clock was read for the last one.
    pub recorded: Instant,
}

/// A member, as figures count one. Erasure takes nothing away from it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Person {
    /// The random id.
    pub id: MemberId,
    /// Day of joining.
    pub joined: Day,
    /// Origin of the member, in [`Facts::sources`].
    pub source: u16,
    /// The member's referrer.
    pub referrer: Who,
    /// Person that this one was merged into; itself if none.
    pub into: Who,
    /// True once the person was erased.
    pub is_erased: bool,
}

/// A sale and what became of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sale {
    /// Entry that booked it.
    pub seq: u64,
    /// Buyer; [`NOBODY`] if none was named.
    pub who: Who,
    /// Business day.
    pub day: Day,
    /// Total in minor units, after discounts.
    pub total: i64,
    /// Goods that came back, by their share of the total.
    pub back: i64,
    /// True if it was undone, or if all of it came back.
    pub is_gone: bool,
    /// Store, in [`Facts::places`].
    pub place: u16,
    /// Channel, in [`Facts::channels`].
    pub channel: u16,
}

impl Sale {
    /// Total less what came back, in minor units; nothing for a sale that is gone.
    pub fn net(&self) -> i64 {
        match self.is_gone {
            true => 0,
            false => self.total - self.back,
        }
    }
}

/// Facts of all entries up to a mark.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Facts {
    /// Place in the journal.
    pub mark: Mark,
    /// Members, in the order in which they joined.
    pub people: Vec<Person>,
    /// Sales, in the order of the journal.
    pub sales: Vec<Sale>,
    /// Distinct sources of members.
    pub sources: Vec<String>,
    /// Distinct stores.
    pub places: Vec<Place>,
    /// Distinct channels.
    pub channels: Vec<Channel>,
    /// Positions of members by id.
    pub(super) positions: HashMap<MemberId, Who>,
}

impl Facts {
    /// Position of a member; [`NOBODY`] for an unknown one.
    pub(super) fn who(&self, id: MemberId) -> Who {
        self.positions.get(&id).copied().unwrap_or(NOBODY)
    }

    /// Person that a row belongs to now: the one into whom its person was merged.
    pub fn resolve(&self, mut who: Who) -> Who {
        // The fold accepts no merge into somebody merged, so this ends.
        while let Some(person) = self.people.get(who as usize) {
            if person.into == who {
                break;
            }
            who = person.into;
        }
        who
    }

    /// Sale of an entry, by its position.
    pub(super) fn sale_at(&self, seq: u64) -> Option<usize> {
        self.sales.binary_search_by_key(&seq, |sale| sale.seq).ok()
    }

    /// Id of a store as answers spell it; empty if none was stated.
    pub fn place(&self, place: u16, names: &crate::model::Names) -> String {
        let found = self.places.get(usize::from(place));
        found.map_or_else(String::new, |place| place.store(names))
    }

    /// Name of a channel.
    pub fn channel(&self, channel: u16) -> &str {
        let found = self.channels.get(usize::from(channel));
        found.map_or("", Channel::name)
    }
}

/// Position of a value in a list of distinct ones, appended if it is new.
pub(super) fn position<T: PartialEq + Clone>(list: &mut Vec<T>, value: &T) -> Number {
    let found = list.iter().position(|known| known == value);
    let at = found.unwrap_or_else(|| {
        list.push(value.clone());
        list.len() - 1
    });
    // Beyond 65,535 distinct names the rest share the last position.
    Number::try_from(at).unwrap_or(Number::MAX)
}

//! Each person's sales, one after another, kept up with every entry.

use super::rows::{Sale, Who};
use crate::model::Day;

/// A sale that stands, as its buyer's history has it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Bought {
    /// Business day.
    pub day: Day,
    /// Position of the sale.
    pub sale: u32,
    /// Total less what came back, in minor units.
    pub net: i64,
}

/// Sales that stand by the person they belong to now, each person's by day.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Histories(Vec<Vec<Bought>>);

impl Histories {
    /// Adds a person without sales.
    pub(super) fn add_person(&mut self) {
        self.0.push(Vec::new());
    }

    /// Memory in bytes. Complexity: linear in people.
    pub(super) fn memory_len(&self) -> usize {
        let own = self
            .0
            .iter()
            .map(|own| own.capacity() * size_of::<Bought>());
        own.sum::<usize>() + self.0.capacity() * size_of::<Vec<Bought>>()
    }

    /// Adds a sale to its owner's; complexity linear in those of later days.
    pub(super) fn put(&mut self, who: Who, bought: Bought) {
        if let Some(own) = self.0.get_mut(who as usize) {
            let at = own.partition_point(|one| *one < bought);
            own.insert(at, bought);
        }
    }

    /// Takes a sale out of its owner's.
    pub(super) fn take(&mut self, who: Who, bought: Bought) {
        if let Some(own) = self.0.get_mut(who as usize)
            && let Ok(at) = own.binary_search(&bought)
        {
            own.remove(at);
        }
    }

    /// Takes out all sales of a person.
    pub(super) fn take_all(&mut self, who: Who) -> Vec<Bought> {
        self.0
            .get_mut(who as usize)
            .map(std::mem::take)
            .unwrap_or_default()
    }

    /// A person's sales, by day.
    pub fn all(&self, who: Who) -> &[Bought] {
        self.0.get(who as usize).map_or(&[], Vec::as_slice)
    }

    /// A person's sales within a window, by day.
    pub fn within(&self, who: Who, (from, to): (Day, Day)) -> &[Bought] {
        let all = self.all(who);
        let start = all.partition_point(|one| one.day < from);
        let rest = &all[start..];
        &rest[..rest.partition_point(|one| one.day <= to)]
    }

    /// Number of distinct days on which a person bought within a window.
    pub fn day_count(&self, who: Who, window: (Day, Day)) -> usize {
        let days = self.within(who, window);
        days.chunk_by(|a, b| a.day == b.day).count()
    }

    /// Distinct days on which a person bought within a window.
    pub fn days(&self, who: Who, window: (Day, Day)) -> impl Iterator<Item = Day> {
        let days = self.within(who, window).chunk_by(|a, b| a.day == b.day);
        days.filter_map(|same| Some(same.first()?.day))
    }
}

impl Sale {
    /// The sale as a history has it; None for one that is gone.
    pub(super) fn bought(&self, at: u32) -> Option<Bought> {
        (!self.is_gone).then(|| Bought {
            day: self.day,
            sale: at,
            net: self.net(),
        })
    }
}

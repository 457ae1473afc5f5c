//! A member's sums over months, days and life: visits, spend, points earned.

use super::{DAYS_LATE, Exceeded, List, bounded_sum, entry_of};
use crate::model::{Day, Money, Number, WINDOW_DAYS_MAX};
use bincode::{Decode, Encode};

/// Days before the newest for which daily sums are kept: a late command may ask
/// for the longest window.
const DAYS_KEPT: i32 = DAYS_LATE + WINDOW_DAYS_MAX as i32;
/// Months before the newest for which sums are kept: scripts ask for 36.
const MONTHS_KEPT: i32 = 36 + DAYS_LATE / 28 + 1;

/// Sums over a month, a day or a life.
#[derive(Clone, PartialEq, Eq, Default, Debug, Encode, Decode)]
pub struct Figures {
    /// Purchases not wholly returned.
    pub visits: i64,
    /// Money spent.
    pub spend: Money,
    /// Points earned or qualified, by unit.
    pub units: List<(Number, i64)>,
}

impl Figures {
    /// The sum in one unit.
    pub fn unit(&self, unit: Number) -> i64 {
        self.units.iter().find(|u| u.0 == unit).map_or(0, |u| u.1)
    }

    pub(super) fn add(&mut self, change: &Change) -> Result<(), Exceeded> {
        self.visits = self.visits.saturating_add(change.visits);
        self.spend = Money(bounded_sum(0, self.spend.0, change.spend.0)?);
        if change.unit != 0 {
            let sum = entry_of(&mut self.units, change.unit);
            *sum = bounded_sum(change.unit, *sum, change.points)?;
        }
        Ok(())
    }
}

/// Amounts that one effect adds to the figures.
#[derive(Clone, Copy, Default, Debug)]
pub(in crate::rules) struct Change {
    pub visits: i64,
    pub spend: Money,
    pub unit: Number,
    pub points: i64,
}

impl Change {
    /// A change by points of a unit.
    pub fn of(unit: Number, points: i64) -> Change {
        Change {
            unit,
            points,
            ..Change::default()
        }
    }
}

/// Oldest month that is kept beside a newest one.
pub(super) fn month_oldest(newest: i32) -> i32 {
    newest - MONTHS_KEPT
}

/// Oldest day that is kept beside a newest one.
pub(super) fn day_oldest(newest: Day) -> Day {
    newest.plus_days(-DAYS_KEPT)
}

/// Drops sums older than any that can be asked for.
pub(super) fn forget<K: Ord + Copy>(list: &mut List<(K, Figures)>, oldest: fn(K) -> K) {
    let oldest = list.last().map(|newest| oldest(newest.0));
    let over = list.partition_point(|(key, _)| Some(*key) < oldest);
    list.remove_first(over);
}

/// Adds to the figures of a date; dates that are too old are dropped.
pub(super) fn add_dated<K: Ord + Copy>(
    list: &mut List<(K, Figures)>,
    key: K,
    oldest: fn(K) -> K,
    change: &Change,
) -> Result<(), Exceeded> {
    match list.binary_search_by_key(&key, |(k, _)| *k) {
        Ok(at) => list[at].1.add(change)?,
        Err(0) if list.last().is_some_and(|newest| key < oldest(newest.0)) => {}
        Err(at) => {
            let mut figures = Figures::default();
            figures.add(change)?;
            list.insert(at, (key, figures));
            forget(list, oldest);
        }
    }
    Ok(())
}

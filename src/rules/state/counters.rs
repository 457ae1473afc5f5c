//! Counters: what a limit counts in a period, of a member, a store or everybody.

use super::{List, narrowed};
use crate::model::{Count, Day, Number, Period, WAIT_DAYS_MAX};
use bincode::{Decode, Encode};

/// Days before the newest of which a command may still be: the longest wait,
/// and a day each for clocks that run ahead, for summer time and for the day
/// that has begun. Counters are kept as long.
pub(in crate::rules) const DAYS_LATE: i32 = WAIT_DAYS_MAX.cast_signed() + 3;

/// A counter's value in one period.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Counter {
    /// Subject of the counter.
    pub count: Count,
    /// Store; 0 for all stores.
    pub store: Number,
    /// The kind of period.
    pub each: Period,
    /// The period's first day.
    pub start: Day,
    /// Count: an `i128`, since those of the whole programme exceed the bound of
    /// an amount.
    pub value: i128,
}

/// Adds to a counter; of each kind those periods are kept that a late command
/// may fall into.
pub(in crate::rules) fn count_up(list: &mut List<Counter>, counter: Counter) {
    let is_same_kind =
        |c: &Counter| (c.count, c.store, c.each) == (counter.count, counter.store, counter.each);
    match list
        .iter_mut()
        .find(|c| is_same_kind(c) && c.start == counter.start)
    {
        Some(found) => found.value = found.value.saturating_add(counter.value),
        None => {
            let of_kind = list.iter().filter(|c| is_same_kind(c));
            let newest = of_kind.fold(counter.start, |newest, c| newest.max(c.start));
            let oldest = newest.plus_days(-DAYS_LATE);
            let is_kept = |c: &Counter| c.start.next(c.each).is_none_or(|end| end > oldest);
            list.retain(|c| !is_same_kind(c) || is_kept(c));
            if is_kept(&counter) {
                list.push(counter);
            }
        }
    }
}

/// The value of a counter in one period, everywhere; see [`counted_in`].
pub(in crate::rules) fn counted(list: &[Counter], count: Count, each: Period, start: Day) -> i64 {
    counted_in(list, count, 0, each, start)
}

/// The value of a counter in one period in one store; 0 for everywhere. It is
/// clamped to a range that no limit reaches and to which any amount can be
/// added.
pub(in crate::rules) fn counted_in(
    list: &[Counter],
    count: Count,
    store: Number,
    each: Period,
    start: Day,
) -> i64 {
    let is_it = |c: &&Counter| (c.count, c.store, c.each, c.start) == (count, store, each, start);
    let value = list.iter().find(is_it).map_or(0, |c| c.value);
    narrowed(value)
}

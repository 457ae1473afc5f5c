//! The state of the ledger: the fold of all entries so far. It has no clock and
//! no file; the engine loads members before they are needed and writes them
//! back later.

use crate::model::MemberId;
use std::collections::HashMap;
use std::ops::DerefMut;

pub use super::member_table::{ByMember, IdHasher};

mod absorbed;
pub(in crate::rules) mod activity_log;
mod aftermath;
mod announcements;
mod bounds;
mod counters;
mod figures;
mod guessing;
mod hold;
mod household;
mod ledger;
mod list;
mod lot;
mod lots;
mod member;
mod memory;
mod partners;
mod pilot;
mod tally;
mod terminals;

pub use absorbed::Absorbed;
pub use aftermath::Aftermath;
pub use announcements::{Announcement, Announcements, Telling};
pub use bounds::{Exceeded, bounded_sum, is_large, narrowed};
pub(in crate::rules) use bounds::{SMALL_SUMS_MAX, capped, is_large_amount};
pub use counters::Counter;
pub(in crate::rules) use counters::{DAYS_LATE, count_up, counted, counted_in};
pub(in crate::rules) use figures::Change;
pub use figures::Figures;
pub use guessing::{Guesser, Guesses, Guessing};
pub use hold::Hold;
pub use household::Household;
pub use ledger::{
    FailedSchedule, KeptStories, LedgerState, Scheduled, ScriptFailures, Targeting, Totals,
};
pub use list::List;
pub use lot::{Lot, LotSums};
pub use lots::Lots;
pub use member::{Member, Status, TierHeld};
pub use partners::{PartnerMonth, PartnerState, PassCharge, PassHeld, PoolState, PoolYear};
pub use pilot::RunningPilot;
pub use tally::{Tallies, Tally};
pub use terminals::{Counting, TerminalCounter, Terminals};

/// Everything a decision may read.
#[derive(Clone, Default, Debug)]
pub struct State {
    /// State that is not tied to a member.
    pub global: LedgerState,
    /// The members that are loaded.
    pub members: ByMember<Member>,
    /// Aftermath of earlier entries that have one.
    pub aftermath: HashMap<u64, Aftermath>,
}

impl State {
    /// The member into whom a member was finally merged, as far as members are
    /// loaded; the member itself if it was not merged. The loop ends, since the
    /// fold rejects a merge into a merged member.
    pub fn resolve(&self, mut id: MemberId) -> MemberId {
        while let Some(Status::MergedInto(other)) = self.members.get(&id).map(|m| &m.status) {
            id = *other;
        }
        id
    }
}

/// The value of a key in a short list, inserted with its default if missing.
pub(super) fn entry_of<'a, K: PartialEq + 'a, V: Default + 'a>(
    list: &'a mut (impl DerefMut<Target = [(K, V)]> + Extend<(K, V)>),
    key: K,
) -> &'a mut V {
    let at = list.iter().position(|(k, _)| *k == key);
    &mut at_or_new(list, at, || (key, V::default())).1
}

/// The element at a position of a short list; without one a new element at its end.
pub(super) fn at_or_new<T>(
    list: &mut (impl DerefMut<Target = [T]> + Extend<T>),
    at: Option<usize>,
    new: impl FnOnce() -> T,
) -> &mut T {
    let at = at.unwrap_or_else(|| {
        list.extend([new()]);
        list.len() - 1
    });
    &mut list[at]
}

//! Simulation: the real past decided again with a draft beside what was in force.
//! The entries of the journal say what was asked for, so every command is decided
//! a second time, on a state that evolves under the draft. With the programme that
//! was in force it comes to what happened, to the point.

mod bookings;
mod bounded_state;
mod counterparts;
mod drafted;
mod ends;
mod entry_store;
mod in_order;
mod replay;
mod report;
mod stories;
mod tally;

pub use in_order::{InOrder, TierDifference, VoucherDifference, in_order};
pub use replay::Unlike;
pub use report::{
    CampaignRow, Compared, DiscountRow, GroupRow, LimitRow, MemberRow, ReachedTold, Report,
    TierMove, TierRow, UnitRow,
};
pub use stories::{StoryRow, differing_stories, stories_in_force};
pub use tally::{Issued, Moved, Own, Reached, Tally};

use crate::engine;
use crate::engine::{Error, Ledger};
use crate::model::{Day, Entry, Instant, MemberId, Names, Policy};
use crate::policy::{Bundle, Compiled};
use crate::rules::AHEAD;
use crate::rules::state::Member;
use bounded_state::BoundedState;
use replay::{Past, Replay, Replayed, Told};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Scope, ScopedJoinHandle};

/// Entries that are handed over at once, and such batches that may wait.
const BATCH_LEN: usize = 512;
const BATCHES_MAX: usize = 8;
/// Entries after which others may use the ledger.
const SLICE: usize = 8;

/// Days that a simulation covers, both included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Window {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
}

/// Treatment of points, rewards and vouchers that were spent, and that the draft
/// would not have given.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Replies {
    /// They are spent as they were, and what is missing is a debt that later awards fill.
    #[default]
    AsTheyWere,
    /// Sales are paid in cash instead, and redemptions are not made.
    Cash,
}

impl Replies {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Replies::AsTheyWere => "as-they-were",
            Replies::Cash => "cash",
        }
    }
}

/// A simulation: everything that is compared, on both sides.
pub struct Simulation {
    /// Days that it covers.
    pub window: Window,
    /// Treatment of spending that the draft does not cover.
    pub replies: Replies,
    /// Sums of what happened.
    pub then: Tally,
    /// Sums by the draft.
    pub drafted: Tally,
    /// Commands that the draft made impossible.
    pub unlike: Unlike,
    state_then: BoundedState,
    state_drafted: BoundedState,
    /// Programme in force at the end, and the draft.
    policies: (Arc<dyn Policy>, Arc<Compiled>),
    names: Names,
}

/// Bytes of memory of a member and of an entry besides the states: sums, birthdays, places.
const MEMBER_LEN: u64 = 256;
const ENTRY_LEN: u64 = 16;

/// Bytes of memory for each of the two states, so that all keeps within the ledger's bound.
fn memory_of_a_state(ledger: &Ledger) -> u64 {
    let all = ledger.memory_beside_program();
    let others = ledger.global().members * MEMBER_LEN + ledger.durable() * ENTRY_LEN;
    all.saturating_sub(others).max(all / 4) / 2
}

/// Decides the ledger's past again with a draft in force for some days. `meanwhile` is
/// called now and then with the ledger and entries done, out of all; it may book. Memory:
/// the ledger's bound, whatever the number of members.
///
/// # Errors
/// [`Error::Programme`] if the draft has errors; I/O errors.
pub fn simulate(
    ledger: &mut Ledger,
    draft: &Bundle,
    window: Window,
    replies: Replies,
    meanwhile: &mut dyn FnMut(&mut Ledger, u64, u64) -> Result<(), Error>,
) -> Result<Simulation, Error> {
    let memory = memory_of_a_state(ledger);
    simulate_within(ledger, draft, window, replies, memory, meanwhile)
}

/// [`simulate`], with another bound in bytes on the memory of each of the two states.
///
/// # Errors
/// As [`simulate`].
pub fn simulate_within(
    ledger: &mut Ledger,
    draft: &Bundle,
    window: Window,
    replies: Replies,
    memory: u64,
    meanwhile: &mut dyn FnMut(&mut Ledger, u64, u64) -> Result<(), Error>,
) -> Result<Simulation, Error> {
    ledger.commit()?;
    let (draft, names) = engine::try_named(ledger, draft)?;
    let draft = Arc::new(draft);
    let policy: Arc<dyn Policy> = Arc::clone(&draft) as _;
    let entries = ledger.entries_from(0)?;
    let all = ledger.durable();
    let mut replay = Replay::new(ledger, (policy, names.clone()), window, replies, memory)?;
    replay_all(&mut replay, entries, &mut |ledger, done| {
        meanwhile(ledger, done, all)
    })?;
    let Replayed {
        then,
        drafted,
        state_then,
        state_drafted,
        unlike,
        policy_then,
    } = replay.end()?;
    Ok(Simulation {
        window,
        replies,
        then,
        drafted,
        unlike,
        state_then,
        state_drafted,
        policies: (policy_then, draft),
        names,
    })
}

/// Has a replay take all entries. It decides them by the draft on this thread; another reads
/// ahead, and a third folds what happened once the two sides are independent.
fn replay_all(
    replay: &mut Replay<'_>,
    entries: impl Iterator<Item = Result<Entry, Error>> + Send,
    meanwhile: &mut dyn FnMut(&mut Ledger, u64) -> Result<(), Error>,
) -> Result<(), Error> {
    std::thread::scope(|scope| {
        let mut folding: Option<Folding<'_>> = None;
        for batch in read_ahead(scope, entries, replay.begins()) {
            let (batch, mut commands) = batch?;
            for ahead in batch.chunks(AHEAD) {
                replay.look_ahead(ahead);
                for slice in ahead.chunks(SLICE) {
                    let done = replay.done();
                    meanwhile(replay.ledger(), done)?;
                    for entry in slice {
                        replay.add(entry, commands.next().flatten())?;
                    }
                }
            }
            if let Some((sender, _)) = &folding {
                // It ends before its sender only by an error, which is told below.
                if sender.send(batch).is_err() {
                    break;
                }
            } else if let Some(past) = replay.take_past() {
                folding = Some(fold_beside(scope, past));
            }
        }
        if let Some((sender, past)) = folding {
            drop(sender);
            let lost = |_| Error::Misuse("the thread that folds the past stopped".into());
            replay.put_past(past.join().map_err(lost)??);
        }
        Ok(())
    })
}

/// The thread that folds what happened, and what sends it entries.
type Folding<'s> = (
    SyncSender<Vec<Entry>>,
    ScopedJoinHandle<'s, Result<Past, Error>>,
);

/// Entries in their order, and of each that is decided again its command.
type Batch = (Vec<Entry>, std::vec::IntoIter<Option<Told>>);

/// Reads and decodes entries on a thread of their own, a bounded number ahead, and copies
/// the commands of those from an instant on.
fn read_ahead<'s>(
    scope: &'s Scope<'s, '_>,
    mut entries: impl Iterator<Item = Result<Entry, Error>> + Send + 's,
    from: Instant,
) -> Receiver<Result<Batch, Error>> {
    let (batches_in, batches_out) = sync_channel(BATCHES_MAX);
    let commands = move |batch: Vec<Entry>| {
        let is_again = |entry: &&Entry| entry.head.effective >= from;
        let told = batch
            .iter()
            .map(|entry| Some(entry).filter(is_again).map(Told::by));
        let told: Vec<_> = told.collect();
        (batch, told.into_iter())
    };
    scope.spawn(move || {
        loop {
            let batch: Result<Vec<_>, _> = entries.by_ref().take(BATCH_LEN).collect();
            let is_last = batch.as_ref().map_or(true, Vec::is_empty);
            let batch = batch.map(&commands);
            // Nobody receives any more once the taker has failed.
            if batches_in.send(batch).is_err() || is_last {
                return;
            }
        }
    });
    batches_out
}

/// Folds the side that happened on a thread of its own.
fn fold_beside<'s>(scope: &'s Scope<'s, '_>, mut past: Past) -> Folding<'s> {
    let (sender, batches) = sync_channel::<Vec<Entry>>(BATCHES_MAX);
    let thread = scope.spawn(move || {
        for batch in batches {
            for ahead in batch.chunks(AHEAD) {
                past.look_ahead(ahead);
                ahead.iter().try_for_each(|entry| past.add(entry))?;
            }
        }
        Ok(past)
    });
    (sender, thread)
}

impl Simulation {
    /// Looks at every member at the end, as they were and by the draft.
    ///
    /// # Errors
    /// I/O errors of temporary files.
    pub fn each_member(
        &self,
        mut look: impl FnMut(Option<&Member>, Option<&Member>),
    ) -> Result<(), Error> {
        let ids = self.state_then.ids().into_iter();
        let ids: BTreeSet<MemberId> = ids.chain(self.state_drafted.ids()).collect();
        for id in ids {
            let both = (self.state_then.member(id)?, self.state_drafted.member(id)?);
            look(both.0.as_deref(), both.1.as_deref());
        }
        Ok(())
    }
}

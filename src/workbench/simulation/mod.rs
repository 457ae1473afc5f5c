//! Simulation: the real past decided again with a draft beside what was in force.
//! The entries of the journal say what was asked for, so every command is decided
//! a second time, on a state that evolves under the draft. With the programme that
//! was in force it comes to what happened, to the point.

mod counterparts;
mod drafted;
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
pub use tally::{Issued, Moved, Reached, Tally};

use crate::engine::{Error, Ledger};
use crate::model::{Day, Entry, MemberId, Names, Policy};
use crate::policy::{Bundle, Compiled};
use crate::rules::State;
use crate::rules::state::Member;
use replay::{Past, Replay, Replayed};
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
    state_then: State,
    state_drafted: State,
    /// Programme in force at the end, and the draft.
    policies: (Arc<dyn Policy>, Arc<Compiled>),
    names: Names,
}

/// Decides the ledger's past again with a draft in force for some days. `meanwhile` is
/// called now and then with the ledger and entries done, out of all; it may book.
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
    ledger.commit()?;
    let (draft, names) = ledger.try_named(draft)?;
    let draft = Arc::new(draft);
    let policy: Arc<dyn Policy> = Arc::clone(&draft) as _;
    let entries = ledger.entries_from(0)?;
    let all = ledger.durable();
    let mut replay = Replay::new(ledger, (policy, names.clone()), window, replies)?;
    std::thread::scope(|scope| {
        let batches = read_ahead(scope, entries);
        let mut folding: Option<(SyncSender<Batch>, ScopedJoinHandle<'_, Past>)> = None;
        for batch in batches {
            let batch: Batch = Arc::new(batch?);
            if let Some((sender, _)) = &folding {
                // It ends only with the sender.
                let _ = sender.send(Arc::clone(&batch));
            }
            for slice in batch.chunks(SLICE) {
                let done = replay.done();
                meanwhile(replay.ledger(), done, all)?;
                slice.iter().try_for_each(|entry| replay.add(entry))?;
            }
            if let Some(past) = replay.take_past() {
                folding = Some(fold_beside(scope, past));
            }
        }
        if let Some((sender, past)) = folding {
            drop(sender);
            let lost = |_| Error::Misuse("the thread that folds the past stopped".into());
            replay.put_past(past.join().map_err(lost)?);
        }
        Ok::<(), Error>(())
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

/// Entries in their order, read together.
type Batch = Arc<Vec<Entry>>;

/// Reads and decodes entries on a thread of their own, a bounded number ahead.
fn read_ahead<'s>(
    scope: &'s Scope<'s, '_>,
    mut entries: impl Iterator<Item = Result<Entry, Error>> + Send + 's,
) -> Receiver<Result<Vec<Entry>, Error>> {
    let (batches_in, batches_out) = sync_channel(BATCHES_MAX);
    scope.spawn(move || {
        loop {
            let batch: Result<Vec<_>, _> = entries.by_ref().take(BATCH_LEN).collect();
            let is_last = batch.as_ref().map_or(true, Vec::is_empty);
            // Nobody receives any more once the taker has failed.
            if batches_in.send(batch).is_err() || is_last {
                return;
            }
        }
    });
    batches_out
}

/// Folds the side that happened on a thread of its own.
fn fold_beside<'s>(
    scope: &'s Scope<'s, '_>,
    mut past: Past,
) -> (SyncSender<Batch>, ScopedJoinHandle<'s, Past>) {
    let (sender, batches) = sync_channel::<Batch>(BATCHES_MAX);
    let thread = scope.spawn(move || {
        for batch in batches {
            batch.iter().for_each(|entry| past.add(entry));
        }
        past
    });
    (sender, thread)
}

impl Simulation {
    /// Every member at the end, as they were and by the draft.
    pub fn members(&self) -> impl Iterator<Item = (Option<&Member>, Option<&Member>)> {
        let ids: BTreeSet<MemberId> = [&self.state_then, &self.state_drafted]
            .into_iter()
            .flat_map(|state| state.members.in_order().map(|m| m.id))
            .collect();
        ids.into_iter().map(move |id| {
            (
                self.state_then.members.get(&id),
                self.state_drafted.members.get(&id),
            )
        })
    }
}

//! Simulation: the real past decided again with a draft beside what was in force.
//! The entries of the journal say what was asked for, so every command is decided
//! a second time, on a state that evolves under the draft. With the programme that
//! was in force it comes to what happened, to the point.

mod counterparts;
mod drafted;
mod entry_store;
mod replay;
mod report;
mod tally;

pub use replay::Unlike;
pub use report::{CampaignRow, Compared, GroupRow, LimitRow, ReachedTold, Report};
pub use tally::{Issued, Moved, Reached, Tally};

use crate::engine::{Error, Ledger};
use crate::model::{Day, MemberId, Names, Policy};
use crate::policy::{Bundle, Compiled};
use crate::rules::State;
use crate::rules::state::Member;
use replay::{Replay, Replayed};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Days that a simulation covers, both included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Window {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
}

/// What becomes of points, rewards and vouchers that were spent, and that the draft
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
    /// What became of spending that the draft does not cover.
    pub replies: Replies,
    /// Sums of what happened.
    pub then: Tally,
    /// Sums by the draft.
    pub drafted: Tally,
    /// What the draft made impossible.
    pub unlike: Unlike,
    state_then: State,
    state_drafted: State,
    /// Programme in force at the end, and the draft.
    policies: (Arc<dyn Policy>, Arc<Compiled>),
    names: Names,
}

/// Decides the ledger's past again with a draft in force for some days. `progress` is
/// called with entries done, out of all.
///
/// # Errors
/// [`Error::Programme`] if the draft has errors; I/O errors.
pub fn simulate(
    ledger: &mut Ledger,
    draft: &Bundle,
    window: Window,
    replies: Replies,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Simulation, Error> {
    ledger.commit()?;
    let (draft, names) = ledger.try_named(draft)?;
    let draft = Arc::new(draft);
    let policy: Arc<dyn Policy> = Arc::clone(&draft) as _;
    let entries = ledger.entries_from(0)?;
    let all = ledger.durable();
    let mut replay = Replay::new(ledger, (policy, names.clone()), window, replies)?;
    for entry in entries {
        let entry = entry?;
        replay.add(&entry)?;
        if entry.seq.is_multiple_of(1 << 12) {
            progress(entry.seq, all);
        }
    }
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

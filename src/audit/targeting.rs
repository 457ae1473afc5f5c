//! Check that the members a campaign chose are the first of its own order: this
//! needs all members as they were before the choice.

use super::scratch::UnusedState;
use crate::chain::width::to_usize;
use crate::engine::targeting;
use crate::model::{Act, Entry, MemberId, Policy, Purpose};
use crate::rules::State;
use crate::rules::campaign::target::{TARGETS_MAX, is_candidate, is_held_out};
use crate::storage::error::StorageError;

/// A choice that spans several entries: its act, and the members still to come.
#[derive(Default)]
pub(super) struct TargetingCheck {
    open: Option<(Act, Vec<(MemberId, bool)>)>,
}

impl TargetingCheck {
    /// Checks an entry that chose members. The state is the one before it.
    pub fn check(
        &mut self,
        (state, unused): (&State, &UnusedState),
        policy: &dyn Policy,
        entry: &Entry,
        targets: &[(MemberId, bool)],
    ) -> Result<Result<(), String>, StorageError> {
        let Act::CampaignTargeted {
            campaign,
            count,
            held_out,
            ..
        } = entry.act
        else {
            return Ok(Ok(()));
        };
        let n = policy.campaigns().iter().position(|c| c.number == campaign);
        let Some(n) = n.filter(|n| policy.campaigns()[*n].target.is_some()) else {
            // The repeated decision has reported it.
            return Ok(Ok(()));
        };
        let goes_on = |open: &&(Act, Vec<_>)| open.0 == entry.act && !open.1.is_empty();
        let mut left = match self.open.as_ref().filter(goes_on) {
            Some(open) => open.1.clone(),
            None => {
                let all = candidates(state, unused, policy, n)?;
                let first = to_usize(count.saturating_add(held_out)).min(all.len());
                let wanted = all[..first].to_vec();
                // A choice ends with the last member it addresses, or after all
                // members.
                let is_ended = wanted.last().is_none_or(|last| !last.1) || first == all.len();
                if !is_ended || targeting(campaign, &wanted) != entry.act {
                    return Ok(Err(OTHERS.into()));
                }
                wanted
            }
        };
        let here = left.len().min(TARGETS_MAX);
        if left[..here] != *targets {
            return Ok(Err(OTHERS.into()));
        }
        self.open = Some((entry.act.clone(), left.split_off(here)));
        Ok(Ok(()))
    }
}

const OTHERS: &str = "the members it chose are not the first of the campaign's order";

/// All candidates in the campaign's own order, each with whether it is held out.
fn candidates(
    state: &State,
    unused: &UnusedState,
    policy: &dyn Policy,
    n: usize,
) -> Result<Vec<(MemberId, bool)>, StorageError> {
    let campaign = &policy.campaigns()[n];
    let mut found = Vec::new();
    unused.each_member(state, |member| {
        let target = campaign.target.as_ref();
        if target.is_some_and(|target| is_candidate(campaign, target, member)) {
            found.push((policy.order(n, member.id, Purpose::Target), member.id));
        }
    })?;
    found.sort_unstable();
    let with = |(_, id): ([u8; 32], MemberId)| (id, is_held_out(policy, n, id));
    Ok(found.into_iter().map(with).collect())
}

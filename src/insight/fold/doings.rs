//! Folding of what members did, and of the rewards they had: what is undone does not
//! stand.

use super::first_of;
use crate::insight::facts::{Facts, add_row};
use crate::insight::rows::{Did, Doing, NOBODY, RewardHad};
use crate::model::{Entry, Number};

/// Notes what the entry's member did.
pub(super) fn did(facts: &mut Facts, entry: &Entry, did: Did) {
    let who = first_of(facts, entry);
    if who != NOBODY {
        let doing = Doing {
            seq: entry.seq,
            who,
            day: entry.head.day,
            did,
            is_gone: false,
        };
        add_row(&mut facts.doings, doing);
    }
}

/// Notes that a reward was had.
pub(super) fn have(rewards: &mut Vec<RewardHad>, entry: &Entry, reward: Number) {
    rewards.push(RewardHad {
        seq: entry.seq,
        reward,
        day: entry.head.day,
        is_gone: false,
    });
}

/// Notes whether what a member did with an entry, and had by it, stands.
pub(super) fn set_gone(facts: &mut Facts, seq: u64, is_gone: bool) {
    let first = facts.doings.partition_point(|doing| doing.seq < seq);
    let own = facts.doings[first..].iter_mut();
    own.take_while(|doing| doing.seq == seq)
        .for_each(|doing| doing.is_gone = is_gone);
    let first = facts.rewards.partition_point(|had| had.seq < seq);
    let own = facts.rewards[first..].iter_mut();
    own.take_while(|had| had.seq == seq)
        .for_each(|had| had.is_gone = is_gone);
}

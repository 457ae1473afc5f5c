//! Folding of what concerns no single member: instants, programmes, campaigns, the
//! outbox, choices of members.

use super::posting::Applied;
use crate::model::{Act, CampaignStatus, Effect, Entry, OutboxPosition};
use crate::rules::state::{KeptStories, LedgerState, Scheduled, Targeting, entry_of};

/// Applies what an entry's head and act say of the ledger.
pub(super) fn apply_act(global: &mut LedgerState, entry: &Entry) {
    let (seq, head) = (entry.seq, &entry.head);
    global.next_seq = seq + 1;
    global.recorded = global.recorded.max(head.recorded_at());
    if let Act::ClockCorrected { .. } = entry.act {
        (global.recorded, global.effective) = (head.recorded_at(), head.effective);
    } else if !head.origin.is_history {
        global.effective = global.effective.max(head.effective);
    }
    if !entry.act.receipt().is_empty() {
        global.note_slip_place(&head.origin);
    }
    match &entry.act {
        Act::PolicyActivated(activation) => global.activate(activation, seq, head.day),
        Act::PolicyScheduled(schedule) => global.scheduled.push(Scheduled {
            seq,
            at: schedule.at,
            digest: schedule.digest,
        }),
        Act::ScheduleCancelled { of, reason } => {
            global.cancel_schedule(*of, (seq, head.effective), reason);
        }
        Act::TermsAnnounced(_) | Act::AnnouncementWithdrawn { .. } => {
            global.announcements.tell(entry);
        }
        Act::StoriesKept { of, digest, .. } => global.stories.push(KeptStories {
            of: *of,
            digest: *digest,
            seq,
        }),
        _ => {}
    }
}

/// Applies changes of campaigns, of their parameters, of the first open day, and what a
/// terminal counted or a script failed at.
pub(super) fn apply_change(global: &mut LedgerState, entry: &Entry, effect: &Effect) {
    let day = entry.head.day;
    match effect {
        Effect::Campaign { campaign, status } => {
            global.campaigns.retain(|c| c.0 != *campaign);
            global.campaigns.push((*campaign, *status));
            *entry_of(&mut global.campaign_days, *campaign) = day;
            if *status == CampaignStatus::Running {
                global.tallies.resume(*campaign);
            }
        }
        Effect::Tuned {
            campaign,
            name,
            value,
        } => {
            let tuned = &mut global.tuned;
            tuned.retain(|t| !(t.0 == *campaign && t.1 == *name));
            tuned.push((*campaign, name.clone(), *value, day));
        }
        Effect::Closed { to } => global.open_from = *to,
        Effect::Terminal {
            store,
            terminal,
            counter,
            ..
        } => {
            let at = (day, entry.seq);
            global.terminals.count((*store, terminal), *counter, at);
        }
        Effect::Failed { campaign, failure } => {
            global.count_failure(*campaign, entry.seq, failure);
        }
        _ => {}
    }
}

/// Applies an acknowledgement of a sender of messages.
pub(super) fn apply_outbox_read(
    global: &mut LedgerState,
    seq: u64,
    consumer: &str,
    to: OutboxPosition,
) -> Applied {
    if to.seq >= seq {
        return Err("an acknowledgement is ahead of the entries before it".into());
    }
    let consumers = &mut global.consumers;
    match consumers.iter_mut().find(|c| c.0 == consumer) {
        Some(known) if to <= known.1 => return Err("an acknowledgement goes back".into()),
        Some(known) => known.1 = to,
        None => consumers.push((consumer.to_owned(), to)),
    }
    Ok(())
}

/// Records how many of a choice of members are still to come, after an entry that
/// chose some.
pub(super) fn keep_targeting(global: &mut LedgerState, act: &Act, chosen: u64) {
    let Act::CampaignTargeted {
        campaign,
        count,
        held_out,
        list,
    } = *act
    else {
        return;
    };
    let is_same = |open: &&Targeting| {
        (open.campaign, open.count, open.held_out, open.list) == (campaign, count, held_out, list)
    };
    let open = global.targeting.as_ref().filter(is_same);
    let left = open.map_or(count.saturating_add(held_out), |open| open.left);
    let left = left.saturating_sub(chosen);
    global.targeting = (left > 0).then_some(Targeting {
        campaign,
        count,
        held_out,
        list,
        left,
    });
}

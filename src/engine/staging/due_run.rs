//! A run over all members for whom something is due, member by member.

use crate::engine::commit::{open_page, state_writing};
use crate::engine::daily::DailyRun;
use crate::engine::staging::timeouts;
use crate::engine::stop::Stop;
use crate::engine::verbs::{aliases, targets};
use crate::engine::{Ledger, Records};
use crate::model::{Instant, MemberId};
use std::collections::VecDeque;
use std::sync::Arc;

/// A run in one pass up to an instant.
pub(in crate::engine) fn run_up_to(records: &Records, until: Instant, began: Instant) -> DailyRun {
    DailyRun {
        day: records.day_of(until),
        began,
        days: 1,
        untils: VecDeque::from([until]),
        until,
        members: VecDeque::new(),
        booked: Vec::new(),
    }
}

/// Books about `count_max` due events of a run; true once there are no more.
pub(in crate::engine) fn book_some(
    ledger: &mut Ledger,
    run: &mut DailyRun,
    count_max: usize,
) -> Result<bool, Stop> {
    let enough = run.booked.len().saturating_add(count_max);
    while let Some(id) = run.members.front().copied() {
        if run.booked.len() >= enough {
            return Ok(false);
        }
        match book_due_of(ledger, id, run.until)? {
            Some(seq) => run.booked.push(seq),
            None => drop(run.members.pop_front()),
        }
    }
    let Some(until) = run.untils.pop_front() else {
        return Ok(true);
    };
    run.until = until;
    let (members, booked) = due_members(ledger, until)?;
    run.members = members.into();
    run.booked.extend(booked);
    Ok(false)
}

/// Books all due events of a run.
pub(in crate::engine) fn book_all(ledger: &mut Ledger, mut run: DailyRun) -> Result<(), Stop> {
    while !book_some(ledger, &mut run, usize::MAX)? {}
    Ok(())
}

/// Books the due events of all members before an instant in one pass.
pub(in crate::engine) fn book_due_before(ledger: &mut Ledger, at: Instant) -> Result<(), Stop> {
    let run = run_up_to(ledger, at.after(-1), at);
    book_all(ledger, run)
}

/// Members for whom something is due, and what was booked to find them. None in a
/// dry run, since the index of due events is in the book.
fn due_members(ledger: &mut Ledger, until: Instant) -> Result<(Vec<MemberId>, Vec<u64>), Stop> {
    if ledger.writer.is_dry_run {
        return Ok((Vec::new(), Vec::new()));
    }
    state_writing::write_through(ledger)?;
    targets::finish_targets(ledger)?;
    let booked = aliases::bring_into_form(ledger)?;
    let policy = Arc::clone(ledger.policy()?);
    let records = &mut ledger.records;
    records.cache.index_due(&mut records.vault, &*policy)?;
    Ok((ledger.cache.due(until)?, booked))
}

fn book_due_of(ledger: &mut Ledger, id: MemberId, until: Instant) -> Result<Option<u64>, Stop> {
    ledger.cache.load(id)?;
    open_page::make_room(ledger)?;
    timeouts::book_next(ledger, id, until, false)
}

//! The daily run: due events of all members, day by day, which may be cut into slices.

use crate::command::{Office, Request, Verb};
use crate::engine::commit::state_writing;
use crate::engine::daily::{DailyRun, DailyTold};
use crate::engine::error::Error;
use crate::engine::programmes::taking_effect;
use crate::engine::staging::{admit, due_run};
use crate::engine::stop::{Stop, said};
use crate::engine::verbs::targets;
use crate::engine::{Ledger, Records};
use crate::model::{Day, Instant};

/// Book's key of what the last daily run did.
const LAST: &[u8] = b"L";

/// Most days that are caught up one by one; earlier ones are dealt with together.
const DAYS_MAX: i32 = 400;

/// True for a command that books what is due for all members first.
pub fn books_due(request: &Request) -> bool {
    let is_first = matches!(
        request.verb,
        Verb::Daily | Verb::Campaign { .. } | Verb::Office(Office::Close { .. })
    );
    is_first && !request.is_training
}

/// Books the due events of all members; returns the sequences of the entries.
///
/// # Errors
/// I/O errors; the clock jumped.
pub fn daily(ledger: &mut Ledger) -> Result<Vec<u64>, Error> {
    let mut run = begin_due(ledger)?;
    while !continue_daily(ledger, &mut run, usize::MAX)? {}
    Ok(run.booked)
}

/// Begins a daily run: each day since the last entry in its order, and then up to now.
///
/// # Errors
/// I/O errors; the clock jumped.
pub fn begin_daily(ledger: &mut Ledger) -> Result<DailyRun, Error> {
    ledger.commit()?;
    daily_run(ledger, true).map_err(said)
}

/// Begins to book what is due for all members, which some commands do before they are
/// decided (see [`books_due`]): done before, little is left for them.
///
/// # Errors
/// As [`begin_daily`].
pub fn begin_due(ledger: &mut Ledger) -> Result<DailyRun, Error> {
    ledger.commit()?;
    daily_run(ledger, false).map_err(said)
}

/// Books about `count_max` entries of [`begin_due`]; true once it is done.
///
/// # Errors
/// As [`begin_daily`].
pub fn continue_due(
    ledger: &mut Ledger,
    run: &mut DailyRun,
    count_max: usize,
) -> Result<bool, Error> {
    ledger.commit()?;
    let is_done = due_run::book_some(ledger, run, count_max).map_err(said)?;
    ledger.commit()?;
    Ok(is_done)
}

/// A daily run up to now: day by day, or in one pass, member by member, with each
/// member's days in their order.
fn daily_run(ledger: &mut Ledger, is_by_day: bool) -> Result<DailyRun, Stop> {
    let now = Instant(ledger.clock.now_micros());
    // One start with a wrong clock must not expire everybody's points.
    admit::check_clock(ledger, now)?;
    taking_effect::take_scheduled(ledger)?;
    let until = now.max(ledger.global().effective);
    let calendar = &ledger.programme()?.calendar;
    let (last, today) = (
        calendar.day_of(ledger.global().effective),
        calendar.day_of(until),
    );
    let first = last.plus_days(1).max(today.plus_days(-DAYS_MAX));
    let missed = first.0..=today.0;
    let mut run = due_run::run_up_to(ledger, until, now);
    run.days = missed.clone().count().max(1);
    if is_by_day {
        let starts = missed.map(|day| calendar.start_of(Day(day)));
        run.untils = starts.chain([until]).collect();
    }
    Ok(run)
}

/// Books some of a daily run, about `count_max` entries; true once it is done.
/// What it booked is durable then. Between two calls the ledger may be used in any way.
///
/// # Errors
/// As [`begin_daily`].
pub fn continue_daily(
    ledger: &mut Ledger,
    run: &mut DailyRun,
    count_max: usize,
) -> Result<bool, Error> {
    ledger.commit()?;
    let is_done = due_run::book_some(ledger, run, count_max).map_err(said)?;
    if is_done {
        run.booked
            .extend(targets::review_staged(ledger).map_err(said)?);
    }
    ledger.commit()?;
    if is_done {
        note_daily(ledger, run)?;
    }
    Ok(is_done)
}

/// Books the due events of all members in one pass, as a part of a command.
pub(in crate::engine) fn daily_staged(ledger: &mut Ledger) -> Result<(), Stop> {
    let run = daily_run(ledger, false)?;
    due_run::book_all(ledger, run)
}

fn note_daily(ledger: &mut Ledger, run: &DailyRun) -> Result<(), Error> {
    let warnings = targets::daily_warnings(ledger)?.len();
    let calendar = &ledger.programme()?.calendar;
    let told = DailyTold {
        day: run.day.to_string(),
        began: calendar.display(run.began),
        ended: calendar.display(Instant(ledger.clock.now_micros())),
        days: run.days,
        entries: run.booked.len() as u64,
        first: run.booked.first().copied(),
        last: run.booked.last().copied(),
        warnings,
    };
    let json = serde_json::to_vec(&told).map_err(|e| Error::internal(e.to_string()))?;
    state_writing::settle_book(ledger)?;
    ledger.cache.set_mark(LAST, &json)
}

/// Record of the last daily run; None if there was none since the book was made.
///
/// # Errors
/// I/O errors.
pub fn last_daily(records: &Records) -> Result<Option<DailyTold>, Error> {
    let found = records.cache.mark(LAST)?;
    Ok(found.and_then(|json| serde_json::from_slice(&json).ok()))
}

/// Time until the daily run of the present business day, in microseconds; zero if it
/// is due, and None if it was made.
///
/// # Errors
/// I/O errors.
pub fn daily_due_in(records: &Records, minutes_after_start: u16) -> Result<Option<i64>, Error> {
    let calendar = &records.programme()?.calendar;
    let now = Instant(records.clock.now_micros());
    let today = calendar.day_of(now);
    if last_daily(records)?.is_some_and(|last| last.day == today.to_string()) {
        return Ok(None);
    }
    let due = calendar.start_of(today).0 + i64::from(minutes_after_start) * 60_000_000;
    Ok(Some((due - now.0).max(0)))
}

//! The daily run, which is the service's own duty: after each start of a business day,
//! and after days off, in slices between which clients are served. Scheduled programmes
//! are put in force here as well, if no command came first.

use super::Service;
use super::gate::{Gate, Stop};
use crate::engine::{self, DailyRun};
use std::sync::Arc;
use std::thread::Builder;
use std::time::Duration;

/// Entries of a slice.
const SLICE: usize = 20;
/// Interval between looks at the clock, which may step.
const INTERVAL: Duration = Duration::from_secs(5);
/// Pause after a run that failed.
const PAUSE: Duration = Duration::from_secs(60);

/// Starts the thread of the daily run; it runs so many minutes after the business day
/// begins.
pub(super) fn start(gate: &Arc<Gate>, minutes_after_start: u16) -> std::io::Result<()> {
    let gate = Arc::clone(gate);
    let thread = Builder::new().name("stampbook-daily".into());
    thread.spawn(move || {
        let mut told = String::new();
        loop {
            let pause = match turn(&gate, minutes_after_start) {
                Ok(()) => INTERVAL,
                Err(Stop::Stopped) => return,
                Err(Stop::Later(why)) => {
                    // The same reason once.
                    if told != why {
                        tracing::warn!(why, "daily failed; it is tried again");
                        told = why;
                    }
                    PAUSE
                }
            };
            if gate.rest(pause) {
                return;
            }
        }
    })?;
    Ok(())
}

fn turn(gate: &Gate, minutes_after_start: u16) -> Result<(), Stop> {
    let due = gate.ask(move |ledger| {
        engine::take_schedules(ledger)?;
        engine::daily_due_in(ledger, minutes_after_start)
    })?;
    if due != Some(0) {
        return Ok(());
    }
    let mut run = gate.ask(engine::begin_daily)?;
    loop {
        let (is_done, returned) = gate.ask(move |ledger| slice(ledger, run))?;
        if is_done {
            let entries = returned.booked().len() as u64;
            gate.with(|service: &Service| {
                service.metrics.dailies.inc();
                service.metrics.daily_entries.inc_by(entries);
            });
            let told = gate.ask(|ledger| engine::last_daily(ledger))?;
            let days = told.as_ref().map_or(0, |told| told.days);
            let warnings = told.as_ref().map_or(0, |told| told.warnings);
            tracing::info!(entries, days, warnings, "daily");
            return Ok(());
        }
        run = returned;
    }
}

fn slice(
    ledger: &mut engine::Ledger,
    mut run: DailyRun,
) -> Result<(bool, DailyRun), engine::Error> {
    let is_done = engine::continue_daily(ledger, &mut run, SLICE)?;
    Ok((is_done, run))
}

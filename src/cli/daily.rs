//! `stampbook daily`

use super::alert;
use super::options::Cli;
use super::print::{Exit, Failure, Printer};
use super::show;
use crate::engine::{self, Ledger};
use crate::model::counted;
use crate::page::Alert;
use crate::query::{LastDaily, LastDailyReply};
use clap::Args;
use serde_json::json;

/// Books what fell due up to now and that no command of the member has booked yet: expiry,
/// releases, reviews, campaigns on days. Days are booked in their order, so a late run books
/// the same as daily ones; running it again does no harm. The service runs it by itself at
/// the start of each business day, unless started with `--no-daily`.
///
/// Warns of campaigns whose review or script failed, a scheduled programme that could not
/// take effect, and terminals whose counter skipped a number, repeated one or went back.
/// Shows alerts by the thresholds of `[alerts]` in programme.toml, and of disk and book,
/// that nobody has acknowledged; one that began is a message of the outbox.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Examples:
  stampbook daily
  stampbook daily --last")]
pub struct DailyArgs {
    /// Books nothing; shows what the last run did, whoever made it.
    #[arg(long)]
    pub last: bool,
}

/// Entries after which others are let in, if any wait.
const SLICE: usize = 20;

impl DailyArgs {
    /// Books due events until now.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        if self.last {
            return cli.ask("daily", &LastDaily::default(), out, tell);
        }
        cli.at_desk("daily", out, |ledger, out| {
            let mut run = engine::begin_daily(ledger)?;
            while !engine::continue_daily(ledger, &mut run, SLICE)? {
                out.yield_now(ledger)?;
            }
            let booked = run.booked();
            let warnings = engine::daily_warnings(ledger)?;
            let alerts = alerts(ledger, out)?;
            let alerts: Vec<&Alert> = alerts.iter().filter(|alert| alert.is_open()).collect();
            if !out.is_json() {
                show::warnings(out, &warnings);
                for alert in &alerts {
                    let entry = alert.entry.as_ref().map(|seq| format!(" (entry {seq})"));
                    out.note(format!(
                        "alert: {}{}",
                        alert.text,
                        entry.unwrap_or_default()
                    ));
                }
            }
            let (first, last) = (booked.first().copied(), booked.last().copied());
            out.line(entries_booked(booked.len() as u64, first, last))?;
            let texts: Vec<&str> = alerts.iter().map(|a| a.text.as_str()).collect();
            out.done(&json!({"ok": true, "booked": booked, "warnings": warnings, "alerts": texts}))
        })
    }
}

/// Alerts; what began and what is over is recorded, and told by the
/// outbox.
fn alerts(ledger: &mut Ledger, out: &Printer) -> Result<Vec<Alert>, Failure> {
    let Some((made, alerts)) = alert::made(ledger, out)? else {
        return Ok(Vec::new());
    };
    alert::record(ledger, &made)?;
    Ok(alerts)
}

fn tell(reply: &LastDailyReply, out: &mut Printer) -> Result<(), Failure> {
    let Some(run) = &reply.daily else {
        return Ok(out.line("no run is known")?);
    };
    let entries = entries_booked(run.entries, run.first, run.last);
    let (began, ended) = (&run.began, &run.ended);
    let days = counted(run.days as u64, "day", "days");
    let warnings = counted(run.warnings as u64, "warning", "warnings");
    out.line(format!("{began} to {ended}, {days}: {entries}; {warnings}"))?;
    Ok(())
}

fn entries_booked(count: u64, first: Option<u64>, last: Option<u64>) -> String {
    match (count, first, last) {
        (1, Some(first), _) => format!("1 entry booked, {first}"),
        (_, Some(first), Some(last)) => format!("{count} entries booked, {first} to {last}"),
        _ => "nothing fell due".into(),
    }
}

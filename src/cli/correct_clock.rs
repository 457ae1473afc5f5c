//! `stampbook correct-clock`

use super::options::Cli;
use super::print::{Exit, Failure, Printer};
use crate::engine;
use clap::Args;
use serde_json::json;

/// Puts right an accepted clock that was far ahead: from here on, entries are
/// booked at the clock's time again, although it is before that of the last entry.
/// For the office only. What fell due by the wrong clock stays booked: look through
/// `stampbook statement` and mend it with `stampbook void` or `stampbook adjust`.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook correct-clock --reason \"the till's battery was changed with the year 2062\"")]
pub struct CorrectClockArgs {
    /// Reason; it stands in the ledger.
    #[arg(long)]
    pub reason: String,
}

impl CorrectClockArgs {
    /// Books the correction.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        cli.at_desk("correct-clock", out, |ledger, out| {
            let seq = engine::correct_clock(ledger, &self.reason)?;
            let at = ledger
                .programme()?
                .calendar
                .display(ledger.global().effective);
            out.line(format!("entry {seq}: the ledger's time is {at} again"))?;
            out.done(&json!({"ok": true, "seq": seq, "at": at}))
        })
    }
}

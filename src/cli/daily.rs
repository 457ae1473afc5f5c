//! `stampbook daily`

use super::args::Cli;
use super::print::{Exit, Failure, Printer};
use super::show;
use clap::Args;
use serde_json::json;

/// Books what fell due (released, reviewed, expired, triggered) up to now, for
/// members whom nobody touched. A late run books the same as daily ones. A
/// campaign whose review fails, or whose script failed since the programme took
/// effect, is told as a warning, and so is a terminal whose counter skipped a number,
/// repeated one or went back since yesterday.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook daily")]
pub struct DailyArgs {}

impl DailyArgs {
    /// Books due events until now.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        cli.at_desk("daily", out, |ledger, out| {
            let booked = ledger.daily()?;
            let warnings = ledger.daily_warnings()?;
            if !out.is_json() {
                show::warnings(out, &warnings);
            }
            match (out.is_json(), booked.as_slice()) {
                (true, _) => {
                    out.json(&json!({"ok": true, "booked": booked, "warnings": warnings}))?
                }
                (false, []) => out.line("nothing fell due")?,
                (false, [first, .., last]) => out.line(format!(
                    "{} entries booked, {first} to {last}",
                    booked.len()
                ))?,
                (false, [only]) => out.line(format!("1 entry booked, {only}"))?,
            }
            Ok(Exit::Done)
        })
    }
}

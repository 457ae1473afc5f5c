//! `stampbook redecide`

use super::args::Cli;
use super::print::{Exit, Failure, Printer};
use crate::command::Figure;
use crate::engine::{Error, Ledger, Redecided};
use crate::model::{Day, NameKind};
use crate::query::instant_named;
use clap::Args;
use serde::Serialize;
use serde_json::json;

/// Decides again what a campaign gave (or failed to give), with the programme
/// that is active now, and shows the differences; --book books them as
/// adjustments, by which tiers are judged. Of a campaign that the programme no
/// longer has, all that it gave is too much. What is taken back comes from
/// points of the campaign only.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Examples:
  stampbook redecide --campaign double-tuesday --from 2026-11-01 --to 2026-11-30
  stampbook redecide --campaign double-tuesday --from 2026-11-24T10:00:00+01:00 --to 2026-11-24T11:30:00+01:00
  stampbook redecide --campaign double-tuesday --from 2026-11-01 --to 2026-11-30 --book --reason 'rate was wrong'")]
pub struct RedecideArgs {
    /// The campaign's id.
    #[arg(long)]
    pub campaign: String,
    /// The first day, or instant.
    #[arg(long, value_name = "WHEN")]
    pub from: String,
    /// The last day, or instant, included.
    #[arg(long, value_name = "WHEN")]
    pub to: String,
    /// Book the differences.
    #[arg(long, requires = "reason")]
    pub book: bool,
    /// Take back what was given too much as well.
    #[arg(long)]
    pub take_back: bool,
    /// Reason; kept for ever.
    #[arg(long)]
    pub reason: Option<String>,
}

/// One difference, with names.
#[derive(Serialize)]
struct Difference {
    of: u64,
    member: String,
    unit: String,
    points: Figure,
}

impl RedecideArgs {
    /// Shows the differences, and books them if asked to.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        cli.at_desk("redecide", out, |ledger, out| {
            let to = instant_named(ledger, "--to", &self.to)?;
            let from = match Day::parse(&self.from) {
                Ok(day) => ledger.programme()?.calendar.start_of(day),
                Err(_) => instant_named(ledger, "--from", &self.from)?,
            };
            if from > to {
                let message = format!("--from: {} is after --to, {}", self.from, self.to);
                return Err(Failure::bad_input(message));
            }
            let found = ledger.redecide(&self.campaign, from, to)?;
            let booked = match self.book {
                false => Vec::new(),
                true => {
                    let reason = self.reason.as_deref().unwrap_or_default();
                    ledger.settle_redecided(&self.campaign, &found, self.take_back, reason)?
                }
            };
            self.tell(&differences(ledger, &found)?, &booked, out)?;
            Ok(Exit::Done)
        })
    }

    fn tell(&self, found: &[Difference], booked: &[u64], out: &mut Printer) -> Result<(), Failure> {
        if out.is_json() {
            out.json(&json!({"ok": true, "differences": found, "booked": booked}))?;
            return Ok(());
        }
        let row = |d: &Difference| {
            let (of, points) = (d.of.to_string(), format!("{:+}", d.points));
            vec![of, d.member.clone(), points, d.unit.clone()]
        };
        let rows: Vec<Vec<String>> = found.iter().map(row).collect();
        out.table(&["purchase", "member", "points", "unit"], &rows)?;
        let count = found.len();
        out.line(match (count, self.book) {
            (0, _) => "nothing differs".into(),
            (_, false) => format!("{count} differences; nothing was booked (--book books them)"),
            (_, true) => format!("{count} differences; {} adjustments booked", booked.len()),
        })?;
        let is_less = |d: &Difference| d.points.to_decimal().is_sign_negative();
        if found.iter().any(is_less) && !self.take_back {
            out.note("note: what was given too much is taken back only with --take-back");
        }
        Ok(())
    }
}

fn differences(ledger: &Ledger, found: &[Redecided]) -> Result<Vec<Difference>, Error> {
    let (names, programme) = (&ledger.global().names, ledger.programme()?);
    let named = |d: &Redecided| Difference {
        of: d.of,
        member: d.member.to_string(),
        unit: names.text(NameKind::Unit, d.unit),
        points: Figure::of_number(programme, d.unit, d.points),
    };
    Ok(found.iter().map(named).collect())
}

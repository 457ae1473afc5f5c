//! `stampbook policy simulate`

use super::args::Cli;
use super::input;
use super::print::{Exit, Failure, Printer};
use super::progress::Progress;
use super::trouble::of_bundle;
use crate::command::Bad;
use crate::model::Day;
use crate::workbench::simulation::{Compared, Replies as Spending, Window, simulate};
use clap::{Args, ValueEnum};
use serde_json::json;
use std::path::PathBuf;

/// Decides the real past again with the programme of a folder beside what was in
/// force: what it would have given, to whom. Changes nothing.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook policy simulate programme --from 2026-10-01 --to 2026-10-31")]
pub struct SimulateArgs {
    /// The programme's folder.
    #[arg(default_value = "programme")]
    pub folder: PathBuf,
    /// First day on which it is in force.
    #[arg(long, value_name = "DAY")]
    pub from: String,
    /// Last day, included.
    #[arg(long, value_name = "DAY")]
    pub to: String,
    /// What was paid with points that it would not have given: as-they-were (it is
    /// paid so all the same, and what is missing is a debt), or cash.
    #[arg(long, value_name = "HOW", default_value = "as-they-were")]
    pub replies: Replies,
}

/// What becomes of points that were spent and would not have been there.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Replies {
    /// They are spent all the same.
    AsTheyWere,
    /// Sales are paid in cash instead.
    Cash,
}

impl SimulateArgs {
    /// Simulates, and prints both sides.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        let day = |field: &str, text: &str| Day::parse(text).map_err(|e| Bad::new(field, e));
        let window = Window {
            from: day("--from", &self.from)?,
            to: day("--to", &self.to)?,
        };
        if window.from > window.to {
            let message = format!("it is after --to, {}", self.to);
            return Err(Bad::new("--from", message).into());
        }
        let spending = match self.replies {
            Replies::AsTheyWere => Spending::AsTheyWere,
            Replies::Cash => Spending::Cash,
        };
        let folder = input::programme(out, &self.folder)?;
        cli.at_desk("simulate", out, |ledger, out| {
            let mut progress = Progress::of_items(ledger.durable(), "entries");
            progress.doing("simulating");
            let mut at = |done, _| progress.at(done);
            let made = simulate(ledger, &folder.bundle, window, spending, &mut at);
            let made = of_bundle(&folder.bundle, made)?;
            drop(progress);
            let rows = made.by_campaign();
            if out.is_json() {
                out.json(&json!({
                    "ok": true,
                    "from": window.from.to_string(),
                    "to": window.to.to_string(),
                    "campaigns": rows,
                }))?;
                return Ok(Exit::Done);
            }
            let cells = |c: &Compared| [&c.then, &c.draft, &c.difference].map(|f| f.to_string());
            let table: Vec<Vec<String>> = rows
                .iter()
                .map(|row| {
                    let names = [row.campaign.clone(), row.unit.clone()];
                    names.into_iter().chain(cells(&row.points)).collect()
                })
                .collect();
            out.table(&["campaign", "unit", "then", "draft", "difference"], &table)?;
            Ok(Exit::Done)
        })
    }
}

//! `stampbook statement`

use super::args::Cli;
use super::print::{Exit, Failure, Printer};
use super::telling::{Told, day_named, days_in_order, member_named, to_second, told_to};
use crate::engine::Ledger;
use crate::model::{Day, Entry, MemberId};
use clap::Args;
use serde_json::json;

/// A member's entries, oldest first, with what each did and the balance after.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook statement card:6900012345 --from 2026-11-01 --to 2026-11-30")]
pub struct StatementArgs {
    /// An alias or a member id.
    pub member: String,
    /// The first day.
    #[arg(long, value_name = "DAY")]
    pub from: Option<String>,
    /// The last day, included.
    #[arg(long, value_name = "DAY")]
    pub to: Option<String>,
    /// At most this many entries, the newest ones.
    #[arg(long, value_name = "N")]
    pub last: Option<usize>,
}

impl StatementArgs {
    /// Shows the member's entries.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        cli.at_desk("statement", out, |ledger, out| {
            let id = member_named(ledger, &self.member)?;
            let told = self.entries(ledger, id)?;
            match out.is_json() {
                true => {
                    out.json(&json!({"ok": true, "member": id.to_string(), "entries": told}))?
                }
                false => print(&told, id, out)?,
            }
            Ok(Exit::Done)
        })
    }

    fn entries(&self, ledger: &mut Ledger, id: MemberId) -> Result<Vec<Told>, Failure> {
        let day = |flag: &str, text: &Option<String>| -> Result<Option<Day>, Failure> {
            text.as_deref().map(|t| day_named(flag, t)).transpose()
        };
        let (from, to) = (day("--from", &self.from)?, day("--to", &self.to)?);
        days_in_order(from, to)?;
        let is_asked = |entry: &Entry| {
            from.is_none_or(|from| entry.head.day >= from)
                && to.is_none_or(|to| entry.head.day <= to)
        };
        let mut entries = ledger.history(id)?;
        entries.retain(is_asked);
        let skip = entries.len() - self.last.unwrap_or(usize::MAX).min(entries.len());
        let told = entries[skip..]
            .iter()
            .map(|entry| told_to(ledger, entry, id));
        Ok(told.collect::<Result<_, _>>()?)
    }
}

fn print(entries: &[Told], id: MemberId, out: &mut Printer) -> Result<(), Failure> {
    out.line(format!("member {id}, {} entries", entries.len()))?;
    let row = |told: &Told| {
        vec![
            told.seq.to_string(),
            to_second(&told.at),
            told.kind.replace('_', " "),
            told.what.clone(),
            told.did_text(),
            told.after_text(),
        ]
    };
    let rows: Vec<Vec<String>> = entries.iter().map(row).collect();
    out.table(&["entry", "when", "what", "why", "did", "after"], &rows)?;
    Ok(())
}

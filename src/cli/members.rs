//! `stampbook members`

use super::options::Cli;
use super::print::{Exit, Failure, Printer};
use crate::engine::{self, Ledger};
use crate::query::spreadsheet::line;
use crate::query::{MemberTold, each_of, member_columns, member_units};
use clap::{Args, ValueEnum};

/// All members by id, with balances, tier and what ends next: CSV with a line of names,
/// or JSON Lines. Names and aliases are not in it. Memory does not grow with what
/// members hold.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Examples:
  stampbook members
  stampbook members --format json")]
pub struct MembersArgs {
    /// csv, or json: one object a line.
    #[arg(long, default_value = "csv")]
    pub format: Format,
}

/// The form of a list.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// Comma-separated values.
    Csv,
    /// JSON Lines.
    Json,
}

impl MembersArgs {
    /// Prints the list.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        cli.reading("members", out, |ledger, out| {
            if out.is_json() || self.format == Format::Json {
                each(ledger, out, |member, out| Ok(out.json(&member)?))?;
                return Ok(Exit::Done);
            }
            let units = member_units(ledger)?;
            out.verbatim(&line(member_columns(&units)))?;
            each(ledger, out, |member, out| {
                Ok(out.verbatim(&line(member.cells()))?)
            })?;
            Ok(Exit::Done)
        })
    }
}

/// Members that are read before others are let in.
const SLICE: usize = 200;

/// Hands over all members, as they stand when they are read.
fn each(
    ledger: &mut Ledger,
    out: &mut Printer,
    mut tell: impl FnMut(MemberTold, &mut Printer) -> Result<(), Failure>,
) -> Result<(), Failure> {
    for ids in engine::member_ids(ledger)?.chunks(SLICE) {
        each_of(ledger, ids, |member| tell(member, out))?;
        out.yield_now(ledger)?;
    }
    Ok(())
}

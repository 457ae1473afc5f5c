//! `stampbook members`

use super::args::Cli;
use super::print::{Exit, Failure, Printer};
use super::spreadsheet::line;
use crate::query::{MemberTold, each_member, member_units};
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
        cli.at_desk("members", out, |ledger, out| {
            if out.is_json() || self.format == Format::Json {
                each_member(ledger, |member| Ok::<(), Failure>(out.json(&member)?))?;
                return Ok(Exit::Done);
            }
            let units = member_units(ledger)?;
            let of_unit = units.iter().flat_map(|unit| {
                ["", "_pending", "_held", "_ending", "_last_day"]
                    .map(|part| format!("{unit}{part}"))
            });
            let head = ["member", "standing", "enrolled", "last_purchase", "tier"];
            let head = head.map(str::to_owned).into_iter().chain(of_unit);
            out.verbatim(&line(head))?;
            each_member(ledger, |member| {
                Ok::<(), Failure>(out.verbatim(&line(row(member)))?)
            })?;
            Ok(Exit::Done)
        })
    }
}

fn row(told: MemberTold) -> impl Iterator<Item = String> {
    let fixed = [
        told.member,
        told.standing.into(),
        told.enrolled,
        told.last_purchase.unwrap_or_default(),
        told.tier.unwrap_or_default(),
    ];
    let of_unit = told.balance.into_values().flat_map(|held| {
        let (ending, last_day) = match held.expiring {
            Some(expiring) => (expiring.amount.to_string(), expiring.last_day),
            None => Default::default(),
        };
        let figures = [held.available, held.pending, held.held].map(|n| n.to_string());
        figures.into_iter().chain([ending, last_day])
    });
    fixed.into_iter().chain(of_unit)
}

//! `stampbook shift`: the close of a till's shift.

use super::day::{self, print_sums};
use super::options::Cli;
use super::print::{Exit, Failure, Printer};
use crate::command::{Text, Whole};
use crate::query::{Day, DayReply};
use clap::{Args, Subcommand};

/// Counts what a till did in a shift, to reconcile with its drawer.
#[derive(Subcommand, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook shift close --store mitte --terminal till-1")]
pub enum ShiftCommand {
    /// Counts what came since the last close, and says where the next shift begins. The
    /// shifts of a day add up to `stampbook day`. It is a report: nothing is booked.
    #[command(after_help = "\
Examples:
  stampbook shift close --store mitte --terminal till-1
  stampbook shift close --store mitte --terminal till-1 --since 4711")]
    Close(CloseArgs),
}

/// The shift.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
pub struct CloseArgs {
    /// The store.
    #[arg(long)]
    pub store: Text,
    /// The terminal.
    #[arg(long)]
    pub terminal: Text,
    /// The entry at which the shift before was closed; default: the beginning of the day.
    #[arg(long, value_name = "SEQ")]
    pub since: Option<Whole>,
}

impl ShiftCommand {
    /// Shows the figures.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        let ShiftCommand::Close(close) = self;
        let day = Day {
            store: Some(close.store.clone()),
            terminal: Some(close.terminal.clone()),
            since: close.since,
            ..Day::default()
        };
        day::ask(cli, &day, out, |told, out| print(close, told, out))
    }
}

fn print(close: &CloseArgs, told: &DayReply, out: &mut Printer) -> Result<(), Failure> {
    let till = format!("{} {}", &*close.store, &*close.terminal);
    let Some((first, last)) = told.span else {
        return Ok(out.line(format!("nothing came from {till} in this shift"))?);
    };
    out.line(format!("shift of {till}, entries {first} to {last}"))?;
    print_sums(told, out)?;
    out.line(format!("the next shift begins behind them: --since {last}"))?;
    Ok(())
}

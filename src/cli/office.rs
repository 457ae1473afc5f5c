//! `stampbook goal`, `cost` and `period`: commands of the office.

use crate::command::raw;
use clap::Subcommand;

/// Sets goals for figures.
#[derive(Subcommand, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook goal set repurchase --from 40 --to 50 --unit pp --by 2027-12-31")]
pub enum GoalCommand {
    /// Sets a goal.
    #[command(
        after_help = "Example:\n  stampbook goal set repurchase --from 40 --to 50 --unit pp --by 2027-12-31"
    )]
    Set(raw::Goal),
}

/// Books what the scheme costs besides its points.
#[derive(Subcommand, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook cost add printing 120.00 --campaign double-tuesday")]
pub enum CostCommand {
    /// Books a cost.
    #[command(
        after_help = "Example:\n  stampbook cost add printing 120.00 --campaign double-tuesday"
    )]
    Add(raw::Cost),
}

/// Closes the books of a period: nothing more is booked into it.
#[derive(Subcommand, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook period close --through 2025-12-31")]
pub enum PeriodCommand {
    /// Closes the books up to a day: nothing is booked into closed days any
    /// more, corrections go into the open ones.
    #[command(after_help = "Example:\n  stampbook period close --through 2025-12-31")]
    Close(raw::Period),
}

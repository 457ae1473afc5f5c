//! `stampbook goal`, `cost`, `period` and `opening`: what the office books.

use super::args::{HeadArgs, ToRaw, figure, text};
use crate::command::{
    Bad,
    raw::{self, Raw},
};
use clap::{Args, Subcommand};

/// Sets goals for figures.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook goal set repurchase --from 40 --to 50 --unit pp --by 2027-12-31")]
pub struct GoalArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: GoalCommand,
}

/// What to do with goals.
#[derive(Subcommand, Clone, PartialEq, Eq, Debug)]
pub enum GoalCommand {
    /// Sets a goal.
    #[command(
        after_help = "Example:\n  stampbook goal set repurchase --from 40 --to 50 --unit pp --by 2027-12-31"
    )]
    Set(GoalSetArgs),
}

/// A goal.
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
pub struct GoalSetArgs {
    /// The figure.
    pub metric: String,
    /// Where it stands.
    #[arg(long, allow_negative_numbers = true)]
    pub from: String,
    /// Where it is to be.
    #[arg(long, allow_negative_numbers = true)]
    pub to: String,
    /// pp (percentage points) or rel (per cent of where it stands).
    #[arg(long)]
    pub unit: String,
    /// The last day for it.
    #[arg(long, value_name = "DATE")]
    pub by: String,
    /// Of which members; default: all.
    #[arg(long)]
    pub segment: Option<String>,
    /// Key, place and time.
    #[command(flatten)]
    pub head: HeadArgs,
}

/// Books what the scheme costs besides its points.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook cost add printing 120.00 --campaign double-tuesday")]
pub struct CostArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: CostCommand,
}

/// What to do with costs.
#[derive(Subcommand, Clone, PartialEq, Eq, Debug)]
pub enum CostCommand {
    /// Books a cost.
    #[command(
        after_help = "Example:\n  stampbook cost add printing 120.00 --campaign double-tuesday"
    )]
    Add(CostAddArgs),
}

/// A cost.
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
pub struct CostAddArgs {
    /// What for.
    pub kind: String,
    /// How much.
    pub amount: String,
    /// Of which campaign.
    #[arg(long)]
    pub campaign: Option<String>,
    /// Free words.
    #[arg(long)]
    pub note: Option<String>,
    /// Key, place and time.
    #[command(flatten)]
    pub head: HeadArgs,
}

/// Closes the books of a period: nothing more is booked into it.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook period close --through 2025-12-31")]
pub struct PeriodArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: PeriodCommand,
}

/// What to do with periods.
#[derive(Subcommand, Clone, PartialEq, Eq, Debug)]
pub enum PeriodCommand {
    /// Closes the books up to a day: nothing is booked into closed days any
    /// more, corrections go into the open ones.
    #[command(after_help = "Example:\n  stampbook period close --through 2025-12-31")]
    Close(PeriodCloseArgs),
}

/// Up to when.
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
pub struct PeriodCloseArgs {
    /// The last closed day.
    #[arg(long, value_name = "DATE")]
    pub through: String,
    /// Key, place and time.
    #[command(flatten)]
    pub head: HeadArgs,
}

/// Brings a balance from another system's books; it ends as if it had been
/// earned here on the day of --at, unless --expires says when. Many come by `stampbook import`.
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
#[command(after_help = "\
Example:
  stampbook opening --member card:6900012345 --unit star --points 500 --source stamps-2024.xlsx --at 2026-03-01T12:00:00+01:00")]
pub struct OpeningArgs {
    /// An alias or a member id.
    #[arg(long)]
    pub member: String,
    /// Of which unit.
    #[arg(long)]
    pub unit: String,
    /// How many.
    #[arg(long)]
    pub points: String,
    /// What it was taken from.
    #[arg(long)]
    pub source: String,
    /// The last day it is good; default: as if it had been earned here.
    #[arg(long, value_name = "DATE")]
    pub expires: Option<String>,
    /// Key, place and time.
    #[command(flatten)]
    pub head: HeadArgs,
}

impl ToRaw for GoalArgs {
    fn raw(&self) -> Result<Raw, Bad> {
        let GoalCommand::Set(set) = &self.command;
        let goal = raw::Goal {
            metric: set.metric.as_str().into(),
            from: set.from.as_str().into(),
            to: set.to.as_str().into(),
            unit: set.unit.as_str().into(),
            by: set.by.as_str().into(),
            segment: text(&set.segment),
            ..raw::Goal::default()
        };
        Ok(Raw::Goal(goal.with_head(set.head.head(None))))
    }
}

impl ToRaw for CostArgs {
    fn raw(&self) -> Result<Raw, Bad> {
        let CostCommand::Add(add) = &self.command;
        let cost = raw::Cost {
            kind: add.kind.as_str().into(),
            amount: add.amount.as_str().into(),
            campaign: text(&add.campaign),
            note: text(&add.note),
            ..raw::Cost::default()
        };
        Ok(Raw::Cost(cost.with_head(add.head.head(None))))
    }
}

impl ToRaw for PeriodArgs {
    fn raw(&self) -> Result<Raw, Bad> {
        let PeriodCommand::Close(close) = &self.command;
        let period = raw::Period {
            through: close.through.as_str().into(),
            ..raw::Period::default()
        };
        Ok(Raw::Period(period.with_head(close.head.head(None))))
    }
}

impl ToRaw for OpeningArgs {
    fn raw(&self) -> Result<Raw, Bad> {
        let opening = raw::Opening {
            unit: self.unit.as_str().into(),
            points: figure("points", &self.points)?,
            source: self.source.as_str().into(),
            expires: text(&self.expires),
            ..raw::Opening::default()
        };
        let head = self.head.head(Some(&self.member));
        Ok(Raw::Opening(opening.with_head(head)))
    }
}

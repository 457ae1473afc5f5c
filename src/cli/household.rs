//! `stampbook household`

use super::args::Cli;
use super::print::{Exit, Failure, Printer};
use crate::command::{Figure, raw};
use crate::engine::Ledger;
use crate::model::{MemberId, Points};
use crate::query::member_named;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

/// Households: members who may spend one another's points of the units that
/// programme.toml marks with pooled = true.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook household join --member card:6900012345 --with card:6900054321")]
pub struct HouseholdArgs {
    /// Subcommand.
    #[command(subcommand)]
    pub command: HouseholdCommand,
}

/// Subcommands for a household.
#[derive(Subcommand, Clone, PartialEq, Eq, Debug)]
pub enum HouseholdCommand {
    /// Join another member's household, or found one together.
    #[command(after_help = "\
Example:
  stampbook household join --member card:6900012345 --with card:6900054321")]
    Join(raw::Household),
    /// Leave; everybody's points stay theirs.
    #[command(
        mut_arg("with", |arg| arg.hide(true)),
        after_help = "Example:\n  stampbook household leave --member card:6900012345"
    )]
    Leave(raw::Household),
    /// Members of it, and what they hold together.
    #[command(after_help = "Example:\n  stampbook household show card:6900012345")]
    Show(ShowHouseholdArgs),
}

/// Member whose household is shown.
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
pub struct ShowHouseholdArgs {
    /// An alias or a member id.
    pub member: String,
}

impl HouseholdArgs {
    /// Books the command, or shows the household.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        let (action, household) = match &self.command {
            HouseholdCommand::Show(args) => return args.run(cli, out),
            HouseholdCommand::Join(household) => ("join", household),
            HouseholdCommand::Leave(household) => ("leave", household),
        };
        let household = raw::Household {
            action: action.into(),
            ..household.clone()
        };
        cli.book("household", out, household)
    }
}

/// A member of a household, with the points of a pooled unit that they can spend.
type PooledShare = (MemberId, String, Figure);

impl ShowHouseholdArgs {
    fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        cli.at_desk("household show", out, |ledger, out| {
            let id = member_named(ledger, &self.member)?;
            let members = ledger.household(id)?;
            let parts = parts(ledger, &members)?;
            match out.is_json() {
                true => out.json(&told(&members, &parts))?,
                false => print(id, &members, &parts, out)?,
            }
            Ok(Exit::Done)
        })
    }
}

fn told(members: &[MemberId], parts: &[PooledShare]) -> Value {
    let part = |(id, unit, available): &PooledShare| json!({"member": id.to_string(), "unit": unit, "available": available});
    let parts: Vec<Value> = parts.iter().map(part).collect();
    let ids: Vec<String> = members.iter().map(MemberId::to_string).collect();
    json!({"ok": true, "members": ids, "pooled": parts})
}

fn print(
    id: MemberId,
    members: &[MemberId],
    parts: &[PooledShare],
    out: &mut Printer,
) -> Result<(), Failure> {
    if members.is_empty() {
        return Ok(out.line(format!("member {id} is in no household"))?);
    }
    out.line(format!("a household of {}", members.len()))?;
    for member in members {
        out.line(format!("  {member}"))?;
    }
    let rows: Vec<Vec<String>> = parts.iter().map(row).collect();
    Ok(out.table(&["member", "unit", "available"], &rows)?)
}

fn row((id, unit, available): &PooledShare) -> Vec<String> {
    vec![id.to_string(), unit.clone(), available.to_string()]
}

fn parts(ledger: &mut Ledger, members: &[MemberId]) -> Result<Vec<PooledShare>, Failure> {
    let units = ledger.programme()?.units.clone();
    let now = ledger.view()?.now;
    let mut parts = Vec::new();
    for unit in units.iter().filter(|u| u.is_pooled) {
        for id in members {
            let member = ledger.member(*id)?;
            let free = member.map_or(Points::ZERO, |m| m.available(unit.number, now));
            parts.push((*id, unit.id.clone(), Figure::of(Some(unit), free)));
        }
    }
    Ok(parts)
}

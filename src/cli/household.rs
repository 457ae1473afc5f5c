//! `stampbook household`

use super::options::Cli;
use super::print::{Exit, Failure, Printer, row};
use super::subcommand::{Acting, hides};
use crate::command::{Figure, raw};
use crate::engine::Ledger;
use crate::model::{MemberId, Points};
use crate::query::member_named;
use clap::Subcommand;
use serde_json::{Value, json};

/// Households: members who may spend one another's points of the units that
/// programme.toml marks with pooled = true.
#[derive(Subcommand, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook household join --member card:6900012345 --with card:6900054321")]
pub enum HouseholdCommand {
    /// Join another member's household, or found one together.
    #[command(after_help = "\
Example:
  stampbook household join --member card:6900012345 --with card:6900054321")]
    Join(raw::Household),
    /// Leave; everybody's points stay theirs.
    #[command(
        mut_args(hides(&["with"])),
        after_help = "Example:\n  stampbook household leave --member card:6900012345"
    )]
    Leave(raw::Household),
    /// Members of it, and what they hold together.
    #[command(after_help = "Example:\n  stampbook household show card:6900012345")]
    Show {
        /// An alias or a member id.
        member: String,
    },
}

impl HouseholdCommand {
    /// Books the command, or shows the household.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        let household = match self {
            HouseholdCommand::Show { member } => return show(member, cli, out),
            HouseholdCommand::Join(household) => household.acting("join"),
            HouseholdCommand::Leave(household) => household.acting("leave"),
        };
        cli.book("household", out, household)
    }
}

/// A member of a household, with the points of a pooled unit that they can spend.
type PooledShare = (MemberId, String, Figure);

fn show(member: &str, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
    cli.reading("household show", out, |ledger, out| {
        let id = member_named(ledger, member)?;
        let members = ledger.household(id)?;
        let parts = parts(ledger, &members)?;
        print(id, &members, &parts, out)?;
        out.done(&told(&members, &parts))
    })
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
    let rows = parts.iter();
    let rows = rows.map(|(id, unit, available)| row(&[id, unit, available]));
    Ok(out.table(&["member", "unit", "available"], rows)?)
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

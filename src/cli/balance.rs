//! `stampbook balance`

use super::args::Cli;
use super::print::{Exit, Failure, Printer};
use super::telling::{instant_named, member_named};
use crate::answer::ByUnit;
use crate::command::Figure;
use crate::engine::Ledger;
use crate::model::{Instant, MemberId, NameKind, Number, Points};
use crate::storage::clock::{Clock, SystemClock};
use clap::Args;
use serde_json::{Value, json};

/// What a member holds, by unit, with what ends next and the tier.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Examples:
  stampbook balance card:6900012345
  stampbook balance card:6900012345 --as-of 2026-12-31T23:59:59+01:00")]
pub struct BalanceArgs {
    /// An alias or a member id.
    pub member: String,
    /// As it stood then: an instant, or a day (its end, in the programme's zone).
    #[arg(long, value_name = "INSTANT|DAY")]
    pub as_of: Option<String>,
}

impl BalanceArgs {
    /// Shows what the member holds, or held.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        cli.at_desk("balance", out, |ledger, out| {
            let id = member_named(ledger, &self.member)?;
            match &self.as_of {
                None => show_now(ledger, id, out),
                Some(text) => self.show_then(ledger, id, text, out),
            }
        })
    }

    fn show_then(
        &self,
        ledger: &mut Ledger,
        id: MemberId,
        text: &str,
        out: &mut Printer,
    ) -> Result<Exit, Failure> {
        let at = instant_named(ledger, "--as-of", text)?;
        if out.is_json() {
            out.json(&then(ledger, id, at)?)?;
            return Ok(Exit::Done);
        }
        let balance = held_at(ledger, id, at)?;
        let locks = ledger.locks_at(id, at)?;
        let as_of = ledger.programme()?.calendar.display(at);
        out.line(format!("member {id} at {as_of}"))?;
        let rows: Vec<Vec<String>> = balance
            .iter()
            .map(|(unit, n)| vec![unit.clone(), n.to_string()])
            .collect();
        match rows.is_empty() {
            true => out.line("nothing had been booked yet")?,
            false => out.table(&["unit", "balance"], &rows)?,
        }
        super::show::locks(out, &locks)?;
        if at.0 > SystemClock.now_micros() {
            out.note("note: this lies ahead: what falls due until then is counted by the programme in force");
        }
        Ok(Exit::Done)
    }
}

fn show_now(ledger: &mut Ledger, id: MemberId, out: &mut Printer) -> Result<Exit, Failure> {
    if out.is_json() {
        out.json(&now(ledger, id)?)?;
        return Ok(Exit::Done);
    }
    let now = ledger.standing(id)?.unwrap_or_default();
    out.line(format!("member {id}"))?;
    super::show::balances(out, &now)?;
    Ok(Exit::Done)
}

fn held_at(ledger: &mut Ledger, id: MemberId, at: Instant) -> Result<ByUnit, Failure> {
    let held = ledger.balance_at(id, at)?;
    let (names, programme) = (&ledger.house().names, ledger.programme()?);
    let named = |(unit, points): &(Number, Points)| {
        let name = names.text(NameKind::Unit, *unit);
        (name, Figure::of_number(programme, *unit, *points))
    };
    Ok(held.iter().map(named).collect())
}

/// What a member holds now, as JSON.
pub(super) fn now(ledger: &mut Ledger, id: MemberId) -> Result<Value, Failure> {
    let now = ledger.standing(id)?.unwrap_or_default();
    Ok(json!({"ok": true, "member": id.to_string(), "now": now}))
}

/// What a member held at an instant, as JSON.
pub(super) fn then(ledger: &mut Ledger, id: MemberId, at: Instant) -> Result<Value, Failure> {
    let balance = held_at(ledger, id, at)?;
    let locks = ledger.locks_at(id, at)?;
    let as_of = ledger.programme()?.calendar.display(at);
    let member = id.to_string();
    let mut then = json!({"ok": true, "member": member, "as_of": as_of, "balance": balance});
    if !locks.is_empty() {
        then["locks"] = json!(locks);
    }
    Ok(then)
}

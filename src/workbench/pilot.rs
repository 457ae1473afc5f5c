//! A pilot compared with the rest: what both groups bought, got and cost since it began.

use super::simulation::Tally;
use crate::command::Figure;
use crate::engine::{self, Error, Ledger};
use crate::model::{NameKind, Number, PilotScope, Unit};
use crate::rules::state::RunningPilot;
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::BTreeSet;

/// Points of a unit that a group got.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct UnitSums {
    /// The unit.
    pub unit: String,
    /// Given.
    pub given: Figure,
    /// Taken back after returns and voids.
    pub taken_back: Figure,
    /// Spent.
    pub spent: Figure,
}

/// Sums of one group.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct GroupSums {
    /// Purchases.
    pub purchases: u64,
    /// Money of the purchases.
    pub sales: String,
    /// Members who bought.
    pub members: usize,
    /// Points by unit.
    pub units: Vec<UnitSums>,
    /// Money off that campaigns proposed.
    pub discounts: String,
    /// Cost: points given less those taken back, at the unit's cost or else its value, and
    /// the money off.
    pub cost: String,
}

/// A pilot beside the rest.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct PilotReport {
    /// Its name.
    pub name: String,
    /// For whom it is.
    pub scope: String,
    /// Number of its activation.
    pub number: u32,
    /// Number of the activation that decides the rest.
    pub base: u32,
    /// Entry that began it.
    pub seq: u64,
    /// Instant at which it began.
    pub since: String,
    /// Currency of the money.
    pub currency: String,
    /// Sums of the entries that the pilot decided.
    pub pilot: GroupSums,
    /// Sums of the entries that the programme for all decided.
    pub rest: GroupSums,
    /// All entries since it began. Both groups come to it, but for members who bought in both.
    pub total: GroupSums,
    /// Members who bought in both groups.
    pub members_in_both: usize,
}

/// Compares the pilot that runs with the rest, from the entries since it began.
///
/// # Errors
/// Misuse, if none runs; I/O errors.
pub fn compare(ledger: &mut Ledger) -> Result<PilotReport, Error> {
    ledger.commit()?;
    let running = engine::running_pilot(ledger)?;
    let (mut pilot, mut rest, mut total) = <(Tally, Tally, Tally)>::default();
    for entry in ledger.entries_from(running.seq + 1)? {
        let entry = entry?;
        match entry.head.bundle == running.number {
            true => pilot.add(&entry),
            false => rest.add(&entry),
        }
        total.add(&entry);
    }
    let since = since(ledger, &running)?;
    let programme = ledger.programme()?;
    let both = pilot.buyers().collect::<BTreeSet<_>>();
    let in_both = rest.buyers().filter(|id| both.contains(id));
    Ok(PilotReport {
        name: running.pilot.name.clone(),
        scope: scope(ledger, &running.pilot.scope),
        number: running.number,
        base: running.pilot.base,
        seq: running.seq,
        since,
        currency: programme.currency.clone(),
        members_in_both: in_both.count(),
        pilot: sums(ledger, &pilot)?,
        rest: sums(ledger, &rest)?,
        total: sums(ledger, &total)?,
    })
}

/// For whom a pilot is, in words.
pub fn scope(ledger: &Ledger, scope: &PilotScope) -> String {
    match scope {
        PilotScope::Tag(tag) => format!("members with the label {tag}"),
        PilotScope::Stores(stores) => {
            let name = |number: &Number| ledger.global().names.text(NameKind::Store, *number);
            let names: Vec<String> = stores.iter().map(name).collect();
            match names.len() {
                1 => format!("the store {}", names.concat()),
                _ => format!("the stores {}", names.join(", ")),
            }
        }
    }
}

/// A pilot in one sentence.
pub fn sentence(ledger: &mut Ledger, running: &RunningPilot) -> Result<String, Error> {
    let since = since(ledger, running)?;
    let (name, number, base) = (&running.pilot.name, running.number, running.pilot.base);
    let scope = scope(ledger, &running.pilot.scope);
    Ok(format!(
        "programme {number} is tried as pilot \"{name}\" for {scope} since {since} (entry {}); programme {base} decides the rest",
        running.seq
    ))
}

/// Instant at which a pilot began.
fn since(ledger: &mut Ledger, running: &RunningPilot) -> Result<String, Error> {
    let (entry, _) = engine::activation(ledger, running.number)?;
    let calendar = &ledger.programme()?.calendar;
    Ok(calendar.display(entry.head.occurred_at()))
}

fn sums(ledger: &Ledger, tally: &Tally) -> Result<GroupSums, Error> {
    let programme = ledger.programme()?;
    let money = |minor: i128| {
        let digits = u32::from(programme.digits);
        Decimal::try_from_i128_with_scale(minor, digits).unwrap_or(Decimal::MAX)
    };
    let given = tally.issued_by_unit();
    let numbers: BTreeSet<Number> = given.keys().chain(tally.moved.keys()).copied().collect();
    let discounts = money(tally.discounts.values().sum());
    let mut cost = discounts;
    let mut units = Vec::new();
    for number in numbers {
        let unit = programme.unit(number);
        let given = given.get(&number).copied().unwrap_or_default();
        let moved = tally.moved.get(&number).copied().unwrap_or_default();
        cost = cost.saturating_add(priced(unit, given - moved.taken_back));
        let figure = |points: i128| Figure::of_sum(unit, points);
        units.push(UnitSums {
            unit: ledger.global().names.text(NameKind::Unit, number),
            given: figure(given),
            taken_back: figure(moved.taken_back),
            spent: figure(moved.spent),
        });
    }
    Ok(GroupSums {
        purchases: tally.purchases,
        sales: money(tally.sales).to_string(),
        members: tally.buyers().count(),
        units,
        discounts: discounts.to_string(),
        cost: cost.normalize().to_string(),
    })
}

/// Points at the unit's cost, or else its value.
fn priced(unit: Option<&Unit>, points: i128) -> Decimal {
    let price = unit.and_then(|unit| unit.cost.or(unit.value)?.to_decimal());
    let price = price.unwrap_or_default();
    let points = Figure::of_sum(unit, points).to_decimal();
    points.checked_mul(price).unwrap_or(Decimal::MAX)
}

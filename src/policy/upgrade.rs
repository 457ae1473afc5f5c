//! Changes that a new programme must not make to the one before.

use super::bundle::Bundle;
use super::described::{Part, described};
use super::diagnostic::Diagnostic;
use super::draft::TIERS;
use super::manifest::FILE;
use crate::model::{Number, Policy, Programme, Unit};

/// Reasons why a programme cannot follow another: a unit dropped while members
/// hold some of it, a unit of another kind, another currency, other decimals,
/// another zone. `has_open_lots` tells whether any member holds some of a unit.
pub fn check_upgrade(
    old: &Programme,
    new: &Programme,
    has_open_lots: impl Fn(Number) -> bool,
) -> Vec<Diagnostic> {
    let units = old.units.iter().filter_map(|unit| {
        let message = unit_changed(unit, new.unit(unit.number), &has_open_lots)?;
        Some(upgrade_error(
            message,
            "write it as it was; a change needs a unit of its own",
        ))
    });
    let mut found: Vec<Diagnostic> = units.collect();
    if (&old.currency, old.digits) != (&new.currency, new.digits) {
        let message = format!("the currency was {}, now {}", old.currency, new.currency);
        found.push(upgrade_error(
            message,
            "another currency needs a ledger of its own",
        ));
    }
    let (was, is) = (&old.calendar.zone.name, &new.calendar.zone.name);
    if was != is {
        let message = format!("the zone was {was}, now {is}");
        found.push(upgrade_error(
            message,
            "another zone would move the days of points already given",
        ));
    }
    found
}

/// Finding that keeps a programme from following another.
pub fn upgrade_error(message: String, help: &str) -> Diagnostic {
    Diagnostic::error(FILE, (0, 0), message).help(help)
}

fn unit_changed(
    was: &Unit,
    is: Option<&Unit>,
    has_open_lots: impl Fn(Number) -> bool,
) -> Option<String> {
    let id = &was.id;
    match is {
        None if has_open_lots(was.number) => Some(format!(
            "the unit '{id}' is gone, but members still hold some"
        )),
        Some(is) if is.kind != was.kind => Some(format!("the unit '{id}' was of another kind")),
        Some(is) if is.subunits != was.subunits => {
            Some(format!("the unit '{id}' had {} subunits", was.subunits))
        }
        _ => None,
    }
}

/// Reasons why a programme cannot be tried as a pilot beside the one in force. A pilot tries
/// what customers do: campaigns and rewards. Members have one balance and one tier wherever
/// they are, and days belong to no store, so everything else must be the same.
pub fn check_pilot(
    (base, was): (&Bundle, &dyn Policy),
    (pilot, is): (&Bundle, &dyn Policy),
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let name = is.programme().name.clone();
    let (alerts, lapsing) = (is.programme().alerts, is.programme().lapsing.clone());
    let same = Programme {
        name,
        alerts,
        lapsing,
        ..was.programme().clone()
    };
    if same != *is.programme() {
        let differing = parts_of(base, pilot);
        let message = match differing.is_empty() {
            true => "a pilot must have the programme.toml and goods.csv of the programme in force"
                .into(),
            false => format!(
                "a pilot cannot change what programme.toml declares, since it holds for members wherever they are: {}",
                differing.join(", ")
            ),
        };
        let help = "take programme.toml from the programme in force (`stampbook policy show --file programme.toml`), or activate the change for all first";
        found.push(upgrade_error(message, help));
    }
    if base.text(TIERS) != pilot.text(TIERS) {
        let message =
            "a pilot cannot change the tiers: a member has one tier, whoever decides a sale";
        let help = "take tiers.rhai from the programme in force, or activate it for all first";
        found.push(Diagnostic::error(TIERS, (0, 0), message).help(help));
    }
    let both = was.campaigns().iter().chain(is.campaigns());
    for campaign in both {
        let file = &campaign.file;
        let is_new = |d: &Diagnostic| d.file != *file;
        if base.text(file) == pilot.text(file) || !found.iter().all(is_new) {
            continue;
        }
        let why = match (&campaign.trigger, &campaign.target) {
            (Some(_), _) => "runs on days of its own, which belong to no store",
            (_, Some(_)) => "chooses its members beforehand",
            _ => continue,
        };
        let message = format!(
            "the campaign '{}' {why}: the programme for all decides it, so a pilot cannot change it",
            campaign.id
        );
        let help = "leave its file as it is in force, or activate it for all";
        found.push(Diagnostic::error(file, (0, 0), message).help(help));
    }
    found
}

/// Parts of programme.toml that differ, with their names.
fn parts_of(base: &Bundle, pilot: &Bundle) -> Vec<String> {
    let of = |bundle: &Bundle| -> Vec<Part> {
        let parts = described(bundle).into_iter();
        parts.filter(|part| part.file == FILE).collect()
    };
    let (was, is) = (of(base), of(pilot));
    let both = was.iter().chain(&is);
    let differing = both.filter(|part| !(was.contains(part) && is.contains(part)));
    let mut named: Vec<String> = differing
        .map(|part| format!("{} {}", part.section, part.id).trim().to_owned())
        .collect();
    named.sort();
    named.dedup();
    named
}

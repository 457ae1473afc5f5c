//! Changes that a new programme must not make to the one before.

use super::diagnostic::Diagnostic;
use super::manifest::FILE;
use crate::model::{Number, Programme, Unit};

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

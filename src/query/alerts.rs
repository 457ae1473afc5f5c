//! Alerts: which are recorded as open, and the commands that record which of them began and
//! which are over.

use super::{Basis, Error, Made, Report};
use crate::engine::{self, Ledger};
use serde_json::{Value, json};

/// Looks for an alert, as [`engine::Options::alerts`] asks: among those recorded as open, and
/// then among those found now.
///
/// # Errors
/// I/O errors.
pub fn look_for_alert(ledger: &mut Ledger, id: &str) -> Result<Option<Vec<String>>, engine::Error> {
    let failed = |error| match error {
        Error::Ledger(error) => error,
        other => engine::Error::internal(other.to_string()),
    };
    let basis = Basis::of(ledger, None).map_err(failed)?;
    let known = basis.with(|facts, _| facts.alerts.get(id).is_some_and(|known| known.is_open));
    let (is_recorded, _) = known?;
    if is_recorded {
        return Ok(None);
    }
    let report = Report {
        name: Some("alerts".into()),
        ..Report::default()
    };
    let made = report.make_from(&basis).map_err(failed)?.made;
    let ids: Vec<String> = made.iter().flat_map(ids_of).collect();
    Ok((!ids.iter().any(|known| known == id)).then_some(ids))
}

fn ids_of(made: &Made) -> Vec<String> {
    let at = made.columns.iter().position(|column| column.id == "id");
    let ids = at.map(|at| made.rows.iter().filter_map(move |row| row.get(at)?.clone()));
    ids.into_iter().flatten().collect()
}

/// Commands that record which alerts began, got worse or are over, from the answer to
/// `report alerts`. Their keys follow from the last change, so that two who look at once
/// record it once.
pub fn alert_commands(made: &Made) -> Vec<Value> {
    let at = |id: &str| made.columns.iter().position(|column| column.id == id);
    let command = |row: &Vec<Option<String>>| {
        let of = |id: &str| at(id).and_then(|at| row.get(at)?.clone());
        let (id, state) = (of("id")?, of("state")?);
        let action = match state.as_str() {
            "new" | "worse" => "raise",
            "over" => "end",
            _ => return None,
        };
        let changed = of("changed").unwrap_or_default();
        let key = blake3::hash(format!("{id}/{changed}/{action}").as_bytes()).to_hex();
        let mut command = json!({
            "do": "alert",
            "key": format!("alert/{}", &key[..32]),
            "alert": id,
            "action": action,
        });
        for field in ["value", "text", "text_zh"] {
            if let (Some(told), "raise") = (of(field), action) {
                command[field] = told.into();
            }
        }
        Some(command)
    };
    made.rows.iter().filter_map(command).collect()
}

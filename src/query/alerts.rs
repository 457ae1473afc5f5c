//! Alerts: what is looked at beside the journal, and the commands that record which of them
//! began and which are over.

use super::{Basis, Error, Made, Report};
use crate::engine::{self, JournalView, Ledger};
use crate::insight::{Condition, Conditions};
use crate::model::{AlertRule, Instant, counted};
use serde_json::{Value, json};

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// Looks at the disk and at the ledger's folder. The ledger began at an instant.
///
/// # Errors
/// I/O errors.
pub(super) fn of_ledger(
    view: &JournalView,
    rule: AlertRule,
    began: Instant,
) -> Result<Conditions, engine::Error> {
    let disk_below = rule.disk_below;
    let free = view.disk_free();
    let free = free.filter(|free| *free < u64::from(disk_below));
    let disk = free.map(|free| Condition {
        kind: "disk",
        subject: String::new(),
        value: free,
        threshold: disk_below,
        text: (
            format!("{free} % of the ledger's disk are free; fewer than {disk_below} %"),
            format!("账本所在磁盘剩余 {free} %，低于 {disk_below} %"),
        ),
    });
    let aside = view.books_aside();
    let book = (aside > 0).then(|| Condition {
        kind: "book",
        subject: String::new(),
        value: aside as u64,
        threshold: 0,
        text: (
            "the book could not be used and was set aside; it is being made again".into(),
            "账簿无法使用，已搁置并正在重建".into(),
        ),
    });
    let backup = backup(view, rule.backup_days, began)?;
    Ok(Conditions {
        kinds: vec!["disk", "book", "backup"],
        found: disk.into_iter().chain(book).chain(backup).collect(),
    })
}

/// A backup that is too old while something was booked since.
fn backup(
    view: &JournalView,
    days_max: u32,
    began: Instant,
) -> Result<Option<Condition>, engine::Error> {
    let last = view.last_backup()?;
    let covered = last.map_or(0, |last| last.point.count);
    let missing = view.point().count.saturating_sub(covered);
    let since = last.map_or(began, |last| last.at);
    let age = view.taken().0.saturating_sub(since.0);
    if days_max == 0 || missing == 0 || age <= i64::from(days_max) * DAY {
        return Ok(None);
    }
    let days = (age / DAY).unsigned_abs();
    let old = counted(days, "day", "days");
    let text = match last {
        Some(_) => (
            format!(
                "the last backup is {old} old, and {} came since: run `stampbook backup PLACE`",
                counted(missing, "entry", "entries")
            ),
            format!(
                "上次备份在 {days} 天前，其后新增 {missing} 条：请运行 `stampbook backup PLACE`"
            ),
        ),
        None => (
            format!(
                "the ledger is {old} old, and no backup is known: run `stampbook backup PLACE`"
            ),
            format!("账本已使用 {days} 天，未见备份：请运行 `stampbook backup PLACE`"),
        ),
    };
    Ok(Some(Condition {
        kind: "backup",
        subject: String::new(),
        value: days,
        threshold: days_max,
        text,
    }))
}

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

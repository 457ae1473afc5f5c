//! Conditions of the ledger and of its disk, which are told among the alerts.

use crate::engine::{self, JournalView};
use crate::insight::{Condition, Conditions};
use crate::model::{AlertRule, Instant, counted};

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

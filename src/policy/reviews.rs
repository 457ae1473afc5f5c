//! Header fields of a campaign's own review and of its target.

use super::expiry::span;
use super::expiry::ten_thousandths;
use super::fields::Fields;
use super::known::{Known, tiers_named, unit_number};
use super::setting::Value;
use super::words::{self, WordKind};
use crate::model::{Exact, Hook, PauseWhen, RIPE_DAYS, Target, Tunable};
use rust_decimal::Decimal;

/// Longest time until awards are mature, in days.
const RIPE_DAYS_MAX: u32 = 31;
/// Default minimum of matured points.
const MATURED_MIN: i64 = 50;

/// Reads a share such as "30%", in ten-thousandths.
pub(super) fn percent(f: &mut Fields, name: &'static str) -> Option<u16> {
    let text = f.text(name)?;
    let number = text.strip_suffix('%').and_then(|n| n.trim().parse().ok());
    let part = number.and_then(|n: Decimal| n.checked_div(Decimal::ONE_HUNDRED));
    let part = part
        .filter(|p| *p >= Decimal::ZERO)
        .and_then(ten_thousandths);
    if part.is_none() {
        f.wrong_help(name, format!("cannot be '{text}'"), "write \"30%\"");
    }
    part
}

/// Reads `pause_when: #{ used_below: "30%", matured_at_least: 50, after: "7
/// days" }`, with the days after which awards are mature.
pub(super) fn pause_when(f: &mut Fields, known: &Known) -> (Option<PauseWhen>, u32) {
    let Some(mut inner) = f.inner("pause_when") else {
        return (None, RIPE_DAYS);
    };
    let used_below = percent(&mut inner, "used_below");
    let matured_min = inner.whole("matured_at_least").unwrap_or(MATURED_MIN);
    if matured_min < 1 {
        inner.wrong("matured_at_least", "needs a whole number above 0");
    }
    let ripe_days = ripe_days(&mut inner);
    let unit = inner.text("unit");
    let unit = unit.and_then(|unit| unit_number(&mut inner, known, "unit", &unit));
    if used_below.is_none() {
        inner.wrong_help("used_below", "is missing", "write used_below: \"30%\"");
    }
    let rule = used_below.map(|used_below| PauseWhen {
        used_below,
        matured_min,
        unit,
    });
    (rule, ripe_days)
}

fn ripe_days(f: &mut Fields) -> u32 {
    let text = f
        .text("after")
        .unwrap_or_else(|| format!("{RIPE_DAYS} days"));
    match span(&text) {
        Some((0, days @ 0..=RIPE_DAYS_MAX)) => days,
        _ => {
            let help = format!("write \"7 days\", at most \"{RIPE_DAYS_MAX} days\"");
            f.wrong_help("after", format!("cannot be '{text}'"), help);
            RIPE_DAYS
        }
    }
}

/// Reads `tunable: #{ rate: #{ min: 1, max: 2, start: 1.5 } }`.
pub(super) fn tunable(f: &mut Fields, hooks: &[Hook]) -> Vec<Tunable> {
    let Some(mut inner) = f.inner("tunable") else {
        return Vec::new();
    };
    let mut tunables = Vec::new();
    for (name, value) in inner.rest() {
        match limits(&value) {
            Some((min, max, start)) if min <= start && start <= max => tunables.push(Tunable {
                name,
                min: Exact::from(min),
                max: Exact::from(max),
                start: Exact::from(start),
            }),
            _ => inner.wrong_help(
                &name,
                "needs its limits",
                format!("write {name}: #{{ min: 1, max: 2 }}, with start: between them if it is not the least"),
            ),
        }
    }
    if !hooks.contains(&Hook::OnReview) {
        let help = "write fn on_review(figures) { tune(\"..\", ..); }";
        f.wrong_help("tunable", "is declared, but nothing tunes it", help);
    }
    tunables
}

fn limits(value: &Value) -> Option<(Decimal, Decimal, Decimal)> {
    let map = value.map()?;
    let known = || words::fields(WordKind::HeaderField, "campaign", "tunable.NAME.");
    if map.keys().any(|key| !known().any(|known| known == key)) {
        return None;
    }
    let number = |name: &str| map.get(name).and_then(|setting| setting.value.decimal());
    let (min, max) = (number("min")?, number("max")?);
    match map.contains_key("start") {
        true => Some((min, max, number("start")?)),
        false => Some((min, max, min)),
    }
}

/// Reads `target: #{ tag: ["fizzy"], tier: ["gold"], quota: 3, invite: "template" }`.
pub(super) fn target(f: &mut Fields, known: &Known) -> Option<Target> {
    let mut inner = f.inner("target")?;
    let quota = inner.whole("quota").map(u32::try_from);
    if matches!(quota, Some(Err(_) | Ok(0))) {
        inner.wrong("quota", "needs a whole number above 0");
    }
    let target = Target {
        tags: inner.texts("tag"),
        tiers: tiers_named(&mut inner, known, "tier"),
        quota: quota.and_then(Result::ok),
        invite: inner.text("invite").unwrap_or_default(),
    };
    Some(target)
}

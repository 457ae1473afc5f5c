//! `on_day: #{ .. }` in a header: the days on which a campaign runs.

use super::expiry::span;
use super::fields::Fields;
use super::known::{Known, unit_number};
use crate::model::{Hook, MonthlyDay, Trigger};

const HELP: &str = "write birthday: true, quiet: \"3 months\", anniversary: \"first purchase\" \
     (or \"enrolment\"), monthly: 1, or expiring: \"30 days\", unit: \"star\"";

/// Reads the field, and checks it against the function of that name.
pub(super) fn read(f: &mut Fields, known: &Known, hooks: &[Hook]) -> Option<Trigger> {
    let has_function = hooks.contains(&Hook::OnDay);
    let trigger = match f.inner("on_day") {
        Some(mut inner) => declared(&mut inner, known),
        None if has_function => {
            let message = "is missing: it says on which days fn on_day runs";
            f.wrong_help("on_day", message, HELP);
            return None;
        }
        None => return None,
    };
    if !has_function {
        let help = "write fn on_day(day, member) { .. }";
        f.wrong_help("on_day", "is declared, but there is no such function", help);
    }
    trigger
}

fn declared(f: &mut Fields, known: &Known) -> Option<Trigger> {
    // One that is there and wrong has its own message.
    let others = ["quiet", "anniversary", "expiring", "monthly"];
    let is_there = others.iter().any(|name| f.has(name));
    let found = [
        birthday(f),
        quiet(f),
        anniversary(f),
        expiring(f, known),
        monthly(f),
    ];
    let mut found = found.into_iter().flatten();
    match (found.next(), found.next()) {
        (Some(one), None) => Some(one),
        (None, _) if is_there => None,
        (None, _) => {
            f.wrong_help(
                "birthday",
                "is missing, or quiet, anniversary, expiring or monthly in its place",
                HELP,
            );
            None
        }
        _ => {
            let message = "and quiet, anniversary, expiring and monthly exclude each other";
            f.wrong_help("birthday", message, "write one campaign for each");
            None
        }
    }
}

fn birthday(f: &mut Fields) -> Option<Trigger> {
    f.is("birthday").then_some(Trigger::Birthday)
}

fn quiet(f: &mut Fields) -> Option<Trigger> {
    let text = f.text("quiet")?;
    match span(&text).filter(|s| *s != (0, 0)) {
        Some((months, days)) => Some(Trigger::Quiet { months, days }),
        None => {
            f.wrong_help("quiet", format!("cannot be '{text}'"), "write \"3 months\"");
            None
        }
    }
}

fn anniversary(f: &mut Fields) -> Option<Trigger> {
    let text = f.text("anniversary")?;
    match text.as_str() {
        "first purchase" => Some(Trigger::FirstPurchase),
        "enrolment" => Some(Trigger::Enrolment),
        _ => {
            let help = "known: first purchase, enrolment";
            f.wrong_help("anniversary", format!("cannot be '{text}'"), help);
            None
        }
    }
}

fn monthly(f: &mut Fields) -> Option<Trigger> {
    Some(monthly_days(f))
        .filter(|days| !days.is_empty())
        .map(Trigger::Monthly)
}

/// Reads the days of each month in the field `monthly`.
pub(super) fn monthly_days(f: &mut Fields) -> Vec<MonthlyDay> {
    let mut days = Vec::new();
    for text in f.texts_or_wholes("monthly") {
        match MonthlyDay::parse(&text) {
            Ok(day) => days.push(day),
            Err(help) => f.wrong_help("monthly", format!("cannot be '{text}'"), help),
        }
    }
    days
}

fn expiring(f: &mut Fields, known: &Known) -> Option<Trigger> {
    let texts = f.texts("expiring");
    let unit = f.text("unit");
    if texts.is_empty() {
        return None;
    }
    let mut days = Vec::new();
    for text in &texts {
        match span(text) {
            Some((0, n @ 1..=366)) => days.push(n),
            _ => f.wrong_help(
                "expiring",
                format!("cannot be '{text}'"),
                "write \"30 days\", or a list of such; 1 to 366 days",
            ),
        }
    }
    let Some(unit) = unit else {
        f.wrong("unit", "is missing: which points end?");
        return None;
    };
    let unit = unit_number(f, known, "unit", &unit)?;
    Some(Trigger::Expiring { unit, days })
}

//! Commands of the office.

use super::*;
use crate::command::bad::shortened;
use crate::model::{AlertChange, AlertChanged, Exact};

/// Figures for which a goal can be set.
const METRICS: [&str; 13] = [
    "active_members",
    "ces",
    "churn",
    "cost",
    "csat",
    "lifetime_value",
    "nps",
    "repurchase",
    "response_time",
    "retention",
    "return",
    "sales",
    "utilisation",
];

fn decimal(field: &str, text: Amount) -> Parsed<Exact> {
    Exact::parse(&text).map_err(|e| Bad::new(field, format!("'{}' {e}", shortened(&text))))
}

pub(in crate::command) fn goal(raw: raw::Goal, _: &Context<'_>) -> Parsed<Verb> {
    let units = [("pp", true), ("rel", false)];
    let is_points = one_of("unit", "unit of a goal", &raw.unit, &units)?;
    let metric = needed("metric", raw.metric)?;
    if !METRICS.contains(&metric.as_str()) {
        return Err(Bad::unknown("metric", "metric", &metric, &METRICS));
    }
    let (from, to) = (decimal("from", raw.from)?, decimal("to", raw.to)?);
    if from == to {
        return Err(Bad::new(
            "to",
            "is where it stands already; say where it is to be",
        ));
    }
    if !is_points && from == Exact::default() {
        let message = "is a part of where it stands, and that is 0; say pp";
        return Err(Bad::new("unit", message));
    }
    Ok(Verb::Office(Office::Goal {
        metric,
        from,
        to,
        is_points,
        by: day("by", raw.by)?,
        segment: text("segment", raw.segment)?,
    }))
}

pub(in crate::command) fn cost(raw: raw::Cost, context: &Context<'_>) -> Parsed<Verb> {
    Ok(Verb::Office(Office::Cost {
        kind: needed("kind", kind_word(&raw.kind).into())?,
        amount: more_than_none("amount", raw.amount, context.digits)?,
        campaign: text("campaign", raw.campaign)?,
        note: text("note", raw.note)?,
    }))
}

pub(in crate::command) fn alert(raw: raw::Alert, _: &Context<'_>) -> Parsed<Verb> {
    let changes = AlertChange::ALL.map(|change| (change.word(), change));
    let change = one_of("action", "action on an alert", &raw.action, &changes)?;
    let by = text("by", raw.by)?;
    if change == AlertChange::Acknowledged && by.is_empty() {
        return Err(Bad::new("by", "name whoever has seen to it"));
    }
    let told = text("text", raw.text)?;
    if change == AlertChange::Raised && told.is_empty() {
        return Err(Bad::new("text", "say what the alert is"));
    }
    Ok(Verb::Office(Office::Alert(AlertChanged {
        alert: needed("alert", raw.alert)?,
        change,
        value: optional("value", raw.value, decimal)?,
        text: told,
        text_zh: text("text_zh", raw.text_zh)?,
        by,
        reason: text("reason", raw.reason)?,
    })))
}

pub(in crate::command) fn close(raw: raw::Period, _: &Context<'_>) -> Parsed<Verb> {
    let through = day("through", raw.through)?;
    Ok(Verb::Office(Office::Close { through }))
}

pub(in crate::command) fn opening(raw: raw::Opening, _: &Context<'_>) -> Parsed<Verb> {
    Ok(Verb::Office(Office::Opening {
        unit: needed("unit", raw.unit)?,
        points: raw.points.to_decimal(),
        source: needed("source", raw.source)?,
        expires: optional("expires", raw.expires, day)?,
    }))
}

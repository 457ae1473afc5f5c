//! Partners and pools as they were sent.

use super::{Context, Parsed, leaf::*};
use crate::command::bad::Bad;
use crate::command::raw;
use crate::command::request::{PartnerAction, PartnerAsked, PoolPayment, Verb};
use crate::model::Day;

pub(in crate::command) fn partner(raw: raw::Partner, _: &Context<'_>) -> Parsed<Verb> {
    let known = ["suspend", "resume", "settle"];
    let month = optional("month", raw.month, |field, text| month(field, &text))?;
    let action = match (&*raw.action, month) {
        ("suspend", None) => PartnerAction::Suspend,
        ("resume", None) => PartnerAction::Resume,
        ("settle", Some(month)) => PartnerAction::Settle { month },
        ("settle", None) => return Err(Bad::missing("month", "say which, as 2026-11")),
        ("suspend" | "resume", _) => return Err(Bad::new("month", "belongs to 'settle' only")),
        (other, _) => return Err(Bad::unknown("action", "action", other, &known)),
    };
    let is_settled = matches!(action, PartnerAction::Settle { .. });
    if !is_settled && raw.reason.is_none() {
        return Err(Bad::new("reason", "is missing"));
    }
    Ok(Verb::Partner(PartnerAsked {
        partner: needed("partner", raw.partner)?,
        action,
        reason: text("reason", raw.reason)?,
    }))
}

/// The first day of a month written as `2026-11`.
pub fn month(field: &str, text: &str) -> Parsed<Day> {
    Day::parse(&format!("{text}-01"))
        .map_err(|_| Bad::new(field, format!("'{text}' is no month; write it as 2026-11")))
}

pub(in crate::command) fn pool(raw: raw::Pool, context: &Context<'_>) -> Parsed<Verb> {
    let evidence = optional("evidence", raw.evidence, hash)?;
    Ok(Verb::Pool(PoolPayment {
        pool: needed("pool", raw.pool)?,
        amount: more_than_none("amount", raw.amount, context.digits)?,
        to: needed("to", raw.to)?,
        evidence,
    }))
}

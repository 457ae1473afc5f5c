//! Passes as they were sent.

use super::{Context, Parsed, leaf::*};
use crate::command::bad::{Bad, one_of};
use crate::command::raw;
use crate::command::request::{PassAction, PassAsked, Verb};

const ACTIONS: [(&str, PassAction); 3] = [
    ("start", PassAction::Start),
    ("renew", PassAction::Renew),
    ("cancel", PassAction::Cancel),
];

pub(in crate::command) fn pass(raw: raw::Pass, context: &Context<'_>) -> Parsed<Verb> {
    let action = one_of("action", "action", &raw.action, &ACTIONS)?;
    let is_cancelled = action == PassAction::Cancel;
    if is_cancelled && raw.paid.is_some() {
        return Err(Bad::new("paid", "does not belong to 'cancel'"));
    }
    if is_cancelled && raw.reason.is_none() {
        return Err(Bad::new("reason", "is missing"));
    }
    Ok(Verb::Pass(PassAsked {
        pass: needed("pass", raw.pass)?,
        action,
        paid: optional("paid", raw.paid, |field, paid| {
            money(field, paid, context.digits)
        })?,
        reason: text("reason", raw.reason)?,
    }))
}

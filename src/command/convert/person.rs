//! Activities, consents and remarks of members.

use super::*;
use crate::command::raw;

/// Most fields of an activity.
const FIELDS_MAX: usize = 16;
/// Longest value of a field, in bytes.
const VALUE_LEN_MAX: usize = 200;

pub(in crate::command) fn activity(raw: raw::Activity, _: &Context<'_>) -> Parsed<Verb> {
    at_most(FIELDS_MAX, "fields", raw.fields.len(), "fields")?;
    let field = |(name, value): (String, scalar::Plain)| {
        let place = format!("fields.{name}");
        at_most(VALUE_LEN_MAX, &place, value.len(), "bytes")?;
        let value = text(&place, Some(Text(value.0)))?;
        Ok((text("fields", Some(name.into()))?, value))
    };
    Ok(Verb::Activity(Activity {
        activity: needed("activity", raw.activity)?,
        fields: raw.fields.into_iter().map(field).collect::<Parsed<_>>()?,
        message: text("message", raw.message)?,
        by: identified(raw.by)?,
    }))
}

pub(in crate::command) fn consent(raw: raw::Consent, _: &Context<'_>) -> Parsed<Verb> {
    let known = [("give", true), ("withdraw", false)];
    let is_given = one_of("action", "action", &raw.action, &known)?;
    if raw.purposes.is_empty() {
        let remedy = "say for what, for example \"purposes\":[\"marketing\"]";
        return Err(Bad::missing("purposes", remedy));
    }
    Ok(Verb::Consent(ConsentChange {
        purposes: each("purposes", raw.purposes, |purpose| needed("", purpose))?,
        is_given,
        notice: text("notice", raw.notice)?,
    }))
}

pub(in crate::command) fn erase(raw: raw::Erase, _: &Context<'_>) -> Parsed<Verb> {
    let reason = needed("reason", raw.reason)?;
    Ok(Verb::Erase { reason })
}

pub(in crate::command) fn claim(raw: raw::Claim, _: &Context<'_>) -> Parsed<Verb> {
    let code = needed("code", raw.code)?;
    Ok(Verb::Claim { code })
}

/// Longest remark on a member, in bytes.
const NOTE_LEN_MAX: usize = 500;

pub(in crate::command) fn note(raw: raw::Note, _: &Context<'_>) -> Parsed<Verb> {
    at_most(NOTE_LEN_MAX, "text", raw.text.len(), "bytes")?;
    Ok(Verb::Note {
        purpose: needed("purpose", raw.purpose)?,
        text: needed("text", raw.text)?,
    })
}

/// Converts attributes: their names and values as texts.
pub(super) fn attributes(
    raw: std::collections::BTreeMap<String, Text>,
) -> Parsed<Vec<(String, String)>> {
    let attribute = |(name, value): (String, Text)| {
        let place = format!("attributes.{name}");
        let value = text(&place, Some(value))?;
        Ok((text("attributes", Some(name.into()))?, value))
    };
    raw.into_iter().map(attribute).collect()
}

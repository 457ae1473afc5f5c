//! Holds, and what goes from one member to another.

use super::leaf::{count, needed, text, who};
use super::super::{HouseholdAsked, Taker};
use super::*;

pub(super) fn hold(raw: raw::Hold<'_>) -> Parsed<Verb> {
    let until = Instant::parse(&shortened(&raw.until)).map_err(|e| Bad::new("until", e))?;
    Ok(Verb::Hold {
        what: redeemed(raw.unit, raw.points, raw.reward)?,
        until: until.0,
        note: text("note", raw.note)?,
    })
}

pub(super) fn capture(raw: raw::Capture<'_>) -> Parsed<Verb> {
    Ok(Verb::Capture {
        of: hold_named(raw.of, raw.seq)?,
        points: raw.points.map(|n| count("points", n)).transpose()?,
        is_final: raw.is_final,
    })
}

pub(super) fn release(raw: raw::Release<'_>) -> Parsed<Verb> {
    let of = hold_named(raw.of, raw.seq)?;
    Ok(Verb::Release { of })
}

fn hold_named(of: Option<Text<'_>>, seq: Option<Whole>) -> Parsed<EntryRef> {
    let missing = || Bad::new("of", "is missing; name the hold by 'of' (its key) or 'seq'");
    entry_ref(of, seq)?.ok_or_else(missing)
}

pub(super) fn transfer(raw: raw::Transfer<'_>) -> Parsed<Verb> {
    const ACTIONS: [&str; 3] = ["send", "send_token", "claim"];
    let action = raw.action.unwrap_or_else(|| "send".into());
    let stray = |is_given: bool, field: &str, action: &str| match is_given {
        true => Err(Bad::new(field, format!("does not belong to '{action}'"))),
        false => Ok(()),
    };
    let to = match &*action {
        "claim" => {
            stray(raw.to.is_some(), "to", "claim")?;
            stray(raw.unit.is_some(), "unit", "claim")?;
            stray(raw.points.is_some(), "points", "claim")?;
            let token = needed("token", raw.token.unwrap_or_default())?;
            return Ok(Verb::ClaimPoints { token });
        }
        "send_token" => {
            stray(raw.to.is_some(), "to", "send_token")?;
            Taker::Token
        }
        "send" => Taker::Member(match &raw.to {
            Some(to) => who("to", to)?,
            None => return Err(Bad::new("to", "is missing; say who gets them")),
        }),
        other => return Err(Bad::unknown("action", "action", other, &ACTIONS)),
    };
    stray(raw.token.is_some(), "token", &action)?;
    let missing = || Bad::new("points", "is missing");
    Ok(Verb::Transfer {
        to,
        unit: needed("unit", raw.unit.unwrap_or_default())?,
        points: count("points", raw.points.ok_or_else(missing)?)?,
        note: text("note", raw.note)?,
    })
}

pub(super) fn household(raw: raw::Household<'_>) -> Parsed<Verb> {
    let asked = match (&*raw.action, raw.with) {
        ("join", Some(with)) => HouseholdAsked::Join {
            with: who("with", &with)?,
        },
        ("join", None) => return Err(Bad::new("with", "is missing; name the other member")),
        ("leave", None) => HouseholdAsked::Leave,
        ("leave", Some(_)) => return Err(Bad::new("with", "belongs to 'join' only")),
        (other, _) => return Err(Bad::unknown("action", "action", other, &["join", "leave"])),
    };
    Ok(Verb::Household(asked))
}

pub(super) fn merge(raw: raw::Merge<'_>) -> Parsed<Verb> {
    Ok(Verb::Merge {
        into: who("into", &raw.into)?,
        reason: needed("reason", raw.reason)?,
    })
}

pub(super) fn unmerge(raw: raw::Unmerge<'_>) -> Parsed<Verb> {
    let missing = || {
        Bad::new(
            "of",
            "is missing; name the merge by 'of' (its key) or 'seq'",
        )
    };
    let of = entry_ref(raw.of, raw.seq)?.ok_or_else(missing)?;
    Ok(Verb::Unmerge { of })
}

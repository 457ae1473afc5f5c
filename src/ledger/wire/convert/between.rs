//! Holds, and what goes from one member to another.

use super::leaf::{count, needed, text, who};
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
    let missing = || Bad::missing("of", "name the hold by 'of' (its key) or 'seq'");
    entry_ref(of, seq)?.ok_or_else(missing)
}

pub(super) fn transfer(raw: raw::Transfer<'_>) -> Parsed<Verb> {
    Ok(Verb::Transfer {
        to: who("to", &raw.to)?,
        unit: needed("unit", raw.unit)?,
        points: count("points", raw.points)?,
        note: text("note", raw.note)?,
    })
}

pub(super) fn merge(raw: raw::Merge<'_>) -> Parsed<Verb> {
    Ok(Verb::Merge {
        into: who("into", &raw.into)?,
        reason: needed("reason", raw.reason)?,
    })
}

pub(super) fn unmerge(raw: raw::Unmerge<'_>) -> Parsed<Verb> {
    let missing = || Bad::missing("of", "name the merge by 'of' (its key) or 'seq'");
    let of = entry_ref(raw.of, raw.seq)?.ok_or_else(missing)?;
    Ok(Verb::Unmerge { of })
}

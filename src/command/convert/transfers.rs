//! Holds, and transfers between members.

use super::*;

pub(in crate::command) fn hold(raw: raw::Hold, _: &Context<'_>) -> Parsed<Verb> {
    let (until, _) = instant("until", raw.until)?;
    let note = text("note", raw.note)?;
    if raw.code.is_none() && raw.lot.is_none() {
        let what = redeemed(raw.unit, raw.points, raw.reward)?;
        return Ok(Verb::Hold { what, until, note });
    }
    if raw.unit.is_some() || raw.points.is_some() || raw.reward.is_some() {
        let message =
            "say what is set aside: 'unit' and 'points', 'reward', or a voucher by 'code' or 'lot'";
        return Err(Bad::new("", message));
    }
    let which = super::vouchers::which(raw.code, raw.lot)?;
    Ok(Verb::HoldVoucher { which, until, note })
}

pub(in crate::command) fn capture(raw: raw::Capture, _: &Context<'_>) -> Parsed<Verb> {
    Ok(Verb::Capture {
        of: hold_named(raw.of, raw.seq)?,
        points: optional("points", raw.points, count)?,
        is_final: raw.is_final,
    })
}

pub(in crate::command) fn release(raw: raw::Release, _: &Context<'_>) -> Parsed<Verb> {
    let of = hold_named(raw.of, raw.seq)?;
    Ok(Verb::Release { of })
}

fn hold_named(of: Option<Text>, seq: Option<Whole>) -> Parsed<EntryRef> {
    let missing = || Bad::missing("of", "name the hold by 'of' (its key) or 'seq'");
    entry_ref(of, seq)?.ok_or_else(missing)
}

const TRANSFERS: [&str; 3] = ["send", "send_token", "claim"];

pub(in crate::command) fn transfer(raw: raw::Transfer, _: &Context<'_>) -> Parsed<Verb> {
    let action = raw.action.as_deref().map_or("send".into(), kind_word);
    match &*action {
        "send" | "send_token" => send(&action, raw),
        "claim" => claim_points(raw),
        other => Err(Bad::unknown("action", "action", other, &TRANSFERS)),
    }
}

fn send(action: &str, raw: raw::Transfer) -> Parsed<Verb> {
    stray(raw.token.is_some(), "token", action)?;
    let missing = || Bad::new("points", "is missing");
    Ok(Verb::Transfer {
        to: taker(action, raw.to)?,
        unit: needed("unit", raw.unit.unwrap_or_default())?,
        points: count("points", raw.points.ok_or_else(missing)?)?,
        note: text("note", raw.note)?,
    })
}

fn taker(action: &str, to: Option<Text>) -> Parsed<Taker> {
    match (action, to) {
        ("send", Some(to)) => who("to", to).map(Taker::Member),
        ("send", None) => Err(Bad::new("to", "is missing; say who gets them")),
        (_, to) => stray(to.is_some(), "to", action).map(|()| Taker::Token),
    }
}

fn claim_points(raw: raw::Transfer) -> Parsed<Verb> {
    stray(raw.to.is_some(), "to", "claim")?;
    stray(raw.unit.is_some(), "unit", "claim")?;
    stray(raw.points.is_some(), "points", "claim")?;
    stray(raw.note.is_some(), "note", "claim")?;
    let token = needed("token", raw.token.unwrap_or_default())?;
    Ok(Verb::ClaimPoints { token })
}

fn stray(is_given: bool, field: &str, action: &str) -> Parsed<()> {
    match is_given {
        true => Err(Bad::new(field, format!("does not belong to '{action}'"))),
        false => Ok(()),
    }
}

pub(in crate::command) fn household(raw: raw::Household, _: &Context<'_>) -> Parsed<Verb> {
    let asked = match (&*raw.action, raw.with) {
        ("join", Some(with)) => HouseholdAsked::Join {
            with: who("with", with)?,
        },
        ("join", None) => return Err(Bad::new("with", "is missing; name the other member")),
        ("leave", None) => HouseholdAsked::Leave,
        ("leave", Some(_)) => return Err(Bad::new("with", "belongs to 'join' only")),
        (other, _) => return Err(Bad::unknown("action", "action", other, &["join", "leave"])),
    };
    Ok(Verb::Household(asked))
}

pub(in crate::command) fn merge(raw: raw::Merge, _: &Context<'_>) -> Parsed<Verb> {
    Ok(Verb::Merge {
        into: who("into", raw.into)?,
        reason: needed("reason", raw.reason)?,
    })
}

pub(in crate::command) fn unmerge(raw: raw::Unmerge, _: &Context<'_>) -> Parsed<Verb> {
    let of = entry_ref(raw.of, raw.seq)?;
    let from = optional("from", raw.from, who)?;
    match of.is_some() && from.is_some() {
        true => Err(Bad::new(
            "from",
            "goes with 'member'; 'of' and 'seq' name the merge alone",
        )),
        false => Ok(Verb::Unmerge { of, from }),
    }
}

//! Commands about vouchers.

use super::*;
use crate::model::GuessedCode;

const ACTIONS: [&str; 4] = ["issue", "void", "give", "claim"];

pub(in crate::command) fn voucher(raw: raw::Voucher, _: &Context<'_>) -> Parsed<Verb> {
    only(&raw)?;
    Ok(Verb::Voucher(match &*raw.action {
        "issue" => VoucherAsked::Issue {
            unit: needed("unit", raw.unit.unwrap_or_default())?,
            expires: optional("expires", raw.expires, day)?,
            reason: needed("reason", raw.reason.unwrap_or_default())?,
        },
        "void" => VoucherAsked::Void {
            which: which(raw.code, raw.lot)?,
            reason: needed("reason", raw.reason.unwrap_or_default())?,
        },
        "give" => VoucherAsked::Give {
            which: which(raw.code, raw.lot)?,
        },
        "claim" => VoucherAsked::Claim {
            token: needed("token", raw.token.unwrap_or_default())?,
        },
        other => return Err(Bad::unknown("action", "action", other, &ACTIONS)),
    }))
}

/// Converts an unlock of codes.
pub(in crate::command) fn unlock(raw: raw::Unlock, _: &Context<'_>) -> Parsed<Verb> {
    let kinds = GuessedCode::ALL.map(|kind| (kind.as_str(), kind));
    Ok(Verb::Unlock {
        kind: one_of("codes", "kind of codes", &raw.codes, &kinds)?,
        terminal: text("locked_terminal", raw.locked_terminal)?,
        reason: needed("reason", raw.reason)?,
    })
}

/// Refuses fields that belong to other actions.
fn only(raw: &raw::Voucher) -> Parsed<()> {
    let fields: [(&str, bool, &[&str]); 6] = [
        ("unit", raw.unit.is_some(), &["issue"]),
        ("expires", raw.expires.is_some(), &["issue"]),
        ("code", raw.code.is_some(), &["void", "give"]),
        ("lot", raw.lot.is_some(), &["void", "give"]),
        ("token", raw.token.is_some(), &["claim"]),
        ("reason", raw.reason.is_some(), &["issue", "void"]),
    ];
    let action = &&*raw.action;
    let is_known = ACTIONS.contains(action);
    let stray = |f: &&(&str, bool, &[&str])| f.1 && is_known && !f.2.contains(action);
    match fields.iter().find(stray) {
        Some((field, _, actions)) => {
            let whose = format!("belongs to '{}' only", actions.join("' and '"));
            Err(Bad::new(*field, whose))
        }
        None => Ok(()),
    }
}

pub(super) fn which(code: Option<Text>, lot: Option<Text>) -> Parsed<VoucherRef> {
    match (code, lot) {
        (Some(code), None) => Ok(VoucherRef::Code(needed("code", code)?)),
        (None, Some(text)) => Ok(VoucherRef::Lot(leaf::lot("lot", text)?)),
        (None, None) => Err(Bad::missing(
            "code",
            "name the voucher by 'code', or by 'member' and 'lot'",
        )),
        _ => Err(Bad::new("code", "and 'lot' exclude each other; give one")),
    }
}

//! What is asked of vouchers.

use super::*;
use crate::model::{Day, LotId};

const ACTIONS: [&str; 2] = ["issue", "void"];

pub(super) fn voucher(raw: raw::Voucher<'_>) -> Parsed<VoucherAsked> {
    let stray = |is_given: bool, field: &str, action: &str| match is_given {
        true => Err(Bad::new(field, format!("belongs to '{action}' only"))),
        false => Ok(()),
    };
    match &*raw.action {
        "issue" => {
            stray(raw.code.is_some(), "code", "void")?;
            stray(raw.lot.is_some(), "lot", "void")?;
            Ok(VoucherAsked::Issue {
                unit: needed("unit", raw.unit.unwrap_or_default())?,
                expires: raw.expires.map(|day| last_day(&day)).transpose()?,
                reason: needed("reason", raw.reason.unwrap_or_default())?,
            })
        }
        "void" => {
            stray(raw.unit.is_some(), "unit", "issue")?;
            stray(raw.expires.is_some(), "expires", "issue")?;
            Ok(VoucherAsked::Void {
                which: which(raw.code, raw.lot)?,
                reason: needed("reason", raw.reason.unwrap_or_default())?,
            })
        }
        other => Err(Bad::unknown("action", "action", other, &ACTIONS)),
    }
}

fn last_day(text: &str) -> Parsed<Day> {
    Day::parse(&shortened(text)).map_err(|e| Bad::new("expires", e))
}

fn which(code: Option<Text<'_>>, lot: Option<Text<'_>>) -> Parsed<VoucherRef> {
    match (code, lot) {
        (Some(code), None) => Ok(VoucherRef::Code(needed("code", code)?)),
        (None, Some(lot)) => {
            let wrong = || Bad::new("lot", "is no lot such as 4711.0");
            LotId::parse(&lot).map(VoucherRef::Lot).ok_or_else(wrong)
        }
        (None, None) => Err(Bad::missing(
            "code",
            "name the voucher by 'code', or by 'member' and 'lot'",
        )),
        _ => Err(Bad::new("code", "and 'lot' exclude each other; give one")),
    }
}

/// Whether a member must be named: a code says by itself whose voucher it is.
pub(super) fn is_of_a_member(asked: &VoucherAsked) -> bool {
    match asked {
        VoucherAsked::Issue { .. } => true,
        VoucherAsked::Void { which, .. } => matches!(which, VoucherRef::Lot(_)),
    }
}

//! Declarations of vouchers and codes in programme.toml.

use super::expiry;
use super::fields::Fields;
use crate::model::{GuessLimit, UnitKind, VoucherTerms};

/// Terms of a unit's vouchers; other units may have none.
pub(super) fn terms(f: &mut Fields, kind: UnitKind, digits: u8) -> VoucherTerms {
    let terms = VoucherTerms {
        percent: percent(f),
        categories: f.texts("category"),
        skus: f.texts("sku"),
        not_for: f.goods("not_for"),
        is_open_to_holder: f.is("without_code"),
        minimum: f.money("minimum", digits),
        claim_days: f.number("claim_days"),
        stock: f.number_set("stock").map(i64::from),
    };
    let none = VoucherTerms {
        claim_days: terms.claim_days,
        ..VoucherTerms::default()
    };
    if kind != UnitKind::Voucher && (terms != none || f.has("claim_days")) {
        f.fault(
            "kind",
            "percent, category, sku, not_for, without_code, minimum, claim_days and stock belong to vouchers only",
            "write kind = \"voucher\", or leave them out",
        );
    }
    if kind == UnitKind::Voucher && f.has("subunits") {
        f.fault("subunits", "a voucher is one thing and has no parts", "");
    }
    if f.has("percent") && f.has("value") {
        f.fault(
            "percent",
            "percent and value exclude each other",
            "give one",
        );
    }
    terms
}

fn percent(f: &mut Fields) -> Option<u16> {
    let percent = f.take("percent")?.decimal();
    let part = percent.and_then(|percent| percent.checked_div(100.into()));
    let part = part.and_then(expiry::ten_thousandths);
    Some(part.unwrap_or_else(|| {
        let message = "percent needs a number from 0 to 100, in quotes";
        f.fault("percent", message, "write \"10\" or \"12.5\"");
        0
    }))
}

/// Limit on guessing codes.
pub(super) fn guess(mut f: Fields) -> GuessLimit {
    GuessLimit {
        tries: f.number("tries"),
        minutes: f.number("minutes"),
        lock_minutes: f.number("lock"),
    }
}

//! Declarations of vouchers and codes in programme.toml.

use super::expiry;
use super::manifest::{At, ProgrammeSection, UnitText};
use super::reader::Reader;
use crate::model::{GuessLimit, VoucherTerms};

/// Default days that a gift waits.
const CLAIM_DAYS: u32 = 7;

/// Terms of a unit's vouchers; other units may have none.
pub(super) fn terms(reader: &mut Reader<'_>, unit: &UnitText, digits: u8) -> VoucherTerms {
    check_voucher(reader, unit);
    let percent = unit.percent.as_ref().map(|at| percent(reader, at));
    if let (Some(at), Some(_)) = (&unit.percent, &unit.value) {
        reader.wrong(at, "percent and value exclude each other", "give one");
    }
    let claim_days = waits(reader, unit.claim_days.as_ref());
    let stock = unit.stock.as_ref();
    VoucherTerms {
        percent,
        categories: unit.category.clone(),
        skus: unit.sku.clone(),
        not_for: super::reader::goods(&unit.not_for),
        is_open_to_holder: unit.without_code,
        minimum: unit
            .minimum
            .as_ref()
            .and_then(|at| reader.money(at, digits)),
        claim_days,
        stock: stock.map(|at| reader.within(Some(at), 0, 0..=i64::from(u32::MAX)).into()),
    }
}

/// Days that a gift waits to be claimed.
pub(super) fn waits(reader: &mut Reader<'_>, claim_days: Option<&At<i64>>) -> u32 {
    reader.within(claim_days, CLAIM_DAYS, 1..=400)
}

fn check_voucher(reader: &mut Reader<'_>, unit: &UnitText) {
    let is_voucher = unit.kind.get_ref() == "voucher";
    let has_more = unit.percent.is_some()
        || unit.minimum.is_some()
        || unit.claim_days.is_some()
        || unit.stock.is_some()
        || !unit.category.is_empty()
        || !unit.sku.is_empty()
        || unit.without_code
        || !super::reader::goods(&unit.not_for).is_empty();
    if !is_voucher && has_more {
        reader.wrong(
            &unit.kind,
            "percent, category, sku, not_for, without_code, minimum, claim_days and stock belong to vouchers only",
            "write kind = \"voucher\", or leave them out",
        );
    }
    if let (true, Some(subunits)) = (is_voucher, &unit.subunits) {
        reader.wrong(subunits, "a voucher is one thing and has no parts", "");
    }
}

fn percent(reader: &mut Reader<'_>, at: &At<toml::Value>) -> u16 {
    let found = expiry::decimal(at.get_ref());
    let part = found.and_then(|percent| percent.checked_div(100.into()));
    let part = part.and_then(super::expiry::ten_thousandths);
    part.unwrap_or_else(|| {
        reader.wrong(
            at,
            "percent needs a number from 0 to 100, in quotes",
            "write \"10\" or \"12.5\"",
        );
        0
    })
}

/// Limit on guessing codes.
pub(super) fn guess(reader: &mut Reader<'_>, head: &ProgrammeSection) -> GuessLimit {
    let default = GuessLimit::default();
    let Some(guess) = &head.guess else {
        return default;
    };
    GuessLimit {
        tries: reader.within(guess.tries.as_ref(), default.tries, 1..=1000),
        minutes: reader.within(guess.minutes.as_ref(), default.minutes, 1..=1440),
        lock_minutes: reader.within(guess.lock.as_ref(), default.lock_minutes, 1..=10_080),
    }
}

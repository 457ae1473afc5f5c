//! Declarations of vouchers and codes in programme.toml.

use super::expiry;
use super::manifest::{At, ProgrammeSection, UnitText};
use super::programme::Reader;
use crate::model::{GuessLimit, VoucherTerms};
use std::ops::RangeInclusive;

/// Default days that a gift waits.
const CLAIM_DAYS: u32 = 7;

impl Reader<'_> {
    /// Terms of a unit's vouchers; other units may have none.
    pub(super) fn voucher(&mut self, unit: &UnitText, digits: u8) -> VoucherTerms {
        self.check_voucher(unit);
        let percent = unit.percent.as_ref().map(|at| self.percent(at));
        if let (Some(at), Some(_)) = (&unit.percent, &unit.value) {
            self.wrong(at, "percent and value exclude each other", "give one");
        }
        let claim_days = self.waits(unit.claim_days.as_ref());
        let stock = unit.stock.as_ref();
        VoucherTerms {
            percent,
            categories: unit.category.clone(),
            skus: unit.sku.clone(),
            not_for: super::programme::goods(&unit.not_for),
            is_open_to_holder: unit.without_code,
            minimum: unit.minimum.as_ref().and_then(|at| self.money(at, digits)),
            claim_days,
            stock: stock.map(|at| self.within(Some(at), 0, 0..=i64::from(u32::MAX)).into()),
        }
    }

    /// Days that a gift waits to be claimed.
    pub(super) fn waits(&mut self, claim_days: Option<&At<i64>>) -> u32 {
        self.within(claim_days, CLAIM_DAYS, 1..=400)
    }

    fn check_voucher(&mut self, unit: &UnitText) {
        let is_voucher = unit.kind.get_ref() == "voucher";
        let has_more = unit.percent.is_some()
            || unit.minimum.is_some()
            || unit.claim_days.is_some()
            || unit.stock.is_some()
            || !unit.category.is_empty()
            || !unit.sku.is_empty()
            || unit.without_code
            || !super::programme::goods(&unit.not_for).is_empty();
        if !is_voucher && has_more {
            self.wrong(
                &unit.kind,
                "percent, category, sku, not_for, without_code, minimum, claim_days and stock belong to vouchers only",
                "write kind = \"voucher\", or leave them out",
            );
        }
        if let (true, Some(subunits)) = (is_voucher, &unit.subunits) {
            self.wrong(subunits, "a voucher is one thing and has no parts", "");
        }
    }

    fn percent(&mut self, at: &At<toml::Value>) -> u16 {
        let found = expiry::decimal(at.get_ref());
        let part = found.and_then(|percent| percent.checked_div(100.into()));
        let part = part.and_then(super::programme::ten_thousandths);
        part.unwrap_or_else(|| {
            self.wrong(
                at,
                "percent needs a number from 0 to 100, in quotes",
                "write \"10\" or \"12.5\"",
            );
            0
        })
    }

    /// Reads a whole number within bounds.
    pub(super) fn within(
        &mut self,
        at: Option<&At<i64>>,
        default: u32,
        bounds: RangeInclusive<i64>,
    ) -> u32 {
        let Some(at) = at else {
            return default;
        };
        let found = Some(*at.get_ref()).filter(|n| bounds.contains(n));
        let found = found.and_then(|n| u32::try_from(n).ok());
        found.unwrap_or_else(|| {
            let (from, to) = bounds.into_inner();
            self.wrong(at, format!("this goes from {from} to {to}"), "");
            default
        })
    }

    /// Limit on guessing codes.
    pub(super) fn guess(&mut self, head: &ProgrammeSection) -> GuessLimit {
        let default = GuessLimit::default();
        let Some(guess) = &head.guess else {
            return default;
        };
        GuessLimit {
            tries: self.within(guess.tries.as_ref(), default.tries, 1..=1000),
            minutes: self.within(guess.minutes.as_ref(), default.minutes, 1..=1440),
            lock_minutes: self.within(guess.lock.as_ref(), default.lock_minutes, 1..=10_080),
        }
    }
}

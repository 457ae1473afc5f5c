//! Readers of the values in programme.toml: each checks its value, and reports a fault at
//! its place.

use super::diagnostic::{Diagnostic, suggest};
use super::expiry;
use super::manifest::{self, At, FILE, GoodsText, Manifest};
use crate::model::{Exact, Goods, Money, NameKind, Names, Number, kind_word};
use rust_decimal::Decimal;
use std::ops::RangeInclusive;

/// Checks values and collects faults.
pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) names: &'a mut Names,
    pub(super) found: &'a mut Vec<Diagnostic>,
}

impl Reader<'_> {
    /// Reports a fault of a value.
    pub(super) fn wrong<T>(
        &mut self,
        at: &At<T>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let place = manifest::place(self.text, at.span());
        let written = self.text.get(at.span()).unwrap_or_default();
        let help = super::fields::with_point(written).unwrap_or_else(|| help.into());
        self.found
            .push(Diagnostic::error(FILE, place, message).help(help));
    }

    /// Reads an amount of the programme's currency, in its smallest unit.
    pub(super) fn money(&mut self, at: &At<toml::Value>, digits: u8) -> Option<Money> {
        let found = expiry::decimal(at.get_ref());
        let money = found.and_then(|amount| Money::parse(&amount.to_string(), digits).ok());
        if money.is_none() {
            let twenty = Money(20 * 10_i64.pow(u32::from(digits))).display(digits);
            let help = format!("write \"{twenty}\"");
            self.wrong(at, "this needs an amount of money, in quotes", &help);
        }
        money
    }

    /// Number of a purpose that `purposes` lists.
    pub(super) fn purpose_named(&mut self, at: &At<String>, manifest: &Manifest) -> Option<Number> {
        let known = &manifest.programme.purposes;
        if known.iter().any(|p| p.get_ref() == at.get_ref()) {
            return Some(self.names.add(NameKind::Purpose, at.get_ref()));
        }
        let message = format!("there is no purpose '{}'", at.get_ref());
        self.wrong(at, message, "list it in purposes = [..] of [programme]");
        None
    }

    /// Checks a name that is typed, and that precedes a mark in entries.
    pub(super) fn check_plain(&mut self, what: &str, at: &At<String>) {
        let text = at.get_ref();
        let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
        if text.is_empty() || text.len() > 32 || !text.chars().all(is_plain) {
            let message = format!("{what} has letters, digits, '-' and '_', at most 32 bytes");
            self.wrong(at, message, "");
        }
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

    /// Reads one of some words, of which the first is the default.
    pub(super) fn word<T: Copy>(&mut self, at: &Option<At<String>>, words: &[(&str, T)]) -> T {
        let default = words[0].1;
        let Some(at) = at else {
            return default;
        };
        let asked = kind_word(at.get_ref());
        let found = words.iter().find(|(word, _)| kind_word(word) == asked);
        if found.is_none() {
            let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let help = suggest(at.get_ref(), &known);
            self.wrong(at, format!("this cannot be '{}'", at.get_ref()), help);
        }
        found.map_or(default, |(_, value)| *value)
    }

    /// Reads a number from 0.
    pub(super) fn exact(&mut self, at: &At<toml::Value>) -> Option<Exact> {
        let found = expiry::decimal(at.get_ref()).filter(|x| *x >= Decimal::ZERO);
        if found.is_none() {
            let needs = "this needs a number from 0, in quotes";
            self.wrong(at, needs, "write \"0.05\"");
        }
        found.map(Exact::from)
    }
}

/// Converts goods as the programme names them.
pub(super) fn goods(text: &GoodsText) -> Goods {
    Goods {
        categories: text.category.clone(),
        tags: text.tag.clone(),
        skus: text.sku.clone(),
    }
}

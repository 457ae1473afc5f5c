//! Entries that stamps and slips refer to, as the ledger has them: a slip is
//! compared with its entry, since its characters bind only the tree.

use super::report::Verdict;
use crate::chain::checkpoint::parse_decimal;
use crate::chain::stamp::Slip;
use crate::model::{Act, Entry, NameKind, Names, Number};
use crate::policy::{Bundle, Premises};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Entries by sequence, and the names of units.
#[derive(Default)]
pub(super) struct AnchoredEntries {
    entries: BTreeMap<u64, Option<Entry>>,
    names: Names,
    /// Parts in one of a unit, for units with parts.
    subunits: Vec<(Number, i64)>,
}

impl AnchoredEntries {
    /// Requests entries with these sequences, which are kept during the walk.
    pub fn wanting(indices: impl IntoIterator<Item = u64>) -> AnchoredEntries {
        AnchoredEntries {
            entries: indices.into_iter().map(|index| (index, None)).collect(),
            ..AnchoredEntries::default()
        }
    }

    /// Notes an entry.
    pub fn note(&mut self, entry: &Entry) {
        if let Some(kept) = self.entries.get_mut(&entry.seq) {
            *kept = Some(entry.clone());
        }
        if let Act::PolicyActivated(activation) = &entry.act {
            // Claim 1 reports contradictions in numbers.
            let _ = self.names.extend(&activation.names);
            let premises = Premises::of(&Bundle::recorded(&activation.files));
            for (unit, parts) in premises.unwrap_or_default().subunits {
                let number = self.names.number(NameKind::Unit, &unit);
                self.subunits.retain(|s| Some(s.0) != number);
                self.subunits.extend(number.map(|number| (number, parts)));
            }
        }
    }

    fn entry(&self, index: u64) -> Option<&Entry> {
        self.entries.get(&index)?.as_ref()
    }

    /// Describes an entry: kind, time, and its member's balances afterwards.
    pub fn describe(&self, index: u64) -> String {
        let Some(entry) = self.entry(index) else {
            return "an entry that cannot be read".into();
        };
        let (kind, day) = (entry.act.kind(), entry.head.day);
        match self.balances(entry).as_slice() {
            [] => format!("{kind} of {day}"),
            all => format!("{kind} of {day}, with {} after it", all.join(", ")),
        }
    }

    /// Balances of the entry's own member afterwards, as tills print them.
    fn balances(&self, entry: &Entry) -> Vec<String> {
        let own = entry.after.iter().filter(|after| after.who == 0);
        own.map(|after| {
            let amount = self.whole(after.unit, after.balance.0);
            format!("{amount} {}", self.names.text(NameKind::Unit, after.unit))
        })
        .collect()
    }

    fn whole(&self, unit: Number, points: i64) -> Decimal {
        let parts = self.subunits.iter().find(|s| s.0 == unit);
        (Decimal::from(points) / Decimal::from(parts.map_or(1, |s| s.1))).normalize()
    }

    /// Compares a slip, whose tree is the ledger's, with the entry that it names.
    pub fn judge(&self, slip: &Slip) -> (Verdict, String) {
        let index = slip.index();
        let Some(entry) = self.entry(index) else {
            let what = format!("entry {index} cannot be read, so the slip was not compared");
            return (Verdict::NotChecked, what);
        };
        if !entry.head.key.is_some() {
            let what = format!(
                "entry {index} is {}, which no till asked for and no slip is printed of",
                entry.act.kind()
            );
            return (Verdict::Failed, what);
        }
        let is = self.describe(index);
        let Some(balance) = slip.balance() else {
            let what = format!(
                "the ledger still has the tree it was printed from, and in it entry {index} is {is}; \
                 not proven: that the slip was printed for this entry, so compare it in words"
            );
            return (Verdict::Held, what);
        };
        match self.says(entry, balance) {
            Some(true) => {
                let what = format!(
                    "the ledger still has the tree it was printed from, and in it entry {index} is {is}, \
                     as the slip says; not proven: that the slip was printed for this entry"
                );
                (Verdict::Held, what)
            }
            Some(false) => {
                let what = format!("it says '{balance}', but entry {index} is {is}");
                (Verdict::Failed, what)
            }
            None => {
                let what = format!(
                    "its balance '{balance}' is in words that cannot be compared: entry {index} is {is}"
                );
                (Verdict::NotChecked, what)
            }
        }
    }

    /// True if a text such as `320 stars` is a balance after an entry; None if
    /// it is not an amount and unit.
    fn says(&self, entry: &Entry, text: &str) -> Option<bool> {
        let (amount, unit) = text.split_once(' ')?;
        let amount = amount_of(amount)?;
        let one = unit.strip_suffix('s').unwrap_or(unit);
        let number = [unit, one]
            .into_iter()
            .find_map(|unit| self.names.number(NameKind::Unit, unit))?;
        let own = entry.after.iter();
        let mut own = own.filter(|after| (after.who, after.unit) == (0, number));
        Some(own.any(|after| self.whole(number, after.balance.0) == amount))
    }
}

/// Reads an amount of whole ones: decimal digits, with a minus before them and
/// decimals behind them where there are any, and nothing else.
fn amount_of(text: &str) -> Option<Decimal> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, behind) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_decimals = !behind.is_empty() && behind.bytes().all(|b| b.is_ascii_digit());
    let is_plain = is_decimals && parse_decimal(whole).is_some();
    is_plain.then(|| Decimal::from_str_exact(text).ok())?
}

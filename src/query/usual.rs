//! Articles that a member usually buys: those of most of the last purchases.

use crate::engine::{Error, Ledger};
use crate::model::{Act, Line, MemberId};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;

/// Purchases that are considered.
const PURCHASES_MAX: usize = 10;
/// Entries that are read to find them.
const ENTRIES_MAX: usize = 40;
/// Least number of purchases that an article must have been part of.
const TIMES_MIN: usize = 3;

/// An article that a member usually buys.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Usual {
    /// The shop's article number.
    pub sku: String,
    /// The shop's category.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub category: String,
    /// The article's name, where the till said it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Purchases of which it was part ...
    pub times: usize,
    /// ... of so many last ones, at most ten.
    pub of: usize,
}

/// Articles that were part of at least half of a member's last purchases, and
/// of at least three; the most frequent first. Undone purchases do not count.
/// Complexity: at most 40 entries are read.
pub(super) fn usual(ledger: &mut Ledger, id: MemberId) -> Result<Vec<Usual>, Error> {
    let mut found: Vec<Usual> = Vec::new();
    let mut purchases = 0;
    for entry in ledger.newest(id, ENTRIES_MAX)? {
        if purchases == PURCHASES_MAX {
            break;
        }
        let Act::Purchase(purchase) = &entry.act else {
            continue;
        };
        let after = ledger.aftermath(entry.seq)?;
        if after.is_some_and(|after| after.voided.is_some()) {
            continue;
        }
        purchases += 1;
        let mut seen = BTreeSet::new();
        for line in purchase.lines.iter().filter(|line| is_bought(line)) {
            if seen.insert(&line.sku) {
                count(&mut found, line);
            }
        }
    }
    found.retain(|usual| usual.times >= TIMES_MIN && usual.times * 2 >= purchases);
    found.iter_mut().for_each(|usual| usual.of = purchases);
    // Articles of equal frequency stay in order of their last purchase.
    found.sort_by_key(|usual| std::cmp::Reverse(usual.times));
    Ok(found)
}

fn is_bought(line: &Line) -> bool {
    !line.sku.is_empty() && line.qty.0 > 0 && !line.amount.0.is_negative()
}

fn count(found: &mut Vec<Usual>, line: &Line) {
    match found.iter_mut().find(|usual| usual.sku == line.sku) {
        Some(usual) => usual.times += 1,
        None => found.push(Usual {
            sku: line.sku.clone(),
            category: line.category.clone(),
            name: line
                .detail
                .as_ref()
                .map_or_else(String::new, |d| d.name.clone()),
            times: 1,
            of: 0,
        }),
    }
}

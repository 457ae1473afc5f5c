//! The sales of a file, by which a return without a reference finds its sale:
//! the member's latest before it of exactly that amount, else the latest of
//! which that much is left.

use super::form::{Form, Node};
use super::record::Record;
use crate::command::Bad;
use rust_decimal::Decimal;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

struct Sale {
    key: String,
    total: Decimal,
    left: Decimal,
}

/// Sales so far, by member as the file names them.
#[derive(Default)]
pub struct Sales {
    by_member: HashMap<String, Vec<Sale>>,
    /// Rows with the same content, by its key: a hash of the spelling of each.
    alike: HashMap<String, Vec<u64>>,
    /// True if returns without a reference to their sale are possible.
    pub is_wanted: bool,
    /// True once one was found by its member.
    pub is_used: bool,
}

impl Sales {
    /// Key of rows by their content. A row spelled like an earlier one is the
    /// same; one with the same content but another spelling, in an unmapped
    /// column, is another, and the n-th of such has a number after its key.
    pub fn numbered(&mut self, key: String, rows: &[Record]) -> String {
        let mut hasher = DefaultHasher::new();
        rows.iter()
            .flat_map(Record::cells)
            .for_each(|cell| cell.hash(&mut hasher));
        let written = hasher.finish();
        let alike = self.alike.entry(key.clone()).or_default();
        let found = alike.iter().position(|other| *other == written);
        let n = found.unwrap_or_else(|| {
            alike.push(written);
            alike.len() - 1
        });
        match n {
            0 => key,
            n => format!("{key}-{}", n + 1),
        }
    }

    /// Notes a sale, and the amount given back of it.
    pub fn note(&mut self, member: &str, key: &str, total: &str, refunded: Option<&str>) {
        let Ok(total) = total.parse::<Decimal>() else {
            return;
        };
        if !self.is_wanted || total.is_sign_negative() {
            return;
        }
        let refunded = refunded
            .and_then(|r| r.parse::<Decimal>().ok())
            .unwrap_or_default();
        let left = total.checked_sub(refunded.abs()).unwrap_or_default();
        let sales = self.by_member.entry(member.to_lowercase()).or_default();
        sales.push(Sale {
            key: key.to_owned(),
            total,
            left,
        });
    }

    /// Finds the sale of a return without a reference.
    ///
    /// # Errors
    /// The member has no sale of which that much is left.
    pub fn find(&mut self, back: &mut Form<'_>) -> Result<(), Bad> {
        let is_nobodys = back.get("without_slip") == Some(&Node::Flag(true));
        if is_nobodys || back.has("of") || back.has("receipt") {
            return Ok(());
        }
        let amount = back.text("amount").and_then(|a| a.parse::<Decimal>().ok());
        let member = back.text("member").unwrap_or("").to_lowercase();
        let sales = self
            .by_member
            .get_mut(&member)
            .map_or(&mut [][..], Vec::as_mut_slice);
        let amount = amount.unwrap_or_default();
        let whole = sales
            .iter()
            .rposition(|s| s.total == amount && s.left == amount);
        let found = whole.or_else(|| sales.iter().rposition(|s| s.left >= amount));
        let Some(sale) = found.and_then(|at| sales.get_mut(at)) else {
            return Err(Bad::new(
                "amount",
                "is a return, and no sale of this member with so much left stands before it in the file; name its sale with a column, of=COLUMN (its key) or of_receipt=COLUMN (its slip)",
            ));
        };
        sale.left = sale.left.checked_sub(amount).unwrap_or_default();
        self.is_used = true;
        back.set("of", Node::Text(sale.key.clone().into()));
        Ok(())
    }
}

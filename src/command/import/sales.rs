//! The sales of a file, by which a return without a reference finds its sale:
//! the member's latest before it of exactly that amount, else the latest of
//! which that much is left. Memory is bounded: what was noted first is forgotten.

use super::form::{Form, Node};
use super::record::Record;
use super::sorter::Sorting;
use super::tally::Tally;
use crate::command::Bad;
use rust_decimal::Decimal;
use std::collections::HashMap;
use std::io;

/// Bytes of a sale besides its key: its numbers, and its share of table and lists.
const SALE_LEN: usize = 96;
/// Bytes of a member besides the name: the list, and the entry of the table.
const MEMBER_LEN: usize = 96;

/// Share of the memory that rows with the same content have.
const ALIKE_PART: u64 = 4;

/// The first half of a hash.
fn short(hasher: &blake3::Hasher) -> u128 {
    let mut bytes = [0; 16];
    hasher.finalize_xof().fill(&mut bytes);
    u128::from_le_bytes(bytes)
}

struct Sale {
    key: Box<str>,
    total: Decimal,
    left: Decimal,
}

/// Member and currency of a sale, as the file names them.
pub struct Buyer(Box<str>);

impl Buyer {
    /// The buyer of a sale in a currency, or in the programme's `own`.
    pub fn new(member: &str, currency: Option<&str>, own: &str) -> Buyer {
        let currency = currency.filter(|code| !code.eq_ignore_ascii_case(own));
        let text = match currency {
            None => member.to_lowercase(),
            Some(code) => format!("{member}\0{code}").to_lowercase(),
        };
        Buyer(text.into())
    }
}

/// Sales by buyer, and about the bytes that they take.
#[derive(Default)]
struct Generation {
    by_buyer: HashMap<Box<str>, Vec<Sale>>,
    len: usize,
}

/// Sales so far. They are kept in two generations, each of half the bytes: a full one
/// takes the place of the other, which is forgotten.
pub struct Sales {
    recent: Generation,
    earlier: Generation,
    /// Greatest number of bytes of both.
    len_max: usize,
    /// True once sales were forgotten.
    is_cut: bool,
    /// Rows with the same content: by the hash of its key how many spellings there
    /// are, and by that of key and spelling which of them it is.
    alike: Tally,
    /// Trouble with the scratch file, which ends the import.
    pub trouble: Option<io::Error>,
    /// True if returns without a reference to their sale are possible.
    pub is_wanted: bool,
    /// True once one was found by its member.
    pub is_used: bool,
}

impl Sales {
    /// No sales yet, and at most so many bytes of them as a sort may have.
    pub fn within(sorting: &Sorting) -> Sales {
        Sales {
            recent: Generation::default(),
            earlier: Generation::default(),
            len_max: usize::try_from(sorting.memory_max).unwrap_or(usize::MAX),
            is_cut: false,
            alike: Tally::new(sorting.part(ALIKE_PART)),
            trouble: None,
            is_wanted: false,
            is_used: false,
        }
    }

    /// Key of rows by their content. A row spelled like an earlier one is the
    /// same; one with the same content but another spelling, in an unmapped
    /// column, is another, and the n-th of such has a number after its key.
    ///
    /// # Errors
    /// I/O errors of the scratch file.
    pub fn numbered(&mut self, key: String, rows: &[Record]) -> io::Result<String> {
        let mut hasher = blake3::Hasher::new();
        hasher.update(key.as_bytes());
        let of_key = short(&hasher);
        for cell in rows.iter().flat_map(Record::cells) {
            hasher.update(&(cell.len() as u64).to_le_bytes());
            hasher.update(cell.as_bytes());
        }
        let written = short(&hasher);
        let mut n = self.alike.number(written)?;
        if n == 0 {
            n = self.alike.number(of_key)? + 1;
            self.alike.set(of_key, n)?;
            self.alike.set(written, n)?;
        }
        Ok(match n {
            1 => key,
            n => format!("{key}-{n}"),
        })
    }

    /// Notes a sale, and the amount given back of it.
    pub fn note(&mut self, buyer: &Buyer, key: &str, total: &str, refunded: Option<&str>) {
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
        let sale = Sale {
            key: key.into(),
            total,
            left,
        };
        self.recent.len += SALE_LEN + key.len();
        match self.recent.by_buyer.get_mut(&buyer.0) {
            Some(sales) => sales.push(sale),
            None => {
                self.recent.len += MEMBER_LEN + buyer.0.len();
                self.recent.by_buyer.insert(buyer.0.clone(), vec![sale]);
            }
        }
        if self.recent.len > self.len_max / 2 {
            let full = std::mem::take(&mut self.recent);
            self.is_cut |= !self.earlier.by_buyer.is_empty();
            self.earlier = full;
        }
    }

    /// Finds the sale of a return without a reference; `own` is the programme's currency.
    ///
    /// # Errors
    /// The member has no sale of which that much is left.
    pub fn find(&mut self, back: &mut Form<'_>, own: &str) -> Result<(), Bad> {
        let is_nobodys = back.get("without_slip") == Some(&Node::Flag(true));
        if is_nobodys || back.has("of") || back.has("receipt") {
            return Ok(());
        }
        let amount = back.text("amount").and_then(|a| a.parse::<Decimal>().ok());
        let amount = amount.unwrap_or_default();
        let member = back.text("member").unwrap_or("");
        let buyer = Buyer::new(member, back.text("currency"), own);
        let is_whole = |s: &Sale| s.total == amount && s.left == amount;
        let is_enough = |s: &Sale| s.left >= amount;
        let by: [&dyn Fn(&Sale) -> bool; 2] = [&is_whole, &is_enough];
        for is_it in by {
            for generation in [&mut self.recent, &mut self.earlier] {
                let sales = generation.by_buyer.get_mut(&buyer.0);
                let found = sales.and_then(|sales| sales.iter_mut().rfind(|sale| is_it(sale)));
                if let Some(sale) = found {
                    sale.left = sale.left.checked_sub(amount).unwrap_or_default();
                    self.is_used = true;
                    back.set("of", Node::Text(sale.key.to_string().into()));
                    return Ok(());
                }
            }
        }
        let remedy =
            "name its sale with a column, of=COLUMN (its key) or of_receipt=COLUMN (its slip)";
        Err(Bad::new(
            "amount",
            match self.is_cut {
                false => format!(
                    "is a return, and no sale of this member with so much left stands before it in the file; {remedy}"
                ),
                true => format!(
                    "is a return, and among the sales before it that fit into memory none of this member has so much left; {remedy}, or give more --memory"
                ),
            },
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn back(member: &str, amount: &str, currency: Option<&str>) -> Form<'static> {
        let mut form = Form::default();
        form.set("member", Node::Text(member.to_owned().into()));
        form.set("amount", Node::Text(amount.to_owned().into()));
        if let Some(code) = currency {
            form.set("currency", Node::Text(code.to_owned().into()));
        }
        form
    }

    #[test]
    fn sales_stay_within_their_bytes_and_the_latest_are_found() {
        const MOST: usize = 1 << 20;
        let mut sales = Sales::within(&Sorting {
            memory_max: MOST as u64,
            ..Sorting::in_memory()
        });
        sales.is_wanted = true;
        let count = 100_000;
        for n in 0..count {
            let member = format!("card:{}", n % 1000);
            let buyer = Buyer::new(&member, None, "EUR");
            sales.note(&buyer, &format!("file/{n}/purchase"), "10.00", None);
            assert!(sales.recent.len + sales.earlier.len <= MOST + 2 * (SALE_LEN + MEMBER_LEN));
        }
        // What is counted is not less than what is there.
        for generation in [&sales.recent, &sales.earlier] {
            let kept = generation.by_buyer.iter();
            let len: usize = kept
                .map(|(name, sales)| {
                    let keys: usize = sales.iter().map(|sale| sale.key.len()).sum();
                    name.len() + keys + sales.capacity() * size_of::<Sale>()
                })
                .sum();
            let table = generation.by_buyer.capacity() * size_of::<(Box<str>, Vec<Sale>)>();
            assert!(
                len + table <= generation.len * 3 / 2,
                "{len} {table} {}",
                generation.len
            );
        }
        let mut last = back("CARD:999", "10.00", None);
        sales.find(&mut last, "EUR").unwrap();
        assert_eq!(last.text("of"), Some("file/99999/purchase"));
        // One sale of the member after the other is given back, and then none is left.
        let mut found = 1;
        let said = loop {
            match sales.find(&mut back("card:999", "10.00", None), "EUR") {
                Ok(()) => found += 1,
                Err(said) => break said,
            }
        };
        assert!(found > 1 && found < count / 1000, "{found}");
        assert!(said.to_string().contains("--memory"), "{said}");
    }

    #[test]
    fn a_return_finds_the_sale_of_its_own_currency() {
        let mut sales = Sales::within(&Sorting::in_memory());
        sales.is_wanted = true;
        for (key, currency) in [("a", Some("USD")), ("b", Some("eur")), ("c", None)] {
            sales.note(&Buyer::new("card:1", currency, "EUR"), key, "5.00", None);
        }
        for (currency, key) in [(Some("usd"), "a"), (Some("EUR"), "c"), (None, "b")] {
            let mut form = back("card:1", "5.00", currency);
            sales.find(&mut form, "EUR").unwrap();
            assert_eq!(form.text("of"), Some(key));
        }
        let said = sales.find(&mut back("card:1", "5.00", Some("USD")), "EUR");
        assert!(said.unwrap_err().to_string().contains("stands before it"));
    }
}

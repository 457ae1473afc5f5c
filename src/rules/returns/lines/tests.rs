//! Parts of one line, by piece, by amount or the rest, in any sequence.

use super::*;
use crate::dice::Dice;
use crate::model::{Line, LineExtent};

/// A line of a bill, the money paid for it, and the part that came back.
struct Sold {
    bought: Purchase,
    worth: Vec<Worth>,
    before: Aftermath,
}

impl Sold {
    fn new(qty: i64, price: i64, money: i64) -> Sold {
        let line = Line {
            qty: Qty(qty),
            amount: Money(price),
            ..Line::default()
        };
        let bought = Purchase {
            total: Money(money),
            lines: vec![line],
            discounts: vec![crate::model::Discount {
                campaign: 0,
                why: String::new(),
                amount: Money(price - money),
                lines: Vec::new(),
            }],
            ..Purchase::default()
        };
        let named = crate::rules::purchase::allocation::Named::by(&bought, Vec::new());
        let worth = worth_of_lines(&Bill::new(&bought, &named, &[]));
        Sold {
            worth,
            before: Aftermath::default(),
            bought,
        }
    }

    fn left(&self) -> ReturnedLine {
        rest_of(&self.bought, &self.before, 0, &self.worth[0])
    }

    fn give_back(&mut self, qty: Option<i64>, amount: Option<i64>) -> Option<ReturnedLine> {
        let asked = LineExtent {
            line: 1,
            qty: qty.map(Qty),
            amount: amount.map(Money),
        };
        let back = resolve_line(&self.bought, &self.before, &asked, &self.worth, 2).ok()?;
        self.before.returns.push(1);
        self.before
            .add_returned(std::slice::from_ref(&back), Money::ZERO);
        Some(back)
    }
}

/// True if a part differs from its share of a whole by no more than `apart`.
fn is_share(part: i64, whole: i64, (of, all): (i64, i64), apart: i64) -> bool {
    let off = i128::from(part) * i128::from(all) - i128::from(whole) * i128::from(of);
    off.abs() <= i128::from(apart) * i128::from(all.max(1))
}

// proves: BACK12
#[test]
fn quantity_and_money_of_a_line_come_back_together() {
    let seeds = match std::env::var("STAMPBOOK_SEED") {
        Ok(seed) => seed.parse().unwrap()..=seed.parse().unwrap(),
        Err(_) => 1..=2000u64,
    };
    for seed in seeds {
        let mut dice = Dice::new(seed);
        let qty = match dice.upto(2) {
            0 => 1 + dice.upto(50_000),
            _ => 1000 * (1 + dice.upto(20)),
        };
        let price = 1 + dice.upto(20_000);
        let money = match dice.upto(2) {
            0 => dice.upto(price),
            _ => price,
        };
        let mut sold = Sold::new(qty, price, money);
        let mut told = Vec::new();
        let mut sum = (0, 0, 0);
        while sold.left().qty.0 > 0 || sold.left().amount.0 > 0 {
            let left = sold.left();
            let (some_qty, some_money) = (1 + dice.upto(left.qty.0), 1 + dice.upto(left.paid.0));
            let asked = match dice.upto(if told.len() < 6 { 4 } else { 0 }) {
                0 => (None, None),
                1 | 2 => (Some(some_qty), None),
                _ => (None, Some(some_money)),
            };
            let Some(back) = sold.give_back(asked.0, asked.1) else {
                let is_too_much = asked.0.is_some_and(|qty| qty > left.qty.0)
                    || asked.1.is_some_and(|paid| paid > left.paid.0);
                assert!(is_too_much, "seed {seed}: {asked:?} of {left:?}: {told:?}");
                continue;
            };
            told.push((asked, back.clone()));
            let parts = (back.qty.0, back.amount.0, back.paid.0);
            let whole = (left.qty.0, left.amount.0, left.paid.0);
            let is_within = (0..=whole.0).contains(&parts.0)
                && (0..=whole.1).contains(&parts.1)
                && (0..=whole.2).contains(&parts.2);
            assert!(is_within, "seed {seed}: {told:?}");
            // Parts are no finer than a thousandth of a piece and a coin.
            let coins = 3 + price / qty + whole.1 / whole.0.max(1);
            let thousandths = 2 + 2 * (1 + whole.0 / whole.2.max(1));
            let is_even = match asked {
                (Some(of), None) => is_share(parts.2, whole.2, (of, whole.0), coins),
                (None, Some(of)) => is_share(parts.0, whole.0, (of, whole.2), thousandths),
                _ => true,
            };
            assert!(
                is_even,
                "seed {seed}: {qty} for {price}, {money} paid: {told:?}"
            );
            sum = (sum.0 + parts.0, sum.1 + parts.1, sum.2 + parts.2);
        }
        assert_eq!(sum, (qty, price, money), "seed {seed}: {told:?}");
    }
}

#[test]
fn pieces_give_the_same_however_many_come_at_once() {
    for (qty, price, money) in [(7, 1000, 1000), (4, 6, 6), (3, 1000, 899), (9, 10_001, 77)] {
        let mut one_by_one = Sold::new(qty * 1000, price, money);
        let mut sum = 0;
        for n in 1..=qty {
            sum += one_by_one.give_back(Some(1000), None).unwrap().paid.0;
            let mut at_once = Sold::new(qty * 1000, price, money);
            let paid = at_once.give_back(Some(n * 1000), None).unwrap().paid.0;
            assert_eq!(sum, paid, "{n} of {qty} for {price}, {money} paid");
        }
    }
}

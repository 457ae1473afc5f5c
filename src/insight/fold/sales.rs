//! Folding of sales, of what came back of them, and of their voids.

use super::campaigns::settle_discounts;
use super::{doings, first_of};
use crate::chain::part_key::is_correction;
use crate::insight::facts::{Facts, add_row};
use crate::insight::rows::{Back, Did, Item, Sale, Undone};
use crate::model::{Effect, Entry, Purchase, ReturnedLine};

/// Adds a sale and its lines. One that follows a void of the same correction replaces the
/// sale that was undone.
pub(super) fn sell(facts: &mut Facts, entry: &Entry, purchase: &Purchase) {
    let origin = &entry.head.origin;
    let at = u32::try_from(facts.sales.len()).unwrap_or(u32::MAX);
    let is_own_paid = is_own_paid(entry, purchase);
    let row = Sale {
        seq: entry.seq,
        who: first_of(facts, entry),
        day: entry.head.day,
        total: purchase.total.0,
        sold: Some(purchase.total.0),
        back: 0,
        is_gone: false,
        is_own_paid,
        place: facts.places.short(&origin.place),
        channel: facts.channels.short(&origin.channel),
    };
    let is_half = |void: &mut Undone| is_correction((&void.key, void.recorded), &entry.head);
    match facts.undone.take_if(is_half) {
        Some(undone) => facts.replace_sale(undone.sale, row),
        None => facts.add_sale(row),
    }
    for line in &purchase.lines {
        let item = Item {
            sale: at,
            category: facts.words.number(line.category.as_str()),
            sku: facts.words.number(line.sku.as_str()),
            amount: line.amount.0,
            back: 0,
        };
        add_row(&mut facts.items, item);
    }
    if is_own_paid {
        doings::did(facts, entry, Did::Spent);
    }
}

/// True if a tender of the shop's own, such as points or a voucher, paid for a part.
fn is_own_paid(entry: &Entry, purchase: &Purchase) -> bool {
    let left_out = |n: u16| {
        let is_it = |e: &Effect| matches!(e, Effect::TenderLeftOut { tender, .. } if *tender == n);
        entry.effects.iter().any(is_it)
    };
    let mut tenders = (1u16..).zip(&purchase.tenders);
    tenders.any(|(n, tender)| tender.kind.is_own() && !left_out(n))
}

/// Notes goods that came back, or (negative) a return that was undone.
pub(super) fn take_back(
    facts: &mut Facts,
    entry: &Entry,
    of: u64,
    amount: i64,
    lines: &[ReturnedLine],
) {
    let Some(at) = facts.sale_at(of) else { return };
    take_back_lines(&mut facts.items, at, lines);
    let visits = entry.effects.iter().find_map(|effect| match effect {
        Effect::Visited { visits, .. } => Some(*visits),
        _ => None,
    });
    facts.change_sale(at, |sale| {
        sale.back += amount;
        match visits {
            Some(0) => {}
            Some(visits) => sale.is_gone = visits < 0,
            None => sale.is_gone = amount > 0 && sale.back >= sale.total,
        }
    });
    doings::set_gone(facts, of, facts.sales[at].is_gone);
    settle_discounts(facts, entry, at);
    add_back_of(facts, entry, at, amount);
}

/// Notes lines of a sale that came back, or (negative) did not after all.
fn take_back_lines(items: &mut [Item], at: usize, lines: &[ReturnedLine]) {
    let Ok(sale) = u32::try_from(at) else { return };
    let first = items.partition_point(|item| item.sale < sale);
    for line in lines {
        let item = items.get_mut(first + line.place());
        if let Some(item) = item.filter(|item| item.sale == sale) {
            item.back += line.amount.0;
        }
    }
}

/// Notes that an entry was undone.
pub(super) fn void(facts: &mut Facts, entry: &Entry, of: u64) {
    doings::set_gone(facts, of, true);
    if let Some(at) = facts.sale_at(of) {
        let amount = facts.sales[at].net();
        facts.change_sale(at, |sale| sale.is_gone = true);
        settle_discounts(facts, entry, at);
        add_back_of(facts, entry, at, amount);
        facts.undone = u32::try_from(at).ok().map(|sale| Undone {
            key: entry.head.key.to_string(),
            recorded: entry.head.recorded_at(),
            sale,
        });
    }
}

/// Adds money of a sale that the entry takes back.
fn add_back_of(facts: &mut Facts, entry: &Entry, at: usize, amount: i64) {
    facts.add_back(Back {
        of: u32::try_from(at).ok(),
        day: entry.head.day,
        amount,
    });
}

/// Gives a sale to the member who claimed it.
pub(super) fn claim(facts: &mut Facts, entry: &Entry, of: u64) {
    let who = first_of(facts, entry);
    if let Some(at) = facts.sale_at(of) {
        facts.change_sale(at, |sale| sale.who = who);
    }
}

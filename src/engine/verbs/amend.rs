//! A sale as it is after all: as it was, with what changes.

use crate::command::{Means, Purchase, SaleChange, TenderGiven};
use crate::model::{Code, Line, Refusal};

/// A sale with the parts that change; `own` is the programme's currency.
///
/// # Errors
/// A part that stays cannot: its amounts are in another currency, or it is for
/// goods that are others now.
pub fn amended(before: &Purchase, change: &SaleChange, own: &str) -> Result<Purchase, Refusal> {
    check_currency(before, change, own)?;
    let mut sale = Purchase {
        total: change.total.unwrap_or(before.total),
        currency: change.currency.clone().filter(|_| before.foreign.is_some()),
        lines: new_or(&change.lines, &before.lines),
        charges: new_or(&change.charges, &before.charges),
        discounts: new_or(&change.discounts, &before.discounts),
        tenders: new_or(&change.tenders, &before.tenders),
        ..before.clone()
    };
    let has_other_lines = sale.lines != before.lines;
    if has_other_lines {
        check_goods(before, change)?;
    }
    if change.tenders.is_empty() && (has_other_lines || sale.total != before.total) {
        pay_again(&mut sale.tenders, has_other_lines);
    }
    Ok(sale)
}

fn new_or<T: Clone>(new: &[T], before: &[T]) -> Vec<T> {
    match new.is_empty() {
        true => before.to_vec(),
        false => new.to_vec(),
    }
}

/// Checks that amounts are in the sale's currency. What was paid in another than
/// the programme's is kept converted, so all of it is sent again.
fn check_currency(before: &Purchase, change: &SaleChange, own: &str) -> Result<(), Refusal> {
    let paid = before.foreign.as_ref();
    let its = paid.map_or(own, |paid| paid.currency.as_str());
    if change.currency.as_deref().unwrap_or(own) != its {
        let detail =
            format!("currency: the sale was paid in {its}; send its amounts so, and say it");
        return Err(Refusal::new(Code::UnknownCurrency, detail));
    }
    let has = [
        ("total", true),
        ("lines", !before.lines.is_empty()),
        ("charges", !before.charges.is_empty()),
        ("discounts", !before.discounts.is_empty()),
        ("tenders", !before.tenders.is_empty()),
    ];
    let stays = stays(change);
    match has.iter().find(|(part, has)| *has && stays.contains(part)) {
        Some((part, _)) if paid.is_some() => {
            let detail = format!("{part}: the sale was paid in {its}; send this as it is now too");
            Err(Refusal::new(Code::BadInput, detail))
        }
        _ => Ok(()),
    }
}

/// Parts of a sale that stay.
fn stays(change: &SaleChange) -> Vec<&'static str> {
    let parts = [
        ("total", change.total.is_none()),
        ("lines", change.lines.is_empty()),
        ("charges", change.charges.is_empty()),
        ("discounts", change.discounts.is_empty()),
        ("tenders", change.tenders.is_empty()),
    ];
    let stay = parts.into_iter().filter(|(_, stays)| *stays);
    stay.map(|(part, _)| part).collect()
}

/// Refuses a discount or a tender that stays and is for lines of other goods now.
fn check_goods(before: &Purchase, change: &SaleChange) -> Result<(), Refusal> {
    let discounts = before.discounts.iter().map(|d| ("discounts", &d.lines));
    let discounts = discounts.filter(|_| change.discounts.is_empty());
    let tenders = before.tenders.iter().map(|t| ("tenders", &t.lines));
    let tenders = tenders.filter(|_| change.tenders.is_empty());
    for (field, lines) in discounts.chain(tenders) {
        let is_other = |n: &&u16| {
            let at = usize::from(**n).wrapping_sub(1);
            before.lines.get(at).map(goods) != change.lines.get(at).map(goods)
        };
        if let Some(n) = lines.iter().find(is_other) {
            let detail = format!(
                "{field}: the sale has one for line {n}, which are other goods now; send {field} as they are now too"
            );
            return Err(Refusal::new(Code::BadInput, detail));
        }
    }
    Ok(())
}

/// Article of a line, or its category if none is named.
fn goods(line: &Line) -> &str {
    match line.sku.as_str() {
        "" => &line.category,
        sku => sku,
    }
}

/// Leaves amounts of tenders to the ledger: on other lines a reward or a voucher
/// pays what it is worth on them, and the only tender in money pays the rest.
fn pay_again(tenders: &mut [TenderGiven], has_other_lines: bool) {
    let is_for_goods = |tender: &&mut TenderGiven| {
        matches!(tender.means, Means::Reward(_) | Means::UsedVoucher(_))
    };
    if has_other_lines {
        let tenders = tenders.iter_mut().filter(is_for_goods);
        tenders.for_each(|tender| tender.amount = None);
    }
    let is_money = |tender: &&mut TenderGiven| match &tender.means {
        Means::Other(name) => name != EXCHANGE,
        means => !means.is_own(),
    };
    let mut money = tenders.iter_mut().filter(is_money);
    if let (Some(only), None) = (money.next(), money.next()) {
        only.amount = None;
    }
}

/// The way to the same money without an amendment.
const BY_ITSELF: &str = "book what it came to more as a sale of its own, and give back what it came to less with 'return'";

/// Remedy for a refusal to amend a sale; None if it says enough.
pub fn remedy(change: &SaleChange, code: Code) -> Option<String> {
    Some(match code {
        Code::HasDependents => format!("undo that if it can be, or {BY_ITSELF}"),
        Code::PeriodClosed => BY_ITSELF.into(),
        Code::AlreadyVoided => "send the sale as it is now as a purchase".into(),
        Code::DoesNotAddUp if !stays(change).is_empty() => {
            let stay = stays(change).join(", ");
            format!("what was not sent stayed as it was ({stay}): send it as it is now too")
        }
        code if code.is_of_tender() && change.tenders.is_empty() => {
            "the sale's tenders do not pay for it as it is now; send 'tenders' as they are now too"
                .into()
        }
        _ => return None,
    })
}

/// Name of the tender by which returned money pays for the goods sold.
pub(in crate::engine) const EXCHANGE: &str = "exchange";

//! The bill: whether a purchase adds up, and what of it earns.

use super::share::{scale, share};
use crate::model::{
    Charge, ChargeKind, Code, Earns, Line, LineFacts, Money, Programme, Purchase, PurchaseFacts,
    Qty, Refusal, TenderFacts, TenderKind, part_down,
};
use std::borrow::Cow;

/// The category whose lines are gift cards.
pub const GIFT_CARD: &str = "gift-card";

fn sum<'a>(items: impl Iterator<Item = &'a Money>) -> Result<Money, Refusal> {
    Money::sum(items.copied())
        .ok_or_else(|| Refusal::new(Code::TooLarge, "the amounts are too large"))
}

/// What the lines and charges come to, before discounts on the whole.
pub fn subtotal(purchase: &Purchase) -> Result<Money, Refusal> {
    if purchase.lines.is_empty() {
        return total_with_discounts(purchase);
    }
    let lines = sum(purchase.lines.iter().map(|l| &l.amount))?;
    let charges = sum(purchase.charges.iter().map(|c| &c.amount))?;
    sum([lines, charges].iter())
}

fn total_with_discounts(purchase: &Purchase) -> Result<Money, Refusal> {
    let discounts = sum(purchase.discounts.iter().map(|d| &d.amount))?;
    sum([purchase.total, discounts].iter())
}

/// Refuses a purchase whose parts do not add up, naming the difference.
pub fn check(purchase: &Purchase, programme: &Programme) -> Result<(), Refusal> {
    let digits = programme.digits;
    let differs = |what: &str, parts: Money| {
        let difference = Money(parts.0 - purchase.total.0).display(digits);
        let total = purchase.total.display(digits);
        let detail = format!(
            "{what} come to {}, the total is {total}: a difference of {difference}",
            parts.display(digits)
        );
        Refusal::short(Code::DoesNotAddUp, 0, parts.0, purchase.total.0, detail)
    };
    if purchase.total.0 < 0 || !purchase.total.is_in_range() {
        return Err(Refusal::new(
            Code::BadInput,
            "total: it must not be negative",
        ));
    }
    if !purchase.lines.is_empty() {
        let discounts = sum(purchase.discounts.iter().map(|d| &d.amount))?;
        let parts = sum([subtotal(purchase)?, discounts.negated()].iter())?;
        if parts != purchase.total {
            return Err(differs("lines + charges - discounts", parts));
        }
    }
    if !purchase.tenders.is_empty() {
        let tenders = sum(purchase.tenders.iter().map(|t| &t.amount))?;
        if tenders != purchase.total {
            return Err(differs("the tenders", tenders));
        }
    }
    Ok(())
}

/// Whether a tender is the member's own points, reward or voucher: the part
/// paid with it does not earn.
pub fn is_own(kind: &TenderKind) -> bool {
    matches!(
        kind,
        TenderKind::Points { .. } | TenderKind::Reward { .. } | TenderKind::Voucher { .. }
    )
}

fn line_earns(line: &Line, earns: &Earns) -> bool {
    let is_gift_card = line.category == GIFT_CARD;
    (earns.is_gift_cards || !is_gift_card) && !earns.except.contains(&line.category)
}

fn charge_earns(charge: &Charge, earns: &Earns) -> bool {
    match charge.kind {
        ChargeKind::Tax => earns.is_tax,
        ChargeKind::Delivery => earns.is_delivery,
        ChargeKind::Deposit => false,
        ChargeKind::Rounding | ChargeKind::Other(_) => true,
    }
}

/// What earns: of each line, and in all.
pub struct Earning {
    /// By line.
    pub lines: Vec<Money>,
    /// In all, charges that earn included.
    pub total: Money,
}

/// Works out what of a purchase earns: lines after their share of the
/// discounts and of what was paid with points, without what the programme
/// excludes. Each amount is shared out once, so nothing is taken off twice.
pub fn earning(purchase: &Purchase, programme: &Programme) -> Earning {
    let earns = &programme.earns;
    let discounts: i64 = purchase.discounts.iter().map(|d| d.amount.0).sum();
    let own: i64 = purchase
        .tenders
        .iter()
        .filter(|t| is_own(&t.kind))
        .map(|t| t.amount.0)
        .sum();
    let charges: i64 = purchase.charges.iter().map(|c| c.amount.0).sum();
    let has_lines = !purchase.lines.is_empty();
    let mut parts: Vec<i64> = match has_lines {
        true => purchase.lines.iter().map(|l| l.amount.0).collect(),
        false => vec![purchase.total.0 + discounts - charges],
    };
    take_off(discounts, &mut parts, |part| part);
    let first_charge = parts.len();
    parts.extend(purchase.charges.iter().map(|c| c.amount.0));
    take_off(own, &mut parts, |part| part.max(0));
    let does_earn = |n: usize| match n.checked_sub(first_charge) {
        Some(charge) => charge_earns(&purchase.charges[charge], earns),
        None => !has_lines || line_earns(&purchase.lines[n], earns),
    };
    let of = |n: usize| Money(if does_earn(n) { parts[n].max(0) } else { 0 });
    let lines = (0..purchase.lines.len()).map(of).collect();
    let sum: i64 = (0..parts.len())
        .filter(|n| does_earn(*n))
        .map(|n| parts[n])
        .sum();
    Earning {
        lines,
        total: Money(sum.max(0)),
    }
}

/// Takes a sum off parts, in proportion to what each weighs.
fn take_off(sum: i64, parts: &mut [i64], weight: impl Fn(i64) -> i64) {
    if sum == 0 {
        return;
    }
    let weights: Vec<i64> = parts.iter().map(|part| weight(*part)).collect();
    for (part, off) in parts.iter_mut().zip(share(sum, &weights)) {
        *part -= off;
    }
}

/// The name a script knows a tender by.
pub fn tender_name(kind: &TenderKind) -> Cow<'static, str> {
    let known = match kind {
        TenderKind::Cash => "cash",
        TenderKind::Card => "card",
        TenderKind::Mobile => "mobile",
        TenderKind::GiftCard => "gift_card",
        TenderKind::Points { .. } => "points",
        TenderKind::Reward { .. } => "reward",
        TenderKind::Voucher { .. } => "voucher",
        TenderKind::Other(name) => return name.clone().into(),
    };
    known.into()
}

/// The name a script knows a charge by.
fn charge_name(kind: &ChargeKind) -> &str {
    match kind {
        ChargeKind::Tax => "tax",
        ChargeKind::Delivery => "delivery",
        ChargeKind::Deposit => "deposit",
        ChargeKind::Rounding => "rounding",
        ChargeKind::Other(name) => name,
    }
}

/// The purchase as scripts see it; when and where is the caller's to add.
pub fn facts(purchase: &Purchase, programme: &Programme) -> PurchaseFacts {
    let earning = earning(purchase, programme);
    let lines = purchase.lines.iter().zip(&earning.lines).enumerate();
    PurchaseFacts {
        total: purchase.total,
        subtotal: subtotal(purchase).unwrap_or(purchase.total),
        earning: earning.total,
        digits: programme.digits,
        lines: lines
            .map(|(n, (line, earning))| LineFacts {
                number: n as u16 + 1,
                sku: line.sku.clone(),
                category: line.category.clone(),
                tags: line.tags.clone(),
                qty: line.qty,
                amount: line.amount,
                earning: *earning,
                returned: Qty(0),
            })
            .collect(),
        tenders: purchase
            .tenders
            .iter()
            .map(|t| TenderFacts {
                kind: tender_name(&t.kind),
                amount: t.amount,
            })
            .collect(),
        charges: purchase
            .charges
            .iter()
            .map(|c| (charge_name(&c.kind).into(), c.amount))
            .collect(),
        codes: purchase.codes.clone(),
        ..PurchaseFacts::default()
    }
}

/// The most of a bill that points may pay.
pub fn bill_part(purchase: &Purchase, part: u16) -> Money {
    part_down(purchase.total, part)
}

/// A purchase as if only part of it had been bought: the lines kept, with
/// discounts, tax and tenders in proportion. It depends on what is kept alone,
/// not on how the rest came back.
pub fn kept(purchase: &Purchase, after: &super::state::Aftermath) -> Purchase {
    let whole = purchase.total.0;
    let mut kept = purchase.clone();
    if after.amount.0 >= whole && (!after.returns.is_empty() || after.amount.0 > 0) {
        return Purchase {
            total: Money::ZERO,
            lines: Vec::new(),
            charges: Vec::new(),
            discounts: Vec::new(),
            tenders: Vec::new(),
            ..kept
        };
    }
    let before: i64 = purchase.lines.iter().map(|l| l.amount.0).sum();
    for (number, qty, amount) in &after.lines {
        if let Some(line) = kept.lines.get_mut(usize::from(*number).wrapping_sub(1)) {
            line.qty.0 -= qty.0;
            line.amount.0 -= amount.0;
        }
    }
    let left: i64 = kept.lines.iter().map(|l| l.amount.0).sum();
    if before > 0 {
        scale_parts(&mut kept, left, before);
        kept.total = Money(total_of_parts(&kept));
    }
    if after.loose.0 > 0 {
        let (part, of) = ((kept.total.0 - after.loose.0).max(0), kept.total.0);
        let weights: Vec<i64> = kept.lines.iter().map(|l| l.amount.0).collect();
        let lines_left = scale(weights.iter().sum(), part, of);
        for (line, amount) in kept.lines.iter_mut().zip(share(lines_left, &weights)) {
            line.amount = Money(amount);
        }
        scale_parts(&mut kept, part, of);
        kept.charges
            .iter_mut()
            .filter(|c| c.kind != ChargeKind::Tax)
            .for_each(|c| {
                c.amount = Money(scale(c.amount.0, part, of));
            });
        kept.total = Money(part);
    }
    for tender in &mut kept.tenders {
        tender.amount = Money(scale(tender.amount.0, kept.total.0, whole));
    }
    kept
}

fn scale_parts(purchase: &mut Purchase, part: i64, whole: i64) {
    for discount in &mut purchase.discounts {
        discount.amount = Money(scale(discount.amount.0, part, whole));
    }
    let charges = purchase.charges.iter_mut();
    for tax in charges.filter(|c| c.kind == ChargeKind::Tax) {
        tax.amount = Money(scale(tax.amount.0, part, whole));
    }
}

fn total_of_parts(purchase: &Purchase) -> i64 {
    let lines: i64 = purchase.lines.iter().map(|l| l.amount.0).sum();
    let charges: i64 = purchase.charges.iter().map(|c| c.amount.0).sum();
    let discounts: i64 = purchase.discounts.iter().map(|d| d.amount.0).sum();
    lines + charges - discounts
}

//! The bill: whether a purchase adds up, and what of it earns.

use super::share::{scale, share};
use crate::model::{
    Charge, ChargeKind, Code, Earns, Effect, Line, LineFacts, Money, Programme, Purchase,
    PurchaseFacts, Qty, Refusal, TenderFacts, TenderKind, part_down, to_u16,
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
    if !purchase.total.is_in_range() {
        return Err(Refusal::new(Code::TooLarge, "total: it is too large"));
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
        check_own(purchase, digits)?;
    }
    Ok(())
}

/// Points, rewards and vouchers pay for what is bought; they are not paid out.
fn check_own(purchase: &Purchase, digits: u8) -> Result<(), Refusal> {
    let own = purchase.tenders.iter().filter(|t| is_own(&t.kind));
    let own = sum(own.map(|t| &t.amount))?;
    let most = purchase.total.max(Money::ZERO);
    if own <= most {
        return Ok(());
    }
    let (paid, most_text) = (own.display(digits), most.display(digits));
    let detail =
        format!("tenders: points, rewards and vouchers pay {paid}, and {most_text} is to be paid");
    Err(Refusal::short(
        Code::WrongTenderValue,
        0,
        most.0,
        own.0,
        detail,
    ))
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
/// What a line that earns gives back is taken off the other lines that earn, so
/// that no line earns less than 0 and the lines come to what they earn in all.
pub fn earning(purchase: &Purchase, earns: &Earns) -> Earning {
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
    take_off(discounts, &mut parts, |part| part.max(0));
    let first_charge = parts.len();
    parts.extend(purchase.charges.iter().map(|c| c.amount.0));
    take_off(own, &mut parts, |part| part.max(0));
    let does_earn = |n: usize| match n.checked_sub(first_charge) {
        Some(charge) => charge_earns(&purchase.charges[charge], earns),
        None => !has_lines || line_earns(&purchase.lines[n], earns),
    };
    let of = |n: usize| if does_earn(n) { parts[n] } else { 0 };
    let sum: i64 = (0..parts.len()).map(of).sum();
    let mut lines: Vec<i64> = (0..purchase.lines.len()).map(of).collect();
    spread_negative(&mut lines);
    Earning {
        lines: lines.into_iter().map(Money).collect(),
        total: Money(sum.max(0)),
    }
}

/// Takes what is below 0 off what is above, in proportion and down to 0.
fn spread_negative(parts: &mut [i64]) {
    let below: i64 = parts.iter().map(|part| part.min(&0)).sum();
    if below == 0 {
        return;
    }
    parts.iter_mut().for_each(|part| *part = (*part).max(0));
    let above: i64 = parts.iter().sum();
    take_off(above.min(-below), parts, |part| part);
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

/// What a tender that fell short is called where it is still to be collected.
const UNPAID: &str = "unpaid";

/// A purchase as it was booked: what a tender that fell short should have paid
/// is to be collected, and earns like any other money.
pub fn booked<'a>(purchase: &'a Purchase, effects: &[Effect]) -> Cow<'a, Purchase> {
    let left_out = effects.iter().filter_map(|effect| match effect {
        Effect::TenderLeftOut { tender, .. } => Some(usize::from(*tender)),
        _ => None,
    });
    let mut booked = Cow::Borrowed(purchase);
    for number in left_out {
        let tenders = &mut booked.to_mut().tenders;
        if let Some(tender) = tenders.get_mut(number.wrapping_sub(1)) {
            tender.kind = TenderKind::Other(UNPAID.into());
        }
    }
    booked
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
    let earning = earning(purchase, &programme.earns);
    let lines = purchase.lines.iter().zip(&earning.lines).enumerate();
    PurchaseFacts {
        total: purchase.total,
        subtotal: subtotal(purchase).unwrap_or(purchase.total),
        earning: earning.total,
        digits: programme.digits,
        lines: lines
            .map(|(n, (line, earning))| LineFacts {
                number: to_u16(n + 1),
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
    part_down(purchase.total.max(Money::ZERO), part)
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Goods of these amounts; those of the category `deposit` do not earn.
    fn earned(lines: &[(&str, i64)], discount: i64) -> (Vec<i64>, i64) {
        let line = |(category, amount): &(&str, i64)| Line {
            category: (*category).into(),
            qty: Qty::ONE,
            amount: Money(*amount),
            ..Line::default()
        };
        let total = lines.iter().map(|l| l.1).sum::<i64>() - discount;
        let purchase = Purchase {
            total: Money(total),
            lines: lines.iter().map(line).collect(),
            discounts: vec![crate::model::Discount {
                campaign: 0,
                why: String::new(),
                amount: Money(discount),
                lines: Vec::new(),
            }],
            ..Purchase::default()
        };
        let earns = Earns {
            is_tax: true,
            is_delivery: false,
            is_gift_cards: false,
            except: vec!["deposit".into()],
        };
        let earning = earning(&purchase, &earns);
        let lines = earning.lines.iter().map(|l| l.0).collect();
        (lines, earning.total.0)
    }

    #[test]
    fn what_a_line_gives_back_is_taken_off_those_that_earn() {
        assert_eq!(
            earned(&[("", 300), ("deposit", -300)], 0),
            (vec![300, 0], 300)
        );
        assert_eq!(
            earned(&[("", 300), ("", 100), ("", -40)], 0),
            (vec![270, 90, 0], 360)
        );
        assert_eq!(earned(&[("", 300), ("", -301)], 0), (vec![0, 0], 0));
        assert_eq!(
            earned(&[("", 300), ("deposit", -100)], 30),
            (vec![270, 0], 270)
        );
        assert_eq!(earned(&[("deposit", -100)], 0), (vec![0], 0));
    }
}

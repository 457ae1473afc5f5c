//! The bill: checks that a purchase adds up, and computes the part that earns.

use crate::model::{
    AMOUNT_MAX, Charge, ChargeKind, Code, Earns, Effect, Goods, Line, LineFacts, Measure, Money,
    Programme, Purchase, PurchaseFacts, Qty, Refusal, TenderFacts, TenderKind, is_kind_word,
    saturated, to_u16,
};
pub use crate::rules::purchase::allocation::is_own;
use crate::rules::purchase::allocation::{Allocation, parts};
use crate::rules::share::{part_of, share};
use std::borrow::Cow;

/// Category of lines that are gift cards.
const GIFT_CARD: &str = "gift_card";

fn sum<'a>(items: impl Iterator<Item = &'a Money>) -> Result<Money, Refusal> {
    let wide: i128 = items.map(|money| i128::from(money.0)).sum();
    let sum = Money(saturated(wide));
    match sum.is_in_range() {
        true => Ok(sum),
        false => Err(Refusal::short(
            Code::TooLarge,
            Measure::Money,
            AMOUNT_MAX,
            sum.0,
            "the amounts are too large",
        )),
    }
}

/// Sum of the lines and charges, before discounts on the whole.
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

/// Refuses a purchase whose parts do not add up, stating the difference.
pub fn check(purchase: &Purchase, digits: u8) -> Result<(), Refusal> {
    let differs = |what: &str, parts: Money| {
        let difference = Money(parts.0 - purchase.total.0).display(digits);
        let total = purchase.total.display(digits);
        let detail = format!(
            "{what} come to {}, the total is {total}: a difference of {difference}",
            parts.display(digits)
        );
        let (code, measure) = (Code::DoesNotAddUp, Measure::Money);
        Refusal::short(code, measure, parts.0, purchase.total.0, detail)
    };
    if !purchase.total.is_in_range() {
        return Err(Refusal::new(Code::TooLarge, "total: it is too large"));
    }
    check_lines(purchase)?;
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
            let mut refusal = differs("the tenders", tenders);
            let rest = purchase
                .total
                .minus(tenders)
                .filter(|rest| rest.is_positive());
            if let Some(rest) = rest.filter(|_| purchase.tenders.iter().any(|t| is_own(&t.kind))) {
                let rest = rest.display(digits);
                refusal.detail += &format!("; add the tender that pays the other {rest}");
            }
            return Err(refusal);
        }
        check_own(purchase, digits)?;
    }
    Ok(())
}

/// Refuses discounts and tenders for lines that are not on the bill.
fn check_lines(purchase: &Purchase) -> Result<(), Refusal> {
    let discounts = purchase.discounts.iter().map(|d| ("discounts", &d.lines));
    let tenders = purchase.tenders.iter().map(|t| ("tenders", &t.lines));
    let last = purchase.lines.len();
    for (field, lines) in discounts.chain(tenders) {
        let is_missing = |n: &&u16| !(1..=last).contains(&usize::from(**n));
        if let Some(n) = lines.iter().find(is_missing) {
            let detail = format!("{field}: there is no line {n}; the bill has {last}");
            return Err(Refusal::new(Code::BadInput, detail));
        }
    }
    Ok(())
}

/// Refuses points, rewards and vouchers that are paid out: they only pay for goods.
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
        Measure::Money,
        most.0,
        own.0,
        detail,
    ))
}

fn line_earns(line: &Line, earns: &Earns) -> bool {
    let is_gift_card = is_kind_word(&line.category, GIFT_CARD);
    (earns.is_gift_cards || !is_gift_card) && !earns.except.contains(&line.category)
}

fn charge_earns(charge: &Charge, earns: &Earns) -> bool {
    let name = charge_name(&charge.kind);
    if earns.except_charges.iter().any(|kind| kind == name) {
        return false;
    }
    match charge.kind {
        ChargeKind::Tax => earns.is_tax,
        ChargeKind::Delivery => earns.is_delivery,
        ChargeKind::Deposit => false,
        ChargeKind::Rounding | ChargeKind::Other(_) => true,
    }
}

/// Earning amounts: of each line, and in all.
pub struct Earning {
    /// By line.
    pub lines: Vec<Money>,
    /// In all, charges that earn included; never less than 0.
    pub total: Money,
    /// The same, but below 0 if the bill gave more than it took.
    pub sum: Money,
}

/// Computes the earning part of a purchase: lines less the discounts and points
/// allocated to them, without the goods that the programme excludes. Each
/// amount is allocated once, so nothing is deducted twice. A negative earning
/// line is deducted from the other earning lines, so that no line earns less
/// than 0 and the lines add up to the whole.
pub fn earning(purchase: &Purchase, allocation: &Allocation, earns: &Earns) -> Earning {
    let has_lines = !purchase.lines.is_empty();
    let mut parts = parts(purchase);
    for (n, part) in parts.iter_mut().enumerate() {
        *part -= allocation.off(n) + allocation.own(n);
    }
    let first_charge = parts.len() - purchase.charges.len();
    let does_earn = |n: usize| match n.checked_sub(first_charge) {
        Some(charge) => charge_earns(&purchase.charges[charge], earns),
        None => !has_lines || line_earns(&purchase.lines[n], earns),
    };
    let of = |n: usize| match (does_earn(n), purchase.lines.get(n)) {
        (false, _) => 0,
        (true, Some(line)) if !earns.is_line_tax => {
            parts[n] - part_of(line.tax().0, parts[n], line.amount.0)
        }
        _ => parts[n],
    };
    let mut lines: Vec<i64> = (0..parts.len()).map(of).collect();
    let sum: i64 = lines.iter().sum();
    lines.truncate(purchase.lines.len());
    spread_negative(&mut lines);
    Earning {
        lines: lines.into_iter().map(Money).collect(),
        total: Money(sum.max(0)),
        sum: Money(sum),
    }
}

/// True if a purchase earns less than 0 and the programme makes it take points back.
pub fn is_taking(purchase: &Purchase, allocation: &Allocation, programme: &Programme) -> bool {
    let earns = &programme.earns;
    earns.is_below_zero && earning(purchase, allocation, earns).sum < Money::ZERO
}

/// Deducts negative parts from positive ones, in proportion and down to 0.
fn spread_negative(parts: &mut [i64]) {
    let below: i64 = parts.iter().map(|part| part.min(&0)).sum();
    if below == 0 {
        return;
    }
    parts.iter_mut().for_each(|part| *part = (*part).max(0));
    let above: i64 = parts.iter().sum();
    let off = share(above.min(-below), parts);
    for (part, off) in parts.iter_mut().zip(off) {
        *part -= off;
    }
}

/// Name of a tender that fell short and is still to be collected.
const UNPAID: &str = "unpaid";

/// A purchase as it was booked: the amount of a tender that fell short is to be
/// collected, and earns like any other money.
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

/// Amount of a purchase that was paid in money: all but own tenders; negative
/// if it paid out.
pub fn money(purchase: &Purchase) -> i64 {
    let own = purchase.tenders.iter().filter(|t| is_own(&t.kind));
    purchase.total.0 - own.map(|t| t.amount.0).sum::<i64>()
}

/// Name of a tender in scripts.
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
        held if held.reward().is_some() => "reward",
        held if held.voucher().is_some() => "voucher",
        TenderKind::Held { .. } => "points",
    };
    known.into()
}

/// Name of a charge in scripts.
pub fn charge_name(kind: &ChargeKind) -> &str {
    match kind {
        ChargeKind::Tax => "tax",
        ChargeKind::Delivery => "delivery",
        ChargeKind::Deposit => "deposit",
        ChargeKind::Rounding => "rounding",
        ChargeKind::Other(name) => name,
    }
}

/// The purchase as scripts see it; the caller adds store and time.
pub fn facts(purchase: &Purchase, allocation: &Allocation, programme: &Programme) -> PurchaseFacts {
    let earning = earning(purchase, allocation, &programme.earns);
    let lines = purchase.lines.iter().zip(&earning.lines).enumerate();
    let spared = &programme.not_discounted;
    PurchaseFacts {
        total: purchase.total,
        subtotal: subtotal(purchase).unwrap_or(purchase.total),
        is_taking: programme.earns.is_below_zero && earning.sum < Money::ZERO,
        earning: earning.total,
        digits: programme.digits,
        lines: lines
            .map(|(n, (line, earning))| LineFacts {
                number: to_u16(n + 1),
                sku: line.sku.clone(),
                category: line.category.clone(),
                tags: line.tags.clone(),
                qty: line.qty,
                free: Qty(0),
                amount: line.amount,
                earning: *earning,
                returned: Qty(0),
                is_discountable: !spared.has(line),
            })
            .collect(),
        discountable: discountable(purchase, spared),
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

/// Part of the subtotal that discounts may apply to.
fn discountable(purchase: &Purchase, spared: &Goods) -> Money {
    let whole = subtotal(purchase).unwrap_or(purchase.total);
    let spared = purchase.lines.iter().filter(|line| spared.has(line));
    let spared: i64 = spared.map(|line| line.amount.0.max(0)).sum();
    Money((whole.0 - spared).max(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::purchase::allocation::Named;

    /// Earning amounts of lines with these categories and amounts; those of the
    /// category `deposit` do not earn.
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
            is_line_tax: true,
            except: vec!["deposit".into()],
            except_charges: Vec::new(),
            is_below_zero: false,
        };
        let allocation = Allocation::new(&purchase, &Named::by(&purchase, Vec::new()));
        let earning = earning(&purchase, &allocation, &earns);
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

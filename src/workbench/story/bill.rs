//! Purchases: the amount, what was said behind it, and the indented lines.

use super::options::{Allowed, Options, signed_money};
use super::words::{Read, Words};
use crate::command::{Means, Purchase, TenderGiven};
use crate::model::{Line, Money, Programme, Qty};

const ON_A_BILL: Allowed = &[
    "receipt",
    "order",
    "by",
    "code",
    "enrolling",
    "paid",
    "reward",
    "pays",
    "voucher",
    "charge",
    "off",
];

/// Reads a purchase from behind the member's name, with its indented lines.
pub(super) fn purchase(
    words: &mut Words,
    details: &mut [Words],
    programme: &Programme,
) -> Read<(Purchase, Options)> {
    let total = signed_money(words, programme)?;
    let mut options = Options::default();
    options.read(words, programme, ON_A_BILL)?;
    for detail in details {
        match detail.peek_after() {
            Some("x") => options.lines.push(line(detail, programme)?),
            _ => options.read(detail, programme, ON_A_BILL)?,
        }
    }
    let purchase = Purchase {
        total,
        currency: None,
        lines: std::mem::take(&mut options.lines),
        charges: std::mem::take(&mut options.charges),
        discounts: std::mem::take(&mut options.discounts),
        tenders: with_the_rest(std::mem::take(&mut options.tenders), total),
        by: options.by,
        receipt: std::mem::take(&mut options.receipt),
        order: std::mem::take(&mut options.order),
        codes: std::mem::take(&mut options.codes),
        is_enrolling: options.is_enrolling,
    };
    Ok((purchase, options))
}

/// `2 x coffee LATTE 29.00 tag hot`: how many, category, article, what they cost in all.
fn line(words: &mut Words, programme: &Programme) -> Read<Line> {
    let qty = words.read("a quantity", Qty::parse_signed)?;
    words.take("x");
    let category = words.need("a category")?.text.into();
    let sku = words.need("an article")?.text.into();
    let amount = signed_money(words, programme)?;
    let mut tags = Vec::new();
    while words.take("tag") {
        tags.push(words.need("a label")?.text.into());
    }
    words.end("tag, or the line's end")?;
    Ok(Line {
        sku,
        category,
        tags,
        qty,
        amount,
        detail: None,
    })
}

/// Where only points and rewards are named, the rest is paid in cash.
fn with_the_rest(mut tenders: Vec<TenderGiven>, total: Money) -> Vec<TenderGiven> {
    let is_own = |t: &TenderGiven| {
        matches!(
            t.means,
            Means::Points { .. } | Means::Reward(_) | Means::Voucher(_)
        )
    };
    let amounts: Option<Vec<Money>> = tenders.iter().map(|t| t.amount).collect();
    let paid = amounts.and_then(Money::sum);
    let rest = paid
        .and_then(|paid| total.minus(paid))
        .filter(|rest| rest.is_positive());
    if let Some(rest) = rest.filter(|_| !tenders.is_empty() && tenders.iter().all(is_own)) {
        tenders.push(TenderGiven {
            means: Means::Cash,
            amount: Some(rest),
        });
    }
    tenders
}

//! Sales in another currency than the programme's: the amounts of a command are
//! converted to the programme's currency before anything is decided.

use crate::answer::ForeignMoney;
use crate::command::{DiscountGiven, Means, Purchase, Request, TenderGiven};
use crate::engine::Records;
use crate::engine::error::Error;
use crate::engine::stop::{Stop, no};
use crate::engine::verbs::order_claim;
use crate::model::{
    self, Act, Code, Currency, Discount, Entry, Exact, Extent, Foreign, Money, Refusal, Tender,
    TenderKind,
};
use crate::rules::purchase::foreign::Conversion;
use crate::rules::purchase::{bill, foreign};

/// Sale in the programme's currency, and its payment.
pub(in crate::engine) struct Converted {
    /// Sale, with amounts of the programme's currency.
    pub sale: Purchase,
    /// Payment in the other currency.
    pub paid: Foreign,
    /// Conversion between the currencies.
    pub by: Conversion,
}

/// Currency of a sale, if it is another than the programme's.
pub(in crate::engine) fn foreign_currency<'r>(
    records: &'r Records,
    given: &Purchase,
) -> Result<Option<&'r Currency>, Stop> {
    let programme = records.programme()?;
    let Some(code) = given.currency.as_ref() else {
        return Ok(None);
    };
    if *code == programme.currency {
        return Ok(None);
    }
    let found = programme.currencies.iter().find(|c| c.code == *code);
    match found {
        Some(currency) => Ok(Some(currency)),
        None => no(
            Code::UnknownCurrency,
            format!(
                "currency: it is {code}, the programme's is {}; it takes others that have a rate ([currency.USD] rate = \"0.92\")",
                programme.currency
            ),
        ),
    }
}

/// Converts a sale in another currency; None for one in the programme's.
pub(in crate::engine) fn converted(
    records: &mut Records,
    given: &Purchase,
    request: &Request,
) -> Result<Option<Converted>, Stop> {
    let Some(currency) = foreign_currency(records, given)?.cloned() else {
        return Ok(None);
    };
    let rate = match &given.foreign {
        // A sale that is amended keeps the rate at which it was paid.
        Some(paid) if paid.currency == currency.code => paid.rate,
        // A command sent again is converted at the rate at which it was booked.
        _ => rate_booked(records, request, &currency)?.unwrap_or(currency.rate),
    };
    let by = conversion(records, &currency, rate)?;
    check_sums(given, currency.digits)?;
    let mut counted = as_sent(given);
    by.convert(&mut counted)?;
    let mut sale = Purchase {
        total: counted.total,
        currency: None,
        lines: counted.lines,
        charges: counted.charges,
        tenders: Vec::with_capacity(given.tenders.len()),
        ..given.clone()
    };
    for (discount, converted) in sale.discounts.iter_mut().zip(&counted.discounts) {
        discount.amount = converted.amount;
    }
    for tender in &given.tenders {
        sale.tenders.push(tender_converted(records, tender, &by)?);
    }
    let paid = Foreign {
        currency: currency.code,
        rate,
        total: given.total,
    };
    Ok(Some(Converted { sale, paid, by }))
}

/// Conversion of a currency at a rate.
pub(in crate::engine) fn conversion(
    records: &Records,
    currency: &Currency,
    rate: Exact,
) -> Result<Conversion, Stop> {
    let digits = records.programme()?.digits;
    let found = Conversion::new(currency, rate, digits);
    let none = || Refusal::new(Code::UnknownCurrency, "currency: its rate is out of range");
    Ok(found.ok_or_else(none)?)
}

/// Converts the amount of a tender. Points whose value the till has
/// converted itself pay that value, even if converting it back gives
/// another.
fn tender_converted(
    records: &Records,
    given: &TenderGiven,
    by: &Conversion,
) -> Result<TenderGiven, Stop> {
    let programme = records.programme()?;
    let worth = match &given.means {
        Means::Points { unit, points } => {
            let unit = programme.unit_named(unit);
            unit.and_then(|unit| programme.worth(unit.number, unit.parts(*points)?))
        }
        _ => None,
    };
    let amount = match (given.amount, worth) {
        (Some(paid), Some(worth)) if by.paid(worth)? == paid => Some(worth),
        (Some(paid), _) => Some(by.counted(paid)?),
        (None, _) => None,
    };
    Ok(TenderGiven {
        amount,
        ..given.clone()
    })
}

/// Rate of the sale that was booked, or refused, under a command's key.
fn rate_booked(
    records: &mut Records,
    request: &Request,
    currency: &Currency,
) -> Result<Option<Exact>, Error> {
    let paid = order_claim::sale_booked(records, &request.key)?.and_then(|sale| sale.foreign);
    let paid = paid.filter(|paid| paid.currency == currency.code);
    Ok(paid.map(|paid| paid.rate))
}

/// Extent of a return of the sale `of` in the programme's currency, of amounts in
/// another: that of the sale, at its rate.
pub(in crate::engine) fn extent_counted(
    records: &mut Records,
    request: &Request,
    (of, currency): (u64, &str),
    extent: &Extent,
) -> Result<Extent, Stop> {
    let own = records.programme()?.currency.clone();
    let Some((total, paid)) = sale_total(records, of)? else {
        return Ok(extent.clone());
    };
    let paid = match paid {
        _ if currency == own => return Ok(extent.clone()),
        Some(paid) if paid.currency == currency => paid,
        paid => {
            let its = paid.map_or(own, |paid| paid.currency);
            let text = format!("currency: it is {currency}, and the sale was paid in {its}");
            return no(Code::UnknownCurrency, text);
        }
    };
    if let Some(booked) = extent_booked(records, request, of)?
        && foreign::is_same_extent(&paid, total, extent, &booked)
    {
        return Ok(booked);
    }
    let before = records.aftermath(of)?.cloned().unwrap_or_default();
    let counted = foreign::counted_extent(&paid, total, extent, &before);
    let none = || Refusal::new(Code::TooLarge, "amount: is too large");
    Ok(counted.ok_or_else(none)?)
}

/// Total of a sale, and its payment in another currency; None if the entry is none.
pub(in crate::engine) fn sale_total(
    records: &mut Records,
    of: u64,
) -> Result<Option<(Money, Option<Foreign>)>, Error> {
    let entry = records.entry(of)?;
    Ok(entry.and_then(|entry| match &entry.act {
        Act::Purchase(sale) => {
            let sale = bill::booked(sale, &entry.effects);
            Some((sale.total, sale.foreign.clone()))
        }
        _ => None,
    }))
}

/// Extent of the return that was booked, or refused, under a command's key.
fn extent_booked(
    records: &mut Records,
    request: &Request,
    sale: u64,
) -> Result<Option<Extent>, Error> {
    let Some(entry) = records.booked_under(&request.key)? else {
        return Ok(None);
    };
    let act = match entry.act {
        Act::Refused(refused) => *refused.act,
        act => act,
    };
    Ok(match act {
        Act::Return { of, extent, .. } if of == sale => Some(extent),
        _ => None,
    })
}

/// Refund of a ticket's returns in the currency of its sale: `back` in the
/// programme's currency, unless all of it was paid in that of the sale.
pub(in crate::engine) fn refunded_in(
    records: &mut Records,
    (part, sale): (&Request, &Purchase),
    returns: &[Entry],
    back: Money,
) -> Result<Money, Stop> {
    let Some(currency) = foreign_currency(records, sale)?.cloned() else {
        return Ok(back);
    };
    if let Some((code, refund)) = refund_of(returns)
        && code == currency.code
    {
        return Ok(refund);
    }
    let rate = rate_booked(records, part, &currency)?.unwrap_or(currency.rate);
    Ok(conversion(records, &currency, rate)?.paid(back)?)
}

/// Money to pay for a ticket in the currency of its sale, if that is
/// another; `back` is the refund of its returns in the programme's
/// currency.
pub(in crate::engine) fn to_pay_in_foreign(
    entries: &[Entry],
    back: Money,
) -> Result<Option<ForeignMoney>, Error> {
    let sale = entries.iter().find_map(|entry| match &entry.act {
        Act::Purchase(sale) => Some(bill::booked(sale, &entry.effects)),
        _ => None,
    });
    let Some((sale, paid)) = sale.and_then(|sale| Some((sale.clone(), sale.foreign.clone()?)))
    else {
        return Ok(None);
    };
    let converted = |money| foreign::refunded(&paid, sale.total, (Money::ZERO, money));
    let cost = converted(Money(bill::money(&sale)));
    let refund = match refund_of(entries) {
        Some((code, refund)) if code == paid.currency => refund,
        _ => converted(back),
    };
    Ok(Some(ForeignMoney::new(
        &paid.currency,
        Money(cost.0 - refund.0),
    )))
}

/// Decimals of the currency of a sale's amounts.
pub(in crate::engine) fn digits_of(records: &Records, given: &Purchase) -> Result<u8, Stop> {
    let own = records.programme()?.digits;
    let currency = foreign_currency(records, given)?;
    Ok(currency.map_or(own, |currency| currency.digits))
}

/// Money that a sale was paid with in its currency, if that is another than the
/// programme's.
pub(in crate::engine) fn paid_of(entry: &Entry) -> Option<(String, Money)> {
    let Act::Purchase(sale) = &entry.act else {
        return None;
    };
    let sale = bill::booked(sale, &entry.effects);
    let (paid, money) = (sale.foreign.as_ref()?, Money(bill::money(&sale)));
    let money = foreign::refunded(paid, sale.total, (Money::ZERO, money));
    Some((paid.currency.clone(), money))
}

/// Refund of a ticket's returns, if all of them are in one other currency.
pub(in crate::engine) fn refund_of(entries: &[Entry]) -> Option<(&str, Money)> {
    let is_sale = |entry: &&Entry| matches!(entry.act, Act::Purchase(_));
    let mut refunds = entries
        .iter()
        .filter(|e| !is_sale(e))
        .map(Entry::refunded_as);
    let first = refunds.next()??;
    refunds.try_fold(first, |(code, sum), refund| {
        let (its, money) = refund?;
        Some((code, sum.plus(money).filter(|_| its == code)?))
    })
}

/// Bill of a sale as it was sent, without its tenders.
fn as_sent(given: &Purchase) -> model::Purchase {
    let discount = |given: &DiscountGiven| Discount {
        campaign: 0,
        why: String::new(),
        amount: given.amount,
        lines: Vec::new(),
    };
    model::Purchase {
        total: given.total,
        lines: given.lines.clone(),
        charges: given.charges.clone(),
        discounts: given.discounts.iter().map(discount).collect(),
        ..Default::default()
    }
}

/// Refuses a sale whose amounts, as sent, do not add up.
pub(in crate::engine) fn check_sums(given: &Purchase, digits: u8) -> Result<(), Refusal> {
    let has_open = given.tenders.iter().any(|t| t.amount.is_none());
    let cash = |amount| Tender {
        kind: TenderKind::Cash,
        amount,
        lines: Vec::new(),
    };
    let tenders = given.tenders.iter().filter_map(|t| t.amount.map(cash));
    let bought = model::Purchase {
        tenders: tenders.filter(|_| !has_open).collect(),
        ..as_sent(given)
    };
    bill::check(&bought, digits)
}

/// Adds the rest that rounding left to the last tender in money, if there is one.
pub(in crate::engine) fn settle_rounding(sale: &mut model::Purchase, by: &Conversion) {
    let paid: i64 = sale.tenders.iter().map(|t| t.amount.0).sum();
    let left = sale.total.0 - paid;
    let most = by.tolerance(sale.tenders.len() + 1);
    let mut money = sale.tenders.iter_mut().rev();
    if let Some(tender) = money
        .find(|t| !bill::is_own(&t.kind))
        .filter(|_| left.abs() <= most)
    {
        tender.amount.0 += left;
    }
}

//! An order that is sent again: under another key it is answered with its first entry,
//! and an entry of its own records that key; one that was booked without a member is
//! claimed by the member who is named now.

use crate::command::Request;
use crate::engine::Records;
use crate::engine::commit::entry_keys::order_hash;
use crate::engine::error::Error;
use crate::engine::staging::admit;
use crate::engine::staging::staged::Mode;
use crate::engine::stop::Stop;
use crate::model::{Act, Entry, Head, Instant, Key, MemberId, Purchase, TenderKind};
use crate::rules::asked::is_same_sale;

/// The sale of an entry, or the one that it claims.
pub(in crate::engine) fn sale_of(
    records: &mut Records,
    entry: &Entry,
) -> Result<Option<Box<Purchase>>, Error> {
    let claimed = match &entry.act {
        Act::Purchase(sale) => return Ok(Some(sale.clone())),
        Act::Claim { of } => records.entry(*of)?,
        _ => None,
    };
    Ok(match claimed.map(|sale| sale.act) {
        Some(Act::Purchase(sale)) => Some(sale),
        _ => None,
    })
}

/// The sale that was booked, or refused, under a command's key.
pub(in crate::engine) fn sale_booked(
    records: &mut Records,
    key: &Key,
) -> Result<Option<Box<Purchase>>, Error> {
    let booked = records.booked_under(key)?;
    let act = booked.map(|entry| match entry.act {
        Act::Refused(refused) => *refused.act,
        act => act,
    });
    Ok(match act {
        Some(Act::Purchase(sale)) => Some(sale),
        _ => None,
    })
}

/// The sale that an entry claims, or the entry itself. Later events of a
/// sale are recorded at the sale, whichever key named it.
///
/// # Errors
/// I/O errors.
pub fn claimed_sale(records: &mut Records, seq: u64) -> Result<u64, Error> {
    Ok(match records.entry(seq)?.map(|entry| entry.act) {
        Some(Act::Claim { of }) => of,
        _ => seq,
    })
}

/// Converts a purchase to a claim, if it names the member of an order that
/// was booked without one.
pub(in crate::engine) fn as_claim(
    records: &mut Records,
    request: &Request,
    member: Option<MemberId>,
    act: Act,
) -> Result<Act, Stop> {
    let asked = match &act {
        Act::Purchase(asked) if !asked.order.is_empty() && member.is_some() => asked,
        _ => return Ok(act),
    };
    let mut booked = None;
    if request.key.is_some() {
        let hash = records.hashes.key(request.key.as_str());
        booked = records.find(&hash)?;
    }
    let of = match booked {
        // The same command again has the same result.
        Some(seq) => match records.entry(seq)?.and_then(|entry| claimed_by(&entry.act)) {
            Some(of) => Some(of),
            None => return Ok(act),
        },
        None => order_booked(records, asked)?.map(|first| first.seq),
    };
    let Some(sale) = of.map(|of| records.entry(of)).transpose()?.flatten() else {
        return Ok(act);
    };
    let is_same = matches!(&sale.act, Act::Purchase(first)
        if order_hash(first) == order_hash(asked) && is_same_sale(first, asked));
    let is_open = booked.is_some() || claim_of_sale(records, sale.seq)?.is_none();
    match sale.member().is_none() && is_same && is_open {
        true => Ok(Act::Claim { of: sale.seq }),
        false => Ok(act),
    }
}

/// The entry that answers an order sent again: its sale, or its claim. None
/// if the order can still be claimed.
pub(in crate::engine) fn order_answer(
    records: &mut Records,
    request: &Request,
    sale: &Entry,
    asked: &Purchase,
) -> Result<Option<Entry>, Error> {
    if sale.member().is_some() || request.member.is_none() {
        return Ok(Some(sale.clone()));
    }
    let claim = match claim_of_sale(records, sale.seq)? {
        Some(seq) => records.entry(seq)?,
        None => None,
    };
    let is_same = matches!(&sale.act, Act::Purchase(first) if is_same_sale(first, asked));
    Ok(match claim {
        Some(claim) => Some(claim),
        None if is_same => None,
        None => Some(sale.clone()),
    })
}

fn claim_of_sale(records: &mut Records, seq: u64) -> Result<Option<u64>, Error> {
    Ok(records.aftermath(seq)?.and_then(|after| after.claimed))
}

/// Head of the entry which says that a command's key is another one of an order.
pub(in crate::engine) fn other_key_head(
    records: &Records,
    request: &Request,
) -> Result<Head, Stop> {
    admit::check_clock(records, Instant(records.clock.now_micros()))?;
    Ok(Head {
        origin: admit::origin(records, request, &Mode::default())?,
        key: request.key.clone(),
        ..records.ledger_head()
    })
}

/// The sale that an act claims, or would have.
fn claimed_by(act: &Act) -> Option<u64> {
    match act {
        Act::Claim { of } => Some(*of),
        Act::Refused(refused) => claimed_by(&refused.act),
        _ => None,
    }
}

/// The purchase of an order number, if there is one that was not voided.
pub(in crate::engine) fn order_booked(
    records: &mut Records,
    purchase: &Purchase,
) -> Result<Option<Entry>, Error> {
    match records.find_standing(&order_hash(purchase))? {
        Some(seq) => records.entry(seq),
        None => Ok(None),
    }
}

/// A tender of the sale that was booked under a key, if one was.
pub(in crate::engine) fn tender_booked(
    records: &mut Records,
    key: &Key,
    n: usize,
) -> Result<Option<TenderKind>, Error> {
    let tender = sale_booked(records, key)?.map(|sale| sale.tenders.into_iter().nth(n));
    Ok(tender.flatten().map(|tender| tender.kind))
}

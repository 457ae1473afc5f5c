//! Sales that stand in place of others, after corrections.

use crate::chain::part_key;
use crate::chain::part_key::is_first_part;
use crate::command::Request;
use crate::engine::Records;
use crate::engine::error::Error;
use crate::engine::stop::Stop;
use crate::engine::verbs::{order_claim, slips};
use crate::model::{Act, Code, Entry, Key, MemberId, Refusal};

/// The sale that an entry stands for: the one that it claims, or that was
/// booked in its place.
///
/// # Errors
/// I/O errors.
pub fn standing_sale(records: &mut Records, seq: u64) -> Result<u64, Error> {
    let sales = sales_of(records, seq)?;
    Ok(sales.last().copied().unwrap_or(seq))
}

/// [`standing_sale`] for a command; one that was carried out before
/// stays with the sale that it named then.
pub(in crate::engine) fn standing_sale_for(
    records: &mut Records,
    request: &Request,
    seq: u64,
) -> Result<u64, Stop> {
    let sales = sales_of(records, seq)?;
    let named = match sales.len() > 1 {
        true => slips::named_before(records, request)?,
        false => None,
    };
    let named = named.filter(|named| sales.contains(named));
    Ok(named.or(sales.last().copied()).unwrap_or(seq))
}

/// The sale of an entry, and those that were booked in its place one after
/// the other.
pub(in crate::engine) fn sales_of(records: &mut Records, seq: u64) -> Result<Vec<u64>, Error> {
    let mut seq = order_claim::claimed_sale(records, seq)?;
    let mut sales = vec![seq];
    while let Some(next) = corrected_as(records, seq)? {
        sales.push(next);
        seq = next;
    }
    Ok(sales)
}

/// The sale that was booked in place of a sale.
///
/// # Errors
/// I/O errors.
pub fn corrected_as(records: &mut Records, sale: u64) -> Result<Option<u64>, Error> {
    let undone = records.aftermath(sale)?.and_then(|after| after.voided);
    let undone = undone.map(|seq| records.entry(seq)).transpose()?.flatten();
    let Some(undone) = undone.filter(|entry| entry.head.key.as_str().ends_with("~1")) else {
        return Ok(None);
    };
    let mut seq = undone.seq + 1;
    while let Some(entry) = records.entry(seq)?
        && entry.head.recorded_at() == undone.head.recorded_at()
    {
        let is_sale = matches!(entry.act, Act::Purchase(_));
        if is_sale && is_first_part(undone.head.key.as_str(), &entry.head.key) {
            return Ok(Some(seq));
        }
        seq += 1;
    }
    Ok(None)
}

/// The key of a part that is not the last.
pub(in crate::engine) fn part_key(key: &Key, n: usize) -> Result<Key, Stop> {
    if !key.is_some() {
        return Ok(Key::none());
    }
    let wrong = |message| Refusal::new(Code::BadInput, format!("key: {message}"));
    Ok(Key::parse(&part_key::part_key(key, n)).map_err(wrong)?)
}

/// The entries of the command that booked an entry, in their sequence: the
/// parts of a ticket, of its void, or of a sale that was corrected, if the
/// entry has the command's own key; otherwise the entry alone.
///
/// # Errors
/// I/O errors.
pub fn booked_with(records: &mut Records, entry: Entry) -> Result<Vec<Entry>, Error> {
    let mut parts = Vec::new();
    while let Ok(key) = part_key(&entry.head.key, parts.len())
        && let Some(part) = records.booked_under(&key)?
    {
        parts.push(part);
    }
    // A till may have given such a key to a command of its own, at another time.
    let is_part = |(n, part): (usize, &Entry)| match part.act {
        Act::Return { .. } | Act::ReturnedWithoutSlip { .. } => entry.act.undoes().is_none(),
        Act::Reversal { .. } => entry.act.undoes().is_some() || (n == 0 && parts.len() == 1),
        _ => false,
    } && part.seq < entry.seq
        && part.head.recorded_at() == entry.head.recorded_at();
    let is_last = matches!(
        entry.act,
        Act::Purchase(_)
            | Act::Return { .. }
            | Act::ReturnedWithoutSlip { .. }
            | Act::Reversal { .. }
    );
    if !is_last || !parts.iter().enumerate().all(is_part) {
        parts.clear();
    }
    parts.push(entry);
    Ok(parts)
}

/// The sale in whose place a sale was booked, if it was.
///
/// # Errors
/// I/O errors.
pub fn corrected_from(records: &mut Records, sale: u64) -> Result<Option<u64>, Error> {
    let Some(entry) = records.entry(sale)? else {
        return Ok(None);
    };
    let parts = booked_with(records, entry)?;
    Ok(match parts.first().map(|part| &part.act) {
        Some(Act::Reversal { of, .. }) if parts.len() > 1 => Some(*of),
        _ => None,
    })
}

/// True if two sales are of the same member, or both of nobody, whichever card
/// was merged since.
///
/// # Errors
/// I/O errors.
pub fn is_of_same_member(records: &mut Records, one: u64, other: u64) -> Result<bool, Error> {
    Ok(member_now(records, one)? == member_now(records, other)?)
}

/// The last of the sales in whose place a sale was booked that was another
/// member's.
pub(in crate::engine) fn reassigned_from(
    records: &mut Records,
    sale: u64,
) -> Result<Option<u64>, Error> {
    let mut was = corrected_from(records, sale)?;
    while let Some(before) = was
        && is_of_same_member(records, before, sale)?
    {
        was = corrected_from(records, before)?;
    }
    Ok(was)
}

/// Who a sale's member is now.
fn member_now(records: &mut Records, sale: u64) -> Result<Option<MemberId>, Error> {
    let member = records.entry(sale)?.and_then(|entry| entry.member());
    Ok(records.present(member)?.or(member))
}

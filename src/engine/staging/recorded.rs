//! A command that was sent again, and the entry that it made.

use crate::command::Request;
use crate::engine::error::Error;
use crate::engine::stop::Stop;
use crate::engine::verbs::{order_claim, slips, vouchers};
use crate::engine::{Records, stop};
use crate::model::{Act, Code, Entry, MemberId, Purchase, Refusal};
use crate::rules;

/// The entry of a command that was sent again.
pub(in crate::engine) struct Recorded {
    /// The entry.
    pub entry: Entry,
    /// True if it is that of the same order, and the command's key is a new one.
    pub is_other_key: bool,
}

/// The recorded entry of the same key or order, if the command is the same.
pub(in crate::engine) fn recorded(
    records: &mut Records,
    request: &Request,
    member: Option<MemberId>,
    act: &Act,
) -> Result<Option<Recorded>, Stop> {
    if let Some(entry) = records.booked_under(&request.key)? {
        let is_other = match act {
            Act::Purchase(again) if entry.head.key != request.key => {
                let sale = order_claim::sale_of(records, &entry)?;
                sale.is_some_and(|first| !first.order.is_empty() && first.order == again.order)
            }
            _ => false,
        };
        let is_order = match act {
            Act::Purchase(again) if is_other => is_same_order(records, &entry, member, again)?,
            _ => false,
        };
        return match is_order || is_same(records, &entry, request, member, act)? {
            true => Ok(Some(Recorded {
                entry,
                is_other_key: false,
            })),
            false => Err(stop::key_conflict(entry.seq).into()),
        };
    }
    if let Act::Purchase(purchase) = act
        && !purchase.order.is_empty()
        && let Some(sale) = order_claim::order_booked(records, purchase)?
    {
        let Some(first) = order_claim::order_answer(records, request, &sale, purchase)? else {
            return Ok(None);
        };
        if !is_same_order(records, &first, member, purchase)? {
            return Err(order_conflict(&sale, purchase).into());
        }
        return Ok(Some(Recorded {
            entry: first,
            is_other_key: request.key.is_some(),
        }));
    }
    slips::check_slip(records, request, act)?;
    Ok(None)
}

/// True if an entry's act is that of a command, for its member and at its time.
pub(in crate::engine) fn is_same(
    records: &mut Records,
    entry: &Entry,
    request: &Request,
    member: Option<MemberId>,
    act: &Act,
) -> Result<bool, Error> {
    let recorded_act = match &entry.act {
        Act::Refused(refused) => &*refused.act,
        other => other,
    };
    let is_same_at = match (request.at, entry.head.occurred) {
        (Some((at, _)), Some(_)) => at == entry.head.occurred_at(),
        _ => true,
    };
    let party = records.present(entry.member())?;
    // Undoing a merge has changed its member.
    let is_party = party == member || matches!(act, Act::Unmerged { .. });
    // An unnamed claimer of a gift is a new member each time.
    let is_party = is_party || member.is_none() && matches!(act, Act::VoucherClaimed { .. });
    // The code of a voucher that is gone need not lead to its member.
    let is_coded = matches!(
        act,
        Act::VoucherVoided { .. } | Act::VoucherGiven { .. } | Act::VoucherHeld { .. }
    );
    let is_party = is_party || request.member.is_none() && is_coded;
    // A voucher may have moved meanwhile: it is the same one.
    let first = (
        vouchers::with_first_lot(records, recorded_act)?,
        vouchers::with_first_lot(records, act)?,
    );
    let is_same = match &first {
        (Some(recorded), Some(asked)) => rules::asked::is_same(recorded, asked),
        _ => rules::asked::is_same(recorded_act, act),
    };
    Ok(is_same_at && is_party && is_same)
}

/// True if an order that is sent again is the same sale: whatever the
/// store, channel, tenders and time, since an order of the app may be
/// booked again at pick-up.
fn is_same_order(
    records: &mut Records,
    first: &Entry,
    member: Option<MemberId>,
    again: &Purchase,
) -> Result<bool, Error> {
    let Some(sale) = order_claim::sale_of(records, first)? else {
        return Ok(false);
    };
    let party = records.present(first.member())?;
    Ok(party == member && rules::asked::is_same_sale(&sale, again))
}

/// The refusal of an order number that belongs to another sale.
fn order_conflict(first: &Entry, asked: &Purchase) -> Refusal {
    let detail = format!(
        "order: {} was booked as entry {} for another sale; an order is the same only with the same member, total, currency and lines; if it changed, as at pick-up, send what it came to with 'amend' (stampbook amend --order)",
        asked.order, first.seq
    );
    Refusal::new(Code::OrderConflict, detail)
}

//! Gifts that wait for a token: making tokens, finding gifts by them, and
//! enrolling unknown claimers.

use crate::command::Who;
use crate::engine::Records;
use crate::engine::error::Error;
use crate::engine::verbs::vouchers;
use crate::model::{Act, Entry, MemberId};

/// Token that an entry made for the recipient of a gift.
pub fn gift_token(records: &Records, entry: &Entry) -> Option<String> {
    let shown = vouchers::codes_shown(records, entry);
    let gift = shown.into_iter().find(|code| code.kind == "gift");
    gift.map(|code| code.code)
}

/// The present holder of a waiting gift: its giver, or the member who kept
/// it when a merge with the giver was undone.
pub(in crate::engine) fn giver(
    records: &mut Records,
    gift: Option<&Entry>,
) -> Result<Option<MemberId>, Error> {
    let Some((gift, id)) = gift.and_then(|gift| Some((gift, gift.member()?))) else {
        return Ok(None);
    };
    let giver = records.resolve(&Who::Id(id))?;
    let is_there = giver.is_some_and(|giver| has_gift(records, giver, gift.seq));
    if is_there {
        return Ok(giver);
    }
    let parted = vouchers::once_one(records, id, gift.seq)?.into_iter();
    let found = parted.filter(|id| has_gift(records, *id, gift.seq)).last();
    Ok(found.or(giver))
}

fn has_gift(records: &Records, id: MemberId, seq: u64) -> bool {
    let member = records.cache.member(id);
    member.is_some_and(|m| m.holds.iter().any(|h| h.seq == seq))
}

/// The member of a decision: an unknown claimer of a voucher gets an id,
/// and no profile.
pub(in crate::engine) fn taker(
    records: &mut Records,
    member: Option<MemberId>,
    act: &Act,
) -> Option<MemberId> {
    let is_voucher = matches!(act, Act::VoucherClaimed { .. });
    member.or_else(|| is_voucher.then(|| MemberId(records.entropy.draw())))
}

/// True if an act claims another member's gift.
pub(in crate::engine) fn takes_gift(act: &Act) -> bool {
    matches!(
        act,
        Act::VoucherClaimed { .. } | Act::TransferClaimed { .. }
    )
}

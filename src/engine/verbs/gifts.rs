//! Gifts that wait for a token: making tokens, finding gifts by them, and
//! enrolling unknown claimers.

use crate::command::{Request, Who};
use crate::engine::Ledger;
use crate::engine::error::Error;
use crate::engine::staging::admit::Stop;
use crate::engine::verbs::codes::{Making, code_key_of};
use crate::model::{Act, CodeKind, Entry, MemberId};

impl Ledger {
    /// Hash of the code of a kind that a command makes.
    pub(in crate::engine) fn code_hash(&self, kind: CodeKind, request: &Request) -> [u8; 32] {
        let making = Making::of(&self.alias_key, &request.key, 0);
        making.code(kind, 0).hash(kind)
    }

    /// Token that an entry made for the recipient of a gift.
    pub fn gift_token(&self, entry: &Entry) -> Option<String> {
        let shown = self.codes_shown(entry);
        let gift = shown.into_iter().find(|code| code.kind == "gift");
        gift.map(|code| code.code)
    }

    /// The entry of the gift that a token claims: a voucher, or points.
    pub(in crate::engine) fn gift(&mut self, text: &str, is_voucher: bool) -> Result<u64, Stop> {
        let hash = Self::typed_hash(CodeKind::Gift, text);
        let unknown = crate::engine::verbs::vouchers::unknown;
        let found = self.find(&code_key_of(CodeKind::Gift, &hash))?;
        let seq = found.ok_or_else(unknown)?;
        let entry = self.entry(seq)?.ok_or_else(unknown)?;
        let is_given = matches!(entry.act, Act::VoucherGiven { .. });
        match is_given == is_voucher {
            true => Ok(seq),
            false => Err(unknown().into()),
        }
    }

    /// The present holder of a waiting gift: its giver, or the member who kept
    /// it when a merge with the giver was undone.
    pub(in crate::engine) fn giver(
        &mut self,
        gift: Option<&Entry>,
    ) -> Result<Option<MemberId>, Error> {
        let Some((gift, id)) = gift.and_then(|gift| Some((gift, gift.member()?))) else {
            return Ok(None);
        };
        let giver = self.resolve(&Who::Id(id))?;
        let is_there = giver.is_some_and(|giver| self.has_gift(giver, gift.seq));
        if is_there {
            return Ok(giver);
        }
        let parted = self.once_one(id, gift.seq)?.into_iter();
        let found = parted.filter(|id| self.has_gift(*id, gift.seq)).last();
        Ok(found.or(giver))
    }

    fn has_gift(&self, id: MemberId, seq: u64) -> bool {
        let member = self.cache.member(id);
        member.is_some_and(|m| m.holds.iter().any(|h| h.seq == seq))
    }

    /// The member of a decision: an unknown claimer of a voucher gets an id,
    /// and no profile.
    pub(in crate::engine) fn taker(
        &mut self,
        member: Option<MemberId>,
        act: &Act,
    ) -> Option<MemberId> {
        let is_voucher = matches!(act, Act::VoucherClaimed { .. });
        member.or_else(|| is_voucher.then(|| MemberId(self.entropy.draw())))
    }
}

/// True if an act claims another member's gift.
pub(in crate::engine) fn takes_gift(act: &Act) -> bool {
    matches!(
        act,
        Act::VoucherClaimed { .. } | Act::TransferClaimed { .. }
    )
}

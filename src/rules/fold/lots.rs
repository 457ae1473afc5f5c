//! What effects do to lots and deficits.

use super::{Applied, Poster};
use crate::model::{Account, Effect, LotId, Number, Points, Terms};
use crate::rules::state::{Change, Lot, Member, bounded_sum, entry_of};

/// Closed lots of campaigns that a member is known by.
const CLOSED_MAX: usize = 16;

impl Poster<'_> {
    pub(super) fn apply_award(&mut self, effect: &Effect) -> Applied {
        match effect {
            Effect::Award {
                who,
                unit,
                amount,
                fills,
                from,
                campaign,
                terms,
                ..
            } => {
                let opens = amount.minus(*fills).ok_or("its amount is out of range")?;
                if opens.0 < 0 || fills.0 < 0 {
                    return Err("it fills more than it gives".into());
                }
                self.mark(*who, *unit, false);
                if fills.0 > 0 {
                    self.owe(*who, *unit, fills.negated(), *from)?;
                }
                self.open(*who, *unit, opens, *terms, *campaign, None)?;
                if *from == Account::Issuance {
                    self.tally(*campaign, *unit, amount.0);
                    let day = self.entry.head.day;
                    let change = Change::of(*unit, amount.0);
                    let sum = self.member_mut(*who)?.add(day, &change);
                    self.within(sum)?;
                }
                self.transfer(*unit, *from, Account::Lots, opens)
            }
            Effect::Voucher {
                who,
                unit,
                code,
                campaign,
                terms,
                ..
            } => {
                self.mark(*who, *unit, false);
                self.open(*who, *unit, Points(1), *terms, *campaign, Some(*code))?;
                self.tally(*campaign, *unit, 1);
                self.transfer(*unit, Account::Issuance, Account::Lots, Points(1))
            }
            _ => Ok(()),
        }
    }

    fn tally(&mut self, campaign: Number, unit: Number, amount: i64) {
        let (day, seq) = (self.entry.head.day, self.entry.seq);
        let house = &mut self.state.house;
        house.tally_issued((campaign, unit), day, seq, amount);
    }

    fn open(
        &mut self,
        who: u8,
        unit: Number,
        amount: Points,
        terms: Terms,
        campaign: Number,
        code: Option<[u8; 32]>,
    ) -> Applied {
        if amount.0 == 0 {
            return Ok(());
        }
        let id = LotId {
            seq: self.entry.seq,
            n: self.lots,
        };
        self.lots += 1;
        let earned = self.entry.head.occurred_at();
        let lot = Lot {
            id,
            unit,
            remaining: amount,
            held: Points::ZERO,
            earned,
            terms,
            campaign,
            code: code.map(Box::new),
        };
        let member = self.put_in(who, unit, amount.0)?;
        member.note_terms(&lot.terms);
        member.lots.push(lot);
        Ok(())
    }

    /// Keeps the sum of a member's lots, less being negative.
    pub(super) fn put_in(
        &mut self,
        who: u8,
        unit: Number,
        more: i64,
    ) -> Result<&mut Member, String> {
        let held = *entry_of(&mut self.member_mut(who)?.in_lots, unit);
        let sum = self.within(bounded_sum(unit, held, more))?;
        let member = self.member_mut(who)?;
        *entry_of(&mut member.in_lots, unit) = sum;
        Ok(member)
    }

    pub(super) fn lot_mut(&mut self, who: u8, id: LotId) -> Result<&mut Lot, String> {
        let lots = &mut self.member_mut(who)?.lots;
        match lots.binary_search_by_key(&id, |l| l.id) {
            Ok(at) => Ok(&mut lots[at]),
            Err(_) => Err(format!("the member has no open lot {}.{}", id.seq, id.n)),
        }
    }

    /// Takes points from a lot; says which campaign had given them.
    pub(super) fn debit(
        &mut self,
        who: u8,
        unit: Number,
        id: LotId,
        amount: Points,
    ) -> Result<Number, String> {
        self.mark(who, unit, false);
        let lot = self.lot_mut(who, id)?;
        let free = lot.remaining.0 - lot.held.0;
        if lot.unit != unit || amount.0 <= 0 || amount.0 > free {
            return Err(format!(
                "{amount} cannot leave lot {}.{} of unit {}, which has {free}",
                id.seq, id.n, lot.unit
            ));
        }
        lot.remaining = Points(lot.remaining.0 - amount.0);
        let (campaign, is_closed) = (lot.campaign, lot.remaining == Points::ZERO);
        let member = self.put_in(who, unit, -amount.0)?;
        if is_closed {
            if let Ok(at) = member.lots.binary_search_by_key(&id, |l| l.id) {
                member.lots.remove(at);
            }
            if campaign != 0 {
                member.closed.push((id, campaign));
                let over = member.closed.len().saturating_sub(CLOSED_MAX);
                member.closed.drain(..over);
            }
        }
        Ok(campaign)
    }

    pub(super) fn restore(
        &mut self,
        who: u8,
        unit: Number,
        id: LotId,
        amount: Points,
        terms: Terms,
    ) -> Result<Number, String> {
        self.mark(who, unit, false);
        if amount.0 <= 0 {
            return Err("nothing goes back".into());
        }
        let earned = self.entry.head.occurred_at();
        let member = self.put_in(who, unit, amount.0)?;
        let known = member.closed.iter().rev().find(|c| c.0 == id);
        let campaign = known.map_or(0, |c| c.1);
        member.note_terms(&terms);
        let lots = &mut member.lots;
        match lots.binary_search_by_key(&id, |l| l.id) {
            Ok(at) if lots[at].unit == unit => {
                let sum = lots[at]
                    .remaining
                    .plus(amount)
                    .ok_or("the lot grows too large")?;
                lots[at].remaining = sum;
                lots[at].terms = terms;
                return Ok(lots[at].campaign);
            }
            Ok(_) => return Err("the lot is of another unit".into()),
            Err(at) => lots.insert(
                at,
                Lot {
                    id,
                    unit,
                    remaining: amount,
                    held: Points::ZERO,
                    earned,
                    terms,
                    campaign,
                    code: None,
                },
            ),
        }
        Ok(campaign)
    }

    pub(super) fn owe(&mut self, who: u8, unit: Number, amount: Points, with: Account) -> Applied {
        self.mark(who, unit, false);
        let before = self.member_mut(who)?.owed(unit).0;
        let sum = self.within(bounded_sum(unit, before, amount.0))?;
        if sum < 0 {
            return Err("more is filled than is owed".into());
        }
        let owed = &mut self.member_mut(who)?.owed;
        *entry_of(owed, unit) = sum;
        if sum == 0 {
            owed.retain(|o| o.1 != 0);
        }
        // A deficit is a negative balance: owing more takes from it.
        self.transfer(unit, Account::Deficit, with, amount)
    }
}

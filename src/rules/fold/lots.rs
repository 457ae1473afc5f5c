//! Folding of effects on lots and deficits.

use super::{Applied, Poster};
use crate::model::{Account, Effect, LotId, Number, Points, Terms};
use crate::rules::state::{Change, Lot, LotSums, bounded_sum, entry_of};

/// Closed lots whose campaigns are remembered for a member.
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
                super::check_account(*from)?;
                let opens = amount.minus(*fills).ok_or("its amount is out of range")?;
                if opens.0 < 0 || fills.0 < 0 {
                    return Err("it fills more than it gives".into());
                }
                self.mark(*who, *unit, false);
                if fills.0 > 0 {
                    self.owe(*who, *unit, fills.negated(), *from)?;
                }
                self.open(*who, *unit, opens, *terms, *campaign, None)?;
                if *from == Account::Correction {
                    self.tally(*campaign, *unit, amount.0);
                }
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
        let global = &mut self.state.global;
        global.tally_issued((campaign, unit), day, seq, amount);
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
        self.push_lot(who, lot)
    }

    /// Appends a lot.
    pub(super) fn push_lot(&mut self, who: u8, lot: Lot) -> Applied {
        let member = self.member_mut(who)?;
        let (none, sums) = (LotSums::default(), LotSums::of(&lot));
        let sum = member.sums_mut(lot.unit).change(&none, &sums);
        member.note_terms(&lot.terms);
        member.lots.push(lot);
        self.within(sum)
    }

    /// The open lot of an id.
    pub(super) fn lot(&self, who: u8, id: LotId) -> Result<&Lot, String> {
        let lot = self.member(who)?.lot(id).filter(|lot| is_open(lot));
        lot.ok_or_else(|| no_lot(id))
    }

    /// Changes an open lot, and the sums over the member's lots with it.
    pub(super) fn change_lot<T>(
        &mut self,
        who: u8,
        id: LotId,
        change: impl FnOnce(&mut Lot) -> Result<T, String>,
    ) -> Result<T, String> {
        let member = self.member_mut(who)?;
        let at = member.lots.binary_search_by_key(&id, |l| l.id);
        let lot = at.ok().map(|at| &mut member.lots.to_mut()[at]);
        let lot = lot.filter(|lot| is_open(lot)).ok_or_else(|| no_lot(id))?;
        let before = LotSums::of(lot);
        let done = change(lot)?;
        let (after, is_left) = (LotSums::of(lot), is_open(lot));
        let sum = member.sums_mut(before.unit).change(&before, &after);
        self.within(sum)?;
        if !is_left && !self.emptied.contains(&who) {
            self.emptied.push(who);
        }
        Ok(done)
    }

    /// Takes points from a lot; returns the campaign that had given them.
    pub(super) fn debit(
        &mut self,
        who: u8,
        unit: Number,
        id: LotId,
        amount: Points,
    ) -> Result<Number, String> {
        self.mark(who, unit, false);
        let (campaign, is_left) = self.change_lot(who, id, |lot| {
            let free = lot.remaining.0 - lot.held.0;
            if lot.unit != unit || amount.0 <= 0 || amount.0 > free {
                return Err(format!(
                    "{amount} cannot leave lot {}.{} of unit {}, which has {free}",
                    id.seq, id.n, lot.unit
                ));
            }
            lot.remaining = Points(lot.remaining.0 - amount.0);
            Ok((lot.campaign, is_open(lot)))
        })?;
        if !is_left && campaign != 0 {
            let closed = &mut self.member_mut(who)?.closed;
            closed.push((id, campaign));
            let over = closed.len().saturating_sub(CLOSED_MAX);
            closed.remove_first(over);
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
        if self.reopened.contains_key(&(who, id)) {
            self.put_reopened_lots()?;
        }
        let member = self.member_mut(who)?;
        member.note_terms(&terms);
        if member.lot(id).is_some_and(is_open) {
            return self.change_lot(who, id, |lot| {
                if lot.unit != unit {
                    return Err("the lot is of another unit".into());
                }
                // The sum over all lots is checked for overflow.
                lot.remaining.0 = lot.remaining.0.saturating_add(amount.0);
                lot.terms = terms;
                Ok(lot.campaign)
            });
        }
        let known = member.closed.iter().rev().find(|c| c.0 == id);
        let campaign = known.map_or(0, |c| c.1);
        let lot = Lot {
            id,
            unit,
            remaining: amount,
            held: Points::ZERO,
            earned,
            terms,
            campaign,
            code: None,
        };
        let (none, sums) = (LotSums::default(), LotSums::of(&lot));
        let sum = member.sums_mut(unit).change(&none, &sums);
        self.reopened.insert((who, id), lot);
        self.within(sum)?;
        Ok(campaign)
    }

    /// Adds the reopened lots to those of their members, all together.
    pub(super) fn put_reopened_lots(&mut self) -> Applied {
        let reopened = std::mem::take(&mut self.reopened);
        let mut reopened = reopened.into_iter().peekable();
        while let Some(((who, _), first)) = reopened.next() {
            let lots = self.member_mut(who)?.lots.to_mut();
            let same = std::iter::from_fn(|| reopened.next_if(|((next, _), _)| *next == who));
            let back: Vec<Lot> = std::iter::once(first)
                .chain(same.map(|(_, lot)| lot))
                .collect();
            // A lot that this entry has emptied before is still among them,
            // with nothing left.
            lots.retain(is_open);
            lots.extend(back);
            lots.sort_by_key(|lot| lot.id);
        }
        Ok(())
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

/// True if a lot is not empty: an empty one is removed at the end of the entry.
fn is_open(lot: &Lot) -> bool {
    lot.remaining != Points::ZERO
}

fn no_lot(id: LotId) -> String {
    format!("the member has no open lot {}.{}", id.seq, id.n)
}

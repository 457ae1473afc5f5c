//! Folding of effects on lots and deficits.

use super::posting::{Applied, Posting, Wrong, check_account};
use crate::model::{Account, Effect, LotId, Number, Points, Terms};
use crate::rules::state::{Change, Lot, LotSums, Member, bounded_sum, entry_of};

/// Closed lots whose campaigns are remembered for a member.
const CLOSED_MAX: usize = 16;

/// Applies effects that give points and vouchers.
pub(super) fn apply_award(posting: &mut Posting, effect: &Effect) -> Applied {
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
            check_account(*from)?;
            let opens = amount.minus(*fills).ok_or("its amount is out of range")?;
            if opens.0 < 0 || fills.0 < 0 {
                return Err("it fills more than it gives".into());
            }
            posting.mark(*who, *unit);
            if fills.0 > 0 {
                owe(posting, *who, *unit, fills.negated(), *from)?;
            }
            open(posting, (*who, *unit), opens, *terms, *campaign, None)?;
            if matches!(from, Account::Correction | Account::Issuance) {
                tally_issued(posting, (*campaign, *unit), amount.0);
            }
            if *from == Account::Issuance {
                let day = posting.entry.head.day;
                let change = Change::of(*unit, amount.0);
                posting.member_mut(*who)?.add(day, &change)?;
            }
            posting.transfer(*unit, *from, Account::Lots, opens)
        }
        Effect::Voucher {
            who,
            unit,
            code,
            campaign,
            terms,
            ..
        } => {
            let one = Points(1);
            posting.mark(*who, *unit);
            open(posting, (*who, *unit), one, *terms, *campaign, Some(*code))?;
            tally_issued(posting, (*campaign, *unit), one.0);
            posting.transfer(*unit, Account::Issuance, Account::Lots, one)
        }
        _ => Ok(()),
    }
}

/// Applies effects that move points between accounts.
pub(super) fn apply_movement(posting: &mut Posting, effect: &Effect) -> Applied {
    match effect {
        Effect::Debit {
            who,
            unit,
            lot,
            amount,
            to,
        } => {
            check_account(*to)?;
            let of = (debit(posting, (*who, *unit), *lot, *amount)?, *unit);
            let tallies = &mut posting.state.global.tallies;
            tallies.leave(of, lot.seq, *to, amount.0);
            posting.transfer(*unit, Account::Lots, *to, *amount)
        }
        Effect::Restore {
            who,
            unit,
            lot,
            amount,
            from,
            terms,
        } => {
            check_account(*from)?;
            let campaign = restore(posting, (*who, *unit), *lot, *amount, *terms)?;
            let tallies = &mut posting.state.global.tallies;
            tallies.come_back((campaign, *unit), *from, amount.0);
            posting.transfer(*unit, *from, Account::Lots, *amount)
        }
        Effect::Owe {
            who,
            unit,
            amount,
            with,
        } => {
            check_account(*with)?;
            owe(posting, *who, *unit, *amount, *with)
        }
        Effect::Qualify {
            who,
            unit,
            day,
            amount,
            ..
        } => {
            posting.mark_qualifying(*who, *unit);
            let change = Change::of(*unit, amount.0);
            Ok(posting.member_mut(*who)?.add(*day, &change)?)
        }
        Effect::Moved {
            unit,
            from,
            to,
            amount,
        } => {
            check_account(*from)?;
            check_account(*to)?;
            posting.transfer(*unit, *from, *to, *amount)
        }
        _ => Ok(()),
    }
}

fn tally_issued(posting: &mut Posting, of: (Number, Number), amount: i64) {
    let (day, seq) = (posting.entry.head.day, posting.entry.seq);
    posting.state.global.tallies.issue(of, day, seq, amount);
}

fn open(
    posting: &mut Posting,
    (who, unit): (u8, Number),
    amount: Points,
    terms: Terms,
    campaign: Number,
    code: Option<[u8; 32]>,
) -> Applied {
    if amount.0 == 0 {
        return Ok(());
    }
    let lot = Lot {
        id: posting.next_lot(),
        unit,
        remaining: amount,
        held: Points::ZERO,
        earned: posting.entry.head.occurred_at(),
        terms,
        campaign,
        code: code.map(Box::new),
    };
    push(posting.member_mut(who)?, lot)
}

/// Appends a lot.
pub(super) fn push(member: &mut Member, lot: Lot) -> Applied {
    add_to_sums(member, &lot)?;
    member.note_terms(&lot.terms);
    member.lots.push(lot);
    Ok(())
}

/// Adds a lot to the sums over the member's lots.
fn add_to_sums(member: &mut Member, lot: &Lot) -> Applied {
    let sums = member.sums_mut(lot.unit);
    Ok(sums.change(&LotSums::default(), &LotSums::of(lot))?)
}

/// The open lot of an id.
pub(super) fn open_lot(member: &Member, id: LotId) -> Result<&Lot, Wrong> {
    let lot = member.lot(id).filter(|lot| is_open(lot));
    lot.ok_or_else(|| no_lot(id))
}

/// Changes an open lot, and the sums over the member's lots with it.
pub(super) fn change<T>(
    member: &mut Member,
    id: LotId,
    change: impl FnOnce(&mut Lot) -> Result<T, Wrong>,
) -> Result<T, Wrong> {
    let at = member.lots.binary_search_by_key(&id, |l| l.id);
    let lot = at.ok().map(|at| &mut member.lots.to_mut()[at]);
    let lot = lot.filter(|lot| is_open(lot)).ok_or_else(|| no_lot(id))?;
    let before = LotSums::of(lot);
    let done = change(lot)?;
    let after = LotSums::of(lot);
    member.sums_mut(before.unit).change(&before, &after)?;
    Ok(done)
}

/// Takes points out of an open lot, as [`change`] changes one. A lot that is emptied is
/// removed at the end of the entry.
pub(super) fn take_out<T>(
    posting: &mut Posting,
    who: u8,
    id: LotId,
    take: impl FnOnce(&mut Lot) -> Result<T, Wrong>,
) -> Result<T, Wrong> {
    let (taken, is_left) = change(posting.member_mut(who)?, id, |lot| {
        let taken = take(lot)?;
        Ok((taken, is_open(lot)))
    })?;
    if !is_left && !posting.emptied.contains(&who) {
        posting.emptied.push(who);
    }
    Ok(taken)
}

/// Takes points from a lot; returns the campaign that had given them.
fn debit(
    posting: &mut Posting,
    (who, unit): (u8, Number),
    id: LotId,
    amount: Points,
) -> Result<Number, Wrong> {
    posting.mark(who, unit);
    let (campaign, is_left) = take_out(posting, who, id, |lot| {
        let free = lot.remaining.0 - lot.held.0;
        if lot.unit != unit || amount.0 <= 0 || amount.0 > free {
            let what = format!(
                "{amount} cannot leave lot {}.{} of unit {}, which has {free}",
                id.seq, id.n, lot.unit
            );
            return Err(what.into());
        }
        lot.remaining = Points(lot.remaining.0 - amount.0);
        Ok((lot.campaign, is_open(lot)))
    })?;
    if !is_left && campaign != 0 {
        let closed = &mut posting.member_mut(who)?.closed;
        closed.push((id, campaign));
        let over = closed.len().saturating_sub(CLOSED_MAX);
        closed.remove_first(over);
    }
    Ok(campaign)
}

/// Puts points back to a lot, which may have to be reopened; returns the campaign that had
/// given them.
fn restore(
    posting: &mut Posting,
    (who, unit): (u8, Number),
    id: LotId,
    amount: Points,
    terms: Terms,
) -> Result<Number, Wrong> {
    posting.mark(who, unit);
    if amount.0 <= 0 {
        return Err("nothing goes back".into());
    }
    let earned = posting.entry.head.occurred_at();
    if posting.reopened.contains_key(&(who, id)) {
        put_reopened(posting)?;
    }
    let member = posting.member_mut(who)?;
    member.note_terms(&terms);
    if member.lot(id).is_some_and(is_open) {
        return change(member, id, |lot| {
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
    add_to_sums(member, &lot)?;
    posting.reopened.insert((who, id), lot);
    Ok(campaign)
}

/// Adds the reopened lots to those of their members, all together.
pub(super) fn put_reopened(posting: &mut Posting) -> Applied {
    let reopened = std::mem::take(&mut posting.reopened);
    let mut reopened = reopened.into_iter().peekable();
    while let Some(((who, _), first)) = reopened.next() {
        let lots = posting.member_mut(who)?.lots.to_mut();
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

/// Removes the lots that this entry has emptied, all together.
pub(super) fn drop_emptied(posting: &mut Posting) -> Applied {
    for who in std::mem::take(&mut posting.emptied) {
        posting.member_mut(who)?.lots.to_mut().retain(is_open);
    }
    Ok(())
}

/// Adds to a debt, or (negative) fills it.
fn owe(posting: &mut Posting, who: u8, unit: Number, amount: Points, with: Account) -> Applied {
    posting.mark(who, unit);
    let member = posting.member_mut(who)?;
    let sum = bounded_sum(unit, member.owed(unit).0, amount.0)?;
    if sum < 0 {
        return Err("more is filled than is owed".into());
    }
    *entry_of(&mut member.owed, unit) = sum;
    if sum == 0 {
        member.owed.retain(|o| o.1 != 0);
    }
    // A deficit is a negative balance: owing more takes from it.
    posting.transfer(unit, Account::Deficit, with, amount)
}

/// True if a lot is not empty: an empty one is removed at the end of the entry.
fn is_open(lot: &Lot) -> bool {
    lot.remaining != Points::ZERO
}

fn no_lot(id: LotId) -> Wrong {
    format!("the member has no open lot {}.{}", id.seq, id.n).into()
}

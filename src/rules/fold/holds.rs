//! Folding of effects on holds, and on lots that move from one member to another.

use super::lots;
use super::posting::{Applied, Posting, Wrong};
use crate::model::{Effect, LotId, Number, Points};
use crate::rules::state::{Hold, Lot, Member};
use std::collections::BTreeMap;

pub(super) fn apply(posting: &mut Posting, effect: &Effect) -> Applied {
    match effect {
        Effect::HoldOpened {
            who,
            unit,
            until,
            token,
            ..
        } => {
            let hold = Hold {
                seq: posting.entry.seq,
                unit: *unit,
                until: *until,
                token: *token,
                lots: Vec::new(),
            };
            posting.member_mut(*who)?.holds.push(hold);
            Ok(())
        }
        Effect::Held {
            who,
            unit,
            lot,
            amount,
            hold,
        } => set_aside(posting, (*who, *unit), *lot, *amount, *hold),
        Effect::HoldClosed { who, hold, .. } => close(posting.member_mut(*who)?, *hold),
        Effect::LotMoved {
            who,
            to,
            unit,
            lot,
            amount,
            code,
        } => {
            let taken = take_lot(posting, (*who, *unit), *lot, *amount)?;
            put_lot(posting, (*who, *to), taken, *code)
        }
        _ => Ok(()),
    }
}

/// Sets points of a lot aside for a hold, or (negative) releases them.
fn set_aside(
    posting: &mut Posting,
    (who, unit): (u8, Number),
    id: LotId,
    amount: Points,
    seq: u64,
) -> Applied {
    posting.mark(who, unit);
    let from = posting.next_part;
    let member = posting.member_mut(who)?;
    let wrong = || format!("{amount} cannot be held in lot {}.{}", id.seq, id.n);
    let held_before = lots::change(member, id, |lot| {
        let held = lot.held.0.saturating_add(amount.0);
        if lot.unit != unit || held < 0 || held > lot.remaining.0 {
            return Err(wrong().into());
        }
        Ok(std::mem::replace(&mut lot.held, Points(held)))
    })?;
    let holds = &mut member.holds;
    let hold = holds.iter_mut().find(|h| h.seq == seq && h.unit == unit);
    let hold = hold.ok_or_else(|| format!("the member has no hold {seq} of unit {unit}"))?;
    // A lot without held points has no part in any hold.
    let at = match held_before.is_positive() {
        true => part_at(hold, id, from),
        false => None,
    };
    let at = at.unwrap_or_else(|| {
        hold.lots.push((id, Points::ZERO));
        hold.lots.len() - 1
    });
    hold.lots[at].1.0 += amount.0;
    let left = hold.lots[at].1.0;
    posting.next_part = at + 1;
    if left < 0 {
        return Err(wrong().into());
    }
    if left == 0 && !posting.freed.contains(&who) {
        posting.freed.push(who);
    }
    Ok(())
}

fn close(member: &mut Member, seq: u64) -> Applied {
    let is_over = |hold: &Hold| hold.lots.iter().all(|part| part.1 == Points::ZERO);
    let mut holds = member.holds.iter();
    let at = holds.position(|h| h.seq == seq && is_over(h));
    let at = at.ok_or_else(|| format!("no hold {seq} of the member has come to its end"))?;
    member.holds.remove(at);
    Ok(())
}

/// Takes points out of a lot: free ones, or all of it with the held ones.
fn take_lot(
    posting: &mut Posting,
    (who, unit): (u8, Number),
    id: LotId,
    amount: Points,
) -> Result<Lot, Wrong> {
    posting.mark(who, unit);
    lots::take_out(posting, who, id, |lot| {
        let is_whole = amount == lot.remaining;
        let free = lot.remaining.0 - lot.held.0;
        if lot.unit != unit || amount.0 <= 0 || !(is_whole || amount.0 <= free) {
            let what = format!(
                "{amount} cannot move out of lot {}.{}, where {free} are free",
                id.seq, id.n
            );
            return Err(what.into());
        }
        let mut taken = lot.clone();
        lot.remaining.0 -= amount.0;
        match is_whole {
            true => lot.held = Points::ZERO,
            false => (taken.remaining, taken.held) = (amount, Points::ZERO),
        }
        Ok(taken)
    })
}

/// Opens a lot for another member, unchanged; holds on it move along.
fn put_lot(
    posting: &mut Posting,
    (who, to): (u8, u8),
    mut lot: Lot,
    code: Option<[u8; 32]>,
) -> Applied {
    posting.mark(to, lot.unit);
    let from = lot.id;
    lot.id = posting.next_lot();
    lot.code = code.map(Box::new).or(lot.code);
    if lot.held.is_positive() {
        posting.held_lots.push(((who, to), from, lot.id));
    }
    move_pass(posting, (who, to), from, lot.id)?;
    lots::push(posting.member_mut(to)?, lot)
}

/// Moves a pass, which is identified by its lot.
fn move_pass(posting: &mut Posting, (who, to): (u8, u8), from: LotId, id: LotId) -> Applied {
    let passes = &mut posting.member_mut(who)?.passes;
    let at = passes.iter().position(|p| p.lot == from);
    let pass = at.map(|at| passes.remove(at));
    let moved = pass.map(|mut pass| {
        pass.lot = id;
        pass
    });
    posting.member_mut(to)?.passes.extend(moved);
    Ok(())
}

/// Merges a member into another, or undoes that.
pub(super) fn absorb(posting: &mut Posting, from: u8, into: u8, is_undone: bool) -> Applied {
    let other = posting.member(from)?.clone();
    let seq = posting.entry.seq;
    let member = posting.member_mut(into)?;
    if is_undone && !member.absorbed.iter().any(|a| a.from == other.id) {
        return Err(format!("{} was not merged into the member", other.id).into());
    }
    match is_undone {
        false => member.absorb(&other, seq)?,
        true => member.give_up(&other)?,
    }
    Ok(())
}

/// Removes the parts of holds that this entry has released, all together:
/// removing one alone would move all parts after it.
pub(super) fn drop_freed_parts(posting: &mut Posting) -> Applied {
    for who in std::mem::take(&mut posting.freed) {
        for hold in &mut posting.member_mut(who)?.holds {
            hold.lots.retain(|part| part.1 != Points::ZERO);
        }
    }
    Ok(())
}

/// Moves holds on lots that moved to another member: lots in the order in
/// which they moved, holds in the order in which they were opened.
/// Complexity: n log n in their parts.
pub(super) fn move_holds(posting: &mut Posting) -> Applied {
    let moves = std::mem::take(&mut posting.held_lots);
    for moves in moves.chunk_by(|a, b| a.0 == b.0) {
        let Some(((who, to), ..)) = moves.first().copied() else {
            continue;
        };
        let order = moves.iter().enumerate().map(|(n, moved)| (moved.1, n));
        let order: BTreeMap<LotId, usize> = order.collect();
        let mut moved: BTreeMap<(usize, usize), Points> = BTreeMap::new();
        let holds = &mut posting.member_mut(who)?.holds;
        for (at, hold) in holds.iter_mut().enumerate() {
            hold.lots.retain(|(lot, part)| match order.get(lot) {
                Some(n) if *part != Points::ZERO => {
                    *moved.entry((*n, at)).or_default() = *part;
                    false
                }
                _ => true,
            });
        }
        let heads = holds.iter().map(|hold| Hold {
            lots: Vec::new(),
            ..*hold
        });
        let heads: Vec<Hold> = heads.collect();
        holds.retain(|h| !h.lots.is_empty());
        let holds = &mut posting.member_mut(to)?.holds;
        let places = holds.iter().enumerate().map(|(at, hold)| (hold.seq, at));
        let mut places: BTreeMap<u64, usize> = places.collect();
        for ((n, at), part) in moved {
            let head = &heads[at];
            let place = *places.entry(head.seq).or_insert_with(|| {
                holds.push(head.clone());
                holds.len() - 1
            });
            holds[place].lots.push((moves[n].2, part));
        }
    }
    Ok(())
}

/// Index of a lot's part in a hold. The search begins at `from`, since entries
/// release parts in their order.
fn part_at(hold: &Hold, lot: LotId, from: usize) -> Option<usize> {
    let len = hold.lots.len();
    let is_it = |at: &usize| hold.lots[*at].0 == lot && hold.lots[*at].1 != Points::ZERO;
    (from..len).chain(0..from.min(len)).find(is_it)
}

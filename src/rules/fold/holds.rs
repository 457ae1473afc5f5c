//! Folding of effects on holds, and on lots that move from one member to another.

use super::{Applied, Poster};
use crate::model::{Effect, LotId, Number, Points};
use crate::rules::state::{Hold, Lot};
use std::collections::BTreeMap;

impl Poster<'_> {
    pub(super) fn apply_hold(&mut self, effect: &Effect) -> Applied {
        match effect {
            Effect::HoldOpened {
                who,
                unit,
                until,
                token,
                ..
            } => {
                let hold = Hold {
                    seq: self.entry.seq,
                    unit: *unit,
                    until: *until,
                    token: *token,
                    lots: Vec::new(),
                };
                self.member_mut(*who)?.holds.push(hold);
                Ok(())
            }
            Effect::Held {
                who,
                unit,
                lot,
                amount,
                hold,
            } => self.hold(*who, *unit, *lot, *amount, *hold),
            Effect::HoldClosed { who, hold, .. } => self.close_hold(*who, *hold),
            Effect::LotMoved {
                who,
                to,
                unit,
                lot,
                amount,
                code,
            } => {
                let taken = self.take_lot(*who, *unit, *lot, *amount)?;
                self.put_lot(*who, *to, taken, *code)
            }
            _ => Ok(()),
        }
    }

    fn hold(&mut self, who: u8, unit: Number, id: LotId, amount: Points, seq: u64) -> Applied {
        self.mark(who, unit, false);
        let wrong = || format!("{amount} cannot be held in lot {}.{}", id.seq, id.n);
        let held_before = self.change_lot(who, id, |lot| {
            let held = lot.held.0.saturating_add(amount.0);
            if lot.unit != unit || held < 0 || held > lot.remaining.0 {
                return Err(wrong());
            }
            Ok(std::mem::replace(&mut lot.held, Points(held)))
        })?;
        let from = self.next_part;
        let holds = &mut self.member_mut(who)?.holds;
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
        self.next_part = at + 1;
        if left < 0 {
            return Err(wrong());
        }
        if left == 0 && !self.freed.contains(&who) {
            self.freed.push(who);
        }
        Ok(())
    }

    fn close_hold(&mut self, who: u8, seq: u64) -> Applied {
        let holds = &mut self.member_mut(who)?.holds;
        let is_over = |hold: &Hold| hold.lots.iter().all(|part| part.1 == Points::ZERO);
        let at = holds.iter().position(|h| h.seq == seq && is_over(h));
        let at = at.ok_or_else(|| format!("no hold {seq} of the member has come to its end"))?;
        holds.remove(at);
        Ok(())
    }

    /// Takes points out of a lot: free ones, or all of it with the held ones.
    fn take_lot(
        &mut self,
        who: u8,
        unit: Number,
        id: LotId,
        amount: Points,
    ) -> Result<Lot, String> {
        self.mark(who, unit, false);
        self.change_lot(who, id, |lot| {
            let is_whole = amount == lot.remaining;
            let free = lot.remaining.0 - lot.held.0;
            if lot.unit != unit || amount.0 <= 0 || !(is_whole || amount.0 <= free) {
                return Err(format!(
                    "{amount} cannot move out of lot {}.{}, where {free} are free",
                    id.seq, id.n
                ));
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
    fn put_lot(&mut self, who: u8, to: u8, mut lot: Lot, code: Option<[u8; 32]>) -> Applied {
        self.mark(to, lot.unit, false);
        let from = lot.id;
        lot.id = LotId {
            seq: self.entry.seq,
            n: self.lots,
        };
        lot.code = code.map(Box::new).or(lot.code);
        self.lots += 1;
        if lot.held.is_positive() {
            self.held_lots.push(((who, to), from, lot.id));
        }
        self.move_pass(who, to, from, lot.id)?;
        self.push_lot(to, lot)
    }

    /// Moves a pass, which is identified by its lot.
    fn move_pass(&mut self, who: u8, to: u8, from: LotId, id: LotId) -> Applied {
        let passes = &mut self.member_mut(who)?.passes;
        let at = passes.iter().position(|p| p.lot == from);
        let pass = at.map(|at| passes.remove(at));
        let moved = pass.map(|mut pass| {
            pass.lot = id;
            pass
        });
        self.member_mut(to)?.passes.extend(moved);
        Ok(())
    }

    pub(super) fn absorb(&mut self, from: u8, into: u8, is_undone: bool) -> Applied {
        let other = self.member(from)?.clone();
        let seq = self.entry.seq;
        let member = self.member_mut(into)?;
        if is_undone && !member.absorbed.iter().any(|a| a.from == other.id) {
            return Err(format!("{} was not merged into the member", other.id));
        }
        let sums = match is_undone {
            false => member.absorb(&other, seq),
            true => member.give_up(&other),
        };
        self.within(sums)
    }

    /// Removes the parts of holds that this entry has released, all together:
    /// removing one alone would move all parts after it.
    pub(super) fn drop_freed_parts(&mut self) -> Applied {
        for who in std::mem::take(&mut self.freed) {
            for hold in &mut self.member_mut(who)?.holds {
                hold.lots.retain(|part| part.1 != Points::ZERO);
            }
        }
        Ok(())
    }

    /// Moves holds on lots that moved to another member: lots in the order in
    /// which they moved, holds in the order in which they were opened.
    /// Complexity: n log n in their parts.
    pub(super) fn move_holds(&mut self) -> Applied {
        let moves = std::mem::take(&mut self.held_lots);
        for moves in moves.chunk_by(|a, b| a.0 == b.0) {
            let Some(((who, to), ..)) = moves.first().copied() else {
                continue;
            };
            let order = moves.iter().enumerate().map(|(n, moved)| (moved.1, n));
            let order: BTreeMap<LotId, usize> = order.collect();
            let mut moved: BTreeMap<(usize, usize), Points> = BTreeMap::new();
            let holds = &mut self.member_mut(who)?.holds;
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
            let holds = &mut self.member_mut(to)?.holds;
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
}

/// Index of a lot's part in a hold. The search begins at `from`, since entries
/// release parts in their order.
fn part_at(hold: &Hold, lot: LotId, from: usize) -> Option<usize> {
    let len = hold.lots.len();
    let is_it = |at: &usize| hold.lots[*at].0 == lot && hold.lots[*at].1 != Points::ZERO;
    (from..len).chain(0..from.min(len)).find(is_it)
}

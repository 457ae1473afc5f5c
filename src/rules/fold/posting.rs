//! An entry that is being posted: the state that it changes, and what it has moved so far.

use crate::model::{Account, After, Entry, LotId, MemberId, Number, Outstanding, Points};
use crate::rules::state::{Exceeded, Lot, Member, State, entry_of};
use std::collections::BTreeMap;

/// An effect that cannot follow from the state before it.
#[derive(PartialEq, Debug)]
pub(super) struct Wrong {
    /// The contradiction.
    pub what: String,
    /// The figure that would exceed its bound, if that is the reason.
    pub exceeded: Option<Exceeded>,
}

impl From<String> for Wrong {
    fn from(what: String) -> Wrong {
        Wrong {
            what,
            exceeded: None,
        }
    }
}

impl From<&str> for Wrong {
    fn from(what: &str) -> Wrong {
        what.to_owned().into()
    }
}

impl From<Exceeded> for Wrong {
    fn from(exceeded: Exceeded) -> Wrong {
        let Exceeded { held, added, .. } = exceeded;
        Wrong {
            what: format!("{added} on top of {held} is more than can be held"),
            exceeded: Some(exceeded),
        }
    }
}

pub(super) type Applied = Result<(), Wrong>;

/// A unit that moved.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Moved {
    /// Position among the touched members.
    who: u8,
    unit: Number,
    /// True for a qualifying unit, which has no lots.
    is_qualifying: bool,
}

/// An entry, and the state that its effects change one after another.
pub(super) struct Posting<'a> {
    pub state: &'a mut State,
    pub entry: &'a Entry,
    /// Lots opened by this entry so far.
    lots: u16,
    /// Units that moved, once for each member they moved for.
    moved: Vec<Moved>,
    /// Positions of members with a lot that was emptied: such lots are removed
    /// together at the end, since each removal moves all lots after it.
    pub emptied: Vec<u8>,
    /// Lots reopened by points that were put back, by position of the member:
    /// they are added together at the end, since each insertion moves all lots
    /// after it.
    pub reopened: BTreeMap<(u8, LotId), Lot>,
    /// Index in a hold at which the search for the next part begins.
    pub next_part: usize,
    /// Positions of members with a hold of which a part was released whole.
    pub freed: Vec<u8>,
    /// Lots with held points that moved: positions of both members, and both ids.
    pub held_lots: Vec<((u8, u8), LotId, LotId)>,
    /// Members chosen by this entry so far.
    pub chosen: u64,
}

impl<'a> Posting<'a> {
    pub(super) fn new(state: &'a mut State, entry: &'a Entry) -> Posting<'a> {
        Posting {
            state,
            entry,
            lots: 0,
            moved: Vec::with_capacity(4),
            emptied: Vec::new(),
            reopened: BTreeMap::new(),
            next_part: 0,
            freed: Vec::new(),
            held_lots: Vec::new(),
            chosen: 0,
        }
    }

    /// Id of a touched member.
    pub(super) fn id(&self, who: u8) -> Result<MemberId, Wrong> {
        let touched = self.entry.touched.get(usize::from(who));
        touched
            .map(|t| t.member)
            .ok_or_else(|| format!("it touches no member number {who}").into())
    }

    pub(super) fn member(&self, who: u8) -> Result<&Member, Wrong> {
        let id = self.id(who)?;
        let member = self.state.members.get(&id);
        member.ok_or_else(|| unknown(id))
    }

    pub(super) fn member_mut(&mut self, who: u8) -> Result<&mut Member, Wrong> {
        let id = self.id(who)?;
        let member = self.state.members.get_mut(&id);
        member.ok_or_else(|| unknown(id))
    }

    /// Id of the next lot that this entry opens.
    pub(super) fn next_lot(&mut self) -> LotId {
        let id = LotId {
            seq: self.entry.seq,
            n: self.lots,
        };
        self.lots += 1;
        id
    }

    /// Moves an amount from one account to another.
    pub(super) fn transfer(
        &mut self,
        unit: Number,
        from: Account,
        to: Account,
        amount: Points,
    ) -> Applied {
        let totals = self.state.global.totals_mut(unit);
        let amount = i128::from(amount.0);
        for (account, change) in [(from, -amount), (to, amount)] {
            let balance = entry_of(&mut totals.accounts, account);
            *balance = balance
                .checked_add(change)
                .ok_or("an account grows beyond what can be held")?;
        }
        Ok(())
    }

    /// Notes that a member's balance of a unit with lots moves.
    pub(super) fn mark(&mut self, who: u8, unit: Number) {
        self.mark_moved(who, unit, false);
    }

    /// Notes that a member's sum of a qualifying unit moves.
    pub(super) fn mark_qualifying(&mut self, who: u8, unit: Number) {
        self.mark_moved(who, unit, true);
    }

    fn mark_moved(&mut self, who: u8, unit: Number, is_qualifying: bool) {
        let moved = Moved {
            who,
            unit,
            is_qualifying,
        };
        if !self.moved.contains(&moved) {
            self.moved.push(moved);
        }
    }

    /// Balances of the members afterwards: units with lots first, then qualifying ones.
    pub(super) fn after(&self) -> impl Iterator<Item = Result<After, Wrong>> + '_ {
        let with = |is_qualifying| {
            self.moved
                .iter()
                .filter(move |m| m.is_qualifying == is_qualifying)
        };
        with(false).chain(with(true)).map(|moved| {
            let (who, unit) = (moved.who, moved.unit);
            let member = self.member(who)?;
            let balance = match moved.is_qualifying {
                false => member.balance(unit),
                true => Points(member.lifetime.unit(unit)),
            };
            Ok(After { who, unit, balance })
        })
    }

    /// Balances of all members together afterwards, of units with lots.
    pub(super) fn outstanding(&self) -> impl Iterator<Item = Outstanding> + '_ {
        let is_first = |(n, moved): &(usize, &Moved)| {
            let mut before = self.moved[..*n].iter();
            !moved.is_qualifying && before.all(|b| b.is_qualifying || b.unit != moved.unit)
        };
        let units = self.moved.iter().enumerate().filter(is_first);
        units.map(|(_, moved)| Outstanding {
            unit: moved.unit,
            total: self
                .state
                .global
                .totals(moved.unit)
                .map_or(0, |t| t.outstanding()),
        })
    }
}

fn unknown(id: MemberId) -> Wrong {
    format!("there is no member {id}").into()
}

/// Refuses the members' own side as the account that an effect moves points
/// against: it moves with their lots and debts alone, or it would not be the sum
/// of them any more.
pub(super) fn check_account(account: Account) -> Applied {
    match account {
        Account::Lots | Account::Deficit => {
            Err("it moves points against the members' own side".into())
        }
        _ => Ok(()),
    }
}

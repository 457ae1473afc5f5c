//! The fold: `state + entry -> state`. It reads effects and nothing else, and
//! refuses whatever contradicts the state, so that a verifier that folds finds
//! every forged balance.

use super::state::{Change, Counter, Lot, Member, State, Status, TierHeld, count_up, entry_of};
use crate::model::{
    Account, Act, After, Day, Draft, Effect, Entry, Head, LotId, MemberId, Number, Outstanding,
    Points, Scope, Standing, Terms, Touched, Value,
};
use thiserror::Error;

/// An entry that cannot follow from the state it stands on.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("entry {seq}{}: {what}", effect.map(|n| format!(", effect {n}")).unwrap_or_default())]
pub struct Contradiction {
    /// The entry.
    pub seq: u64,
    /// The effect, counted from 1, if it is one effect's fault.
    pub effect: Option<usize>,
    /// What does not fit.
    pub what: String,
}

/// Gives a draft its place: books it and returns the entry that says so.
///
/// On an error the state is half changed and must be thrown away; a draft that
/// was decided on this state gives none.
pub fn seal(state: &mut State, draft: Draft) -> Result<Entry, Contradiction> {
    let seq = state.house.next_seq;
    let touched = draft
        .members
        .iter()
        .map(|id| previous(state, *id))
        .collect();
    let mut entry = Entry {
        seq,
        head: draft.head,
        touched,
        act: draft.act,
        given: draft.given,
        given_review: draft.given_review,
        effects: draft.effects,
        after: Vec::new(),
        outstanding: Vec::new(),
    };
    (entry.after, entry.outstanding) = post(state, &entry)?;
    Ok(entry)
}

/// Folds an entry, and checks all that it says of itself.
pub fn fold(state: &mut State, entry: &Entry) -> Result<(), Contradiction> {
    let wrong = |what: String| Contradiction {
        seq: entry.seq,
        effect: None,
        what,
    };
    if entry.seq != state.house.next_seq {
        return Err(wrong(format!("its place is {}", state.house.next_seq)));
    }
    for touched in &entry.touched {
        let expected = previous(state, touched.member);
        if *touched != expected {
            return Err(wrong(format!(
                "it names {:?} as the entry before it of {}, which is {:?}",
                touched.previous, touched.member, expected.previous
            )));
        }
    }
    let (after, outstanding) = post(state, entry)?;
    match (after == entry.after, outstanding == entry.outstanding) {
        (true, true) => Ok(()),
        (false, _) => Err(wrong(format!(
            "balances after it are {after:?}, it says {:?}",
            entry.after
        ))),
        _ => Err(wrong(format!(
            "outstanding after it is {outstanding:?}, it says {:?}",
            entry.outstanding
        ))),
    }
}

/// Applies an entry's effects on one member's history without checking what it
/// says of totals, which a history alone cannot tell.
pub fn replay(state: &mut State, entry: &Entry) {
    let _ = post(state, entry);
}

fn previous(state: &State, member: MemberId) -> Touched {
    Touched {
        member,
        previous: state.members.get(&member).map(|m| m.last_seq),
    }
}

/// What an entry left behind, unit by unit.
type Left = (Vec<After>, Vec<Outstanding>);

fn post(state: &mut State, entry: &Entry) -> Result<Left, Contradiction> {
    let mut poster = Poster {
        state,
        entry,
        lots: 0,
        moved: Vec::new(),
        qualified: Vec::new(),
    };
    poster.keep_the_house();
    for (n, effect) in entry.effects.iter().enumerate() {
        poster.apply(effect).map_err(|what| Contradiction {
            seq: entry.seq,
            effect: Some(n + 1),
            what,
        })?;
    }
    poster.keep_the_members();
    poster.left().map_err(|what| Contradiction {
        seq: entry.seq,
        effect: None,
        what,
    })
}

struct Poster<'a> {
    state: &'a mut State,
    entry: &'a Entry,
    /// Lots opened by this entry so far.
    lots: u16,
    /// Member position and spendable unit that moved.
    moved: Vec<(u8, Number)>,
    /// Member position and qualifying unit that moved.
    qualified: Vec<(u8, Number)>,
}

type Applied = Result<(), String>;

impl Poster<'_> {
    fn keep_the_house(&mut self) {
        let head: &Head = &self.entry.head;
        let house = &mut self.state.house;
        house.next_seq = self.entry.seq + 1;
        house.recorded = house.recorded.max(head.recorded_at());
        if !head.origin.is_history {
            house.effective = house.effective.max(head.effective);
        }
        if let Act::PolicyActivated(activation) = &self.entry.act {
            house.bundle = activation.number;
            house.activations.push(self.entry.seq);
            // A contradiction here shows in every later number; the check of
            // the activation itself is the verifier's.
            let _ = house.names.extend(&activation.names);
        }
    }

    fn keep_the_members(&mut self) {
        for touched in &self.entry.touched {
            let Some(member) = self.state.members.get_mut(&touched.member) else {
                continue;
            };
            member.last_seq = self.entry.seq;
            member.effective = member.effective.max(self.entry.head.effective);
            member.is_live |= !self.entry.head.origin.is_history;
            if let Act::Enrolled(crate::model::Enrolled { profile, .. })
            | Act::ProfileChanged { profile } = &self.entry.act
            {
                member.profile = profile.as_ref().map(|_| self.entry.seq);
            }
        }
    }

    fn left(&self) -> Result<Left, String> {
        let mut after = Vec::with_capacity(self.moved.len() + self.qualified.len());
        for (list, is_lots) in [(&self.moved, true), (&self.qualified, false)] {
            for &(who, unit) in list {
                let member = self.member(who)?;
                let balance = match is_lots {
                    true => member.balance(unit),
                    false => Points(member.lifetime.unit(unit)),
                };
                after.push(After { who, unit, balance });
            }
        }
        let mut outstanding: Vec<Outstanding> = Vec::with_capacity(1);
        for &(_, unit) in &self.moved {
            if outstanding.iter().all(|o| o.unit != unit) {
                let total = self
                    .state
                    .house
                    .totals(unit)
                    .map_or(Points::ZERO, |t| t.outstanding());
                outstanding.push(Outstanding { unit, total });
            }
        }
        Ok((after, outstanding))
    }

    fn id(&self, who: u8) -> Result<MemberId, String> {
        let touched = self.entry.touched.get(usize::from(who));
        touched
            .map(|t| t.member)
            .ok_or_else(|| format!("it touches no member number {who}"))
    }

    fn member(&self, who: u8) -> Result<&Member, String> {
        let id = self.id(who)?;
        self.state
            .members
            .get(&id)
            .ok_or_else(|| format!("there is no member {id}"))
    }

    fn member_mut(&mut self, who: u8) -> Result<&mut Member, String> {
        let id = self.id(who)?;
        self.state
            .members
            .get_mut(&id)
            .ok_or_else(|| format!("there is no member {id}"))
    }

    /// Moves an amount from one account to another.
    fn transfer(&mut self, unit: Number, from: Account, to: Account, amount: Points) -> Applied {
        let totals = self.state.house.totals_mut(unit);
        for (account, change) in [(from, -amount.0), (to, amount.0)] {
            let balance = entry_of_account(&mut totals.accounts, account);
            *balance = balance
                .checked_add(change)
                .filter(|b| Points(*b).is_in_range())
                .ok_or("an account grows beyond what can be held")?;
        }
        Ok(())
    }

    fn mark(list: &mut Vec<(u8, Number)>, who: u8, unit: Number) {
        if !list.contains(&(who, unit)) {
            list.push((who, unit));
        }
    }

    fn apply(&mut self, effect: &Effect) -> Applied {
        match effect {
            Effect::Award { .. } | Effect::Voucher { .. } => self.apply_award(effect),
            Effect::Debit {
                who,
                unit,
                lot,
                amount,
                to,
            } => {
                self.debit(*who, *unit, *lot, *amount)?;
                self.transfer(*unit, Account::Lots, *to, *amount)
            }
            Effect::Restore {
                who,
                unit,
                lot,
                amount,
                from,
                terms,
            } => {
                self.restore(*who, *unit, *lot, *amount, *terms)?;
                self.transfer(*unit, *from, Account::Lots, *amount)
            }
            Effect::Owe {
                who,
                unit,
                amount,
                with,
            } => self.owe(*who, *unit, *amount, *with),
            Effect::Qualify {
                who,
                unit,
                day,
                amount,
                ..
            } => {
                Self::mark(&mut self.qualified, *who, *unit);
                let change = Change {
                    unit: *unit,
                    points: amount.0,
                    ..Change::default()
                };
                self.member_mut(*who)?.add(*day, &change);
                Ok(())
            }
            Effect::Held {
                who,
                unit,
                lot,
                amount,
                ..
            } => self.hold(*who, *unit, *lot, *amount),
            Effect::Moved {
                unit,
                from,
                to,
                amount,
            } => self.transfer(*unit, *from, *to, *amount),
            Effect::Counted {
                scope,
                count,
                each,
                start,
                by,
            } => {
                let counter = |store| Counter {
                    count: *count,
                    store,
                    each: *each,
                    start: *start,
                    value: *by,
                };
                match scope {
                    Scope::Member(who) => {
                        count_up(&mut self.member_mut(*who)?.counters, counter(0))
                    }
                    Scope::All => count_up(&mut self.state.house.counters, counter(0)),
                    Scope::Store(store) => {
                        count_up(&mut self.state.house.counters, counter(*store))
                    }
                }
                Ok(())
            }
            Effect::Returned { .. } | Effect::Voided { .. } | Effect::Claimed { .. } => {
                self.apply_aftermath(effect)
            }
            Effect::Campaign { campaign, status } => {
                let campaigns = &mut self.state.house.campaigns;
                campaigns.retain(|c| c.0 != *campaign);
                campaigns.push((*campaign, *status));
                Ok(())
            }
            Effect::Terminal {
                store,
                terminal,
                counter,
                ..
            } => {
                let terminals = &mut self.state.house.terminals;
                match terminals
                    .iter_mut()
                    .find(|t| t.0 == *store && t.1 == *terminal)
                {
                    Some(found) => found.2 = found.2.max(*counter),
                    None => terminals.push((*store, terminal.clone(), *counter)),
                }
                Ok(())
            }
            _ => self.apply_personal(effect),
        }
    }

    /// Effects on what is known of a member besides points.
    fn apply_personal(&mut self, effect: &Effect) -> Applied {
        match effect {
            Effect::Tier {
                who,
                tier,
                since,
                review,
                ..
            } => {
                let held = TierHeld {
                    tier: *tier,
                    since: *since,
                    review: *review,
                };
                self.member_mut(*who)?.tier = (*tier != 0).then_some(held);
            }
            Effect::Visited {
                who,
                day,
                visits,
                spend,
            } => self.visit(*who, *day, *visits, *spend)?,
            Effect::Remembered {
                who,
                campaign,
                key,
                value,
                ..
            } => {
                let memo = &mut self.member_mut(*who)?.memo;
                memo.retain(|m| !(m.0 == *campaign && m.1 == *key));
                if *value != Value::Unit {
                    memo.push((*campaign, key.clone(), value.clone()));
                }
            }
            Effect::Tagged { who, tag, is_on } => {
                let tags = &mut self.member_mut(*who)?.tags;
                tags.retain(|t| t != tag);
                if *is_on {
                    tags.push(tag.clone());
                    tags.sort_unstable();
                }
            }
            Effect::Released { who, lot, .. } => self.lot_mut(*who, *lot)?.terms.available = None,
            Effect::Extended {
                who, lot, expires, ..
            } => {
                self.lot_mut(*who, *lot)?.terms.expires = *expires;
            }
            Effect::Deadline { who, unit, at } => {
                let deadlines = &mut self.member_mut(*who)?.deadlines;
                deadlines.retain(|d| d.0 != *unit);
                deadlines.extend(at.map(|at| (*unit, at)));
            }
            Effect::Consented {
                who,
                purpose,
                is_given,
            } => {
                *entry_of(&mut self.member_mut(*who)?.consents, *purpose) = *is_given;
            }
            Effect::Fired { who, campaign, day } => {
                let fired = &mut self.member_mut(*who)?.fired;
                fired.retain(|f| f.0 != *campaign);
                fired.push((*campaign, *day));
            }
            Effect::Standing { who, standing } => self.stand(*who, standing)?,
            // The rest is said, not booked: it explains, warns or informs.
            _ => {}
        }
        Ok(())
    }

    fn stand(&mut self, who: u8, standing: &Standing) -> Applied {
        let id = self.id(who)?;
        match standing {
            Standing::Active if !self.state.members.contains_key(&id) => {
                self.state
                    .members
                    .insert(id, Member::new(id, self.entry.head.day));
                self.state.house.members += 1;
            }
            Standing::Active => self.member_mut(who)?.status = Status::Active,
            Standing::Erased => self.member_mut(who)?.status = Status::Erased,
            Standing::MergedInto(other) => {
                let other = self.id(*other)?;
                self.member_mut(who)?.status = Status::MergedInto(other);
            }
        }
        Ok(())
    }

    fn visit(&mut self, who: u8, day: Day, visits: i8, spend: crate::model::Money) -> Applied {
        let change = Change {
            visits: visits.into(),
            spend,
            ..Change::default()
        };
        let member = self.member_mut(who)?;
        member.add(day, &change);
        if visits > 0 {
            let (first, last) = member.purchased.unwrap_or((day, day));
            member.purchased = Some((first.min(day), last.max(day)));
        }
        Ok(())
    }

    fn apply_award(&mut self, effect: &Effect) -> Applied {
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
                Self::mark(&mut self.moved, *who, *unit);
                if fills.0 > 0 {
                    self.owe(*who, *unit, fills.negated(), *from)?;
                }
                self.open(*who, *unit, opens, *terms, *campaign, None)?;
                if *from == Account::Issuance {
                    let change = Change {
                        unit: *unit,
                        points: amount.0,
                        ..Change::default()
                    };
                    let day = self.entry.head.day;
                    self.member_mut(*who)?.add(day, &change);
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
                Self::mark(&mut self.moved, *who, *unit);
                self.open(*who, *unit, Points(1), *terms, *campaign, Some(*code))?;
                self.transfer(*unit, Account::Issuance, Account::Lots, Points(1))
            }
            _ => Ok(()),
        }
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
        self.member_mut(who)?.lots.push(Lot {
            id,
            unit,
            remaining: amount,
            held: Points::ZERO,
            earned,
            terms,
            campaign,
            code,
        });
        Ok(())
    }

    fn lot_mut(&mut self, who: u8, id: LotId) -> Result<&mut Lot, String> {
        let lots = &mut self.member_mut(who)?.lots;
        match lots.binary_search_by_key(&id, |l| l.id) {
            Ok(at) => Ok(&mut lots[at]),
            Err(_) => Err(format!("the member has no open lot {}.{}", id.seq, id.n)),
        }
    }

    fn debit(&mut self, who: u8, unit: Number, id: LotId, amount: Points) -> Applied {
        Self::mark(&mut self.moved, who, unit);
        let lot = self.lot_mut(who, id)?;
        let free = lot.remaining.0 - lot.held.0;
        if lot.unit != unit || amount.0 <= 0 || amount.0 > free {
            return Err(format!(
                "{amount} cannot leave lot {}.{} of unit {}, which has {free}",
                id.seq, id.n, lot.unit
            ));
        }
        lot.remaining = Points(lot.remaining.0 - amount.0);
        if lot.remaining == Points::ZERO {
            self.member_mut(who)?.lots.retain(|l| l.id != id);
        }
        Ok(())
    }

    fn restore(
        &mut self,
        who: u8,
        unit: Number,
        id: LotId,
        amount: Points,
        terms: Terms,
    ) -> Applied {
        Self::mark(&mut self.moved, who, unit);
        if amount.0 <= 0 {
            return Err("nothing goes back".into());
        }
        let earned = self.entry.head.occurred_at();
        let lots = &mut self.member_mut(who)?.lots;
        match lots.binary_search_by_key(&id, |l| l.id) {
            Ok(at) if lots[at].unit == unit => {
                let sum = lots[at]
                    .remaining
                    .plus(amount)
                    .ok_or("the lot grows too large")?;
                lots[at].remaining = sum;
                lots[at].terms = terms;
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
                    campaign: 0,
                    code: None,
                },
            ),
        }
        Ok(())
    }

    fn owe(&mut self, who: u8, unit: Number, amount: Points, with: Account) -> Applied {
        Self::mark(&mut self.moved, who, unit);
        let owed = entry_of(&mut self.member_mut(who)?.owed, unit);
        *owed = owed
            .checked_add(amount.0)
            .filter(|o| *o >= 0)
            .ok_or("more is filled than is owed")?;
        if *owed == 0 {
            self.member_mut(who)?.owed.retain(|o| o.1 != 0);
        }
        // A deficit is a negative balance: owing more takes from it.
        self.transfer(unit, Account::Deficit, with, amount)
    }

    fn hold(&mut self, who: u8, unit: Number, id: LotId, amount: Points) -> Applied {
        Self::mark(&mut self.moved, who, unit);
        let lot = self.lot_mut(who, id)?;
        let held = lot.held.0.saturating_add(amount.0);
        if lot.unit != unit || held < 0 || held > lot.remaining.0 {
            return Err(format!(
                "{amount} cannot be held in lot {}.{}",
                id.seq, id.n
            ));
        }
        lot.held = Points(held);
        Ok(())
    }

    fn apply_aftermath(&mut self, effect: &Effect) -> Applied {
        let seq = self.entry.seq;
        match effect {
            Effect::Returned {
                of,
                lines,
                amount,
                money,
                taken,
            } => {
                let after = self.state.aftermath.entry(*of).or_default();
                match amount.0 < 0 {
                    true => drop(after.returns.pop()),
                    false => after.returns.push(seq),
                }
                for line in lines {
                    match after.lines.iter_mut().find(|l| l.0 == line.line) {
                        Some(l) => {
                            l.1.0 = l.1.0.saturating_add(line.qty.0);
                            l.2.0 = l.2.0.saturating_add(line.amount.0);
                        }
                        None => after.lines.push((line.line, line.qty, line.amount)),
                    }
                }
                if lines.is_empty() {
                    after.loose.0 = after.loose.0.saturating_add(amount.0);
                }
                after.amount.0 = after.amount.0.saturating_add(amount.0);
                after.money.0 = after.money.0.saturating_add(money.0);
                for (unit, points) in taken {
                    let sum = &mut entry_of(&mut after.taken, *unit).0;
                    *sum = sum.saturating_add(points.0);
                }
            }
            Effect::Voided { of } => {
                self.state.aftermath.entry(*of).or_default().voided = Some(seq);
            }
            Effect::Claimed { of } => {
                self.state.aftermath.entry(*of).or_default().claimed = Some(seq);
            }
            _ => {}
        }
        Ok(())
    }
}

fn entry_of_account(accounts: &mut Vec<(Account, i64)>, account: Account) -> &mut i64 {
    entry_of(accounts, account)
}

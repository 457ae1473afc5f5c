//! The fold: `state + entry -> state`. It reads effects and nothing else, and
//! rejects an entry that contradicts the state, so that a verifier that folds
//! finds every forged balance.

mod guessing;
mod holds;
mod known;
mod lots;
mod partners;
mod passes;

use super::state::{
    Change, Counter, Exceeded, KeptStories, Lot, Member, Scheduled, State, Targeting, count_up,
    entry_of,
};
use crate::model::{
    Account, Act, After, CampaignStatus, Draft, Effect, Entry, Head, LotId, MemberId, Number,
    OutboxPosition, Outstanding, Points, Scope, Touched,
};
use std::collections::BTreeMap;
use thiserror::Error;

/// An entry that cannot follow from the state before it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("entry {seq}{}: {what}", effect.map(|n| format!(", effect {n}")).unwrap_or_default())]
pub struct Contradiction {
    /// The entry.
    pub seq: u64,
    /// The effect, counted from 1, if a single one contradicts.
    pub effect: Option<usize>,
    /// The contradiction.
    pub what: String,
    /// The figure that would exceed its bound, if that is the reason.
    pub exceeded: Option<Exceeded>,
}

/// Books a draft: applies it to the state and returns its entry.
///
/// On an error the state is half changed and must be discarded; a draft that
/// was decided on this state causes none.
pub fn seal(state: &mut State, draft: Draft) -> Result<Entry, Contradiction> {
    let seq = state.global.next_seq;
    let touched = draft
        .members
        .iter()
        .map(|id| previous(state, *id))
        .collect();
    let mut entry = draft.into_entry(seq, touched);
    let posted = post(state, &entry)?;
    let after: Result<Vec<_>, _> = posted.after().collect();
    let outstanding = posted.outstanding().collect();
    let wrong = |what| Contradiction {
        seq,
        effect: None,
        what,
        exceeded: None,
    };
    (entry.after, entry.outstanding) = (after.map_err(wrong)?, outstanding);
    Ok(entry)
}

/// Folds an entry, and checks all figures that it states.
pub fn fold(state: &mut State, entry: &Entry) -> Result<(), Contradiction> {
    let wrong = |what: String| Contradiction {
        seq: entry.seq,
        effect: None,
        what,
        exceeded: None,
    };
    if entry.seq != state.global.next_seq {
        return Err(wrong(format!("its place is {}", state.global.next_seq)));
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
    let posted = post(state, entry)?;
    if !posted.after().eq(entry.after.iter().copied().map(Ok)) {
        let after: Result<Vec<_>, _> = posted.after().collect();
        let (after, said) = (after.map_err(wrong)?, &entry.after);
        return Err(wrong(format!(
            "balances after it are {after:?}, it says {said:?}"
        )));
    }
    if !posted.outstanding().eq(entry.outstanding.iter().copied()) {
        let (outstanding, said) = (posted.outstanding().collect::<Vec<_>>(), &entry.outstanding);
        return Err(wrong(format!(
            "outstanding after it is {outstanding:?}, it says {said:?}"
        )));
    }
    Ok(())
}

/// Applies an entry's effects to one member's history without checking its
/// totals, which cannot be known from a history alone.
pub fn replay(state: &mut State, entry: &Entry) {
    let _ = post(state, entry);
}

fn previous(state: &State, member: MemberId) -> Touched {
    Touched {
        member,
        previous: state.members.get(&member).map(|m| m.last_seq),
    }
}

fn post<'a>(state: &'a mut State, entry: &'a Entry) -> Result<Poster<'a>, Contradiction> {
    let mut poster = Poster {
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
        exceeded: None,
    };
    poster.apply_global();
    for (n, effect) in entry.effects.iter().enumerate() {
        if let Err(what) = poster.apply(effect) {
            return Err(Contradiction {
                seq: entry.seq,
                effect: Some(n + 1),
                what,
                exceeded: poster.exceeded,
            });
        }
    }
    match poster.apply_to_members() {
        Ok(()) => Ok(poster),
        Err(what) => Err(Contradiction {
            seq: entry.seq,
            effect: None,
            what,
            exceeded: poster.exceeded,
        }),
    }
}

struct Poster<'a> {
    state: &'a mut State,
    entry: &'a Entry,
    /// Lots opened by this entry so far.
    lots: u16,
    /// Units that moved, once for each member they moved for.
    moved: Vec<Moved>,
    /// Positions of members with a lot that was emptied: such lots are removed
    /// together at the end, since each removal moves all lots after it.
    emptied: Vec<u8>,
    /// Lots reopened by points that were put back, by position of the member:
    /// they are added together at the end, since each insertion moves all lots
    /// after it.
    reopened: BTreeMap<(u8, LotId), Lot>,
    /// Index in a hold at which the search for the next part begins.
    next_part: usize,
    /// Positions of members with a hold of which a part was released whole.
    freed: Vec<u8>,
    /// Lots with held points that moved: positions of both members, and both ids.
    held_lots: Vec<((u8, u8), LotId, LotId)>,
    /// Members chosen by this entry so far.
    chosen: u64,
    /// The figure that would exceed its bound, once one would.
    exceeded: Option<Exceeded>,
}

/// A unit that moved.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Moved {
    /// Position among the touched members.
    who: u8,
    unit: Number,
    /// True for a qualifying unit, which has no lots.
    is_qualifying: bool,
}

type Applied = Result<(), String>;

impl Poster<'_> {
    fn apply_global(&mut self) {
        let head: &Head = &self.entry.head;
        let global = &mut self.state.global;
        global.next_seq = self.entry.seq + 1;
        global.recorded = global.recorded.max(head.recorded_at());
        if let Act::ClockCorrected { .. } = self.entry.act {
            (global.recorded, global.effective) = (head.recorded_at(), head.effective);
        } else if !head.origin.is_history {
            global.effective = global.effective.max(head.effective);
        }
        if !self.entry.act.receipt().is_empty() {
            global.note_slip_place(&head.origin);
        }
        let seq = self.entry.seq;
        match &self.entry.act {
            Act::PolicyActivated(activation) => global.activate(activation, seq, head.day),
            Act::PolicyScheduled(schedule) => global.scheduled.push(Scheduled {
                seq,
                at: schedule.at,
                digest: schedule.digest,
            }),
            Act::ScheduleCancelled { of, reason } => {
                global.cancel_schedule(*of, (seq, head.effective), reason);
            }
            Act::TermsAnnounced(_) | Act::AnnouncementWithdrawn { .. } => {
                global.announcements.tell(self.entry);
            }
            Act::StoriesKept { of, digest, .. } => global.stories.push(KeptStories {
                of: *of,
                digest: *digest,
                seq,
            }),
            _ => {}
        }
    }

    fn apply_to_members(&mut self) -> Applied {
        self.keep_targeting();
        self.put_reopened_lots()?;
        self.move_holds()?;
        self.drop_freed_parts()?;
        for who in std::mem::take(&mut self.emptied) {
            let lots = self.member_mut(who)?.lots.to_mut();
            lots.retain(|lot| lot.remaining != Points::ZERO);
        }
        for touched in &self.entry.touched {
            let Some(member) = self.state.members.get_mut(&touched.member) else {
                continue;
            };
            member.last_seq = self.entry.seq;
            member.effective = member.effective.max(self.entry.head.effective);
            // A refused act changes nothing of the member.
            if !self.entry.effects.is_empty() {
                member.renew_lots_due(self.entry.head.effective);
            }
            member.is_live |= !self.entry.head.origin.is_history;
            if let Act::Enrolled(crate::model::Enrolled { profile, .. })
            | Act::ProfileChanged { profile } = &self.entry.act
            {
                member.profile = profile.as_ref().map(|_| self.entry.seq);
            }
        }
        let entry = self.entry;
        if let (Act::Transfer { unit, points, .. }, Ok(sender)) = (&entry.act, self.member_mut(0)) {
            let sent = sender.add_sent(*unit, entry.head.day, *points);
            self.within(sent)?;
        }
        Ok(())
    }

    /// Records how many of a choice of members are still to come.
    fn keep_targeting(&mut self) {
        let Act::CampaignTargeted {
            campaign,
            count,
            held_out,
            list,
        } = self.entry.act
        else {
            return;
        };
        let global = &mut self.state.global;
        let is_same = |open: &&Targeting| {
            (open.campaign, open.count, open.held_out, open.list)
                == (campaign, count, held_out, list)
        };
        let open = global.targeting.as_ref().filter(is_same);
        let left = open.map_or(count.saturating_add(held_out), |open| open.left);
        let left = left.saturating_sub(self.chosen);
        global.targeting = (left > 0).then_some(Targeting {
            campaign,
            count,
            held_out,
            list,
            left,
        });
    }

    /// Notes a figure that would exceed its bound.
    fn within<T>(&mut self, sum: Result<T, Exceeded>) -> Result<T, String> {
        sum.map_err(|exceeded| {
            self.exceeded = Some(exceeded);
            let Exceeded { held, added, .. } = exceeded;
            format!("{added} on top of {held} is more than can be held")
        })
    }

    /// Balances of the members afterwards: units with lots first, then qualifying ones.
    fn after(&self) -> impl Iterator<Item = Result<After, String>> + '_ {
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
    fn outstanding(&self) -> impl Iterator<Item = Outstanding> + '_ {
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

    /// Notes that a member's balance of a unit moves.
    fn mark(&mut self, who: u8, unit: Number, is_qualifying: bool) {
        let moved = Moved {
            who,
            unit,
            is_qualifying,
        };
        if !self.moved.contains(&moved) {
            self.moved.push(moved);
        }
    }

    fn apply(&mut self, effect: &Effect) -> Applied {
        if !self.reopened.is_empty() && !matches!(effect, Effect::Restore { .. }) {
            self.put_reopened_lots()?;
        }
        if !self.held_lots.is_empty() && !matches!(effect, Effect::LotMoved { .. }) {
            self.move_holds()?;
        }
        // Every effect has its line here, so that the compiler asks for a new one.
        match effect {
            Effect::Award { .. } | Effect::Voucher { .. } => self.apply_award(effect),
            Effect::Debit { .. }
            | Effect::Restore { .. }
            | Effect::Owe { .. }
            | Effect::Qualify { .. }
            | Effect::Moved { .. } => self.apply_movement(effect),
            Effect::HoldOpened { .. }
            | Effect::Held { .. }
            | Effect::HoldClosed { .. }
            | Effect::LotMoved { .. } => self.apply_hold(effect),
            Effect::Absorbed {
                from,
                into,
                is_undone,
            } => self.absorb(*from, *into, *is_undone),
            Effect::PartnerSet { .. } | Effect::PartnerOwes { .. } | Effect::Pooled { .. } => {
                self.apply_others(effect)
            }
            Effect::Pass { .. } | Effect::BenefitUsed { .. } => self.apply_pass(effect),
            Effect::GuessCounted { .. } | Effect::GuessLock { .. } => self.apply_guessing(effect),
            Effect::Returned { .. } | Effect::Voided { .. } | Effect::Claimed { .. } => {
                self.apply_aftermath(effect)
            }
            Effect::Campaign { .. } | Effect::Tuned { .. } | Effect::Closed { .. } => {
                self.apply_change(effect);
                Ok(())
            }
            Effect::OutboxRead { consumer, to } => self.apply_outbox_read(consumer, *to),
            Effect::Counted { .. } | Effect::Terminal { .. } | Effect::Failed { .. } => {
                self.apply_count(effect)
            }
            Effect::Tier { .. }
            | Effect::Visited { .. }
            | Effect::Remembered { .. }
            | Effect::Tagged { .. }
            | Effect::Released { .. }
            | Effect::Extended { .. }
            | Effect::Consented { .. }
            | Effect::Household { .. }
            | Effect::Referred { .. }
            | Effect::Standing { .. } => self.apply_personal(effect),
            Effect::Deadline { .. }
            | Effect::Fired { .. }
            | Effect::Targeted { .. }
            | Effect::Acted { .. } => self.apply_dated(effect),
            // These tell something of a member, who must be there.
            Effect::Message { who, .. }
            | Effect::VoucherUsed { who, .. }
            | Effect::VoucherBound { who, .. }
            | Effect::Noted { who, .. } => self.member(*who).map(drop),
            // These explain, warn or inform, and change no state.
            Effect::Allocated { .. }
            | Effect::Cut { .. }
            | Effect::DiscountDiffers { .. }
            | Effect::Discounted { .. }
            | Effect::Drawn { .. }
            | Effect::MessageFor { .. }
            | Effect::RefundedAs { .. }
            | Effect::RewardUsed { .. }
            | Effect::TenderLeftOut { .. }
            | Effect::Warned { .. } => Ok(()),
        }
    }

    /// Applies effects that move points between accounts.
    fn apply_movement(&mut self, effect: &Effect) -> Applied {
        match effect {
            Effect::Debit {
                who,
                unit,
                lot,
                amount,
                to,
            } => {
                check_account(*to)?;
                let of = (self.debit(*who, *unit, *lot, *amount)?, *unit);
                self.state.global.tally_left(of, lot.seq, *to, amount.0);
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
                check_account(*from)?;
                let of = (self.restore(*who, *unit, *lot, *amount, *terms)?, *unit);
                self.state.global.tally_back(of, *from, amount.0);
                self.transfer(*unit, *from, Account::Lots, *amount)
            }
            Effect::Owe {
                who,
                unit,
                amount,
                with,
            } => {
                check_account(*with)?;
                self.owe(*who, *unit, *amount, *with)
            }
            Effect::Qualify {
                who,
                unit,
                day,
                amount,
                ..
            } => {
                self.mark(*who, *unit, true);
                let change = Change::of(*unit, amount.0);
                let sum = self.member_mut(*who)?.add(*day, &change);
                self.within(sum)
            }
            Effect::Moved {
                unit,
                from,
                to,
                amount,
            } => {
                check_account(*from)?;
                check_account(*to)?;
                self.transfer(*unit, *from, *to, *amount)
            }
            _ => Ok(()),
        }
    }

    /// Applies effects that raise a count: of a limit, a terminal's commands, failures.
    fn apply_count(&mut self, effect: &Effect) -> Applied {
        match effect {
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
                    value: (*by).into(),
                };
                match scope {
                    Scope::Member(who) => {
                        count_up(&mut self.member_mut(*who)?.counters, counter(0))
                    }
                    Scope::All => count_up(&mut self.state.global.counters, counter(0)),
                    Scope::Store(store) => {
                        count_up(&mut self.state.global.counters, counter(*store))
                    }
                }
                Ok(())
            }
            Effect::Terminal {
                store,
                terminal,
                counter,
                ..
            } => {
                let at = (self.entry.head.day, self.entry.seq);
                let terminals = &mut self.state.global.terminals;
                terminals.count((*store, terminal), *counter, at);
                Ok(())
            }
            Effect::Failed { campaign, failure } => {
                let seq = self.entry.seq;
                self.state.global.count_failure(*campaign, seq, failure);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Applies an acknowledgement of a sender of messages.
    fn apply_outbox_read(&mut self, consumer: &str, to: OutboxPosition) -> Applied {
        if to.seq >= self.entry.seq {
            return Err("an acknowledgement is ahead of the entries before it".into());
        }
        let consumers = &mut self.state.global.consumers;
        match consumers.iter_mut().find(|c| c.0 == consumer) {
            Some(known) if to <= known.1 => Err("an acknowledgement goes back".into()),
            Some(known) => {
                known.1 = to;
                Ok(())
            }
            None => {
                consumers.push((consumer.to_owned(), to));
                Ok(())
            }
        }
    }

    /// Applies changes of campaigns, of their parameters, and of the first open day.
    fn apply_change(&mut self, effect: &Effect) {
        match effect {
            Effect::Campaign { campaign, status } => {
                let campaigns = &mut self.state.global.campaigns;
                campaigns.retain(|c| c.0 != *campaign);
                campaigns.push((*campaign, *status));
                let day = self.entry.head.day;
                *entry_of(&mut self.state.global.campaign_days, *campaign) = day;
                if *status == CampaignStatus::Running {
                    self.state.global.tally_anew(*campaign);
                }
            }
            Effect::Tuned {
                campaign,
                name,
                value,
            } => {
                let day = self.entry.head.day;
                let tuned = &mut self.state.global.tuned;
                tuned.retain(|t| !(t.0 == *campaign && t.1 == *name));
                tuned.push((*campaign, name.clone(), *value, day));
            }
            Effect::Closed { to } => {
                self.state.global.open_from = *to;
            }
            _ => {}
        }
    }
}

/// Refuses the members' own side as the account that an effect moves points
/// against: it moves with their lots and debts alone, or it would not be the sum
/// of them any more.
fn check_account(account: Account) -> Applied {
    match account {
        Account::Lots | Account::Deficit => {
            Err("it moves points against the members' own side".into())
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Exact, Standing, Terms};

    fn draft(effects: Vec<Effect>) -> Draft {
        let act = Act::Erased {
            reason: String::new(),
        };
        Draft::new(Head::default(), vec![MemberId([1; 16])], act, effects)
    }

    fn booked(effect: Effect) -> Result<Entry, Contradiction> {
        let mut state = State::default();
        let joined = Effect::Standing {
            who: 0,
            standing: Standing::Active,
        };
        seal(&mut state, draft(vec![joined])).expect("a member");
        seal(&mut state, draft(vec![effect]))
    }

    fn award(from: Account) -> Effect {
        Effect::Award {
            who: 0,
            unit: 1,
            amount: Points(5),
            fills: Points::ZERO,
            from,
            campaign: 0,
            exact: Exact::default(),
            line: 0,
            terms: Terms {
                available: None,
                expires: None,
                keep: 0,
            },
            why: String::new(),
        }
    }

    #[test]
    fn points_come_from_no_account_of_the_members_own() {
        let entry = booked(award(Account::Issuance)).expect("an award");
        assert_eq!(entry.outstanding[0].total, 5);
        for from in [Account::Lots, Account::Deficit] {
            assert!(booked(award(from)).is_err(), "{from:?}");
            let moved = Effect::Moved {
                unit: 1,
                from: Account::Breakage,
                to: from,
                amount: Points(5),
            };
            assert!(booked(moved).is_err(), "{from:?}");
            let owed = Effect::Owe {
                who: 0,
                unit: 1,
                amount: Points(5),
                with: from,
            };
            assert!(booked(owed).is_err(), "{from:?}");
        }
    }

    #[test]
    fn a_message_is_for_somebody_who_is_there() {
        let message = |who| Effect::Message {
            who,
            campaign: 0,
            template: String::new(),
            vars: Vec::new(),
            is_suppressed: false,
        };
        assert!(booked(message(0)).is_ok());
        assert!(booked(message(1)).is_err());
    }
}

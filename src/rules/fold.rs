//! The fold: `state + entry -> state`. It reads effects and nothing else, and
//! rejects an entry that contradicts the state, so that a verifier that folds
//! finds every forged balance.

mod aftermath;
mod guessing;
mod holds;
mod ledger;
mod lots;
mod members;
mod partners;
mod passes;
mod posting;

use super::state::{Counter, Exceeded, State, count_up};
use crate::model::{Act, Draft, Effect, Enrolled, Entry, MemberId, Scope, Touched};
use posting::{Applied, Posting, Wrong};
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
    let after = after.map_err(|wrong| contradiction(seq, None, wrong))?;
    (entry.after, entry.outstanding) = (after, outstanding);
    Ok(entry)
}

/// Folds an entry, and checks all figures that it states.
pub fn fold(state: &mut State, entry: &Entry) -> Result<(), Contradiction> {
    let wrong = |what: String| contradiction(entry.seq, None, what.into());
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
        let after = after.map_err(|wrong| contradiction(entry.seq, None, wrong))?;
        let said = &entry.after;
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

fn contradiction(seq: u64, effect: Option<usize>, wrong: Wrong) -> Contradiction {
    let Wrong { what, exceeded } = wrong;
    Contradiction {
        seq,
        effect,
        what,
        exceeded,
    }
}

fn post<'a>(state: &'a mut State, entry: &'a Entry) -> Result<Posting<'a>, Contradiction> {
    ledger::apply_act(&mut state.global, entry);
    let mut posting = Posting::new(state, entry);
    for (n, effect) in (1..).zip(&entry.effects) {
        let applied = apply(&mut posting, effect);
        applied.map_err(|wrong| contradiction(entry.seq, Some(n), wrong))?;
    }
    let finished = finish(&mut posting);
    finished.map_err(|wrong| contradiction(entry.seq, None, wrong))?;
    Ok(posting)
}

/// Applies what was left for the end of the entry, and what its head and act say of members.
fn finish(posting: &mut Posting) -> Applied {
    let entry = posting.entry;
    ledger::keep_targeting(&mut posting.state.global, &entry.act, posting.chosen);
    lots::put_reopened(posting)?;
    holds::move_holds(posting)?;
    holds::drop_freed_parts(posting)?;
    lots::drop_emptied(posting)?;
    for touched in &entry.touched {
        let Some(member) = posting.state.members.get_mut(&touched.member) else {
            continue;
        };
        member.last_seq = entry.seq;
        member.effective = member.effective.max(entry.head.effective);
        // A refused act changes nothing of the member.
        if !entry.effects.is_empty() {
            member.renew_lots_due(entry.head.effective);
        }
        member.is_live |= !entry.head.origin.is_history;
        if let Act::Enrolled(Enrolled { profile, .. }) | Act::ProfileChanged { profile } =
            &entry.act
        {
            member.profile = profile.as_ref().map(|_| entry.seq);
        }
    }
    if let (Act::Transfer { unit, points, .. }, Ok(sender)) = (&entry.act, posting.member_mut(0)) {
        sender.add_sent(*unit, entry.head.day, *points)?;
    }
    Ok(())
}

fn apply(posting: &mut Posting, effect: &Effect) -> Applied {
    if !posting.reopened.is_empty() && !matches!(effect, Effect::Restore { .. }) {
        lots::put_reopened(posting)?;
    }
    if !posting.held_lots.is_empty() && !matches!(effect, Effect::LotMoved { .. }) {
        holds::move_holds(posting)?;
    }
    let entry = posting.entry;
    // Every effect has its line here, so that the compiler asks for a new one.
    match effect {
        Effect::Award { .. } | Effect::Voucher { .. } => lots::apply_award(posting, effect),
        Effect::Debit { .. }
        | Effect::Restore { .. }
        | Effect::Owe { .. }
        | Effect::Qualify { .. }
        | Effect::Moved { .. } => lots::apply_movement(posting, effect),
        Effect::HoldOpened { .. }
        | Effect::Held { .. }
        | Effect::HoldClosed { .. }
        | Effect::LotMoved { .. } => holds::apply(posting, effect),
        Effect::Absorbed {
            from,
            into,
            is_undone,
        } => holds::absorb(posting, *from, *into, *is_undone),
        Effect::PartnerSet { .. } | Effect::PartnerOwes { .. } | Effect::Pooled { .. } => {
            partners::apply(posting.state, entry, effect)
        }
        Effect::Pass { .. } | Effect::BenefitUsed { .. } => passes::apply(posting, effect),
        Effect::GuessCounted { .. } | Effect::GuessLock { .. } => guessing::apply(posting, effect),
        Effect::Returned { .. } | Effect::Voided { .. } | Effect::Claimed { .. } => {
            aftermath::apply(posting.state, entry, effect);
            Ok(())
        }
        Effect::Campaign { .. }
        | Effect::Tuned { .. }
        | Effect::Closed { .. }
        | Effect::Terminal { .. }
        | Effect::Failed { .. } => {
            ledger::apply_change(&mut posting.state.global, entry, effect);
            Ok(())
        }
        Effect::OutboxRead { consumer, to } => {
            ledger::apply_outbox_read(&mut posting.state.global, entry.seq, consumer, *to)
        }
        Effect::Counted { .. } => count(posting, effect),
        Effect::Standing { who, standing } => members::stand(posting, *who, standing),
        Effect::Household { who, household } => members::set_household(posting, *who, *household),
        Effect::Tier { who, .. }
        | Effect::Visited { who, .. }
        | Effect::Remembered { who, .. }
        | Effect::Tagged { who, .. }
        | Effect::Released { who, .. }
        | Effect::Extended { who, .. }
        | Effect::Consented { who, .. }
        | Effect::Referred { who, .. }
        | Effect::Deadline { who, .. }
        | Effect::Fired { who, .. }
        | Effect::Acted { who, .. } => members::apply(posting.member_mut(*who)?, effect),
        Effect::Targeted {
            who,
            campaign,
            is_held_out,
        } => {
            let is_new = members::choose(posting.member_mut(*who)?, *campaign, *is_held_out);
            posting.chosen += u64::from(is_new);
            Ok(())
        }
        // These tell something of a member, who must be there.
        Effect::Message { who, .. }
        | Effect::VoucherUsed { who, .. }
        | Effect::VoucherBound { who, .. }
        | Effect::Noted { who, .. } => posting.member(*who).map(drop),
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

/// Raises the count of a limit: of a member, a store or everybody together.
fn count(posting: &mut Posting, effect: &Effect) -> Applied {
    let Effect::Counted {
        scope,
        count,
        each,
        start,
        by,
    } = effect
    else {
        return Ok(());
    };
    let (counters, store) = match scope {
        Scope::Member(who) => (&mut posting.member_mut(*who)?.counters, 0),
        Scope::All => (&mut posting.state.global.counters, 0),
        Scope::Store(store) => (&mut posting.state.global.counters, *store),
    };
    let counter = Counter {
        count: *count,
        store,
        each: *each,
        start: *start,
        value: (*by).into(),
    };
    count_up(counters, counter);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Account, Exact, Head, Points, Standing, Terms};

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

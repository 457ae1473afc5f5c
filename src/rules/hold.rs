//! Holds: points set aside until they are spent, set free, or their time runs out.

use super::case::Case;
use super::spend::{self, Spending};
use super::state::{Hold, Member};
use super::{catalogue, lots, undo, wanted};
use crate::model::{
    Account, Act, Code, Draft, Effect, Entry, Identified, Instant, LotId, Measure, Number, Points,
    Refusal,
};

/// The hold whose time runs out first, if it has by an instant.
pub fn timed_out(member: &Member, until: Instant) -> Option<&Hold> {
    let over = member.holds.iter().filter(|h| h.until <= until);
    over.min_by_key(|h| (h.until, h.seq))
}

/// Decides to set points aside. Whoever holds a reward takes it out of the
/// stock, and of what they may have, until the hold ends.
pub fn open(case: &Case, act: Act) -> Result<Draft, Refusal> {
    let (reward, unit, points, until) = match act {
        Act::Hold {
            unit,
            points,
            until,
            ..
        } => (0, unit, points, until),
        Act::RewardHeld { reward, until, .. } => (reward, 0, Points::ZERO, until),
        _ => return Err(Refusal::new(Code::BadInput, "not a hold")),
    };
    let member = case.need_member()?;
    if until <= case.now() {
        return Err(Refusal::new(
            Code::BadInput,
            "until: it is over already; name a later instant",
        ));
    }
    let plain = Spending {
        unit,
        points,
        by: Identified::Unsaid,
        is_free: false,
    };
    let available = |unit| member.available(unit, case.now());
    let wanted = wanted::check(case, member, reward, plain, available)?;
    let (unit, points) = (wanted.spending.unit, wanted.spending.points);
    let mut effects = vec![Effect::HoldOpened {
        who: 0,
        unit,
        amount: points,
        until,
        token: None,
    }];
    let hold = case.state.house.next_seq;
    effects.extend(set_aside(case, member, (unit, points), hold));
    effects.extend(wanted.counted);
    let mut draft = case.draft(act, effects);
    draft.given = wanted.given;
    Ok(draft)
}

/// What a hold of a reward has counted, turned round.
fn uncounted(case: &Case) -> Vec<Effect> {
    let entry = case.papers.named.filter(|e| reward_of(e) != 0);
    let effects = entry.map_or(&[][..], |e| &e.effects);
    let is_counted = |e: &&Effect| matches!(e, Effect::Counted { .. });
    let counted = effects.iter().filter(is_counted).cloned();
    counted.filter_map(undo::turned).collect()
}

fn reward_of(entry: &Entry) -> Number {
    match entry.act {
        Act::RewardHeld { reward, .. } => reward,
        _ => 0,
    }
}

/// What a held reward comes to when it is had: it is not checked again. It is
/// counted anew, so that a void of the capture gives its place back.
fn have(case: &Case, hold: &Hold, asked: Points, effects: &mut Vec<Effect>) -> Result<(), Refusal> {
    let Some(entry) = case.papers.named.filter(|e| reward_of(e) != 0) else {
        return Ok(());
    };
    if asked != hold.left() {
        let detail = "points: a reward is captured whole; name none";
        return Err(Refusal::new(Code::BadInput, detail));
    }
    effects.extend(uncounted(case));
    let counted = |e: &&Effect| matches!(e, Effect::Counted { .. });
    effects.extend(entry.effects.iter().filter(counted).cloned());
    if let Some(reward) = case.reward(reward_of(entry)) {
        effects.extend(catalogue::given(case, reward)?);
        wanted::share(case, reward, effects);
    }
    Ok(())
}

/// Points of spendable lots, held in spending order.
pub(super) fn set_aside(
    case: &Case,
    member: &Member,
    (unit, points): (Number, Points),
    hold: u64,
) -> Vec<Effect> {
    let free = lots::spendable(member, unit, case.now(), &[]);
    let parts = lots::parts(free, points);
    parts
        .map(|(lot, part)| held(unit, lot.id, part, hold))
        .collect()
}

pub(super) fn held(unit: Number, lot: LotId, amount: Points, hold: u64) -> Effect {
    Effect::Held {
        who: 0,
        unit,
        lot,
        amount,
        hold,
    }
}

/// The open hold that a command names, or why there is none.
fn named<'a>(case: &Case<'a>, of: u64) -> Result<&'a Hold, Refusal> {
    let holds = case.member().map_or(&[][..], |member| &member.holds);
    let found = holds.iter().find(|h| h.seq == of);
    let was = case.papers.named.map(|entry| &entry.act);
    match (found, was) {
        (Some(hold), _) if hold.token.is_none() => Ok(hold),
        (None, Some(Act::Hold { .. } | Act::RewardHeld { .. })) => Err(Refusal::new(
            Code::HoldEnded,
            format!("hold {of} was captured, released or timed out"),
        )),
        _ => Err(Refusal::new(
            Code::UnknownEntry,
            format!("of: entry {of} holds no points for the till"),
        )),
    }
}

/// Decides to spend held points; none of a number means all that are left.
pub fn capture(case: &Case, of: u64, points: Points) -> Result<Draft, Refusal> {
    let hold = named(case, of)?;
    let left = hold.left();
    let asked = if points == Points::ZERO { left } else { points };
    if asked > left || asked.0 < 0 {
        let unit = case.need_unit(hold.unit)?;
        let (has, wants) = (unit.decimal(left), unit.decimal(asked));
        let detail = format!("{has} {} are held, {wants} asked", unit.id);
        return Err(Refusal::short(
            Code::InsufficientPoints,
            Measure::Unit(hold.unit),
            left.0,
            asked.0,
            detail,
        ));
    }
    let mut effects = free(hold, asked);
    let taken: Vec<Effect> = effects.iter().filter_map(spent).collect();
    effects.extend(taken);
    let spending = Spending {
        unit: hold.unit,
        points: asked,
        by: Identified::Unsaid,
        is_free: false,
    };
    spend::count(case, &spending, &mut effects);
    have(case, hold, asked, &mut effects)?;
    if asked == left {
        effects.push(closed(of, false));
    }
    Ok(case.draft(Act::Capture { of, points }, effects))
}

/// Decides to set held points free.
pub fn release(case: &Case, of: u64, is_timeout: bool) -> Result<Draft, Refusal> {
    let hold = named(case, of)?;
    if is_timeout && hold.until > case.now() {
        return Err(Refusal::new(Code::BadInput, "the hold's time is not over"));
    }
    let mut effects = free(hold, hold.left());
    effects.extend(uncounted(case));
    effects.push(closed(of, is_timeout));
    Ok(case.draft(Act::Release { of, is_timeout }, effects))
}

/// Ends every hold of a member, since nothing of theirs is to stay.
pub(super) fn end_all(member: &Member) -> Vec<Effect> {
    let holds = member.holds.iter();
    holds.flat_map(|hold| ended(hold, false)).collect()
}

/// What sets a hold free and ends it.
pub(super) fn ended(hold: &Hold, is_timeout: bool) -> Vec<Effect> {
    let mut effects = free(hold, hold.left());
    effects.push(closed(hold.seq, is_timeout));
    effects
}

/// Sets points of a hold free, in the order they were taken in.
pub(super) fn free(hold: &Hold, points: Points) -> Vec<Effect> {
    let parts = lots::parts(hold.lots.iter().copied(), points);
    parts
        .map(|(lot, part)| held(hold.unit, lot, part.negated(), hold.seq))
        .collect()
}

fn spent(effect: &Effect) -> Option<Effect> {
    match effect {
        Effect::Held {
            unit, lot, amount, ..
        } => Some(Effect::Debit {
            who: 0,
            unit: *unit,
            lot: *lot,
            amount: amount.negated(),
            to: Account::Redemption,
        }),
        _ => None,
    }
}

pub(super) fn closed(hold: u64, is_timeout: bool) -> Effect {
    Effect::HoldClosed {
        who: 0,
        hold,
        is_timeout,
    }
}

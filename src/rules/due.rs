//! Due events: pending points released, tiers reviewed, lots expired, triggers
//! fired, in that order, midnight by midnight. Everything is evaluated as of
//! its own midnight, so a late run has the effects of daily ones.

use super::case::Case;
use super::lots::Taken;
use super::state::{Lot, Member, Status};
use super::{lots, overflow};
use crate::model::{
    Account, Act, Day, Draft, Effect, Instant, Number, Points, Refusal, Terms, UnitKind,
    WarningCode, part_up,
};
use crate::rules::campaign::trigger::{self, Outlook};
use crate::rules::member::erasure::LOTS_MAX;
use crate::rules::member::tier;

/// The next midnight at which something falls due for a member, if it has come.
pub fn next(member: &Member, outlook: &Outlook, until: Instant) -> Option<Day> {
    if matches!(member.status, Status::MergedInto(_)) {
        return None;
    }
    let calendar = &outlook.policy.programme().calendar;
    let are_lots_due = member.lots_due.is_some_and(|due| due <= until);
    let lots = match are_lots_due {
        true => &member.lots[..],
        false => &[],
    };
    let ends = lots.iter().filter(|l| l.remaining != l.held);
    let ends = ends.filter_map(|l| l.terms.expires);
    let starts = lots.iter().filter_map(|l| l.terms.available);
    let deadlines = member.deadlines.iter().map(|d| d.1);
    let instants = ends
        .chain(starts)
        .chain(deadlines)
        .filter(|at| *at <= until);
    let review = member.tier.and_then(|t| t.review);
    let review = review.filter(|day| calendar.start_of(*day) <= until);
    let trigger = trigger::next(member, outlook);
    let trigger = trigger.filter(|day| calendar.start_of(*day) <= until);
    // Days are ordered as their instants are.
    let day = instants.min().map(|at| calendar.day_of(at));
    day.into_iter().chain(review).chain(trigger).min()
}

/// The next due event of a member, if its time has come: the instant, its day
/// and the act that books it. A hold that ends with a day ends before the due
/// events of that day.
pub fn next_act(member: &Member, outlook: &Outlook, until: Instant) -> Option<(Instant, Day, Act)> {
    let calendar = &outlook.policy.programme().calendar;
    let midnight = next(member, outlook, until).map(|day| {
        let at = calendar.start_of(day);
        (at, day, Act::Due { day })
    });
    let hold = crate::rules::lots::hold::timed_out(member, until).map(|hold| {
        let day = calendar.day_of(hold.until);
        let act = crate::rules::lots::gift::over(outlook.policy.programme(), hold);
        (hold.until, day, act)
    });
    hold.into_iter().chain(midnight).min_by_key(|due| due.0)
}

/// The earliest instant at which something may fall due; for an index.
pub fn earliest(member: &Member, outlook: &Outlook) -> Option<Instant> {
    next_act(member, outlook, Instant(i64::MAX)).map(|due| due.0)
}

/// Decides the due events of the member at the start of a day.
pub fn decide(case: &Case, day: Day) -> Result<Draft, Refusal> {
    let member = case.need_member()?;
    let at = case.programme().calendar.start_of(day);
    let mut effects = released(member, at);
    if effects.len() >= LOTS_MAX {
        // The rest of the day is booked by an entry of its own.
        return Ok(case.draft(Act::Due { day }, effects));
    }
    let mut given_review = Vec::new();
    if member
        .tier
        .and_then(|t| t.review)
        .is_some_and(|review| review <= day)
    {
        let judged = tier::review(case, member, day);
        effects.extend(lost_with_tier(case, member, &judged.effects, at));
        effects.extend(judged.effects);
        given_review = judged.given;
    }
    if !expire(case, member, day, at, &mut effects) {
        let mut draft = case.draft(Act::Due { day }, effects);
        draft.given_review = given_review;
        return Ok(draft);
    }
    let due = effects.len();
    let given = trigger::run(case, member, day, &mut effects);
    let mut draft = case.draft(Act::Due { day }, effects);
    (draft.given, draft.given_review) = (given, given_review);
    // Due events cannot be refused: they precede whatever comes next.
    if let Err(refusal) = overflow::check(case, &draft) {
        let fired = draft.effects.split_off(due).into_iter();
        let fired = fired.filter(|effect| matches!(effect, Effect::Fired { .. }));
        draft.effects.extend(fired);
        let text = format!("campaigns of {day} gave nothing: {}", refusal.detail);
        draft
            .effects
            .push(Effect::warned(WarningCode::NothingGiven, text));
    }
    Ok(draft)
}

fn released(member: &Member, at: Instant) -> Vec<Effect> {
    let due = |lot: &&Lot| lot.terms.available.is_some_and(|from| from <= at);
    let release = |lot: &Lot| Effect::Released {
        who: 0,
        unit: lot.unit,
        lot: lot.id,
    };
    let due = member.lots.iter().filter(due).take(LOTS_MAX);
    due.map(release).collect()
}

/// Units that are lost with a tier that goes down.
fn lost_with_tier(case: &Case, member: &Member, effects: &[Effect], at: Instant) -> Vec<Effect> {
    let tiers = case.policy.tiers();
    let rank = |tier| tiers.map_or(0, |tiers| tiers.rank(tier));
    let fell = effects.iter().any(|e| match e {
        Effect::Tier { tier, was, .. } => rank(*tier) < rank(was.0),
        _ => false,
    });
    let units = case
        .programme()
        .units
        .iter()
        .filter(|u| fell && u.is_lost_with_tier);
    let lots = units.clone().flat_map(|u| member.lots_of(u.number));
    let lost: Vec<Effect> = lots.filter_map(breakage).collect();
    if lost.len() <= LOTS_MAX {
        return lost;
    }
    // Too many for this entry: they end with the deadline of their unit, which is now.
    let ends = units.map(|unit| Effect::Deadline {
        who: 0,
        unit: unit.number,
        at: Some(at),
    });
    ends.collect()
}

fn free(lot: &Lot) -> Points {
    Points(lot.remaining.0 - lot.held.0)
}

fn breakage(lot: &Lot) -> Option<Effect> {
    let amount = free(lot);
    amount.is_positive().then_some(Effect::Debit {
        who: 0,
        unit: lot.unit,
        lot: lot.id,
        amount,
        to: Account::Breakage,
    })
}

/// Expires lots whose time has come; a part that is kept continues in one new
/// lot with the terms of the new day. Returns true if those were all: an entry
/// expires at most [`LOTS_MAX`] lots, and the next one of the same day
/// continues. Kept parts are computed for the lots of one entry.
fn expire(case: &Case, member: &Member, day: Day, at: Instant, effects: &mut Vec<Effect>) -> bool {
    if effects.len() >= LOTS_MAX {
        return false;
    }
    for (unit, deadline) in &member.deadlines {
        if *deadline <= at {
            let left = LOTS_MAX.saturating_sub(effects.len());
            let taken = Taken::by(effects);
            let lots = member.lots_of(*unit);
            let lots = lots.filter(|l| !taken.of(l.id).is_positive());
            let gone: Vec<Effect> = lots.filter_map(breakage).take(left + 1).collect();
            if gone.len() > left {
                effects.extend(gone.into_iter().take(left));
                return false;
            }
            effects.extend(gone);
            effects.push(Effect::Deadline {
                who: 0,
                unit: *unit,
                at: None,
            });
        }
    }
    let left = LOTS_MAX.saturating_sub(effects.len());
    let taken = Taken::by(effects);
    let mut ended: Vec<&Lot> = member
        .lots
        .iter()
        .filter(|l| l.is_dead(at) && free(l).is_positive())
        .filter(|l| !taken.of(l.id).is_positive())
        .take(left + 1)
        .collect();
    let is_all = ended.len() <= left;
    ended.truncate(left);
    let mut groups: Vec<(Number, u16)> = Vec::new();
    for lot in &ended {
        if !groups.contains(&(lot.unit, lot.terms.keep)) {
            groups.push((lot.unit, lot.terms.keep));
        }
    }
    for (unit, keep) in groups {
        let mut lots: Vec<&Lot> = ended
            .iter()
            .copied()
            .filter(|l| (l.unit, l.terms.keep) == (unit, keep))
            .collect();
        lots.sort_by_key(|l| l.spend_order());
        end_group(case, day, unit, keep, &lots, effects);
    }
    is_all
}

fn end_group(
    case: &Case,
    day: Day,
    unit: Number,
    keep: u16,
    ended: &[&Lot],
    effects: &mut Vec<Effect>,
) {
    let sum = Points(ended.iter().map(|l| free(l).0).sum());
    let kept = part_up(sum, keep);
    let mut lost = sum.0 - kept.0;
    for lot in ended {
        let gone = Points(lost.min(free(lot).0));
        let goes_on = Points(free(lot).0 - gone.0);
        lost -= gone.0;
        for (amount, to) in [(gone, Account::Breakage), (goes_on, Account::Transit)] {
            if amount.is_positive() {
                effects.push(Effect::Debit {
                    who: 0,
                    unit,
                    lot: lot.id,
                    amount,
                    to,
                });
            }
        }
    }
    if kept.is_positive() {
        effects.push(Effect::Award {
            who: 0,
            unit,
            amount: kept,
            fills: Points::ZERO,
            from: Account::Transit,
            campaign: 0,
            exact: case.programme().decimal(unit, kept).into(),
            line: 0,
            terms: kept_terms(case, unit, day),
            why: String::new(),
        });
    }
}

fn kept_terms(case: &Case, unit: Number, day: Day) -> Terms {
    match case.programme().unit(unit) {
        Some(unit) if unit.kind == UnitKind::Spendable => {
            lots::terms(case.programme(), unit, day, None, None)
        }
        _ => Terms::default(),
    }
}

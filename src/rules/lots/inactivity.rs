//! Expiry by inactivity: a member's acts postpone it, and it begins where
//! points come to a member without a running deadline.

use crate::model::{Act, Doing, Draft, Effect, Inactivity, Instant, Unit, to_position};
use crate::rules::case::Case;
use crate::rules::state::Member;

/// Adds the deadlines that a draft postpones or begins.
pub fn finish(case: &Case, draft: &mut Draft) {
    // A merge takes the later of two deadlines, and its undo restores them.
    if matches!(draft.act, Act::Merged { .. } | Act::Unmerged { .. }) {
        return;
    }
    let units = case.programme().units.iter();
    let pushed = units.flat_map(|unit| match &unit.inactivity {
        Some(still) => pushed(case, draft, unit, still),
        None => Vec::new(),
    });
    let pushed: Vec<Effect> = pushed.collect();
    draft.effects.extend(pushed);
}

fn pushed(case: &Case, draft: &Draft, unit: &Unit, still: &Inactivity) -> Vec<Effect> {
    let counts = doing(&draft.act).is_some_and(|doing| still.counts.contains(&doing));
    let later = end(case, still);
    (0..to_position(draft.members.len()))
        .filter_map(|who| {
            let runs = running(case, draft, unit, who);
            let at = match points_move(draft, unit, who)? {
                // Late commands bring no deadline forward.
                _ if counts && who == 0 => Some(runs.map_or(later, |at| at.max(later))),
                PointsMove::Used => None,
                _ if runs.is_some() => None,
                PointsMove::Given => Some(later),
                PointsMove::Sent(from) => {
                    let giver = member(case, draft, from);
                    Some(giver.and_then(|m| m.deadline(unit.number)).unwrap_or(later))
                }
            }?;
            Some(Effect::Deadline {
                who,
                unit: unit.number,
                at: Some(at),
            })
        })
        .collect()
}

/// Activity of the member's own that an act is, as far as a programme can count
/// it. Returns, corrections, due events and other members' acts are none.
fn doing(act: &Act) -> Option<Doing> {
    Some(match act {
        Act::Purchase(_) | Act::Claim { .. } => Doing::Purchase,
        Act::Redemption { .. } | Act::Capture { .. } => Doing::Redemption,
        Act::Activity { .. } => Doing::Activity,
        _ => return None,
    })
}

/// Way in which a draft moves a member's points of a unit.
#[derive(Clone, Copy)]
enum PointsMove {
    /// Points were given.
    Given,
    /// The member at that position sent points.
    Sent(u8),
    /// Points left.
    Used,
}

fn points_move(draft: &Draft, unit: &Unit, member: u8) -> Option<PointsMove> {
    let number = unit.number;
    let moves = draft.effects.iter().filter_map(|effect| match effect {
        Effect::Award {
            who, unit, amount, ..
        } if (*who, *unit) == (member, number) && amount.is_positive() => Some(PointsMove::Given),
        Effect::Debit { who, unit, .. } if (*who, *unit) == (member, number) => {
            Some(PointsMove::Used)
        }
        Effect::LotMoved { who, to, unit, .. } if (*to, *unit) == (member, number) => {
            Some(PointsMove::Sent(*who))
        }
        _ => None,
    });
    moves.min_by_key(|points_move| matches!(points_move, PointsMove::Used))
}

fn member<'a>(case: &Case<'a>, draft: &Draft, who: u8) -> Option<&'a Member> {
    case.state.members.get(draft.members.get(usize::from(who))?)
}

/// The member's running deadline, unless it ends with this draft; None for a
/// member with nothing that could expire.
fn running(case: &Case, draft: &Draft, unit: &Unit, who: u8) -> Option<Instant> {
    let ends = |effect: &Effect| matches!(effect, Effect::Deadline { who: w, unit: u, at: None } if (*w, *u) == (who, unit.number));
    let found = member(case, draft, who).filter(|m| m.lots_of(unit.number).next().is_some());
    let found = found.filter(|_| !draft.effects.iter().any(ends));
    found.and_then(|m| m.deadline(unit.number))
}

fn end(case: &Case, still: &Inactivity) -> Instant {
    let day = case.day().after_months(still.months);
    case.programme().calendar.start_of(day)
}

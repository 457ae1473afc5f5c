//! Merging: two members turn out to be one person. Everything of the first
//! continues under the second; the first keeps its own figures unchanged, so
//! that undoing the merge subtracts exactly those.

use crate::model::{
    Account, Act, Code, Draft, Effect, LotId, MemberId, Points, Policy, Refusal, Standing,
};
use crate::rules::case::Case;
use crate::rules::member::household;
use crate::rules::state::{Absorbed, Lot, Member, State, Status, TierHeld};
use std::collections::BTreeSet;

/// Decides to merge the case's member into the second one.
pub fn decide(case: &Case, act: Act) -> Result<Draft, Refusal> {
    let from = case.need_member()?;
    let into = case.need_other("into")?;
    if from.id == into.id {
        return Err(Refusal::new(
            Code::SameMember,
            "into: both are one member already",
        ));
    }
    if from.status != Status::Active || into.status != Status::Active {
        return Err(Refusal::new(
            Code::MemberErased,
            "into: an erased member cannot be merged",
        ));
    }
    let mut effects = vec![Effect::Absorbed {
        from: 0,
        into: 1,
        is_undone: false,
    }];
    effects.extend(
        from.lots
            .iter()
            .map(|lot| moved(lot.unit, lot.id, lot.remaining)),
    );
    for (unit, owed) in &from.owed {
        effects.extend(owed_by(*unit, *owed, 0, 1));
    }
    effects.extend(stricter(from, into));
    effects.extend(later(from, into));
    effects.extend(better(case.policy.as_ref(), from, into));
    effects.push(Effect::Standing {
        who: 0,
        standing: Standing::MergedInto(1),
    });
    let mut draft = case.draft(act, effects);
    household::leave(from, &mut draft);
    Ok(draft)
}

fn moved(unit: u16, lot: LotId, amount: Points) -> Effect {
    Effect::LotMoved {
        who: 0,
        to: 1,
        unit,
        lot,
        amount,
        code: None,
    }
}

/// Moves a debt from one to the other.
fn owed_by(unit: u16, owed: i64, from: u8, to: u8) -> [Effect; 2] {
    [(from, -owed), (to, owed)].map(|(who, amount)| Effect::Owe {
        who,
        unit,
        amount: Points(amount),
        with: Account::Transit,
    })
}

/// Withdraws consents that only one of them gave.
fn stricter(from: &Member, into: &Member) -> Vec<Effect> {
    let given = into.consents.iter().filter(|c| c.1);
    let lost = given.filter(|c| !from.consents.contains(c));
    lost.map(|c| consented(1, c.0, false)).collect()
}

fn consented(who: u8, purpose: u16, is_given: bool) -> Effect {
    Effect::Consented {
        who,
        purpose,
        is_given,
    }
}

/// Keeps the later of two inactivity deadlines; none is later than any.
fn later(from: &Member, into: &Member) -> Vec<Effect> {
    let ends = from.deadlines.iter().filter_map(|(unit, at)| {
        let has_lots = into.lots_of(*unit).next().is_some();
        match into.deadline(*unit) {
            Some(own) if own >= *at => None,
            None if has_lots => None,
            _ => Some((*unit, Some(*at))),
        }
    });
    let ends = ends.chain(into.deadlines.iter().filter_map(|(unit, _)| {
        let never = from.deadline(*unit).is_none() && from.lots_of(*unit).next().is_some();
        never.then_some((*unit, None))
    }));
    ends.map(|(unit, at)| Effect::Deadline { who: 1, unit, at })
        .collect()
}

/// Keeps the better tier until its review.
fn better(policy: &dyn Policy, from: &Member, into: &Member) -> Option<Effect> {
    let held = from.tier?;
    let tiers = policy.tiers()?;
    let rank = |tier: Option<TierHeld>| tier.map_or(0, |t| tiers.rank(t.tier));
    (rank(from.tier) > rank(into.tier)).then(|| tier_effect(1, held, into.tier))
}

fn tier_effect(who: u8, held: TierHeld, was: Option<TierHeld>) -> Effect {
    Effect::Tier {
        who,
        tier: held.tier,
        since: held.since,
        review: held.review,
        was: was.map_or((0, held.since, None), |t| (t.tier, t.since, t.review)),
    }
}

/// Decides to undo a merge: the case's member gives back the rest of what it received.
pub fn undo(case: &Case, of: u64) -> Result<Draft, Refusal> {
    let entry = case.need_named(Code::UnknownEntry)?;
    if !matches!(entry.act, Act::Merged { .. }) {
        let detail = format!("entry {of} is {}, not a merge", entry.act.kind());
        return Err(Refusal::new(Code::NotReversible, detail));
    }
    let voided = case.state.aftermath.get(&of).and_then(|a| a.voided);
    if let Some(seq) = voided {
        let detail = format!("entry {seq} undid it");
        return Err(Refusal::new(Code::AlreadyVoided, detail));
    }
    let into = case.need_member()?;
    let from = case.need_other("of")?;
    let before = into.absorbed.iter().find(|a| a.seq == of);
    let before = before.filter(|_| from.status == Status::MergedInto(into.id));
    let before = before.ok_or_else(|| {
        Refusal::new(
            Code::HasDependents,
            "of: the members were merged further or erased; undo the later merge first",
        )
    })?;
    let mut effects = vec![Effect::Absorbed {
        from: 1,
        into: 0,
        is_undone: true,
    }];
    // Received lots may have gone through other merges since, and back.
    let later: BTreeSet<LotId> = case.inputs.moved.iter().map(|m| m.0).collect();
    let is_it = |lot: &&Lot| lot.id.seq == of || later.contains(&lot.id);
    let came = into.lots.iter().filter(is_it);
    effects.extend(came.map(|lot| moved(lot.unit, lot.id, lot.remaining)));
    effects.extend(owed_back(into, &entry.effects));
    effects.extend(as_before(into, before, &entry.effects, into.last_seq == of));
    effects.push(Effect::Standing {
        who: 1,
        standing: Standing::Active,
    });
    effects.push(Effect::Voided { of });
    Ok(case.draft(Act::Unmerged { of }, effects))
}

/// Moves back the debt that was taken over and has not been filled since.
fn owed_back(into: &Member, merge: &[Effect]) -> Vec<Effect> {
    let came = merge.iter().filter_map(|effect| match effect {
        Effect::Owe {
            who: 1,
            unit,
            amount,
            ..
        } => Some((*unit, amount.0.min(into.owed(*unit).0))),
        _ => None,
    });
    let came = came.filter(|(_, owed)| *owed > 0);
    came.flat_map(|(unit, owed)| owed_by(unit, owed, 0, 1))
        .collect()
}

/// Restores tier, deadlines and consents, where nothing has changed them since.
/// A consent is restored only if nothing at all was booked in between.
fn as_before(into: &Member, before: &Absorbed, merge: &[Effect], is_next: bool) -> Vec<Effect> {
    let mut effects = Vec::new();
    for effect in merge {
        match effect {
            Effect::Tier {
                who: 1,
                tier,
                since,
                review,
                ..
            } => {
                let held = into.tier.map(|t| (t.tier, t.since, t.review));
                if held == Some((*tier, *since, *review)) {
                    let none = TierHeld {
                        tier: 0,
                        since: *since,
                        review: None,
                    };
                    let was = before.tier.unwrap_or(none);
                    effects.push(tier_effect(0, was, into.tier));
                }
            }
            Effect::Deadline { who: 1, unit, at } if into.deadline(*unit) == *at => {
                let was = before.deadlines.iter().find(|d| d.0 == *unit);
                effects.push(Effect::Deadline {
                    who: 0,
                    unit: *unit,
                    at: was.map(|d| d.1),
                });
            }
            Effect::Consented {
                who: 1, purpose, ..
            } if is_next => effects.push(consented(0, *purpose, true)),
            _ => {}
        }
    }
    effects
}

/// All members that were merged into a member, and into those, each once: in a
/// forged journal two may have absorbed each other.
pub fn all_absorbed(state: &State, id: MemberId) -> Vec<MemberId> {
    let (mut found, mut known) = (vec![id], BTreeSet::from([id]));
    let mut at = 0;
    while let Some(member) = found.get(at).map(|id| state.members.get(id)) {
        let deeper = member.into_iter().flat_map(|m| &m.absorbed);
        found.extend(deeper.map(|a| a.from).filter(|from| known.insert(*from)));
        at += 1;
    }
    found.split_off(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Day;

    #[test]
    fn whoever_absorbed_each_other_are_found_once() {
        let id = |n| MemberId([n; 16]);
        let mut state = State::default();
        for n in 1..4 {
            state.members.insert(id(n), Member::new(id(n), Day(0)));
        }
        for (into, from) in [(1, 2), (2, 1), (2, 3), (3, 2), (3, 3)] {
            let other = state.members.get(&id(from)).unwrap().clone();
            let member = state.members.get_mut(&id(into)).unwrap();
            member.absorb(&other, 0).unwrap();
        }
        assert_eq!(all_absorbed(&state, id(1)), [id(2), id(3)]);
    }
}

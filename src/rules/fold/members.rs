//! Folding of effects on a member's record besides points.

use super::lots;
use super::posting::{Applied, Posting, Wrong};
use crate::model::{Day, Effect, Money, Number, Standing, Value};
use crate::rules::state::activity_log;
use crate::rules::state::{Change, Household, Member, Status, TierHeld, entry_of};

/// Applies effects on what is known of a member.
pub(super) fn apply(member: &mut Member, effect: &Effect) -> Applied {
    match effect {
        Effect::Tier {
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
            member.tier = (*tier != 0).then_some(held);
        }
        Effect::Visited {
            day, visits, spend, ..
        } => visit(member, *day, *visits, *spend)?,
        Effect::Remembered {
            campaign,
            key,
            value,
            ..
        } => {
            member.memo.retain(|m| !(m.0 == *campaign && m.1 == *key));
            if *value != Value::Unit {
                let memo = (*campaign, key.clone(), value.clone());
                member.memo.push(memo);
            }
        }
        Effect::Tagged { tag, is_on, .. } => {
            member.tags.retain(|t| t != tag);
            if *is_on {
                member.tags.push(tag.clone());
                member.tags.sort_unstable();
            }
        }
        Effect::Released { lot, .. } => lots::change(member, *lot, |lot| {
            lot.terms.available = None;
            Ok(())
        })?,
        Effect::Extended { lot, expires, .. } => {
            let terms = lots::change(member, *lot, |lot| {
                lot.terms.expires = *expires;
                Ok(lot.terms)
            })?;
            member.note_terms(&terms);
        }
        Effect::Consented {
            purpose, is_given, ..
        } => {
            *entry_of(&mut member.consents, *purpose) = *is_given;
        }
        Effect::Referred { referrer, .. } => member.referrer = Some(*referrer),
        _ => apply_dated(member, effect),
    }
    Ok(())
}

/// Applies effects with a day or a deadline of their own.
fn apply_dated(member: &mut Member, effect: &Effect) {
    match effect {
        Effect::Deadline { unit, at, .. } => {
            member.deadlines.retain(|d| d.0 != *unit);
            member.deadlines.extend(at.map(|at| (*unit, at)));
        }
        Effect::Fired { campaign, day, .. } => {
            member.fired.retain(|f| f.0 != *campaign);
            member.fired.push((*campaign, *day));
        }
        Effect::Acted {
            activity,
            day,
            times,
            ..
        } => activity_log::add(&mut member.acted, *activity, *day, (*times).into()),
        _ => {}
    }
}

/// Notes whether a campaign addresses a member or holds them out. Returns true unless they
/// were chosen before: then they decline.
pub(super) fn choose(member: &mut Member, campaign: Number, is_held_out: bool) -> bool {
    let is_new = member.targeted.iter().all(|t| t.0 != campaign);
    *entry_of(&mut member.targeted, campaign) = is_held_out;
    is_new
}

/// Puts a member into a household as the entry leaves it, or out of one.
pub(super) fn set_household(posting: &mut Posting, who: u8, household: Option<u64>) -> Applied {
    let found = household.map(|seq| household_after(posting, seq));
    let found = found.transpose()?;
    posting.member_mut(who)?.household = found;
    Ok(())
}

/// A household as the entry leaves it.
fn household_after(posting: &Posting, seq: u64) -> Result<Household, Wrong> {
    let mut members = Vec::new();
    for effect in &posting.entry.effects {
        match effect {
            Effect::Household { who, household } if *household == Some(seq) => {
                members.push(posting.id(*who)?);
            }
            _ => {}
        }
    }
    Ok(Household { seq, members })
}

/// Applies a member's standing; a new member joins.
pub(super) fn stand(posting: &mut Posting, who: u8, standing: &Standing) -> Applied {
    let id = posting.id(who)?;
    match standing {
        Standing::Active if !posting.state.members.contains_key(&id) => {
            let member = Member::new(id, posting.entry.head.day);
            posting.state.members.insert(id, member);
            posting.state.global.members += 1;
        }
        Standing::Active => posting.member_mut(who)?.status = Status::Active,
        Standing::Erased => posting.member_mut(who)?.status = Status::Erased,
        Standing::MergedInto(other) => {
            let into = posting.member(*other)?;
            // Only into an active member, so that no cycle leads back to this one.
            if into.id == id || into.status != Status::Active {
                return Err(format!("{id} cannot be merged into {}", into.id).into());
            }
            posting.member_mut(who)?.status = Status::MergedInto(into.id);
        }
    }
    Ok(())
}

fn visit(member: &mut Member, day: Day, visits: i8, spend: Money) -> Applied {
    let change = Change {
        visits: visits.into(),
        spend,
        ..Change::default()
    };
    member.add(day, &change)?;
    if visits > 0 {
        let (first, last) = member.purchased.unwrap_or((day, day));
        member.purchased = Some((first.min(day), last.max(day)));
    }
    Ok(())
}

//! Folding of effects on members besides points, and on the aftermath of
//! earlier entries.

use super::{Applied, Poster};
use crate::model::{Account, Day, Effect, LotId, Money, Standing, Value};
use crate::rules::state::acted;
use crate::rules::state::{Change, Household, Member, Status, TierHeld, entry_of};

impl Poster<'_> {
    /// Applies effects on a member's record besides points.
    pub(super) fn apply_personal(&mut self, effect: &Effect) -> Applied {
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
            Effect::Remembered { .. } | Effect::Tagged { .. } => self.note(effect)?,
            Effect::Released { who, lot, .. } => self.change_lot(*who, *lot, |lot| {
                lot.terms.available = None;
                Ok(())
            })?,
            Effect::Extended {
                who, lot, expires, ..
            } => {
                let terms = self.change_lot(*who, *lot, |lot| {
                    lot.terms.expires = *expires;
                    Ok(lot.terms)
                })?;
                self.member_mut(*who)?.note_terms(&terms);
            }
            Effect::Consented {
                who,
                purpose,
                is_given,
            } => {
                *entry_of(&mut self.member_mut(*who)?.consents, *purpose) = *is_given;
            }
            Effect::Household { who, household } => {
                let found = household.map(|seq| self.household(seq)).transpose()?;
                self.member_mut(*who)?.household = found;
            }
            Effect::Referred { who, referrer } => {
                self.member_mut(*who)?.referrer = Some(*referrer);
            }
            Effect::Standing { who, standing } => self.stand(*who, standing)?,
            _ => {}
        }
        Ok(())
    }

    /// Applies effects with a day or a deadline of their own.
    pub(super) fn apply_dated(&mut self, effect: &Effect) -> Applied {
        match effect {
            Effect::Deadline { who, unit, at } => {
                let deadlines = &mut self.member_mut(*who)?.deadlines;
                deadlines.retain(|d| d.0 != *unit);
                deadlines.extend(at.map(|at| (*unit, at)));
            }
            Effect::Fired { who, campaign, day } => {
                let fired = &mut self.member_mut(*who)?.fired;
                fired.retain(|f| f.0 != *campaign);
                fired.push((*campaign, *day));
            }
            Effect::Targeted {
                who,
                campaign,
                is_held_out,
            } => {
                let targeted = &mut self.member_mut(*who)?.targeted;
                // A member who was chosen before declines.
                let is_new = targeted.iter().all(|t| t.0 != *campaign);
                *entry_of(targeted, *campaign) = *is_held_out;
                self.chosen += u64::from(is_new);
            }
            Effect::Acted {
                who,
                activity,
                day,
                times,
            } => {
                let acted = &mut self.member_mut(*who)?.acted;
                acted::add(acted, *activity, *day, (*times).into());
            }
            _ => {}
        }
        Ok(())
    }

    /// A household as the entry leaves it.
    fn household(&self, seq: u64) -> Result<Household, String> {
        let mut members = Vec::new();
        for effect in &self.entry.effects {
            match effect {
                Effect::Household { who, household } if *household == Some(seq) => {
                    members.push(self.id(*who)?);
                }
                _ => {}
            }
        }
        Ok(Household { seq, members })
    }

    /// Applies scripts' memories and labels.
    fn note(&mut self, effect: &Effect) -> Applied {
        match effect {
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
                self.state.global.members += 1;
            }
            Standing::Active => self.member_mut(who)?.status = Status::Active,
            Standing::Erased => self.member_mut(who)?.status = Status::Erased,
            Standing::MergedInto(other) => {
                let into = self.member(*other)?;
                // Only into an active member, so that no cycle leads back to this one.
                if into.id == id || into.status != Status::Active {
                    return Err(format!("{id} cannot be merged into {}", into.id));
                }
                self.member_mut(who)?.status = Status::MergedInto(into.id);
            }
        }
        Ok(())
    }

    fn visit(&mut self, who: u8, day: Day, visits: i8, spend: Money) -> Applied {
        let change = Change {
            visits: visits.into(),
            spend,
            ..Change::default()
        };
        let sum = self.member_mut(who)?.add(day, &change);
        self.within(sum)?;
        let member = self.member_mut(who)?;
        if visits > 0 {
            let (first, last) = member.purchased.unwrap_or((day, day));
            member.purchased = Some((first.min(day), last.max(day)));
        }
        Ok(())
    }

    pub(super) fn apply_aftermath(&mut self, effect: &Effect) -> Applied {
        let seq = self.entry.seq;
        match effect {
            Effect::Returned {
                of,
                lines,
                amount,
                money,
                taken,
            } => {
                let effects = &self.entry.effects;
                let is_undone = effects.iter().any(|e| matches!(e, Effect::Voided { .. }));
                let after = self.state.aftermath.entry(*of).or_default();
                match is_undone {
                    true => drop(after.returns.pop()),
                    false => after.returns.push(seq),
                }
                for (lot, points) in effects.iter().filter_map(restored) {
                    let sum = &mut entry_of(&mut after.restored, lot).0;
                    *sum = sum.saturating_add(points);
                }
                after.add_returned(lines, *amount);
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

/// Points that had paid and go back to a lot, or leave it again.
fn restored(effect: &Effect) -> Option<(LotId, i64)> {
    match effect {
        Effect::Restore {
            lot, amount, from, ..
        } if *from == Account::Redemption => Some((*lot, amount.0)),
        Effect::Debit {
            lot, amount, to, ..
        } if *to == Account::Redemption => Some((*lot, -amount.0)),
        _ => None,
    }
}

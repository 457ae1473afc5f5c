//! Extreme figures: a draft that would exceed the bound of a figure is refused
//! before it is applied.
//!
//! Every figure of one member stays within plus or minus [`AMOUNT_MAX`]; sums
//! over the programme are wide and have no bound, so that no member's figures
//! can block another member's sale. If all amounts of a draft and all figures
//! that they move are small, they cannot reach the bound; otherwise the draft
//! is folded into a copy of the touched state, so that the fold alone decides
//! what fits.

use super::case::Case;
use super::fold::seal;
use super::state::{Exceeded, Figures, Member, SMALL_SUMS_MAX, State, is_large, is_large_amount};
use crate::model::{
    AMOUNT_MAX, Act, Code, Day, Draft, Effect, Measure, Number, Points, Programme, Refusal,
};

/// Checks that all figures which a draft moves stay within their bounds.
///
/// # Errors
/// [`Code::TooLarge`], with the unit, the amount and the part of it that would fit.
pub fn check(case: &Case, draft: &Draft) -> Result<(), Refusal> {
    if !is_near(case.state, draft) {
        return Ok(());
    }
    let mut state = touched(case.state, draft);
    match seal(&mut state, draft.clone()) {
        Err(contradiction) => match contradiction.exceeded {
            Some(exceeded) => Err(refused(case.programme(), exceeded)),
            None => Ok(()),
        },
        Ok(_) => Ok(()),
    }
}

fn refused(programme: &Programme, exceeded: Exceeded) -> Refusal {
    let Exceeded { unit, held, added } = exceeded;
    let (name, shown) = match programme.unit(unit) {
        Some(found) => {
            let shown = |n| found.decimal(Points(n)).to_string();
            (found.id.as_str(), [shown(held), shown(added)])
        }
        None => {
            let shown = |n| crate::model::wide_money(i128::from(n), programme.digits);
            (programme.currency.as_str(), [shown(held), shown(added)])
        }
    };
    let [held_text, added_text] = shown;
    let detail = format!(
        "{name}: {added_text} on top of {held_text} is more than can be held of one member; \
         correct the amount, or the figure it adds to"
    );
    let measure = match unit {
        0 => Measure::Money,
        unit => Measure::Unit(unit),
    };
    let room = AMOUNT_MAX.saturating_sub(held.saturating_mul(added.signum()));
    Refusal::short(
        Code::TooLarge,
        measure,
        room,
        added.saturating_abs(),
        detail,
    )
}

/// A copy of the state that the fold of a draft reads and changes.
fn touched(state: &State, draft: &Draft) -> State {
    let mut copy = State {
        global: state.global.clone(),
        ..State::default()
    };
    for id in &draft.members {
        if let Some(member) = state.members.get(id) {
            copy.members.insert(*id, member.clone());
        }
    }
    for effect in &draft.effects {
        if let Some(of) = effect.changes_aftermath_of()
            && let Some(after) = state.aftermath.get(&of)
        {
            copy.aftermath.insert(of, after.clone());
        }
    }
    copy
}

/// True if an amount or a figure is so large that the bound is within reach.
fn is_near(state: &State, draft: &Draft) -> bool {
    let near = Near { state, draft };
    draft.effects.len() > SMALL_SUMS_MAX
        || matches!(draft.act, Act::Transfer { points, unit, .. } if near.is_sent_near(unit, points))
        || draft.effects.iter().any(|effect| near.is_of(effect))
}

struct Near<'a> {
    state: &'a State,
    draft: &'a Draft,
}

impl Near<'_> {
    fn member(&self, who: u8) -> Option<&Member> {
        let id = self.draft.members.get(usize::from(who))?;
        self.state.members.get(id)
    }

    fn is_sent_near(&self, unit: Number, points: Points) -> bool {
        let sent = self
            .member(0)
            .map_or(Points::ZERO, |m| m.sent_on(unit, self.draft.head.day));
        is_large_amount(points.0) || is_large(sent.0)
    }

    /// True if a member's holdings or debt in a unit are near the bound.
    fn is_holding(&self, who: u8, unit: Number, amount: Points) -> bool {
        is_large_amount(amount.0)
            || self.member(who).is_some_and(|member| {
                is_large(member.sums(unit).remaining) || is_large(member.owed(unit).0)
            })
    }

    /// True if the sums of a lifetime, a month or a day are near the bound.
    fn is_summed(&self, who: u8, day: Day, of: impl Fn(&Figures) -> i64) -> bool {
        let Some(member) = self.member(who) else {
            return false;
        };
        let month = day.month_count();
        let month = member.months.iter().rfind(|m| m.0 == month).map(|m| &m.1);
        let day = member.days.iter().rfind(|d| d.0 == day).map(|d| &d.1);
        let all = [Some(&member.lifetime), month, day];
        all.into_iter().flatten().any(|sums| is_large(of(sums)))
    }

    fn is_of(&self, effect: &Effect) -> bool {
        match effect {
            Effect::Award {
                who, unit, amount, ..
            } => {
                let sum = |f: &Figures| f.unit(*unit);
                self.is_holding(*who, *unit, *amount)
                    || self.is_summed(*who, self.draft.head.day, sum)
            }
            Effect::Voucher { who, unit, .. } => self.is_holding(*who, *unit, Points(1)),
            Effect::Restore {
                who, unit, amount, ..
            }
            | Effect::Owe {
                who, unit, amount, ..
            } => self.is_holding(*who, *unit, *amount),
            Effect::LotMoved {
                to, unit, amount, ..
            } => self.is_holding(*to, *unit, *amount),
            Effect::Qualify {
                who,
                unit,
                day,
                amount,
                ..
            } => is_large_amount(amount.0) || self.is_summed(*who, *day, |f| f.unit(*unit)),
            Effect::Visited {
                who, day, spend, ..
            } => is_large_amount(spend.0) || self.is_summed(*who, *day, |f| f.spend.0),
            Effect::Absorbed { from, into, .. } => [from, into]
                .into_iter()
                .any(|who| self.member(*who).is_some_and(has_large_sum)),
            _ => false,
        }
    }
}

/// True if any sum of a member's lifetime, months or days is near the bound.
fn has_large_sum(member: &Member) -> bool {
    let is_large =
        |sums: &Figures| is_large(sums.spend.0) || sums.units.iter().any(|unit| is_large(unit.1));
    is_large(&member.lifetime)
        || member.months.iter().any(|month| is_large(&month.1))
        || member.days.iter().any(|day| is_large(&day.1))
}

//! State that a story leaves behind: points by member and unit, money given back and off.

use super::items::discounts;
use super::run::{Beside, Runner};
use super::{Asked, Story};
use crate::answer::Answer;
use crate::engine::Error;
use crate::model::{Act, Effect, Policy};
use crate::policy::Bundle;
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// State after a story.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Sums {
    /// Lines that were refused.
    pub refused: usize,
    /// Money given back by returns.
    pub given_back: Decimal,
    /// Money off that campaigns proposed.
    pub off: Decimal,
    /// Campaigns that proposed money off.
    pub discounters: BTreeSet<u16>,
    /// Bills after which the buyer had another tier.
    pub tier_moves: usize,
    /// Points of each member and unit: pending and held ones included, debts taken off.
    pub points: Vec<(String, String, Decimal)>,
}

impl Sums {
    /// Points of a unit, all members together.
    pub fn of_unit(&self, unit: &str) -> Decimal {
        let all = self.points.iter().filter(|(_, of, _)| of == unit);
        all.map(|(.., points)| *points).sum()
    }
}

/// Runs a story and sums up what it leaves.
///
/// # Errors
/// I/O errors, or a programme that does not compile.
pub fn sums(story: &Story, bundle: &Bundle, beside: Beside) -> Result<Sums, Error> {
    let mut runner = Runner::in_a_folder(story, bundle, beside)?;
    let mut sums = Sums::default();
    for step in &story.steps {
        runner.set_clock(step);
        let did = runner.done(step)?;
        let is_scene = matches!(step.asked, Asked::Given(_));
        match did.answer {
            Some(Answer::Accepted(done)) => {
                let money = done.give_back.as_ref().map(|back| back.money.parse());
                sums.given_back += money.and_then(Result::ok).unwrap_or(Decimal::ZERO);
            }
            Some(Answer::Refused(_)) => sums.refused += 1,
            None => sums.refused += usize::from(did.wrong.is_some() && !is_scene),
        }
        let digits = runner.ledger.policy()?.programme().digits;
        sums.off += discounts(&did.entries).to_decimal(digits);
        for entry in &did.entries {
            let is_bill = matches!(entry.act, Act::Purchase(_));
            for effect in &entry.effects {
                match effect {
                    Effect::Discounted { campaign, .. } => drop(sums.discounters.insert(*campaign)),
                    Effect::Tier { tier, was, .. } if is_bill => {
                        sums.tier_moves += usize::from(*tier != was.0);
                    }
                    _ => {}
                }
            }
        }
    }
    let programme = runner.ledger.policy()?.programme().clone();
    let members: Vec<_> = runner.members.clone().into_iter().collect();
    for (name, id) in members {
        let Some(member) = runner.ledger.member(id)? else {
            continue;
        };
        for unit in &programme.units {
            let held: i64 = member.lots_of(unit.number).map(|lot| lot.remaining.0).sum();
            let owed = member.owed.iter().filter(|(of, _)| *of == unit.number);
            let owed: i64 = owed.map(|(_, points)| *points).sum();
            let points = unit.decimal(crate::model::Points(held - owed));
            if !points.is_zero() {
                sums.points.push((name.clone(), unit.id.clone(), points));
            }
        }
    }
    runner.close()?;
    Ok(sums)
}

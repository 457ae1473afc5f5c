//! An entry with its reasons: what it was decided from, what campaigns proposed
//! and what came of it.

use super::bill::{Position, bill};
use super::effect::{Described, describe};
use super::not_run::{NotRun, not_run};
use super::{Cost, Told, View};
use crate::command::Figure;
use crate::model::{Act, CutBy, Entry, Points, Policy};
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::BTreeMap;

/// An entry with its reasons.
#[derive(Serialize)]
pub struct Explanation {
    ok: bool,
    /// The entry as a statement shows it.
    #[serde(flatten)]
    pub told: Told,
    /// The ledger's own instant, which decides balance, tier and what has ended.
    pub effective: String,
    /// The clock as it was read.
    pub recorded: String,
    /// The programme's day.
    pub day: String,
    /// The channel it came by.
    pub channel: String,
    /// The store; empty if none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub store: String,
    /// The terminal; empty if none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub terminal: String,
    /// Imported from before the member's first live entry.
    pub is_history: bool,
    /// The member's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    /// Number of the programme that decided; 0 before the first.
    pub programme: u32,
    /// The bill of a purchase.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub bill: Vec<Position>,
    /// The facts that scripts read, as they were, by the names that scripts use.
    pub given: BTreeMap<String, String>,
    /// Proposals of campaigns, and what came of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub awards: Vec<Award>,
    /// Where less was given than proposed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cuts: Vec<Cut>,
    /// The one rounding of each unit.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rounding: Vec<Rounded>,
    /// Campaigns for purchases that had no part in this one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_run: Vec<NotRun>,
    /// Things given, as far as the programme says what they cost.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub costs: Vec<Cost>,
}

/// One award: as it was proposed, and what came of it.
#[derive(Serialize)]
pub struct Award {
    /// The campaign; empty if none.
    pub campaign: String,
    /// The unit.
    pub unit: String,
    /// The line; 0 for the whole.
    pub line: u16,
    /// The script's proposal.
    pub exact: String,
    /// Points given.
    pub amount: Figure,
    /// Of which so many filled what the member owed.
    pub fills: Figure,
    /// The instant of their end; empty if they have none.
    pub until: String,
    /// The last day on which they can be used.
    pub last_day: String,
    /// The reason, for the statement.
    pub why: String,
}

/// Less given than proposed.
#[derive(Serialize)]
pub struct Cut {
    /// The campaign; empty for the programme's own limit.
    pub campaign: String,
    /// The unit.
    pub unit: String,
    /// The script's proposal.
    pub asked: String,
    /// What was left of it.
    pub granted: String,
    /// The limit, in words.
    pub by: &'static str,
}

/// The rounding of a unit.
#[derive(Serialize)]
pub struct Rounded {
    /// The unit.
    pub unit: String,
    /// The sum of all proposals.
    pub exact: String,
    /// Points given in all.
    pub amount: Figure,
    /// The rule it was rounded by.
    pub how: String,
}

impl View<'_> {
    /// Explains an entry; `decided` is the programme that decided it, if any did.
    pub fn explanation(
        &self,
        entry: &Entry,
        decided: Option<&dyn Policy>,
        costs: Vec<Cost>,
    ) -> Explanation {
        let head = &entry.head;
        let effects: Vec<_> = entry.effects.iter().map(|e| describe(entry, e)).collect();
        let (bill, not_run) = match (&entry.act, decided) {
            (Act::Purchase(purchase), Some(policy)) => (
                bill(self, purchase),
                not_run(self, (entry, purchase), &effects, policy),
            ),
            _ => Default::default(),
        };
        Explanation {
            ok: true,
            told: self.told(entry),
            effective: self.at(head.effective),
            recorded: self.at(head.recorded_at()),
            day: head.day.to_string(),
            channel: head.origin.channel.name().into(),
            store: self.store(&head.origin.place),
            terminal: head.origin.terminal.clone(),
            is_history: head.origin.is_history,
            member: entry.member().map(|id| id.to_string()),
            programme: head.bundle,
            bill,
            given: decided.map_or_else(BTreeMap::new, |policy| given(entry, policy)),
            awards: effects.iter().filter_map(|e| self.award(e)).collect(),
            cuts: effects.iter().filter_map(|e| self.cut(e)).collect(),
            rounding: self.rounding(&effects, decided),
            not_run,
            costs,
        }
    }

    fn award(&self, effect: &Described<'_>) -> Option<Award> {
        let ((exact, fills), unit) = (effect.proposed?, effect.unit?);
        let end = |text: &dyn Fn(_) -> String| effect.expires.map_or_else(String::new, text);
        Some(Award {
            campaign: self.campaign(effect.campaign).unwrap_or_default(),
            unit: self.unit(unit),
            line: effect.lines.first().copied().unwrap_or(0),
            exact: exact.to_string(),
            amount: self.figure(unit, effect.amount?),
            fills: self.figure(unit, fills),
            until: end(&|at| self.at(at)),
            last_day: end(&|at| self.last_day(at)),
            why: effect.why.clone().into_owned(),
        })
    }

    fn cut(&self, effect: &Described<'_>) -> Option<Cut> {
        let (asked, granted, by) = effect.cut?;
        Some(Cut {
            campaign: self.campaign(effect.campaign).unwrap_or_default(),
            unit: self.unit(effect.unit?),
            asked: asked.to_string(),
            granted: granted.to_string(),
            by: limit(by),
        })
    }

    /// The sums by unit, which are what is rounded.
    fn rounding(&self, effects: &[Described<'_>], decided: Option<&dyn Policy>) -> Vec<Rounded> {
        let rounding = decided.unwrap_or(self.policy).programme().rounding;
        let mut sums: BTreeMap<_, (Decimal, Points)> = BTreeMap::new();
        for effect in effects {
            if let (Some((exact, _)), Some(unit)) = (effect.proposed, effect.unit) {
                let (exact, amount) = (exact.to_decimal(), effect.amount);
                let sum = sums.entry(unit).or_default();
                sum.0 = sum.0.saturating_add(exact.unwrap_or_default());
                sum.1 = sum.1.plus(amount.unwrap_or_default()).unwrap_or(sum.1);
            }
        }
        let rounded = sums.into_iter().map(|(unit, (exact, amount))| Rounded {
            unit: self.unit(unit),
            exact: exact.normalize().to_string(),
            amount: self.figure(unit, amount),
            how: format!("{rounding:?}").to_lowercase(),
        });
        rounded.collect()
    }
}

/// The facts by the names that scripts use.
fn given(entry: &Entry, policy: &dyn Policy) -> BTreeMap<String, String> {
    let facts = policy.facts().iter().zip(&entry.given);
    let facts = facts.map(|(fact, value)| (fact.to_string(), value.to_string()));
    let review = policy.facts_review().iter().zip(&entry.given_review);
    let review = review.map(|(fact, value)| (format!("{fact} (for the tier)"), value.to_string()));
    facts.chain(review).collect()
}

fn limit(by: CutBy) -> &'static str {
    match by {
        CutBy::Budget => "the campaign's budget",
        CutBy::PerMember => "the campaign's limit for each member",
        CutBy::AwardLimit => "the limit for one entry",
        CutBy::Best => "another campaign of its group gave more",
        CutBy::Stop => "a campaign before it stops the others",
        CutBy::HeldOut => "the member is held out, to compare with",
        CutBy::OutOfStock => "nothing was left of it",
        CutBy::Partner => "the partner does not take part",
    }
}

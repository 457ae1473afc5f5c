//! An entry with its reasons: the facts that it was decided by, the proposals
//! of campaigns and their results.

use super::bill::{Position, bill};
use super::effect::{Described, describe};
use super::not_run::{NotRun, not_run};
use super::{Cost, StatementEntry, View};
use crate::command::Figure;
use crate::model::{Act, CutBy, Entry, Operator, Points, Policy};
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// An entry with its reasons.
#[derive(Serialize, JsonSchema)]
pub struct Explanation {
    ok: bool,
    /// The entry as a statement shows it.
    #[serde(flatten)]
    pub told: StatementEntry,
    /// Ledger's own instant, which decides balance, tier and expiry.
    pub effective: String,
    /// Reading of the clock.
    pub recorded: String,
    /// Programme's day.
    pub day: String,
    /// Channel by which it came.
    pub channel: String,
    /// Store; empty if none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub store: String,
    /// Terminal; empty if none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub terminal: String,
    /// Person at the terminal, as the till said; empty if not said.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub operator: String,
    /// Second person who approved it, by PIN; empty if nobody had to.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub approver: String,
    /// True if imported from before the member's first live entry.
    pub is_history: bool,
    /// Id of the member.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    /// Sale that was undone for this one, which is on the right card or as it came to after all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corrects: Option<u64>,
    /// Sale that was booked in place of this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corrected_as: Option<u64>,
    /// Number of the programme that decided; 0 before the first.
    pub programme: u32,
    /// Bill of a purchase.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub bill: Vec<Position>,
    /// Facts that scripts read, with their values at the time, by the names
    /// that scripts use.
    pub given: BTreeMap<String, String>,
    /// Proposals of campaigns, and their results.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub awards: Vec<Award>,
    /// Proposals of which less was given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cuts: Vec<Cut>,
    /// Rounding of each unit, which happens once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rounding: Vec<Rounded>,
    /// Campaigns for purchases that took no part in this one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_run: Vec<NotRun>,
    /// Costs of the rewards and vouchers given, as far as the programme declares them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub costs: Vec<Cost>,
}

/// Award: the proposal, and its result.
#[derive(Serialize, JsonSchema)]
pub struct Award {
    /// Campaign; empty if none.
    pub campaign: String,
    /// Unit.
    pub unit: String,
    /// Number of the line; 0 for the whole purchase.
    pub line: u16,
    /// Script's proposal.
    pub exact: String,
    /// Points awarded.
    pub amount: Figure,
    /// Part of them that filled the member's deficit.
    pub fills: Figure,
    /// Instant of expiry; empty if they do not expire.
    pub until: String,
    /// Last day on which they can be used.
    pub last_day: String,
    /// Reason, for the statement.
    pub why: String,
}

/// Proposal of which less was given.
#[derive(Serialize, JsonSchema)]
pub struct Cut {
    /// Campaign; empty for the programme's own limit.
    pub campaign: String,
    /// Unit.
    pub unit: String,
    /// Script's proposal.
    pub asked: String,
    /// Amount granted.
    pub granted: String,
    /// Limit, in words.
    pub by: &'static str,
}

/// Rounding of a unit.
#[derive(Serialize, JsonSchema)]
pub struct Rounded {
    /// Unit.
    pub unit: String,
    /// Sum of all proposals.
    pub exact: String,
    /// Points given in all.
    pub amount: Figure,
    /// Rule of rounding.
    pub how: String,
}

fn id_of(person: &Option<Operator>) -> String {
    person
        .as_ref()
        .map_or_else(String::new, |person| person.id.clone())
}

/// Explains an entry; `decided` is the programme that decided it, if any did.
pub fn explanation(
    view: &View<'_>,
    entry: &Entry,
    decided: Option<&dyn Policy>,
    costs: Vec<Cost>,
) -> Explanation {
    let head = &entry.head;
    let effects: Vec<_> = entry.effects.iter().map(|e| describe(entry, e)).collect();
    let (bill, not_run) = match (&entry.act, decided) {
        (Act::Purchase(purchase), Some(policy)) => (
            bill(view, purchase, &entry.effects),
            not_run(view, (entry, purchase), &effects, policy),
        ),
        _ => Default::default(),
    };
    Explanation {
        ok: true,
        told: view.told(entry),
        effective: view.at(head.effective),
        recorded: view.at(head.recorded_at()),
        day: head.day.to_string(),
        channel: head.origin.channel.name().into(),
        store: view.store(&head.origin.place),
        terminal: head.origin.terminal.clone(),
        operator: id_of(&head.origin.operator),
        approver: id_of(&head.origin.approver),
        is_history: head.origin.is_history,
        member: entry.member().map(|id| id.to_string()),
        corrects: None,
        corrected_as: None,
        programme: head.bundle,
        bill,
        given: decided.map_or_else(BTreeMap::new, |policy| given(entry, policy)),
        awards: effects.iter().filter_map(|e| award(view, e)).collect(),
        cuts: effects.iter().filter_map(|e| cut(view, e)).collect(),
        rounding: rounding(view, &effects, decided),
        not_run,
        costs,
    }
}

fn award(view: &View<'_>, effect: &Described<'_>) -> Option<Award> {
    let ((exact, fills), unit) = (effect.proposed?, effect.unit?);
    let end = |text: &dyn Fn(_) -> String| effect.expires.map_or_else(String::new, text);
    Some(Award {
        campaign: view.campaign(effect.campaign).unwrap_or_default(),
        unit: view.unit(unit),
        line: effect.lines.first().copied().unwrap_or(0),
        exact: exact.to_string(),
        amount: view.figure(unit, effect.amount?),
        fills: view.figure(unit, fills),
        until: end(&|at| view.at(at)),
        last_day: end(&|at| view.last_day(at)),
        why: effect.why.clone().into_owned(),
    })
}

fn cut(view: &View<'_>, effect: &Described<'_>) -> Option<Cut> {
    let (asked, granted, by) = effect.cut?;
    Some(Cut {
        campaign: view.campaign(effect.campaign).unwrap_or_default(),
        unit: view.unit(effect.unit?),
        asked: asked.to_string(),
        granted: granted.to_string(),
        by: limit(by),
    })
}

/// Sums of proposals by unit: each sum is rounded once.
fn rounding(
    view: &View<'_>,
    effects: &[Described<'_>],
    decided: Option<&dyn Policy>,
) -> Vec<Rounded> {
    let rounding = decided.unwrap_or(view.policy).programme().rounding;
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
        unit: view.unit(unit),
        exact: exact.normalize().to_string(),
        amount: view.figure(unit, amount),
        how: format!("{rounding:?}").to_lowercase(),
    });
    rounded.collect()
}

/// Values of the facts, by the names that scripts use.
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
        CutBy::PerHousehold => "the campaign's limit for each household",
        CutBy::AwardLimit => "the limit for one entry",
        CutBy::Best => "another campaign of its group gave more",
        CutBy::Stop => "a campaign before it stops the others",
        CutBy::HeldOut => "the member is held out, to compare with",
        CutBy::OutOfStock => "nothing was left of it",
        CutBy::Partner => "the partner does not take part",
    }
}

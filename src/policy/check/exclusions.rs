//! What excludes everything besides headers of campaigns: rewards that never pay, limits
//! of programme.toml, what scripts ask for and nothing makes.

use super::{Fault, judge_uses};
use crate::model::{Points, Programme, Reward, SpendLimit, Unit, UnitKind};
use crate::policy::diagnostic::{Diagnostic, Place, Severity, suggest_or};
use crate::policy::draft::Draft;
use crate::policy::manifest;
use crate::policy::source::{Form, Use, fields, labels, place};
use rhai::Map;
use std::collections::{BTreeMap, BTreeSet};

/// Labels that the scripts put on members; None if one of them is computed.
pub(in crate::policy) fn labels_given<'a>(
    drafts: impl Iterator<Item = &'a Draft>,
) -> Option<BTreeSet<String>> {
    drafts.flat_map(|draft| labels(&draft.uses)).collect()
}

/// Finds empty lists in the declarations of a file: they are no condition at all.
pub(in crate::policy) fn empty_lists(draft: &Draft) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for header in &draft.headers {
        let at = place(header.at);
        let places: BTreeMap<String, Place> = fields(&draft.ast, at).into_iter().collect();
        for path in empty_within(&header.map, "") {
            let at = places.get(&path).copied().unwrap_or(at);
            let message = format!("{path} is an empty list, which asks for nothing");
            let help = "name what it asks for, or leave the field out";
            found.push(Diagnostic::warning(&draft.file, at, message).help(help));
        }
    }
    found
}

/// Paths of the empty lists in a map.
fn empty_within(map: &Map, outer: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for (name, value) in map {
        let path = format!("{outer}{name}");
        if let Ok(map) = value.as_map_ref() {
            paths.extend(empty_within(&map, &format!("{path}.")));
        } else if value.as_array_ref().is_ok_and(|list| list.is_empty()) {
            paths.push(path);
        }
    }
    paths
}

/// Finds labels, memos and base points that a script asks for and nothing makes. Members
/// may have labels and memos from an earlier programme. `bases` are the units that base
/// campaigns give, if all are known.
pub(in crate::policy) fn unmade(
    draft: &Draft,
    uses: &[Use],
    labels: Option<&BTreeSet<String>>,
    bases: Option<&BTreeSet<&str>>,
) -> Vec<Diagnostic> {
    let calls = uses
        .iter()
        .filter(|each| matches!(each.form, Form::Function | Form::Method));
    let remembered = calls.clone().filter(|each| each.name == "remember");
    let memos: Option<BTreeSet<&str>> = remembered.map(Use::first_text).collect();
    judge_uses(Severity::Warning, &draft.file, calls, |each| {
        let text = each.last_text()?;
        match each.name.as_str() {
            "memo" => {
                let memos = memos.as_ref().filter(|memos| !memos.contains(text))?;
                let remedy = format!("write remember(\"{text}\", ..)");
                let message = format!("nothing in this file remembers '{text}'");
                Some((message, suggest_or(text, memos, remedy)))
            }
            "base" => bases.filter(|bases| !bases.contains(text)).map(|_| {
                let message = format!("no base campaign gives '{text}': this is always 0");
                let help = "write role: \"base\" in the header of the one that gives it";
                (message, help.into())
            }),
            "has_tag" => {
                let labels = labels.filter(|labels| !labels.contains(text));
                labels.map(|labels| unknown_label(text, labels))
            }
            _ => None,
        }
    })
}

/// Fault of a label that no script puts on anybody, and its remedy.
pub(super) fn unknown_label(tag: &str, labels: &BTreeSet<String>) -> Fault {
    let message = format!("no script puts the label '{tag}' on anybody");
    let remedy = format!("write tag(\"{tag}\") in a campaign");
    (message, suggest_or(tag, labels, remedy))
}

/// A fault that there may be: whether it is there, the fault, and the remedy.
type Possible = (bool, &'static str, &'static str);

fn first_of<const N: usize>(faults: [Possible; N]) -> Option<(&'static str, &'static str)> {
    let found = faults.into_iter().find(|(is_there, ..)| *is_there);
    found.map(|(_, message, help)| (message, help))
}

/// Finds rewards that nobody can have, or that pay nothing.
pub(in crate::policy) fn rewards(draft: &Draft, rewards: &[Reward]) -> Vec<Diagnostic> {
    let wrong = |reward: &Reward| {
        let (goods, barred) = (&reward.categories, &reward.not_for.categories);
        let (message, help) = first_of([
            (
                reward.value.is_some_and(|value| value.0 == 0),
                "pays 0",
                "write what it takes off a bill, or leave value out",
            ),
            (
                reward.stock == Some(0),
                "has a stock of 0: nobody can have it",
                "write how many there are, or leave stock out",
            ),
            (
                !goods.is_empty() && goods.iter().all(|one| barred.contains(one)),
                "is for goods that its not_for excludes",
                "take them out of not_for",
            ),
        ])?;
        let message = format!("'{}' {message}", reward.id);
        let at = format!("\"{}\"", reward.id);
        Some(Diagnostic::gap(&draft.file, &draft.text, &at, message).help(help))
    };
    rewards.iter().filter_map(wrong).collect()
}

/// Finds limits of programme.toml that let nothing through.
pub(in crate::policy) fn programme(text: &str, programme: &Programme) -> Vec<Diagnostic> {
    let told = |table: &str, number, message: &str, help: &str| {
        let id = programme.unit(number).map_or("", |unit| unit.id.as_str());
        let message = message.replace("{}", id);
        Diagnostic::gap(manifest::FILE, text, &format!("[{table}.{id}]"), message).help(help)
    };
    let spending = |limit: &SpendLimit| {
        let (message, help) = spend_fault(limit, programme.unit(limit.unit)?)?;
        Some(told("spend", limit.unit, message, help))
    };
    let limits = programme.award.iter().filter(|limit| limit.max.0 == 0);
    let limits = limits.map(|limit| {
        let help = "write the most that one entry may give";
        told(
            "limit",
            limit.unit,
            "a limit of 0: no {} is ever given",
            help,
        )
    });
    programme
        .spend
        .iter()
        .filter_map(spending)
        .chain(limits)
        .collect()
}

/// Fault of a limit on spending that leaves nothing to spend, and its remedy.
fn spend_fault(limit: &SpendLimit, unit: &Unit) -> Option<(&'static str, &'static str)> {
    let most = [limit.max, limit.max_day].into_iter().flatten().min();
    let is_above = |least: Points| most.is_some_and(|most| least > most);
    first_of([
        (
            unit.kind != UnitKind::Spendable,
            "'{}' is not spent by numbers: this limits nothing",
            "limit a unit of kind \"spendable\"",
        ),
        (
            is_above(limit.min),
            "min is above what may be spent at most: no {} can be spent",
            "write a smaller min",
        ),
        (
            is_above(limit.step),
            "one step is above what may be spent at most: no {} can be spent",
            "write a smaller step",
        ),
        (
            limit.bill_share == 0,
            "bill_share is 0: no {} pays on a bill",
            "write the part that it may pay, such as \"0.5\"",
        ),
    ])
}

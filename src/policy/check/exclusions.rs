//! Conditions and limits that exclude everything: campaigns that never give, rewards
//! that never pay, and what scripts ask for and nothing makes.

use super::expressions::number;
use crate::model::{
    Campaign, Cap, CostTo, Expiry, Hook, Last, Programme, Reward, SpendLimit, Trigger, Unit,
    UnitKind, WHOLE,
};
use crate::policy::diagnostic::{Diagnostic, Place, suggest};
use crate::policy::draft::Draft;
use crate::policy::manifest;
use crate::policy::source::{Argument, Form, Use, each_call, fields, labels, place};
use rhai::{Expr, Map};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// Labels that the scripts put on members; None if one of them is computed.
pub(in crate::policy) fn labels_given<'a>(
    drafts: impl Iterator<Item = &'a Draft>,
) -> Option<BTreeSet<String>> {
    drafts.flat_map(|draft| labels(&draft.uses)).collect()
}

/// Finds what keeps a campaign from ever giving anything.
pub(in crate::policy) fn campaign(
    draft: &Draft,
    campaign: &Campaign,
    programme: &Programme,
    labels: Option<&BTreeSet<String>>,
) -> Vec<Diagnostic> {
    let at = draft.headers.first().map_or((0, 0), |h| place(h.at));
    let unit = |number| programme.unit(number);
    let mut told: Vec<(Place, String, String)> = Vec::new();
    for cap in [
        &campaign.budget,
        &campaign.per_purchase,
        &campaign.per_member,
        &campaign.per_household,
    ]
    .into_iter()
    .flatten()
    {
        told.extend(unit(cap.unit).and_then(|unit| never_within(draft, cap, unit)));
    }
    told.extend(unpaid(campaign, programme).map(|(message, help)| (at, message, help.into())));
    if campaign.hold_out >= WHOLE {
        let help = "write less than \"100%\", or draft: true";
        let message = "hold_out leaves everybody out: it never gives anything";
        told.push((at, message.into(), help.into()));
    }
    told.extend(never_ends(draft, campaign, programme, at));
    let when = &campaign.when;
    for (field, texts) in [
        ("category", &when.categories),
        ("tag", &when.tags),
        ("code", &when.codes),
        ("channel", &when.channels),
    ] {
        let odd = texts
            .iter()
            .find(|text| text.trim() != *text || text.is_empty());
        told.extend(odd.map(|text| {
            let message = format!("when.{field} names '{text}', which nothing is ever called");
            (at, message, "write it without blanks at its ends".into())
        }));
    }
    if let (Some(target), Some(labels)) = (&campaign.target, labels) {
        let missing = target.tags.iter().find(|tag| !labels.contains(*tag));
        told.extend(missing.map(|tag| (at, no_label(tag), label_help(tag, labels))));
    }
    told.extend(unmet(campaign).map(|(hook, field)| {
        let message = format!(
            "when.{field} is never met in {}: it gives nothing there",
            hook.name()
        );
        let help = format!(
            "make {} a campaign of its own, without when.{field}",
            hook.name()
        );
        (at, message, help)
    }));
    told.extend(untold_of_day(draft, campaign));
    let warned = told
        .into_iter()
        .map(|(at, message, help)| Diagnostic::warning(&draft.file, at, message).help(help));
    warned.collect()
}

/// Stores in which nobody pays for a campaign that each store's partner pays for, and the
/// remedy.
fn unpaid(campaign: &Campaign, programme: &Programme) -> Option<(String, &'static str)> {
    if campaign.cost_to != Some(CostTo::Store) {
        return None;
    }
    let asked = &campaign.when.stores;
    let stores = programme.stores.iter();
    let stores = stores.filter(|store| asked.is_empty() || asked.contains(&store.id));
    let (unpaid, paid): (Vec<_>, Vec<_>) = stores.partition(|store| store.partner == 0);
    if paid.is_empty() {
        return Some((
            "cost_to is \"store\", and no [[store]] has a partner: it never gives anything".into(),
            "write partner = \"..\" under [[store]], or leave cost_to out",
        ));
    }
    let unpaid: Vec<&str> = unpaid.iter().map(|store| store.id.as_str()).collect();
    (!asked.is_empty() && !unpaid.is_empty()).then(|| {
        let message = format!(
            "cost_to is \"store\", and of when.store these have no partner, where it gives nothing: {}",
            unpaid.join(", ")
        );
        let help = "write partner = \"..\" under their [[store]], or take them out of when.store";
        (message, help)
    })
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

/// Conditions of a header that can never be met in one of its functions.
fn unmet(campaign: &Campaign) -> impl Iterator<Item = (Hook, &'static str)> {
    use Hook::{OnActivity, OnDay, OnEnrol, OnPurchase};
    let when = &campaign.when;
    let asked: [(&str, bool, &[Hook]); 9] = [
        (
            "activity",
            !when.activities.is_empty(),
            &[OnPurchase, OnEnrol, OnDay],
        ),
        (
            "category",
            !when.categories.is_empty(),
            &[OnActivity, OnEnrol, OnDay],
        ),
        ("tag", !when.tags.is_empty(), &[OnActivity, OnEnrol, OnDay]),
        (
            "code",
            !when.codes.is_empty(),
            &[OnActivity, OnEnrol, OnDay],
        ),
        (
            "minimum",
            when.minimum.is_some_and(|m| m.is_positive()),
            &[OnActivity, OnEnrol, OnDay],
        ),
        ("tier", !when.tiers.is_empty(), &[OnEnrol]),
        ("store", !when.stores.is_empty(), &[OnDay]),
        ("channel", !when.channels.is_empty(), &[OnDay]),
        ("hours", !when.hours.is_empty(), &[OnDay]),
    ];
    let asked = asked.into_iter().filter(|(_, is_asked, _)| *is_asked);
    let never = asked.flat_map(|(field, _, hooks)| hooks.iter().map(move |hook| (*hook, field)));
    never.filter(|(hook, _)| campaign.hooks.contains(hook))
}

/// A limit that gives all or nothing, below the least that the script ever awards.
fn never_within(draft: &Draft, cap: &Cap, unit: &Unit) -> Option<(Place, String, String)> {
    if cap.last != Last::None {
        return None;
    }
    let most = unit.decimal(cap.points);
    let least = awards(draft, &unit.id)?
        .into_iter()
        .min_by_key(|(_, amount)| *amount)?;
    let (at, amount) = least;
    let is_never = amount > most && most > Decimal::ZERO;
    is_never.then(|| {
        let id = &unit.id;
        let message = format!("{amount} {id} never fit into a limit of {most} with last: \"none\"");
        let help = "write a greater limit, or last: \"part\" to give what is left of it";
        (at, message, help.into())
    })
}

/// Amounts of a unit that a file awards, with their places; None if one is no number.
fn awards(draft: &Draft, unit: &str) -> Option<Vec<(Place, Decimal)>> {
    let mut found = Some(Vec::new());
    each_call(&draft.ast, |call, at| {
        if call.name != "award" {
            return;
        }
        let amount = match &call.args[..] {
            [Expr::StringConstant(named, _), ..] if named != unit => return,
            [Expr::StringConstant(..), amount, ..] => number(amount),
            _ => None,
        };
        found = found.take().zip(amount).map(|(mut all, amount)| {
            all.push((at, amount));
            all
        });
    });
    found
}

/// A campaign about the end of points that have none.
fn never_ends(
    draft: &Draft,
    campaign: &Campaign,
    programme: &Programme,
    at: Place,
) -> Option<(Place, String, String)> {
    let Some(Trigger::Expiring { unit, .. }) = &campaign.trigger else {
        return None;
    };
    let unit = programme.unit(*unit)?;
    let has_own_end = draft.uses.iter().any(|each| each.name == "expires");
    let ends = unit.expires != Expiry::Never || unit.inactivity.is_some() || has_own_end;
    let message = match unit.kind {
        UnitKind::Qualifying => format!("'{}' is only counted: none of it expires", unit.id),
        _ if !ends => format!("'{}' never expires by itself", unit.id),
        _ => return None,
    };
    let help = format!(
        "write expires = {{ .. }} under [unit.{}], or take the file away",
        unit.id
    );
    Some((at, message, help))
}

/// Facts of a day that its trigger does not tell.
fn untold_of_day(draft: &Draft, campaign: &Campaign) -> Option<(Place, String, String)> {
    let trigger = campaign.trigger.as_ref()?;
    let is_untold = |each: &&Use| {
        let is_of_day = each.form == Form::Property && each.owner.as_deref() == Some("day");
        let is_told = match each.name.as_str() {
            "points" | "last" => matches!(trigger, Trigger::Expiring { .. }),
            "years" => matches!(trigger, Trigger::FirstPurchase | Trigger::Enrolment),
            _ => true,
        };
        is_of_day && !is_told
    };
    let found = draft.uses.iter().find(is_untold)?;
    let help = match found.name.as_str() {
        "years" => "it is told with on_day: #{ anniversary: \"first purchase\" }",
        _ => "it is told with on_day: #{ expiring: \"7 days\", unit: \"star\" }",
    };
    let message = format!(
        "day.{} tells nothing on the days of this campaign",
        found.name
    );
    Some((found.place, message, help.into()))
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
    let calls = |name: &'static str| {
        let calls = uses.iter().filter(move |each| {
            each.name == name && matches!(each.form, Form::Function | Form::Method)
        });
        calls.map(|each| (each, text_of(each)))
    };
    let mut found = Vec::new();
    let memos: Option<BTreeSet<String>> = calls("remember").map(|(_, text)| text).collect();
    if let Some(memos) = &memos {
        let missing = calls("memo").filter_map(|(each, text)| {
            let key = text.filter(|key| !memos.contains(key))?;
            let known: Vec<&str> = memos.iter().map(String::as_str).collect();
            let message = format!("nothing in this file remembers '{key}'");
            let help = match known.is_empty() {
                true => format!("write remember(\"{key}\", ..)"),
                false => suggest(&key, &known),
            };
            Some(Diagnostic::warning(&draft.file, each.place, message).help(help))
        });
        found.extend(missing);
    }
    if let Some(bases) = bases {
        let missing = calls("base").filter_map(|(each, text)| {
            let unit = text.filter(|unit| !bases.contains(unit.as_str()))?;
            let message = format!("no base campaign gives '{unit}': this is always 0");
            let help = "write role: \"base\" in the header of the one that gives it";
            Some(Diagnostic::warning(&draft.file, each.place, message).help(help))
        });
        found.extend(missing);
    }
    if let Some(labels) = labels {
        let missing = calls("has_tag").filter_map(|(each, text)| {
            let tag = text.filter(|tag| !labels.contains(tag))?;
            let help = label_help(&tag, labels);
            Some(Diagnostic::warning(&draft.file, each.place, no_label(&tag)).help(help))
        });
        found.extend(missing);
    }
    found
}

/// The text that a call names last.
fn text_of(each: &Use) -> Option<String> {
    let argument = match each.name.as_str() {
        "remember" => each.arguments.first(),
        _ => each.arguments.last(),
    };
    match argument {
        Some(Argument::Text(text)) => Some(text.clone()),
        _ => None,
    }
}

fn no_label(tag: &str) -> String {
    format!("no script puts the label '{tag}' on anybody")
}

fn label_help(tag: &str, labels: &BTreeSet<String>) -> String {
    match labels.is_empty() {
        true => format!("write tag(\"{tag}\") in a campaign"),
        false => suggest(tag, &labels.iter().map(String::as_str).collect::<Vec<_>>()),
    }
}

/// Finds rewards that nobody can have, or that pay nothing.
pub(in crate::policy) fn rewards(draft: &Draft, rewards: &[Reward]) -> Vec<Diagnostic> {
    let wrong = |reward: &Reward| {
        let barred = &reward.not_for.categories;
        let (message, help) = if reward.value.is_some_and(|value| value.0 == 0) {
            (
                "pays 0",
                "write what it takes off a bill, or leave value out",
            )
        } else if reward.stock == Some(0) {
            (
                "has a stock of 0: nobody can have it",
                "write how many there are, or leave stock out",
            )
        } else if !reward.categories.is_empty()
            && reward.categories.iter().all(|c| barred.contains(c))
        {
            (
                "is for goods that its not_for excludes",
                "take them out of not_for",
            )
        } else {
            return None;
        };
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
    let is_above = |least: crate::model::Points| most.is_some_and(|most| least > most);
    if unit.kind != UnitKind::Spendable {
        return Some((
            "'{}' is not spent by numbers: this limits nothing",
            "limit a unit of kind \"spendable\"",
        ));
    }
    if is_above(limit.min) {
        return Some((
            "min is above what may be spent at most: no {} can be spent",
            "write a smaller min",
        ));
    }
    if is_above(limit.step) {
        return Some((
            "one step is above what may be spent at most: no {} can be spent",
            "write a smaller step",
        ));
    }
    (limit.bill_share == 0).then_some((
        "bill_share is 0: no {} pays on a bill",
        "write the part that it may pay, such as \"0.5\"",
    ))
}

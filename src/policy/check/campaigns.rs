//! Headers of campaigns that let nothing through, or whose fields apply to nothing.

use super::Fault;
use super::channels::{CHANNELS, misspelt};
use super::exclusions::unknown_label;
use super::expressions::number;
use super::reach::given;
use crate::model::{
    Campaign, Cap, CostTo, Expiry, Hook, Last, Programme, Trigger, Unit, UnitKind, WHOLE,
};
use crate::policy::diagnostic::{Diagnostic, Place, place_of};
use crate::policy::draft::Draft;
use crate::policy::source::{Form, Use, each_call, place};
use rhai::Expr;
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// Finds what keeps a campaign from ever giving anything, and fields of its header that
/// apply to nothing. `labels` are those that scripts give, if all are known.
pub(in crate::policy) fn campaign(
    draft: &Draft,
    campaign: &Campaign,
    programme: &Programme,
    labels: Option<&BTreeSet<String>>,
) -> Vec<Diagnostic> {
    let at = draft.headers.first().map_or((0, 0), |h| place(h.at));
    let mut header: Vec<Fault> = Vec::new();
    let mut placed: Vec<(Place, Fault)> = Vec::new();
    let units = given(&draft.uses);
    for cap in caps(campaign) {
        if let Some(unit) = programme.unit(cap.unit) {
            header.extend(limit_of_zero(cap, unit));
            header.extend(not_given("a limit of", unit, units.as_deref()));
            placed.extend(never_within(draft, cap, unit));
        }
    }
    let judged = campaign.pause_when.as_ref().and_then(|when| when.unit);
    let judged = judged.and_then(|unit| programme.unit(unit));
    header.extend(judged.and_then(|unit| not_given("pause_when counts", unit, units.as_deref())));
    header.extend(idle(campaign));
    header.extend(unpaid(campaign, programme));
    header.extend(never_ends(draft, campaign, programme));
    header.extend(nameless(campaign));
    if let (Some(target), Some(labels)) = (&campaign.target, labels) {
        let missing = target.tags.iter().find(|tag| !labels.contains(*tag));
        header.extend(missing.map(|tag| unknown_label(tag, labels)));
    }
    header.extend(unmet(campaign));
    placed.extend(untold_of_day(draft, campaign));
    placed.extend(campaign.when.channels.iter().filter_map(|channel| {
        let fault = misspelt("channel", channel, CHANNELS)?;
        Some((place_of(&draft.text, &format!("\"{channel}\"")), fault))
    }));
    let header = header.into_iter().map(|fault| (at, fault));
    let found = header
        .chain(placed)
        .map(|(at, (message, help))| Diagnostic::warning(&draft.file, at, message).help(help));
    found.collect()
}

/// All limits of a campaign.
fn caps(campaign: &Campaign) -> impl Iterator<Item = &Cap> {
    let all = [
        &campaign.budget,
        &campaign.per_purchase,
        &campaign.per_member,
        &campaign.per_household,
    ];
    all.into_iter().flatten()
}

fn limit_of_zero(cap: &Cap, unit: &Unit) -> Option<Fault> {
    (cap.points.0 == 0).then(|| {
        let message = format!("a limit of 0 {}: nothing is ever given", unit.id);
        let help = "write the most that may be given, or draft: true";
        (message, help.into())
    })
}

/// A field about a unit that the campaign does not give, if all that it gives are known.
fn not_given(field: &str, unit: &Unit, given: Option<&[&str]>) -> Option<Fault> {
    let given = given.filter(|given| !given.contains(&unit.id.as_str()))?;
    let message = format!("{field} {}, but the campaign gives none of it", unit.id);
    Some((message, format!("it gives: {}", given.join(", "))))
}

/// Fields that mean nothing beside the others, or leave nothing.
fn idle(campaign: &Campaign) -> impl Iterator<Item = Fault> {
    let has_activities = !campaign.when.activities.is_empty();
    let faults = [
        (
            campaign.per_referrer.is_some() && !campaign.has_refer,
            "per_referrer, but nothing is given by refer(..)",
            "write refer(unit, amount, why) in a function",
        ),
        (
            has_activities && !campaign.hooks.contains(&Hook::OnActivity),
            "when.activity, but there is no on_activity",
            "write fn on_activity(activity, member)",
        ),
        (
            campaign.hold_out >= WHOLE,
            "hold_out leaves everybody out: it never gives anything",
            "write less than \"100%\", or draft: true",
        ),
    ];
    let found = faults.into_iter().filter(|(is_there, ..)| *is_there);
    found.map(|(_, message, help)| (message.into(), help.into()))
}

/// Conditions that name something which nothing is ever called.
fn nameless(campaign: &Campaign) -> impl Iterator<Item = Fault> {
    let when = &campaign.when;
    let fields = [
        ("category", &when.categories),
        ("tag", &when.tags),
        ("code", &when.codes),
        ("channel", &when.channels),
    ];
    fields.into_iter().filter_map(|(field, texts)| {
        let odd = |text: &&String| text.trim() != *text || text.is_empty();
        let text = texts.iter().find(odd)?;
        let message = format!("when.{field} names '{text}', which nothing is ever called");
        Some((message, "write it without blanks at its ends".into()))
    })
}

/// Stores in which nobody pays for a campaign that each store's partner pays for, and the
/// remedy.
fn unpaid(campaign: &Campaign, programme: &Programme) -> Option<Fault> {
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
            "write partner = \"..\" under [[store]], or leave cost_to out".into(),
        ));
    }
    let unpaid: Vec<&str> = unpaid.iter().map(|store| store.id.as_str()).collect();
    (!asked.is_empty() && !unpaid.is_empty()).then(|| {
        let message = format!(
            "cost_to is \"store\", and of when.store these have no partner, where it gives nothing: {}",
            unpaid.join(", ")
        );
        let help = "write partner = \"..\" under their [[store]], or take them out of when.store";
        (message, help.into())
    })
}

/// Functions in which nothing is bought.
const WITHOUT_GOODS: &[Hook] = &[Hook::OnActivity, Hook::OnEnrol, Hook::OnDay];
/// Conditions, each with the functions in which it is never met.
const NEVER_MET: [(&str, &[Hook]); 9] = [
    ("activity", &[Hook::OnPurchase, Hook::OnEnrol, Hook::OnDay]),
    ("category", WITHOUT_GOODS),
    ("tag", WITHOUT_GOODS),
    ("code", WITHOUT_GOODS),
    ("minimum", WITHOUT_GOODS),
    ("tier", &[Hook::OnEnrol]),
    ("store", &[Hook::OnDay]),
    ("channel", &[Hook::OnDay]),
    ("hours", &[Hook::OnDay]),
];

/// Conditions of a header that can never be met in one of its functions.
fn unmet(campaign: &Campaign) -> impl Iterator<Item = Fault> {
    let asked: Vec<&str> = campaign.when.asked().collect();
    let asked = NEVER_MET.iter().filter(move |row| asked.contains(&row.0));
    let never = asked.flat_map(|(field, hooks)| hooks.iter().map(move |hook| (hook, field)));
    let never = never.filter(|(hook, _)| campaign.hooks.contains(hook));
    never.map(|(hook, field)| {
        let name = hook.name();
        let message = format!("when.{field} is never met in {name}: it gives nothing there");
        let help = format!("make {name} a campaign of its own, without when.{field}");
        (message, help)
    })
}

/// A limit that gives all or nothing, below the least that the script ever awards.
fn never_within(draft: &Draft, cap: &Cap, unit: &Unit) -> Option<(Place, Fault)> {
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
        (at, (message, help.into()))
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
fn never_ends(draft: &Draft, campaign: &Campaign, programme: &Programme) -> Option<Fault> {
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
    Some((message, help))
}

/// Facts of a day that its trigger does not tell.
fn untold_of_day(draft: &Draft, campaign: &Campaign) -> Option<(Place, Fault)> {
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
    Some((found.place, (message, help.into())))
}

//! Names that scripts use, compared with the existing ones.

use super::{Fault, judge_uses};
use crate::model::{Campaign, Hook, Programme, Unit, UnitKind, WEEKDAYS};
use crate::policy::diagnostic::{Diagnostic, Severity, nearest, place_of, suggest, suggest_or};
use crate::policy::host::names::{self as host, ValueKind};
use crate::policy::known::Known;
use crate::policy::source::{Argument, Form, Use};
use rhai::AST;
use std::collections::BTreeSet;

/// Finds functions, methods and properties that do not exist. The language
/// reports them only when it reaches them, which is too late at a till.
pub(in crate::policy) fn names(file: &str, uses: &[Use], ast: &AST) -> Vec<Diagnostic> {
    let own: Vec<(&str, usize)> = ast
        .iter_functions()
        .map(|f| (f.name, f.params.len()))
        .collect();
    judge_uses(Severity::Error, file, uses, |each| match each.form {
        Form::Function => function(each, each.arguments.len(), &own),
        Form::Method => method(each, &own),
        Form::Property => property(each),
        Form::Assigned => assigned(each),
        _ => None,
    })
}

/// Name of the call that the language inserts if a closure uses a variable from
/// outside. A script cannot write it.
const CAPTURE: &str = "curry";

fn captured(each: &Use) -> Fault {
    let names = each.arguments.iter().filter_map(|argument| match argument {
        Argument::Variable(name) => Some(format!("'{name}'")),
        _ => None,
    });
    let names: Vec<String> = names.collect();
    (
        format!(
            "a function |..| cannot use {} from outside of it, only its own parameters",
            names.join(" and ")
        ),
        "write a loop instead, such as for x in list { if x > limit { found.push(x); } }; \
         a constant at the top of the file is seen as global::NAME"
            .into(),
    )
}

fn function(each: &Use, count: usize, own: &[(&str, usize)]) -> Option<Fault> {
    let name = each.name.as_str();
    if name == CAPTURE {
        return Some(captured(each));
    }
    let mine = own
        .iter()
        .filter(|(known, _)| *known == name)
        .map(|(_, count)| *count);
    let mut possible: Vec<usize> = mine.collect();
    possible.extend(host::arguments(name).into_iter().flatten());
    if possible.contains(&count) {
        return None;
    }
    if possible.is_empty() {
        return Some((format!("there is no function '{name}'"), instead(name, own)));
    }
    let counts: Vec<String> = possible.iter().map(usize::to_string).collect();
    let message = format!(
        "{name}(..) takes {} arguments, not {count}",
        counts.join(" or ")
    );
    let help = host::function(name).map(|f| host::signature(name, &f.2));
    Some((message, help.unwrap_or_default()))
}

fn instead(name: &str, own: &[(&str, usize)]) -> String {
    if matches!(name, "round" | "round_half_up" | "rounded") {
        return "say where a half goes: half_up, half_even, floor or ceil".into();
    }
    let all = host::functions();
    let known = all.iter().copied().chain(own.iter().map(|(name, _)| *name));
    let found = nearest(name, known);
    found.map_or_else(String::new, |name| format!("did you mean '{name}'?"))
}

fn method(each: &Use, own: &[(&str, usize)]) -> Option<Fault> {
    let count = each.arguments.len();
    if own.contains(&(each.name.as_str(), count)) {
        return None;
    }
    match owner(each) {
        Some(kind) => method_of(each, kind),
        // The value before the dot is the first argument.
        None => function(each, count + 1, own),
    }
}

fn owner(each: &Use) -> Option<&'static ValueKind> {
    host::kind(each.owner.as_deref()?)
}

fn method_of(each: &Use, kind: &ValueKind) -> Option<Fault> {
    let (name, owner) = (&each.name, kind.name);
    match kind.method(name) {
        Some((_, parameters, _)) if parameters.len() == each.arguments.len() => None,
        Some((_, parameters, _)) => Some((
            format!(
                "{owner}.{name}(..) takes {} arguments, not {}",
                parameters.len(),
                each.arguments.len()
            ),
            host::signature(name, parameters),
        )),
        None if kind.property(name).is_some() => Some((
            format!("{owner}.{name} is no function"),
            format!("write {owner}.{name} without brackets"),
        )),
        None => Some(missing(name, kind)),
    }
}

fn property(each: &Use) -> Option<Fault> {
    let kind = owner(each)?;
    let (name, owner) = (&each.name, kind.name);
    if kind.property(name).is_some() {
        return None;
    }
    if kind.method(name).is_some() {
        let message = format!("{owner}.{name} needs an argument");
        return Some((message, format!("write {owner}.{name}(\"..\")")));
    }
    Some(missing(name, kind))
}

fn assigned(each: &Use) -> Option<Fault> {
    let kind = owner(each)?;
    let message = format!("{}.{} cannot be changed", kind.name, each.name);
    Some((
        message,
        "facts are only read; keep a result with let".into(),
    ))
}

/// Fault of a name that is no property and no method of a kind of value.
pub(super) fn missing(name: &str, kind: &ValueKind) -> Fault {
    let message = format!("{} has no '{name}'", kind.name);
    (message, suggest(name, kind.names()))
}

/// Finds the hooks among a file's functions, and functions that only look like one.
pub(in crate::policy) fn hooks(
    file: &str,
    text: &str,
    ast: &AST,
    possible: &[Hook],
) -> (Vec<Hook>, Vec<Diagnostic>) {
    let mut hooks = Vec::new();
    let mut found = Vec::new();
    for function in ast.iter_functions() {
        if !function.name.starts_with("on_") && function.name != Hook::Qualify.name() {
            continue;
        }
        match hook(function.name, &function.params, possible) {
            Ok(hook) => hooks.push(hook),
            Err((message, help)) => {
                // The syntax tree does not have the place, so its text is searched.
                let place = place_of(text, &format!("fn {}", function.name));
                found.push(Diagnostic::error(file, place, message).help(help));
            }
        }
    }
    hooks.sort();
    (hooks, found)
}

fn hook(name: &str, own: &[&str], possible: &[Hook]) -> Result<Hook, Fault> {
    let help = || suggest(name, possible.iter().map(|hook| hook.name()));
    let Some(hook) = Hook::ALL.into_iter().find(|h| h.name() == name) else {
        return Err((format!("nothing calls a function '{name}'"), help()));
    };
    if !possible.contains(&hook) {
        return Err((format!("{name} is not called in this file"), help()));
    }
    let parameters = parameters(hook);
    let signature = format!("fn {name}({})", parameters.join(", "));
    let moved = own.iter().enumerate().find(|(n, own)| {
        let known = parameters.iter().position(|known| known == *own);
        known.is_some_and(|known| known != *n)
    });
    if let (Some((_, moved)), true) = (moved, parameters.len() == own.len()) {
        let message = format!("{name}: '{moved}' stands in another's place");
        return Err((message, format!("write {signature}")));
    }
    if parameters.len() != own.len() {
        let message = format!("{name} is called with {} arguments", parameters.len());
        return Err((message, format!("write {signature}")));
    }
    Ok(hook)
}

pub(super) fn parameters(hook: Hook) -> &'static [&'static str] {
    match hook {
        Hook::OnPurchase | Hook::OnReturn => &["purchase", "member"],
        Hook::OnRedeem => &["redemption", "member"],
        Hook::OnActivity => &["activity", "member"],
        Hook::OnDay => &["day", "member"],
        Hook::OnReview => &["figures"],
        _ => &["member"],
    }
}

/// Finds units, purposes, tiers, stores and weekdays that a script names and
/// the programme lacks.
pub(in crate::policy) fn literals(file: &str, uses: &[Use], known: &Known) -> Vec<Diagnostic> {
    judge_uses(Severity::Error, file, uses, |each| {
        let (name, text) = compared(each).or_else(|| named(each))?;
        let (what, possible) = possible(name, known)?;
        if possible.contains(&text) {
            return uncountable(name, text, known);
        }
        let message = format!("there is no {what} '{text}' in this programme");
        Some((message, suggest(text, &possible)))
    })
}

/// Fault of an award in a unit that is given one by one, not in numbers.
fn uncountable(name: &str, text: &str, known: &Known) -> Option<Fault> {
    if !matches!(name, "award" | "refer") {
        return None;
    }
    let unit = known.programme.units.iter().find(|u| u.id == text)?;
    let help = match unit.kind {
        UnitKind::Voucher => format!("write issue(\"{text}\", why)"),
        UnitKind::Pass => format!("write grant(\"{text}\", until, why)"),
        _ => return None,
    };
    let message = format!("'{text}' is given one by one: {name}(..) of it fails at the till");
    Some((message, help))
}

/// Finds parameters that a campaign's script names and its header does not declare.
pub(in crate::policy) fn own(file: &str, uses: &[Use], campaign: &Campaign) -> Vec<Diagnostic> {
    let known: Vec<&str> = campaign.tunable.iter().map(|t| t.name.as_str()).collect();
    judge_uses(Severity::Error, file, uses, |each| {
        let name = each.first_text().filter(|name| !known.contains(name))?;
        let remedy = format!("write tunable: #{{ {name}: #{{ min: 1, max: 2 }} }}");
        let help = suggest_or(name, &known, remedy);
        let message = format!("the header declares no tunable '{name}'");
        each.is_call_of(&["tune", "tuned"])
            .then_some((message, help))
    })
}

/// Finds facts and proposals of a campaign for everybody that need a member, if
/// its script never asks whether there is one.
pub(in crate::policy) fn everybody(
    file: &str,
    uses: &[Use],
    campaign: &Campaign,
) -> Vec<Diagnostic> {
    let asks = uses.iter().any(|each| each.name == "is_known");
    if !campaign.is_for_everybody || asks {
        return Vec::new();
    }
    judge_uses(Severity::Error, file, uses, |each| {
        let is_fact = match each.form {
            Form::Property => host::property_fact(&each.name).is_some(),
            Form::Method | Form::Function => host::is_fact_method(&each.name),
            _ => false,
        };
        (is_fact || each.is_call_of(&OF_MEMBERS)).then(|| {
            let message = format!(
                "{} needs a member, and a sale for: \"everybody\" may have none",
                each.name
            );
            (message, "ask first: if member.is_known { .. }".into())
        })
    })
}

/// Functions that propose something about a member.
const OF_MEMBERS: [&str; 8] = [
    "remember", "forget", "tag", "untag", "message", "refer", "grant", "benefit",
];

/// Finds campaigns that a script asks for targets, and that choose none.
pub(in crate::policy) fn targets(file: &str, uses: &[Use], all: &[&Campaign]) -> Vec<Diagnostic> {
    let choosing = all.iter().filter(|c| c.target.is_some());
    let known: Vec<&str> = choosing.map(|c| c.id.as_str()).collect();
    judge_uses(Severity::Error, file, uses, |each| {
        let id = each.last_text().filter(|id| !known.contains(id))?;
        let message = format!("there is no campaign '{id}' with `target` in its header");
        (each.name == "is_targeted").then(|| (message, suggest(id, &known)))
    })
}

/// Finds uses of `member.rfm` without `[rfm]`, which would always be `()`.
pub(in crate::policy) fn unset(file: &str, uses: &[Use], programme: &Programme) -> Vec<Diagnostic> {
    judge_uses(Severity::Error, file, uses, |each| {
        let is_score = each.owner.as_deref() == Some("member") && each.is_property(&["rfm"]);
        (is_score && programme.rfm.is_none()).then(|| {
            let message = "member.rfm needs the bounds of [rfm] in programme.toml";
            let help =
                "write [rfm] with recency = [30, 90], frequency = [2, 5], monetary = [\"100\"]";
            (message.into(), help.into())
        })
    })
}

/// A property compared with a literal text: `member.tier == "gold"`.
fn compared(each: &Use) -> Option<(&str, &str)> {
    if each.form != Form::Operator || !matches!(each.name.as_str(), "==" | "!=") {
        return None;
    }
    match &each.arguments[..] {
        [Argument::Named(name), Argument::Text(text)]
        | [Argument::Text(text), Argument::Named(name)]
            if matches!(
                name.as_str(),
                "tier" | "store" | "weekday" | "terminal" | "partner" | "unit" | "reward"
            ) || (matches!(name.as_str(), "id" | "label")
                && each.owner.as_deref() == Some("activity")) =>
        {
            Some((name, text))
        }
        _ => None,
    }
}

/// A call with a literal text: `award("star", ..)`.
fn named(each: &Use) -> Option<(&str, &str)> {
    Some((&each.name, literal(each)?.text()?))
}

/// The argument that refers to a declaration of the programme.
fn literal(each: &Use) -> Option<&Argument> {
    match (each.form, each.name.as_str()) {
        (
            Form::Function,
            "award" | "refer" | "issue" | "grant" | "benefit" | "contribute" | "take_back",
        )
        | (Form::Method, _) => each.arguments.first(),
        (Form::Function, _) => each.arguments.get(1),
        _ => None,
    }
}

/// A kind of name, and the names that the programme declares.
type Declared<'a> = Option<(&'static str, Vec<&'a str>)>;

fn declared<'a, T>(what: &'static str, all: &'a [T], id: fn(&'a T) -> &'a str) -> Declared<'a> {
    Some((what, all.iter().map(id).collect()))
}

/// The names that a function or a comparison with a fact can name; None if any will do.
fn possible<'a>(name: &str, known: &'a Known) -> Declared<'a> {
    let programme = known.programme;
    let units = |what, is_it: fn(&Unit) -> bool| {
        let units = programme.units.iter().filter(|unit| is_it(unit));
        Some((what, units.map(|unit| unit.id.as_str()).collect()))
    };
    let activities = &programme.activities;
    match name {
        "award" | "refer" | "base" | "earned" | "take_back" | "given" | "unit" => {
            units("unit", |_| true)
        }
        "issue" => units("voucher", |unit| unit.kind == UnitKind::Voucher),
        "balance" => units("spendable unit", |unit| unit.kind != UnitKind::Qualifying),
        "qualifying" => units("qualifying unit", |unit| unit.kind == UnitKind::Qualifying),
        "has_pass" | "pass_uses" | "pass_promise" | "grant" | "benefit" => {
            units("pass", |unit| unit.kind == UnitKind::Pass)
        }
        "contribute" => declared("pool", &programme.pools, |pool| &pool.id),
        "tier" | "tier_at_least" => declared("tier", known.tiers.as_ref()?, |name| name),
        // Without a reward points are spent as such.
        "reward" if !known.rewards.is_empty() => {
            with_none(declared("reward", &known.rewards, |id| id))
        }
        "attribute" => declared("attribute", &programme.attributes, |one| &one.id),
        "activities" | "id" => declared("activity", activities, |one| &one.id),
        "label" => {
            let codes = activities.iter().flat_map(|a| &a.codes);
            let labels: BTreeSet<&str> = codes.map(|code| code.1.as_str()).collect();
            with_none(Some(("code labelled", labels.into_iter().collect())))
        }
        "field" => {
            let fields = activities.iter().flat_map(|a| &a.fields);
            Some(("field", fields.map(|f| f.name.as_str()).collect()))
        }
        "consents" => declared("purpose", &programme.purposes, |(_, text)| text),
        _ => places(name, programme),
    }
}

/// The same names, or none: an empty text.
fn with_none(declared: Declared<'_>) -> Declared<'_> {
    let (what, mut names) = declared?;
    names.push("");
    Some((what, names))
}

/// Kind of name in a property of a purchase, and the names that the programme
/// declares; None if any name will do.
pub(super) fn places<'a>(name: &str, programme: &'a Programme) -> Declared<'a> {
    let stores = &programme.stores;
    match name {
        "weekday" => Some(("day of the week", WEEKDAYS.to_vec())),
        "partner" => with_none(declared("partner", &programme.partners, |one| &one.id)),
        "terminal" => {
            let terminals = stores.iter().flat_map(|s| &s.terminals);
            let terminals = terminals.map(String::as_str).collect();
            let is_closed = !stores.is_empty() && stores.iter().all(|s| !s.terminals.is_empty());
            with_none(is_closed.then_some(("terminal", terminals)))
        }
        // If the programme declares no stores, any name will do.
        "store" if !stores.is_empty() => declared("store", stores, |store| &store.id),
        _ => None,
    }
}

//! Fields of activities: texts are parsed as the programme declares them, and
//! secrets become hashes before anything is looked up or stored. An activity that names a
//! message of the outbox is its recipient's, and takes over what the message says.

use crate::command::Activity;
use crate::engine::reading::outbox::MessageFacts;
use crate::engine::staging::name_resolver::NameResolver;
use crate::engine::stop::{Stop, no};
use crate::model::{self, Act, ActivityField, Code, FieldKind, NameKind, Programme, Value};
use crate::policy::code_hash;

/// Converts an activity to an act: names to numbers, texts to values.
pub(in crate::engine) fn act(names: &NameResolver<'_>, given: &Activity) -> Result<Act, Stop> {
    let known = &names.programme.activities;
    let ids = known.iter().map(|a| a.id.as_str()).collect();
    let (kind, code) = (NameKind::Activity, Code::UnknownActivity);
    let number = names.number(kind, &given.activity, code, ids)?;
    let Some(activity) = known.iter().find(|a| a.number == number) else {
        return no(code, "activity: the programme has none of that name");
    };
    let mut fields = Vec::with_capacity(given.fields.len());
    for (name, text) in &given.fields {
        fields.push(field(activity, name, text)?);
    }
    Ok(Act::Activity {
        activity: number,
        fields,
        by: given.by,
    })
}

/// The activity with those of the message's facts that the programme declares as fields
/// and the sender left out.
pub(in crate::engine) fn with_facts(
    programme: Option<&Programme>,
    activity: &Activity,
    found: MessageFacts,
) -> Activity {
    let known = programme.into_iter().flat_map(|p| &p.activities);
    let declared = known.into_iter().find(|a| a.id == activity.activity);
    let mut filled = Activity {
        message: String::new(),
        ..activity.clone()
    };
    for (name, value) in [
        ("message", activity.message.clone()),
        ("campaign", found.campaign),
        ("template", found.template),
    ] {
        let is_declared = declared.is_some_and(|declared| declared.field(name).is_some());
        if is_declared && !filled.fields.iter().any(|(given, _)| given == name) {
            filled.fields.push((name.into(), value));
        }
    }
    filled
}

fn field(activity: &model::Activity, name: &str, text: &str) -> Result<(String, Value), Stop> {
    let Some(field) = activity.field(name) else {
        let known: Vec<&str> = activity.fields.iter().map(|f| f.name.as_str()).collect();
        let known = match known.is_empty() {
            true => "none".into(),
            false => known.join(", "),
        };
        let detail = format!(
            "fields: {} has no field '{name}'; it has {known}",
            activity.id
        );
        return no(Code::BadInput, detail);
    };
    match value(field, text) {
        Some(value) => Ok((activity.stored_name(name), value)),
        // A secret never gets here: any text is a possible one.
        None => no(
            Code::BadInput,
            format!("fields.{name}: '{text}' is not {}", kind_text(field.kind)),
        ),
    }
}

fn value(field: &ActivityField, text: &str) -> Option<Value> {
    match field.kind {
        FieldKind::Secret => Some(Value::Text(code_hash(text))),
        _ => field.read(text),
    }
}

fn kind_text(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Text => "a text",
        FieldKind::Secret => "a code",
        FieldKind::Whole => "a whole number",
        FieldKind::Decimal => "a decimal number such as 5.2",
        FieldKind::Bool => "yes or no",
        FieldKind::Day => "a date such as 2026-01-10",
    }
}

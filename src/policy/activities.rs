//! `[activity.run]`: activities of members other than purchases.

use super::diagnostic::{suggest, suggest_word};
use super::fields::Fields;
use super::setting::Value;
use super::words::{self, WordKind};
use crate::model::{Activity, ActivityField, FieldKind, NameKind, Names, Number};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Terms of a field, by name.
type FieldTerms = BTreeMap<String, Value>;

/// Most fields of an activity.
const FIELDS_MAX: usize = 16;

const KINDS: [(&str, FieldKind); 6] = [
    ("text", FieldKind::Text),
    ("whole", FieldKind::Whole),
    ("decimal", FieldKind::Decimal),
    ("yes or no", FieldKind::Bool),
    ("date", FieldKind::Day),
    ("secret", FieldKind::Secret),
];

pub(super) fn read(
    root: &mut Fields,
    names: &mut Names,
    purposes: &[(Number, String)],
) -> Vec<Activity> {
    let all = root.tables("activity").into_iter();
    all.map(|(id, table)| activity(table, id, names, purposes))
        .collect()
}

fn activity(
    mut f: Fields,
    id: String,
    names: &mut Names,
    purposes: &[(Number, String)],
) -> Activity {
    f.check_plain("an activity's name", &id);
    let fields = fields(f.map("fields"));
    if fields.len() > FIELDS_MAX {
        let message = format!("an activity has at most {FIELDS_MAX} fields");
        f.wrong_here(message, "");
    }
    Activity {
        number: names.add(NameKind::Activity, &id),
        id,
        unique: unique(&mut f, &fields),
        is_unique_for_all: f.word("unique_for", &[("member", false), ("all", true)]),
        consent: f.purpose("consent", purposes),
        capacity: f.count("capacity").filter(|n| *n > 0),
        per_day: f.count("per_day").filter(|n| *n > 0),
        fields,
        codes: Vec::new(),
    }
}

fn unique(f: &mut Fields, fields: &[ActivityField]) -> Option<String> {
    let Some(name) = f.text("unique") else {
        if f.has("unique_for") {
            let message = "unique_for needs unique: the field that counts once";
            f.fault("unique_for", message, "");
        }
        return None;
    };
    if !fields.iter().any(|f| f.name == name) {
        f.fault("unique", format!("the activity has no field '{name}'"), "");
    }
    Some(name)
}

/// Reads `km = "decimal"`, or `km = { type = "decimal", min = "1" }`.
fn fields(mut f: Fields) -> Vec<ActivityField> {
    let all = f.rest().into_iter();
    all.map(|(name, value)| field(&f, name, value)).collect()
}

fn field(f: &Fields, name: String, value: Value) -> ActivityField {
    f.check_plain("a field's name", &name);
    let wrong = |message: String, help: &str| f.fault(&name, message, help);
    let mut terms = match value {
        kind @ Value::Text(_) => FieldTerms::from_iter([("type".to_owned(), kind)]),
        Value::Map(terms) => terms.into_iter().map(|(k, v)| (k, v.value)).collect(),
        _ => FieldTerms::new(),
    };
    let field = ActivityField {
        kind: field_kind(terms.remove("type"), wrong),
        min: terms.remove("min").and_then(|value| bound(&value, wrong)),
        max: terms.remove("max").and_then(|value| bound(&value, wrong)),
        values: terms
            .remove("values")
            .map_or_else(Vec::new, |value| texts(&value, wrong)),
        is_optional: terms.remove("optional") == Some(Value::Bool(true)),
        codes: terms
            .remove("codes")
            .and_then(|value| value.text().map(str::to_owned))
            .unwrap_or_default(),
        name: name.clone(),
    };
    if let Some(unknown) = terms.keys().next() {
        let known = words::fields(WordKind::ManifestKey, "activity", "fields.NAME.");
        let message = format!("a field has no '{unknown}'");
        wrong(message, &suggest(unknown, known));
    }
    let is_number = matches!(field.kind, FieldKind::Whole | FieldKind::Decimal);
    if field.min.or(field.max).is_some() && !is_number {
        wrong("only numbers have a least and a most".into(), "");
    }
    if !field.values.is_empty() && field.kind != FieldKind::Text {
        wrong("only a text has values to choose from".into(), "");
    }
    if !field.codes.is_empty() && field.kind != FieldKind::Secret {
        wrong("only a secret has a list of codes".into(), "");
    }
    field
}

fn texts(value: &Value, wrong: impl Fn(String, &str)) -> Vec<String> {
    let list = match value {
        Value::List(list) => list.as_slice(),
        _ => &[],
    };
    let texts = list.iter().filter_map(|one| one.value.text());
    let texts: Vec<String> = texts.map(str::to_owned).collect();
    if texts.is_empty() {
        wrong("values needs a list of texts".into(), "");
    }
    texts
}

fn bound(value: &Value, wrong: impl Fn(String, &str)) -> Option<Decimal> {
    let found = value.decimal();
    if found.is_none() {
        wrong("min and max need a number".into(), "write 10, or \"0.5\"");
    }
    found
}

fn field_kind(kind: Option<Value>, wrong: impl Fn(String, &str)) -> FieldKind {
    let text = kind.as_ref().and_then(Value::text).unwrap_or_default();
    let found = KINDS.iter().find(|(word, _)| *word == text);
    if found.is_none() {
        let message = format!("a field cannot be of type '{text}'");
        wrong(message, &suggest_word(text, &KINDS));
    }
    found.map_or(FieldKind::Text, |(_, kind)| *kind)
}

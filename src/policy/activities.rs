//! `[activity.run]`: activities of members other than purchases.

use super::diagnostic::{suggest, suggest_word};
use super::expiry;
use super::manifest::{ActivityText, At, Manifest};
use super::reader::Reader;
use super::words::{self, WordKind};
use crate::model::{Activity, ActivityField, FieldKind, NameKind};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use toml::Value;

/// Terms of a field, by name.
type FieldTerms<'t> = BTreeMap<&'t str, Value>;

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

pub(super) fn read(reader: &mut Reader<'_>, manifest: &Manifest) -> Vec<Activity> {
    let all = manifest.activity.iter();
    all.map(|(id, text)| activity(reader, id, text, manifest))
        .collect()
}

fn activity(
    reader: &mut Reader<'_>,
    id: &At<String>,
    text: &ActivityText,
    manifest: &Manifest,
) -> Activity {
    reader.check_plain("an activity's name", id);
    if text.fields.len() > FIELDS_MAX {
        let message = format!("an activity has at most {FIELDS_MAX} fields");
        reader.wrong(id, message, "");
    }
    let fields = text.fields.iter();
    let fields: Vec<ActivityField> = fields.map(|(name, f)| field(reader, name, f)).collect();
    let words = [("member", false), ("all", true)];
    Activity {
        number: reader.names.add(NameKind::Activity, id.get_ref()),
        id: id.get_ref().clone(),
        unique: unique(reader, text, &fields),
        is_unique_for_all: reader.word(&text.unique_for, &words),
        consent: text
            .consent
            .as_ref()
            .and_then(|at| reader.purpose_named(at, manifest)),
        capacity: count(reader, text.capacity.as_ref()),
        per_day: count(reader, text.per_day.as_ref()),
        fields,
        codes: Vec::new(),
    }
}

fn unique(
    reader: &mut Reader<'_>,
    text: &ActivityText,
    fields: &[ActivityField],
) -> Option<String> {
    let Some(at) = &text.unique else {
        if let Some(at) = &text.unique_for {
            reader.wrong(
                at,
                "unique_for needs unique: the field that counts once",
                "",
            );
        }
        return None;
    };
    if !fields.iter().any(|f| f.name == *at.get_ref()) {
        let message = format!("the activity has no field '{}'", at.get_ref());
        reader.wrong(at, message, "");
    }
    Some(at.get_ref().clone())
}

fn count(reader: &mut Reader<'_>, at: Option<&At<i64>>) -> Option<u32> {
    let at = at?;
    let count = u32::try_from(*at.get_ref()).ok().filter(|n| *n > 0);
    if count.is_none() {
        reader.wrong(at, "this needs a whole number above 0", "");
    }
    count
}

/// Reads `km = "decimal"`, or `km = { type = "decimal", min = "1" }`.
fn field(reader: &mut Reader<'_>, name: &At<String>, at: &At<Value>) -> ActivityField {
    reader.check_plain("a field's name", name);
    let mut terms = match at.get_ref() {
        Value::String(kind) => FieldTerms::from_iter([("type", Value::String(kind.clone()))]),
        Value::Table(terms) => terms.iter().map(|(k, v)| (k.as_str(), v.clone())).collect(),
        _ => FieldTerms::new(),
    };
    let kind = field_kind(reader, at, terms.remove("type"));
    let field = ActivityField {
        name: name.get_ref().clone(),
        kind,
        min: terms.remove("min").and_then(|v| bound(reader, at, &v)),
        max: terms.remove("max").and_then(|v| bound(reader, at, &v)),
        values: terms
            .remove("values")
            .map_or_else(Vec::new, |v| texts(reader, at, &v)),
        is_optional: terms.remove("optional") == Some(Value::Boolean(true)),
        codes: terms
            .remove("codes")
            .and_then(|v| v.as_str().map(str::to_owned))
            .unwrap_or_default(),
    };
    if let Some(unknown) = terms.keys().next() {
        let known = words::fields(WordKind::ManifestKey, "activity", "fields.NAME.");
        let known: Vec<&str> = known.collect();
        let help = suggest(unknown, &known);
        reader.wrong(at, format!("a field has no '{unknown}'"), help);
    }
    check_terms(reader, at, &field);
    field
}

fn check_terms(reader: &mut Reader<'_>, at: &At<Value>, field: &ActivityField) {
    let is_number = matches!(field.kind, FieldKind::Whole | FieldKind::Decimal);
    if field.min.or(field.max).is_some() && !is_number {
        reader.wrong(at, "only numbers have a least and a most", "");
    }
    if !field.values.is_empty() && field.kind != FieldKind::Text {
        reader.wrong(at, "only a text has values to choose from", "");
    }
    if !field.codes.is_empty() && field.kind != FieldKind::Secret {
        reader.wrong(at, "only a secret has a list of codes", "");
    }
}

fn texts(reader: &mut Reader<'_>, at: &At<Value>, value: &Value) -> Vec<String> {
    let list = value.as_array().into_iter().flatten();
    let texts: Vec<String> = list.filter_map(|v| v.as_str().map(str::to_owned)).collect();
    if texts.is_empty() {
        reader.wrong(at, "values needs a list of texts", "");
    }
    texts
}

fn bound(reader: &mut Reader<'_>, at: &At<Value>, value: &Value) -> Option<Decimal> {
    let found = expiry::decimal(value);
    if found.is_none() {
        reader.wrong(at, "min and max need a number", "write 10, or \"0.5\"");
    }
    found
}

fn field_kind(reader: &mut Reader<'_>, at: &At<Value>, kind: Option<Value>) -> FieldKind {
    let text = kind.as_ref().and_then(Value::as_str).unwrap_or_default();
    let found = KINDS.iter().find(|(word, _)| *word == text);
    if found.is_none() {
        let message = format!("a field cannot be of type '{text}'");
        reader.wrong(at, message, suggest_word(text, &KINDS));
    }
    found.map_or(FieldKind::Text, |(_, kind)| *kind)
}

//! `[activity.run]`: activities of members other than purchases.

use super::diagnostic::{suggest, suggest_word};
use super::expiry;
use super::manifest::{ActivityText, At, Manifest};
use super::programme::Reader;
use super::words::{self, WordKind};
use crate::model::{Activity, ActivityField, FieldKind, NameKind, Number};
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

impl Reader<'_> {
    pub(super) fn activities(&mut self, manifest: &Manifest) -> Vec<Activity> {
        let all = manifest.activity.iter();
        all.map(|(id, text)| self.activity(id, text, manifest))
            .collect()
    }

    fn activity(&mut self, id: &At<String>, text: &ActivityText, manifest: &Manifest) -> Activity {
        self.check_plain("an activity's name", id);
        if text.fields.len() > FIELDS_MAX {
            let message = format!("an activity has at most {FIELDS_MAX} fields");
            self.wrong(id, message, "");
        }
        let fields = text.fields.iter();
        let fields: Vec<ActivityField> = fields.map(|(name, f)| self.field(name, f)).collect();
        let words = [("member", false), ("all", true)];
        Activity {
            number: self.names.add(NameKind::Activity, id.get_ref()),
            id: id.get_ref().clone(),
            unique: self.unique(text, &fields),
            is_unique_for_all: self.word(&text.unique_for, &words),
            consent: text
                .consent
                .as_ref()
                .and_then(|at| self.purpose_named(at, manifest)),
            capacity: self.count(text.capacity.as_ref()),
            per_day: self.count(text.per_day.as_ref()),
            fields,
            codes: Vec::new(),
        }
    }

    fn unique(&mut self, text: &ActivityText, fields: &[ActivityField]) -> Option<String> {
        let Some(at) = &text.unique else {
            if let Some(at) = &text.unique_for {
                self.wrong(
                    at,
                    "unique_for needs unique: the field that counts once",
                    "",
                );
            }
            return None;
        };
        if !fields.iter().any(|f| f.name == *at.get_ref()) {
            let message = format!("the activity has no field '{}'", at.get_ref());
            self.wrong(at, message, "");
        }
        Some(at.get_ref().clone())
    }

    /// Number of a purpose that `purposes` lists.
    pub(super) fn purpose_named(&mut self, at: &At<String>, manifest: &Manifest) -> Option<Number> {
        let known = &manifest.programme.purposes;
        if known.iter().any(|p| p.get_ref() == at.get_ref()) {
            return Some(self.names.add(NameKind::Purpose, at.get_ref()));
        }
        let message = format!("there is no purpose '{}'", at.get_ref());
        self.wrong(at, message, "list it in purposes = [..] of [programme]");
        None
    }

    fn count(&mut self, at: Option<&At<i64>>) -> Option<u32> {
        let at = at?;
        let count = u32::try_from(*at.get_ref()).ok().filter(|n| *n > 0);
        if count.is_none() {
            self.wrong(at, "this needs a whole number above 0", "");
        }
        count
    }

    /// Reads `km = "decimal"`, or `km = { type = "decimal", min = "1" }`.
    fn field(&mut self, name: &At<String>, at: &At<Value>) -> ActivityField {
        self.check_plain("a field's name", name);
        let mut terms = match at.get_ref() {
            Value::String(kind) => FieldTerms::from_iter([("type", Value::String(kind.clone()))]),
            Value::Table(terms) => terms.iter().map(|(k, v)| (k.as_str(), v.clone())).collect(),
            _ => FieldTerms::new(),
        };
        let kind = self.field_kind(at, terms.remove("type"));
        let field = ActivityField {
            name: name.get_ref().clone(),
            kind,
            min: terms.remove("min").and_then(|v| self.bound(at, &v)),
            max: terms.remove("max").and_then(|v| self.bound(at, &v)),
            values: terms
                .remove("values")
                .map_or_else(Vec::new, |v| self.texts(at, &v)),
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
            self.wrong(at, format!("a field has no '{unknown}'"), help);
        }
        self.check_terms(at, &field);
        field
    }

    fn check_terms(&mut self, at: &At<Value>, field: &ActivityField) {
        let is_number = matches!(field.kind, FieldKind::Whole | FieldKind::Decimal);
        if field.min.or(field.max).is_some() && !is_number {
            self.wrong(at, "only numbers have a least and a most", "");
        }
        if !field.values.is_empty() && field.kind != FieldKind::Text {
            self.wrong(at, "only a text has values to choose from", "");
        }
        if !field.codes.is_empty() && field.kind != FieldKind::Secret {
            self.wrong(at, "only a secret has a list of codes", "");
        }
    }

    fn texts(&mut self, at: &At<Value>, value: &Value) -> Vec<String> {
        let list = value.as_array().into_iter().flatten();
        let texts: Vec<String> = list.filter_map(|v| v.as_str().map(str::to_owned)).collect();
        if texts.is_empty() {
            self.wrong(at, "values needs a list of texts", "");
        }
        texts
    }

    fn bound(&mut self, at: &At<Value>, value: &Value) -> Option<Decimal> {
        let found = expiry::decimal(value);
        if found.is_none() {
            self.wrong(at, "min and max need a number", "write 10, or \"0.5\"");
        }
        found
    }

    fn field_kind(&mut self, at: &At<Value>, kind: Option<Value>) -> FieldKind {
        let text = kind.as_ref().and_then(Value::as_str).unwrap_or_default();
        let found = KINDS.iter().find(|(word, _)| *word == text);
        if found.is_none() {
            let message = format!("a field cannot be of type '{text}'");
            self.wrong(at, message, suggest_word(text, &KINDS));
        }
        found.map_or(FieldKind::Text, |(_, kind)| *kind)
    }

    /// Checks a name that is typed, and that precedes a mark in entries.
    pub(super) fn check_plain(&mut self, what: &str, at: &At<String>) {
        let text = at.get_ref();
        let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
        if text.is_empty() || text.len() > 32 || !text.chars().all(is_plain) {
            let message = format!("{what} has letters, digits, '-' and '_', at most 32 bytes");
            self.wrong(at, message, "");
        }
    }
}

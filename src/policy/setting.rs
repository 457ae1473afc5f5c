//! Values as they are written in a header or in programme.toml, with their places.

use super::diagnostic::Place;
use crate::model::{Points, unprintable, unprintable_in_words};
use rhai::{Dynamic, Map};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value with its place.
#[derive(Clone, Debug)]
pub(super) struct Setting {
    /// Place of the value; in a header, of its name.
    pub at: Place,
    /// Place of its name.
    pub key_at: Place,
    /// The value.
    pub value: Value,
}

/// A value.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Value {
    Text(String),
    Whole(i64),
    Decimal(Decimal),
    Bool(bool),
    List(Vec<Setting>),
    Map(BTreeMap<String, Setting>),
    /// Anything else, by its name in messages.
    Other(String),
}

impl PartialEq for Setting {
    fn eq(&self, other: &Setting) -> bool {
        self.value == other.value
    }
}

/// The fields of a declaration, with their places by path.
pub(super) fn of_header(
    map: &Map,
    path: &str,
    places: &BTreeMap<String, Place>,
    at: Place,
) -> BTreeMap<String, Setting> {
    let field = |(name, value): (&rhai::Identifier, &Dynamic)| {
        let path = format!("{path}{name}");
        let at = places.get(&path).copied().unwrap_or(at);
        (name.to_string(), of_dynamic(value, &path, places, at))
    };
    map.iter().map(field).collect()
}

fn of_dynamic(value: &Dynamic, path: &str, places: &BTreeMap<String, Place>, at: Place) -> Setting {
    let value = if let Ok(map) = value.as_map_ref() {
        Value::Map(of_header(&map, &format!("{path}."), places, at))
    } else if let Ok(list) = value.as_array_ref() {
        let each = |one: &Dynamic| of_dynamic(one, path, places, at);
        Value::List(list.iter().map(each).collect())
    } else if let Ok(text) = value.as_immutable_string_ref() {
        Value::Text(text.to_string())
    } else if let Ok(whole) = value.as_int() {
        Value::Whole(whole)
    } else if let Ok(decimal) = value.as_decimal() {
        Value::Decimal(decimal)
    } else if let Ok(is) = value.as_bool() {
        Value::Bool(is)
    } else {
        Value::Other(super::host::helpers::kind(value).into())
    };
    Setting {
        at,
        key_at: at,
        value,
    }
}

/// The fields of a table of programme.toml.
pub(super) fn of_table(table: &DeTable<'_>, text: &str) -> BTreeMap<String, Setting> {
    let field = |(name, value): (&Spanned<_>, &Spanned<_>)| {
        let name: &Spanned<std::borrow::Cow<'_, str>> = name;
        let setting = Setting {
            key_at: place(text, name.span()),
            ..of_value(value, text)
        };
        (name.get_ref().to_string(), setting)
    };
    table.iter().map(field).collect()
}

fn of_value(value: &Spanned<DeValue<'_>>, text: &str) -> Setting {
    let at = place(text, value.span());
    let value = match value.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(whole) => match i64::from_str_radix(whole.as_str(), whole.radix()) {
            Ok(whole) => Value::Whole(whole),
            Err(_) => Value::Other(format!("integer '{whole}'")),
        },
        DeValue::Float(number) => Value::Other(format!("floating point '{number}'")),
        DeValue::Boolean(is) => Value::Bool(*is),
        DeValue::Datetime(_) => Value::Other("a date".into()),
        DeValue::Array(list) => Value::List(list.iter().map(|one| of_value(one, text)).collect()),
        DeValue::Table(table) => Value::Map(of_table(table, text)),
    };
    Setting {
        at,
        key_at: at,
        value,
    }
}

/// The first name or text that could not be printed as it is: its place as it is told, and
/// why.
pub(super) fn hidden(settings: &BTreeMap<String, Setting>) -> Option<(String, String)> {
    settings.iter().find_map(|(name, setting)| {
        if let Some(wrong) = unprintable(name) {
            return Some(("a name ".into(), wrong));
        }
        let (place, wrong) = match (name.as_str(), &setting.value) {
            ("name" | "title", Value::Text(text)) => (String::new(), unprintable_in_words(text)?),
            (_, value) => hidden_value(value)?,
        };
        Some((format!("{name}: {place}"), wrong))
    })
}

fn hidden_value(value: &Value) -> Option<(String, String)> {
    match value {
        Value::Text(text) => unprintable(text).map(|wrong| (String::new(), wrong)),
        Value::List(list) => list.iter().find_map(|one| hidden_value(&one.value)),
        Value::Map(map) => hidden(map),
        _ => None,
    }
}

impl Value {
    /// The text in a value.
    pub fn text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number in a value.
    pub fn whole(&self) -> Option<i64> {
        match self {
            Value::Whole(whole) => Some(*whole),
            _ => None,
        }
    }

    /// True or false.
    pub fn bool(&self) -> Option<bool> {
        match self {
            Value::Bool(is) => Some(*is),
            _ => None,
        }
    }

    /// The elements of a list.
    pub fn list(&self) -> Option<Vec<Setting>> {
        match self {
            Value::List(list) => Some(list.clone()),
            _ => None,
        }
    }

    /// The fields of a map.
    pub fn map(&self) -> Option<BTreeMap<String, Setting>> {
        match self {
            Value::Map(map) => Some(map.clone()),
            _ => None,
        }
    }

    /// The number in a value, or in its text.
    pub fn decimal(&self) -> Option<Decimal> {
        match self {
            Value::Text(text) => text.parse().ok(),
            Value::Whole(whole) => Some((*whole).into()),
            Value::Decimal(decimal) => Some(*decimal),
            _ => None,
        }
    }

    /// A whole number of points in a value, or in its text.
    pub fn points(&self) -> Option<i64> {
        let found = self.decimal()?;
        let is_whole = found.fract().is_zero() && found >= Decimal::ZERO;
        let points = found.to_i64().filter(|_| is_whole)?;
        Points(points).is_in_range().then_some(points)
    }

    /// Name of its type in messages about headers.
    pub fn kind(&self) -> &str {
        match self {
            Value::Text(_) => "a text",
            Value::Whole(_) => "a whole number",
            Value::Decimal(_) => "a decimal number",
            Value::Bool(_) => "true or false",
            Value::List(_) => "a list",
            Value::Map(_) => "a map #{..}",
            Value::Other(kind) => kind,
        }
    }

    /// Fault of a value of programme.toml that is of another type, and its remedy.
    pub fn mistyped(&self, needs: &str) -> (String, String) {
        let needs = match needs {
            "a map #{..}" => "a table",
            needs if needs.starts_with("a list") => "a list",
            needs => needs,
        };
        let given = match self {
            Value::Text(text) => format!("string {text:?}"),
            Value::Whole(whole) => format!("integer '{whole}'"),
            Value::Bool(is) => format!("boolean '{is}'"),
            Value::Map(_) => "a table".into(),
            other => other.kind().into(),
        };
        let help = match (needs, self) {
            ("a whole number", Value::Text(text)) if text.parse::<i64>().is_ok() => {
                format!("write {text}, without quotes")
            }
            ("true or false", _) => "without quotes".into(),
            ("a text in quotes", Value::Whole(_) | Value::Bool(_) | Value::Other(_)) => {
                let value = given.split('\'').nth(1).unwrap_or(&given);
                format!("write \"{value}\", in quotes")
            }
            ("a list", Value::Map(_)) => {
                "its heading has double brackets, once for each, and its name below: \
                 [[store]], then id = \"mitte\""
                    .into()
            }
            ("a list", _) => "write [\"..\", \"..\"]".into(),
            ("a table", Value::List(_)) => {
                "a name stands in its heading, in single brackets: [partner.NAME]".into()
            }
            _ => String::new(),
        };
        (format!("this needs {needs}, not {given}"), help)
    }
}

/// Line and column of a byte range.
pub(super) fn place(text: &str, span: Range<usize>) -> Place {
    let before = text.get(..span.start).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |i| i + 1);
    (line, before[start..].chars().count() + 1)
}

/// Remedy for a number that is written with a comma.
pub(super) fn with_point(text: &str) -> Option<String> {
    let number = text.trim_matches(['"', '\'']).replace(',', ".");
    let is_number = text.contains(',') && number.parse::<Decimal>().is_ok();
    is_number.then(|| format!("a decimal is written with a point: \"{number}\""))
}

//! Reads a declaration's fields: types, defaults, places, unknown names.

use super::diagnostic::{Diagnostic, Place, suggest, suggest_word};
use super::host::helpers::{kind, number};
use super::words::{self, WordKind};
use crate::model::{Day, kind_word};
use rhai::{Dynamic, Map};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::collections::BTreeMap;

/// A declaration's fields while they are being read. Every read removes its
/// field; those left at the end are unknown. A field that the table of words
/// lacks is never read.
pub(super) struct Fields<'a> {
    file: &'a str,
    /// The declaration: `campaign`, `tiers` or `reward`.
    section: &'static str,
    /// Prefix before the dot, in a map within the declaration.
    path: String,
    map: Map,
    places: &'a BTreeMap<String, Place>,
    at: Place,
    found: &'a mut Vec<Diagnostic>,
}

impl<'a> Fields<'a> {
    /// Begins reading the fields of a declaration.
    pub fn new(
        file: &'a str,
        section: &'static str,
        map: Map,
        places: &'a BTreeMap<String, Place>,
        at: Place,
        found: &'a mut Vec<Diagnostic>,
    ) -> Fields<'a> {
        Fields {
            file,
            section,
            path: String::new(),
            map,
            places,
            at,
            found,
        }
    }

    /// Fields of a map in a field; None if it is missing.
    pub fn inner(&mut self, name: &'static str) -> Option<Fields<'_>> {
        let map = self.read(name, "a map #{..}", |x| x.clone().try_cast::<Map>())?;
        Some(self.nested(name, map))
    }

    fn nested(&mut self, name: &str, map: Map) -> Fields<'_> {
        Fields {
            file: self.file,
            section: self.section,
            path: format!("{}{name}.", self.path),
            at: self.place(name),
            map,
            places: self.places,
            found: self.found,
        }
    }

    fn place(&self, name: &str) -> Place {
        let path = format!("{}{name}", self.path);
        self.places.get(&path).copied().unwrap_or(self.at)
    }

    /// Reports a fault in a field.
    pub fn wrong(&mut self, name: &str, message: impl AsRef<str>) {
        self.wrong_help(name, message, "");
    }

    /// Reports a fault in a field, with its remedy.
    pub fn wrong_help(&mut self, name: &str, message: impl AsRef<str>, help: impl Into<String>) {
        let message = message.as_ref();
        let gap = if message.starts_with(':') { "" } else { " " };
        let message = format!("{}{name}{gap}{message}", self.path);
        let found = Diagnostic::error(self.file, self.place(name), message);
        self.found.push(found.help(help));
    }

    /// Removes a field, whatever its type.
    pub fn take(&mut self, name: &str) -> Option<Dynamic> {
        let is_listed = self.listed().any(|known| known == name);
        is_listed.then(|| self.map.remove(name)).flatten()
    }

    /// Removes a field that only looks like one, to report it in words of its own.
    pub fn misplaced(&mut self, name: &str) -> bool {
        self.map.remove(name).is_some()
    }

    /// The remedy that shows how a map is written; empty for other types.
    fn example(&self, name: &str) -> String {
        let path = format!("{}{name}", self.path);
        let mut fields = words::of(WordKind::HeaderField);
        let field = fields.find(|f| f.section == self.section && f.name == path);
        let field = field.filter(|field| field.of == "map");
        field.map_or_else(String::new, |field| format!("write {}", field.example))
    }

    /// Names of the fields here, as the table of words has them.
    fn listed(&self) -> impl Iterator<Item = &'static str> {
        words::fields(WordKind::HeaderField, self.section, &self.path)
    }

    /// True if a field is there and unread, for fields whose names are the
    /// merchant's own.
    pub fn has(&self, name: &str) -> bool {
        self.map.contains_key(name)
    }

    /// Removes all that are left.
    pub fn rest(&mut self) -> Vec<(String, Dynamic)> {
        let rest = std::mem::take(&mut self.map);
        rest.into_iter()
            .map(|(name, value)| (name.to_string(), value))
            .collect()
    }

    fn read<T>(
        &mut self,
        name: &'static str,
        needs: &str,
        read: impl Fn(&Dynamic) -> Option<T>,
    ) -> Option<T> {
        let value = self.take(name)?;
        let found = read(&value);
        if found.is_none() {
            let help = text(&value).and_then(|text| with_point(&text));
            let message = format!("needs {needs}, not {}", kind(&value));
            self.wrong_help(name, message, help.unwrap_or_else(|| self.example(name)));
        }
        found
    }

    /// Reads a text.
    pub fn text(&mut self, name: &'static str) -> Option<String> {
        self.read(name, "a text in quotes", text)
    }

    /// Reads a text that must be there and not be empty.
    pub fn text_needed(&mut self, name: &'static str) -> String {
        let is_there = self.map.contains_key(name);
        let text = self.text(name).unwrap_or_default();
        if !is_there {
            self.wrong(name, "is missing");
        } else if text.trim().is_empty() {
            self.wrong(name, "is empty");
        }
        text
    }

    /// Reads true or false; false if missing.
    pub fn is(&mut self, name: &'static str) -> bool {
        self.read(name, "true or false", |x| x.as_bool().ok())
            .unwrap_or(false)
    }

    /// Reads a whole number.
    pub fn whole(&mut self, name: &'static str) -> Option<i64> {
        self.read(name, "a whole number", |x| x.as_int().ok())
    }

    /// Reads a number, also one written as a text.
    pub fn decimal(&mut self, name: &'static str) -> Option<Decimal> {
        self.read(name, "a number", decimal)
    }

    /// Reads a day.
    pub fn day(&mut self, name: &'static str) -> Option<Day> {
        let text = self.text(name)?;
        self.sound(name, Day::parse(&text))
    }

    /// The value read from a field; on an error reports it.
    pub fn sound<T>(&mut self, name: &str, read: Result<T, String>) -> Option<T> {
        let wrong = |message| self.wrong(name, format!(": {message}"));
        read.map_err(wrong).ok()
    }

    /// Reads a list of texts; a single text is a list of one.
    pub fn texts(&mut self, name: &'static str) -> Vec<String> {
        self.list(name, "a list of texts", text)
    }

    /// Reads a list of texts or whole numbers, as texts; a single one is a list of one.
    pub fn texts_or_wholes(&mut self, name: &'static str) -> Vec<String> {
        let whole = |x: &Dynamic| x.as_int().ok().map(|number| number.to_string());
        let one = |x: &Dynamic| text(x).or_else(|| whole(x));
        self.list(name, "a list of texts or whole numbers", one)
    }

    fn list(
        &mut self,
        name: &'static str,
        needs: &str,
        each: impl Fn(&Dynamic) -> Option<String>,
    ) -> Vec<String> {
        let list = self.read(name, needs, |x| match each(x) {
            Some(one) => Some(vec![one]),
            None => x.read_lock::<rhai::Array>()?.iter().map(&each).collect(),
        });
        list.unwrap_or_default()
    }

    /// Reads one of some words; the first if missing.
    pub fn word<T: Clone>(&mut self, name: &'static str, words: &[(&str, T)]) -> T {
        let default = words[0].1.clone();
        let Some(text) = self.text(name) else {
            return default;
        };
        let asked = kind_word(&text);
        match words.iter().find(|(word, _)| kind_word(word) == asked) {
            Some((_, value)) => value.clone(),
            None => {
                let help = suggest_word(&text, words);
                self.wrong_help(name, format!("cannot be '{text}'"), help);
                default
            }
        }
    }

    /// Checks texts of a field against the known ones.
    pub fn check_known(&mut self, name: &str, what: &str, used: &[String], known: &[&str]) {
        for text in used {
            if !known.contains(&text.as_str()) {
                let help = suggest(text, known);
                self.wrong_help(name, format!("names '{text}', which is no {what}"), help);
            }
        }
    }

    /// Reports unknown fields.
    pub fn finish(mut self) {
        let known: Vec<&str> = self.listed().collect();
        for (name, _) in self.rest() {
            let help = suggest(&name, &known);
            self.wrong_help(&name, "is not a field of this declaration", help);
        }
    }
}

/// The text in a value.
pub(super) fn text(x: &Dynamic) -> Option<String> {
    x.clone()
        .into_immutable_string()
        .ok()
        .map(|x| x.to_string())
}

/// Remedy for a number that is written with a comma.
pub(super) fn with_point(text: &str) -> Option<String> {
    let number = text.trim_matches(['"', '\'']).replace(',', ".");
    let is_number = text.contains(',') && number.parse::<Decimal>().is_ok();
    is_number.then(|| format!("a decimal is written with a point: \"{number}\""))
}

/// The number in a value, or in its text.
pub(super) fn decimal(x: &Dynamic) -> Option<Decimal> {
    match text(x) {
        Some(text) => text.parse().ok(),
        None => number("", x).ok(),
    }
}

/// A whole number of points in a value, or in its text.
pub(super) fn points(x: &Dynamic) -> Option<i64> {
    let found = decimal(x)?;
    let is_whole = found.fract().is_zero() && found >= Decimal::ZERO;
    let points = found.to_i64().filter(|_| is_whole)?;
    crate::model::Points(points).is_in_range().then_some(points)
}

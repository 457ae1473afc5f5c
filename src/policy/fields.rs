//! Reads declared fields, of headers and of programme.toml: types, defaults, places,
//! unknown names.

use super::diagnostic::{Diagnostic, Place, suggest, suggest_word};
use super::host::names::parse_window;
use super::setting::{Setting, Value, with_point};
use super::words::{self, Word, WordKind};
use crate::model::{Day, Exact, Goods, Money, Number, Window, kind_word};
use rust_decimal::Decimal;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Name of a map in messages.
const MAP: &str = "a map #{..}";

/// The fields of a header, or of a table of programme.toml, while they are being read.
/// Every read takes its field; those that are left when the reading ends are reported as
/// unknown. A field that the tables of words lack is never read.
pub(super) struct Fields<'a> {
    /// Kind of the fields: of headers, or of programme.toml.
    kind: WordKind,
    file: &'a str,
    /// The declaration (`campaign`, `tiers` or `reward`), or the table.
    section: String,
    /// Prefix before the dot, in a map within the declaration.
    path: String,
    at: Place,
    left: BTreeMap<String, Setting>,
    taken: BTreeMap<String, Setting>,
    found: &'a RefCell<Vec<Diagnostic>>,
}

impl Drop for Fields<'_> {
    fn drop(&mut self) {
        let listed = self.listed();
        for (name, setting) in &self.left {
            let message = match self.is_header() {
                true => format!("{}{name} is not a field of this declaration", self.path),
                false => format!("there is no field '{name}' here"),
            };
            self.report(setting.key_at, message, suggest(name, &listed));
        }
    }
}

impl<'a> Fields<'a> {
    /// Begins reading the fields of a declaration, or of a table of programme.toml.
    pub fn new(
        (kind, file): (WordKind, &'a str),
        section: &str,
        fields: BTreeMap<String, Setting>,
        at: Place,
        found: &'a RefCell<Vec<Diagnostic>>,
    ) -> Fields<'a> {
        Fields {
            kind,
            file,
            section: section.into(),
            path: String::new(),
            at,
            left: fields,
            taken: BTreeMap::new(),
            found,
        }
    }

    fn is_header(&self) -> bool {
        self.kind == WordKind::HeaderField
    }

    /// Names of the fields here, as the table of words has them; outside of every table,
    /// those of the tables.
    fn listed(&self) -> Vec<&'static str> {
        match self.section.as_str() {
            "" => words::sections(self.kind),
            section => words::fields(self.kind, section, &self.path).collect(),
        }
    }

    /// Fields of a map within a field; None if it is missing.
    pub fn inner(&mut self, name: &str) -> Option<Fields<'a>> {
        let map = self.read(name, MAP, Value::map)?;
        Some(self.within_map(name, map))
    }

    /// Fields of a map within a field; none of them if it is missing.
    pub fn map(&mut self, name: &str) -> Fields<'a> {
        let map = self.inner(name);
        map.unwrap_or_else(|| self.within_map(name, BTreeMap::new()))
    }

    fn within_map(&self, name: &str, map: BTreeMap<String, Setting>) -> Fields<'a> {
        let mut fields = self.beside(&self.section, map, self.place(name));
        fields.path = format!("{}{name}.", self.path);
        fields
    }

    /// Fields of another section.
    fn beside(&self, section: &str, map: BTreeMap<String, Setting>, at: Place) -> Fields<'a> {
        Fields::new((self.kind, self.file), section, map, at, self.found)
    }

    /// Fields of each map that is left, where their names are the merchant's own. Each is
    /// placed at its name.
    pub fn each(&mut self) -> Vec<(String, Fields<'a>)> {
        let left = std::mem::take(&mut self.left);
        self.taken.extend(left.clone());
        self.maps(left, |map, setting| {
            let mut fields = self.within_map("NAME", map);
            fields.at = setting.key_at;
            fields
        })
    }

    /// The fields of each setting, by name; one that is no map is reported.
    fn maps(
        &self,
        settings: BTreeMap<String, Setting>,
        fields: impl Fn(BTreeMap<String, Setting>, &Setting) -> Fields<'a>,
    ) -> Vec<(String, Fields<'a>)> {
        let mut maps = Vec::new();
        for (name, setting) in settings {
            match setting.value.map() {
                Some(map) => maps.push((name, fields(map, &setting))),
                None => self.report_type(&setting, MAP),
            }
        }
        maps
    }

    /// The fields of a table such as `[rfm]`; none if it is missing.
    pub fn table(&mut self, section: &'static str) -> Fields<'a> {
        let map = self.read(section, MAP, Value::map);
        let (is_there, map) = (map.is_some(), map.unwrap_or_default());
        let table = self.beside(section, map, self.place(section));
        if is_there {
            table.require(self.place(section));
        }
        table
    }

    /// The fields of each table such as `[unit.star]`, with its name. Each is placed at
    /// its name.
    pub fn tables(&mut self, section: &'static str) -> Vec<(String, Fields<'a>)> {
        let tables = self.read(section, MAP, Value::map).unwrap_or_default();
        self.maps(tables, |map, setting| {
            let table = self.beside(section, map, setting.key_at);
            table.require(setting.at);
            table
        })
    }

    /// The fields of each table such as `[[store]]`.
    pub fn rows(&mut self, section: &'static str) -> Vec<Fields<'a>> {
        let rows = self.read(section, "a list", Value::list);
        let rows = rows.unwrap_or_default().into_iter().map(|row| {
            let table = self.beside(section, row.value.map().unwrap_or_default(), row.at);
            table.require(row.at);
            table
        });
        rows.collect()
    }

    /// A setting, read or not.
    fn known(&self, name: &str) -> Option<&Setting> {
        self.left.get(name).or_else(|| self.taken.get(name))
    }

    /// Names of the tables of a section, which may be read or not.
    pub fn names(&self, section: &str) -> Vec<String> {
        let map = self.known(section).and_then(|setting| setting.value.map());
        map.unwrap_or_default().into_keys().collect()
    }

    /// Place of a field; that of the declaration if it is missing.
    pub fn place(&self, name: &str) -> Place {
        self.known(name).map_or(self.at, |setting| setting.at)
    }

    fn report(&self, at: Place, message: String, help: impl Into<String>) {
        let found = Diagnostic::error(self.file, at, message);
        self.found.borrow_mut().push(found.help(help));
    }

    /// Reports a fault of the file that has no place.
    pub fn nowhere(&self, message: &str, help: &str) {
        self.report((0, 0), message.into(), help);
    }

    /// Reports a fault of the declaration or table itself.
    pub fn wrong_here(&self, message: impl Into<String>, help: &str) {
        self.report(self.at, message.into(), help);
    }

    /// Reports a fault in a field.
    pub fn wrong(&self, name: &str, message: impl AsRef<str>) {
        self.wrong_help(name, message, "");
    }

    /// Reports a fault in a field, with its remedy.
    pub fn wrong_help(&self, name: &str, message: impl AsRef<str>, help: impl Into<String>) {
        let message = match (message.as_ref(), self.is_header()) {
            (message, true) if message.starts_with(':') => format!("{}{name}{message}", self.path),
            (message, true) => format!("{}{name} {message}", self.path),
            (message, false) => match message.strip_prefix(": ") {
                Some(message) => message.into(),
                None => format!("this {message}"),
            },
        };
        self.fault(name, message, help);
    }

    /// Reports a fault in a field in a sentence of its own.
    pub fn fault(&self, name: &str, message: impl Into<String>, help: impl Into<String>) {
        let written = self.taken.get(name).filter(|_| !self.is_header());
        let comma = written.and_then(|setting| with_point(setting.value.text()?));
        let help = comma.unwrap_or_else(|| help.into());
        self.report(self.place(name), message.into(), help);
    }

    /// Reports that a setting of programme.toml is of another type.
    fn report_type(&self, setting: &Setting, needs: &str) {
        let (message, help) = setting.value.mistyped(needs);
        self.report(setting.at, message, help);
    }

    /// Reports that a field which is there is of another type.
    fn mistyped(&self, name: &str, needs: &str) {
        let Some(setting) = self.taken.get(name) else {
            return;
        };
        if !self.is_header() {
            return self.report_type(setting, needs);
        }
        let help = setting.value.text().and_then(with_point);
        let help = help.unwrap_or_else(|| self.example(name));
        let message = format!("needs {needs}, not {}", setting.value.kind());
        self.wrong_help(name, message, help);
    }

    /// The remedy that shows how a map is written; empty for other types.
    fn example(&self, name: &str) -> String {
        let field = self.row(name).filter(|field| field.of == "map");
        field.map_or_else(String::new, |field| format!("write {}", field.example))
    }

    /// The row of a field in the table of words.
    fn row(&self, name: &str) -> Option<&'static Word> {
        let path = format!("{}{name}", self.path);
        let mut fields = words::of(self.kind);
        fields.find(|f| f.section == self.section && f.name == path)
    }

    /// Takes a field, whatever its type.
    pub fn take(&mut self, name: &str) -> Option<Value> {
        if !self.listed().contains(&name) {
            return None;
        }
        let setting = self.left.remove(name)?;
        let value = setting.value.clone();
        self.taken.insert(name.into(), setting);
        Some(value)
    }

    /// Takes a field that only looks like one, to report it in words of its own.
    pub fn misplaced(&mut self, name: &str) -> bool {
        let setting = self.left.remove(name);
        setting.is_some_and(|setting| self.taken.insert(name.into(), setting).is_none())
    }

    /// The text of a field that was read; empty if it is none.
    pub fn written(&self, name: &str) -> &str {
        let read = self.taken.get(name);
        read.and_then(|setting| setting.value.text())
            .unwrap_or_default()
    }

    /// True if a field is there, read or not.
    pub fn has(&self, name: &str) -> bool {
        self.known(name).is_some()
    }

    /// Takes all that are left, for fields whose names are the merchant's own.
    pub fn rest(&mut self) -> Vec<(String, Value)> {
        let rest = std::mem::take(&mut self.left);
        self.taken.extend(rest.clone());
        let rest = rest
            .into_iter()
            .map(|(name, setting)| (name, setting.value));
        rest.collect()
    }

    fn read<T>(
        &mut self,
        name: &str,
        needs: &str,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Option<T> {
        let value = self.take(name)?;
        let found = read(&value);
        if found.is_none() {
            self.mistyped(name, needs);
        }
        found
    }

    /// Reads a text.
    pub fn text(&mut self, name: &str) -> Option<String> {
        self.read(name, "a text in quotes", |x| x.text().map(str::to_owned))
    }

    /// Reads a text that must be there and not be empty.
    pub fn text_needed(&mut self, name: &str) -> String {
        let is_there = self.has(name);
        let text = self.text(name).unwrap_or_default();
        if !is_there {
            self.wrong(name, "is missing");
        } else if text.trim().is_empty() {
            self.wrong(name, "is empty");
        }
        text
    }

    /// Reads true or false; false if missing.
    pub fn is(&mut self, name: &str) -> bool {
        self.is_or(name, false)
    }

    /// Reads true or false.
    pub fn is_or(&mut self, name: &str, default: bool) -> bool {
        let read = self.read(name, "true or false", Value::bool);
        read.unwrap_or(default)
    }

    /// Reads a whole number.
    pub fn whole(&mut self, name: &str) -> Option<i64> {
        self.read(name, "a whole number", Value::whole)
    }

    /// Reads a whole number within the bounds of the table of words; the table's default if
    /// it is missing or wrong.
    pub fn number(&mut self, name: &str) -> u32 {
        let row = self.row(name);
        let default = row.and_then(|row| row.default.trim_matches('`').parse().ok());
        let default = default.unwrap_or(0);
        let Some(whole) = self.whole(name) else {
            return default;
        };
        let (least, most) = row
            .and_then(|row| row.bounds)
            .unwrap_or((0, u32::MAX.into()));
        let found = Some(whole).filter(|n| (least..=most).contains(n));
        let found = found.and_then(|n| u32::try_from(n).ok());
        found.unwrap_or_else(|| {
            self.wrong(name, format!("goes from {least} to {most}"));
            default
        })
    }

    /// Reads the same of a number without a default; None if it is missing.
    pub fn number_set(&mut self, name: &str) -> Option<u32> {
        self.has(name).then(|| self.number(name))
    }

    /// Reads how often something may be had, or how many there are.
    pub fn count(&mut self, name: &str) -> Option<u32> {
        let count = u32::try_from(self.whole(name)?).unwrap_or_default();
        if count == 0 {
            self.wrong(name, "needs a whole number above 0");
        }
        Some(count)
    }

    /// Reads a number, also one written as a text.
    pub fn decimal(&mut self, name: &str) -> Option<Decimal> {
        self.read(name, "a number", Value::decimal)
    }

    /// Reads a day.
    pub fn day(&mut self, name: &str) -> Option<Day> {
        let text = self.text(name)?;
        self.sound(name, Day::parse(&text))
    }

    /// The value read from a field; on an error reports it.
    pub fn sound<T>(&self, name: &str, read: Result<T, String>) -> Option<T> {
        read.map_err(|message| self.wrong(name, format!(": {message}")))
            .ok()
    }

    /// Reads a list of texts; in a header a single text is a list of one.
    pub fn texts(&mut self, name: &str) -> Vec<String> {
        let text = |x: &Value| x.text().map(str::to_owned);
        self.list(name, "a list of texts", "a text in quotes", text)
    }

    /// Reads a list of texts or whole numbers, as texts; a single one is a list of one.
    pub fn texts_or_wholes(&mut self, name: &str) -> Vec<String> {
        let whole = |x: &Value| x.whole().map(|number| number.to_string());
        let one = |x: &Value| x.text().map(str::to_owned).or_else(|| whole(x));
        self.list(name, "a list of texts or whole numbers", "", one)
    }

    /// Reads a list each of whose elements is of a kind. In programme.toml each that is
    /// none is reported at its own place.
    pub fn list<T>(
        &mut self,
        name: &str,
        needs: &str,
        needs_each: &str,
        each: impl Fn(&Value) -> Option<T>,
    ) -> Vec<T> {
        if self.is_header() {
            let list = self.read(name, needs, |value| match value {
                Value::List(list) => list.iter().map(|one| each(&one.value)).collect(),
                one => each(one).map(|one| vec![one]),
            });
            return list.unwrap_or_default();
        }
        let list = self.read(name, needs, Value::list).unwrap_or_default();
        let read = list.iter().filter_map(|one| {
            let value = each(&one.value);
            if value.is_none() {
                self.report_type(one, needs_each);
            }
            value
        });
        read.collect()
    }

    /// Reads one of some words; the first if missing.
    pub fn word<T: Clone>(&mut self, name: &str, words: &[(&str, T)]) -> T {
        self.word_set(name, words).unwrap_or(words[0].1.clone())
    }

    /// Reads one of some words; None if it is missing or wrong.
    pub fn word_set<T: Clone>(&mut self, name: &str, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(name)?;
        let asked = kind_word(&text);
        let found = words.iter().find(|(word, _)| kind_word(word) == asked);
        if found.is_none() {
            let help = suggest_word(&text, words);
            self.wrong_help(name, format!("cannot be '{text}'"), help);
        }
        found.map(|(_, value)| value.clone())
    }

    /// Reads an amount of money of so many decimals.
    pub fn money(&mut self, name: &str, digits: u8) -> Option<Money> {
        let parse = |amount: Decimal| Money::parse(&amount.to_string(), digits);
        if self.is_header() {
            let amount = self.decimal(name)?;
            return self.sound(name, parse(amount));
        }
        let money = self.take(name)?.decimal().and_then(|x| parse(x).ok());
        if money.is_none() {
            let twenty = Money(20 * 10_i64.pow(u32::from(digits))).display(digits);
            let help = format!("write \"{twenty}\"");
            self.wrong_help(name, "needs an amount of money, in quotes", help);
        }
        money
    }

    /// Reads a number from 0.
    pub fn exact(&mut self, name: &str) -> Option<Exact> {
        let found = self.take(name)?.decimal().filter(|x| *x >= Decimal::ZERO);
        if found.is_none() {
            let needs = "needs a number from 0, in quotes";
            self.wrong_help(name, needs, "write \"0.05\"");
        }
        found.map(Exact::from)
    }

    /// Reads a window such as `12 months`.
    pub fn window(&mut self, name: &str, default: Window, help: &str) -> Window {
        let read = self.text(name).map(|text| parse_window(&text));
        read.unwrap_or(Ok(default)).unwrap_or_else(|message| {
            self.fault(name, message, help);
            default
        })
    }

    /// Number of the purpose that a field names.
    pub fn purpose(&mut self, name: &str, purposes: &[(Number, String)]) -> Option<Number> {
        let text = self.text(name)?;
        let found = purposes.iter().find(|(_, known)| *known == text);
        if found.is_none() {
            let message = format!("there is no purpose '{text}'");
            self.fault(name, message, "list it in purposes = [..] of [programme]");
        }
        found.map(|(number, _)| *number)
    }

    /// Checks a name that is typed, and that precedes a mark in entries.
    pub fn check_plain(&self, what: &str, name: &str) {
        let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
        if name.is_empty() || name.len() > 32 || !name.chars().all(is_plain) {
            let message = format!("{what} has letters, digits, '-' and '_', at most 32 bytes");
            let named = self.taken.get(name).map(|setting| setting.key_at);
            self.report(named.unwrap_or(self.at), message, "");
        }
    }

    /// Reads goods, such as those that something is not for.
    pub fn goods(&mut self, name: &str) -> Goods {
        let mut goods = self.map(name);
        Goods {
            categories: goods.texts("category"),
            tags: goods.texts("tag"),
            skus: goods.texts("sku"),
        }
    }

    /// Reads names, each of which must be known.
    pub fn known_names(&mut self, name: &str, what: &str, known: &[&str]) -> Vec<String> {
        let names = self.texts(name);
        for text in &names {
            self.check_known(name, what, text, known);
        }
        names
    }

    /// Checks a name in a field against the known ones.
    pub fn check_known(&self, name: &str, what: &str, text: &str, known: &[&str]) {
        if !known.contains(&text) {
            let help = suggest(text, known);
            self.wrong_help(name, format!("names '{text}', which is no {what}"), help);
        }
    }

    /// Reports the fields that must be there and are not, at the beginning of their table.
    fn require(&self, at: Place) {
        let of_section = words::of(self.kind).filter(|word| word.section == self.section);
        for word in of_section.filter(|word| word.default == words::NEEDED) {
            let name = word.name;
            if !name.contains('.') && !self.has(name) {
                self.missing(name, at);
            }
        }
    }

    /// Reports a field or table of programme.toml that must be there.
    pub fn missing(&self, name: &str, at: Place) {
        let help = format!("add {name} = ..; `stampbook policy help {name}` explains it");
        self.report(at, format!("missing field '{name}'"), help);
    }
}

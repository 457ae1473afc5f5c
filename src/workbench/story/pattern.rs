//! Reads words by a form of the table into the fields of a command.

use super::words::{Read, Words};
use crate::command::{Figure, figure_of};
use crate::model::{Calendar, Day, Instant, Key, Money, MonthDay, Programme, Qty, UnitKind};
use serde_json::{Map, Value};

/// The fields that a line fills.
pub(super) type Object = Map<String, Value>;

/// Prefix of the placeholder of a voucher, until the line is run.
pub(super) const STANDS_FOR: &str = "story:";
/// Prefix of the placeholder of a purchase's slip.
pub(super) const SLIP: &str = "slip:";
/// Prefix of the placeholder of a token.
pub(super) const GIFT: &str = "gift:";

/// Content of a line: fields of the command, and values for the story alone.
#[derive(Clone, Default, Debug)]
pub(super) struct Said {
    pub fields: Object,
    /// The member whom the line is about.
    pub name: Option<String>,
    /// True if the name is not a member's.
    pub is_unnamed: bool,
}

/// Reads words by patterns of one programme.
pub(super) struct WordReader<'p> {
    pub programme: &'p Programme,
}

/// One piece of a pattern.
enum Piece<'t> {
    Word(&'t str),
    Slot { field: &'t str, kind: &'t str },
    Group { inner: &'t str, repeats: bool },
}

impl WordReader<'_> {
    /// Reads the words that a pattern asks for.
    pub fn read(&self, pattern: &str, words: &mut Words, said: &mut Said) -> Read<()> {
        let mut rest = pattern;
        while let Some((piece, behind)) = next_piece(rest) {
            rest = behind;
            match piece {
                Piece::Word(word) => self.word(word, words, said)?,
                Piece::Slot { field, kind } => self.slot(field, kind, words, said)?,
                Piece::Group { inner, repeats } => {
                    while self.begins(inner, words) {
                        self.read(inner, words, said)?;
                        if !repeats {
                            break;
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// True if the next word is one that a group may begin with.
    fn begins(&self, inner: &str, words: &Words) -> bool {
        match next_piece(inner) {
            Some((Piece::Word(word), _)) => words.peek() == Some(literal(word).0),
            Some((Piece::Slot { field, kind }, _)) => {
                let (mut words, mut said) = (words.clone(), Said::default());
                words.peek().is_some() && self.slot(field, kind, &mut words, &mut said).is_ok()
            }
            _ => false,
        }
    }

    fn word(&self, word: &str, words: &mut Words, said: &mut Said) -> Read<()> {
        let (text, field) = literal(word);
        if !text.is_empty() && !words.take(text) {
            return Err(words.wrong(text));
        }
        if let Some(field) = field {
            said.fields.insert(field.into(), Value::Bool(true));
        }
        said.is_unnamed |= text == "unnamed";
        Ok(())
    }

    fn slot(&self, field: &str, kind: &str, words: &mut Words, said: &mut Said) -> Read<()> {
        if kind == "fields" {
            let fields = assignments(words);
            if !fields.is_empty() {
                said.fields.insert(field.into(), Value::Object(fields));
            }
            return Ok(());
        }
        if matches!(kind, "name" | "whose" | "newcomer") {
            let column = words.column();
            let name = words.need("a member's name")?.text;
            let alias = super::ask::alias(name);
            alias.map_err(|m| words.finding(column, format!("{name} {m}")))?;
            if field == "member" || kind != "name" {
                said.name = Some(name.into());
            }
            if kind != "whose" {
                put(&mut said.fields, field, format!("story:{name}").into());
            }
            return Ok(());
        }
        let name = said.name.clone().unwrap_or_default();
        let value = self.value(kind, &name, words)?;
        if !field.is_empty() {
            put(&mut said.fields, field, value);
        }
        Ok(())
    }

    fn value(&self, kind: &str, name: &str, words: &mut Words) -> Read<Value> {
        let programme = self.programme;
        Ok(match kind {
            "word" => words.need("a word")?.text.into(),
            "rest" => words.rest().into(),
            "money" => money(words, programme)?.display(programme.digits).into(),
            "amount" => words
                .read("an amount of money such as 29.00", |text| {
                    Money::parse_signed(text, programme.digits)
                })?
                .display(programme.digits)
                .into(),
            "points" => words.count()?.to_string().into(),
            "signed" => words
                .read("points with a sign, such as +50", signed)?
                .into(),
            "count" => words.read("how many", str::parse::<u32>)?.into(),
            "number" => words
                .read("the number of a line", str::parse::<u16>)?
                .into(),
            "qty" => words
                .read("a quantity", |text| {
                    Qty::parse_signed(text).map(|_| text.to_owned())
                })?
                .into(),
            "unit" => words.unit(programme)?.into(),
            "voucher" => voucher(words, programme)?.into(),
            "moment" => self.told(moment(words, programme)?).into(),
            "day" => words.day()?.to_string().into(),
            "month" => words
                .read("a month such as 2026-11", |text| {
                    Day::parse(&format!("{text}-01")).map(|_| text.to_owned())
                })?
                .into(),
            "birthday" => words
                .read("a birthday such as 02-29", |text| {
                    MonthDay::parse(text).map(|_| text.to_owned())
                })?
                .into(),
            "key" => words
                .read("a key", |text| Key::parse(text).map(|_| text.to_owned()))?
                .into(),
            "wrong" => match words.take("wrong") {
                true => wrong(words).into(),
                false => return Err(words.wrong("what is claimed (slip, gift, points)")),
            },
            "slip" => [SLIP, words.need("the key of a purchase")?.text]
                .concat()
                .into(),
            "gift" => match words.take("wrong") {
                true => wrong(words).into(),
                false => [GIFT, words.need("the key of a gift")?.text]
                    .concat()
                    .into(),
            },
            "held" => stands_for(name, &voucher(words, programme)?).into(),
            "spent" => spent(words, programme)?.into(),
            choice => {
                let known: Vec<&str> = choice.split('|').collect();
                words.one_of("one", &known)?.into()
            }
        })
    }

    /// An instant in the form of JSON.
    fn told(&self, at: Instant) -> String {
        let calendar: &Calendar = &self.programme.calendar;
        calendar.display(at)
    }
}

/// A literal word, and the field that it sets.
fn literal(word: &str) -> (&str, Option<&str>) {
    match word.split_once('!') {
        Some((text, field)) => (text, Some(field)),
        None => (word, None),
    }
}

/// The first piece of a pattern, and the rest.
fn next_piece(pattern: &str) -> Option<(Piece<'_>, &str)> {
    let pattern = pattern.trim_start();
    if let Some(group) = pattern.strip_prefix('[') {
        // Groups hold slots such as `<tags[]:word>`, so the end is a `]` after a word.
        let end = group
            .match_indices(']')
            .find(|(at, _)| !group[..*at].ends_with('['))?
            .0;
        let behind = &group[end + 1..];
        let repeats = behind.starts_with('*');
        let behind = behind.strip_prefix('*').unwrap_or(behind);
        let inner = &group[..end];
        return Some((Piece::Group { inner, repeats }, behind));
    }
    let end = pattern.find(' ').unwrap_or(pattern.len());
    let (word, behind) = pattern.split_at(end);
    if word.is_empty() {
        return None;
    }
    let slot = word.strip_prefix('<').and_then(|w| w.strip_suffix('>'));
    let piece = match slot {
        None => Piece::Word(word),
        Some(slot) => match slot.split_once(':') {
            Some((field, kind)) => Piece::Slot { field, kind },
            None => Piece::Slot {
                field: slot,
                kind: slot,
            },
        },
    };
    Some((piece, behind))
}

/// Sets a field, or appends to it if it is a list.
fn put(fields: &mut Object, field: &str, value: Value) {
    match field.strip_suffix("[]") {
        None => drop(fields.insert(field.into(), value)),
        Some(list) => push(fields, list, value),
    }
}

/// Appends to a list.
pub(super) fn push(fields: &mut Object, list: &str, value: Value) {
    let items = fields
        .entry(list)
        .or_insert_with(|| Value::Array(Vec::new()));
    if let Value::Array(items) = items {
        items.push(value);
    }
}

/// Reads `km=5.2 id=r1`, until another word comes.
fn assignments(words: &mut Words) -> Object {
    let mut fields = Object::new();
    while let Some((name, value)) = words.peek().and_then(|w| w.split_once('=')) {
        fields.insert(name.into(), value.into());
        words.next();
    }
    fields
}

fn signed(text: &str) -> Result<String, ()> {
    let has_sign = text.starts_with(['+', '-']);
    let figure = figure_of(&text.replace('_', "")).filter(|_| has_sign);
    let figure = figure.map(Figure::to_decimal).ok_or(())?;
    Ok(figure.to_string())
}

/// An amount of money.
pub(super) fn money(words: &mut Words, programme: &Programme) -> Read<Money> {
    let digits = programme.digits;
    words.read("an amount of money such as 29.00", |text| {
        Money::parse(text, digits)
    })
}

/// Reads a date, and a time of day if there is one: noon if not.
pub(super) fn moment(words: &mut Words, programme: &Programme) -> Read<Instant> {
    let day = words.day()?;
    let second = words.time().unwrap_or(12 * 3600);
    Ok(wall(programme, day, second))
}

/// Instant of a local date and a second of the day. Hours before the
/// programme's day starts belong to the day before.
pub(super) fn wall(programme: &Programme, date: Day, second: u32) -> Instant {
    let calendar = &programme.calendar;
    let minute = second / 60;
    let is_early = minute < u32::from(calendar.day_starts);
    let day = date.plus_days(-i32::from(is_early));
    let at = calendar.at(day, minute / 60, minute % 60);
    at.after(i64::from(second % 60) * crate::model::SECOND)
}

/// The id of a unit of vouchers.
fn voucher(words: &mut Words, programme: &Programme) -> Read<String> {
    let vouchers = programme.units.iter();
    let vouchers = vouchers.filter(|u| u.kind == UnitKind::Voucher);
    let ids: Vec<&str> = vouchers.map(|u| u.id.as_str()).collect();
    words.one_of("a voucher", &ids)
}

/// Reads `free-drink`, `free-drink from bob`, `again` (the code used last),
/// `wrong` (an unknown code).
fn spent(words: &mut Words, programme: &Programme) -> Read<String> {
    if words.take("again") {
        return Ok([STANDS_FOR, "again"].concat());
    }
    if words.take("wrong") {
        return Ok(wrong(words));
    }
    let unit = voucher(words, programme)?;
    let holder = match words.take("from") {
        true => words.need("a member's name")?.text,
        false => "",
    };
    Ok(stands_for(holder, &unit))
}

fn stands_for(holder: &str, unit: &str) -> String {
    format!("{STANDS_FOR}{holder}:{unit}")
}

/// An unknown code of the right form; another one for each line.
fn wrong(words: &Words) -> String {
    format!("0000-0000-0000-0000-{:04}", words.line)
}

//! Reads words by a pattern of the tables into the fields of a command.

use super::words::{Read, Words, alias, alias_text};
use crate::model::{Day, Instant, Key, Money, MonthDay, Programme, Qty, UnitKind};
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

/// One piece of a pattern.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Piece {
    /// A word that stands for itself, and the field that it sets.
    Word {
        text: &'static str,
        sets: Option<&'static str>,
    },
    /// A value, and the field that it fills.
    Slot {
        field: &'static str,
        kind: &'static str,
    },
    /// Pieces that may be left out.
    Group { inner: Vec<Piece>, repeats: bool },
}

/// The pieces of a pattern.
pub(super) fn pieces(pattern: &'static str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = pattern.trim_start();
    while !rest.is_empty() {
        let (piece, behind) = next_piece(rest);
        pieces.push(piece);
        rest = behind.trim_start();
    }
    pieces
}

fn next_piece(pattern: &'static str) -> (Piece, &'static str) {
    if let Some(group) = pattern.strip_prefix('[') {
        // Groups hold slots such as `<tags[]:word>`, so the end is a `]` after a word.
        let mut ends = group.match_indices(']').map(|(at, _)| at);
        let end = ends.find(|at| !group[..*at].ends_with('['));
        let (inner, behind) = group.split_at(end.unwrap_or(group.len()));
        let behind = behind.strip_prefix(']').unwrap_or(behind);
        let piece = Piece::Group {
            inner: pieces(inner),
            repeats: behind.starts_with('*'),
        };
        return (piece, behind.trim_start_matches('*'));
    }
    let (word, behind) = pattern.split_at(pattern.find(' ').unwrap_or(pattern.len()));
    let piece = match word.strip_prefix('<').and_then(|w| w.strip_suffix('>')) {
        Some(slot) => {
            let (field, kind) = slot.split_once(':').unwrap_or((slot, slot));
            Piece::Slot { field, kind }
        }
        None => {
            let (text, sets) = word
                .split_once('!')
                .map_or((word, None), |(t, f)| (t, Some(f)));
            Piece::Word { text, sets }
        }
    };
    (piece, behind)
}

/// Reads words by patterns of one programme.
pub(super) struct WordReader<'p> {
    pub programme: &'p Programme,
}

impl WordReader<'_> {
    /// Reads the words that a pattern asks for.
    pub fn read(&self, pattern: &[Piece], words: &mut Words, said: &mut Said) -> Read<()> {
        for piece in pattern {
            match piece {
                Piece::Word { text, sets } => {
                    if !text.is_empty() && !words.take(text) {
                        return Err(words.wrong(text));
                    }
                    let set = sets.map(|field| (field.to_owned(), Value::Bool(true)));
                    said.fields.extend(set);
                    said.is_unnamed |= *text == "unnamed";
                }
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
    fn begins(&self, inner: &[Piece], words: &Words) -> bool {
        match inner.first() {
            Some(Piece::Word { text, .. }) => words.peek() == Some(text),
            Some(Piece::Slot { field, kind }) => {
                let (mut words, mut said) = (words.clone(), Said::default());
                words.peek().is_some() && self.slot(field, kind, &mut words, &mut said).is_ok()
            }
            _ => false,
        }
    }

    fn slot(&self, field: &str, kind: &str, words: &mut Words, said: &mut Said) -> Read<()> {
        if matches!(kind, "name" | "whose" | "newcomer") {
            let column = words.column();
            let name = words.need("a member's name")?.text;
            alias(name).map_err(|m| words.finding(column, format!("{name} {m}")))?;
            if field == "member" || kind != "name" {
                said.name = Some(name.into());
            }
            if kind != "whose" {
                put(&mut said.fields, field, alias_text(name).into());
            }
            return Ok(());
        }
        let name = said.name.clone().unwrap_or_default();
        let value = self.value(kind, &name, words)?;
        if !field.is_empty() && value != Value::Null {
            put(&mut said.fields, field, value);
        }
        Ok(())
    }

    /// Reads a value into the form of JSON; null where none is there and none must be.
    fn value(&self, kind: &str, name: &str, words: &mut Words) -> Read<Value> {
        const MONEY: &str = "an amount of money such as 29.00";
        let (programme, digits) = (self.programme, self.programme.digits);
        let month = |text: &str| Day::parse(&format!("{text}-01"));
        Ok(match kind {
            "word" => words.need("a word")?.text.into(),
            "rest" => words.rest().into(),
            "fields" => assignments(words),
            "count" => words.read("how many", str::parse::<u32>)?.into(),
            "number" => words
                .read("the number of a line", str::parse::<u16>)?
                .into(),
            "qty" => words.same("a quantity", Qty::parse_signed)?,
            "month" => words.same("a month such as 2026-11", month)?,
            "birthday" => words.same("a birthday such as 02-29", MonthDay::parse)?,
            "key" => words.same("a key", Key::parse)?,
            "day" => words.day()?.to_string().into(),
            "moment" => programme.calendar.display(moment(words, programme)?).into(),
            "money" => {
                let money = words.read(MONEY, |text| Money::parse(text, digits))?;
                money.display(digits).into()
            }
            "amount" => {
                let money = words.read(MONEY, |text| Money::parse_signed(text, digits))?;
                money.display(digits).into()
            }
            "points" => words.count()?.to_string().into(),
            "signed" => words
                .signed("points with a sign, such as +50")?
                .to_string()
                .into(),
            "unit" => words.unit(programme)?.into(),
            "voucher" => voucher(words, programme)?.into(),
            "held" => stands_for(name, &voucher(words, programme)?).into(),
            "spent" => spent(words, programme)?.into(),
            "gift" | "wrong" if words.take("wrong") => wrong(words).into(),
            "wrong" => return Err(words.wrong("what is claimed (slip, gift, points)")),
            "slip" => [SLIP, words.need("the key of a purchase")?.text]
                .concat()
                .into(),
            "gift" => [GIFT, words.need("the key of a gift")?.text]
                .concat()
                .into(),
            choice => {
                let known: Vec<&str> = choice.split('|').collect();
                words.one_of("one", &known)?.into()
            }
        })
    }
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
fn assignments(words: &mut Words) -> Value {
    let mut fields = Object::new();
    while let Some((name, value)) = words.peek().and_then(|w| w.split_once('=')) {
        fields.insert(name.into(), value.into());
        words.next();
    }
    match fields.is_empty() {
        true => Value::Null,
        false => Value::Object(fields),
    }
}

/// Reads a date, and a time of day if there is one: noon if not.
fn moment(words: &mut Words, programme: &Programme) -> Read<Instant> {
    let day = words.day()?;
    let second = words.time().unwrap_or(12 * 3600);
    Ok(wall(programme, day, second))
}

/// Instant of a local date and a second of the day.
pub(super) fn wall(programme: &Programme, date: Day, second: u32) -> Instant {
    let minute = second / 60;
    let at = programme.calendar.at(date, minute / 60, minute % 60);
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

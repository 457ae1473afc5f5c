//! Single fields.

use super::*;
use crate::command::{Alias, ClientId, SlipForm, bad::shortened};
use crate::model::{
    Day, Instant, LotId, Money, MonthDay, OffsetMinutes, unprintable, unprintable_in_words,
};
use rust_decimal::Decimal;
use std::borrow::Cow;

/// Reads a field that may be absent.
pub(in crate::command) fn optional<A, B>(
    field: &str,
    value: Option<A>,
    read: impl FnOnce(&str, A) -> Parsed<B>,
) -> Parsed<Option<B>> {
    value.map(|value| read(field, value)).transpose()
}

/// Refuses more than there may be of something.
pub(super) fn at_most(max: usize, field: &str, len: usize, what: &str) -> Parsed<()> {
    match len <= max {
        true => Ok(()),
        false => Err(Bad::new(
            field,
            format!("has {len} {what}, at most {max} are possible"),
        )),
    }
}

/// Fields of free text: names and remarks.
const WORDS: [&str; 5] = ["name", "note", "notice", "reason", "why"];

pub(in crate::command) fn text(field: &str, text: Option<Text>) -> Parsed<String> {
    let Some(text) = text else {
        return Ok(String::new());
    };
    at_most(TEXT_LEN_MAX, field, text.len(), "bytes")?;
    // Text that is read and not compared.
    let wrong = match WORDS.contains(&field) {
        true => unprintable_in_words(&text),
        false => unprintable(&text),
    };
    match wrong {
        Some(what) => Err(Bad::new(field, what)),
        None => Ok(text.0),
    }
}

/// Normalizes the spelling of a number or name given out by others; a blank one
/// counts as absent, like an empty field of fixed width in a till.
pub fn given_out(field: &str, value: Option<Text>) -> Parsed<String> {
    let spelt = value.map(|value| match plain_spelling(&value) {
        Cow::Borrowed(_) => value,
        Cow::Owned(spelt) => spelt.into(),
    });
    text(field, spelt)
}

pub(super) fn needed(field: &str, value: Text) -> Parsed<String> {
    match value.is_empty() {
        true => Err(Bad::new(field, "is missing or empty")),
        false => text(field, Some(value)),
    }
}

/// Most characters of an amount or quantity; longer ones are not even shown.
const NUMBER_LEN_MAX: usize = 40;

fn number(field: &str, text: &str) -> Parsed<()> {
    match text.len() {
        0 => Err(Bad::new(
            field,
            "is empty; an amount is a decimal such as \"42.50\"",
        )),
        len if len > NUMBER_LEN_MAX => Err(Bad::new(
            field,
            format!("'{}' is too long for a number", shortened(text)),
        )),
        _ => Ok(()),
    }
}

pub(super) fn money(field: &str, text: Amount, digits: u8) -> Parsed<Money> {
    number(field, &text)?;
    Money::parse(&text, digits).map_err(|e| Bad::new(field, e))
}

/// Reads money that may be negative: for goods given back on the bill.
pub(super) fn signed_money(field: &str, text: Amount, digits: u8) -> Parsed<Money> {
    number(field, &text)?;
    Money::parse_signed(&text, digits).map_err(|e| Bad::new(field, e))
}

pub(super) fn more_than_none(field: &str, text: Amount, digits: u8) -> Parsed<Money> {
    match money(field, text, digits)? {
        Money::ZERO => Err(Bad::new(field, "is 0; say how much")),
        more => Ok(more),
    }
}

pub(super) fn quantity(field: &str, text: Quantity) -> Parsed<Qty> {
    number(field, &text)?;
    match Qty::parse(&text).map_err(|e| Bad::new(field, e))? {
        Qty(0) => Err(Bad::new(field, "is 0; leave the line out instead")),
        qty => Ok(qty),
    }
}

/// Reads a quantity that may be 0 or negative: a note on the bill, or goods
/// taken back on it.
pub(super) fn signed_quantity(field: &str, text: Quantity) -> Parsed<Qty> {
    number(field, &text)?;
    Qty::parse_signed(&text).map_err(|e| Bad::new(field, e))
}

pub(in crate::command) fn positive(field: &str, Whole(value): Whole) -> Parsed<i64> {
    match value > 0 {
        true => Ok(value),
        false => Err(Bad::new(
            field,
            format!("is {value}; it must be more than 0"),
        )),
    }
}

/// Reads a positive amount of a unit.
pub(super) fn count(field: &str, figure: Figure) -> Parsed<Decimal> {
    let amount = figure.to_decimal();
    if amount > Decimal::ZERO {
        return Ok(amount);
    }
    let wrong = format!("is {amount}; it must be more than 0");
    Err(Bad::new(field, wrong))
}

pub(in crate::command) fn instant(field: &str, text: Text) -> Parsed<(Instant, OffsetMinutes)> {
    Instant::parse(&shortened(&text)).map_err(|e| Bad::new(field, e))
}

pub(super) fn day(field: &str, text: Text) -> Parsed<Day> {
    Day::parse(&shortened(&text)).map_err(|e| Bad::new(field, e))
}

pub(super) fn birthday(field: &str, text: Text) -> Parsed<MonthDay> {
    MonthDay::parse(&shortened(&text)).map_err(|e| Bad::new(field, e))
}

/// Most bytes of the sender's own id of a message.
const ID_LEN_MAX: usize = 200;

pub(in crate::command) fn client_id(field: &str, id: ClientId) -> Parsed<ClientId> {
    if let ClientId::Text(text) = &id {
        at_most(ID_LEN_MAX, field, text.len(), "bytes")?;
    }
    Ok(id)
}

/// Reads a hash of 32 bytes.
pub(super) fn hash(field: &str, text: Text) -> Parsed<[u8; 32]> {
    let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(text.as_bytes());
    let hash = bytes.ok().and_then(|bytes| bytes.try_into().ok());
    hash.ok_or_else(|| Bad::new(field, "a hash has 64 hexadecimal digits"))
}

pub(in crate::command) fn slip_form(field: &str, text: Text) -> Parsed<SlipForm> {
    text.parse().map_err(|why: String| Bad::new(field, why))
}

pub(in crate::command) fn key(field: &str, text: Text) -> Parsed<Key> {
    Key::parse(&text).map_err(|e| Bad::new(field, e))
}

pub(super) fn lot(field: &str, text: Text) -> Parsed<LotId> {
    LotId::parse(&text).ok_or_else(|| Bad::new(field, "is no lot such as 4711.0"))
}

/// Reads a member; the message omits the value, which is personal, since
/// messages reach logs.
pub(in crate::command) fn who(field: &str, text: Text) -> Parsed<Who> {
    Who::parse(&text).map_err(|e| Bad::new(field, e))
}

pub(super) fn aliases(field: &str, list: Vec<Text>) -> Parsed<Vec<Alias>> {
    let mut found: Vec<Alias> = each(field, list, |text| {
        Alias::parse(&text).map_err(|e| Bad::new("", e))
    })?;
    let mut at = 0;
    while at < found.len() {
        match found[..at].contains(&found[at]) {
            true => drop(found.remove(at)),
            false => at += 1,
        }
    }
    Ok(found)
}

pub(super) fn identified(by: Option<Text>) -> Parsed<Identified> {
    const KNOWN: [(&str, Identified); 4] = [
        ("scanned", Identified::Scanned),
        ("typed", Identified::Typed),
        ("app", Identified::App),
        ("staff", Identified::Staff),
    ];
    match by {
        None => Ok(Identified::Unsaid),
        Some(word) => one_of("by", "way of knowing a member", &kind_word(&word), &KNOWN),
    }
}

/// Reads a channel; the default is the till.
///
/// # Errors
/// The name is empty or unprintable, or stands for the ledger itself.
pub fn channel(name: Option<Text>) -> Parsed<Channel> {
    let name = name.map(|word| kind_word(&word));
    match name.as_deref() {
        None | Some("till") => Ok(Channel::Till),
        Some("app") => Ok(Channel::App),
        Some("web") => Ok(Channel::Web),
        Some("mini_program") => Ok(Channel::MiniProgram),
        Some("office") => Ok(Channel::Office),
        // System acts cannot be sent from outside.
        Some("house") => Err(Bad::new(
            "channel",
            "'house' is the ledger itself; name another",
        )),
        Some(other) => Ok(Channel::Other(needed("channel", other.into())?)),
    }
}

/// Converts every item of a list, bounded, with its position in the error.
pub(super) fn each<A, B>(
    field: &str,
    items: Vec<A>,
    convert: impl Fn(A) -> Parsed<B>,
) -> Parsed<Vec<B>> {
    at_most(LINES_MAX, field, items.len(), "items")?;
    let items = items.into_iter().enumerate();
    let converted = items
        .map(|(i, item)| convert(item).map_err(|bad| bad.inside(format_args!("{field}[{i}]"))));
    converted.collect()
}

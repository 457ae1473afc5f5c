//! From JSON text to a verb. The verb is found in the first field, then its own
//! struct is read directly from the text: no value tree, no buffering, and
//! numbers never pass through a float.

use super::{
    Request,
    bad::Bad,
    place,
    scalar::{ClientId, Text},
    verbs::{self, KeyRule, Raw, WORDS},
};
use crate::model::Key;
use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, Visitor},
};
use std::fmt;

/// Words of questions, as `ask` spells them.
pub const QUESTIONS: &[&str] = &[
    "quote",
    "balance",
    "lookup",
    "slip",
    "statement",
    "explain",
    "day",
    "policy",
    "find",
    "outbox",
    "consumers",
    "last_daily",
    "report",
];

/// Longest command, in bytes; longer lines are skipped, not kept in memory.
pub const LINE_LEN_MAX: usize = 1 << 20;

/// Reads one command; money is read with the programme's `digits`.
///
/// A byte order mark before it is allowed; anything after it is not.
pub fn parse(json: &[u8], digits: u8) -> Result<Request, Bad> {
    verbs::request(read(text_of(json)?)?, digits, KeyRule::Needed)
}

/// Reads one command whose key may be absent: the caller fills one in.
pub fn parse_keyless(json: &[u8], digits: u8) -> Result<Request, Bad> {
    verbs::request(read(text_of(json)?)?, digits, KeyRule::Optional)
}

/// Decodes input bytes as text, without a byte order mark; the error has the
/// place where it stops being UTF-8, and the remedy.
pub fn text_of(bytes: &[u8]) -> Result<&str, Bad> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(Bad::new("", "the input is UTF-16; save it as UTF-8"));
    }
    if bytes.len() > LINE_LEN_MAX {
        let message = format!(
            "the command has {} bytes, at most {LINE_LEN_MAX} are possible",
            bytes.len()
        );
        return Err(Bad::new("", message));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|e| {
        let (at, byte) = (e.valid_up_to(), bytes[e.valid_up_to()]);
        let message = format!(
            "not UTF-8 at byte {at} (0x{byte:02x}); save it as UTF-8, or name the encoding of an import with --encoding"
        );
        Bad::new("", message)
    })
}

fn read(json: &str) -> Result<Raw, Bad> {
    match first_field_do(json) {
        Some(verb) => read_as(verb, json),
        None => read_as(&find_do(json)?, json),
    }
}

fn read_as(verb: &str, json: &str) -> Result<Raw, Bad> {
    let mut from = serde_json::Deserializer::from_str(json);
    let read = match verbs::read(verb, &mut from) {
        Some(read) => read.and_then(|raw| from.end().map(|()| raw)),
        None if QUESTIONS.contains(&verb) => return Err(asked(verb)),
        None => return Err(Bad::unknown("do", "verb", verb, WORDS)),
    };
    read.map_err(|e| place::explain(&e, json))
}

/// Error about a question that was sent as a command.
fn asked(verb: &str) -> Bad {
    let message = format!("'{verb}' is no verb but a question; write \"ask\":\"{verb}\"");
    Bad::new("do", message)
}

/// The verb, if it is the first field and written without escapes, as tills do.
fn first_field_do(json: &str) -> Option<&str> {
    let rest = json.trim_ascii_start().strip_prefix('{')?;
    let rest = rest.trim_ascii_start().strip_prefix("\"do\"")?;
    let rest = rest.trim_ascii_start().strip_prefix(':')?;
    let rest = rest.trim_ascii_start().strip_prefix('"')?;
    let (verb, _) = rest.split_once('"')?;
    (!verb.contains('\\')).then_some(verb)
}

fn find_do(json: &str) -> Result<String, Bad> {
    if json.trim_ascii_start().starts_with('[') {
        return Err(Bad::new(
            "",
            "it is a list; a command is one JSON object, and several go one a line to 'session' or 'import'",
        ));
    }
    let found: Found = serde_json::from_str(json).map_err(|e| place::explain(&e, json))?;
    found
        .verb
        .map(|verb| verb.0)
        .ok_or_else(|| Bad::missing("do", "say what to do, for example \"do\":\"purchase\""))
}

/// Key and sender's id of a command that was not accepted, so that the answer
/// can name it; empty and None if there are none.
pub fn names_in(json: &[u8]) -> (String, Option<ClientId>) {
    let text = text_of(json).unwrap_or("");
    let found: Found = serde_json::from_str(text).unwrap_or_default();
    let key = Key::parse(&found.key.unwrap_or_default());
    let key = key.map_or_else(|_| String::new(), |key| key.to_string());
    (key, found.id)
}

/// The fields `do`, `key` and `id`, in any place; all others are skipped.
#[derive(Default)]
struct Found {
    verb: Option<Text>,
    key: Option<Text>,
    id: Option<ClientId>,
}

impl<'de> Deserialize<'de> for Found {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(FoundVisitor)
    }
}

/// The sender's id, if valid: an invalid one is the reason why a command was
/// not accepted, and must not keep its key from being found.
struct Lenient(Option<ClientId>);

impl<'de> Deserialize<'de> for Lenient {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let found = serde_json::Value::deserialize(from)?;
        Ok(Lenient(ClientId::deserialize(found).ok()))
    }
}

struct FoundVisitor;

impl<'de> Visitor<'de> for FoundVisitor {
    type Value = Found;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a command as one JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = Found::default();
        while let Some(name) = map.next_key::<Text>()? {
            match &*name {
                "do" => found.verb = Some(map.next_value()?),
                "key" => found.key = Some(map.next_value()?),
                "id" => found.id = map.next_value::<Lenient>()?.0,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(found)
    }
}

/// Converts a verb made of flags or columns to a request, by the same rules and
/// with the same messages as JSON.
pub fn from_raw(raw: Raw, digits: u8) -> Result<Request, Bad> {
    verbs::request(raw, digits, KeyRule::Optional)
}

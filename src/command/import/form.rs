//! A command filled by a row: the same fields as in JSON, read by the same types.

use crate::command::Bad;
use crate::command::verbs::{self, Raw};
use serde::de::value::{Error, MapDeserializer, SeqDeserializer};
use serde::de::{Deserializer, IntoDeserializer, Visitor};
use serde::{Serialize, Serializer, forward_to_deserialize_any};
use std::borrow::Cow;

/// A value of a field.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(untagged)]
pub enum Node<'c> {
    /// A text.
    Text(Cow<'c, str>),
    /// A whole number.
    Whole(i64),
    /// True or false.
    Flag(bool),
    /// A list of texts.
    Texts(Vec<Cow<'c, str>>),
    /// A list of items.
    Items(Vec<Form<'c>>),
    /// A map of texts.
    Named(Form<'c>),
}

/// Fields with their values.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Form<'c>(Vec<(&'c str, Node<'c>)>);

impl<'c> Form<'c> {
    /// The value of a field.
    pub fn get(&self, name: &str) -> Option<&Node<'c>> {
        self.0.iter().find(|f| f.0 == name).map(|f| &f.1)
    }

    /// The text of a field.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.get(name)? {
            Node::Text(text) => Some(text),
            _ => None,
        }
    }

    /// True if there is such a field.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// True if no field is filled.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Sets a field, replacing its value.
    pub fn set(&mut self, name: &'c str, value: impl Into<Node<'c>>) {
        let value = value.into();
        match self.0.iter_mut().find(|f| f.0 == name) {
            Some(found) => found.1 = value,
            None => self.0.push((name, value)),
        }
    }

    /// Removes a field.
    pub fn take(&mut self, name: &str) -> Option<Node<'c>> {
        let at = self.0.iter().position(|f| f.0 == name)?;
        Some(self.0.remove(at).1)
    }

    /// Adds a text to a list.
    pub fn push(&mut self, name: &'c str, text: Cow<'c, str>) {
        match self.0.iter_mut().find(|f| f.0 == name) {
            Some((_, Node::Texts(texts))) => texts.push(text),
            _ => self.set(name, Node::Texts(vec![text])),
        }
    }

    /// Converts the command to a verb.
    ///
    /// # Errors
    /// A field is missing, or there is no such verb.
    pub fn into_raw(mut self, verb: &str) -> Result<Raw, Bad> {
        self.0.push(("do", Node::Text(Cow::Owned(verb.to_owned()))));
        let has_lines = self.has("lines");
        let read = verbs::read(verb, self.into_deserializer());
        let read = read.ok_or_else(|| Bad::unknown("do", "verb", verb, verbs::WORDS))?;
        read.map_err(|e| match wrong(&e) {
            bad if has_lines && bad.field == "total" => Bad::new(
                "total",
                "is missing or empty; where only the rows have amounts, map total=sum(COLUMN)",
            ),
            bad => bad,
        })
    }

    /// The command as JSON.
    pub fn to_json(&self, verb: &str) -> String {
        let verb = Node::Text(verb.into());
        let fields = self.0.iter().map(|(name, value)| (*name, value));
        let fields = std::iter::once(("do", &verb)).chain(fields);
        let mut json = Vec::new();
        // Writing to memory does not fail, and what is written is text.
        let _ = serde_json::Serializer::new(&mut json).collect_map(fields);
        String::from_utf8(json).unwrap_or_default()
    }
}

impl Serialize for Form<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl From<String> for Node<'_> {
    fn from(text: String) -> Self {
        Node::Text(text.into())
    }
}

/// Rewords serde's message about a missing field.
fn wrong(error: &Error) -> Bad {
    let said = error.to_string();
    let missing = said
        .strip_prefix("missing field `")
        .and_then(|rest| rest.split_once('`'));
    match missing {
        Some((field, _)) => Bad::new(field, "is missing or empty"),
        None => Bad::new("", said),
    }
}

impl<'de> IntoDeserializer<'de, Error> for Form<'de> {
    type Deserializer = MapDeserializer<'de, std::vec::IntoIter<(&'de str, Node<'de>)>, Error>;

    fn into_deserializer(self) -> Self::Deserializer {
        MapDeserializer::new(self.0.into_iter())
    }
}

impl<'de> IntoDeserializer<'de, Error> for Node<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Node<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Node::Text(Cow::Borrowed(text)) => visitor.visit_borrowed_str(text),
            Node::Text(Cow::Owned(text)) => visitor.visit_string(text),
            Node::Whole(whole) => visitor.visit_i64(whole),
            Node::Flag(flag) => visitor.visit_bool(flag),
            Node::Texts(texts) => {
                let texts = texts.into_iter().map(Node::Text);
                visitor.visit_seq(SeqDeserializer::new(texts))
            }
            Node::Items(items) => {
                let items = items.into_iter().map(Node::Named);
                visitor.visit_seq(SeqDeserializer::new(items))
            }
            Node::Named(form) => visitor.visit_map(form.into_deserializer()),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier
        ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::json;

    #[test]
    fn a_form_is_read_as_its_json_is() {
        let mut line = Form::default();
        line.set("sku", Node::Text("LATTE".into()));
        line.set("amount", Node::Text("3.00".into()));
        let mut form = Form::default();
        form.set("member", Node::Text("card:1".into()));
        form.set("key", Node::Text("k".into()));
        form.set("total", Node::Text("3.00".into()));
        form.set("counter", Node::Whole(7));
        form.set("enrol", Node::Flag(true));
        form.set("lines", Node::Items(vec![line]));
        form.push("codes", "A".into());
        form.push("codes", "B".into());
        let text = form.to_json("purchase");
        let from_json = json::parse(text.as_bytes(), 2).unwrap();
        let from_form = json::from_raw(form.into_raw("purchase").unwrap(), 2).unwrap();
        assert_eq!(from_json, from_form, "{text}");
        let mut form = Form::default();
        form.set("member", Node::Text("card:1".into()));
        let said = form.into_raw("purchase").unwrap_err();
        assert_eq!(said.to_string(), "total: is missing or empty");
        let mut form = Form::default();
        form.set("lines", Node::Items(Vec::new()));
        let said = form.into_raw("purchase").unwrap_err();
        assert!(said.to_string().contains("total=sum(COLUMN)"), "{said}");
    }
}

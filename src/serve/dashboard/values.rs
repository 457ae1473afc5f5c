//! Values of answers as the pages spell them.

use crate::page::grouped;
use serde_json::Value;

pub(super) fn counted(object: &Value) -> Vec<(String, String)> {
    let fields = object.as_object().into_iter().flatten();
    fields
        .map(|(name, count)| (name.clone(), grouped(&plain(count))))
        .collect()
}

/// Items of a list; none of any other value.
pub(super) fn items(list: &Value) -> impl DoubleEndedIterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

/// An instant to the minute, as people read it.
pub(super) fn minute(value: &Value) -> String {
    let text = plain(value).chars().take(16).collect::<String>();
    text.replace('T', " ")
}

/// A value in words: texts without quotes.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// A text as part of an address.
pub(super) fn encoded(text: &str) -> String {
    let part = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'/' => {
            char::from(byte).to_string()
        }
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(part).collect()
}

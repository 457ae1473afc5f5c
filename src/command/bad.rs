//! Bad input: the fault, its place, and the remedy.

use crate::model::{Code, on_one_line};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Reason why input was not accepted.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Bad {
    /// Always a code of class `invalid`.
    #[serde(skip, default = "bad_input")]
    pub code: Code,
    /// The field's path, such as `lines[1].amount`; empty for the whole.
    pub field: String,
    /// The fault and the remedy.
    pub message: String,
    /// The nearest known name, if one was misspelt.
    #[serde(skip)]
    pub nearest: Option<String>,
}

/// Code of an error that waited in a scratch file of an import.
fn bad_input() -> Code {
    Code::BadInput
}

impl Bad {
    /// Makes the error of a field.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Bad {
        Bad {
            code: Code::BadInput,
            field: on_one_line(&field.into()),
            message: on_one_line(&message.into()),
            nearest: None,
        }
    }

    /// Makes the error of a required field that is missing; the remedy states
    /// what to write.
    pub fn missing(field: &str, remedy: &str) -> Bad {
        Bad::new(field, format!("is missing; {remedy}"))
    }

    /// Makes the error of an unknown name.
    pub fn unknown(field: impl Into<String>, what: &str, name: &str, known: &[&str]) -> Bad {
        let name = shortened(name);
        let near = nearest(&name, known);
        let remedy = match near {
            Some(near) => format!("did you mean '{near}'?"),
            None if known.is_empty() => "there is none".into(),
            None => format!("known: {}", known.join(", ")),
        };
        Bad {
            nearest: near.map(str::to_owned),
            ..Bad::new(field, format!("unknown {what} '{name}'; {remedy}"))
        }
    }

    /// Adds an outer list or object to the field's path.
    pub fn inside(mut self, outer: impl fmt::Display) -> Bad {
        self.field = match self.field.as_str() {
            "" => outer.to_string(),
            inner => format!("{outer}.{inner}"),
        };
        self
    }
}

impl fmt::Display for Bad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.field.as_str() {
            "" => f.write_str(&self.message),
            field => write!(f, "{field}: {}", self.message),
        }
    }
}

impl std::error::Error for Bad {}

/// Shortens input for a message, so that a message cannot be megabytes.
pub fn shortened(text: &str) -> String {
    const SHOWN_MAX: usize = 60;
    match text.char_indices().nth(SHOWN_MAX) {
        Some((end, _)) => format!("{}..", &text[..end]),
        None => text.to_owned(),
    }
}

/// Reads a word of a closed list as the value it stands for; `what` names the
/// list in the error.
///
/// # Errors
/// The word is none of them.
pub fn one_of<T: Copy>(field: &str, what: &str, word: &str, known: &[(&str, T)]) -> Result<T, Bad> {
    match known.iter().find(|(known, _)| *known == word) {
        Some((_, value)) => Ok(*value),
        None => {
            let known: Vec<&str> = known.iter().map(|(word, _)| *word).collect();
            Err(Bad::unknown(field, what, word, &known))
        }
    }
}

/// The known name nearest to a misspelt one, if any is near.
pub fn nearest<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    let limit = (name.chars().count() / 3).clamp(1, 3);
    known
        .iter()
        .map(|k| (strsim::osa_distance(&name.to_lowercase(), k), *k))
        .min()
        .filter(|(distance, _)| *distance <= limit)
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_near() {
        let known = ["amount", "category", "qty", "sku"];
        assert_eq!(nearest("amout", &known), Some("amount"));
        assert_eq!(nearest("Amount", &known), Some("amount"));
        assert_eq!(nearest("qyt", &known), Some("qty"));
        assert_eq!(nearest("colour", &known), None);
        assert_eq!(nearest("", &known), None);
    }

    #[test]
    fn paths_grow_outward() {
        let bad = Bad::new("amount", "x").inside("lines[1]");
        assert_eq!(bad.field, "lines[1].amount");
        assert_eq!(Bad::new("", "x").inside("lines").field, "lines");
    }

    #[test]
    fn a_message_never_repeats_megabytes() {
        let bad = Bad::unknown("do", "verb", &"x".repeat(1 << 20), &["purchase"]);
        assert!(bad.message.len() < 200);
    }
}

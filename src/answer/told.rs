//! Entries for people and programs: in statements, exports and explanations.

use super::{ByUnit, Did, Warning, summed};
use schemars::JsonSchema;
use serde::Serialize;

/// An entry as a statement shows it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct StatementEntry {
    /// Its sequence.
    pub seq: u64,
    /// Instant at which it happened.
    pub at: String,
    /// The kind of entry.
    pub kind: &'static str,
    /// Its own words.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub what: String,
    /// Its key.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub key: String,
    /// Its effects.
    pub did: Vec<Did>,
    /// The member's balances after it.
    pub after: ByUnit,
    /// Oddities that were booked all the same.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
}

impl StatementEntry {
    /// The entry with the remark that it keeps sealed, where that may be shown.
    #[must_use]
    pub fn with_note(self, note: Option<String>) -> StatementEntry {
        StatementEntry {
            what: note.unwrap_or(self.what),
            ..self
        }
    }

    /// Effects of the entry on one line.
    pub fn did_text(&self) -> String {
        let texts: Vec<String> = summed(&self.did).iter().map(Did::text).collect();
        texts.join("; ")
    }

    /// Balances after the entry, on one line.
    pub fn after_text(&self) -> String {
        amounts(&self.after)
    }
}

/// Amounts on one line.
pub fn amounts(by_unit: &ByUnit) -> String {
    let texts: Vec<String> = by_unit.iter().map(|(u, n)| format!("{n} {u}")).collect();
    texts.join(", ")
}

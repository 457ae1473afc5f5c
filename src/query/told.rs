//! Entries described in the words of a till: shared by statements, exports and
//! explanations.

use super::phrase::phrase;
use crate::answer::{ByUnit, Did, Warning, is_told_to, seen_by};
use crate::engine::{Error, Ledger};
use crate::model::{Entry, MemberId};
use schemars::JsonSchema;
use serde::Serialize;

/// An entry as a statement shows it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct Told {
    /// Its sequence.
    pub seq: u64,
    /// When it happened.
    pub at: String,
    /// What kind of entry.
    pub kind: &'static str,
    /// What it says of itself, in words.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub what: String,
    /// Its key.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub key: String,
    /// What it did.
    pub did: Vec<Did>,
    /// What the member held after it.
    pub after: ByUnit,
    /// What went otherwise than meant.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
}

/// Describes an entry.
///
/// # Errors
/// No programme is in force.
pub fn told(ledger: &Ledger, entry: &Entry) -> Result<Told, Error> {
    let accepted = ledger.view()?.accepted(entry, None);
    let programme = ledger.programme()?;
    Ok(Told {
        seq: entry.seq,
        at: programme.calendar.display(entry.head.occurred_at()),
        kind: entry.act.kind(),
        what: phrase(&entry.act, programme.digits),
        key: accepted.key,
        did: accepted.did,
        after: accepted.after,
        warnings: accepted.warnings,
    })
}

/// Describes an entry to one of its members: only their own part.
///
/// # Errors
/// The same.
pub fn told_to(ledger: &Ledger, entry: &Entry, id: MemberId) -> Result<Told, Error> {
    let mut told = told(ledger, &seen_by(entry, id))?;
    if !is_told_to(entry, id) {
        told.what = "in another name".into();
    }
    Ok(told)
}

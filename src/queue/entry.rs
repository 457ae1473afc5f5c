//! Entries of a queue's journal, as JSON.

use super::QueueError;
use super::error::about_caller;
use crate::answer::{Answer, Retry};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Place and programme that a queue is made for.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Setup {
    /// Terminal, filled into commands that name none.
    pub terminal: String,
    /// Store, likewise; may be empty.
    #[serde(default)]
    pub store: String,
    /// Name on slips; may be empty.
    #[serde(default)]
    pub shop: String,
    /// Decimals of the programme's currency.
    pub digits: u8,
}

/// An allowance of this terminal.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Allowance {
    /// Key of the hold.
    pub key: String,
    /// Its sequence in the ledger.
    pub seq: Option<u64>,
    /// The member, as commands name them.
    pub member: String,
    /// The unit.
    pub unit: String,
    /// Points in whole units.
    pub points: String,
    /// Instant up to which the terminal may spend them.
    pub until: String,
    /// Instant at which the terminal asked for it, by its own clock.
    #[serde(default)]
    pub asked: String,
    /// The ledger's stamp of the hold, which proves who gave it.
    #[serde(default)]
    pub stamp: Option<String>,
}

/// Entry of the journal.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Entry {
    /// The queue was made.
    Begun(Setup),
    /// A command was queued.
    Queued {
        /// The command as it will be sent.
        command: Map<String, Value>,
    },
    /// The ledger is asked to set points aside for this terminal.
    Asked(Allowance),
    /// It has done so.
    Allowed(Allowance),
    /// It has refused to.
    NotAllowed {
        /// Key of the hold.
        key: String,
    },
    /// A command was carried out.
    Done {
        /// The entry that queued it.
        of: u64,
        /// Sequence in the ledger.
        seq: Option<u64>,
    },
    /// A command was refused.
    Refused(Refused),
}

/// Refusal of a queued command.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Refused {
    /// The entry that queued it.
    pub of: u64,
    /// Code of the refusal.
    pub code: String,
    /// In words.
    pub message: String,
    /// Remedy.
    pub retry: Retry,
}

impl Entry {
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    pub fn read(bytes: &[u8]) -> Result<Entry, QueueError> {
        serde_json::from_slice(bytes).map_err(|e| QueueError::damage(format!("an entry: {e}")))
    }

    pub fn of(of: u64, answer: &Answer) -> Entry {
        match answer {
            Answer::Accepted(done) => Entry::Done { of, seq: done.seq },
            Answer::Refused(no) => Entry::Refused(Refused {
                of,
                code: no.code.clone(),
                message: no.message.clone(),
                retry: no.retry,
            }),
        }
    }
}

/// Outcome of a queued command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fate {
    /// It waits.
    Waiting,
    /// It was carried out.
    Done {
        /// Sequence in the ledger.
        seq: Option<u64>,
    },
    /// It was refused, and is kept.
    Refused(Refused),
}

/// A command in the queue.
#[derive(Clone, PartialEq, Debug)]
pub struct Queued {
    /// Its number: the entry that queued it.
    pub number: u64,
    /// The command as it will be sent.
    pub command: Map<String, Value>,
    /// Its outcome.
    pub fate: Fate,
}

impl Queued {
    pub(super) fn new(number: u64, command: Map<String, Value>) -> Queued {
        let fate = Fate::Waiting;
        Queued {
            number,
            command,
            fate,
        }
    }

    /// A field of the command; empty if it has none.
    pub fn field(&self, name: &str) -> &str {
        self.command
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// Its key.
    pub fn key(&self) -> &str {
        self.field("key")
    }

    /// The command as one line of JSON.
    pub fn to_json(&self) -> String {
        Value::Object(self.command.clone()).to_string()
    }

    /// True if a drain sends it: it waits, or was refused without a record, so
    /// that the same key may be sent again, or its sender was.
    pub fn is_open(&self) -> bool {
        match &self.fate {
            Fate::Waiting => true,
            Fate::Done { .. } => false,
            Fate::Refused(no) => no.retry == Retry::SameKey || about_caller(&no.code).is_some(),
        }
    }

    /// True if these fields are of the same command.
    pub(super) fn is_of(&self, fields: &Map<String, Value>) -> bool {
        let mut sent = fields
            .iter()
            .filter(|(name, _)| !["slip", "id"].contains(&name.as_str()));
        sent.all(|(name, value)| self.command.get(name).is_some_and(|own| covers(own, value)))
    }
}

/// True if a value is the sent one, but for fields that the queue put in.
fn covers(own: &Value, sent: &Value) -> bool {
    match (own, sent) {
        (Value::Object(own), Value::Object(sent)) => sent
            .iter()
            .all(|(name, sent)| own.get(name).is_some_and(|own| covers(own, sent))),
        (Value::Array(own), Value::Array(sent)) => {
            own.len() == sent.len() && own.iter().zip(sent).all(|(own, sent)| covers(own, sent))
        }
        (own, sent) => own == sent,
    }
}

//! The outbox: messages that campaigns want sent, in the order of the journal.
//! The sender polls from a position and remembers the last one.

use super::Ledger;
use super::error::Error;
use super::read::entries_of;
use crate::model::{Effect, Entry, NameKind, Value};
use serde::Serialize;
use std::collections::BTreeMap;

/// A message to be sent.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Outgoing {
    /// Its entry: the next poll begins after it.
    pub position: u64,
    /// Time of the entry.
    pub at: String,
    /// Recipient: `stampbook member show` has their addresses.
    pub member: String,
    /// Campaign that sends it; empty if none.
    pub campaign: String,
    /// Name of the template.
    pub template: String,
    /// Its variables.
    pub vars: BTreeMap<String, serde_json::Value>,
    /// True if it must not be sent, only counted: the consent is missing.
    pub is_suppressed: bool,
}

impl Ledger {
    /// Messages after a position, oldest first: about `count_max` of them, with
    /// all of an entry or none; suppressed ones only if asked for.
    pub fn outbox(
        &mut self,
        after: Option<u64>,
        count_max: usize,
        has_suppressed: bool,
    ) -> Result<Vec<Outgoing>, Error> {
        self.commit()?;
        let from = after.map_or(0, |after| after.saturating_add(1));
        let mut found = Vec::new();
        for page in self.pages_from(from)? {
            for entry in entries_of(&page?)? {
                if entry.seq >= from {
                    let messages = self.messages_of(&entry)?.into_iter();
                    found.extend(messages.filter(|m| has_suppressed || !m.is_suppressed));
                }
                if found.len() >= count_max {
                    return Ok(found);
                }
            }
        }
        Ok(found)
    }

    fn messages_of(&self, entry: &Entry) -> Result<Vec<Outgoing>, Error> {
        let calendar = &self.programme()?.calendar;
        let names = &self.global().names;
        let message = |effect: &Effect| match effect {
            Effect::Message {
                who,
                campaign,
                template,
                vars,
                is_suppressed,
            } => {
                let member = entry.touched.get(usize::from(*who))?.member;
                let var = |(name, value): &(String, Value)| (name.clone(), json(value));
                Some(Outgoing {
                    position: entry.seq,
                    at: calendar.display(entry.head.occurred_at()),
                    member: member.to_string(),
                    campaign: match campaign {
                        0 => String::new(),
                        number => names.text(NameKind::Campaign, *number),
                    },
                    template: template.clone(),
                    vars: vars.iter().map(var).collect(),
                    is_suppressed: *is_suppressed,
                })
            }
            _ => None,
        };
        Ok(entry.effects.iter().filter_map(message).collect())
    }
}

/// Converts a value to JSON: whole numbers to numbers, exact decimals to texts.
fn json(value: &Value) -> serde_json::Value {
    match value {
        Value::Unit => serde_json::Value::Null,
        Value::Bool(x) => (*x).into(),
        Value::Int(x) => (*x).into(),
        other => other.to_string().into(),
    }
}

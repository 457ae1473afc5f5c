//! Messages to be sent, and the senders that pull them.

use super::{Ask, Consumers, Error, Outbox};
use crate::command::{Bad, consumer, outbox_position};
use crate::engine::{self, Ledger, Outgoing};
use crate::model::OutboxPosition;
use schemars::JsonSchema;
use serde::Serialize;

/// Messages of a reply, if the question says no other number.
const LIMIT: i64 = 1_000;
/// Most messages of a reply.
const LIMIT_MAX: i64 = 10_000;

/// Messages to be sent.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema)]
pub struct OutboxReply {
    /// Always true.
    pub ok: bool,
    /// The messages, oldest first.
    pub messages: Vec<Outgoing>,
    /// Position to acknowledge once all of them are dealt with, and to pull from; absent
    /// while there was nothing at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// True if there is nothing after `next` at present; else pull on.
    pub is_end: bool,
}

/// Senders of messages.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, JsonSchema)]
pub struct ConsumersReply {
    /// Always true.
    pub ok: bool,
    /// By name.
    pub consumers: Vec<ConsumerTold>,
}

/// A sender of messages.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, JsonSchema)]
pub struct ConsumerTold {
    /// Its name.
    pub consumer: String,
    /// Position up to which it has dealt with everything.
    pub position: String,
}

impl Outbox {
    /// The position that the question pulls from.
    ///
    /// # Errors
    /// It is malformed, or the name is.
    pub fn from(&self, ledger: &Ledger) -> Result<Option<OutboxPosition>, Error> {
        match (&self.consumer, &self.after) {
            (Some(_), Some(_)) => {
                let text = "excludes 'after': a sender's position is what it has acknowledged";
                Err(Bad::new("consumer", text).into())
            }
            (Some(name), None) => Ok(ledger.global().acknowledged(&consumer(name)?)),
            (None, Some(after)) => Ok(Some(outbox_position("after", after)?)),
            (None, None) => Ok(None),
        }
    }

    fn limit(&self) -> Result<usize, Error> {
        let limit = self.limit.map_or(LIMIT, |limit| limit.0);
        let fit = (1..=LIMIT_MAX).contains(&limit).then_some(limit);
        let fit = fit.and_then(|limit| usize::try_from(limit).ok());
        let text = format!("is 1 to {LIMIT_MAX}");
        fit.ok_or_else(|| Bad::new("limit", text).into())
    }
}

impl Ask for Outbox {
    type Reply = OutboxReply;

    fn answer(&self, ledger: &mut Ledger) -> Result<OutboxReply, Error> {
        let pulled = engine::outbox(ledger, self.from(ledger)?, self.limit()?, self.suppressed)?;
        Ok(OutboxReply {
            ok: true,
            messages: pulled.messages,
            next: pulled.next.map(|at| at.to_string()),
            is_end: pulled.is_end,
        })
    }
}

impl Ask for Consumers {
    type Reply = ConsumersReply;

    fn answer(&self, ledger: &mut Ledger) -> Result<ConsumersReply, Error> {
        let told = ledger.global().consumers.iter();
        let told = told.map(|(consumer, at)| ConsumerTold {
            consumer: consumer.clone(),
            position: at.to_string(),
        });
        let mut consumers: Vec<ConsumerTold> = told.collect();
        consumers.sort();
        Ok(ConsumersReply {
            ok: true,
            consumers,
        })
    }
}

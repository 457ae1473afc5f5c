//! The outbox: a sender of messages acknowledges what it has dealt with.

use super::case::Case;
use crate::model::{Act, Code, Draft, Effect, OutboxPosition, Refusal};

/// Greatest number of senders.
const CONSUMERS_MAX: usize = 100;

/// Decides an acknowledgement: it goes forward only, and not past the last entry.
///
/// # Errors
/// The position lies past the last entry, was acknowledged before, or there are too
/// many senders.
pub fn acknowledge(case: &Case, consumer: String, to: OutboxPosition) -> Result<Draft, Refusal> {
    let global = &case.state.global;
    if to.seq >= global.next_seq {
        let last = global.next_seq.saturating_sub(1);
        let detail = format!("position: {to} has not been pulled: the last entry is {last}");
        return Err(Refusal::new(Code::BadInput, detail));
    }
    match global.acknowledged(&consumer) {
        Some(at) if to <= at => {
            let detail =
                format!("position: {consumer} has acknowledged the outbox up to {at} already");
            return Err(Refusal::new(Code::AlreadySo, detail));
        }
        None if global.consumers.len() >= CONSUMERS_MAX => {
            let detail = format!("consumer: there are {CONSUMERS_MAX} already; use one of them");
            return Err(Refusal::new(Code::TooLarge, detail));
        }
        _ => {}
    }
    let effect = Effect::OutboxRead {
        consumer: consumer.clone(),
        to,
    };
    Ok(case.draft(Act::OutboxAcknowledged { consumer, to }, vec![effect]))
}

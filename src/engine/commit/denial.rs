//! Answers of refusals.

use crate::answer::{Denied, Quantity};
use crate::engine::Records;
use crate::engine::opening::continuity::is_for_training;
use crate::model::{Entry, Refusal};

pub(in crate::engine) fn denied(records: &Records, key: &str, refusal: &Refusal) -> Denied {
    Denied {
        quantity: Quantity::of(refusal, records.programme().ok()),
        training: is_for_training(records.writer.coming().origin()),
        ..Denied::new(key, refusal.code, refusal.detail.clone())
    }
}

/// Makes the answer of a refusal that is kept as an entry.
pub(in crate::engine) fn denied_before(
    records: &Records,
    entry: &Entry,
    no: &Refusal,
    is_repeated: bool,
) -> Denied {
    Denied {
        seq: Some(entry.seq),
        repeated: is_repeated,
        ..denied(records, entry.head.key.as_str(), no)
    }
}

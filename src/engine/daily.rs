//! The state of a daily run, and what one did.

use crate::model::{Day, Instant, MemberId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// Record of a daily run.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
pub struct DailyTold {
    /// The business day on which it ran.
    pub day: String,
    /// Instant at which it began.
    pub began: String,
    /// Instant at which it was done.
    pub ended: String,
    /// Days that it caught up, one after another, this one included.
    pub days: usize,
    /// Number of entries booked.
    pub entries: u64,
    /// The first of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<u64>,
    /// The last of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<u64>,
    /// Number of warnings for a person at its end.
    pub warnings: usize,
}

/// A daily run under way.
#[derive(Debug)]
pub struct DailyRun {
    pub(super) day: Day,
    pub(super) began: Instant,
    pub(super) days: usize,
    /// Instants up to which events are booked, one after another.
    pub(super) untils: VecDeque<Instant>,
    /// The present one.
    pub(super) until: Instant,
    /// Members for whom something is due until then.
    pub(super) members: VecDeque<MemberId>,
    pub(super) booked: Vec<u64>,
}

impl DailyRun {
    /// Sequences of the entries booked so far.
    pub fn booked(&self) -> &[u64] {
        &self.booked
    }
}

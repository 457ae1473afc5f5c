//! The pilot that runs.

use crate::model::Pilot;
use bincode::{Decode, Encode};

/// A pilot that runs.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct RunningPilot {
    /// Number of its activation.
    pub number: u32,
    /// Entry of its activation.
    pub seq: u64,
    /// The pilot.
    pub pilot: Pilot,
}

//! Holds: points that stand in lots and cannot be spent otherwise.

use crate::model::{Instant, LotId, Number, Points};
use bincode::{Decode, Encode};

/// Points set aside by one entry.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Hold {
    /// The entry that set them aside.
    pub seq: u64,
    /// Of which unit.
    pub unit: Number,
    /// Free again at this instant.
    pub until: Instant,
    /// Hash of the token that lets somebody else have them, if one does.
    pub token: Option<[u8; 32]>,
    /// How many of which lot are still held, in the order they were taken in.
    pub lots: Vec<(LotId, Points)>,
}

impl Hold {
    /// How many are still held.
    pub fn left(&self) -> Points {
        Points(self.lots.iter().map(|l| l.1.0).sum())
    }
}

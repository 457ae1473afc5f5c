//! Holds: points in lots that cannot be spent otherwise.

use crate::model::{Instant, LotId, Number, Points};
use bincode::{Decode, Encode};

/// Points set aside by one entry.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Hold {
    /// The entry that set them aside.
    pub seq: u64,
    /// The unit.
    pub unit: Number,
    /// Instant of release.
    pub until: Instant,
    /// Hash of the token that lets somebody else claim them, if there is one.
    pub token: Option<[u8; 32]>,
    /// Points still held in each lot, in the order they were held.
    pub lots: Vec<(LotId, Points)>,
}

impl Hold {
    /// Points still held.
    pub fn left(&self) -> Points {
        Points(self.lots.iter().map(|l| l.1.0).sum())
    }
}

//! Households: members who may spend each other's points. Each keeps the list,
//! so that loading one member finds the others.

use crate::model::MemberId;
use bincode::{Decode, Encode};

/// A household as each of its members knows it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Household {
    /// The entry that founded it.
    pub seq: u64,
    /// Everybody in it, in the order of the entry that changed it last.
    pub members: Vec<MemberId>,
}

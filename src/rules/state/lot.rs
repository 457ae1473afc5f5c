//! A lot, and the sums over the open lots of a unit.

use super::{Exceeded, bounded_sum};
use crate::model::{Instant, LotId, Number, Points, Terms};
use bincode::{Decode, Encode};

/// Points that were earned together and expire together.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Lot {
    /// Its id.
    pub id: LotId,
    /// The unit.
    pub unit: Number,
    /// Points left, held ones included.
    pub remaining: Points,
    /// Part of that set aside by holds.
    pub held: Points,
    /// Instant of earning.
    pub earned: Instant,
    /// Its terms.
    pub terms: Terms,
    /// The campaign it came from; 0 if none.
    pub campaign: Number,
    /// Hash of its code, for a voucher: boxed, since lots are many and few have one.
    pub code: Option<Box<[u8; 32]>>,
}

impl Lot {
    /// Points of it that can be spent at an instant.
    pub fn spendable(&self, at: Instant) -> Points {
        match self.is_dead(at) || self.is_pending(at) {
            true => Points::ZERO,
            false => Points(self.remaining.0 - self.held.0),
        }
    }

    /// True if it has expired by an instant; the instant of expiry is included.
    pub fn is_dead(&self, at: Instant) -> bool {
        self.terms.expires.is_some_and(|end| end <= at)
    }

    /// True if it cannot be spent yet.
    pub fn is_pending(&self, at: Instant) -> bool {
        self.terms.available.is_some_and(|from| from > at)
    }

    /// Spending order: earliest expiry first, then time, then sequence; lots
    /// that never expire come last.
    pub fn spend_order(&self) -> (bool, Option<Instant>, Instant, LotId) {
        (
            self.terms.expires.is_none(),
            self.terms.expires,
            self.earned,
            self.id,
        )
    }
}

/// Sums over a member's open lots of one unit.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Encode, Decode)]
pub struct LotSums {
    /// The unit.
    pub unit: Number,
    /// Points left.
    pub remaining: i64,
    /// Part of that set aside by holds.
    pub held: i64,
    /// Points left in lots with a date of release.
    pub dated: i64,
    /// Points left in the others that are not held.
    pub free: i64,
}

impl LotSums {
    /// The sums of one lot.
    pub fn of(lot: &Lot) -> LotSums {
        let (remaining, held) = (lot.remaining.0, lot.held.0);
        let (dated, free) = match lot.terms.available {
            Some(_) => (remaining, 0),
            None => (0, remaining - held),
        };
        LotSums {
            unit: lot.unit,
            remaining,
            held,
            dated,
            free,
        }
    }

    /// Applies the change of one lot.
    pub(in crate::rules) fn change(
        &mut self,
        before: &LotSums,
        after: &LotSums,
    ) -> Result<(), Exceeded> {
        let more = after.remaining - before.remaining;
        self.remaining = bounded_sum(self.unit, self.remaining, more)?;
        self.held += after.held - before.held;
        self.dated += after.dated - before.dated;
        self.free += after.free - before.free;
        Ok(())
    }
}

//! Passes that members hold, and what partners and pools come to.

use crate::model::{Day, LotId, Money, Number};
use bincode::{Decode, Encode};

/// A period of a pass that was paid for.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct PassCharge {
    /// Its first day.
    pub since: Day,
    /// What was paid for it.
    pub paid: Money,
    /// Benefits used in it.
    pub uses: u32,
}

/// A pass; it is held as long as its lot is open.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct PassHeld {
    /// Which unit.
    pub unit: Number,
    /// The lot that it is.
    pub lot: LotId,
    /// The day its periods count from.
    pub anchor: Day,
    /// Periods paid for, oldest first.
    pub charges: Vec<PassCharge>,
    /// Whether a benefit was ever used.
    pub is_begun: bool,
    /// The activation in force when it was last paid for: its terms.
    pub bundle: u32,
}

impl PassHeld {
    /// Benefits used in the period that a day lies in.
    pub fn uses(&self, day: Day) -> u32 {
        let now = self.charges.iter().rfind(|c| c.since <= day);
        now.or(self.charges.first()).map_or(0, |c| c.uses)
    }
}

impl super::House {
    /// A partner's account, once anything was booked in it.
    pub fn partner(&self, partner: Number) -> Option<&PartnerBook> {
        self.partners.iter().find(|p| p.partner == partner)
    }

    /// What a pool holds.
    pub fn pool(&self, pool: Number) -> Option<&PoolBook> {
        self.pools.iter().find(|p| p.pool == pool)
    }
}

/// A month of a partner's account, in minor units; owed by the partner is
/// positive. All members together move it, so it is wider than an amount.
#[derive(Clone, PartialEq, Eq, Default, Debug, Encode, Decode)]
pub struct PartnerMonth {
    /// Months since year 0.
    pub month: i32,
    /// For points given at its cost.
    pub earned: i128,
    /// For points spent with it.
    pub redeemed: i128,
    /// Of either, undone.
    pub undone: i128,
    /// What changed hands.
    pub settled: i128,
}

/// A partner's account.
#[derive(Clone, PartialEq, Eq, Default, Debug, Encode, Decode)]
pub struct PartnerBook {
    /// Which partner.
    pub partner: Number,
    /// Whether it does not take part at the moment.
    pub is_suspended: bool,
    /// Minor units that it owes now; negative is owed to it.
    pub balance: i128,
    /// Month by month, by the day of the act, ascending.
    pub months: Vec<PartnerMonth>,
}

impl PartnerBook {
    pub(in crate::rules) fn month(&mut self, month: i32) -> &mut PartnerMonth {
        let at = self.months.binary_search_by_key(&month, |m| m.month);
        let at = at.unwrap_or_else(|at| {
            let new = PartnerMonth {
                month,
                ..PartnerMonth::default()
            };
            self.months.insert(at, new);
            at
        });
        &mut self.months[at]
    }

    /// What is open of all months before a day's, whatever was settled since.
    pub fn open_before(&self, day: Day) -> i128 {
        let before = |m: &&PartnerMonth| m.month < day.month_count();
        let owed = self.months.iter().filter(before);
        let owed: i128 = owed.map(|m| m.earned + m.redeemed + m.undone).sum();
        let settled: i128 = self.months.iter().map(|m| m.settled).sum();
        owed + settled
    }
}

/// A year of a pool, in its smallest unit.
#[derive(Clone, PartialEq, Eq, Default, Debug, Encode, Decode)]
pub struct PoolYear {
    /// The year.
    pub year: i32,
    /// Put in, less what returns took out again.
    pub given: i128,
    /// Paid out.
    pub paid: i128,
}

/// What a pool holds.
#[derive(Clone, PartialEq, Eq, Default, Debug, Encode, Decode)]
pub struct PoolBook {
    /// Which pool.
    pub pool: Number,
    /// How much, in its smallest unit.
    pub balance: i128,
    /// Year by year, by the day of the act, ascending.
    pub years: Vec<PoolYear>,
    /// The entries that paid out of it.
    pub payments: Vec<u64>,
}

impl PoolBook {
    pub(in crate::rules) fn year(&mut self, year: i32) -> &mut PoolYear {
        let at = self.years.binary_search_by_key(&year, |y| y.year);
        let at = at.unwrap_or_else(|at| {
            let new = PoolYear {
                year,
                ..PoolYear::default()
            };
            self.years.insert(at, new);
            at
        });
        &mut self.years[at]
    }
}

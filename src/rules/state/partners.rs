//! Passes that members hold, and the accounts of partners and pools.

use crate::model::{Day, LotId, Money, Number};
use bincode::{Decode, Encode};

/// A period of a pass that was paid for.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct PassCharge {
    /// Its first day.
    pub since: Day,
    /// Price paid for it.
    pub paid: Money,
    /// Benefits used in it.
    pub uses: u32,
}

/// A pass; it is held as long as its lot is open.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct PassHeld {
    /// The unit.
    pub unit: Number,
    /// Its lot.
    pub lot: LotId,
    /// Day from which its periods are counted.
    pub anchor: Day,
    /// Periods paid for, oldest first.
    pub charges: Vec<PassCharge>,
    /// True if a benefit was ever used.
    pub is_begun: bool,
    /// Activation in force when it was last paid for, which has its terms.
    pub bundle: u32,
}

impl PassHeld {
    /// Benefits used in the period that a day lies in.
    pub fn uses(&self, day: Day) -> u32 {
        let now = self.charges.iter().rfind(|c| c.since <= day);
        now.or(self.charges.first()).map_or(0, |c| c.uses)
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
    /// Money that changed hands.
    pub settled: i128,
}

/// A partner's account.
#[derive(Clone, PartialEq, Eq, Default, Debug, Encode, Decode)]
pub struct PartnerState {
    /// The partner.
    pub partner: Number,
    /// True while it is suspended.
    pub is_suspended: bool,
    /// Minor units that it owes now; negative is owed to it.
    pub balance: i128,
    /// Month by month, by the day of the act, ascending.
    pub months: Vec<PartnerMonth>,
}

impl PartnerState {
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

    /// Open amount of all months before a day's, whatever was settled since.
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
    /// Contributions, less those that returns took out again.
    pub given: i128,
    /// Paid out.
    pub paid: i128,
}

/// Account of a pool.
#[derive(Clone, PartialEq, Eq, Default, Debug, Encode, Decode)]
pub struct PoolState {
    /// The pool.
    pub pool: Number,
    /// Balance, in its smallest unit.
    pub balance: i128,
    /// Year by year, by the day of the act, ascending.
    pub years: Vec<PoolYear>,
    /// The entries that paid out of it.
    pub payments: Vec<u64>,
}

impl PoolState {
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

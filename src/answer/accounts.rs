//! The accounts of partners and pools, as plain data. Money is a decimal.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A partner's account; what the partner owes is positive.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct PartnerAccount {
    /// The partner's id.
    pub partner: String,
    /// True if it takes part now.
    pub is_active: bool,
    /// Debt to the programme now; negative is owed to the partner.
    pub owes: String,
    /// Month by month, by the day of the act.
    pub months: Vec<PartnerMonthTold>,
}

/// A month of a partner's account.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct PartnerMonthTold {
    /// `2026-11`
    pub month: String,
    /// For points given at its cost.
    pub earned: String,
    /// For points spent with it; negative.
    pub redeemed: String,
    /// Of either, undone.
    pub undone: String,
    /// Money that changed hands; negative where the partner paid.
    pub settled: String,
}

/// Contents of a pool.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct PoolAccount {
    /// The pool's id.
    pub pool: String,
    /// Balance now, exactly.
    pub balance: String,
    /// Year by year, by the day of the act.
    pub years: Vec<PoolYearTold>,
    /// Payments out of it.
    pub payments: Vec<PoolPaidTold>,
}

/// A year of a pool.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct PoolYearTold {
    /// The year.
    pub year: i32,
    /// Put in, less what returns took out again.
    pub given: String,
    /// Paid out.
    pub paid: String,
}

/// A payment out of a pool.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct PoolPaidTold {
    /// The entry's sequence.
    pub seq: u64,
    /// The day.
    pub day: String,
    /// Money, as a decimal.
    pub amount: String,
    /// To whom.
    pub to: String,
    /// Hash of the evidence, in hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
    /// The entry's hash, in hexadecimal: what stamps and the tree are made of.
    pub hash: String,
}

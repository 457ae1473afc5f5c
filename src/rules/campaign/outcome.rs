//! Outcome of campaigns: offers, the grants that are made of them, and everything
//! else that scripts proposed.

use crate::model::{Day, Effect, Money, Number};
use crate::rules::state::entry_of;
use rust_decimal::Decimal;

/// A campaign's proposal in one unit.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Position of the campaign in the policy's list.
    pub campaign: usize,
    /// The unit.
    pub unit: Number,
    /// Amount, exact.
    pub exact: Decimal,
    /// Line it is for; 0 for the whole purchase.
    pub line: u16,
    /// Text for the statement.
    pub why: String,
    /// The lot's last day, if the script set one.
    pub expires: Option<Day>,
    /// The lot's first day, if the script set one.
    pub available: Option<Day>,
    /// The one article a voucher is good for, if the script set one.
    pub sku: Option<String>,
}

/// An accepted offer.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The campaign's number.
    pub campaign: Number,
    /// The offer.
    pub offer: Offer,
    /// Points.
    pub amount: i64,
}

impl Grant {
    /// Campaign, unit and points of a grant that is taken rather than given.
    pub fn taken(&self) -> (Number, Number, i64) {
        (self.campaign, self.offer.unit, -self.amount)
    }
}

/// A pass that a campaign gives.
#[derive(Clone, Debug)]
pub struct Granted {
    /// The campaign's number.
    pub campaign: Number,
    /// The pass.
    pub unit: Number,
    /// The last day.
    pub until: Day,
    /// For the statement.
    pub why: String,
}

/// A benefit that a campaign reports as used.
#[derive(Clone, Copy, Debug)]
pub struct Benefit {
    /// The campaign's number.
    pub campaign: Number,
    /// The pass.
    pub unit: Number,
    /// Its value.
    pub amount: Money,
}

/// A campaign's contribution to a pool.
#[derive(Clone, Debug)]
pub struct Contribution {
    /// The campaign's number.
    pub campaign: Number,
    /// The pool.
    pub pool: Number,
    /// Amount, in whole currency units, exact.
    pub exact: Decimal,
}

/// A discount that a campaign proposed.
#[derive(Clone, Debug)]
pub struct ProposedDiscount {
    /// Position of the campaign in the policy's list.
    pub campaign: usize,
    /// Amount, in whole currency units, exact.
    pub amount: Decimal,
    /// Text for the slip.
    pub why: String,
    /// Lines that it applies to; empty: the whole bill.
    pub lines: Vec<u16>,
}

/// Result of the campaigns.
#[derive(Default)]
pub struct EarnOutcome {
    /// Points to be given.
    pub grants: Vec<Grant>,
    /// Passes to be given.
    pub passes: Vec<Granted>,
    /// Benefits of passes that were used.
    pub benefits: Vec<Benefit>,
    /// Money for pools.
    pub contributions: Vec<Contribution>,
    /// Everything else: cuts, failures, memories, messages, discounts.
    pub effects: Vec<Effect>,
    /// Proposed discounts, before stacking.
    pub proposed: Vec<ProposedDiscount>,
    /// Discount in all.
    pub discount: Money,
    /// Proposals for the member's referrer.
    pub refers: Vec<Offer>,
    /// Withdrawals of points that are not spendable yet: campaign and unit.
    pub taken_back: Vec<(Number, Number)>,
    /// True if a script refused.
    pub has_refusal: bool,
}

impl EarnOutcome {
    /// Failures of campaigns.
    pub fn failures(&self) -> impl Iterator<Item = Effect> + '_ {
        let is_failure = |effect: &&Effect| matches!(effect, Effect::Failed { .. });
        self.effects.iter().filter(is_failure).cloned()
    }

    /// Points of each unit, summed up.
    pub fn by_unit(&self) -> Vec<(Number, i64)> {
        let mut sums: Vec<(Number, i64)> = Vec::new();
        for grant in &self.grants {
            *entry_of(&mut sums, grant.offer.unit) += grant.amount;
        }
        sums
    }
}

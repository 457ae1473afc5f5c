//! Passes as programme.toml declares them: benefits while they last.

use super::{Money, Number};

/// What is paid back when a pass is cancelled.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum PassRefund {
    /// The days that are left, rounded down.
    #[default]
    ProRata,
    /// All of a period in which no benefit was used; else the days that are left.
    FullIfUnused,
    /// Nothing.
    Nothing,
}

/// When a pass begins to count.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum PassStarts {
    /// On the day it is bought.
    #[default]
    Now,
    /// On the day of its first benefit.
    FirstUse,
}

/// What a unit of the kind pass is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PassTerms {
    /// The unit's number.
    pub unit: Number,
    /// Months of a period, counted from the anchor day.
    pub period_months: u32,
    /// What a period costs; None: it must be said.
    pub price: Option<Money>,
    /// What is paid back.
    pub refund: PassRefund,
    /// When it begins to count.
    pub starts: PassStarts,
    /// Months after which a pass that waits for its first use lapses.
    pub lapses_months: u32,
    /// What a holder is promised, by name: fixed for a pass when it is paid for.
    pub promises: Vec<(String, super::Value)>,
}

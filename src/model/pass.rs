//! Passes as programme.toml declares them: benefits while they last.

use super::{Money, Number};

/// Refund of a cancelled pass.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum PassRefund {
    /// The remaining days, rounded down.
    #[default]
    ProRata,
    /// The whole period if no benefit was used in it; otherwise the remaining days.
    FullIfUnused,
    /// Nothing.
    Nothing,
}

/// Start of a pass.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum PassStarts {
    /// On the day it is bought.
    #[default]
    Now,
    /// On the day of its first benefit.
    FirstUse,
}

/// Terms of a unit of the kind pass.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PassTerms {
    /// The unit's number.
    pub unit: Number,
    /// Months of a period, counted from the anchor day.
    pub period_months: u32,
    /// Price of a period; None: the command must state it.
    pub price: Option<Money>,
    /// Refund on cancellation.
    pub refund: PassRefund,
    /// Start of its first period.
    pub starts: PassStarts,
    /// Months after which a pass that waits for its first use lapses.
    pub lapses_months: u32,
    /// Promises to a holder, by name: fixed for a pass when it is paid for.
    pub promises: Vec<(String, super::Value)>,
}

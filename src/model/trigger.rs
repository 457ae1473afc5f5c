//! Triggers: days on which a campaign runs for a member without an act of theirs.

use super::{Number, time::Day};

/// Days on which a campaign's `on_day` runs, as its header declares them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Trigger {
    /// Every birthday.
    Birthday,
    /// This long after the last purchase, once for each period of inactivity.
    Quiet {
        /// Calendar months; ends of months clamp.
        months: u32,
        /// Days on top of them.
        days: u32,
    },
    /// Every year on the day of the first purchase.
    FirstPurchase,
    /// Every year on the day of joining.
    Enrolment,
    /// This many days before points expire.
    Expiring {
        /// The unit.
        unit: Number,
        /// Numbers of days before, each of them a due day of its own.
        days: Vec<u32>,
    },
}

/// A due day as scripts see it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DayFacts {
    /// The programme's day.
    pub day: Day,
    /// Points that expire together next, if the trigger is about expiry.
    pub points: i64,
    /// Last day on which they are good, likewise.
    pub last: Option<Day>,
    /// Whole years since the anniversary's first day.
    pub years: i32,
}

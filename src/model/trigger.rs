//! Triggers: the days on which a campaign runs for a member who does nothing.

use super::{Number, time::Day};

/// The days on which a campaign's `on_day` runs, as its header declares them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Trigger {
    /// Every birthday.
    Birthday,
    /// So many months and days after the last purchase, once for each silence.
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
    /// So many days before points are gone.
    Expiring {
        /// Of which unit.
        unit: Number,
        /// How many days before, each of them a day of its own.
        days: Vec<u32>,
    },
}

/// A due day as scripts see it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DayFacts {
    /// The programme's day.
    pub day: Day,
    /// Points that end together next, where the trigger is about an end.
    pub points: i64,
    /// The last day they are good, likewise.
    pub last: Option<Day>,
    /// Whole years since what is remembered each year.
    pub years: i32,
}

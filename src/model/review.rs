//! Reviews: a campaign's own figures, and the changes it may make by them.

use super::{Exact, Number, Points, time::Day};

/// Condition under which a campaign pauses by itself, as its header declares it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PauseWhen {
    /// Bound on the share of matured points that was used, in ten-thousandths;
    /// below it the campaign pauses.
    pub used_below: u16,
    /// Least number of matured points to judge by: the first hours tell nothing.
    pub matured_min: i64,
    /// Unit that is counted; None: all units.
    pub unit: Option<Number>,
}

/// A parameter that a campaign may change by itself, within limits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tunable {
    /// Its name.
    pub name: String,
    /// Lower limit.
    pub min: Exact,
    /// Upper limit.
    pub max: Exact,
    /// Its value until it is changed.
    pub start: Exact,
}

/// Members that a targeted campaign addresses, as its header declares it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Target {
    /// Members with all of these labels.
    pub tags: Vec<String>,
    /// Members of these tiers; empty for all.
    pub tiers: Vec<Number>,
    /// Number of members, unless the command states it; None: all that match.
    pub quota: Option<u32>,
    /// Template of the message they get; empty for none.
    pub invite: String,
}

/// Figures of a campaign since it was last resumed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ReviewFacts {
    /// The day of the review.
    pub day: Day,
    /// Points given.
    pub issued: i64,
    /// Points given long enough ago to judge by, without those taken back.
    pub matured: i64,
    /// Points used.
    pub used: i64,
    /// Points taken back: returned, voided, corrected.
    pub voided: i64,
    /// Points expired.
    pub lapsed: i64,
    /// Points given, by unit.
    pub given: Vec<(String, Points)>,
}

impl ReviewFacts {
    /// The figures as an entry keeps them.
    pub fn to_list(&self) -> Vec<(String, i64)> {
        let figures = [
            ("issued", self.issued),
            ("matured", self.matured),
            ("used", self.used),
            ("voided", self.voided),
            ("lapsed", self.lapsed),
        ];
        figures.map(|(name, n)| (name.to_owned(), n)).to_vec()
    }
}

/// Days after which awards are mature enough to be judged, unless the campaign
/// sets its own.
pub const RIPE_DAYS: u32 = 7;

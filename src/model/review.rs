//! Reviews: a campaign's own figures, and what it may do about them.

use super::{Exact, Number, Points, time::Day};

/// When a campaign stops by itself, as its header declares it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PauseWhen {
    /// Less than this part of what is ripe was used, in ten-thousandths.
    pub used_below: u16,
    /// Only once so much is ripe: the first hour says nothing.
    pub matured_min: i64,
    /// Counted in this unit; None: in all of them.
    pub unit: Option<Number>,
}

/// A parameter that a campaign may change by itself, within limits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tunable {
    /// Its name.
    pub name: String,
    /// The least.
    pub min: Exact,
    /// The most.
    pub max: Exact,
    /// Its value until it is changed.
    pub start: Exact,
}

/// Whom a targeted campaign addresses, as its header declares it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Target {
    /// Members with all of these labels.
    pub tags: Vec<String>,
    /// Members of these tiers; empty for all.
    pub tiers: Vec<Number>,
    /// How many, where the command does not say; None: all that match.
    pub quota: Option<u32>,
    /// The message they get; empty for none.
    pub invite: String,
}

/// What a campaign gave since it was last resumed, and what became of it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ReviewFacts {
    /// The day of the review.
    pub day: Day,
    /// Given.
    pub issued: i64,
    /// Of that, given long enough ago to judge by, without what was taken back.
    pub matured: i64,
    /// Used.
    pub used: i64,
    /// Taken back: returned, voided, corrected.
    pub voided: i64,
    /// Expired.
    pub lapsed: i64,
    /// Given, by unit.
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

/// Days after which what was given is ripe to be judged, where nothing else is said.
pub const RIPE_DAYS: u32 = 7;

//! Stories: expected outcomes of a programme, line by line, in words that a
//! merchant reads. A story runs against a real ledger in a folder of its own.
//!
//! ```text
//! programme corner-cafe
//! # Redemption takes the oldest lot first.
//! 2026-01-10 09:30  purchase  alice 29.00 at mitte  -> +29 star until 2026-12-31
//! 2027-01-01        daily                           -> alice -9 star expired; balance 10
//! ```

mod ask;
mod check;
mod compare;
mod coverage;
mod expect;
mod fill;
mod finding;
mod forms;
mod items;
mod outcome;
mod parity;
mod parse;
mod pattern;
mod reference;
mod run;
mod scene;
mod secrets;
mod sums;
mod words;

pub use coverage::Coverage;
pub use fill::{Filled, fill, refill};
pub use finding::{Mismatch, StoryResult};
pub use parity::{Parity, parity};
pub use parse::parse;
pub(super) use reference::entries;
pub use run::{Beside, run, run_covered, run_then};
pub use sums::{Sums, sums};
pub(super) use words::error;

use crate::command::Request;
use crate::model::{Day, Instant};
use outcome::LineOutcome;
use rust_decimal::Decimal;

/// A story, parsed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Story {
    /// The file, as findings name it.
    pub file: String,
    /// The programme that its first line names.
    pub programme: String,
    /// Its lines, in order.
    pub steps: Vec<Step>,
}

/// One line of a story: a command, and its expected outcome.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// The line, from 1.
    pub line: usize,
    /// Instant of the line.
    pub at: Instant,
    pub(crate) member: Option<String>,
    pub(crate) asked: Asked,
    pub(crate) expected: Option<Expected>,
}

/// Expected outcome after the arrow, and its place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Expected {
    pub column: usize,
    pub outcome: LineOutcome,
}

/// Command of a line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Asked {
    /// A command.
    Command(Box<Request>),
    /// The same, decided and discarded.
    Quote(Box<Request>),
    /// A member's initial state is set.
    Given(Scene),
    /// A programme takes effect: that of the story, or that in the folder beside it.
    Activate(String, Start),
}

/// Beginning of a programme that a story activates: when, and for whom.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Start {
    /// At once, for all.
    Now,
    /// By itself at an instant to come, for all.
    At(Instant),
    /// At once as a pilot, in a store.
    InStore(String),
    /// At once as a pilot, for members with a label.
    WithTag(String),
}

/// State of a member at the beginning of a story.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(crate) struct Scene {
    /// The tier held, if stated.
    pub tier: Option<String>,
    /// Holdings: unit, points, last day.
    pub holdings: Vec<Holding>,
}

/// Points that a member has at the beginning.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Holding {
    pub unit: String,
    pub points: Decimal,
    /// The last day, if the programme does not determine it.
    pub until: Option<Day>,
}

//! What came of a story, for people.

use super::Coverage;
use crate::policy::Diagnostic;
use std::fmt;

/// What came of a story.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Told {
    /// How many of its lines did something.
    pub steps: usize,
    /// Lines that came out differently.
    pub findings: Vec<Finding>,
    /// What came of the lines that expect nothing.
    pub unexpected: Vec<Unexpected>,
    /// Parts of the programme that it reached.
    pub coverage: Coverage,
}

/// What came of a line that expects nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unexpected {
    /// The line, from 1.
    pub line: usize,
    /// What could stand behind its arrows.
    pub happened: Vec<String>,
    /// Whether a script failed, or the line itself is wrong: nobody means that.
    pub is_failure: bool,
}

/// A line that came out differently.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// The place.
    pub diagnostic: Diagnostic,
    /// What the story says; empty if it says nothing.
    pub expected: String,
    /// What happened.
    pub happened: String,
    /// The ledger's own words, where it gave any.
    pub because: String,
}

impl Finding {
    /// The finding with its line, a caret, and both sides.
    pub fn render(&self, source: &str) -> String {
        let mut text = self.diagnostic.render(source);
        for (name, value) in [
            ("expected", &self.expected),
            ("happened", &self.happened),
            ("because", &self.because),
        ] {
            if !value.is_empty() {
                text.push_str(&format!("  {name}: {value}\n"));
            }
        }
        text
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.diagnostic.fmt(f)
    }
}

//! Results of a story, for people.

use super::Coverage;
use crate::policy::Diagnostic;
use std::fmt;

/// Results of a story.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct StoryResult {
    /// Number of lines that were run.
    pub steps: usize,
    /// Lines with another outcome than expected, and those that expect nothing.
    pub findings: Vec<Mismatch>,
    /// Parts of the programme that it reached.
    pub coverage: Coverage,
}

/// A line with another outcome than expected.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mismatch {
    /// The place.
    pub diagnostic: Diagnostic,
    /// Expected outcome; empty if the story states none.
    pub expected: String,
    /// Actual outcome; empty if the line itself is wrong.
    pub happened: String,
    /// True if a script failed, or the line itself is wrong: such an outcome is
    /// not filled in.
    pub is_failure: bool,
    /// The ledger's own text, if it gave any.
    pub because: String,
}

impl Mismatch {
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
        let (missing, besides) = self.differences();
        // Where nothing is as expected both sides say as much.
        if missing.len() < parts_of(&self.expected).len() {
            for (name, parts) in [("missing", missing), ("besides", besides)] {
                if !parts.is_empty() {
                    text.push_str(&format!("  {name}:  {}\n", parts.join("; ")));
                }
            }
        }
        text
    }

    /// Parts that were expected and did not happen, and those that happened besides.
    pub fn differences(&self) -> (Vec<&str>, Vec<&str>) {
        if self.expected.is_empty() || self.happened.is_empty() {
            return Default::default();
        }
        let (mut missing, mut besides) = (Vec::new(), parts_of(&self.happened));
        for part in parts_of(&self.expected) {
            match besides.iter().position(|other| *other == part) {
                Some(at) => drop(besides.remove(at)),
                None => missing.push(part),
            }
        }
        (missing, besides)
    }
}

/// Items and checks of a line's outcome.
fn parts_of(outcome: &str) -> Vec<&str> {
    let parts = outcome.split([',', ';']);
    let parts = parts.flat_map(|part| part.split(" -> ")).map(str::trim);
    parts.filter(|part| !part.is_empty()).collect()
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.diagnostic.fmt(f)
    }
}

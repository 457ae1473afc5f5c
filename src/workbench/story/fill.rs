//! Fills in right-hand sides for a person to read and accept.

use super::finding::{Mismatch, StoryResult};
use super::words::without_comment;

/// Column of arrows, if the line leaves room.
const ARROW_COLUMN: usize = 67;

/// A line that was filled in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Filled {
    /// The line, from 1: of the text as it was, or as it is where outcomes were replaced.
    pub line: usize,
    /// What happened.
    pub happened: String,
}

/// The story's text with the actual outcome after every line that expects
/// nothing, except failures, and those lines. Everything else is unchanged.
pub fn fill(text: &str, told: &StoryResult) -> (String, Vec<Filled>) {
    let is_open = |found: &Mismatch| found.expected.is_empty() && !found.is_failure;
    let (text, lines) = written(text, told, |_, found| is_open(found));
    let filled = lines
        .into_iter()
        .map(|(line, _, happened)| Filled { line, happened });
    (text, filled.collect())
}

/// The story's text with what happened behind lines that come out differently, in the
/// order and with the checks of what was expected there, and those lines. Failures stay.
pub fn refill(text: &str, told: &StoryResult) -> (String, Vec<Filled>) {
    let differs = |said: &str, found: &Mismatch| said.contains("->") && !found.expected.is_empty();
    let (text, lines) = written(text, told, differs);
    let filled = lines
        .into_iter()
        .map(|(_, line, happened)| Filled { line, happened });
    (text, filled.collect())
}

/// The text with what happened behind the lines that are wanted, and those lines, as they
/// were and as they are numbered.
fn written(
    text: &str,
    told: &StoryResult,
    is_wanted: impl Fn(&str, &Mismatch) -> bool,
) -> (String, Vec<(usize, usize, String)>) {
    let (mut filled, mut lines) = (String::with_capacity(text.len()), Vec::new());
    let mut is_within = false;
    for (n, line) in (1..).zip(text.split_inclusive('\n')) {
        let (bare, end) = split_end(line);
        let (said, comment) = split_comment(bare);
        // What other lines must bring goes on in lines of its own.
        if is_within && said.trim_start().starts_with("->") {
            continue;
        }
        let mut findings = told.findings.iter();
        let is_it =
            |f: &&Mismatch| f.diagnostic.line == n && !f.happened.is_empty() && is_wanted(said, f);
        match findings.find(is_it) {
            Some(found) => {
                lines.push((n, filled.lines().count() + 1, found.happened.clone()));
                filled.push_str(&with((said, comment, end), &found.happened));
                is_within = true;
            }
            None => {
                filled.push_str(line);
                is_within &= line.starts_with([' ', '\t']);
            }
        }
    }
    (filled, lines)
}

/// A line with what happened; what happened to other members goes on in lines of its own.
fn with((said, comment, end): (&str, &str, &str), happened: &str) -> String {
    let asked = said.split("->").next().unwrap_or_default().trim_end();
    let mut parts = happened.split(" -> ");
    let first = parts.next().unwrap_or_default();
    let comment = match comment {
        "" => String::new(),
        comment => format!(" {comment}"),
    };
    let mut filled = match asked.chars().count() < ARROW_COLUMN {
        true => format!("{asked:<ARROW_COLUMN$}-> {first}{comment}"),
        false => format!("{asked} -> {first}{comment}"),
    };
    let between = if end.is_empty() { "\n" } else { end };
    for part in parts {
        filled += &format!("{between}    -> {part}");
    }
    filled + end
}

fn split_end(line: &str) -> (&str, &str) {
    let text = line.trim_end_matches(['\r', '\n']);
    (text, &line[text.len()..])
}

fn split_comment(line: &str) -> (&str, &str) {
    let said = without_comment(line);
    (said, &line[said.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Diagnostic;

    fn mismatch(line: usize, expected: &str, happened: &str) -> Mismatch {
        Mismatch {
            diagnostic: Diagnostic::error("a.story", (line, 1), "it came out differently"),
            expected: expected.into(),
            happened: happened.into(),
            is_failure: false,
            because: String::new(),
        }
    }

    #[test]
    fn only_what_is_missing_is_written() {
        let text = "programme x\n2026-01-01 enrol a -> nothing\n2026-01-01 purchase a 5.00 -> # why\r\n2026-01-02 daily";
        let told = StoryResult {
            findings: vec![
                mismatch(3, "", "+5 star"),
                mismatch(4, "", "a -1 star -> b -2 star"),
            ],
            ..StoryResult::default()
        };
        let pad = |text: &str| format!("{text:<67}");
        let (filled, lines) = fill(text, &told);
        assert_eq!(
            filled,
            format!(
                "programme x\n2026-01-01 enrol a -> nothing\n{}-> +5 star # why\r\n{}-> a -1 star\n    -> b -2 star",
                pad("2026-01-01 purchase a 5.00"),
                pad("2026-01-02 daily"),
            )
        );
        assert_eq!(lines.iter().map(|l| l.line).collect::<Vec<_>>(), [3, 4]);
    }

    #[test]
    fn an_outcome_stands_before_a_comment_behind_a_tab() {
        let text = "programme x\n2026-01-01 purchase a 5.00\t# why -> not\n";
        let told = StoryResult {
            findings: vec![mismatch(2, "", "+5 star")],
            ..StoryResult::default()
        };
        let asked = format!("{:<67}", "2026-01-01 purchase a 5.00");
        let (filled, _) = fill(text, &told);
        assert_eq!(
            filled,
            format!("programme x\n{asked}-> +5 star # why -> not\n")
        );
    }

    #[test]
    fn what_came_out_differently_is_written_with_its_checks() {
        let text = "programme x\n2026-01-01 purchase a 5.00 -> +1 star; balance 1 # why\n    1 x tea T 5.00\n2026-01-02 daily -> a -1 star\n    -> b -1 star\n2026-01-03 daily -> nothing";
        let told = StoryResult {
            findings: vec![
                mismatch(2, "+1 star; balance 1 star", "+5 star; balance 5 star"),
                mismatch(
                    4,
                    "a -1 star -> b -1 star",
                    "a -2 star -> b -2 star; balance 0 star",
                ),
                // A script that fails stays as it is told.
                mismatch(6, "nothing", ""),
            ],
            ..StoryResult::default()
        };
        let pad = |text: &str| format!("{text:<67}");
        let (filled, lines) = refill(text, &told);
        assert_eq!(
            filled,
            format!(
                "programme x\n{}-> +5 star; balance 5 star # why\n    1 x tea T 5.00\n{}-> a -2 star\n    -> b -2 star; balance 0 star\n2026-01-03 daily -> nothing",
                pad("2026-01-01 purchase a 5.00"),
                pad("2026-01-02 daily"),
            )
        );
        assert_eq!(lines.iter().map(|l| l.line).collect::<Vec<_>>(), [2, 4]);
    }
}

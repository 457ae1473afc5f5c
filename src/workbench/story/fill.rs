//! Fills in right-hand sides for a person to read and accept.

use super::finding::{StoryResult, Unexpected};

/// Column of arrows, if the line leaves room.
const ARROW_COLUMN: usize = 67;

/// The story's text with the actual outcome after every line that expects
/// nothing, except failures. Everything else is unchanged.
pub fn fill(text: &str, told: &StoryResult) -> String {
    let mut filled = String::with_capacity(text.len());
    for (n, line) in text.split_inclusive('\n').enumerate() {
        let mut unexpected = told.unexpected.iter();
        match unexpected.find(|u| u.line == n + 1 && !u.is_failure) {
            Some(found) => filled.push_str(&with(line, &found.happened)),
            None => filled.push_str(line),
        }
    }
    filled
}

/// The story's text with what happened behind lines that come out differently, in the
/// order and with the checks of what was expected there, and those lines. Failures stay.
pub fn refill(text: &str, told: &StoryResult) -> (String, Vec<Unexpected>) {
    let differs = |n: usize| {
        let mut findings = told.findings.iter();
        findings
            .find(|f| f.diagnostic.line == n && !f.expected.is_empty() && !f.happened.is_empty())
    };
    let (mut filled, mut lines) = (String::with_capacity(text.len()), Vec::new());
    let mut is_within = false;
    for (n, line) in text.split_inclusive('\n').enumerate() {
        let (bare, end) = split_end(line);
        let (said, comment) = split_comment(bare);
        // What other lines must bring goes on in lines of its own.
        if is_within && said.trim_start().starts_with("->") {
            continue;
        }
        match said.find("->").zip(differs(n + 1)) {
            Some((at, found)) => {
                let happened: Vec<String> = found.happened.split(" -> ").map(Into::into).collect();
                let asked = format!("{} {comment}{end}", said[..at].trim_end());
                let line = filled.lines().count() + 1;
                filled.push_str(&with(&asked, &happened));
                lines.push(Unexpected {
                    line,
                    happened,
                    is_failure: false,
                });
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

fn with(line: &str, happened: &[String]) -> String {
    let (text, end) = split_end(line);
    let (asked, comment) = split_comment(text);
    let asked = asked.trim_end();
    let asked = asked.strip_suffix("->").unwrap_or(asked).trim_end();
    let none = ["nothing".to_owned()];
    let parts = if happened.is_empty() {
        &none[..]
    } else {
        happened
    };
    let comment = match comment {
        "" => String::new(),
        comment => format!(" {comment}"),
    };
    let mut filled = match asked.chars().count() < ARROW_COLUMN {
        true => format!("{asked:<ARROW_COLUMN$}-> {}{comment}", parts[0]),
        false => format!("{asked} -> {}{comment}", parts[0]),
    };
    let between = if end.is_empty() { "\n" } else { end };
    for part in &parts[1..] {
        filled.push_str(&format!("{between}    -> {part}"));
    }
    filled + end
}

fn split_end(line: &str) -> (&str, &str) {
    let text = line.trim_end_matches(['\r', '\n']);
    (text, &line[text.len()..])
}

fn split_comment(line: &str) -> (&str, &str) {
    let at = line.find(" #").unwrap_or(line.len());
    (&line[..at], line[at..].trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Diagnostic;
    use crate::workbench::story::Mismatch;

    fn unexpected(line: usize, happened: &[&str]) -> Unexpected {
        Unexpected {
            line,
            happened: happened.iter().map(|text| (*text).into()).collect(),
            is_failure: false,
        }
    }

    #[test]
    fn only_what_is_missing_is_written() {
        let text = "programme x\n2026-01-01 enrol a -> nothing\n2026-01-01 purchase a 5.00 -> # why\r\n2026-01-02 daily";
        let told = StoryResult {
            unexpected: vec![
                unexpected(3, &["+5 star"]),
                unexpected(4, &["a -1 star", "b -2 star"]),
            ],
            ..StoryResult::default()
        };
        let pad = |text: &str| format!("{text:<67}");
        assert_eq!(
            fill(text, &told),
            format!(
                "programme x\n2026-01-01 enrol a -> nothing\n{}-> +5 star # why\r\n{}-> a -1 star\n    -> b -2 star",
                pad("2026-01-01 purchase a 5.00"),
                pad("2026-01-02 daily"),
            )
        );
    }

    #[test]
    fn what_came_out_differently_is_written_with_its_checks() {
        let text = "programme x\n2026-01-01 purchase a 5.00 -> +1 star; balance 1 # why\n    1 x tea T 5.00\n2026-01-02 daily -> a -1 star\n    -> b -1 star\n2026-01-03 daily -> nothing";
        let mismatch = |line, expected: &str, happened: &str| Mismatch {
            diagnostic: Diagnostic::error("a.story", (line, 1), "it came out differently"),
            expected: expected.into(),
            happened: happened.into(),
            because: String::new(),
        };
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

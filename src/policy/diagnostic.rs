//! Diagnostics: faults in a programme, with place and remedy.

use crate::model::{on_one_line, visible};
use std::fmt;

/// Most characters of a text in a finding: a name may be as long as its file.
const SAID_MAX: usize = 2_000;

/// Severity of a finding.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Severity {
    /// The programme cannot be used.
    Error,
    /// The programme can be used, but may not do what was intended.
    Warning,
}

/// One finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// Its severity.
    pub severity: Severity,
    /// The file within the programme's folder.
    pub file: String,
    /// Line from 1; 0 if it concerns the file as a whole.
    pub line: usize,
    /// Column in characters, from 1; 0 if it concerns the line as a whole.
    pub column: usize,
    /// The fault.
    pub message: String,
    /// The remedy; may be empty.
    pub help: String,
}

/// A place in a file: line and column, from 1; (0, 0) for the file as a whole.
pub(super) type Place = (usize, usize);

/// Place of the first occurrence of words in a text; (0, 0) if there is none.
pub(super) fn place_of(text: &str, words: &str) -> Place {
    let mut lines = text.lines().enumerate();
    let found = lines.find_map(|(i, line)| Some((i, line, line.find(words)?)));
    found.map_or((0, 0), |(i, line, at)| {
        (i + 1, line[..at].chars().count() + 1)
    })
}

impl Diagnostic {
    /// Makes an error at a place.
    pub(crate) fn error(file: &str, place: Place, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            severity: Severity::Error,
            file: said(file),
            line: place.0,
            column: place.1,
            message: said(&message.into()),
            help: String::new(),
        }
    }

    /// Makes a warning at a place.
    pub(crate) fn warning(file: &str, place: Place, message: impl Into<String>) -> Diagnostic {
        let severity = Severity::Warning;
        Diagnostic {
            severity,
            ..Diagnostic::error(file, place, message)
        }
    }

    /// Makes the finding of a part that no story reaches, at the first words
    /// `at` of its file.
    pub(crate) fn gap(file: &str, text: &str, at: &str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::warning(file, place_of(text, at), message)
    }

    /// Adds a remedy.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = said(&help.into());
        self
    }

    /// True if it keeps the programme from being used.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// Renders the finding with its line and a caret below the place. `source`
    /// is the text of [`Diagnostic::file`]; empty if there is none.
    pub fn render(&self, source: &str) -> String {
        let text = self.line.checked_sub(1).and_then(|n| source.lines().nth(n));
        let shown = text.map(|text| self.excerpt(text)).unwrap_or_default();
        let help = match self.help.as_str() {
            "" => String::new(),
            help => format!("  help: {help}\n"),
        };
        format!("{self}\n{shown}{help}")
    }

    fn excerpt(&self, text: &str) -> String {
        let number = self.line.to_string();
        let gap = " ".repeat(number.len());
        // A tab stays a tab, so that the caret is right at any tab width.
        let shown = |text: &str| visible(text.to_owned());
        let Some(before) = self.column.checked_sub(1) else {
            return format!("  {number} | {}\n", shown(text));
        };
        let blank = |c| if c == '\t' { '\t' } else { ' ' };
        let before: String = text.chars().take(before).collect();
        let indent: String = shown(&before).chars().map(blank).collect();
        format!("  {number} | {}\n  {gap} | {indent}^\n", shown(text))
    }
}

/// A text as a finding may contain it: on one line, without hidden characters,
/// of bounded length.
fn said(text: &str) -> String {
    let said = on_one_line(text);
    match said.char_indices().nth(SAID_MAX) {
        Some((end, _)) => format!("{}..", &said[..end]),
        None => said,
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = if self.is_error() { "error" } else { "warning" };
        let (file, line, column) = (&self.file, self.line, self.column);
        match (line, column) {
            (0, _) => write!(f, "{word}: {file}: {}", self.message),
            (_, 0) => write!(f, "{word}: {file}:{line}: {}", self.message),
            _ => write!(f, "{word}: {file}:{line}:{column}: {}", self.message),
        }
    }
}

/// The known name most similar to a wrong one, if any is similar.
pub fn nearest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let len = wrong.chars().count();
    let limit = (len / 3).max(1);
    known
        .into_iter()
        // A name may be as long as its file: one so much longer is not similar.
        .filter(|name| name.chars().count().abs_diff(len) <= limit)
        .map(|name| (distance(wrong, name), name))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, name)| name)
}

/// Suggests `did you mean 'x'?`, or lists all known names, or nothing.
pub(super) fn suggest(wrong: &str, known: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    suggest_or(wrong, known, String::new())
}

/// The same; the remedy where no name is known.
pub(super) fn suggest_or(
    wrong: &str,
    known: impl IntoIterator<Item = impl AsRef<str>>,
    remedy: String,
) -> String {
    let mut known: Vec<_> = known.into_iter().collect();
    known.retain(|name| !name.as_ref().is_empty());
    let known: Vec<&str> = known.iter().map(AsRef::as_ref).collect();
    match nearest(wrong, known.iter().copied()) {
        Some(name) => format!("did you mean '{name}'?"),
        None if known.is_empty() => remedy,
        None => format!("known: {}", known.join(", ")),
    }
}

/// The same for words that each have a value.
pub(super) fn suggest_word<T>(wrong: &str, words: &[(&str, T)]) -> String {
    suggest(wrong, words.iter().map(|(word, _)| word))
}

/// Edit distance (insert, delete, replace, swap of neighbours) between two
/// names, ignoring case and the difference of `-` and `_`.
fn distance(a: &str, b: &str) -> usize {
    let fold = |s: &str| s.to_lowercase().replace('-', "_");
    strsim::osa_distance(&fold(a), &fold(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_shows_its_line_with_a_caret_under_the_character() {
        let found = Diagnostic::error("a.rhai", (2, 3), "no such thing").help("write x");
        assert_eq!(
            found.render("one\n\té中x\n"),
            "error: a.rhai:2:3: no such thing\n  2 | \té中x\n    | \t ^\n  help: write x\n"
        );
        let hidden = Diagnostic::error("a\n.rhai", (1, 3), "no \u{7f}");
        let shown = hidden.render("a\u{202e}\tb\u{1b}[2J");
        assert_eq!(
            shown,
            "error: a\\u{a}.rhai:1:3: no \\u{7f}\n  1 | a\\u{202e}\tb\\u{1b}[2J\n    |          ^\n"
        );
        let long = Diagnostic::error("a.rhai", (0, 0), "x".repeat(100_000));
        assert!(long.message.len() < 3_000);
        let whole = Diagnostic::warning("a.rhai", (0, 0), "empty");
        assert_eq!(whole.render(""), "warning: a.rhai: empty\n");
    }

    #[test]
    fn the_nearest_name_is_near() {
        assert_eq!(nearest("totl", ["total", "tier"]), Some("total"));
        assert_eq!(
            nearest("year_star", ["star", "year-star"]),
            Some("year-star")
        );
        assert_eq!(nearest("Tueday", ["Tue"]), None);
        assert_eq!(nearest("recieve", ["receive"]), Some("receive"));
        assert_eq!(suggest("xyz", ["a1", "b2"]), "known: a1, b2");
    }
}

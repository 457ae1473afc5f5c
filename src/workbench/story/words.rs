//! The words of a line, each with its place.

use crate::command::{Alias, Figure, Who, figure_of};
use crate::model::{Day, Programme, parse_minutes};
use crate::policy::{Diagnostic, nearest};
use rust_decimal::Decimal;
use serde_json::Value;

/// Result of reading: a value, or the error and its place.
pub(super) type Read<T> = Result<T, Diagnostic>;

/// A word, and the column of its first character, from 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Word<'a> {
    pub text: &'a str,
    pub column: usize,
}

/// The words of one line, read from left to right.
#[derive(Clone, Debug)]
pub(super) struct Words<'a> {
    file: &'a str,
    pub line: usize,
    words: Vec<Word<'a>>,
    next: usize,
    end: usize,
}

impl<'a> Words<'a> {
    /// The words before the arrow, and those after it, if there is one.
    pub fn of_line(file: &'a str, line: usize, text: &'a str) -> (Words<'a>, Option<Words<'a>>) {
        let text = without_comment(text);
        let (left, right) = match text.split_once("->") {
            Some((left, right)) => (left, Some(right)),
            None => (text, None),
        };
        let words = |words, end| Words {
            file,
            line,
            words,
            next: 0,
            end,
        };
        let width = left.chars().count();
        let asked = words(split(left, 0, ""), width + 1);
        let expected = right.map(|right| {
            let end = width + 3 + right.trim_end().chars().count();
            words(split(right, width + 2, ",;"), end)
        });
        (asked, expected)
    }

    pub fn peek(&self) -> Option<&'a str> {
        self.words.get(self.next).map(|w| w.text)
    }

    pub fn peek_after(&self) -> Option<&'a str> {
        self.words.get(self.next + 1).map(|w| w.text)
    }

    pub fn next(&mut self) -> Option<Word<'a>> {
        let word = self.words.get(self.next).copied();
        self.next += usize::from(word.is_some());
        word
    }

    /// Takes a word if it is the next one.
    pub fn take(&mut self, word: &str) -> bool {
        let is_next = self.peek() == Some(word);
        self.next += usize::from(is_next);
        is_next
    }

    /// The column of the next word, or of the line's end.
    pub fn column(&self) -> usize {
        self.words.get(self.next).map_or(self.end, |w| w.column)
    }

    /// The next word, which must be there.
    pub fn need(&mut self, what: &str) -> Read<Word<'a>> {
        self.next().ok_or_else(|| self.wrong(what))
    }

    /// The next word, read by a function.
    pub fn read<T, E>(&mut self, what: &str, by: impl Fn(&str) -> Result<T, E>) -> Read<T> {
        let found = self.peek().and_then(|text| by(text).ok());
        let value = found.ok_or_else(|| self.wrong(what))?;
        self.next += 1;
        Ok(value)
    }

    /// A day.
    pub fn day(&mut self) -> Read<Day> {
        self.read("a date such as 2026-01-10", Day::parse)
    }

    /// A time of day in seconds, if one comes next.
    pub fn time(&mut self) -> Option<u32> {
        let seconds = parse_time(self.peek()?)?;
        self.next += 1;
        Some(seconds)
    }

    /// The id of a unit of the programme.
    pub fn unit(&mut self, programme: &Programme) -> Read<String> {
        let ids: Vec<&str> = programme.units.iter().map(|u| u.id.as_str()).collect();
        self.one_of("a unit", &ids)
    }

    /// A number above zero; underscores may group its digits.
    pub fn count(&mut self) -> Read<Decimal> {
        let above = |text: &str| figure(text).filter(|n| *n > Decimal::ZERO).ok_or(());
        self.read("a number of points", above)
    }

    /// A number with its sign.
    pub fn signed(&mut self, what: &str) -> Read<Decimal> {
        let has_sign = |text: &str| text.starts_with(['+', '-']);
        self.read(what, |text| {
            figure(text).filter(|_| has_sign(text)).ok_or(())
        })
    }

    /// The next word as it is written, if a function can read it.
    pub fn same<T, E>(&mut self, what: &str, by: impl Fn(&str) -> Result<T, E>) -> Read<Value> {
        self.read(what, |text| by(text).map(|_| text.into()))
    }

    /// A word of a list.
    pub fn one_of(&mut self, what: &str, known: &[&str]) -> Read<String> {
        match self.peek() {
            Some(text) if known.contains(&text) => {
                self.next += 1;
                Ok(text.to_owned())
            }
            found => {
                let wrong = self.wrong(&match known {
                    [] => format!("{what}, and the programme has none"),
                    known => format!("{what} ({})", known.join(", ")),
                });
                Err(suggest(wrong, found, known))
            }
        }
    }

    /// Leaves out the commas behind words.
    pub fn trim_commas(&mut self) {
        for word in &mut self.words {
            word.text = word.text.trim_end_matches(',');
        }
    }

    /// All words that are left, as one text.
    pub fn rest(&mut self) -> String {
        let rest: Vec<&str> = std::iter::from_fn(|| self.next().map(|w| w.text)).collect();
        rest.join(" ")
    }

    /// Checks that no more words follow.
    pub fn end(&self, what: &str) -> Read<()> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.wrong(what)),
        }
    }

    /// The finding that something else was expected at the next word.
    pub fn wrong(&self, expected: &str) -> Diagnostic {
        let found = match self.peek() {
            Some(text) => format!("found '{text}'"),
            None => "the line ends".into(),
        };
        self.finding(self.column(), format!("expected {expected}, {found}"))
    }

    /// A finding at a column.
    pub fn finding(&self, column: usize, message: String) -> Diagnostic {
        error(self.file, (self.line, column), message)
    }
}

/// A finding with the known word that is like the one that was found, if one is.
pub(super) fn suggest(wrong: Diagnostic, found: Option<&str>, known: &[&str]) -> Diagnostic {
    match found.and_then(|found| nearest(found, known.iter().copied())) {
        Some(name) => wrong.help(format!("did you mean '{name}'?")),
        None => wrong,
    }
}

/// The member whom a name of a story stands for.
pub(super) fn alias(name: &str) -> Result<Who, String> {
    Alias::parse(&alias_text(name)).map(Who::Alias)
}

/// The alias of a member of a story, as commands write it.
pub(super) fn alias_text(name: &str) -> String {
    format!("story:{name}")
}

/// A number; underscores may group its digits.
pub(super) fn figure(text: &str) -> Option<Decimal> {
    figure_of(&text.replace('_', "")).map(Figure::to_decimal)
}

/// A finding in a story.
pub(in crate::workbench) fn error(
    file: &str,
    place: (usize, usize),
    message: String,
) -> Diagnostic {
    Diagnostic::error(file, place, message)
}

/// Removes a comment: a `#` at the beginning of a word starts one.
pub(super) fn without_comment(text: &str) -> &str {
    let starts = |(at, _): &(usize, &str)| {
        text[..*at]
            .chars()
            .next_back()
            .is_none_or(char::is_whitespace)
    };
    match text.match_indices('#').find(starts) {
        Some((at, _)) => &text[..at],
        None => text,
    }
}

/// Splits at blanks; marks are words of their own.
fn split<'a>(text: &'a str, before: usize, marks: &str) -> Vec<Word<'a>> {
    let mut words: Vec<Word> = Vec::new();
    // True behind a letter of a word that may go on.
    let mut goes_on = false;
    for (column, (at, c)) in (before + 1..).zip(text.char_indices()) {
        let end = at + c.len_utf8();
        let is_part = !c.is_whitespace() && !marks.contains(c);
        match words.last_mut().filter(|_| goes_on && is_part) {
            Some(word) => word.text = &text[at - word.text.len()..end],
            None if c.is_whitespace() => {}
            None => words.push(Word {
                text: &text[at..end],
                column,
            }),
        }
        goes_on = is_part;
    }
    words
}

/// Reads `09:30` or `09:30:15` as seconds after midnight.
fn parse_time(text: &str) -> Option<u32> {
    let (minutes, seconds) = match text.len() {
        8 => text.split_at_checked(5)?,
        _ => (text, ":00"),
    };
    let seconds = seconds.strip_prefix(':')?.parse::<u32>().ok()?;
    let minutes = u32::from(parse_minutes(minutes).ok()?);
    (seconds < 60).then_some(minutes * 60 + seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_their_columns_on_both_sides_of_the_arrow() {
        let (left, right) = Words::of_line("a.story", 3, "é  x 1,5  -> +9 star, -1 star # why");
        let columns: Vec<_> = left.words.iter().map(|w| (w.text, w.column)).collect();
        assert_eq!(columns, [("é", 1), ("x", 4), ("1,5", 6)]);
        let right: Vec<_> = right
            .unwrap()
            .words
            .iter()
            .map(|w| (w.text, w.column))
            .collect();
        assert_eq!(
            right,
            [
                ("+9", 14),
                ("star", 17),
                (",", 21),
                ("-1", 23),
                ("star", 26)
            ]
        );
    }

    #[test]
    fn a_missing_word_is_missed_where_the_line_ends() {
        let (mut left, right) = Words::of_line("a.story", 3, "one  ->");
        left.next();
        assert_eq!(
            left.wrong("two").to_string(),
            "error: a.story:3:6: expected two, the line ends"
        );
        assert_eq!(right.unwrap().column(), 8);
    }

    #[test]
    fn times_have_seconds_where_they_are_needed() {
        assert_eq!(parse_time("09:30"), Some(34_200));
        assert_eq!(parse_time("23:59:59"), Some(86_399));
        assert_eq!(parse_time("9:30"), None);
        assert_eq!(parse_time("09:30:60"), None);
        assert_eq!(parse_time("alice"), None);
    }
}

//! The grammar of story lines, as tables of data (forms.txt). The resulting command is read
//! in the same way as JSON.

use super::pattern::{Piece, pieces};
use std::sync::LazyLock;

const TEXT: &str = include_str!("forms.txt");

/// Words that every line takes.
pub(super) const EVERYWHERE: &str = "at till via key happened training";

/// Names that stand for words that may follow: those of a bill, and of an amended one.
const GROUPS: [(&str, &str); 2] = [
    (
        "BILL",
        "in receipt order by code enrolling if_short paid reward pays voucher uses held charge off",
    ),
    (
        "AMENDED",
        "of receipt sold order in because paid reward pays voucher uses held charge off",
    ),
];

/// One form of a line, or one word that may follow.
#[derive(Clone, Default, Debug)]
pub(super) struct Form {
    /// First word.
    pub word: &'static str,
    /// Pattern of the words after it.
    pub pattern: Vec<Piece>,
    /// The command's verb.
    pub command: &'static str,
    /// List of the command that it adds to; empty if it fills fields.
    pub list: &'static str,
    /// Fields that follow from the form.
    pub fixed: Vec<(&'static str, &'static str)>,
    /// Default fields.
    pub defaults: Vec<(&'static str, &'static str)>,
    /// Default of `of`: the member's last purchase, hold, ...
    pub latest: &'static str,
    /// Words that may follow, each with the field that it fills; empty for its own.
    pub options: Vec<(&'static str, &'static str)>,
    /// Its name and its meaning in Chinese.
    pub zh: &'static str,
    /// Words that its example has besides those of the pattern.
    pub more: &'static str,
}

/// A check, an outcome, or a line that is no command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Row {
    /// First word.
    pub word: &'static str,
    /// The form in which it is written.
    pub usage: &'static str,
    /// Kinds of the parts of a check, in the order in which they are written.
    pub parts: Vec<&'static str>,
    /// An example.
    pub example: &'static str,
    /// Its meaning.
    pub means: &'static str,
    /// Its name and its meaning in Chinese.
    pub zh: &'static str,
}

static LINES: LazyLock<Vec<Form>> = LazyLock::new(|| forms("lines"));
static WORDS: LazyLock<Vec<Form>> = LazyLock::new(|| forms("words"));
static OUTCOMES: LazyLock<Vec<Row>> = LazyLock::new(|| rows("outcomes").map(row).collect());
static CHECKS: LazyLock<Vec<Row>> = LazyLock::new(|| rows("checks").map(row).collect());

/// The forms of lines.
pub(super) fn lines() -> &'static [Form] {
    &LINES
}

/// The words that may follow, and the position of a bill (`-`).
pub(super) fn words() -> &'static [Form] {
    &WORDS
}

/// The checks.
pub(super) fn checks() -> &'static [Row] {
    &CHECKS
}

/// The lines that are no commands.
pub(super) fn other_lines() -> Vec<Row> {
    rows("other lines").map(row).collect()
}

/// The outcomes.
pub(super) fn outcomes() -> &'static [Row] {
    &OUTCOMES
}

impl Form {
    /// True if indented lines may follow, with positions and more options.
    pub fn has_lines(&self) -> bool {
        matches!(self.command, "purchase" | "ticket" | "amend")
    }

    /// Words that may follow, other than those of every line.
    pub fn own_words(&self) -> Vec<&'static str> {
        let words = self.options.iter().map(|(word, _)| *word);
        let is_own = |word: &&str| !EVERYWHERE.split(' ').any(|known| known == *word);
        words.filter(is_own).collect()
    }
}

/// True if a part of a check names the thing that the check is about.
pub(super) fn is_about(part: &str) -> bool {
    matches!(
        part,
        "spendable" | "qualifying" | "held_pass" | "unit" | "lots_of" | "campaign" | "party"
    )
}

/// True if a check's value is written before the thing that it is about.
pub(super) fn is_value_first(word: &str) -> bool {
    let found = checks().iter().find(|check| check.word == word);
    found.is_some_and(|check| check.parts.first().is_some_and(|part| !is_about(part)))
}

/// Rows of a table of the text.
fn rows(table: &str) -> impl Iterator<Item = &'static str> {
    let mut tables = TEXT.split("\n== ").filter_map(|text| text.split_once('\n'));
    let found = tables.find(|(name, _)| *name == table);
    let rows = found.map_or("", |(_, rows)| rows).lines();
    rows.filter(|row| !row.is_empty() && !row.starts_with('#'))
}

/// Cells of a row; those that are left out are empty.
fn cells(row: &'static str) -> [&'static str; 4] {
    let mut cells = row.split(" |").map(str::trim);
    [(); 4].map(|()| cells.next().unwrap_or_default())
}

fn row(text: &'static str) -> Row {
    let [form, example, means, zh] = cells(text);
    let (usage, parts) = form.split_once(" = ").unwrap_or((form, ""));
    Row {
        word: usage.split(' ').next().unwrap_or_default(),
        usage,
        parts: parts.split_whitespace().collect(),
        example,
        means,
        zh,
    }
}

fn forms(table: &str) -> Vec<Form> {
    let mut forms: Vec<Form> = Vec::new();
    for row in rows(table) {
        let mut form = form(row);
        if let (Some(before), "") = (forms.last(), form.zh) {
            form.zh = before.zh;
        }
        forms.push(form);
    }
    forms
}

fn form(row: &'static str) -> Form {
    let [said, options, zh, more] = cells(row);
    let (pattern, command) = said.split_once(" = ").unwrap_or((said, ""));
    let (word, pattern) = pattern.split_once(' ').unwrap_or((pattern, ""));
    let options = options.split_whitespace().flat_map(|option| {
        let group = GROUPS.iter().find(|(name, _)| *name == option);
        group.map_or(option, |(_, words)| words).split(' ')
    });
    let options = EVERYWHERE.split(' ').chain(options);
    let mut form = Form {
        word,
        pattern: pieces(pattern),
        options: options
            .map(|o| o.split_once('=').unwrap_or((o, "")))
            .collect(),
        zh,
        more,
        ..Form::default()
    };
    for part in command.split_whitespace() {
        if let Some((field, value)) = part.split_once("?=") {
            form.defaults.push((field, value));
        } else if let Some((field, value)) = part.split_once('=') {
            form.fixed.push((field, value));
        } else if let Some(latest) = part.strip_prefix("of~") {
            form.latest = latest;
        } else if let Some(list) = part.strip_suffix('+') {
            form.list = list;
        } else {
            form.command = part;
        }
    }
    form
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_says_a_command_and_only_words_that_there_are() {
        assert!(lines().len() > 40 && words().len() > 20);
        for form in lines() {
            assert!(!form.command.is_empty(), "{form:?}");
            for (option, _) in &form.options {
                let found = words().iter().find(|choice| choice.word == *option);
                assert!(found.is_some(), "{option} of {}", form.word);
            }
        }
        assert_eq!((other_lines().len(), outcomes().len()), (3, 10));
    }

    #[test]
    fn a_check_has_its_value_where_it_is_read() {
        let is_first = |word| is_value_first(word);
        assert_eq!(["balance", "uses"].map(is_first), [true; 2]);
        assert_eq!(
            ["lots", "pass", "owes", "campaign"].map(is_first),
            [false; 4]
        );
        for check in checks() {
            let values = check.parts.iter().filter(|part| !is_about(part));
            assert_eq!(values.count(), 1, "{}", check.word);
        }
    }
}

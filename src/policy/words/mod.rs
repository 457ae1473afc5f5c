//! The words that merchants write in a programme, from tables that the checks
//! and readers use: functions, facts, header fields and keys of programme.toml.
//!
//! A row is `name: type | default | example | story line | meaning | 名称：含义`;
//! `-` stands for none. A name may have parameters, those with `?` may be left out. A whole
//! number may have its bounds behind its type, `whole 1..20`: the reader takes them and the
//! default from here.

use std::sync::LazyLock;

/// Kind of a word: the place where it is written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum WordKind {
    /// A function of a campaign that the ledger calls.
    Hook,
    /// A property or method of what a hook is given.
    Fact,
    /// A function that scripts call.
    Function,
    /// A field in the last map of a function's call.
    FunctionOption,
    /// A field of `campaign`, `tiers` or `reward`.
    HeaderField,
    /// A key of programme.toml.
    ManifestKey,
}

/// A word of the reference.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Word {
    /// Its kind.
    pub kind: WordKind,
    /// Section it belongs to: `purchase`, `campaign`, `unit`, or a group of functions.
    pub section: &'static str,
    /// Its name, with the names of outer maps: `when.weekday`.
    pub name: &'static str,
    /// Its parameters between brackets; None if it takes none.
    pub parameters: Option<&'static str>,
    /// Its type, or that of its result; empty if it has none.
    pub of: &'static str,
    /// The least and the greatest whole number; None if the table has none.
    pub bounds: Option<(i64, i64)>,
    /// Its default; empty if it has none.
    pub default: &'static str,
    /// An example.
    pub example: &'static str,
    /// The story line that goes with it; empty if there is none.
    pub story: &'static str,
    /// Its meaning in English.
    pub means: &'static str,
    /// Its name and meaning in Chinese.
    pub zh: &'static str,
}

impl Word {
    /// Its meaning in one sentence, without the full stop.
    pub fn gist(&self) -> &'static str {
        first_sentence(self.means)
    }
}

/// The first sentence of a text, without the full stop.
pub fn first_sentence(text: &str) -> &str {
    let mut ends = text.match_indices(". ").map(|found| found.0);
    // Two full stops stand for what is left out: `#{ .. }`.
    let end = ends.find(|at| !text[..*at].ends_with('.'));
    &text[..end.unwrap_or(text.len())]
}

const TABLES: [(WordKind, &str); 5] = [
    (WordKind::Hook, include_str!("hooks.txt")),
    (WordKind::Fact, include_str!("facts.txt")),
    (WordKind::Function, include_str!("functions.txt")),
    (WordKind::HeaderField, include_str!("headers.txt")),
    (WordKind::ManifestKey, include_str!("manifest.txt")),
];

static WORDS: LazyLock<Vec<Word>> = LazyLock::new(|| {
    let tables = TABLES.iter();
    tables.flat_map(|(kind, text)| read(*kind, text)).collect()
});

/// All words, in the order of the reference.
pub fn words() -> &'static [Word] {
    &WORDS
}

/// The words of one kind.
pub(super) fn of(kind: WordKind) -> impl Iterator<Item = &'static Word> {
    words().iter().filter(move |word| word.kind == kind)
}

/// The default of a word that must be written.
pub(super) const NEEDED: &str = "must be there";

/// Tables of programme.toml of which there is one, and that have no name of their own.
pub const SINGLE: [&str; 7] = [
    "programme",
    "discount",
    "rfm",
    "household",
    "approval",
    "alerts",
    "lapsing",
];

/// The sections of a kind, in the order of the reference.
pub(super) fn sections(kind: WordKind) -> Vec<&'static str> {
    let mut sections: Vec<&str> = of(kind).map(|word| word.section).collect();
    sections.dedup();
    sections
}

/// Names of the fields directly within a map of a section; `path` is empty or
/// ends with a dot.
pub(super) fn fields(
    kind: WordKind,
    section: &str,
    path: &str,
) -> impl Iterator<Item = &'static str> {
    let within = of(kind).filter(move |word| word.section == section);
    let names = within.filter_map(move |word| word.name.strip_prefix(path));
    names.filter(|name| !name.contains('.'))
}

fn read(kind: WordKind, table: &'static str) -> Vec<Word> {
    let mut words = Vec::new();
    let (mut section, mut of) = ("", kind);
    for line in table.lines() {
        if let Some(title) = line.strip_prefix('[') {
            section = title.trim_end_matches(']');
            of = kind;
            if let Some(function) = section.strip_prefix("option ") {
                (section, of) = (function, WordKind::FunctionOption);
            }
            continue;
        }
        words.extend(row(of, section, line));
    }
    words
}

fn row(kind: WordKind, section: &'static str, line: &'static str) -> Option<Word> {
    let mut cells = line.split(" | ");
    let usage = cells.next()?;
    let mut cell = || cells.next().filter(|text| *text != "-").unwrap_or_default();
    let (default, example, story, means, zh) = (cell(), cell(), cell(), cell(), cell());
    let (name, parameters, of) = match usage.split_once('(') {
        Some((name, rest)) => {
            let (parameters, of) = rest.rsplit_once(')')?;
            (name, Some(parameters), of.trim_start_matches(": "))
        }
        None => {
            let (name, of) = usage.split_once(": ").unwrap_or((usage, ""));
            (name, None, of)
        }
    };
    let bounds = of.split_once(' ').and_then(|(_, bounds)| {
        let (least, most) = bounds.split_once("..")?;
        Some((least.parse().ok()?, most.parse().ok()?))
    });
    let of = match bounds {
        Some(_) => "whole",
        None => of,
    };
    Some(Word {
        kind,
        section,
        name,
        parameters,
        of,
        bounds,
        default,
        example,
        story,
        means,
        zh,
    })
}

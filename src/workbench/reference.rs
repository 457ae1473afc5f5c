//! The reference of all words that a merchant writes, from the tables that the
//! checks, the readers and the stories use.

use super::reference_entry::{Entry, EntryKind, heading};
use super::story;
use crate::answer::catalogue::{self, CodeEntry, CodeKind};
use crate::command::Lang;
use crate::model::Hook;
use crate::policy::{self, TermKind, Word, WordKind};
use std::fmt::Write;
use std::sync::LazyLock;

static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let words = policy::words().iter().map(entry);
    let codes = catalogue::all().filter_map(|known| code_entry(&known));
    words.chain(story::entries()).chain(codes).collect()
});

/// The entry of a code that a story may name; None for errors of the program.
fn code_entry(known: &CodeEntry) -> Option<Entry> {
    let code = known.code;
    let (kind, example) = match known.kind {
        CodeKind::Refusal => (EntryKind::Refusal, format!("refused {code}")),
        CodeKind::Warning => (EntryKind::Warning, format!("; warns {code}")),
        CodeKind::Error => return None,
    };
    Some(Entry {
        kind,
        section: String::new(),
        name: code.into(),
        usage: code.into(),
        of: String::new(),
        default: String::new(),
        example,
        story: String::new(),
        means: format!("{}. Remedy: {}", known.meaning, known.remedy),
        zh: format!("{code}：{}", known.meaning_zh),
    })
}

/// Words that people type who do not know ours: `words = words of the reference, of the
/// tutorial or of templates`.
const SYNONYMS: &str = include_str!("synonyms.txt");

/// Words that explain what somebody asks for in words of their own.
pub fn synonyms(word: &str) -> Vec<&'static str> {
    let asked = word.to_lowercase();
    let rows = SYNONYMS.lines().filter_map(|row| row.split_once(" = "));
    let meant = rows.filter(|(words, _)| words.split(", ").any(|known| known == asked));
    meant.flat_map(|(_, words)| words.split(", ")).collect()
}

/// All entries, in the order of the reference.
pub fn entries() -> &'static [Entry] {
    &ENTRIES
}

/// Entries that a word names, by its name alone or with what it belongs to; in the plural
/// where the singular is one.
pub fn find(word: &str) -> Vec<&'static Entry> {
    let asked = word.trim_start_matches(['[', '#', '@']).to_lowercase();
    let asked = asked.split('(').next().unwrap_or_default().trim();
    let named = |asked: &str| -> Vec<&Entry> {
        let all = entries().iter();
        all.filter(|entry| entry.is_meant(asked)).collect()
    };
    match (named(asked), asked.strip_suffix('s')) {
        (found, Some(one)) if found.is_empty() => named(one),
        (found, _) => found,
    }
}

/// Whole names of entries whose name has the word within it.
pub fn near(word: &str) -> Vec<String> {
    let asked = word.to_lowercase();
    let within = entries().iter().filter(|entry| {
        let is_of_table = entry.kind == EntryKind::ManifestKey && entry.section == asked;
        let is_part =
            entry.name.to_lowercase().contains(&asked) || entry.zh.contains(&asked) || is_of_table;
        is_part && !entry.is_meant(&asked)
    });
    let mut names: Vec<String> = within.map(Entry::full_name).collect();
    names.dedup();
    names
}

fn entry(word: &Word) -> Entry {
    let kind = match word.kind {
        WordKind::Hook => EntryKind::Hook,
        WordKind::Fact => EntryKind::Fact,
        WordKind::Function => EntryKind::Function,
        WordKind::FunctionOption => EntryKind::FunctionOption,
        WordKind::HeaderField => EntryKind::HeaderField,
        WordKind::ManifestKey => EntryKind::ManifestKey,
    };
    let usage = match word.parameters {
        Some(parameters) => format!("{}({})", word.name, names(parameters)),
        None => word.name.into(),
    };
    let mut of = match word.of {
        "nothing" | "" => String::new(),
        of => type_in_words(of),
    };
    if let Some((least, most)) = word.bounds {
        let _ = write!(of, ", {least} to {most}");
    }
    let mut means = word.means.to_owned();
    let hook = Hook::ALL.iter().find(|hook| hook.name() == word.name);
    let may = hook.map(|hook| hook.carries_out()).unwrap_or_default();
    if word.kind == WordKind::Hook && !may.is_empty() {
        let _ = write!(means, ". It may use: {}", may.join(", "));
    }
    let typed = typed(word.parameters.unwrap_or_default());
    if !typed.is_empty() && word.kind != WordKind::Hook {
        let _ = write!(means, ". ({typed})");
    }
    Entry {
        kind,
        section: word.section.into(),
        name: word.name.into(),
        usage,
        of,
        default: word.default.replace('`', ""),
        example: word.example.into(),
        story: word.story.into(),
        means,
        zh: word.zh.into(),
    }
}

/// Names of the parameters in `unit: text, why?: text`.
fn names(parameters: &str) -> String {
    let each = parameters.split(", ").map(|part| {
        let name = part.split(':').next().unwrap_or_default();
        match name.strip_suffix('?') {
            Some(name) => format!("[{name}]"),
            None => name.to_owned(),
        }
    });
    each.collect::<Vec<_>>().join(", ")
}

/// Types of the parameters, in words.
fn typed(parameters: &str) -> String {
    let each = parameters.split(", ").filter_map(|part| {
        let (name, of) = part.split_once(": ")?;
        let name = name.trim_end_matches('?');
        Some(format!("{name}: {}", type_in_words(of)))
    });
    each.collect::<Vec<_>>().join("; ")
}

/// A type as the tables name it, in words.
fn type_in_words(of: &str) -> String {
    match of {
        "bool" => "true or false".into(),
        "whole" => "a whole number".into(),
        "decimal" => "a decimal number".into(),
        "number" => "a number".into(),
        "amount" => "a number from 0".into(),
        "text" => "a text".into(),
        "word" => "one of some words".into(),
        "date" => "a date".into(),
        "texts" => "a list of texts".into(),
        "lines" | "tenders" | "list" => "a list".into(),
        "map" => "a map #{..}".into(),
        "table" => "a table {..}".into(),
        "function" => "a function".into(),
        "any" => "any value".into(),
        other => other.strip_prefix("object ").unwrap_or(other).into(),
    }
}

const HEAD: &str = "\
# Reference

Every word of a programme and of its stories, made from the tables that the program itself uses (a test compares it;
`STAMPBOOK_WRITE=1 cargo test --lib reference` writes it anew). `stampbook policy help WORD` tells the same at a
prompt, with `--lang zh` in Chinese. [The tutorial](../scripts/README.md) begins from nothing.

In what follows `[why]` may be left out. Numbers with a point are quoted in programme.toml, so that they stay exact.
Facts that read the member have literal arguments: which facts a programme reads is fixed when it is activated, and every
decision keeps their values. Without a member every fact is `()` and `is_known` is false; `()` is neither true nor false.

";

const STORIES: &str = "\
A story is a text file `stories/*.story` in a programme's folder. Its first line is `programme NAME`; `#` begins a
comment. Every other line says when, what is done, and behind `->` what must come of it:

    2026-01-10 09:30  purchase  alice 29.00 at mitte  -> +29 star until 2026-12-31; balance 29

A time is `2026-01-10`, `2026-01-10 09:30` or `2026-01-10 09:30:15`, on the shop's wall. `stampbook policy test` runs
the stories, `--fill` writes what happened behind lines that expect nothing. In what follows `<name>` stands for a
word of your own, `[..]` may be left out, `[..]*` may be repeated. An indented `-> ..` goes on with what must come of
the line above. Outcomes are separated by `,`; what concerns another member begins with the name. Checks stand
behind `;`.

";

/// The reference as a page, as in `docs/reference.md`.
pub fn page() -> String {
    let mut page = String::from(HEAD);
    let mut last = None;
    for entry in entries() {
        let place = (entry.kind, entry.section.as_str());
        if last.map(|(kind, _)| kind) != Some(entry.kind) {
            let title = entry.kind.title(Lang::En);
            let mut letters = title.chars();
            let first = letters.next().map(|c| c.to_uppercase().collect::<String>());
            let _ = writeln!(
                page,
                "\n## {}{}\n",
                first.unwrap_or_default(),
                letters.as_str()
            );
            if entry.kind == EntryKind::StoryLine {
                page.push_str(STORIES);
            }
        }
        if last != Some(place) {
            if !entry.section.is_empty() && entry.kind != EntryKind::Hook {
                let _ = writeln!(page, "\n### {}\n", heading(entry));
            }
            page.push_str("| word | type | default | example | story line | means |\n");
            page.push_str("|---|---|---|---|---|---|\n");
        }
        last = Some(place);
        let cells = [
            code(&entry.usage),
            cell(&entry.of),
            code(&entry.default),
            code(&entry.example),
            code(&entry.story),
            cell(&entry.means),
        ];
        let _ = writeln!(page, "| {} |", cells.join(" | "));
    }
    page.push_str(&worse_terms());
    while let Some(at) = page.find("\n\n\n") {
        page.remove(at);
    }
    page
}

/// The terms of members, with the change of each that needs `notice`.
fn worse_terms() -> String {
    let mut text = String::from(
        "\n## Worse terms\n\nWhere `[programme] notice` promises members to be told beforehand, these changes of a programme need it.\nNew campaigns, rewards and units never do, nor does a campaign that is a draft or over.\n\n| of | worse if | fields |\n|---|---|---|\n",
    );
    let mut rows: Vec<(&str, &str, Vec<String>)> = Vec::new();
    for term in policy::terms() {
        let is_whole = matches!(term.kind, TermKind::Gone | TermKind::Script);
        let field = match is_whole {
            true => "itself".into(),
            false => format!("`{}`", term.field),
        };
        match rows.last_mut() {
            Some((section, worse_if, fields))
                if (*section, *worse_if) == (term.section, term.worse_if) =>
            {
                fields.push(field);
            }
            _ => rows.push((term.section, term.worse_if, vec![field])),
        }
    }
    for (section, worse_if, fields) in rows {
        let _ = writeln!(text, "| {section} | {worse_if} | {} |", fields.join(", "));
    }
    text
}

fn code(text: &str) -> String {
    match text {
        "" => String::new(),
        text => format!("`{}`", cell(text)),
    }
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workbench::template::Template;
    use crate::workbench::tutorial::topic;

    /// `STAMPBOOK_WRITE=1` writes it anew.
    // proves: PC17
    #[test]
    fn the_page_is_the_reference() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/reference.md");
        if std::env::var_os("STAMPBOOK_WRITE").is_some() {
            std::fs::write(path, page()).unwrap();
        }
        let held = std::fs::read_to_string(path).unwrap_or_default();
        let remedy = "write it: STAMPBOOK_WRITE=1 cargo test --lib reference";
        assert!(held == page(), "{remedy}");
    }

    #[test]
    fn a_word_is_found_by_its_names() {
        let names =
            |word: &str| -> Vec<String> { find(word).iter().map(|e| e.full_name()).collect() };
        assert_eq!(names("member.tier"), ["member.tier"]);
        assert!(names("award").contains(&"award(unit, amount, [why], [options])".to_owned()));
        assert!(names("AWARD(")[0].starts_with("award("));
        assert!(names("weekday").contains(&"campaign: when.weekday".to_owned()));
        assert_eq!(names("[unit] kind"), ["[unit.NAME] kind"]);
        assert!(near("spend").contains(&"[spend.NAME] bill_share".to_owned()));
        assert!(
            names("purchase")
                .iter()
                .any(|name| name.starts_with("purchase <member>"))
        );
        assert!(!names("给积分").is_empty());
        assert!(
            names("awrd").is_empty() && near("birthday_t").len() == 2,
            "{:?}",
            near("birthday_t")
        );
    }

    /// A word of people's own leads somewhere, and is no word of ours that it would hide.
    #[test]
    fn every_synonym_leads_to_a_word_that_there_is() {
        for row in SYNONYMS.lines() {
            let (words, meant) = row.split_once(" = ").unwrap();
            for word in words.split(", ") {
                assert!(
                    topic(word).is_none() && EntryKind::asked(word).is_none(),
                    "{word}"
                );
            }
            for word in meant.split(", ") {
                let is_there = !find(word).is_empty()
                    || topic(word).is_some()
                    || EntryKind::asked(word).is_some()
                    || Template::find(word).is_some();
                assert!(is_there, "{word}");
            }
        }
        assert_eq!(synonyms("Tip"), ["charge", "earns.except_charges"]);
        assert!(synonyms("award").is_empty());
    }

    #[test]
    fn codes_and_kinds_are_words_too() {
        assert_eq!(find("over_limit").len(), 1);
        assert_eq!(EntryKind::asked("refusals"), Some(EntryKind::Refusal));
        assert_eq!(EntryKind::asked("story-lines"), Some(EntryKind::StoryLine));
        assert_eq!(EntryKind::asked("award"), None);
        assert!(!find("rewards").is_empty() && !find("vouchers").is_empty());
    }

    #[test]
    fn every_entry_is_whole() {
        for kind in EntryKind::ALL {
            let all: Vec<&Entry> = entries().iter().filter(|e| e.kind == kind).collect();
            assert!(all.len() > 6, "{kind:?}");
            for entry in all {
                let is_whole =
                    !entry.means.is_empty() && entry.zh.contains('：') && !entry.example.is_empty();
                assert!(is_whole, "{entry:?}");
            }
        }
    }
}

//! The reference of the story language, generated from the tables that parse it.

use super::expect::CHECK_FORMS;
use super::forms::{self, CHOICES, EVERYWHERE, FORMS, Form, POSITION};
use crate::command::raw::table;
use std::fmt::Write;

const HEAD: &str = "\
# The language of stories

Made from the tables that stories are read by (`STAMPBOOK_BLESS=1 cargo test --lib story` writes it anew).

A story is a text file `stories/*.story` in a programme's folder. Its first line is `programme NAME`; `#` begins a
comment. Every other line says when, what is done, and behind `->` what must come of it:

    2026-01-10 09:30  purchase  alice 29.00 at mitte  -> +29 star until 2026-12-31; balance 29

A time is `2026-01-10`, `2026-01-10 09:30` or `2026-01-10 09:30:15`, on the shop's wall. `stampbook policy test` runs
the stories, `--fill` writes what happened behind lines that expect nothing. In what follows `<name>` stands for a
word of your own, `[..]` may be left out, `[..]*` may be repeated.

";

/// The reference, as in `docs/stories.md`.
pub fn reference() -> String {
    let mut page = String::from(HEAD);
    let lines = forms::read(FORMS);
    section(
        &mut page,
        "Lines",
        "what is done | what it books | words that may follow",
    );
    for form in &lines {
        let own: Vec<String> = own_words(form).map(code).collect();
        let books = described(form.command, "");
        row(&mut page, &[&usage(form), &books, &own.join(" ")]);
    }
    for (line, means) in [
        (
            "quote <line>",
            "the line is decided and forgotten; of a purchase, unless it says otherwise",
        ),
        (
            "given <name> [<tier>] [<points> <unit> [until <day>]]*",
            "how a member stands to begin with",
        ),
        (
            "activate <programme>",
            "the programme in the folder of that name beside this one takes effect",
        ),
    ] {
        row(&mut page, &[&code(line), means, ""]);
    }
    let everywhere = EVERYWHERE.split(' ').map(code);
    let everywhere: Vec<String> = everywhere.collect();
    let _ = writeln!(page, "\nEvery line takes {}.\n", everywhere.join(", "));
    section(&mut page, "Words that may follow", "word | says");
    for choice in forms::read(CHOICES) {
        row(&mut page, &[&usage(&choice), &says(&choice, &lines)]);
    }
    let position = plain(forms::form(POSITION).reads);
    page.push_str("\n## Indented lines\n\nBelow a purchase stand its positions, and any of the words above:\n\n");
    let _ = writeln!(page, "    {position}\n");
    page.push_str("An indented `-> ..` goes on with what must come of the line above.\n\n");
    section(&mut page, "Behind the arrow", "it says | means");
    for (says, means) in ITEMS {
        row(&mut page, &[&code(says), means]);
    }
    page.push_str("\nParts are separated by `,`; what concerns another member begins with the name. Behind `;` stand checks:\n\n| check | looks at |\n|---|---|\n");
    for (_, says, means) in CHECK_FORMS {
        row(&mut page, &[&code(says), means]);
    }
    page
}

/// Items of an outcome.
const ITEMS: &[(&str, &str)] = &[
    ("nothing", "nothing comes of it"),
    (
        "+29 star [from <day>] [until <day>]",
        "points given: good from, through",
    ),
    ("-9 star", "points taken"),
    (
        "-9 star expired",
        "points that ended; also `back`, `released`, `held`",
    ),
    ("refused <code>", "it is refused, with that code"),
    (
        "failed <campaign>",
        "the campaign's script fails, and the rest is booked",
    ),
    ("repeated", "it was booked before, under the same key"),
];

fn section(page: &mut String, title: &str, columns: &str) {
    let count = columns.split(" | ").count();
    let _ = writeln!(
        page,
        "## {title}\n\n| {columns} |\n|{}",
        "---|".repeat(count)
    );
}

fn row(page: &mut String, cells: &[&str]) {
    let _ = writeln!(page, "| {} |", cells.join(" | "));
}

fn code(text: &str) -> String {
    format!("`{}`", text.replace('|', "\\|"))
}

fn usage(form: &Form) -> String {
    code(format!("{} {}", form.word, plain(form.reads)).trim_end())
}

/// Description of a word: that of the field that it fills in the first line
/// that takes it.
fn says(choice: &Form, lines: &[Form]) -> String {
    let takes = |form: &&Form| form.options.iter().any(|(word, _)| *word == choice.word);
    let Some(form) = lines.iter().find(takes) else {
        return String::new();
    };
    let field = match choice.list {
        "" => choice.reads.trim_start_matches(['<', '!']),
        list => list,
    };
    let end = field.find([':', '>', '[', ' ']).unwrap_or(field.len());
    described(form.command, &field[..end])
}

/// The first sentence of the schema's description of a verb, or of one of its fields.
fn described(verb: &str, field: &str) -> String {
    let schema = table::schema(verb).map(|schema| schema.to_value());
    let at = match field {
        "" => "/description".to_owned(),
        field => format!("/properties/{field}/description"),
    };
    let found = schema.as_ref().and_then(|schema| schema.pointer(&at));
    let text = found.and_then(|text| text.as_str()).unwrap_or_default();
    let text = text.split(". ").next().unwrap_or_default();
    let text = text.trim_end_matches('.').replace('\n', " ");
    text.replace('|', "\\|")
}

/// Words that may follow a form, other than those of every line.
fn own_words(form: &Form) -> impl Iterator<Item = &'static str> {
    let everywhere: Vec<&str> = EVERYWHERE.split(' ').collect();
    let words = form.options.iter().map(|(word, _)| *word);
    words.filter(move |word| !everywhere.contains(word))
}

/// A pattern in readable form: slots by the name of their content.
fn plain(pattern: &str) -> String {
    let mut text = String::new();
    let mut rest = pattern;
    while let Some(at) = rest.find(['<', '!']) {
        text.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        if rest[at..].starts_with('!') {
            // `final!final`: only the word is written.
            let end = after.find([' ', ']']).unwrap_or(after.len());
            rest = &after[end..];
            continue;
        }
        let end = after.find('>').unwrap_or(after.len());
        let (field, kind) = after[..end].split_once(':').unwrap_or(("", &after[..end]));
        let is_list = kind.contains('|');
        let name = match field.trim_end_matches("[]") {
            _ if is_list => kind,
            "" => kind,
            field => field,
        };
        let _ = match is_list {
            true => write!(text, "{name}"),
            false => write!(text, "<{name}>"),
        };
        rest = after.get(end + 1..).unwrap_or_default();
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `STAMPBOOK_BLESS=1` writes it anew.
    // proves: PC17
    #[test]
    fn the_document_is_the_reference() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/stories.md");
        if std::env::var_os("STAMPBOOK_BLESS").is_some() {
            std::fs::write(path, reference()).unwrap();
        }
        let held = std::fs::read_to_string(path).unwrap_or_default();
        assert_eq!(held, reference());
    }

    #[test]
    fn every_verb_word_and_check_is_in_it() {
        let page = reference();
        for form in forms::read(FORMS).iter().chain(&forms::read(CHOICES)) {
            assert!(page.contains(&format!("`{}", form.word)), "{}", form.word);
        }
        assert!(
            page.lines().all(|l| !l.contains(" |  | ")),
            "a word without a description"
        );
        let listed: Vec<&str> = CHECK_FORMS.iter().map(|(word, ..)| *word).collect();
        assert_eq!(listed, super::super::expect::CHECKS);
        for (word, says, _) in CHECK_FORMS {
            assert!(says.starts_with(word), "{word}: {says}");
        }
    }

    #[test]
    fn a_pattern_is_told_by_what_stands_in_it() {
        assert_eq!(plain("<member:name> all!all"), "<member> all");
        assert_eq!(plain("<aliases[]:newcomer>"), "<aliases>");
        assert_eq!(plain("<by:scanned|typed>"), "scanned|typed");
        assert_eq!(
            plain("<points> <:unit> [final!final]"),
            "<points> <unit> [final]"
        );
    }
}

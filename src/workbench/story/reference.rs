//! The entries of the reference about stories, from the tables that parse them.

use super::forms::{self, Form, Row};
use super::pattern::Piece;
use crate::answer::Flow;
use crate::command::verbs;
use crate::policy::first_sentence;
use crate::workbench::reference_entry::{Entry, EntryKind};

/// Entries of the reference about stories.
pub fn entries() -> Vec<Entry> {
    let lines = forms::lines().iter().map(line);
    let others = forms::other_lines();
    let words = forms::words().iter().map(word);
    let (outcomes, checks) = (forms::outcomes(), forms::checks());
    let told =
        |kind| move |row: &Row| entry(kind, name(row), row.usage, row.example, row.means, row.zh);
    lines
        .chain(others.iter().map(told(EntryKind::StoryLine)))
        .chain(words)
        .chain(outcomes.iter().map(told(EntryKind::StoryOutcome)))
        .chain(checks.iter().map(told(EntryKind::StoryCheck)))
        .collect()
}

/// Name of a row: what becomes of points (`expired`, `released`) before its first word.
fn name(row: &Row) -> &'static str {
    let mut marked = Flow::MARKED.into_iter().map(Flow::as_str);
    let last = marked.find(|flow| row.usage.rsplit(' ').next() == Some(flow));
    last.unwrap_or(row.word)
}

fn entry(kind: EntryKind, name: &str, usage: &str, example: &str, means: &str, zh: &str) -> Entry {
    Entry {
        kind,
        section: String::new(),
        name: name.into(),
        usage: usage.into(),
        of: String::new(),
        default: String::new(),
        example: example.into(),
        story: String::new(),
        means: means.into(),
        zh: zh.into(),
    }
}

fn line(form: &Form) -> Entry {
    let usage = joined(&[form.word, &plain(&form.pattern)]);
    let example = joined(&["2026-01-10", form.word, &sample(&form.pattern), form.more]);
    let mut means = described(form.command, "");
    let own = form.own_words().join(", ");
    if !own.is_empty() {
        means += &format!(". Words that may follow: {own}");
    }
    entry(
        EntryKind::StoryLine,
        form.word,
        &usage,
        &example,
        &means,
        form.zh,
    )
}

fn word(choice: &Form) -> Entry {
    let (pattern, sample) = (plain(&choice.pattern), sample(&choice.pattern));
    let (usage, example, means) = match choice.word {
        "-" => (
            pattern,
            "2 x coffee LATTE 8.40".into(),
            "An indented line below a purchase: one position of the bill; any other word may follow".into(),
        ),
        word => {
            let example = match word {
                "sold" => "receipt A-17 sold on 2026-01-09 at mitte".into(),
                "charge" => "charge tip 4.00".into(),
                word => joined(&[word, &sample]),
            };
            (joined(&[word, &pattern]), example, says(choice))
        }
    };
    entry(
        EntryKind::StoryWord,
        choice.word,
        &usage,
        &example,
        &means,
        choice.zh,
    )
}

/// Parts of a text, those that are empty left out.
fn joined(parts: &[&str]) -> String {
    let parts: Vec<&str> = parts
        .iter()
        .copied()
        .filter(|part| !part.is_empty())
        .collect();
    parts.join(" ")
}

/// An example of a pattern: its words, with something in each slot that must
/// be filled.
fn sample(pattern: &[Piece]) -> String {
    let words = pattern.iter().map(|piece| match piece {
        Piece::Word { text, .. } => *text,
        Piece::Slot { field, kind } => sample_of(field, kind),
        Piece::Group { .. } => "",
    });
    joined(&words.collect::<Vec<_>>())
}

fn sample_of(field: &str, kind: &'static str) -> &'static str {
    match (field, kind) {
        ("to" | "with" | "into", "name") => "bob",
        (_, "name" | "newcomer" | "whose") => "alice",
        (_, "amount" | "money") => "29.00",
        (_, "points") => "100",
        (_, "signed") => "+50",
        (_, "unit") if field == "pass" => "prime",
        (_, "unit") => "star",
        (_, "voucher" | "held" | "spent") => "mug",
        (_, "day") => "2026-12-31",
        (_, "moment") => "2026-01-12 10:00",
        (_, "month") => "2026-01",
        (_, "birthday") => "03-08",
        (_, "count" | "number" | "qty") => "3",
        (_, "key") => "sale-1",
        (_, "slip") => "sale-1",
        (_, "gift") => "gift-1",
        (_, "wrong") => "wrong",
        (_, "fields") => "km=5.2",
        (_, "rest") => "goodwill",
        ("reward", _) => "free-coffee",
        ("activity", _) => "run",
        ("campaign", _) => "base",
        ("partner", _) => "clothes-shop",
        ("pool", _) => "earth",
        ("purposes[]" | "consents[]", _) => "marketing",
        ("store", _) => "mitte",
        ("terminal" | "locked_terminal", _) => "till-1",
        ("channel", _) => "app",
        ("currency", _) => "USD",
        ("kind", _) => "cash",
        ("receipt" | "return_receipt" | "order", _) => "A-17",
        ("codes[]", _) => "SPRING",
        ("to", _) => "gardeners",
        (_, choice) if choice.contains('|') => choice.split('|').next().unwrap_or_default(),
        _ => "word",
    }
}

/// Meanings of words that say more, or something else, in a story than the field they fill.
const WORDS_MEAN: &[(&str, &str)] = &[
    (
        "paid",
        "Points pay, at the `value` of their unit, or as much as `worth` says; the rest is cash where nothing else pays",
    ),
    (
        "reward",
        "A reward pays: its points are taken, and it pays what it is for. What it does not pay stands behind `pays`; with `worth 4.50` behind it the rest is cash",
    ),
    (
        "voucher",
        "A voucher pays, by its code, for which the story writes the unit: `voucher mug`, `voucher mug from bob` for one that bob was given, `voucher again` for the code used last, `voucher wrong` for one that is none. The rest is cash where nothing else pays",
    ),
    (
        "uses",
        "A voucher of the member pays without its code; only where its unit says `without_code = true`, else write `voucher`",
    ),
    (
        "held",
        "What a `hold` set aside pays, by the key of that line",
    ),
    (
        "pays",
        "Money pays: `cash`, `card`, or a word of the shop's own",
    ),
    (
        "charge",
        "What is owed besides the goods: `tip`, `delivery`, `tax`, `deposit` or the till's own word, and how much; whether it earns is told by `earns` of programme.toml",
    ),
    (
        "off",
        "A discount that the till takes, on the whole bill or on lines; `from` names the campaign that proposed it",
    ),
    (
        "key",
        "A name for the line, by which a later one means it: `of`, `back`, `held`",
    ),
    (
        "happened",
        "When it happened, of what is sent late: the line stands where it was sent",
    ),
    (
        "sold",
        "Day, store and till of the sale that `receipt` names",
    ),
    ("because", "The reason, in words"),
];

/// Description of a word: that of the field that it fills in the first line
/// that takes it.
fn says(choice: &Form) -> String {
    if let Some((_, means)) = WORDS_MEAN.iter().find(|(word, _)| *word == choice.word) {
        return (*means).to_owned();
    }
    let takes = |form: &&Form| form.options.iter().any(|(word, _)| *word == choice.word);
    let Some(form) = forms::lines().iter().find(takes) else {
        return String::new();
    };
    let field = match (choice.list, choice.pattern.first()) {
        ("", Some(Piece::Slot { field, .. })) => field.trim_end_matches("[]"),
        ("", Some(Piece::Word { sets, .. })) => sets.unwrap_or_default(),
        (list, _) => list,
    };
    described(form.command, field)
}

/// The first sentence of the schema's description of a verb, or of one of its fields.
fn described(verb: &str, field: &str) -> String {
    let schema = verbs::schema(verb);
    let at = match field {
        "" => "/description".to_owned(),
        field => format!("/properties/{field}/description"),
    };
    let found = schema.as_ref().and_then(|schema| schema.pointer(&at));
    let text = found.and_then(|text| text.as_str()).unwrap_or_default();
    first_sentence(text)
        .trim_end_matches('.')
        .replace('\n', " ")
}

/// A pattern in readable form: slots by the name of their content.
fn plain(pattern: &[Piece]) -> String {
    let words = pattern.iter().map(|piece| match piece {
        Piece::Word { text, .. } => (*text).to_owned(),
        Piece::Slot { kind, .. } if kind.contains('|') => (*kind).to_owned(),
        Piece::Slot { field, kind } => match field.trim_end_matches("[]") {
            "" => format!("<{kind}>"),
            field => format!("<{field}>"),
        },
        Piece::Group { inner, repeats } => {
            let again = if *repeats { "*" } else { "" };
            format!("[{}]{again}", plain(inner))
        }
    });
    let words: Vec<String> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Bundle, examine, zone_name};
    use crate::workbench::story::pattern::pieces;

    /// Units, stores and the like that the examples name.
    const PROGRAMME: &str = "[programme]\nname = \"x\"\ncurrency = \"EUR\"\nzone = \"UTC\"\n\
        purposes = [\"marketing\"]\n[unit.star]\nkind = \"spendable\"\n[unit.year-star]\n\
        kind = \"qualifying\"\n[unit.mug]\nkind = \"voucher\"\n[unit.free-drink]\nkind = \"voucher\"\n\
        [unit.prime]\nkind = \"pass\"\nperiod = \"12 months\"\n";

    /// Story lines before the examples.
    const SETUP: &str = "2026-01-09 purchase alice 29.00 key sale-1\n\
        2026-01-09 hold alice 100 star until 2026-01-12 10:00\n2026-01-09 merge alice into bob\n";

    /// Findings of a story of these lines.
    fn wrong(lines: &str) -> String {
        let files = vec![("programme.toml".to_owned(), PROGRAMME.as_bytes().to_vec())];
        let bundle = Bundle::new(files).unwrap();
        let zone = crate::model::Zone {
            name: zone_name(&bundle).unwrap(),
            ..crate::model::Zone::default()
        };
        let policy = examine(&bundle, &mut crate::model::Names::default(), zone).unwrap();
        use crate::model::Policy;
        let story = super::super::parse(
            "x.story",
            &format!("programme x\n{SETUP}{lines}\n"),
            policy.programme(),
        );
        let found = story.err().unwrap_or_default();
        found
            .iter()
            .map(|d| format!("{lines}: {}\n", d.message))
            .collect()
    }

    /// Each example, and the story lines that other words of the reference name.
    #[test]
    fn every_example_of_a_story_can_be_read() {
        let mut found = String::new();
        for entry in entries() {
            found += &match entry.kind {
                EntryKind::StoryLine => wrong(&entry.example),
                EntryKind::StoryWord => {
                    let takes =
                        |form: &&Form| form.options.iter().any(|(word, _)| *word == entry.name);
                    let of_member = |form: &&Form| plain(&form.pattern).contains("<member>");
                    let all: Vec<&Form> = forms::lines().iter().filter(takes).collect();
                    let best = all
                        .iter()
                        .copied()
                        .find(|form| of_member(form) && form.command != "ticket");
                    let line = best.or(all.first().copied()).map(line);
                    let line = line.map_or("2026-01-10 purchase alice 29.00".into(), |line| {
                        line.example
                    });
                    match entry.name.as_str() {
                        "sold" => wrong(&format!("2026-01-10 return 29.00 {}", entry.example)),
                        "line" => wrong(&format!("2026-01-10 return alice {}", entry.example)),
                        "-" => wrong(&format!("{line}\n    {}", entry.example)),
                        _ => wrong(&format!("{line} {}", entry.example)),
                    }
                }
                EntryKind::StoryCheck => wrong(&format!(
                    "2026-01-10 purchase alice 29.00 -> nothing; {}",
                    entry.example
                )),
                _ => wrong(&format!(
                    "2026-01-10 purchase alice 29.00 -> {}",
                    entry.example
                )),
            };
        }
        for word in crate::policy::words() {
            let line = word.story.replace(" ..", " key-1");
            found += &match line.chars().next() {
                None => String::new(),
                Some('2') => wrong(&line),
                Some(';') => wrong(&format!("2026-01-10 purchase alice 29.00 -> nothing{line}")),
                Some('+' | '-') if !line.starts_with("- ") => {
                    wrong(&format!("2026-01-10 purchase alice 29.00 -> {line}"))
                }
                Some('-') => wrong(&format!(
                    "2026-01-10 purchase alice 29.00\n    {}",
                    &line[2..]
                )),
                _ if line.starts_with("refused ")
                    || line == "repeated"
                    || line.starts_with("carla ") =>
                {
                    wrong(&format!("2026-01-10 purchase alice 29.00 -> {line}"))
                }
                _ if forms::lines()
                    .iter()
                    .any(|form| line.split(' ').next() == Some(form.word))
                    && !line.starts_with("reward ")
                    || line.starts_with("given ") =>
                {
                    wrong(&format!("2026-01-10 {line}"))
                }
                _ if line.starts_with("tag ") => wrong(&format!(
                    "2026-01-10 purchase alice 29.00\n    1 x coffee LATTE 29.00 {line}"
                )),
                _ => wrong(&format!("2026-01-10 purchase alice 29.00 {line}")),
            };
        }
        assert_eq!(found, "");
    }

    #[test]
    fn every_verb_word_and_check_is_in_it() {
        let entries = entries();
        for (table, kind) in [
            (forms::lines(), EntryKind::StoryLine),
            (forms::words(), EntryKind::StoryWord),
        ] {
            for form in table {
                let found = entries
                    .iter()
                    .find(|e| e.kind == kind && e.name == form.word);
                assert!(
                    found.is_some_and(|e| !e.zh.is_empty() && !e.means.is_empty()),
                    "{}",
                    form.word
                );
            }
        }
        for row in forms::checks() {
            let texts = [row.word, row.example, row.means, row.zh];
            assert!(texts.iter().all(|text| !text.is_empty()), "{row:?}");
        }
    }

    #[test]
    fn a_pattern_is_told_by_what_stands_in_it() {
        let plain = |pattern| super::plain(&pieces(pattern));
        let sample = |pattern| super::sample(&pieces(pattern));
        assert_eq!(plain("<member:name> all!all"), "<member> all");
        assert_eq!(plain("<aliases[]:newcomer>"), "<aliases>");
        assert_eq!(plain("<by:scanned|typed>"), "scanned|typed");
        assert_eq!(
            plain("<points> <:unit> [final!final]"),
            "<points> <unit> [final]"
        );
        assert_eq!(
            sample("<member:name> <points> <unit> to <to:name>"),
            "alice 100 star to bob"
        );
        assert_eq!(sample("<points> <:unit> [final!final]"), "100 star");
    }
}

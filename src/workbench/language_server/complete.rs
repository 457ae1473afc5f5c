//! Words that may stand at a place, and the meaning of the word there.

use super::document::{Document, Language};
use crate::command::Lang;
use crate::workbench::reference::{self};
use crate::workbench::reference_entry::{Entry, EntryKind};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Kinds of completion items of the protocol.
const FUNCTION: u8 = 3;
const FIELD: u8 = 5;
const MODULE: u8 = 9;
const PROPERTY: u8 = 10;
const KEYWORD: u8 = 14;

/// Functions whose argument is a header.
const HEADERS: [&str; 3] = ["campaign", "tiers", "reward"];

/// Words that may stand at a place.
pub(super) fn completion(document: &Document, place: (usize, usize), lang: Lang) -> Value {
    let (before, _) = document.around(place);
    let items = match document.language {
        Language::Script => in_script(before, lang),
        Language::Story => in_story(before, lang),
        Language::Manifest => in_manifest(before, lang),
    };
    json!({ "isIncomplete": false, "items": items })
}

/// The meaning of the word at a place; null if it has none.
pub(super) fn hover(document: &Document, place: (usize, usize), lang: Lang) -> Value {
    let (before, after) = document.around(place);
    let is_of_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let start = before.rfind(|c| !is_of_word(c)).map_or(0, |at| {
        at + before[at..].chars().next().map_or(1, char::len_utf8)
    });
    let is_of_name = |c: char| is_of_word(c) && c != '.';
    let end = after.find(|c| !is_of_name(c)).unwrap_or(after.len());
    let word = format!("{}{}", &before[start..], &after[..end]);
    let kinds = kinds(document.language);
    let mut found: Vec<&Entry> = Vec::new();
    // `member.tier` as it stands, else the name alone.
    for word in [word.as_str(), word.rsplit('.').next().unwrap_or_default()] {
        if found.is_empty() && !word.is_empty() {
            found = reference::find(word);
            found.retain(|entry| kinds.contains(&entry.kind));
        }
    }
    if let Language::Manifest = document.language {
        let section = section(before);
        let of_section: Vec<&Entry> = found
            .iter()
            .filter(|e| e.section == section)
            .copied()
            .collect();
        if !of_section.is_empty() {
            found = of_section;
        }
    }
    match found.is_empty() {
        true => Value::Null,
        false => {
            let told: Vec<String> = found.iter().map(|entry| markdown(entry, lang)).collect();
            json!({ "contents": { "kind": "markdown", "value": told.join("\n\n---\n\n") } })
        }
    }
}

fn kinds(language: Language) -> &'static [EntryKind] {
    match language {
        Language::Script => &[
            EntryKind::Hook,
            EntryKind::Fact,
            EntryKind::Function,
            EntryKind::FunctionOption,
            EntryKind::HeaderField,
        ],
        Language::Story => &[
            EntryKind::StoryLine,
            EntryKind::StoryWord,
            EntryKind::StoryOutcome,
            EntryKind::StoryCheck,
        ],
        Language::Manifest => &[EntryKind::ManifestKey],
    }
}

fn markdown(entry: &Entry, lang: Lang) -> String {
    let means = match lang {
        Lang::En => &entry.means,
        Lang::Zh => &entry.zh,
    };
    let mut text = format!("**`{}`** {}\n\n{means}", entry.full_name(), entry.of);
    let parts = [
        ("default", &entry.default),
        ("example", &entry.example),
        ("story", &entry.story),
    ];
    for (label, value) in parts {
        if !value.is_empty() {
            text += &format!("\n\n{label}: `{value}`");
        }
    }
    text
}

/// Items for entries of some kinds that are chosen, each name once.
fn items(kinds: &[EntryKind], lang: Lang, name: impl Fn(&Entry) -> Option<String>) -> Vec<Value> {
    let mut seen = BTreeSet::new();
    let entries = reference::entries()
        .iter()
        .filter(|e| kinds.contains(&e.kind));
    let named = entries.filter_map(|entry| Some((name(entry)?, entry)));
    let new = named.filter(|(name, _)| seen.insert(name.clone()));
    let made = new.map(|(name, entry)| {
        let kind = match entry.kind {
            EntryKind::Hook | EntryKind::Function => FUNCTION,
            EntryKind::Fact if entry.usage.contains('(') => FUNCTION,
            EntryKind::Fact => FIELD,
            EntryKind::FunctionOption | EntryKind::HeaderField | EntryKind::ManifestKey => PROPERTY,
            _ => KEYWORD,
        };
        json!({
            "label": name,
            "kind": kind,
            "detail": entry.full_name(),
            "documentation": { "kind": "markdown", "value": markdown(entry, lang) },
        })
    });
    made.collect()
}

/// An opening bracket before a place that is not closed: the bracket, and the word before it.
type Open = (char, String);

/// Brackets that are open at the end of a script; None within a text or a comment.
fn brackets(script: &str) -> Option<Vec<Open>> {
    let mut open: Vec<Open> = Vec::new();
    let mut word = String::new();
    let mut chars = script.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '/' if chars.peek() == Some(&'/') => {
                chars.find(|c| *c == '\n')?;
            }
            '"' | '`' => loop {
                match chars.next()? {
                    '\\' if c == '"' => drop(chars.next()?),
                    end if end == c => break,
                    _ => {}
                }
            },
            '(' | '{' | '[' => open.push((c, std::mem::take(&mut word))),
            ')' | '}' | ']' => {
                open.pop();
                word.clear();
            }
            c if c.is_alphanumeric() || c == '_' => {
                if !word.is_empty() && word.ends_with(' ') {
                    word.clear();
                }
                word.push(c);
            }
            // `when: #{` and `campaign (` keep their word.
            ':' | '#' => {}
            c if c.is_whitespace() => {
                if !word.is_empty() && !word.ends_with(' ') {
                    word.push(' ');
                }
            }
            _ => word.clear(),
        }
    }
    for (_, word) in &mut open {
        *word = word.trim_end().into();
    }
    Some(open)
}

fn in_script(before: &str, lang: Lang) -> Vec<Value> {
    let Some(open) = brackets(before) else {
        return Vec::new();
    };
    let typed = before
        .rsplit(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.')))
        .next();
    if let Some((owner, _)) = typed.and_then(|typed| typed.rsplit_once('.')) {
        let owner = owner.rsplit('.').next().unwrap_or_default();
        let all = reference::entries().iter();
        let is_known = all
            .clone()
            .any(|e| e.kind == EntryKind::Fact && e.section == owner);
        return items(&[EntryKind::Fact], lang, |entry| {
            (!is_known || entry.section == owner).then(|| entry.name.clone())
        });
    }
    let call = open.iter().rposition(|(bracket, _)| *bracket == '(');
    let function = call
        .and_then(|at| open.get(at))
        .map_or("", |(_, word)| word);
    let maps = call.map_or(&[][..], |at| &open[at + 1..]);
    let is_map = maps.last().is_some_and(|(bracket, _)| *bracket == '{');
    if is_map && HEADERS.contains(&function) {
        // Maps within the header: `when.`
        let path: String = maps
            .iter()
            .skip(1)
            .map(|(_, word)| format!("{word}."))
            .collect();
        return items(&[EntryKind::HeaderField], lang, |entry| {
            let name = entry.name.strip_prefix(&path)?;
            (entry.section == function && !name.contains('.')).then(|| name.to_owned())
        });
    }
    if is_map {
        return items(&[EntryKind::FunctionOption], lang, |entry| {
            (entry.section == function).then(|| entry.name.clone())
        });
    }
    let kinds: &[EntryKind] = match open.is_empty() {
        true => &[EntryKind::Hook, EntryKind::Function],
        false => &[EntryKind::Function],
    };
    items(kinds, lang, |entry| Some(entry.name.clone()))
}

fn in_story(before: &str, lang: Lang) -> Vec<Value> {
    let line = before.rsplit('\n').next().unwrap_or_default();
    let is_new = line.is_empty() || line.ends_with(char::is_whitespace);
    if line.contains("->") {
        let word_before = line.split_whitespace().rev().nth(usize::from(!is_new));
        let kinds: &[EntryKind] = match word_before {
            Some("refused") => &[EntryKind::Refusal],
            Some("warns") => &[EntryKind::Warning],
            _ => &[EntryKind::StoryOutcome, EntryKind::StoryCheck],
        };
        return items(kinds, lang, |entry| Some(entry.name.clone()));
    }
    let is_time = |word: &&str| word.starts_with(|c: char| c.is_ascii_digit());
    let said = line.split_whitespace().skip_while(is_time).count();
    let is_verb = said == 0 || (said == 1 && !is_new);
    let kinds: &[EntryKind] = match is_verb {
        true => &[EntryKind::StoryLine],
        false => &[EntryKind::StoryWord],
    };
    items(kinds, lang, |entry| Some(entry.name.clone()))
}

/// The section of programme.toml in which a place is: the first word of its heading.
fn section(before: &str) -> &str {
    let mut lines = before.lines().rev();
    let heading = lines.find_map(|line| line.trim_start().strip_prefix('['));
    let heading = heading.unwrap_or_default().trim_start_matches('[');
    heading.split(['.', ']']).next().unwrap_or_default().trim()
}

fn in_manifest(before: &str, lang: Lang) -> Vec<Value> {
    let line = before.rsplit('\n').next().unwrap_or_default();
    if line.trim_start().starts_with('[') && !line.contains(']') {
        let entries = reference::entries().iter();
        let keys = entries.filter(|entry| entry.kind == EntryKind::ManifestKey);
        let sections: BTreeSet<&str> = keys.map(|entry| &*entry.section).collect();
        let item = |name: &&str| json!({ "label": name, "kind": MODULE });
        return sections.iter().map(item).collect();
    }
    let section = section(before);
    items(&[EntryKind::ManifestKey], lang, |entry| {
        (entry.section == section).then(|| entry.name.clone())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Labels offered at the end of a text.
    fn offered(language: Language, text: &str) -> Vec<String> {
        let document = Document::new(language, text);
        let line = text.matches('\n').count();
        let told = completion(&document, (line, usize::MAX), Lang::En);
        let labels = told["items"].as_array().unwrap().iter();
        labels
            .map(|item| item["label"].as_str().unwrap().to_owned())
            .collect()
    }

    #[track_caller]
    fn offers(language: Language, text: &str, with: &[&str], without: &[&str]) {
        let labels = offered(language, text);
        for word in with {
            assert!(
                labels.iter().any(|label| label == word),
                "{word} after {text}: {labels:?}"
            );
        }
        for word in without {
            assert!(
                labels.iter().all(|label| label != word),
                "{word} after {text}"
            );
        }
    }

    #[test]
    fn words_are_offered_where_they_may_stand() {
        let script = Language::Script;
        offers(
            script,
            "campaign(#{ id: \"x\", ",
            &["role", "when", "budget"],
            &["weekday", "award"],
        );
        offers(
            script,
            "campaign(#{ id: \"x\", when: #{ week",
            &["weekday", "hours"],
            &["role"],
        );
        offers(
            script,
            "campaign(#{ when: #{ hours: \"1\" }, ",
            &["role"],
            &["hours"],
        );
        offers(script, "reward(#{ ", &["points", "stock"], &["when"]);
        offers(
            script,
            "campaign(#{});\nfn on_purchase(purchase, member) { if member.",
            &["tier"],
            &["total", "award"],
        );
        offers(
            script,
            "fn on_purchase(purchase, member) { award(\"star\", purchase.to",
            &["total"],
            &["tier"],
        );
        offers(
            script,
            "fn on_purchase(p, m) { aw",
            &["award", "floor"],
            &["on_purchase", "tier"],
        );
        offers(
            script,
            "fn on_purchase(p, m) { award(\"star\", 1, \"x\", #{ ex",
            &["expires"],
            &["role", "award"],
        );
        offers(
            script,
            "campaign(#{ id: \"x\" });\n",
            &["on_purchase", "campaign"],
            &["tier"],
        );
        assert!(offered(script, "// a comment with award").is_empty());
        let story = Language::Story;
        offers(
            story,
            "programme x\n2026-01-05 09:30 pur",
            &["purchase", "enrol"],
            &["balance"],
        );
        offers(
            story,
            "programme x\n2026-01-05 purchase alice 3.00 ",
            &["paid", "at"],
            &["purchase"],
        );
        offers(
            story,
            "programme x\n2026-01-05 enrol alice -> ",
            &["balance", "tier"],
            &["enrol"],
        );
        offers(
            story,
            "programme x\n2026-01-05 redeem alice mug -> refused over",
            &["over_limit", "code_lapsed"],
            &["balance", "no_pass"],
        );
        offers(
            story,
            "programme x\n2026-01-05 purchase alice 3.00 -> nothing; warns ",
            &["no_pass"],
            &["over_limit"],
        );
        let manifest = Language::Manifest;
        offers(
            manifest,
            "[programme]\nname = \"x\"\n[unit.star]\nk",
            &["kind", "expires"],
            &["currency"],
        );
        offers(manifest, "[programme]\n[", &["unit", "store"], &["kind"]);
    }

    #[test]
    fn the_word_at_a_place_is_explained_in_two_languages() {
        let told = |language, text: &str, at: usize, lang| {
            let document = Document::new(language, text);
            let told = hover(&document, (0, at), lang);
            told["contents"]["value"]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        };
        let script = "award(\"star\", floor(purchase.earning)); member.tier";
        assert!(told(Language::Script, script, 2, Lang::En).contains("award(unit, amount"));
        assert!(told(Language::Script, script, 2, Lang::Zh).contains("给积分"));
        let fact = told(Language::Script, script, 30, Lang::En);
        assert!(
            fact.contains("purchase.earning") && !fact.contains("---"),
            "{fact}"
        );
        assert_eq!(told(Language::Script, "nothing", 2, Lang::En), "");
        assert!(told(Language::Story, "2026-01-05 enrol alice", 13, Lang::En).contains("enrol"));
    }
}

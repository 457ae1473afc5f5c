//! `stampbook policy help`

use crate::cli::report::Lang as LangChoice;
use crate::cli::{Exit, Failure, Printer};
use crate::command::Lang;
use crate::policy::nearest;
use crate::workbench::reference::{self, Entry, EntryKind, TOPICS};
use clap::Args;
use serde_json::json;

/// Explains a word of programmes and stories: a fact, a function or its option,
/// a field of a header, a key of programme.toml, a word of a story. Without a
/// word lists all of them by kind. `tutorial`, `patterns`, `editors`, `writing`,
/// `later` and `programmes` are texts to read.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Examples:
  stampbook policy help tutorial
  stampbook policy help award
  stampbook policy help member.tier
  stampbook policy help --lang zh")]
pub struct HelpArgs {
    /// The word, by itself or with what it belongs to (member.tier).
    #[arg(value_name = "WORD")]
    pub word: Option<String>,
    /// Language of names and meanings: en or zh.
    #[arg(long, default_value = "en")]
    pub lang: LangChoice,
}

/// Most other names that are listed beside those found.
const NEAR_MAX: usize = 8;

impl HelpArgs {
    /// Prints entries of the reference; needs no ledger and no folder.
    ///
    /// # Errors
    /// There is no such word.
    pub fn run(&self, out: &mut Printer) -> Result<Exit, Failure> {
        let lang = match self.lang {
            LangChoice::En => Lang::En,
            LangChoice::Zh => Lang::Zh,
        };
        let Some(word) = &self.word else {
            return list(lang, out);
        };
        if let Some(text) = reference::topic(word) {
            out.line(text)?;
            return out.done(&json!({ "topic": word, "text": text }));
        }
        let found = reference::find(word);
        let near = reference::near(word);
        if found.is_empty() && near.is_empty() {
            return Err(unknown(word));
        }
        for entry in &found {
            out.line(told(entry, lang).trim_end())?;
        }
        if !near.is_empty() {
            let more = near.len().saturating_sub(NEAR_MAX);
            let shown = near[..near.len() - more].join("\n  ");
            let end = if more > 0 {
                format!("\n  and {more} more")
            } else {
                String::new()
            };
            let head = match (found.is_empty(), lang) {
                (_, Lang::Zh) => "另见",
                (true, _) => "no word of that name; there are",
                (false, _) => "see also",
            };
            out.line(format!("{head}\n  {shown}{end}"))?;
        }
        let all: Vec<_> = found.iter().map(|entry| as_json(entry)).collect();
        out.done(&all)
    }
}

fn unknown(word: &str) -> Failure {
    let names = reference::entries().iter().map(|entry| entry.name.as_str());
    let names = names.flat_map(|name| [name, name.rsplit('.').next().unwrap_or(name)]);
    let message = match nearest(word, names) {
        Some(name) => format!("there is no word '{word}'; did you mean '{name}'?"),
        None => format!("there is no word '{word}' in programmes and stories"),
    };
    let texts = reference::topics_with(word).join("`, `stampbook policy help ");
    Failure::bad_input(message).hint(match texts.as_str() {
        "" => "stampbook policy help lists them all".to_owned(),
        texts => format!(
            "`stampbook policy help {texts}` speaks of it; stampbook policy help lists all words"
        ),
    })
}

fn list(lang: Lang, out: &mut Printer) -> Result<Exit, Failure> {
    let topics = TOPICS.iter().map(|topic| topic.word);
    let topics: Vec<&str> = topics.collect();
    out.line(format!("texts: {}", topics.join(", ")))?;
    for kind in EntryKind::ALL {
        out.line(format!("{}:", kind.title(lang)))?;
        let entries = reference::entries().iter();
        for entry in entries.filter(|entry| entry.kind == kind) {
            out.line(format!("  {}  {}", entry.full_name(), entry.gist(lang)))?;
        }
    }
    let all: Vec<_> = reference::entries().iter().map(as_json).collect();
    out.done(&all)
}

/// An entry as people read it.
fn told(entry: &Entry, lang: Lang) -> String {
    let labels = match lang {
        Lang::En => ["type", "default", "example", "story"],
        Lang::Zh => ["类型", "默认", "示例", "案例"],
    };
    let means = match lang {
        Lang::En => &entry.means,
        Lang::Zh => &entry.zh,
    };
    let mut text = format!(
        "{}  ({})\n  {means}\n",
        entry.full_name(),
        entry.kind.title(lang)
    );
    let values = [&entry.of, &entry.default, &entry.example, &entry.story];
    for (label, value) in labels.into_iter().zip(values) {
        if !value.is_empty() {
            text += &format!("  {label}: {value}\n");
        }
    }
    text
}

fn as_json(entry: &Entry) -> serde_json::Value {
    json!({
        "kind": entry.kind.word(),
        "section": entry.section,
        "name": entry.name,
        "usage": entry.usage,
        "type": entry.of,
        "default": entry.default,
        "example": entry.example,
        "story": entry.story,
        "means": entry.means,
        "zh": entry.zh,
    })
}

//! `stampbook policy help`

use crate::cli::{Exit, Failure, Printer};
use crate::command::Lang;
use crate::page;
use crate::policy::nearest;
use crate::workbench::reference::{self};
use crate::workbench::reference_entry::{Entry, EntryKind};
use crate::workbench::template::Template;
use crate::workbench::tutorial::{self, TOPICS};
use clap::Args;
use serde_json::json;

/// Explains a word of programmes and stories: a fact, a function or its option,
/// a field of a header, a key of programme.toml, a word of a story, the code of a
/// refusal, a template. Without a word lists all of them by kind; `facts`,
/// `story-lines`, `refusals` and the like list one kind. `tutorial`, `story`,
/// `patterns`, `writing` and others that the list begins with are texts to read.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Examples:
  stampbook policy help tutorial
  stampbook policy help story
  stampbook policy help award
  stampbook policy help member.tier
  stampbook policy help refusals
  stampbook policy help --lang zh")]
pub struct HelpArgs {
    /// The word, by itself or with what it belongs to (member.tier).
    #[arg(value_name = "WORD")]
    pub word: Option<String>,
    /// Language of names and meanings: en or zh.
    #[arg(long, default_value = "en")]
    pub lang: page::Lang,
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
            page::Lang::English => Lang::En,
            page::Lang::Chinese => Lang::Zh,
        };
        let Some(word) = &self.word else {
            return list(&EntryKind::ALL, lang, out);
        };
        if let Some(text) = tutorial::topic(word) {
            out.line(text)?;
            return out.done(&json!({ "topic": word, "text": text }));
        }
        if let Some(kind) = EntryKind::asked(word) {
            return list(&[kind], lang, out);
        }
        explain(word, lang, out)
    }
}

/// Explains a word by its entries, or by those of the words that people mean by it.
fn explain(word: &str, lang: Lang, out: &mut Printer) -> Result<Exit, Failure> {
    let meant = reference::synonyms(word);
    let mut found = reference::find(word);
    let mut others: Vec<&Entry> = Vec::new();
    for other in meant.iter().flat_map(|word| reference::find(word)) {
        if !found.contains(&other) && !others.contains(&other) {
            others.push(other);
        }
    }
    let leads = std::iter::once(word).chain(meant).filter_map(Lead::of);
    let leads: Vec<Lead> = leads.collect();
    if found.is_empty() {
        std::mem::swap(&mut found, &mut others);
    }
    let near = others.iter().map(|entry| entry.full_name());
    let near: Vec<String> = near.chain(reference::near(word)).collect();
    if found.is_empty() && near.is_empty() && leads.is_empty() {
        return Err(unknown(word));
    }
    for entry in &found {
        out.line(told(entry, lang).trim_end())?;
    }
    for lead in &leads {
        out.line(lead.told(lang))?;
    }
    see_also(&near, (found.is_empty() && leads.is_empty(), lang), out)?;
    let entries = found.iter().map(|entry| as_json(entry));
    let all: Vec<_> = entries.chain(leads.iter().map(Lead::as_json)).collect();
    out.done(&all)
}

/// Prints names of other entries.
fn see_also(
    near: &[String],
    (is_alone, lang): (bool, Lang),
    out: &mut Printer,
) -> Result<(), Failure> {
    if near.is_empty() {
        return Ok(());
    }
    let more = near.len().saturating_sub(NEAR_MAX);
    let shown = near[..near.len() - more].join("\n  ");
    let end = match more {
        0 => String::new(),
        more => format!("\n  and {more} more"),
    };
    let head = match (is_alone, lang) {
        (_, Lang::Zh) => "另见",
        (true, _) => "no word of that name; there are",
        (false, _) => "see also",
    };
    out.line(format!("{head}\n  {shown}{end}"))?;
    Ok(())
}

/// Something other than an entry that explains a word.
struct Lead {
    /// What it is: a template, a programme, a text or a list.
    kind: &'static str,
    name: String,
    means: String,
    /// Commands that show it.
    shown_by: String,
}

impl Lead {
    fn of(word: &str) -> Option<Lead> {
        let lead = |kind, means: &str, shown_by: String| {
            Some(Lead {
                kind,
                name: word.into(),
                means: means.into(),
                shown_by,
            })
        };
        if let Some(template) = Template::find(word) {
            let shown = format!(
                "stampbook policy templates {word} shows it, stampbook policy new {word} makes it"
            );
            return lead("template", template.gist, shown);
        }
        if let Some(gist) = tutorial::programme_gist(word) {
            return lead("programme", gist, format!("stampbook policy show {word}"));
        }
        let help = format!("stampbook policy help {word}");
        match (tutorial::topic(word), EntryKind::asked(word)) {
            (Some(_), _) => lead("text", "a part of the tutorial", help),
            (_, Some(kind)) => lead("list", kind.title(Lang::En), help),
            _ => None,
        }
    }

    fn told(&self, lang: Lang) -> String {
        let kind = match (lang, self.kind) {
            (Lang::En, kind) => kind,
            (Lang::Zh, "template") => "模板",
            (Lang::Zh, "programme") => "方案",
            (Lang::Zh, "text") => "教程",
            (Lang::Zh, _) => "列表",
        };
        let (name, means, shown_by) = (&self.name, &self.means, &self.shown_by);
        format!("{name}  ({kind})\n  {means}\n  {shown_by}")
    }

    fn as_json(&self) -> serde_json::Value {
        json!({
            "kind": self.kind,
            "name": self.name,
            "means": self.means,
            "shown_by": self.shown_by,
        })
    }
}

fn unknown(word: &str) -> Failure {
    let names = reference::entries().iter().map(|entry| entry.name.as_str());
    let names = names.flat_map(|name| [name, name.rsplit('.').next().unwrap_or(name)]);
    let message = match nearest(word, names) {
        Some(name) => format!("there is no word '{word}'; did you mean '{name}'?"),
        None => format!("there is no word '{word}' in programmes and stories"),
    };
    let texts = tutorial::topics_with(word).join("`, `stampbook policy help ");
    Failure::bad_input(message).hint(match texts.as_str() {
        "" => "stampbook policy help lists them all".to_owned(),
        texts => format!(
            "`stampbook policy help {texts}` speaks of it; stampbook policy help lists all words"
        ),
    })
}

fn list(kinds: &[EntryKind], lang: Lang, out: &mut Printer) -> Result<Exit, Failure> {
    let of_kind = |kind: EntryKind| {
        let entries = reference::entries().iter();
        entries.filter(move |entry| entry.kind == kind)
    };
    if kinds.len() > 1 {
        let topics: Vec<&str> = TOPICS.iter().map(|topic| topic.word).collect();
        let lists = kinds.iter().map(|kind| kind.word().replace('_', "-") + "s");
        out.line(format!("texts: {}", topics.join(", ")))?;
        out.line(format!("lists: {}", lists.collect::<Vec<_>>().join(", ")))?;
    }
    for kind in kinds {
        out.line(format!("{}:", kind.title(lang)))?;
        for entry in of_kind(*kind) {
            out.line(format!("  {}  {}", entry.full_name(), entry.gist(lang)))?;
        }
    }
    let entries = kinds.iter().flat_map(|kind| of_kind(*kind));
    let all: Vec<_> = entries.map(as_json).collect();
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

//! An entry of the reference, and the kinds of them.

use crate::command::Lang;
use crate::policy::{self, SINGLE};

/// Kind of an entry, in the order of the reference.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum EntryKind {
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
    /// A line of a story.
    StoryLine,
    /// A word that may follow in a line of a story.
    StoryWord,
    /// Something that comes of a line of a story.
    StoryOutcome,
    /// A check after a line of a story.
    StoryCheck,
    /// A code of a refusal.
    Refusal,
    /// A code of a warning.
    Warning,
}

impl EntryKind {
    /// All of them.
    pub const ALL: [EntryKind; 12] = [
        EntryKind::Hook,
        EntryKind::Fact,
        EntryKind::Function,
        EntryKind::FunctionOption,
        EntryKind::HeaderField,
        EntryKind::ManifestKey,
        EntryKind::StoryLine,
        EntryKind::StoryWord,
        EntryKind::StoryOutcome,
        EntryKind::StoryCheck,
        EntryKind::Refusal,
        EntryKind::Warning,
    ];

    /// Its name for people.
    pub fn title(self, lang: Lang) -> &'static str {
        let (english, chinese) = match self {
            EntryKind::Hook => ("functions that the ledger calls", "由账本调用的函数"),
            EntryKind::Fact => ("facts", "可读取的事实"),
            EntryKind::Function => ("functions", "函数"),
            EntryKind::FunctionOption => ("options of functions", "函数选项"),
            EntryKind::HeaderField => ("header fields", "抬头字段"),
            EntryKind::ManifestKey => ("keys of programme.toml", "programme.toml 的键"),
            EntryKind::StoryLine => ("lines of stories", "案例的行"),
            EntryKind::StoryWord => ("words in lines of stories", "案例行中的词"),
            EntryKind::StoryOutcome => ("outcomes in stories", "案例的结果"),
            EntryKind::StoryCheck => ("checks in stories", "案例的核对"),
            EntryKind::Refusal => ("codes of refusals", "拒绝的代码"),
            EntryKind::Warning => ("codes of warnings", "警告的代码"),
        };
        match lang {
            Lang::En => english,
            Lang::Zh => chinese,
        }
    }

    /// Its name in JSON.
    pub fn word(self) -> &'static str {
        match self {
            EntryKind::Hook => "hook",
            EntryKind::Fact => "fact",
            EntryKind::Function => "function",
            EntryKind::FunctionOption => "option",
            EntryKind::HeaderField => "header_field",
            EntryKind::ManifestKey => "manifest_key",
            EntryKind::StoryLine => "story_line",
            EntryKind::StoryWord => "story_word",
            EntryKind::StoryOutcome => "story_outcome",
            EntryKind::StoryCheck => "story_check",
            EntryKind::Refusal => "refusal",
            EntryKind::Warning => "warning",
        }
    }

    /// The kind whose entries a word in the plural asks for: `facts`, `story-lines`.
    pub fn asked(word: &str) -> Option<EntryKind> {
        let word = word.replace('-', "_");
        let is_it = |kind: &EntryKind| word.strip_suffix('s') == Some(kind.word());
        EntryKind::ALL.into_iter().find(is_it)
    }
}

/// An entry of the reference.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Its kind.
    pub kind: EntryKind,
    /// Section it belongs to, such as `purchase` or `campaign`; may be empty.
    pub section: String,
    /// Its name.
    pub name: String,
    /// The form in which it is written.
    pub usage: String,
    /// Its type in words; may be empty.
    pub of: String,
    /// Its default; may be empty.
    pub default: String,
    /// An example.
    pub example: String,
    /// The story line that goes with it; may be empty.
    pub story: String,
    /// Its meaning in English.
    pub means: String,
    /// Its name and its meaning in Chinese.
    pub zh: String,
}

impl Entry {
    /// Its meaning in one line.
    pub fn gist(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => policy::first_sentence(&self.means),
            Lang::Zh => &self.zh,
        }
    }

    /// Its whole name: `member.tier`, `when.weekday`, `[unit] kind`.
    pub fn full_name(&self) -> String {
        match self.kind {
            EntryKind::Fact => format!("{}.{}", self.section, self.usage),
            EntryKind::ManifestKey => format!("{} {}", heading(self), self.usage),
            EntryKind::FunctionOption => format!("{}(.. #{{ {}: .. }})", self.section, self.name),
            EntryKind::HeaderField => format!("{}: {}", self.section, self.usage),
            _ => self.usage.clone(),
        }
    }

    /// True if somebody who asks for the word means this entry.
    pub(super) fn is_meant(&self, asked: &str) -> bool {
        let name = self.name.to_lowercase();
        let last = name.rsplit('.').next().unwrap_or_default();
        let section = self.section.to_lowercase();
        let chinese = self.zh.split('：').next().unwrap_or_default();
        name == asked
            || last == asked
            || chinese == asked
            || asked.strip_prefix(&section).is_some_and(|rest| {
                rest.trim_start_matches(['.', ' ', ']', ':']) == name && rest != name
            })
    }
}

/// Heading of the table that an entry is the first of.
pub(super) fn heading(entry: &Entry) -> String {
    let section = &entry.section;
    match entry.kind {
        EntryKind::ManifestKey => match section.as_str() {
            "store" => "[[store]]".into(),
            single if SINGLE.contains(&single) => format!("[{section}]"),
            _ => format!("[{section}.NAME]"),
        },
        EntryKind::HeaderField => format!("{section}(#{{ .. }})"),
        EntryKind::FunctionOption => format!("{section}(.., #{{ .. }})"),
        _ => section.clone(),
    }
}

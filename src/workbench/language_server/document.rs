//! Documents of an editor: their languages, places and addresses.

use crate::policy::Diagnostic;
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Language of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Language {
    Script,
    Story,
    Manifest,
}

impl Language {
    /// By the file's name; None if it is no part of a programme.
    pub fn of(path: &Path) -> Option<Language> {
        let name = path.file_name()?.to_str()?;
        match name.rsplit('.').next()? {
            "rhai" => Some(Language::Script),
            "story" => Some(Language::Story),
            _ if name == "programme.toml" => Some(Language::Manifest),
            _ => None,
        }
    }
}

/// An open document.
pub(super) struct Document {
    pub language: Language,
    text: String,
}

impl Document {
    pub fn new(language: Language, text: &str) -> Document {
        Document {
            language,
            text: text.into(),
        }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text before a place, and its line behind it. Lines and UTF-16 units of a
    /// line count from 0; a place behind the end is the end.
    pub fn around(&self, (line, character): (usize, usize)) -> (&str, &str) {
        let mut start = 0;
        for _ in 0..line {
            match self.text[start..].find('\n') {
                Some(at) => start += at + 1,
                None => return (&self.text, ""),
            }
        }
        let rest = &self.text[start..];
        let rest = &rest[..rest.find('\n').unwrap_or(rest.len())];
        let mut units = 0;
        let column = rest.char_indices().find(|(_, c)| {
            let is_there = units >= character;
            units += c.len_utf16();
            is_there
        });
        let column = column.map_or(rest.len(), |(at, _)| at);
        (&self.text[..start + column], &rest[column..])
    }
}

/// A finding as the protocol has it; `text` is that of its file.
pub(super) fn as_lsp(finding: &Diagnostic, text: &str) -> Value {
    let line = finding.line.saturating_sub(1);
    let shown = text.lines().nth(line).unwrap_or_default();
    let from = finding.column.saturating_sub(1);
    // The word at the place, or the whole line where no column is known.
    let is_of_word = |c: &char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let len = match finding.column {
        0 => shown.chars().count(),
        _ => shown
            .chars()
            .skip(from)
            .take_while(is_of_word)
            .count()
            .max(1),
    };
    let units = |chars: usize| -> usize { shown.chars().take(chars).map(char::len_utf16).sum() };
    let message = match finding.help.as_str() {
        "" => finding.message.clone(),
        help => format!("{}\n{help}", finding.message),
    };
    json!({
        "range": {
            "start": { "line": line, "character": units(from) },
            "end": { "line": line, "character": units(from + len) },
        },
        "severity": if finding.is_error() { 1 } else { 2 },
        "source": "stampbook",
        "message": message,
    })
}

/// The path of a `file:` address.
pub(super) fn path(uri: &str) -> Option<PathBuf> {
    let rest = uri.strip_prefix("file://")?;
    let rest = &rest[rest.find('/')?..];
    let mut bytes = Vec::with_capacity(rest.len());
    let mut left = rest.as_bytes();
    while let Some((&byte, after)) = left.split_first() {
        let digits = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let coded = digits.and_then(|two| u8::from_str_radix(two, 16).ok());
        match coded.filter(|_| byte == b'%') {
            Some(coded) => {
                bytes.push(coded);
                left = &after[2..];
            }
            None => {
                bytes.push(byte);
                left = after;
            }
        }
    }
    let text = String::from_utf8(bytes).ok()?;
    // `/c:/shop` is `c:/shop` where paths have drives.
    let has_drive = text.as_bytes().get(2) == Some(&b':') && cfg!(windows);
    Some(PathBuf::from(&text[usize::from(has_drive)..]))
}

/// The `file:` address of a path.
pub(super) fn uri(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    let mut uri = String::from(if text.starts_with('/') {
        "file://"
    } else {
        "file:///"
    });
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => {
                uri.push(char::from(byte));
            }
            _ => drop(write!(uri, "%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_places_survive_any_letter() {
        let path_of = |text: &str| path(text).unwrap();
        assert_eq!(
            path_of("file:///a%20b/%E5%92%96.rhai"),
            Path::new("/a b/咖.rhai")
        );
        let made = uri(Path::new("/a b/咖%.rhai"));
        assert_eq!(path_of(&made), Path::new("/a b/咖%.rhai"));
        assert_eq!(path("untitled:x"), None);
        assert_eq!(path("file:///%"), Some("/%".into()));
        let document = Document::new(Language::Script, "one\n😀咖 x.y\n");
        assert_eq!(document.around((1, 3)), ("one\n😀咖", " x.y"));
        assert_eq!(document.around((1, 99)), ("one\n😀咖 x.y", ""));
        assert_eq!(document.around((9, 0)).1, "");
        let finding = Diagnostic::error("a", (2, 4), "no");
        let shown = as_lsp(&finding, document.text());
        let range = &shown["range"];
        assert_eq!(
            (&range["start"]["character"], &range["end"]["character"]),
            (&json!(4), &json!(5))
        );
    }
}

//! Characters that look like punctuation and are not: typed by input methods or
//! inserted by word processors.

use crate::policy::Bundle;
use crate::policy::diagnostic::Diagnostic;

/// Most findings for one file: the first few are enough.
const FOUND_MAX: usize = 10;

const LOOKALIKES: &[(char, &str)] = &[
    ('“', "\""),
    ('”', "\""),
    ('„', "\""),
    ('«', "\""),
    ('»', "\""),
    ('‘', "'"),
    ('’', "'"),
    ('。', "."),
    ('、', ","),
    ('【', "["),
    ('】', "]"),
    ('《', "<"),
    ('》', ">"),
    ('「', "\""),
    ('」', "\""),
    ('–', "-"),
    ('—', "-"),
    ('−', "-"),
    ('×', "*"),
    ('÷', "/"),
    ('…', "..."),
    ('≥', ">="),
    ('≤', "<="),
    ('≠', "!="),
    ('\u{3000}', "blank"),
    ('\u{a0}', "blank"),
    ('\u{200b}', "nothing"),
    ('\u{feff}', "nothing"),
];

/// Finds every lookalike outside of texts and comments.
pub(in crate::policy) fn characters(bundle: &Bundle) -> Vec<Diagnostic> {
    let of_file = |file: &crate::model::BundleFile| {
        let language = if file.path.ends_with(".toml") {
            TOML
        } else {
            RHAI
        };
        let found = Scan::new(&file.text, language).lookalikes();
        let found = found.into_iter().take(FOUND_MAX);
        let path = file.path.clone();
        found.map(move |(place, c, instead)| said(&path, place, c, &instead))
    };
    bundle.files.iter().flat_map(of_file).collect()
}

fn said(path: &str, place: (usize, usize), c: char, instead: &str) -> Diagnostic {
    let name = if c.is_whitespace() || (c as u32) == 0x200b || (c as u32) == 0xfeff {
        format!("U+{:04X}", c as u32)
    } else {
        format!("'{c}' (U+{:04X})", c as u32)
    };
    let help = match instead {
        "blank" => "write an ordinary blank".to_string(),
        "nothing" => "take it out".to_string(),
        _ => format!("write {instead} (switch the input method to half width)"),
    };
    Diagnostic::error(
        path,
        place,
        format!("the character {name} means nothing here"),
    )
    .help(help)
}

/// The character that was meant, if this is a lookalike.
fn meant(c: char) -> Option<String> {
    if let Some((_, meant)) = LOOKALIKES.iter().find(|(known, _)| *known == c) {
        return Some((*meant).into());
    }
    // The full-width forms of ASCII are in its own order, letters included.
    let full_width = ('\u{ff01}'..='\u{ff5e}').contains(&c);
    let ascii = char::from_u32((c as u32).wrapping_sub(0xfee0));
    ascii.filter(|_| full_width).map(String::from)
}

/// Syntax of texts and comments.
#[derive(Clone, Copy)]
struct Language {
    quotes: &'static [char],
    comment: &'static str,
    has_long_comments: bool,
}

const RHAI: Language = Language {
    quotes: &['"', '`', '\''],
    comment: "//",
    has_long_comments: true,
};
const TOML: Language = Language {
    quotes: &['"', '\''],
    comment: "#",
    has_long_comments: false,
};

type Lookalike = ((usize, usize), char, String);

/// Scans a text, skipping quotes and comments.
struct Scan<'a> {
    rest: &'a str,
    language: Language,
    line: usize,
    column: usize,
}

impl<'a> Scan<'a> {
    fn new(text: &'a str, language: Language) -> Scan<'a> {
        Scan {
            rest: text,
            language,
            line: 1,
            column: 1,
        }
    }

    fn step(&mut self) -> Option<char> {
        let c = self.rest.chars().next()?;
        self.rest = &self.rest[c.len_utf8()..];
        if c == '\n' {
            (self.line, self.column) = (self.line + 1, 1);
        } else {
            self.column += 1;
        }
        Some(c)
    }

    fn skip_until(&mut self, end: &str) {
        while !self.rest.is_empty() && !self.rest.starts_with(end) {
            self.step();
        }
        (0..end.chars().count()).for_each(|_| {
            self.step();
        });
    }

    fn skip_text(&mut self, quote: char) {
        while let Some(c) = self.step() {
            match c {
                '\\' if quote != '`' => {
                    self.step();
                }
                // An open quote ends with its line, so that one slip does
                // not hide the rest of the file.
                '\n' if quote != '`' => return,
                _ if c == quote => return,
                _ => {}
            }
        }
    }

    fn lookalikes(mut self) -> Vec<Lookalike> {
        let mut found = Vec::new();
        while !self.rest.is_empty() {
            if self.rest.starts_with(self.language.comment) {
                self.skip_until("\n");
            } else if self.language.has_long_comments && self.rest.starts_with("/*") {
                self.skip_until("*/");
            } else {
                let place = (self.line, self.column);
                let Some(c) = self.step() else { break };
                if self.language.quotes.contains(&c) {
                    self.skip_text(c);
                } else if let Some(instead) = meant(c) {
                    found.push((place, c, instead));
                }
            }
        }
        found
    }
}

//! What the parser says, in plain words.

use crate::policy::diagnostic::Diagnostic;
use crate::policy::source::place;
use rhai::{ParseError, ParseErrorType};

/// A file that cannot be read as a script.
pub(in crate::policy) fn syntax(file: &str, text: &str, error: &ParseError) -> Diagnostic {
    let at = place(error.1);
    let line = at.0.checked_sub(1).and_then(|n| text.lines().nth(n));
    let (message, help) = in_words(&error.0, line.unwrap_or_default());
    Diagnostic::error(file, at, message).help(help)
}

fn in_words(error: &ParseErrorType, line: &str) -> (String, String) {
    let plain = error.to_string();
    if has_field_until(line) {
        let help = "`until` is a word of the language; the last day of a campaign is `to`";
        return (plain, help.into());
    }
    // `reserved keyword 'eval' is disabled`
    if plain.ends_with("is disabled")
        && let Some(word) = plain.split('\'').nth(1)
    {
        return (format!("'{word}' is not available"), absent(word));
    }
    match error {
        ParseErrorType::Reserved(word) => (format!("'{word}' is not available"), absent(word)),
        ParseErrorType::VariableUndefined(name) => (
            format!("there is no variable '{name}'"),
            format!("a constant of this file is read as global::{name} inside functions"),
        ),
        ParseErrorType::UnexpectedEOF => (
            "the file ends too early".into(),
            "is a bracket or a quote left open?".into(),
        ),
        _ => (plain, String::new()),
    }
}

fn has_field_until(line: &str) -> bool {
    let mut after = line.split("until").skip(1);
    after.any(|rest| rest.trim_start().starts_with(':'))
}

fn absent(word: &str) -> String {
    match word {
        "print" | "debug" => "to see what a campaign does, write a story and run it".into(),
        "import" | "export" => "every file stands for itself".into(),
        "Fn" | "curry" | "eval" => "call functions by their names".into(),
        _ => String::new(),
    }
}

//! Parser errors in plain words.

use crate::policy::diagnostic::Diagnostic;
use crate::policy::source::place;
use rhai::{ParseError, ParseErrorType};

/// Explains why a file cannot be parsed as a script.
pub(in crate::policy) fn syntax(file: &str, text: &str, error: &ParseError) -> Diagnostic {
    let at = place(error.1);
    let line = at.0.checked_sub(1).and_then(|n| text.lines().nth(n));
    let line = line.unwrap_or_default();
    let (message, help) = in_words(&error.0, line);
    let help = meant(line, at.1, &error.0).unwrap_or(help);
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
            format!(
                "a constant of this file is read as global::{name} inside functions; a text stands in quotes: \"{name}\""
            ),
        ),
        ParseErrorType::UnexpectedEOF => (
            "the file ends too early".into(),
            "is a bracket or a quote left open?".into(),
        ),
        _ => (plain, String::new()),
    }
}

/// Probable intention, judged by the line: syntax of another language, or a
/// text without its quotes.
fn meant(line: &str, column: usize, error: &ParseErrorType) -> Option<String> {
    let at = column.saturating_sub(1);
    let before: String = line.chars().take(at).collect();
    let rest: String = line.chars().skip(at).collect();
    let before = before.trim_end();
    if let Some(word) = undeclared_map(line, before) {
        return Some(format!("write {word}(#{{ .. }});"));
    }
    if let Some(number) = decimal_comma(before, &rest) {
        return Some(format!("a decimal is written with a point: {number}"));
    }
    let word: String = rest.chars().take_while(|c| c.is_alphanumeric()).collect();
    if is_exponent(&word, before) {
        return Some("numbers have no exponent: write 1500 for 1.5e3".into());
    }
    let mut foreign = FOREIGN.iter();
    if let Some((_, help)) = foreign.find(|(words, _)| words.contains(&word.as_str())) {
        return Some((*help).into());
    }
    if let Some(help) = sign(before, &rest, error) {
        return Some(help);
    }
    match error {
        ParseErrorType::VariableUndefined(name) => undefined(name, before, &rest),
        ParseErrorType::MissingToken(token, _) => {
            number_with_unit(before, &rest).or_else(|| missing(token))
        }
        _ => number_with_unit(before, &rest),
    }
}

/// Words of other languages, and what is written here.
const FOREIGN: [(&[&str], &str); 8] = [
    (&["then"], "write if .. { .. }"),
    (
        &["function", "func", "def", "sub"],
        "write fn on_purchase(purchase, member) { .. }",
    ),
    (&["and"], "write && for and"),
    (&["or"], "write || for or"),
    (&["not"], "write ! for not"),
    (&["is"], "write == to compare"),
    (&["elif", "elseif"], "write } else if .. {"),
    (&["null", "nil", "None"], "write () for nothing"),
];

/// The declaration in a line whose map lacks its `#`.
fn undeclared_map(line: &str, before: &str) -> Option<&'static str> {
    let mut words = ["campaign", "tiers", "reward"].into_iter();
    words.find(|word| {
        let is_bare = |text: &str| line.contains(&format!("{word}({text}"));
        let is_map = is_bare("#{") || !is_bare("");
        !is_map && (is_bare("{") || before.ends_with(&format!("{word}(")))
    })
}

/// Remedy for a sign of another language, or at a place where it means nothing.
fn sign(before: &str, rest: &str, error: &ParseErrorType) -> Option<String> {
    let is_in_map = before.contains("#{");
    let lacks = match error {
        ParseErrorType::MissingToken(token, _) => Some(token.as_str()),
        _ => None,
    };
    let mut signs = rest.chars();
    let help = match (signs.next(), signs.next()) {
        (Some('\''), _) => {
            let text = rest.split('\'').nth(1).unwrap_or_default();
            return Some(format!("a text stands in double quotes: \"{text}\""));
        }
        (Some('.'), Some('0'..='9')) => return Some(format!("write 0{}", digits(rest))),
        (Some('='), _) if is_in_map && lacks.is_some() => "write : between name and value",
        (Some('='), _) => "write == to compare",
        (Some('-'), _) if is_in_map || lacks == Some(":") => {
            return Some(hyphenated(before, rest));
        }
        (Some(';'), _) if is_in_map => "write a comma between fields",
        (Some('>'), _) if before.ends_with('<') => "write != for unequal",
        _ if before.ends_with('%') => "write percent_of(amount, 10)",
        _ => return None,
    };
    Some(help.into())
}

/// Remedy for `#{ five-off: 1 }`, with the name as it must be written.
fn hyphenated(before: &str, rest: &str) -> String {
    let is_part = |c: &char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let begun: Vec<char> = before.chars().rev().take_while(is_part).collect();
    let name = begun
        .into_iter()
        .rev()
        .chain(rest.chars().take_while(is_part));
    let name: String = name.collect();
    let value = rest.split_once(':').map_or("", |(_, value)| value);
    let value = value.split([',', '}', ']']).next().unwrap_or_default();
    let value = match value.trim() {
        "" => "..",
        value => value,
    };
    format!("a name with a hyphen is quoted in a map: \"{name}\": {value}")
}

/// Remedy for a missing sign.
fn missing(token: &str) -> Option<String> {
    let help = match token {
        ";" => "end the statement before with ;",
        "," => "write a comma between arguments",
        "{" => "write the condition, then { .. }",
        ":" => "write : between name and value",
        ")" | "}" | "]" => return Some(format!("close the bracket with {token}")),
        _ => return None,
    };
    Some(help.into())
}

/// True if a word is the exponent of a number, with its digits or without.
fn is_exponent(word: &str, before: &str) -> bool {
    match word.strip_prefix(['e', 'E']) {
        Some("") => before.ends_with(|c: char| c.is_ascii_digit()),
        Some(digits) => digits.parse::<u32>().is_ok(),
        None => false,
    }
}

fn digits(rest: &str) -> String {
    let is_part = |c: &char| c.is_ascii_digit() || *c == '.';
    rest.chars().take_while(is_part).collect()
}

/// Detects `10,50` where no comma belongs: the error is at the comma, or at the
/// token after it.
fn decimal_comma(before: &str, rest: &str) -> Option<String> {
    let (whole, part) = match rest.strip_prefix(',') {
        Some(part) => (before, part),
        None => (before.strip_suffix(',')?, rest),
    };
    let is_digit = |c: &char| c.is_ascii_digit();
    let last: String = whole.chars().rev().take_while(is_digit).collect();
    let first: String = part.chars().take_while(is_digit).collect();
    let whole: String = last.chars().rev().collect();
    (!whole.is_empty() && !first.is_empty()).then(|| format!("{whole}.{first}"))
}

/// Explains a name that is not a variable: a text without quotes, or a call
/// without brackets.
fn undefined(name: &str, before: &str, rest: &str) -> Option<String> {
    let after = rest.strip_prefix(name).unwrap_or_default().trim_start();
    if crate::policy::host::names::function(name).is_some() && after.starts_with('"') {
        return Some(format!("write {name}(..), with brackets"));
    }
    let is_value = before.ends_with(['(', ',', '=', '<', '>', '[', ':']);
    // `year-star` is a unit's name, and would be a difference.
    let is_name = |c: &char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let whole: String = rest.chars().take_while(is_name).collect();
    is_value.then(|| {
        format!("a text stands in quotes: \"{whole}\"; a constant of this file is global::{name}")
    })
}

/// Detects `visits(30 days)`: a number and a word that belong in quotes together.
fn number_with_unit(before: &str, rest: &str) -> Option<String> {
    let is_digit = |c: &char| c.is_ascii_digit() || *c == '.';
    let digits: Vec<char> = before.chars().rev().take_while(is_digit).collect();
    let number: String = digits.into_iter().rev().collect();
    let word: String = rest.chars().take_while(char::is_ascii_alphabetic).collect();
    let spans = [
        "day", "days", "week", "weeks", "month", "months", "year", "years",
    ];
    let is_span = !number.is_empty() && spans.contains(&word.as_str());
    is_span.then(|| format!("a span stands in quotes: \"{number} {word}\""))
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

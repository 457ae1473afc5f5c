//! Facts about the member that a script reads. They are fixed when the
//! programme takes effect: every decided entry keeps their values, so that the
//! decision can be run again.

use super::diagnostic::Diagnostic;
use super::host::names;
use super::source::{Argument, Form, Use};
use crate::model::Fact;

/// Collects the facts that a file names.
pub(super) fn facts(
    file: &str,
    uses: &[Use],
    campaign: &str,
    found: &mut Vec<Diagnostic>,
) -> Vec<Fact> {
    let mut facts = Vec::new();
    for each in uses {
        match fact(each, campaign) {
            None => {}
            Some(Ok(fact)) => facts.push(fact),
            Some(Err(message)) => {
                let help = help(each);
                found.push(Diagnostic::error(file, each.place, message).help(help));
            }
        }
    }
    facts
}

/// Remedy.
fn help(each: &Use) -> String {
    match (each.name.as_str(), each.arguments.last()) {
        ("months_active", _) => "write months_active(12)".into(),
        ("activities", _) => "write activities(\"run\", 30)".into(),
        ("visits" | "spend" | "earned", Some(Argument::Whole(n))) => {
            format!("write \"{n} days\" or \"{n} months\", in quotes")
        }
        ("visits" | "spend" | "earned", Some(Argument::Text(text))) => window(text),
        _ => "write it as a text in quotes, such as \"star\" or \"month\"".into(),
    }
}

/// The window nearest to the one that was meant.
fn window(text: &str) -> String {
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    let count: u64 = digits.parse().unwrap_or(1);
    let word = text[digits.len()..].trim();
    let days = match word.trim_end_matches('s') {
        "day" | "d" => count,
        "week" | "w" => count.saturating_mul(7),
        "month" | "m" if count > 0 => return "write \"12 months\"; 36 at most".into(),
        "year" | "y" => return "write \"year\" for this one, or \"12 months\"".into(),
        _ => return "write \"30 days\", \"12 months\", \"month\", \"year\" or \"lifetime\"".into(),
    };
    match days {
        0 => "write \"day\" for today".into(),
        1..=92 => format!("write \"{days} days\""),
        _ => format!("write \"{} months\"", days.div_ceil(31).min(36)),
    }
}

/// The fact that a use names, whatever precedes the dot: surplus facts cost a
/// few bytes, a missing one would fail at the till.
fn fact(each: &Use, campaign: &str) -> Option<Result<Fact, String>> {
    let arguments = match each.form {
        Form::Property => return names::property_fact(&each.name).map(Ok),
        Form::Method => &each.arguments[..],
        Form::Function if each.name == "tuned" => {
            let [Argument::Text(name)] = &each.arguments[..] else {
                return Some(Err("tuned(..) needs a literal text here".into()));
            };
            let (campaign, name) = (campaign.to_owned(), name.clone());
            return Some(Ok(Fact::Tuned { campaign, name }));
        }
        // balance(member, "star")
        Form::Function => each.arguments.get(1..)?,
        _ => return None,
    };
    if !names::is_fact_method(&each.name) {
        return None;
    }
    let text = |argument: &Argument| match argument {
        Argument::Text(text) => Some(text.clone()),
        Argument::Whole(whole) => Some(whole.to_string()),
        _ => None,
    };
    let Some(texts) = arguments.iter().map(text).collect::<Option<Vec<_>>>() else {
        let message = format!("{}(..) needs literal texts or numbers here", each.name);
        return Some(Err(message));
    };
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    Some(names::method_fact(&each.name, &texts, campaign))
}

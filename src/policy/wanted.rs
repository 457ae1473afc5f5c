//! Which facts about the member a script reads. They are fixed when the
//! programme takes effect: every decided entry keeps their values, so that
//! the decision can be run again.

use super::diagnostic::Diagnostic;
use super::host::names;
use super::source::{Argument, Form, Use};
use crate::model::Fact;

/// The facts that a file names.
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
                let help = match each.arguments.last() {
                    Some(Argument::Whole(n)) if each.name != "activities" => {
                        format!("write \"{n} days\" or \"{n} months\", in quotes")
                    }
                    _ => "write it as a text in quotes, such as \"star\" or \"month\"".into(),
                };
                found.push(Diagnostic::error(file, each.place, message).help(help));
            }
        }
    }
    facts
}

/// The fact that a use names, whatever stands before the dot: too many facts
/// cost a few bytes, a missing one would fail at the till.
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

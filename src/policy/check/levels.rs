//! Results of `qualify` that are not a tier.

use crate::policy::diagnostic::{Diagnostic, suggest};
use crate::policy::source::{Form, Use};
use rhai::{Dynamic, Map};

/// Finds texts that stand alone in tiers.rhai, and are neither a level nor in
/// the header: `qualify` would return something that is not a tier.
pub(in crate::policy) fn levels(
    file: &str,
    uses: &[Use],
    header: &Map,
    levels: &[String],
) -> Vec<Diagnostic> {
    let mut said = Vec::new();
    header.values().for_each(|value| texts(value, &mut said));
    let known: Vec<&str> = levels.iter().map(String::as_str).collect();
    let is_answer = |each: &&Use| each.form == Form::Text && each.taker.is_empty();
    let is_wrong = |each: &&Use| !known.contains(&each.name.as_str()) && !said.contains(&each.name);
    let told = |each: &Use| {
        let message = format!("'{}' is no level of tiers(..)", each.name);
        Diagnostic::warning(file, each.place, message).help(suggest(&each.name, &known))
    };
    uses.iter()
        .filter(is_answer)
        .filter(is_wrong)
        .map(told)
        .collect()
}

fn texts(value: &Dynamic, said: &mut Vec<String>) {
    if let Ok(text) = value.clone().into_immutable_string() {
        said.push(text.to_string());
    } else if let Some(list) = value.read_lock::<rhai::Array>() {
        list.iter().for_each(|value| texts(value, said));
    }
}

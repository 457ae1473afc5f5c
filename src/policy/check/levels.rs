//! Results of `qualify` that are not a tier.

use super::judge_uses;
use crate::policy::diagnostic::{Diagnostic, Severity, suggest};
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
    judge_uses(Severity::Warning, file, uses, |each| {
        let name = &each.name;
        let is_answer = each.form == Form::Text && each.taker.is_empty();
        let is_known = levels.contains(name) || said.contains(name);
        (is_answer && !is_known).then(|| {
            let message = format!("'{name}' is no level of tiers(..)");
            (message, suggest(name, levels))
        })
    })
}

fn texts(value: &Dynamic, said: &mut Vec<String>) {
    if let Ok(text) = value.clone().into_immutable_string() {
        said.push(text.to_string());
    } else if let Some(list) = value.read_lock::<rhai::Array>() {
        list.iter().for_each(|value| texts(value, said));
    }
}

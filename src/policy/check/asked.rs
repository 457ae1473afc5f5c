//! Proposals that have no effect: each hook carries out some proposals, and a
//! script that makes another would disappoint at the till.

use crate::model::Hook;
use crate::policy::diagnostic::Diagnostic;
use crate::policy::source::{Form, Use, functions};
use rhai::AST;

/// Finds calls whose proposal no hook that reaches them carries out.
pub(in crate::policy) fn asked(file: &str, uses: &[Use], ast: &AST) -> Vec<Diagnostic> {
    let functions = functions(ast, uses);
    let mut found = Vec::new();
    for (name, uses) in &functions {
        let reaching: Vec<Hook> = Hook::ALL
            .into_iter()
            .filter(|hook| reaches(hook.name(), name, &functions))
            .collect();
        let is_in_vain = |each: &&&Use| {
            let word = Hook::word(&each.name);
            let is_asking = each.form == Form::Function && word.is_some();
            let may = |hook: &Hook| word.is_some_and(|word| hook.carries_out().contains(&word));
            is_asking && !reaching.is_empty() && !reaching.iter().any(may)
        };
        let told = |each: &&Use| vain(file, each, reaching[0]);
        found.extend(uses.iter().filter(is_in_vain).map(told));
    }
    found
}

/// Finds reads of facts that only a return has, in functions that no return reaches.
pub(in crate::policy) fn untold(file: &str, uses: &[Use], ast: &AST) -> Vec<Diagnostic> {
    let functions = functions(ast, uses);
    let mut found = Vec::new();
    for (name, uses) in &functions {
        let mut hooks = Hook::ALL.into_iter();
        let is_other = hooks.any(|hook| reaches(hook.name(), name, &functions));
        if !is_other || reaches(Hook::OnReturn.name(), name, &functions) {
            continue;
        }
        let is_of_return = |each: &&&Use| {
            each.form == Form::Property && matches!(each.name.as_str(), "bought" | "returned")
        };
        found.extend(uses.iter().filter(is_of_return).map(|each| {
            let message = format!("{} is told in on_return only", each.name);
            let help = "what comes back is decided in fn on_return(purchase, member)";
            Diagnostic::error(file, each.place, message).help(help)
        }));
    }
    found
}

/// Facts that are 0 or `()` for somebody who has just joined.
const OF_THE_PAST: [&str; 10] = [
    "visits",
    "spend",
    "earned",
    "balance",
    "qualifying",
    "activities",
    "months_active",
    "days_since_purchase",
    "months_since_first_purchase",
    "rfm",
];

/// Finds reads of what a member did before, in functions that only joining reaches.
pub(in crate::policy) fn newcomers(file: &str, uses: &[Use], ast: &AST) -> Vec<Diagnostic> {
    let functions = functions(ast, uses);
    let mut found = Vec::new();
    for (name, uses) in &functions {
        let mut hooks = Hook::ALL.into_iter();
        let is_only =
            hooks.all(|hook| reaches(hook.name(), name, &functions) == (hook == Hook::OnEnrol));
        let is_past = |each: &&&Use| {
            let is_of_member = each.owner.as_deref() == Some("member");
            let is_read = matches!(each.form, Form::Property | Form::Method);
            is_only && is_of_member && is_read && OF_THE_PAST.contains(&each.name.as_str())
        };
        found.extend(uses.iter().filter(is_past).map(|each| {
            let message = format!(
                "nobody who has just joined did anything before: {} is 0 or ()",
                each.name
            );
            let help = "ask in fn on_purchase(purchase, member)";
            Diagnostic::warning(file, each.place, message).help(help)
        }));
    }
    found
}

fn vain(file: &str, each: &Use, hook: Hook) -> Diagnostic {
    let message = format!("{}(..) does nothing in {}", each.name, hook.name());
    let possible = match hook.carries_out() {
        [] => format!("{} only answers", hook.name()),
        words => format!("{} may {}", hook.name(), words.join(", ")),
    };
    Diagnostic::error(file, each.place, message).help(possible)
}

type Functions<'a> = [(String, Vec<&'a Use>)];

/// True if one function is another or calls it, directly or not.
fn reaches(from: &str, to: &str, functions: &Functions) -> bool {
    let mut seen: Vec<&str> = Vec::new();
    let mut next: Vec<&str> = vec![from];
    while let Some(name) = next.pop() {
        if seen.contains(&name) {
            continue;
        }
        seen.push(name);
        let bodies = functions.iter().filter(|(own, _)| own == name);
        let calls = bodies.flat_map(|(_, uses)| uses);
        let calls = calls.filter(|each| matches!(each.form, Form::Function | Form::Method));
        next.extend(calls.map(|each| each.name.as_str()));
    }
    seen.contains(&to)
}

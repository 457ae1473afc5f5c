//! Uses that mean nothing in the functions that reach them: proposals that no function
//! carries out, facts that none is told.

use super::{Fault, judge_uses};
use crate::model::Hook;
use crate::policy::diagnostic::{Diagnostic, Severity};
use crate::policy::source::{Form, Use, functions};
use rhai::AST;

/// Finds calls whose proposal no hook that reaches them carries out: a script that makes it
/// would disappoint at the till.
pub(in crate::policy) fn asked(file: &str, uses: &[Use], ast: &AST) -> Vec<Diagnostic> {
    judge_by_hooks(Severity::Error, file, uses, ast, |each, hooks| {
        let word = Hook::word(&each.name).filter(|_| each.form == Form::Function)?;
        let is_in_vain = !hooks.iter().any(|hook| hook.carries_out().contains(&word));
        hooks.first().filter(|_| is_in_vain).map(|hook| {
            let message = format!("{}(..) does nothing in {}", each.name, hook.name());
            let possible = match hook.carries_out() {
                [] => format!("{} only answers", hook.name()),
                words => format!("{} may {}", hook.name(), words.join(", ")),
            };
            (message, possible)
        })
    })
}

/// Finds reads of facts that only a return has, in functions that no return reaches.
pub(in crate::policy) fn untold(file: &str, uses: &[Use], ast: &AST) -> Vec<Diagnostic> {
    judge_by_hooks(Severity::Error, file, uses, ast, |each, hooks| {
        let is_other = !hooks.is_empty() && !hooks.contains(&Hook::OnReturn);
        (is_other && each.is_property(&["bought", "returned"])).then(|| {
            let message = format!("{} is told in on_return only", each.name);
            let help = "what comes back is decided in fn on_return(purchase, member)";
            (message, help.into())
        })
    })
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
    judge_by_hooks(Severity::Warning, file, uses, ast, |each, hooks| {
        let is_of_member = each.owner.as_deref() == Some("member");
        let is_read = matches!(each.form, Form::Property | Form::Method);
        let is_past = is_of_member && is_read && OF_THE_PAST.contains(&each.name.as_str());
        (is_past && *hooks == [Hook::OnEnrol]).then(|| {
            let message = format!(
                "nobody who has just joined did anything before: {} is 0 or ()",
                each.name
            );
            (message, "ask in fn on_purchase(purchase, member)".into())
        })
    })
}

/// Judges each use in a function by the hooks that reach it, directly or not.
fn judge_by_hooks(
    severity: Severity,
    file: &str,
    uses: &[Use],
    ast: &AST,
    judge: impl Fn(&Use, &[Hook]) -> Option<Fault>,
) -> Vec<Diagnostic> {
    let functions = functions(ast, uses);
    let mut found = Vec::new();
    for (name, uses) in &functions {
        let hooks = Hook::ALL.into_iter();
        let hooks: Vec<Hook> = hooks
            .filter(|hook| reaches(hook.name(), name, &functions))
            .collect();
        let uses = uses.iter().copied();
        found.extend(judge_uses(severity, file, uses, |each| judge(each, &hooks)));
    }
    found
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

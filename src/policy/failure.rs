//! Script errors in plain words, with their places.

use super::diagnostic::Place;
use super::diagnostic::nearest;
use super::host::{names, sandbox};
use super::source::place;
use crate::model::{DECISION_STEPS_MAX, Failure};
use rhai::{EvalAltResult, Position};

/// Makes a failure that has no line in the script.
pub(super) fn unplaced(file: &str, message: &str) -> Failure {
    at(file, (0, 0), message.into())
}

fn at(file: &str, (line, column): Place, message: String) -> Failure {
    let small = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
    Failure {
        file: file.into(),
        line: small(line),
        column: small(column),
        message,
    }
}

/// Message for scripts of one decision that have together used up their steps.
pub(super) fn together() -> String {
    format!(
        "the scripts of this command took more than {DECISION_STEPS_MAX} steps together: \
         see which campaigns loop over much (`stampbook campaign list` names the one that was stopped)"
    )
}

/// Names the function in a failure whose line is not known.
pub(super) fn within(function: &str, failure: Failure) -> Failure {
    match failure.line {
        0 => Failure {
            message: format!("in {function}: {}", failure.message),
            ..failure
        },
        _ => failure,
    }
}

/// Explains the innermost cause that has a place.
pub(super) fn explain(file: &str, error: EvalAltResult) -> Failure {
    let mut position = error.position();
    let mut inner = error;
    while let EvalAltResult::ErrorInFunctionCall(_, _, cause, _) = inner {
        if !cause.position().is_none() {
            position = cause.position();
        }
        inner = *cause;
    }
    at(file, place(position), in_words(inner))
}

fn in_words(mut error: EvalAltResult) -> String {
    error.set_position(Position::NONE);
    match error {
        EvalAltResult::ErrorRuntime(text, _) => text.to_string(),
        EvalAltResult::ErrorTooManyOperations(_) | EvalAltResult::ErrorTerminated(..) => format!(
            "the script took more than {} steps: is there a loop that does not end?",
            sandbox::OPERATIONS_MAX
        ),
        EvalAltResult::ErrorStackOverflow(_) => format!(
            "functions call each other more than {} deep",
            sandbox::CALL_LEVELS_MAX
        ),
        EvalAltResult::ErrorDataTooLarge(what, _) => {
            format!("the script made something too large: {what}")
        }
        EvalAltResult::ErrorDotExpr(text, _) => property(&text),
        EvalAltResult::ErrorFunctionNotFound(signature, _) => {
            format!("there is no function {signature}")
        }
        EvalAltResult::ErrorMismatchDataType(wanted, got, _) => {
            format!("this needs {wanted}, but is {got}")
        }
        other => other.to_string(),
    }
}

/// Explains `Unknown property 'totl' - a getter is not registered for type 'purchase'`.
fn property(text: &str) -> String {
    let quoted: Vec<&str> = text.split('\'').skip(1).step_by(2).collect();
    let (Some(wrong), Some(owner)) = (quoted.first(), quoted.get(1)) else {
        return text.into();
    };
    let known = names::kind(owner).into_iter().flat_map(|k| &k.properties);
    let known: Vec<&str> = known.map(|(name, _)| *name).collect();
    match nearest(wrong, known.iter().copied()) {
        _ if known.is_empty() => text.into(),
        Some(name) if name == *wrong => format!("{owner}.{wrong} cannot be changed"),
        Some(name) => format!("{owner} has no '{wrong}'; did you mean '{name}'?"),
        None => format!("{owner} has no '{wrong}'; it has {}", known.join(", ")),
    }
}

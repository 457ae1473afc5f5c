//! Habits: code that runs, but means something else than it seems to.

use super::{Fault, judge_uses};
use crate::policy::diagnostic::{Diagnostic, Severity};
use crate::policy::source::{Argument, Form, Use};

/// Finds the habits in a file.
pub(in crate::policy) fn habits(file: &str, uses: &[Use]) -> Vec<Diagnostic> {
    let is_paying = uses.iter().any(|each| each.is_call_of(&PAYING));
    judge_uses(Severity::Warning, file, uses, |each| match each.form {
        Form::Method if is_paying => score(each),
        Form::Operator => operator(each),
        Form::Text => number_of_a_person(each),
        Form::Property => unknown_birthday(each),
        _ => None,
    })
}

/// Finds divisions by a literal zero.
pub(in crate::policy) fn zeros(file: &str, uses: &[Use]) -> Vec<Diagnostic> {
    judge_uses(Severity::Error, file, uses, |each| {
        let is_division = each.form == Form::Operator && matches!(each.name.as_str(), "/" | "%");
        let is_by_zero = each.arguments.get(1) == Some(&Argument::Whole(0));
        (is_division && is_by_zero).then(|| ("this divides by zero".into(), String::new()))
    })
}

fn operator(each: &Use) -> Option<Fault> {
    match (each.name.as_str(), &each.arguments[..]) {
        ("<<" | ">>", _) => Some((
            format!("'{}' moves bits, and loses them without a word", each.name),
            "to compare, write < or >".into(),
        )),
        ("/", [a, b]) if is_whole(a) && is_whole(b) => Some((
            "whole numbers are divided without a remainder: 7 / 2 is 3".into(),
            "write one of them with a point (2.0), or use steps(amount, step)".into(),
        )),
        ("+", [Argument::Text(_), b]) if is_number(b) => Some(glued()),
        ("+", [a, Argument::Text(_)]) if is_number(a) => Some(glued()),
        _ => None,
    }
}

fn glued() -> Fault {
    (
        "a text and a number are glued together: \"5\" + 3 is \"53\"".into(),
        "take the quotes away if a sum is meant; in texts write `${..}`".into(),
    )
}

/// Functions that return a whole number.
const WHOLE: [&str; 13] = [
    "floor",
    "ceil",
    "half_up",
    "half_even",
    "steps",
    "len",
    "visits",
    "balance",
    "qualifying",
    "hour",
    "months_enrolled",
    "days_since_purchase",
    "to_int",
];

fn is_whole(argument: &Argument) -> bool {
    match argument {
        Argument::Whole(_) => true,
        Argument::Named(name) => WHOLE.contains(&name.as_str()),
        _ => false,
    }
}

fn is_number(argument: &Argument) -> bool {
    is_whole(argument) || *argument == Argument::Decimal
}

/// Functions that give something to a member.
const PAYING: [&str; 5] = ["award", "issue", "grant", "refer", "discount"];

/// Names of fields that hold a satisfaction score.
const SCORES: [&str; 7] = [
    "score",
    "rating",
    "stars",
    "nps",
    "csat",
    "grade",
    "satisfaction",
];

/// Warns of a campaign that pays and reads a score: those who pay for praise
/// get praise.
fn score(each: &Use) -> Option<Fault> {
    let is_score = each.first_text().is_some_and(|name| SCORES.contains(&name));
    (each.name == "field" && is_score).then(|| {
        (
            "this campaign gives something, and reads how content somebody is: good marks can be bought with it".into(),
            "pay for the answer, whatever it is; look at the mark in a campaign that gives nothing".into(),
        )
    })
}

/// Warns of a text that looks like a person's number: the journal would keep it
/// for ever.
fn number_of_a_person(each: &Use) -> Option<Fault> {
    crate::model::has_number_of_a_person(&each.name).then(|| {
        (
            "this looks like a phone or card number".into(),
            "a programme is kept in the journal for ever: name no person in it".into(),
        )
    })
}

fn unknown_birthday(each: &Use) -> Option<Fault> {
    let is_birthday = matches!(each.name.as_str(), "birthday_today" | "birthday_this_month");
    let is_bare = matches!(each.taker.as_str(), "if" | "&&" | "!");
    (is_birthday && is_bare).then(|| {
        (
            format!(
                "{} is () where no birthday is known, which is neither yes nor no",
                each.name
            ),
            format!("write member.{} == true", each.name),
        )
    })
}

//! Arguments of host functions: their types, their options, and literals that
//! a function always refuses.

use super::{Class, Walk, class, is_like_date, unquoted, words};
use crate::model::Day;
use crate::policy::check::expressions::number;
use crate::policy::diagnostic::suggest;
use crate::policy::host::names::{Parameter, Type, options, signature};
use crate::policy::words::{self as table, WordKind};
use rhai::{Expr, Position};
use rust_decimal::Decimal;

/// Checks arguments against their parameters.
pub(super) fn arguments(
    walk: &mut Walk,
    name: &str,
    at: Position,
    parameters: &[Parameter],
    arguments: &[&Expr],
    given: &[Type],
) {
    let fits = |i: usize, of: usize| parameters.get(of).is_none_or(|p| is_fit(given[i], p.1));
    let count = given.len().min(parameters.len());
    let wrong: Vec<usize> = (0..count).filter(|i| !fits(*i, *i)).collect();
    // Two that would fit in each other's places.
    let first_wrong = wrong.first().copied();
    let swapped = first_wrong
        .and_then(|i| {
            (0..count)
                .find(|j| *j != i && fits(i, *j) && fits(*j, i))
                .map(|j| (i, j))
        })
        .filter(|(i, j)| class(given[*i]) != class(given[*j]));
    if let Some((i, j)) = swapped
        && wrong.len() <= 2
        && comma(arguments, wrong[0]).is_none()
    {
        let message = format!(
            "{name}(..): {} and {} have changed places",
            parameters[i].0, parameters[j].0
        );
        return walk.error(at, message, signature(name, parameters));
    }
    for i in wrong {
        let (parameter, of) = parameters[i];
        let message = format!(
            "{name}(..): {parameter} is {}, and this is {}",
            words(of),
            words(given[i])
        );
        let help = remedy(name, parameters, arguments, i);
        walk.error(arguments[i].position(), message, help);
    }
    for (argument, (parameter, of)) in arguments.iter().zip(parameters) {
        literal(walk, name, parameter, *of, argument);
    }
    let last = arguments
        .iter()
        .zip(parameters)
        .nth(arguments.len().saturating_sub(1));
    if let Some((Expr::Map(map, _), ("options", _))) = last {
        for (field, value) in &map.0 {
            option(walk, name, field, value);
        }
        order(walk, &map.0);
    }
}

fn is_fit(given: Type, wanted: Type) -> bool {
    match (given, wanted) {
        (Type::Any, _) | (_, Type::Any) => true,
        (Type::Decimal, Type::Whole) => false,
        (Type::Object(a), Type::Object(b)) => a == b,
        _ => class(given) == class(wanted),
    }
}

/// The number that this argument and the one before form together, if they look
/// like `1,5` or `1.000,50`.
fn comma(arguments: &[&Expr], i: usize) -> Option<String> {
    let part = match arguments.get(i)? {
        Expr::IntegerConstant(part, _) => part,
        _ => return None,
    };
    let mut before = *arguments.get(i.checked_sub(1)?)?;
    // `x * 1,5`
    while let Expr::FnCall(call, _) = before {
        before = call.args.last().filter(|_| call.op_token.is_some())?;
    }
    let whole = match before {
        Expr::IntegerConstant(whole, _) => whole.to_string(),
        _ => number(before)?.to_string().replace('.', ""),
    };
    Some(format!("{whole}.{part}"))
}

fn remedy(name: &str, parameters: &[Parameter], arguments: &[&Expr], i: usize) -> String {
    if let Some(number) = comma(arguments, i) {
        return format!("a decimal is written with a point: {number}");
    }
    match (class(parameters[i].1), arguments[i]) {
        (_, Expr::IntegerConstant(n, _)) if parameters[i].1 == Type::Day => dated(*n),
        (Class::Number, text @ Expr::StringConstant(..)) => match unquoted(text) {
            help if help.is_empty() => signature(name, parameters),
            help => help,
        },
        (Class::Text, Expr::IntegerConstant(n, _)) => format!("write \"{n}\", in quotes"),
        _ => signature(name, parameters),
    }
}

/// Remedy where a number of days is written in place of a date.
fn dated(days: i64) -> String {
    format!("write a date such as \"2026-12-31\", or days_after(purchase.date, {days})")
}

/// Checks a literal of the right type that would nevertheless be refused.
fn literal(walk: &mut Walk, name: &str, parameter: &str, of: Type, argument: &Expr) {
    if let (Type::Amount, Some(amount)) = (of, number(argument)) {
        let at = argument.position();
        if amount < Decimal::ZERO {
            let message = format!("{name}(..): {parameter} cannot be negative");
            walk.error(at, message, String::new());
        } else if amount.is_zero() {
            let message = format!("{name}(..): {parameter} is 0, so nothing comes of it");
            walk.warning(at, message, "write how much, or take the call out".into());
        }
    }
    if let (Type::Day, Expr::StringConstant(text, at)) = (of, argument) {
        date(walk, &format!("{name}(..): {parameter}"), text, *at);
    }
}

/// Checks a text that must be a date. Texts that only look like dates are
/// checked elsewhere.
fn date(walk: &mut Walk, what: &str, text: &str, at: Position) {
    if Day::parse(text).is_err() && !is_like_date(text) {
        let help = "write it as \"2026-12-31\"".into();
        walk.error(at, format!("{what}: '{text}' is no date"), help);
    }
}

/// Reports an expiry before the first day of use.
fn order(walk: &mut Walk, options: &[(rhai::Ident, Expr)]) {
    let day = |wanted: &str| {
        let (_, value) = options.iter().find(|(name, _)| name.name == wanted)?;
        match value {
            Expr::StringConstant(text, at) => Some((Day::parse(text).ok()?, *at)),
            _ => None,
        }
    };
    if let (Some((from, _)), Some((end, at))) = (day("available"), day("expires"))
        && end < from
    {
        let message = format!("it ends on {end}, before it can be used on {from}");
        walk.error(at, message, "give it a later `expires`".into());
    }
}

fn option(walk: &mut Walk, name: &str, field: &rhai::Ident, value: &Expr) {
    let options = options(name);
    if options.is_empty() {
        return;
    }
    let field_name = field.name.as_str();
    let Some((_, of)) = options.iter().find(|(known, _)| *known == field_name) else {
        let message = format!("{name} has no option '{field_name}'");
        let mut fields = table::of(WordKind::HeaderField);
        let help = match fields.find(|field| field.name == field_name) {
            Some(field) => format!(
                "{field_name} is a field of {}(#{{ .. }}): {}",
                field.section, field.example
            ),
            None => suggest(field_name, options.iter().map(|(known, _)| known)),
        };
        return walk.error(field.pos, message, help);
    };
    let given = walk.infer(value);
    let is_line = field_name == "line"
        && !matches!(class(given), Class::Any | Class::Number)
        && given != Type::Object("line");
    if is_line || !is_fit(given, *of) {
        let wanted = if field_name == "line" {
            "a line".into()
        } else {
            words(*of)
        };
        let message = format!("{field_name} is {wanted}, and this is {}", words(given));
        let help = match (of, value) {
            (Type::Day, Expr::IntegerConstant(n, _)) => dated(*n),
            (Type::List, _) => "write lines: [line, line], or line: line".into(),
            (Type::Bool, Expr::StringConstant(..)) => "write true or false, without quotes".into(),
            _ if field_name == "line" => "write line: line, in for line in purchase.lines".into(),
            _ => String::new(),
        };
        return walk.error(value.position(), message, help);
    }
    if let ("purpose", Expr::StringConstant(text, at)) = (field_name, value) {
        purpose(walk, text, *at);
    }
    if let (Type::Day, Expr::StringConstant(text, at)) = (*of, value) {
        date(walk, field_name, text, *at);
    }
}

/// Checks for a purpose that nobody can consent to; a part of one falls back to
/// the whole.
fn purpose(walk: &mut Walk, text: &str, at: Position) {
    let purposes = walk.programme.purposes.iter();
    let known: Vec<&str> = purposes.map(|(_, text)| text.as_str()).collect();
    let whole = text.split('/').next().unwrap_or_default();
    if !known.contains(&text) && !known.contains(&whole) {
        let message = format!("there is no purpose '{text}' in this programme");
        let help = suggest(text, &known);
        walk.error(at, message, help);
    }
}

/// Finds literals that a helper always refuses, and arguments that are probably
/// in the wrong order.
pub(super) fn literals(walk: &mut Walk, name: &str, at: Position, arguments: &[&Expr]) {
    let numbers: Vec<Option<Decimal>> = arguments.iter().map(|a| number(a)).collect();
    match (name, &numbers[..], arguments) {
        ("zhe", _, [argument]) => zhe(walk, argument),
        ("steps", [_, Some(step)], _) if *step <= Decimal::ZERO => {
            walk.error(at, "steps(..): the step must be more than 0", String::new());
        }
        ("steps", [Some(_), None], _) => {
            let message = "steps(..) counts how many steps fit into the first";
            walk.warning(at, message, "write steps(amount, step)".into());
        }
        ("percent_of", [Some(_), None], _) => {
            let message = "percent_of(..) is so many per cent of the first";
            walk.warning(at, message, "write percent_of(amount, percent)".into());
        }
        ("chance", [Some(n)], _) if *n < Decimal::ONE => {
            let message = "chance(n) draws from 0 to n - 1: n is 1 or more";
            walk.error(at, message, String::new());
        }
        ("refuse", _, [Expr::StringConstant(code, _), Expr::StringConstant(text, _)])
            if code.contains(' ') && !text.contains(' ') =>
        {
            let message = "refuse(..): code and text have changed places";
            walk.error(at, message, "write refuse(code, text)".into());
        }
        _ => {}
    }
}

fn zhe(walk: &mut Walk, argument: &Expr) {
    let given = match argument {
        Expr::StringConstant(text, _) => match text.parse() {
            Ok(number) => number,
            Err(_) => {
                let message = format!("zhe(..): '{text}' is no number");
                return walk.error(argument.position(), message, unquoted(argument));
            }
        },
        _ => match number(argument) {
            Some(number) => number,
            None => return,
        },
    };
    if given <= Decimal::ZERO || given >= Decimal::ONE_HUNDRED {
        let help = "write 0.1 to 9.9 (tenths) or 10 to 99 (hundredths)".into();
        walk.error(
            argument.position(),
            format!("zhe({given}) is not possible"),
            help,
        );
    }
}

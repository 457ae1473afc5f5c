//! Comparisons with a constant result: a text with a number, an hour with 25,
//! two conditions that exclude each other.

use super::{Class, Typed, Walk, class, is_like_date, unquoted, words};
use crate::model::{Day, WEEKDAYS, kind_word};
use crate::policy::check::channels::{CHANNELS, misspelt};
use crate::policy::check::expressions::{last_name, number, path};
use crate::policy::check::names::places;
use crate::policy::diagnostic::suggest;
use crate::policy::host::names::Type;
use crate::policy::words::{self as table, WordKind};
use rhai::{Expr, Position};
use rust_decimal::Decimal;

/// Checks a comparison.
pub(super) fn comparison(walk: &mut Walk, name: &str, at: Position, a: Typed, b: Typed) {
    if is_tier(walk, a.0) || is_tier(walk, b.0) {
        return tier(walk, name, at, a, b);
    }
    spelling(walk, a.0, b.0);
    spelling(walk, b.0, a.0);
    let (of_a, of_b) = (class(a.1), class(b.1));
    if of_a == Class::Any || of_b == Class::Any {
        return;
    }
    let is_equality = matches!(name, "==" | "!=");
    let has_nothing = of_a == Class::Nothing || of_b == Class::Nothing;
    if of_a != of_b && !(is_equality && has_nothing) {
        let always = if name == "!=" { "true" } else { "false" };
        let (first, second) = (words(a.1), words(b.1));
        let message = format!("{first} is compared with {second}: '{name}' is always {always}");
        return walk.error(at, message, remedy(a, b));
    }
    for (fact, literal, is_first) in [(a, b, true), (b, a, false)] {
        if let Expr::StringConstant(text, at) = literal.0 {
            let text = (text.as_str(), *at);
            day(walk, fact, text);
            sliced(walk, name, fact, text);
            values(walk, fact.0, text);
            kind_of(walk, fact.0, text);
        }
        bound(walk, side(name, is_first), at, fact, literal);
        known(walk, name, at, fact, literal);
    }
}

/// A text as it is written, with its place.
type Written<'a> = (&'a str, Position);

/// Checks `item in list`: a list of one type contains only items of that type.
pub(super) fn membership(walk: &mut Walk, at: Position, list: Typed, item: Typed) {
    if let Expr::FnCall(call, at) = list.0
        && let ("..", [from, to]) | ("..=", [from, to]) = (call.name.as_str(), &call.args[..])
        && let (Some(from), Some(to)) = (number(from), number(to))
        && from > to
    {
        let message = format!("{from} to {to} goes down: nothing is ever in it");
        let help = format!("write x >= {from} || x < {to}");
        return walk.error(*at, message, help);
    }
    if let Expr::Array(items, _) = list.0 {
        for each in items.iter() {
            let of = walk.infer(each);
            comparison(walk, "==", each.position(), item, (each, of));
        }
        return;
    }
    let of_item = class(item.1);
    let (holds, is_possible) = match list.1 {
        Type::Text | Type::Day => ("a text", of_item == Class::Text),
        Type::Texts => ("a list of texts", of_item == Class::Text),
        Type::Lines => ("the list of lines", of_item == Class::Object),
        Type::Tenders => ("the list of tenders", of_item == Class::Object),
        _ => return,
    };
    if of_item == Class::Any || is_possible {
        return;
    }
    let message = format!(
        "{} is looked for in {holds}: it is never there",
        words(item.1)
    );
    let help = match (list.1, item.0) {
        (Type::Lines, Expr::StringConstant(text, _)) => {
            format!("write purchase.count_in(\"{text}\") > 0 for a category")
        }
        (Type::Lines | Type::Tenders, _) => "write list.some(|each| each.amount > 5)".into(),
        (_, Expr::IntegerConstant(n, _)) => format!("write \"{n}\", in quotes"),
        _ => String::new(),
    };
    walk.error(at, message, help);
}

/// Finds an attribute, or a field of activities, that is compared with a value it cannot
/// have.
fn values(walk: &mut Walk, fact: &Expr, (text, at): Written) {
    let Some(path) = path(fact) else {
        return;
    };
    let asked = |word: &str| {
        let (_, rest) = path.split_once(&format!("{word}(\""))?;
        rest.strip_suffix("\")")
    };
    let programme = walk.programme;
    let (what, lists): (_, Vec<&[String]>) = if let Some(id) = asked("attribute") {
        let declared = programme.attributes.iter().filter(|a| a.id == id);
        (
            format!("attribute {id}"),
            declared.map(|a| &*a.values).collect(),
        )
    } else if let Some(name) = asked("field") {
        let fields = programme.activities.iter().flat_map(|a| &a.fields);
        let declared = fields.filter(|f| f.name == name);
        (
            format!("field {name}"),
            declared.map(|f| &*f.values).collect(),
        )
    } else {
        return;
    };
    // Without a list any text will do.
    if lists.iter().any(|list| list.is_empty()) {
        return;
    }
    let possible: Vec<&str> = lists.into_iter().flatten().map(String::as_str).collect();
    if !possible.is_empty() && !possible.contains(&text) {
        let message = format!("{what} is never '{text}'");
        walk.error(at, message, suggest(text, &possible));
    }
}

/// Finds a fact that is always known and is compared with `()`.
fn known(walk: &mut Walk, name: &str, at: Position, fact: Typed, literal: Typed) {
    let (Expr::Dot(pair, ..), Expr::Unit(_)) = (fact.0, literal.0) else {
        return;
    };
    let (Type::Object(kind), Some(word)) = (walk.infer(&pair.lhs), last_name(&pair.rhs)) else {
        return;
    };
    let mut facts = table::of(WordKind::Fact).filter(|f| f.section == kind && f.name == word);
    let Some(fact) = facts.find(|f| f.default != "`()`" && kind != "day") else {
        return;
    };
    let always = if name == "!=" { "true" } else { "false" };
    let message = format!("{kind}.{word} is never (): '{name}' is always {always}");
    let help = match fact.of {
        "text" => format!("where there is none it is \"\": write {kind}.{word} {name} \"\""),
        "texts" => format!("write {kind}.{word}.is_empty()"),
        _ => String::new(),
    };
    walk.error(at, message, help);
}

/// Finds a text in small letters or capitals that is compared with one in the others.
fn spelling(walk: &mut Walk, fact: &Expr, literal: &Expr) {
    let (Some(function), Expr::StringConstant(text, at)) = (last_name(fact), literal) else {
        return;
    };
    let spelt = match function {
        "to_lower" => text.to_lowercase(),
        "to_upper" => text.to_uppercase(),
        _ => return,
    };
    if spelt != text.as_str() {
        let message = format!("{function}() never gives '{text}'");
        walk.error(*at, message, format!("write \"{spelt}\""));
    }
}

/// An example of a date.
const DATE: &str = "2026-12-24";
/// Length of a date.
pub(super) const DATE_LEN: usize = DATE.len();

/// True if some date has a text at this place.
fn is_part_of_date(text: &str, from: usize) -> bool {
    // The rest comes from dates of a leap year that leave all digits of a month and day free.
    let is_date = |rest: &str| {
        let (before, behind) = (rest.get(..from), rest.get(from + text.len()..));
        let whole = before.zip(behind).map(|(a, b)| format!("{a}{text}{b}"));
        whole.is_some_and(|whole| Day::parse(&whole).is_ok())
    };
    // A whole date is checked wherever it is written.
    is_like_date(text) || ["2028-10-10", "2028-01-01"].into_iter().any(is_date)
}

/// Finds a beginning or an end that no date has.
pub(super) fn part_of_date(walk: &mut Walk, name: &str, of: Type, text: &str, at: Position) {
    let from = match name {
        "ends_with" => DATE_LEN.saturating_sub(text.len()),
        _ => 0,
    };
    if of == Type::Day && !is_part_of_date(text, from) {
        let message = format!("no date {} '{text}'", name.replace('_', " "));
        walk.error(at, message, format!("a date is a text such as \"{DATE}\""));
    }
}

/// Finds a part of a date that is compared with a text that no date has there.
fn sliced(walk: &mut Walk, name: &str, fact: Typed, (text, at): Written) {
    let Type::PartOfDay(from, len) = fact.1 else {
        return;
    };
    let is_there = text.len() == len && is_part_of_date(text, from);
    if matches!(name, "==" | "!=") && !is_there {
        let example = &DATE[from..from + len];
        let message = format!("no date has '{text}' there");
        let help = format!("of the date \"{DATE}\" this part is \"{example}\"");
        walk.error(at, message, help);
    }
}

fn remedy(a: Typed, b: Typed) -> String {
    let text = [a, b].into_iter().find(|x| class(x.1) == Class::Text);
    let other = [a, b].into_iter().find(|x| class(x.1) != Class::Text);
    let (Some(text), Some(other)) = (text, other) else {
        return String::new();
    };
    match (class(other.1), text.0, other.0) {
        (Class::Number, Expr::StringConstant(..), _) => unquoted(text.0),
        (Class::Number, _, Expr::IntegerConstant(..)) if text.1 == Type::Day => {
            "a date stands in quotes: \"2026-12-24\"".into()
        }
        (Class::Number, _, _) if last_name(text.0) == Some("weekday") => {
            format!("write one of \"{}\"", WEEKDAYS.join("\", \""))
        }
        (Class::Number, _, Expr::IntegerConstant(n, _)) => format!("write \"{n}\", in quotes"),
        // `2026-12-24` is a difference of three numbers.
        (Class::Number, _, Expr::FnCall(call, _)) if text.1 == Type::Day && call.name == "-" => {
            "a date stands in quotes: \"2026-12-24\"".into()
        }
        (Class::List, Expr::StringConstant(wanted, _), _) => {
            format!(
                "write \"{wanted}\" in {}",
                path(other.0).unwrap_or("the list".into())
            )
        }
        (Class::Bool, Expr::StringConstant(..), _) => "write true or false, without quotes".into(),
        _ => String::new(),
    }
}

/// True if this is the member's tier.
fn is_tier(walk: &mut Walk, expr: &Expr) -> bool {
    let Expr::Dot(pair, ..) = expr else {
        return false;
    };
    let is_named = matches!(&pair.rhs, Expr::Property(names, _) if names.2 == "tier");
    is_named && walk.infer(&pair.lhs) == Type::Object("member")
}

/// Finds tiers that are compared by order: they are names, equal or not, but
/// none is greater than another.
fn tier(walk: &mut Walk, name: &str, at: Position, a: Typed, b: Typed) {
    let other = if is_tier(walk, a.0) { b } else { a };
    if !matches!(class(other.1), Class::Any | Class::Text | Class::Nothing) {
        let message = format!("a tier is compared with {}", words(other.1));
        return walk.error(at, message, "write the tier's name in quotes".into());
    }
    if matches!(name, "==" | "!=") {
        return;
    }
    let wanted = match other.0 {
        Expr::StringConstant(text, _) => format!("\"{text}\""),
        _ => "\"..\"".into(),
    };
    // `tier < x` with the tier on the left is `!at_least(x)`.
    let is_not = matches!(
        (name, is_tier(walk, a.0)),
        ("<" | "<=", true) | (">" | ">=", false)
    );
    let sign = if is_not { "!" } else { "" };
    let message = format!("'{name}' compares the letters of tiers' names, not their order");
    walk.error(
        at,
        message,
        format!("write {sign}member.tier_at_least({wanted})"),
    );
}

/// Finds a date that is compared with a text that is not one.
fn day(walk: &mut Walk, fact: Typed, (text, at): Written) {
    // Texts that look like a date are checked elsewhere.
    if fact.1 == Type::Day && Day::parse(text).is_err() && !is_like_date(text) {
        let message = format!("a date is compared with '{text}', which is no date");
        walk.error(at, message, "write it as \"2026-12-31\"".into());
    }
}

/// Name of a fact in messages, its least and its greatest value.
fn limits<'a>((expr, of): Typed<'a>) -> Option<(&'a str, i64, i64)> {
    match of {
        Type::MonthNumber => return Some(("the month of a date", 1, 12)),
        Type::DayNumber => return Some(("the day of a date", 1, 31)),
        _ => {}
    }
    let name = last_name(expr)?;
    let (least, most) = match name {
        "hour" => (0, 23),
        "minute" => (0, 59),
        "visits"
        | "months_active"
        | "days_since_purchase"
        | "months_enrolled"
        | "activities"
        | "pass_uses"
        | "balance"
        | "len" => (0, i64::MAX),
        "years" => (1, i64::MAX),
        _ => return None,
    };
    Some((name, least, most))
}

/// Kinds of tenders that every till can send; a shop may have others.
const TENDERS: [&str; 7] = [
    "cash",
    "card",
    "mobile",
    "gift_card",
    "points",
    "reward",
    "voucher",
];

/// Kinds of charges that every till can send.
const CHARGES: [&str; 4] = ["tax", "delivery", "deposit", "rounding"];

/// Finds a kind of tender or a channel in a spelling that no till sends, or
/// that looks like a typing error.
fn kind_of(walk: &mut Walk, fact: &Expr, (text, at): Written) {
    let Expr::Dot(pair, ..) = fact else {
        return;
    };
    let owner = walk.infer(&pair.lhs);
    let (what, known): (_, &[&str]) = match (owner, last_name(&pair.rhs)) {
        (Type::Object("tender"), Some("kind")) => ("kind of tender", &TENDERS),
        (Type::Object("purchase" | "activity"), Some("channel")) => ("channel", &CHANNELS),
        _ => return,
    };
    word(walk, what, known, text, at);
}

/// Finds a kind of charge in a spelling that no till sends, or that looks like
/// a typing error.
pub(super) fn charge(walk: &mut Walk, text: &str, at: Position) {
    let declared = walk.programme.earns.except_charges.clone();
    let declared = declared.iter().map(String::as_str);
    let known: Vec<&str> = CHARGES.into_iter().chain(declared).collect();
    word(walk, "kind of charge", &known, text, at);
}

fn word(walk: &mut Walk, what: &str, known: &[&str], text: &str, at: Position) {
    let spelt = kind_word(text);
    if spelt != text {
        let message = format!("a {what} is never '{text}'");
        return walk.error(at, message, format!("write \"{spelt}\""));
    }
    let fault = misspelt(what, text, known.iter().copied());
    if let Some((message, help)) = fault.filter(|_| !known.contains(&text)) {
        walk.warning(at, message, help);
    }
}

/// Finds a store, terminal, partner or weekday that the programme lacks, if a
/// variable stands between the fact and the name. Without a variable the check
/// of names finds it.
pub(super) fn named_between(walk: &mut Walk, (a, b): (&Expr, &Expr)) {
    for (fact, literal) in [(a, b), (b, a)] {
        let (Expr::Dot(pair, ..), Expr::StringConstant(text, at)) = (fact, literal) else {
            continue;
        };
        let name = last_name(&pair.rhs).unwrap_or_default();
        if walk.infer(&pair.lhs) != Type::Object("purchase") {
            continue;
        }
        let Some((what, known)) = places(name, walk.programme) else {
            continue;
        };
        if !known.contains(&text.as_str()) {
            let message = format!("there is no {what} '{text}' in this programme");
            walk.error(*at, message, suggest(text, &known));
        }
    }
}

/// Finds a fact that is compared with a value it never reaches.
fn bound(walk: &mut Walk, name: &str, at: Position, fact: Typed, literal: Typed) {
    let (Some((fact, least, most)), Some(number)) = (limits(fact), number(literal.0)) else {
        return;
    };
    let (least, most) = (Decimal::from(least), Decimal::from(most));
    let is_whole = number.is_integer();
    if !is_whole && most < Decimal::ONE_HUNDRED {
        let message = format!("{fact} is a whole number, and {number} is none");
        let help = "half past five is hour > 17 || (hour == 17 && minute >= 30)".into();
        return walk.error(at, message, help);
    }
    let is_never = match name {
        "==" => number < least || number > most || !is_whole,
        ">" => number >= most,
        ">=" => number > most,
        "<" => number <= least,
        "<=" => number < least,
        _ => false,
    };
    if is_never {
        let range = match most == Decimal::from(i64::MAX) {
            true => format!("is never below {least}"),
            false => format!("goes from {least} to {most}"),
        };
        walk.error(
            at,
            format!("{fact} {range}: this is never true"),
            String::new(),
        );
    }
}

/// The operator with the fact on the left.
fn side(name: &str, is_first: bool) -> &str {
    match (name, is_first) {
        (name, true) => name,
        (">", false) => "<",
        (">=", false) => "<=",
        ("<", false) => ">",
        ("<=", false) => ">=",
        (name, false) => name,
    }
}

/// Conditions on one fact: bounds, or texts.
#[derive(Default)]
struct FactConditions {
    path: String,
    /// Lower bound, and whether it is left out itself.
    low: Option<(Decimal, bool)>,
    /// Upper bound, and whether it is included.
    high: Option<(Decimal, bool)>,
    texts: Vec<String>,
}

impl FactConditions {
    fn add(&mut self, name: &str, literal: &Expr) {
        if let (Expr::StringConstant(text, _), "==") = (literal, name) {
            self.texts.push(text.to_string());
        }
        let date = |literal: &Expr| match literal {
            Expr::StringConstant(text, _) => Day::parse(text).ok().map(|day| day.0.into()),
            _ => None,
        };
        let Some(number) = number(literal).or_else(|| date(literal)) else {
            return;
        };
        if matches!(name, ">" | ">=" | "==") {
            self.low = self.low.max(Some((number, name == ">")));
        }
        if matches!(name, "<" | "<=" | "==") {
            let bound = (number, name != "<");
            self.high = Some(self.high.map_or(bound, |high| high.min(bound)));
        }
    }

    fn is_never(&self) -> bool {
        let is_empty = match (self.low, self.high) {
            (Some((low, is_out)), Some((high, is_in))) => {
                low > high || (low == high && (is_out || !is_in))
            }
            _ => false,
        };
        is_empty || self.texts.windows(2).any(|pair| pair[0] != pair[1])
    }
}

/// Finds conditions joined by `&&` that exclude each other.
pub(super) fn contradictions(walk: &mut Walk, parts: &[Expr]) {
    let mut asked: Vec<FactConditions> = Vec::new();
    for part in parts {
        let Expr::FnCall(call, _) = part else {
            continue;
        };
        let [a, b] = &call.args[..] else { continue };
        let is_literal = |x: &Expr| matches!(x, Expr::StringConstant(..)) || number(x).is_some();
        let is_first = is_literal(b);
        let (fact, literal) = if is_first { (a, b) } else { (b, a) };
        let (Some(path), true) = (path(fact), is_literal(literal)) else {
            continue;
        };
        let name = side(&call.name, is_first);
        let at = match asked.iter().position(|known| known.path == path) {
            Some(at) => at,
            None => {
                asked.push(FactConditions {
                    path,
                    ..FactConditions::default()
                });
                asked.len() - 1
            }
        };
        let was_never = asked[at].is_never();
        asked[at].add(name, literal);
        if asked[at].is_never() && !was_never {
            let message = format!("{} cannot be both: this is never true", asked[at].path);
            let help = "write || where one of them is enough".into();
            walk.error(part.position(), message, help);
        }
    }
}

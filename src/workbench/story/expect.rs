//! Reads the expected outcome after an arrow.

use super::forms;
use super::outcome::{Check, Item, MemberOutcome, Moved, listed};
use super::words::{Read, Words, figure};
use crate::answer::Flow;
use crate::model::{CampaignStatus, Money, Programme, UnitKind};
use rust_decimal::Decimal;

/// Reads one part: `[member] items; checks`. `has_member` tells whether the
/// line itself is about a member, so that none needs to be named.
pub(super) fn part(
    words: &mut Words,
    programme: &Programme,
    has_member: bool,
) -> Read<MemberOutcome> {
    let mut part = MemberOutcome::default();
    if words.peek() == Some(";") {
        let message = "write what comes of it before the checks, as in 'nothing; balance 29', or \
                       leave all behind the arrow empty for `policy test --fill`";
        return Err(words.finding(words.column(), message.into()));
    }
    if !is_item(words) && words.peek().is_some() {
        part.member = Some(words.need("a member")?.text.to_owned());
    }
    if !words.take("nothing") {
        part.items.push(item(words, programme)?);
        while words.take(",") {
            part.items.push(item(words, programme)?);
        }
    }
    let needs_name = !has_member && part.member.is_none();
    if needs_name && part.items.iter().any(|item| matches!(item, Item::Moved(_))) {
        let message = "whose? The line names no member, so begin with the name".into();
        return Err(words.finding(words.column(), message));
    }
    while words.take(";") {
        part.checks.push(check(words, programme)?);
    }
    words.end("',', ';' or the line's end")?;
    Ok(part)
}

fn is_item(words: &Words) -> bool {
    words.peek().is_some_and(begins_item)
}

fn begins_item(text: &str) -> bool {
    let is_amount = text.starts_with(['+', '-']) && text.len() > 1;
    is_amount || forms::outcomes().iter().any(|row| row.word == text)
}

/// Refuses a name where a check stands: another member has a line of its own.
fn another_member(words: &Words, known: &[&str]) -> Read<()> {
    let begins = |text: &str| known.contains(&text) || begins_item(text);
    match words.peek().zip(words.peek_after()) {
        Some((name, after)) if !begins(name) && begins(after) => {
            let message = format!(
                "what comes of '{name}' stands on an indented line below, which begins with -> and \
                 the name: '-> {name} nothing; balance 29'"
            );
            Err(words.finding(words.column(), message))
        }
        _ => Ok(()),
    }
}

fn item(words: &mut Words, programme: &Programme) -> Read<Item> {
    if words.take("repeated") {
        return Ok(Item::Said("repeated".into()));
    }
    for (word, what) in [
        (
            "refused",
            "the code of a refusal, such as insufficient_points (`policy help refusals` tells them all)",
        ),
        ("failed", "the campaign that fails"),
    ] {
        if words.take(word) {
            let which = words.need(what)?.text;
            return Ok(Item::Said(format!("{word} {which}")));
        }
    }
    let what =
        "what must come of it, such as '+29 star', 'refused insufficient_points' or 'nothing'";
    let amount = words.signed(what)?;
    let unit = words.unit(programme)?;
    let flow = Flow::MARKED
        .into_iter()
        .find(|flow| words.take(flow.as_str()));
    Ok(Item::Moved(Moved {
        unit,
        amount,
        flow: flow.unwrap_or(Flow::Plain),
        from: words.take("from").then(|| words.day()).transpose()?,
        until: words.take("until").then(|| words.day()).transpose()?,
    }))
}

fn check(words: &mut Words, programme: &Programme) -> Read<Check> {
    let known: Vec<&str> = forms::checks().iter().map(|form| form.word).collect();
    another_member(words, &known)?;
    let word = words.one_of("what to look at", &known)?;
    let mut check = Check::open("", "");
    for form in forms::checks().iter().filter(|form| form.word == word) {
        check.word = form.word;
        for part in &form.parts {
            let text = value(part, words, programme)?;
            match forms::is_about(part) {
                true => check.about = text,
                false => check.value = text,
            }
        }
    }
    Ok(check)
}

/// Reads a part of a check by its kind, in the form in which the actual one is written.
fn value(kind: &str, words: &mut Words, programme: &Programme) -> Read<String> {
    let digits = programme.digits;
    let points = |words: &mut Words| {
        let points = words.read("a number", |text| figure(text).ok_or(()))?;
        Ok(points.normalize().to_string())
    };
    let until = |words: &mut Words| Ok(format!("until {}", words.day()?));
    Ok(match kind {
        "points" => points(words)?,
        "spendable" => unit_or_only(words, programme, UnitKind::Spendable)?,
        "qualifying" => unit_or_only(words, programme, UnitKind::Qualifying)?,
        "held_pass" => unit_or_only(words, programme, UnitKind::Pass)?,
        "unit" => words.unit(programme)?,
        "lots_of" => match words.peek().and_then(|text| programme.unit_named(text)) {
            Some(_) => words.unit(programme)?,
            None => first_of_points(words, programme)?,
        },
        "lots" => list(words, "none", |words| {
            let amount = points(words)?;
            match words.take("until") {
                true => Ok(format!("{amount} {}", until(words)?)),
                false => Ok(amount),
            }
        })?,
        "end" if words.take("none") => "none".into(),
        "end" => {
            words.take("until");
            until(words)?
        }
        "tier" => words.need("a tier, or none")?.text.into(),
        "codes" => list(words, "nothing", |words| {
            Ok(words.need("the code of a warning, or a label")?.text.into())
        })?,
        "messages" => list(words, "nothing", |words| {
            let template = words.need("the template of a message")?.text;
            let suppressed = if words.take("suppressed") {
                " suppressed"
            } else {
                ""
            };
            Ok(format!("{template}{suppressed}"))
        })?,
        // Whatever its spelling, money is compared as it is printed.
        "money" => words
            .read("an amount of money", |text| {
                Money::parse_signed(text, digits)
            })?
            .display(digits),
        "amount" => words
            .read("an amount of money", str::parse::<Decimal>)?
            .to_string(),
        "count" => words.read("a whole number", str::parse::<i64>)?.to_string(),
        "campaign" => words.need("a campaign")?.text.into(),
        "state" => {
            let states = CampaignStatus::ALL.map(CampaignStatus::as_str);
            words.one_of("what it does", &states)?
        }
        _ => words.need("a partner or a pool")?.text.into(),
    })
}

/// The named unit, or the only one of its kind.
fn unit_or_only(words: &mut Words, programme: &Programme, kind: UnitKind) -> Read<String> {
    let mut of_kind = programme.units.iter().filter(|u| u.kind == kind);
    match (words.peek(), of_kind.next(), of_kind.next()) {
        (None | Some(";"), Some(only), None) => Ok(only.id.clone()),
        _ => words.unit(programme),
    }
}

fn first_of_points(words: &Words, programme: &Programme) -> Read<String> {
    let mut units = programme.units.iter();
    let found = units.find(|unit| unit.kind == UnitKind::Spendable);
    found
        .map(|unit| unit.id.clone())
        .ok_or_else(|| words.wrong("a unit"))
}

/// A list, or the word for an empty one.
fn list(
    words: &mut Words,
    none: &str,
    mut item: impl FnMut(&mut Words) -> Read<String>,
) -> Read<String> {
    if words.take(none) {
        return Ok(none.into());
    }
    let mut items = vec![item(words)?];
    while words.take(",") {
        items.push(item(words)?);
    }
    Ok(listed(items.iter(), ", ", none))
}

//! Proposals of scripts. Each function adds to the proposals of its call; none
//! has an effect of its own.

use super::facts::LineView;
use super::helpers::{day, kind, number};
use super::offered::Offered;
use super::sink::{TEXT_LEN_MAX, with_sink};
use super::{Answer, fail};
use crate::model::{
    AMOUNT_MAX, Day, Exact, Proposal, Sent, Value, unprintable, unprintable_in_words,
};
use crate::policy::diagnostic::suggest;
use rhai::{Array, Dynamic, INT, Map, NativeCallContext, Variant};
use rust_decimal::Decimal;

/// Longest key, tag, code or template name, in bytes.
pub const KEY_LEN_MAX: usize = 64;

fn propose(context: &NativeCallContext, proposal: Proposal) -> Answer<()> {
    with_sink(context, |sink| sink.push(proposal))
}

fn text(what: &str, text: &str, len_max: usize) -> Answer<String> {
    if text.len() > len_max {
        return fail(format!(
            "{what} has {} bytes, at most {len_max} are possible",
            text.len()
        ));
    }
    match unprintable_in_words(text) {
        Some(wrong) => fail(format!("{what} {wrong}")),
        None => Ok(text.into()),
    }
}

fn key(what: &str, key: &str) -> Answer<String> {
    if key.is_empty() {
        return fail(format!("{what} is empty"));
    }
    if let Some(wrong) = unprintable(key) {
        return fail(format!("{what} {wrong}"));
    }
    text(what, key, KEY_LEN_MAX)
}

/// Types with which a script can state an amount.
trait Figure: Variant + Clone {
    /// Converts it to a number.
    fn read(self, what: &str) -> Answer<Decimal>;
}

impl Figure for Decimal {
    fn read(self, _: &str) -> Answer<Decimal> {
        Ok(self)
    }
}

impl Figure for INT {
    fn read(self, _: &str) -> Answer<Decimal> {
        Ok(self.into())
    }
}

impl Figure for Dynamic {
    fn read(self, what: &str) -> Answer<Decimal> {
        number(what, &self)
    }
}

/// Checks an amount of points or money that the ledger can hold, not negative.
fn amount(what: &str, x: impl Figure) -> Answer<Decimal> {
    let amount = x.read(what)?;
    if amount < Decimal::ZERO {
        return fail(format!("{what}({amount}): the amount is negative"));
    }
    if amount > Decimal::from(AMOUNT_MAX) {
        return fail(format!("{what}({amount}): more than a ledger can hold"));
    }
    Ok(amount)
}

fn unknown_option<T>(function: &str, name: &str) -> Answer<T> {
    let known = super::names::options(function);
    let help = suggest(name, known.iter().map(|(known, _)| known));
    fail(format!("{function} has no option '{name}'; {help}"))
}

/// Terms of what is given: the fields in the last map of a call.
#[derive(Default)]
struct Terms {
    line: u16,
    expires: Option<Day>,
    available: Option<Day>,
    sku: Option<String>,
}

impl Terms {
    /// Reads the terms of an award, which may name a line, or of a voucher, which may name
    /// an article.
    fn read(function: &str, map: &Map) -> Answer<Terms> {
        let mut terms = Terms::default();
        for (name, value) in map {
            match (name.as_str(), function) {
                ("expires", _) => terms.expires = Some(date(name, value)?),
                ("available", _) => terms.available = Some(date(name, value)?),
                ("line", "award") => terms.line = line(value)?,
                ("sku", "issue") => terms.sku = Some(article(value)?),
                _ => return unknown_option(function, name),
            }
        }
        Ok(terms)
    }
}

fn line(value: &Dynamic) -> Answer<u16> {
    if let Some(line) = value.read_lock::<LineView>() {
        return Ok(line.number());
    }
    let number = value.as_int().ok().and_then(|n| u16::try_from(n).ok());
    number.map_or_else(
        || {
            fail(format!(
                "line: needs a line or its number, not {}",
                kind(value)
            ))
        },
        Ok,
    )
}

fn date(name: &str, value: &Dynamic) -> Answer<Day> {
    match value.clone().into_immutable_string() {
        Ok(text) => day(&text),
        Err(_) => fail(format!(
            "{name}: needs a date such as \"2026-12-31\", not {}",
            kind(value)
        )),
    }
}

/// Proposes points by `award` for the member, by `refer` for who brought the member.
fn points(
    context: &NativeCallContext,
    function: &str,
    (unit, points): (&str, impl Figure),
    why: &str,
    terms: Terms,
) -> Answer<()> {
    let amount = amount(function, points)?;
    let why = text("the reason", why, TEXT_LEN_MAX)?;
    let is_award = function == "award";
    if !is_award && terms.line != 0 {
        return fail("refer has no option 'line'");
    }
    with_sink(context, |sink| {
        let unit = sink.unit(unit)?;
        // Points of zero are not worth a line on the statement.
        if amount.is_zero() {
            return Ok(());
        }
        let (expires, available) = (terms.expires, terms.available);
        sink.push(match is_award {
            true => Proposal::Award {
                unit,
                amount,
                why,
                line: terms.line,
                expires,
                available,
            },
            false => Proposal::Refer {
                unit,
                amount,
                why,
                expires,
                available,
            },
        })
    })
}

fn article(value: &Dynamic) -> Answer<String> {
    match value.clone().into_immutable_string() {
        Ok(sku) => key("sku", &sku),
        Err(_) => fail(format!("sku: needs a text, not {}", kind(value))),
    }
}

fn issue(context: &NativeCallContext, unit: &str, why: &str, terms: Terms) -> Answer<()> {
    let why = text("the reason", why, TEXT_LEN_MAX)?;
    with_sink(context, |sink| {
        sink.push(Proposal::Issue {
            unit: sink.unit(unit)?,
            why,
            expires: terms.expires,
            available: terms.available,
            sku: terms.sku,
        })
    })
}

/// Lines that a discount applies to: `#{ line: line }` or `#{ lines: [..] }`.
fn lines_of(map: &Map) -> Answer<Vec<u16>> {
    let mut lines = Vec::new();
    for (name, value) in map {
        match name.as_str() {
            "line" => lines.push(line(value)?),
            "lines" => {
                let Some(list) = value.read_lock::<Array>() else {
                    let help = "write [line, line]";
                    return fail(format!(
                        "lines: needs a list of lines or their numbers, not {}; {help}",
                        kind(value)
                    ));
                };
                if list.is_empty() {
                    return fail("lines: names no line; leave it out for the whole bill");
                }
                for each in list.iter() {
                    lines.push(line(each)?);
                }
            }
            _ => return unknown_option("discount", name),
        }
    }
    lines.sort_unstable();
    lines.dedup();
    Ok(lines)
}

fn discount(
    context: &NativeCallContext,
    money: impl Figure,
    why: &str,
    lines: Vec<u16>,
) -> Answer<()> {
    let amount = amount("discount", money)?;
    let why = text("the reason", why, TEXT_LEN_MAX)?;
    if amount.is_zero() {
        return Ok(());
    }
    propose(context, Proposal::Discount { amount, why, lines })
}

/// Converts a script's value to a stored one.
fn value(x: &Dynamic) -> Answer<Value> {
    if let Ok(found) = x.as_bool() {
        return Ok(Value::Bool(found));
    }
    if let Ok(found) = x.as_int() {
        return Ok(Value::Int(found));
    }
    if let Ok(found) = x.as_decimal() {
        return Ok(Value::Decimal(Exact::from(found)));
    }
    match x.clone().into_immutable_string() {
        Ok(found) => Ok(Value::Text(text("the text", &found, TEXT_LEN_MAX)?)),
        Err(_) if x.is_unit() => Ok(Value::Unit),
        Err(_) => fail(format!(
            "only texts, numbers, true and false can be kept, not {}",
            kind(x)
        )),
    }
}

/// Reads `#{ purpose: "marketing/sms" }`, or `#{ service: true }`.
fn sent(options: &Map) -> Answer<Sent> {
    let mut sent = Sent::Plain;
    for (name, value) in options {
        sent = match (name.as_str(), value.clone().into_immutable_string()) {
            ("purpose", Ok(purpose)) => Sent::For(key("the purpose", &purpose)?),
            ("service", Err(_)) if value.as_bool() == Ok(true) => Sent::Service,
            ("purpose" | "service", _) => {
                return fail("write purpose: \"marketing\", or service: true");
            }
            _ => return unknown_option("message", name),
        };
    }
    Ok(sent)
}

fn message(context: &NativeCallContext, template: &str, vars: &Map, options: &Map) -> Answer<()> {
    let channel = sent(options)?;
    let template = key("the template", template)?;
    let vars = vars
        .iter()
        .map(|(name, x)| Ok((key("the variable", name)?, value(x)?)));
    let vars = vars.collect::<Answer<Vec<_>>>()?;
    let message = Proposal::Message {
        template,
        vars,
        channel,
    };
    propose(context, message)
}

fn remember(context: &NativeCallContext, name: &str, x: &Dynamic) -> Answer<()> {
    let key = key("the key", name)?;
    let value = value(x)?;
    propose(context, Proposal::Remember { key, value })
}

fn tag(context: &NativeCallContext, tag: &str, is_on: bool) -> Answer<()> {
    let tag = key("the tag", tag)?;
    propose(context, Proposal::Tag { tag, is_on })
}

/// Proposes a pass up to a last day.
fn grant(context: &NativeCallContext, pass: &str, until: &Dynamic, why: &str) -> Answer<()> {
    let until = date("until", until)?;
    let why = text("the reason", why, TEXT_LEN_MAX)?;
    with_sink(context, |sink| {
        let pass = sink.unit(pass)?;
        sink.push(Proposal::Grant { pass, until, why })
    })
}

fn contribute(context: &NativeCallContext, pool: &str, money: Dynamic) -> Answer<()> {
    let amount = amount("contribute", money)?;
    let pool = key("the pool", pool)?;
    if amount.is_zero() {
        return Ok(());
    }
    propose(context, Proposal::Contribute { pool, amount })
}

fn benefit(context: &NativeCallContext, pass: &str, worth: impl Figure) -> Answer<()> {
    let amount = amount("benefit", worth)?;
    with_sink(context, |sink| {
        let pass = sink.unit(pass)?;
        sink.push(Proposal::Benefit { pass, amount })
    })
}

fn refuse(context: &NativeCallContext, code: &str, why: &str) -> Answer<()> {
    let code = key("the code", code)?;
    let text = text("the text", why, TEXT_LEN_MAX)?;
    propose(context, Proposal::Refuse { code, text })
}

fn take_back(context: &NativeCallContext, unit: &str) -> Answer<()> {
    with_sink(context, |sink| {
        let unit = sink.unit(unit)?;
        sink.push(Proposal::TakeBack { unit })
    })
}

type C<'a> = NativeCallContext<'a>;

pub(super) fn register(engine: &mut Offered) {
    // The engine finds a function by the exact types of a call, and tries
    // every mix of "any" only after that: the two types that amounts have
    // are registered for speed, "any" for its message.
    awards::<Decimal>(engine);
    awards::<INT>(engine);
    awards::<Dynamic>(engine);
    notes(engine);
    passes(engine);
}

fn passes(engine: &mut Offered) {
    engine
        .register_fn("grant", |c: C, pass: &str, until: Dynamic| {
            grant(&c, pass, &until, "")
        })
        .register_fn("grant", |c: C, pass: &str, until: Dynamic, why: &str| {
            grant(&c, pass, &until, why)
        })
        .register_fn("contribute", |c: C, pool: &str, money: Dynamic| {
            contribute(&c, pool, money)
        })
        .register_fn("contribute", |c: C, pool: &str, money: Dynamic, _: &str| {
            contribute(&c, pool, money)
        })
        .register_fn("benefit", |c: C, pass: &str| benefit(&c, pass, 0 as INT))
        .register_fn("benefit", |c: C, pass: &str, worth: Dynamic| {
            benefit(&c, pass, worth)
        });
}

fn awards<T: Figure>(engine: &mut Offered) {
    for function in ["award", "refer"] {
        // The terms of both are an award's.
        engine
            .register_fn(function, move |c: C, unit: &str, x: T| {
                points(&c, function, (unit, x), "", Terms::default())
            })
            .register_fn(function, move |c: C, unit: &str, x: T, why: &str| {
                points(&c, function, (unit, x), why, Terms::default())
            })
            .register_fn(
                function,
                move |c: C, unit: &str, x: T, why: &str, terms: Map| {
                    points(&c, function, (unit, x), why, Terms::read("award", &terms)?)
                },
            );
    }
    engine
        .register_fn("discount", |c: C, x: T| discount(&c, x, "", Vec::new()))
        .register_fn("discount", |c: C, x: T, why: &str| {
            discount(&c, x, why, Vec::new())
        })
        .register_fn("discount", |c: C, x: T, why: &str, options: Map| {
            discount(&c, x, why, lines_of(&options)?)
        });
}

fn notes(engine: &mut Offered) {
    engine
        .register_fn("issue", |c: C, unit: &str| {
            issue(&c, unit, "", Terms::default())
        })
        .register_fn("issue", |c: C, unit: &str, why: &str| {
            issue(&c, unit, why, Terms::default())
        })
        .register_fn("issue", |c: C, unit: &str, why: &str, terms: Map| {
            issue(&c, unit, why, Terms::read("issue", &terms)?)
        })
        .register_fn("remember", |c: C, key: &str, x: Dynamic| {
            remember(&c, key, &x)
        })
        .register_fn("forget", |c: C, key: &str| {
            remember(&c, key, &Dynamic::UNIT)
        })
        .register_fn("tag", |c: C, name: &str| tag(&c, name, true))
        .register_fn("untag", |c: C, name: &str| tag(&c, name, false))
        .register_fn("message", |c: C, template: &str| {
            message(&c, template, &Map::new(), &Map::new())
        })
        .register_fn("message", |c: C, template: &str, vars: Map| {
            message(&c, template, &vars, &Map::new())
        })
        .register_fn(
            "message",
            |c: C, template: &str, vars: Map, options: Map| message(&c, template, &vars, &options),
        )
        .register_fn("take_back", |c: C, unit: &str| take_back(&c, unit))
        .register_fn("refuse", |c: C, code: &str, why: &str| {
            refuse(&c, code, why)
        });
}

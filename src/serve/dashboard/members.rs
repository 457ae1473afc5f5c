//! Members and their entries, each with why it is as it is. Who looks is logged.

use super::admission::{Fields, Ledger, admitted, sent};
use super::frame::{Frame, Message};
use super::responses::{forbidden, notice, page, unavailable};
use super::values::{minute, plain};
use super::words::{field_zh, refusal_zh, value_zh};
use crate::page::{Lang, grouped};
use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};

/// Entries of a member's life on its page.
const LIFE_MAX: u64 = 100;

#[derive(Template)]
#[template(path = "dashboard/members.html")]
struct Members<'a> {
    frame: &'a Frame,
    who: String,
    life: Option<Life>,
}

/// A member with its entries.
struct Life {
    member: String,
    tier: String,
    /// Last day of the tier; empty if it has none.
    until: String,
    balances: Vec<(String, Vec<(String, String)>)>,
    /// What the member has received so far, in money; empty where the life is longer.
    received: String,
    entries: Vec<Happened>,
}

/// An entry of a member.
struct Happened {
    seq: String,
    at: String,
    kind: String,
    what: String,
    did: String,
    after: String,
}

pub(super) async fn members(State(door): Ledger, headers: HeaderMap) -> Response {
    let (frame, _) = match admitted(&door, &headers, "/dashboard/members", "statement") {
        Ok(admitted) => admitted,
        Err(response) => return *response,
    };
    page(
        StatusCode::OK,
        &Members {
            frame: &frame,
            who: String::new(),
            life: None,
        },
    )
}

/// One member's life. The alias comes in a form, so that it stands in no address or log.
pub(super) async fn member(
    State(door): Ledger,
    headers: HeaderMap,
    Form(form): Form<Fields>,
) -> Response {
    let (mut frame, caller) = match sent(&door, &headers, "/dashboard/members", &form) {
        Ok(entered) => entered,
        Err(response) => return *response,
    };
    if !caller.may_ask("statement") {
        return forbidden(&frame);
    }
    let who = form.get("who").map_or("", |who| who.trim()).to_owned();
    let questions = vec![
        json!({"ask": "balance", "member": who}),
        json!({"ask": "statement", "member": who, "last": LIFE_MAX}),
    ];
    let (answers, entries) = match door.ask_all(questions).await {
        Ok(answers) => answers,
        Err(text) => return unavailable(&frame, &text),
    };
    frame.entries = entries;
    let (balance, statement) = (&answers[0], &answers[1]);
    let refused = answers.iter().find(|answer| answer["ok"] == false);
    let life = match refused {
        Some(answer) => {
            let message = plain(&answer["message"]);
            let code = plain(&answer["code"]);
            let text = match frame.lang {
                Lang::English => message,
                Lang::Chinese => format!("{}：{message}", frame.code(&code)),
            };
            frame.message = Some(Message {
                is_good: false,
                text,
            });
            None
        }
        None => Some(life(frame.lang, balance, statement)),
    };
    let member = life.as_ref().map_or("-", |life| &life.member);
    let (role, token) = (
        caller.role.word(),
        caller.token.as_deref().unwrap_or_default(),
    );
    tracing::info!(member, role, token, "a member was looked at");
    page(
        StatusCode::OK,
        &Members {
            frame: &frame,
            who,
            life,
        },
    )
}

fn life(lang: Lang, balance: &Value, statement: &Value) -> Life {
    let units = balance["now"]["balance"].as_object().into_iter().flatten();
    let balances = units.map(|(unit, held)| {
        let held = held.as_object().into_iter().flatten();
        let held = held.filter(|(_, value)| !value.is_object() && !value.is_array());
        (
            unit.clone(),
            held.map(|(name, value)| (name.clone(), grouped(&plain(value))))
                .collect(),
        )
    });
    let entries = statement["entries"].as_array().into_iter().flatten().rev();
    let entries = entries.map(|entry| Happened {
        seq: plain(&entry["seq"]),
        at: minute(&entry["at"]),
        kind: plain(&entry["kind"]),
        what: match (lang, plain(&entry["what"])) {
            (Lang::English, what) => what,
            (Lang::Chinese, what) => refusal_zh(&what),
        },
        did: done(&entry["did"]),
        after: pairs(&entry["after"]),
    });
    Life {
        member: plain(&balance["member"]),
        tier: plain(&balance["now"]["tier"]["name"]),
        until: plain(&balance["now"]["tier"]["until"]),
        received: plain(&statement["received"]["total"]),
        balances: balances.collect(),
        entries: entries.collect(),
    }
}

/// Effects in a line: `+20 point (base)`.
fn done(did: &Value) -> String {
    let effects = did.as_array().into_iter().flatten().filter_map(|effect| {
        let amount = effect["amount"].as_i64()?;
        let (unit, campaign) = (plain(&effect["unit"]), plain(&effect["campaign"]));
        Some(match campaign.as_str() {
            "" => format!("{amount:+} {unit}"),
            campaign => format!("{amount:+} {unit} ({campaign})"),
        })
    });
    effects.collect::<Vec<_>>().join(", ")
}

fn pairs(object: &Value) -> String {
    let fields = object.as_object().into_iter().flatten();
    let fields = fields.map(|(name, value)| format!("{name} {}", grouped(&plain(value))));
    fields.collect::<Vec<_>>().join(", ")
}

/// Fields whose own fields the shop has named: units and facts.
const OF_SHOP: [&str; 2] = ["after", "given"];

/// A value as nested lists: name and text, with its depth, in the language of a page.
fn outline(lang: Lang, (of, value): (&str, &Value), depth: usize, rows: &mut Vec<OutlineRow>) {
    let items: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), value))
            .collect(),
        Value::Array(items) => (1..)
            .zip(items)
            .map(|(n, value)| (n.to_string(), value))
            .collect(),
        _ => return,
    };
    let is_list = value.is_array();
    for (name, value) in items {
        let chinese = field_zh(&name).filter(|_| !OF_SHOP.contains(&of));
        let shown = name.replace('_', " ");
        let shown = lang.say(&shown, chinese.unwrap_or(&shown)).to_owned();
        match value {
            Value::Object(_) | Value::Array(_) => {
                let is_empty = value.as_array().is_some_and(Vec::is_empty)
                    || value.as_object().is_some_and(serde_json::Map::is_empty);
                if !is_empty {
                    rows.push((shown, String::new(), depth.min(4)));
                    // Items of a list are of the same part.
                    let part = if is_list { of } else { &name };
                    outline(lang, (part, value), depth + 1, rows);
                }
            }
            value => {
                let text = plain(value);
                let text = match lang {
                    Lang::Chinese if !OF_SHOP.contains(&of) => value_zh(of, &name, &text),
                    _ => text,
                };
                if !text.is_empty() {
                    rows.push((shown, text, depth.min(4)));
                }
            }
        }
    }
}

/// A row of an outline: name, text and depth.
type OutlineRow = (String, String, usize);

/// An answer as [`outline`] lists it, without what every answer says of itself.
pub(super) fn outlined(lang: Lang, mut answer: Value) -> Vec<OutlineRow> {
    if let Value::Object(fields) = &mut answer {
        fields.retain(|name, _| !["ok", "read_at"].contains(&name.as_str()));
    }
    let mut rows = Vec::new();
    outline(lang, ("", &answer), 0, &mut rows);
    rows
}

#[derive(Template)]
#[template(path = "dashboard/outline.html")]
struct Outline<'a> {
    frame: &'a Frame,
    title: String,
    lead: &'a str,
    rows: Vec<OutlineRow>,
}

pub(super) async fn entry(
    State(door): Ledger,
    headers: HeaderMap,
    Path(seq): Path<u64>,
) -> Response {
    let path = format!("/dashboard/entries/{seq}");
    let (mut frame, caller) = match admitted(&door, &headers, &path, "explain") {
        Ok(admitted) => admitted,
        Err(response) => return *response,
    };
    let (role, token) = (
        caller.role.word(),
        caller.token.as_deref().unwrap_or_default(),
    );
    tracing::info!(entry = seq, role, token, "an entry was looked at");
    match door.ask_one(json!({"ask": "explain", "seq": seq})).await {
        Ok((answer, entries)) => {
            frame.entries = entries;
            let rows = outlined(frame.lang, answer);
            let title = format!("{} {seq}", frame.say("Entry", "条目"));
            let lead = frame.say(
                "Why it is as it is: facts, campaigns, limits and rounding, as recorded.",
                "为何如此：所记录的事实、活动、限额与舍入。",
            );
            page(
                StatusCode::OK,
                &Outline {
                    frame: &frame,
                    title,
                    lead,
                    rows,
                },
            )
        }
        Err(text) => notice(&frame, StatusCode::NOT_FOUND, &text),
    }
}

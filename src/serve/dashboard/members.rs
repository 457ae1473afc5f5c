//! Members and their entries, each with why it is as it is. Who looks is logged.

use super::admission::{Fields, Shared, admitted, field, sent};
use super::frame::Frame;
use super::responses::{Page, notice, page, unavailable};
use super::values::{items, minute, plain};
use super::words::{field_zh, refusal_zh, value_zh};
use crate::page::{Lang, grouped};
use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

/// Most entries of a member on their page.
const ENTRIES_MAX: u64 = 100;

#[derive(Template)]
#[template(path = "dashboard/members.html")]
struct Members<'a> {
    frame: &'a Frame,
    who: String,
    statement: Option<Statement>,
}

/// A member with balances and entries.
struct Statement {
    member: String,
    tier: String,
    /// Last day of the tier; empty if it has none.
    until: String,
    balances: Vec<(String, Vec<(String, String)>)>,
    /// What the member has received so far, in money; empty where there are more entries.
    received: String,
    entries: Vec<EntryRow>,
}

/// An entry of a member.
struct EntryRow {
    seq: String,
    at: String,
    kind: String,
    what: String,
    did: String,
    after: String,
}

pub(super) async fn members(State(service): Shared, headers: HeaderMap) -> Page {
    let (frame, _) = admitted(&service, &headers, "/dashboard/members", "statement")?;
    page(&Members {
        frame: &frame,
        who: String::new(),
        statement: None,
    })
}

/// One member. The alias comes in a form, so that it stands in no address or log.
pub(super) async fn member(
    State(service): Shared,
    headers: HeaderMap,
    Form(form): Form<Fields>,
) -> Page {
    let (mut frame, caller) = sent(&service, &headers, "/dashboard/members", &form, |caller| {
        caller.may_ask("statement")
    })?;
    let who = field(&form, "who").to_owned();
    let questions = vec![
        json!({"ask": "balance", "member": who}),
        json!({"ask": "statement", "member": who, "last": ENTRIES_MAX}),
    ];
    let told = service.ask_all(questions).await;
    let (answers, entries) = told.map_err(|text| unavailable(&frame, &text))?;
    frame.entries = entries;
    let refused = answers.iter().find(|answer| answer["ok"] == false);
    let statement = match refused {
        Some(answer) => {
            let message = plain(&answer["message"]);
            let code = plain(&answer["code"]);
            let text = match frame.lang {
                Lang::English => message,
                Lang::Chinese => format!("{}：{message}", frame.code(&code)),
            };
            frame.tell_refusal(text);
            None
        }
        None => Some(statement_of(frame.lang, &answers[0], &answers[1])),
    };
    let member = statement.as_ref().map_or("-", |told| &told.member);
    let (role, token) = caller.role_and_token();
    tracing::info!(member, role, token, "a member was looked at");
    page(&Members {
        frame: &frame,
        who,
        statement,
    })
}

fn statement_of(lang: Lang, balance: &Value, statement: &Value) -> Statement {
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
    let entries = items(&statement["entries"]).rev();
    let entries = entries.map(|entry| EntryRow {
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
    Statement {
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
    let effects = items(did).filter_map(|effect| {
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
    State(service): Shared,
    headers: HeaderMap,
    Path(seq): Path<u64>,
) -> Page {
    let path = format!("/dashboard/entries/{seq}");
    let (mut frame, caller) = admitted(&service, &headers, &path, "explain")?;
    let (role, token) = caller.role_and_token();
    tracing::info!(entry = seq, role, token, "an entry was looked at");
    let told = service.ask_one(json!({"ask": "explain", "seq": seq})).await;
    let (answer, entries) = told.map_err(|text| notice(&frame, StatusCode::NOT_FOUND, &text))?;
    frame.entries = entries;
    let lead = frame.say(
        "Why it is as it is: facts, campaigns, limits and rounding, as recorded.",
        "为何如此：所记录的事实、活动、限额与舍入。",
    );
    page(&Outline {
        frame: &frame,
        title: format!("{} {seq}", frame.say("Entry", "条目")),
        lead,
        rows: outlined(frame.lang, answer),
    })
}

//! Messages that campaigns want sent, and who has dealt with how many.

use super::admission::{Fields, Shared, admitted};
use super::frame::Frame;
use super::responses::{Page, page, unavailable};
use super::values::{items, minute, plain};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use serde_json::{Value, json};

/// Most messages on the page.
const SHOWN_MAX: u64 = 200;

/// A message as the page shows it: without its variables, which may tell of a person.
struct Message {
    position: String,
    seq: String,
    at: String,
    member: String,
    campaign: String,
    template: String,
    is_suppressed: bool,
    is_withdrawn: bool,
}

impl Message {
    fn of(one: &Value) -> Message {
        let position = plain(&one["position"]);
        let seq = position.split('.').next().unwrap_or_default().to_owned();
        Message {
            seq,
            at: minute(&one["at"]),
            member: plain(&one["member"]),
            campaign: plain(&one["campaign"]),
            template: plain(&one["template"]),
            is_suppressed: one["is_suppressed"] == true,
            is_withdrawn: one["is_withdrawn"] == true,
            position,
        }
    }
}

#[derive(Template)]
#[template(path = "dashboard/messages.html")]
struct Messages<'a> {
    frame: &'a Frame,
    /// Name and position of each sender.
    consumers: Vec<(String, String)>,
    /// The sender whose messages are shown; empty: from the beginning.
    consumer: String,
    messages: Vec<Message>,
    is_end: bool,
}

pub(super) async fn messages(
    State(service): Shared,
    headers: HeaderMap,
    Query(query): Query<Fields>,
) -> Page {
    let (mut frame, caller) = admitted(&service, &headers, "/dashboard/messages", "outbox")?;
    let told = service.ask_one(json!({"ask": "consumers"})).await;
    let (told, _) = told.map_err(|text| unavailable(&frame, &text))?;
    let consumers = items(&told["consumers"]);
    let consumers = consumers.map(|one| (plain(&one["consumer"]), plain(&one["position"])));
    let consumers: Vec<(String, String)> = consumers.collect();
    let asked = query.get("consumer").cloned();
    let consumer = asked.or_else(|| consumers.first().map(|one| one.0.clone()));
    let consumer = consumer.unwrap_or_default();
    let mut question = json!({"ask": "outbox", "limit": SHOWN_MAX, "suppressed": true});
    if !consumer.is_empty() {
        question["consumer"] = json!(consumer);
    }
    let told = service.ask_one(question).await;
    let (told, entries) = told.map_err(|text| unavailable(&frame, &text))?;
    let (role, token) = caller.role_and_token();
    tracing::info!(role, token, "messages to members were looked at");
    frame.entries = entries;
    page(&Messages {
        frame: &frame,
        consumers,
        consumer,
        messages: items(&told["messages"]).map(Message::of).collect(),
        is_end: told["is_end"] == true,
    })
}

//! `POST /v1/questions`

use super::json_parts::{fields, object};
use super::reply::{Reply, status_of_no};
use super::roles::{Caller, Role};
use super::{Service, body};
use crate::answer::catalogue::ErrorCode;
use crate::answer::{Class, Denied};
use crate::command::{Bad, text_of};
use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::extract::rejection::QueryRejection;
use axum::http::{Request, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// Answers a question from durable entries.
pub(super) async fn post(
    State(service): State<Arc<Service>>,
    Extension(caller): Extension<Caller>,
    request: Request<Body>,
) -> Result<Reply, Reply> {
    let json = body::read(&service, request).await?;
    let json = admitted(&caller, json)?;
    let told = service.answered(json).await?;
    Ok(Reply::new(status_of(&told), &told))
}

/// Admits a question of a caller: its role may ask it, and the figures of a till's day,
/// and bills that are tried, are those of the store and terminal that it is bound to.
fn admitted(caller: &Caller, json: Vec<u8>) -> Result<Vec<u8>, Reply> {
    let asked = asked_of(&json);
    may_ask(caller, &asked.ask)?;
    let role = caller.role;
    if asked.small && role != Role::Office {
        let text = format!("small: the role {role} sees no segments of fewer than five members");
        return Err(Denied::new("", ErrorCode::Forbidden, text).into());
    }
    let is_placed = caller.store.is_some() || caller.terminal.is_some();
    // What cannot be read is told by the answer.
    let (Ok(text), true) = (text_of(&json), is_placed) else {
        return Ok(json);
    };
    let placed = placed_question(caller, &asked.ask, text).map_err(|denied| *denied)?;
    Ok(placed.map_or(json, String::into_bytes))
}

/// The question with the store and terminal of the caller; None if it stays as it is.
fn placed_question(caller: &Caller, word: &str, text: &str) -> Result<Option<String>, Box<Denied>> {
    match word {
        "day" => placed(caller, text),
        "quote" | "lookup" => {
            let mut all = fields(text).unwrap_or_default();
            let Some(at) = all.iter().position(|(name, _)| name == "command") else {
                return Ok(None);
            };
            let Some(command) = placed(caller, all[at].1)? else {
                return Ok(None);
            };
            all[at].1 = &command;
            Ok(Some(object(&all)))
        }
        _ => Ok(None),
    }
}

/// An object with the store and terminal of the caller; None for what is no object.
fn placed(caller: &Caller, text: &str) -> Result<Option<String>, Box<Denied>> {
    let Ok(mut all) = fields(text) else {
        return Ok(None);
    };
    let bounds = [("store", &caller.store), ("terminal", &caller.terminal)];
    let quoted = bounds.map(|(_, bound)| json!(bound).to_string());
    for ((field, bound), quoted) in bounds.iter().zip(&quoted) {
        let Some(bound) = bound else {
            continue;
        };
        let said = all.iter().find(|(name, _)| name == field);
        let said = said.and_then(|(_, value)| serde_json::from_str::<String>(value).ok());
        let said = said.filter(|said| !said.is_empty());
        if let Some(said) = said.filter(|said| said != bound) {
            let text = format!("{field}: the token is for {bound}, not for {said}");
            return Err(Box::new(Denied::new("", ErrorCode::Forbidden, text)));
        }
        all.retain(|(name, _)| name != field);
        all.push(((*field).to_owned(), quoted));
    }
    Ok(Some(object(&all)))
}

/// Denies a question that the caller's role may not ask.
pub(super) fn may_ask(caller: &Caller, word: &str) -> Result<(), Reply> {
    match caller.may_ask(word) {
        true => Ok(()),
        false => {
            let text = format!("ask: the role {} may not ask {word}", caller.role);
            Err(Denied::new("", ErrorCode::Forbidden, text).into())
        }
    }
}

/// The denial of a request whose query cannot be read.
pub(super) fn unreadable(field: &'static str, why: &QueryRejection) -> Reply {
    Denied::bad("", &Bad::new(field, why.body_text())).into()
}

/// Parts of a question that depend on who asks.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    ask: String,
    small: bool,
}

/// Parts of a question; empty for one that cannot be read, which the answer reports.
fn asked_of(json: &[u8]) -> Asked {
    serde_json::from_slice(json).unwrap_or_default()
}

pub(super) fn status_of(told: &Value) -> StatusCode {
    match Class::deserialize(&told["class"]) {
        Ok(class) if told["ok"] == false => {
            status_of_no(class, told["code"].as_str().unwrap_or_default())
        }
        _ => StatusCode::OK,
    }
}

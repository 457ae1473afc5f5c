//! `POST /v1/questions`

use super::reply::{Reply, status_of_no};
use super::roles::{Caller, Role};
use super::{Door, body};
use crate::answer::catalogue::ErrorCode;
use crate::answer::{Class, Denied};
use crate::query;
use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, StatusCode};
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;

/// Answers a question from durable entries.
pub(super) async fn post(
    State(door): State<Arc<Door>>,
    Extension(caller): Extension<Caller>,
    request: Request<Body>,
) -> Result<Reply, Reply> {
    let json = body::read(&door, request).await?;
    let asked = asked_of(&json);
    may_ask(&caller, &asked.ask)?;
    let role = caller.role;
    if asked.small && role != Role::Office {
        let text = format!("small: the role {role} sees no segments of fewer than five members");
        return Err(Denied::new("", ErrorCode::Forbidden, text).into());
    }
    let told = door
        .with(move |ledger| query::answer(ledger, &json))
        .await?;
    Ok(Reply::new(status_of(&told), &told))
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
    let class = told
        .get("class")
        .cloned()
        .map(serde_json::from_value::<Class>);
    match class {
        Some(Ok(class)) if told["ok"] == false => {
            status_of_no(class, told["code"].as_str().unwrap_or_default())
        }
        _ => StatusCode::OK,
    }
}

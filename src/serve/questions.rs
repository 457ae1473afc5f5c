//! `POST /v1/questions`

use super::reply::{Reply, status_of_no};
use super::roles::Caller;
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
    let word = word_of(&json);
    if !caller.may_ask(&word) {
        let text = format!("ask: the role {} may not ask {word}", caller.role);
        return Err(Denied::new("", ErrorCode::Forbidden, text).into());
    }
    let told = door
        .with(move |ledger| query::answer(ledger, &json))
        .await?;
    Ok(Reply::new(status_of(&told), &told))
}

/// Word of a question; empty if there is none, which the answer reports.
fn word_of(json: &[u8]) -> String {
    #[derive(Deserialize)]
    struct Asked {
        ask: String,
    }
    let asked: Result<Asked, _> = serde_json::from_slice(json);
    asked.map(|asked| asked.ask).unwrap_or_default()
}

fn status_of(told: &Value) -> StatusCode {
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

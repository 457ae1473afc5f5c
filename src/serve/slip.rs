//! `GET /v1/slip`: the slip of a booked command, ready for a printer or a page.

use super::Service;
use super::questions::{may_ask, status_of, unreadable};
use super::reply::Reply;
use super::roles::Caller;
use crate::answer::PrintedSlip;
use axum::Extension;
use axum::extract::State;
use axum::extract::rejection::QueryRejection;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use data_encoding::BASE64;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;

/// Query of the request: the fields of the question `slip`.
#[derive(Deserialize, Serialize, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    form: Option<String>,
    #[serde(default)]
    reprint: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    at_least: Option<u64>,
}

/// Query as axum reads it.
pub(super) type AskedQuery = Result<axum::extract::Query<Asked>, QueryRejection>;

/// Answers with what the form asks for: bytes for a printer, a picture of the
/// code, or the text.
pub(super) async fn get(
    State(service): State<Arc<Service>>,
    Extension(caller): Extension<Caller>,
    asked: AskedQuery,
) -> Result<Response, Reply> {
    may_ask(&caller, "slip")?;
    let mut question = json!(asked.map_err(|why| unreadable("", &why))?.0);
    question["ask"] = "slip".into();
    let line = question.to_string();
    let told = service.answered(line.into_bytes()).await?;
    match serde_json::from_value::<PrintedSlip>(told.clone()) {
        Ok(slip) if told["ok"] == true => Ok(body_of(slip)),
        _ => Err(Reply::new(status_of(&told), &told)),
    }
}

fn body_of(slip: PrintedSlip) -> Response {
    let decoded = |coded: Option<String>| BASE64.decode(coded?.as_bytes()).ok();
    let (kind, bytes) = if let Some(bytes) = decoded(slip.escpos) {
        ("application/octet-stream", bytes)
    } else if let Some(bytes) = decoded(slip.png) {
        ("image/png", bytes)
    } else if let Some(svg) = slip.svg {
        ("image/svg+xml", svg.into_bytes())
    } else {
        ("text/plain; charset=utf-8", slip.text.into_bytes())
    };
    // It may have a code that is as good as money.
    let headers = [(CONTENT_TYPE, kind), (CACHE_CONTROL, "no-store")];
    (headers, bytes).into_response()
}

//! Paths of the service, and their handlers.

use super::reply::Reply;
use super::{Door, commands};
use axum::Router;
use axum::http::StatusCode;
use axum::routing::{get, post};
use serde_json::json;
use std::sync::Arc;

pub(super) fn router(door: Arc<Door>) -> Router {
    Router::new()
        .route("/healthz", get(healthz))
        .route("/v1/commands", post(commands::post))
        .fallback(no_such_path)
        .method_not_allowed_fallback(no_such_method)
        .with_state(door)
}

/// Answers as long as the process runs.
async fn healthz() -> Reply {
    Reply::ok(&json!({"ok": true}))
}

async fn no_such_path() -> Reply {
    Reply::bad_http(StatusCode::NOT_FOUND, "there is no such path")
}

async fn no_such_method() -> Reply {
    let text = "the path takes another method";
    Reply::bad_http(StatusCode::METHOD_NOT_ALLOWED, text)
}

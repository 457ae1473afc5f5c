//! Style sheet, script and icon: constants of the program.

use crate::page;
use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("live.js");
const ICON: &str = include_str!("icon.svg");

fn asset(kind: &'static str, text: impl Into<Body>) -> Response {
    // Asked for again after an hour, so that a new version of the service is seen.
    let headers = [
        (CONTENT_TYPE, kind),
        (CACHE_CONTROL, "private, max-age=3600"),
    ];
    (headers, text.into()).into_response()
}

pub(super) async fn style() -> Response {
    asset("text/css; charset=utf-8", [page::STYLE, STYLE].concat())
}

pub(super) async fn script() -> Response {
    asset("text/javascript; charset=utf-8", SCRIPT)
}

pub(super) async fn icon() -> Response {
    asset("image/svg+xml", ICON)
}

//! Answers as HTTP responses: the status summarises the body.

use super::{PROTOCOL, PROTOCOL_HEADER};
use crate::answer::catalogue::ErrorCode;
use crate::answer::{Answer, Class, Denied};
use crate::model::escaped_in_json;
use axum::http::header::{CONNECTION, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// Seconds after which a client may try again.
const RETRY_SECONDS: u64 = 1;

/// Whole response, as bytes, to somebody whose request is not read; it ends the connection.
pub(super) fn bare_http(status: &str, code: ErrorCode, text: &str, headers: &str) -> Vec<u8> {
    let json = json_of(&Denied::new("", code, text));
    let len = json.len() + 1;
    format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\n{PROTOCOL_HEADER}: {PROTOCOL}\r\n{headers}connection: close\r\ncontent-length: {len}\r\n\r\n{json}\n").into_bytes()
}

/// Response to a request: a status, and a body of JSON.
#[derive(Debug)]
pub(super) struct Reply {
    status: StatusCode,
    json: String,
}

impl Reply {
    /// Response to a request that succeeded.
    pub(super) fn ok(value: &impl Serialize) -> Reply {
        Reply::new(StatusCode::OK, value)
    }

    pub(super) fn new(status: StatusCode, value: &impl Serialize) -> Reply {
        Reply {
            status,
            json: json_of(value),
        }
    }

    /// Response to a request that is no valid HTTP request here.
    pub(super) fn bad_http(status: StatusCode, message: impl Into<String>) -> Reply {
        Reply::new(status, &Denied::new("", ErrorCode::BadHttp, message))
    }
}

/// An answer as JSON on one line.
pub(super) fn json_of(value: &impl Serialize) -> String {
    let json = serde_json::to_string(value).unwrap_or_else(|_| "{\"ok\":false}".into());
    escaped_in_json(json)
}

/// Answer if the engine's queue is full; nothing was begun.
pub(super) fn full() -> Denied {
    let message = "too much waits for the ledger at this moment; nothing was begun";
    Denied::new("", ErrorCode::Busy, message)
}

/// Answer if the engine did not answer in time.
pub(super) fn unanswered() -> Denied {
    let message = "the ledger did not answer in time, so whether it is booked is not known";
    Denied::new("", ErrorCode::Busy, message)
}

impl From<&Answer> for Reply {
    fn from(answer: &Answer) -> Reply {
        Reply::new(status_of(answer), answer)
    }
}

impl From<Denied> for Reply {
    fn from(denied: Denied) -> Reply {
        Reply::from(&Answer::from(denied))
    }
}

/// Status that corresponds to an answer.
pub(super) fn status_of(answer: &Answer) -> StatusCode {
    match answer {
        Answer::Accepted(_) => StatusCode::OK,
        Answer::Refused(denied) => status_of_no(denied.class, &denied.code),
    }
}

/// Status that corresponds to a refusal or error.
pub(super) fn status_of_no(class: Class, code: &str) -> StatusCode {
    match (class, code) {
        (_, "no_token") => StatusCode::UNAUTHORIZED,
        (_, "forbidden") => StatusCode::FORBIDDEN,
        (_, "too_many") => StatusCode::TOO_MANY_REQUESTS,
        (_, "disk_full") => StatusCode::INSUFFICIENT_STORAGE,
        (Class::Refused, _) => StatusCode::UNPROCESSABLE_ENTITY,
        (Class::Invalid, _) => StatusCode::BAD_REQUEST,
        (Class::Busy, _) => StatusCode::SERVICE_UNAVAILABLE,
        (Class::Trouble, _) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let mut json = self.json;
        json.push('\n');
        let mut response = (self.status, json).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let is_early = [
            StatusCode::SERVICE_UNAVAILABLE,
            StatusCode::TOO_MANY_REQUESTS,
        ];
        // Bytes after a request that was not read to its end are no request.
        let is_unread = [
            StatusCode::REQUEST_TIMEOUT,
            StatusCode::LENGTH_REQUIRED,
            StatusCode::PAYLOAD_TOO_LARGE,
        ];
        if is_unread.contains(&self.status) {
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        if is_early.contains(&self.status) {
            headers.insert(RETRY_AFTER, HeaderValue::from(RETRY_SECONDS));
        }
        response
    }
}

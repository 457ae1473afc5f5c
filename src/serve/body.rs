//! Reads a request's body, whole and within its bounds.

use super::Service;
use super::reply::Reply;
use crate::command::{Bad, place, text_of};
use axum::body::{Body, HttpBody};
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE, TRANSFER_ENCODING};
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;

/// Most bytes of a body that are read though its request is refused.
const DRAINED_MAX: u64 = 64 << 10;

/// Reads the JSON of a request.
pub(super) async fn read(service: &Service, request: Request<Body>) -> Result<Vec<u8>, Reply> {
    read_up_to(service, request, service.limits.body_max).await
}

/// Reads the JSON of a request of at most `len_max` bytes.
pub(super) async fn read_up_to(
    service: &Service,
    request: Request<Body>,
    len_max: usize,
) -> Result<Vec<u8>, Reply> {
    check(request.headers())?;
    let too_long = || {
        let text = format!("the body has more than {len_max} bytes; send less at once");
        Reply::bad_http(StatusCode::PAYLOAD_TOO_LARGE, text)
    };
    // Nobody waits for what is refused anyhow.
    if request.body().size_hint().lower() > len_max as u64 {
        return Err(too_long());
    }
    let body = Limited::new(request.into_body(), len_max).collect();
    match tokio::time::timeout(service.limits.patience, body).await {
        Ok(Ok(body)) => Ok(body.to_bytes().into()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_long()),
        Ok(Err(_)) => Err(Reply::bad_http(
            StatusCode::BAD_REQUEST,
            "the body ended before its length; send it whole",
        )),
        Err(_) => Err(Reply::bad_http(
            StatusCode::REQUEST_TIMEOUT,
            "the body did not come in time; send it at once",
        )),
    }
}

/// Reads a short body whose request is refused, so that the connection goes on; false if it was
/// not read to its end.
pub(super) async fn drain(service: &Service, body: Body) -> bool {
    if body.size_hint().upper().is_none_or(|len| len > DRAINED_MAX) {
        return false;
    }
    let rest = tokio::time::timeout(service.limits.patience, body.collect());
    matches!(rest.await, Ok(Ok(_)))
}

/// Reads JSON that is one object.
pub(super) fn object<T: DeserializeOwned>(json: &[u8]) -> Result<T, Bad> {
    let text = text_of(json)?;
    // A list would be read as the fields of an object, by position.
    if !text.trim_ascii_start().starts_with('{') {
        return Err(Bad::new("", "the body must be one JSON object"));
    }
    serde_json::from_str(text).map_err(|error| place::explain(&error, text))
}

/// Checks the headers of a body. A page of another site can send forms and
/// plain text anywhere, but no JSON without asking first; and programs between
/// client and service read a body of unstated length in different ways.
fn check(headers: &HeaderMap) -> Result<(), Reply> {
    if headers.contains_key(TRANSFER_ENCODING) {
        let text = "the body's length must be said: Content-Length, no Transfer-Encoding";
        return Err(Reply::bad_http(StatusCode::LENGTH_REQUIRED, text));
    }
    if headers.contains_key(CONTENT_ENCODING) {
        let text = "the body must be sent as it is: no Content-Encoding";
        return Err(Reply::bad_http(StatusCode::UNSUPPORTED_MEDIA_TYPE, text));
    }
    let said = headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok());
    let kind = said.unwrap_or("").split(';').next().unwrap_or("").trim();
    let is_json = ["application/json", "application/x-ndjson"];
    if !is_json.iter().any(|json| kind.eq_ignore_ascii_case(json)) {
        let text = "the body must be JSON: Content-Type: application/json";
        return Err(Reply::bad_http(StatusCode::UNSUPPORTED_MEDIA_TYPE, text));
    }
    Ok(())
}

//! Responses to a browser: a page, a notice, another address.

use super::frame::Frame;
use askama::Template;
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};

/// A page, or the response in its place.
pub(super) type Page = Result<Response, Instead>;

/// A response in place of the page that was asked for.
pub(super) struct Instead(Box<Response>);

impl From<Response> for Instead {
    fn from(response: Response) -> Instead {
        Instead(Box::new(response))
    }
}

impl IntoResponse for Instead {
    fn into_response(self) -> Response {
        *self.0
    }
}

pub(super) fn see_other(path: &str) -> Response {
    let place = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static(super::ROOT));
    (StatusCode::SEE_OTHER, [(LOCATION, place)]).into_response()
}

pub(super) fn page(template: &impl Template) -> Page {
    Ok(page_with(StatusCode::OK, template))
}

pub(super) fn page_with(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!("a page could not be made: {error}");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

#[derive(Template)]
#[template(path = "dashboard/notice.html")]
struct Notice<'a> {
    frame: &'a Frame,
    text: &'a str,
}

pub(super) fn notice(frame: &Frame, status: StatusCode, text: &str) -> Response {
    page_with(status, &Notice { frame, text })
}

pub(super) fn unavailable(frame: &Frame, text: &str) -> Response {
    notice(frame, StatusCode::SERVICE_UNAVAILABLE, text)
}

/// The refusal where a role has no right to a page.
pub(super) fn forbidden(frame: &Frame) -> Response {
    let text = frame.say(
        "Your token does not give the right to this page. A merchant, auditor or office token does.",
        "您的令牌无权查看此页。请使用商户、审计或总部令牌。",
    );
    notice(frame, StatusCode::FORBIDDEN, text)
}

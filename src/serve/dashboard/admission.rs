//! Admission to a page or a form: who asks, and with which right.

use super::frame::Frame;
use super::responses::{Instead, forbidden, notice, see_other};
use super::session::{self, Session};
use crate::serve::Service;
use crate::serve::roles::Caller;
use axum::extract::State;
use axum::http::header::COOKIE;
use axum::http::{HeaderMap, StatusCode};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

/// State of the service, as handlers get it.
pub(super) type Shared = State<Arc<Service>>;

/// Fields of a form, or of an address.
pub(super) type Fields = BTreeMap<String, String>;

/// A field of a form or address, without blanks around it; empty if it is not there.
pub(super) fn field<'f>(fields: &'f Fields, name: &str) -> &'f str {
    fields.get(name).map_or("", |value| value.trim())
}

/// The session of a request, if there is an open one.
pub(super) fn visitor(service: &Service, headers: &HeaderMap, is_visit: bool) -> Option<Session> {
    let cookies = headers.get(COOKIE)?.to_str().ok()?;
    let secret = session::secret_in(cookies)?;
    service
        .sessions
        .find(&secret, &service.tokens, Instant::now(), is_visit)
}

/// The frame for somebody who has signed in; others are sent to do so.
fn entered(service: &Service, headers: &HeaderMap, path: &str) -> Result<(Frame, Caller), Instead> {
    let session = visitor(service, headers, true);
    let session = session.ok_or_else(|| see_other("/dashboard/sign-in"))?;
    let caller = session.caller.clone();
    Ok((Frame::new(headers, path, Some(session)), caller))
}

/// Lets somebody who has signed in see the answer to a question that their role may ask.
pub(super) fn admitted(
    service: &Service,
    headers: &HeaderMap,
    path: &str,
    question: &str,
) -> Result<(Frame, Caller), Instead> {
    let (frame, caller) = entered(service, headers, path)?;
    match caller.may_ask(question) {
        true => Ok((frame, caller)),
        false => Err(forbidden(&frame).into()),
    }
}

/// Lets somebody who has signed in send a form: it must be one of the session's own, and
/// their role must have the right to it.
pub(super) fn sent(
    service: &Service,
    headers: &HeaderMap,
    path: &str,
    form: &Fields,
    has_right: impl FnOnce(&Caller) -> bool,
) -> Result<(Frame, Caller), Instead> {
    let (mut frame, caller) = entered(service, headers, path)?;
    // Fetched again by its address, the page would be without what the form asked for.
    frame.is_still = true;
    let csrf = form.get("csrf").map_or("", String::as_str);
    if csrf.is_empty() || csrf != frame.csrf() {
        let text = frame.say(
            "This form is not of your session; nothing was done. Open the page again.",
            "此表单不属于当前会话，未执行任何操作。请重新打开页面。",
        );
        return Err(notice(&frame, StatusCode::FORBIDDEN, text).into());
    }
    match has_right(&caller) {
        true => Ok((frame, caller)),
        false => Err(forbidden(&frame).into()),
    }
}

//! Admission to a page or a form: who asks, and with which right.

use super::frame::Frame;
use super::responses::{forbidden, notice, see_other};
use super::session::{self, Session};
use crate::serve::Door;
use crate::serve::roles::Caller;
use axum::extract::State;
use axum::http::header::COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

pub(super) type Ledger = State<Arc<Door>>;

pub(super) type Fields = BTreeMap<String, String>;

/// The session of a request, if there is an open one.
pub(super) fn visitor(door: &Door, headers: &HeaderMap, is_visit: bool) -> Option<Session> {
    let cookies = headers.get(COOKIE)?.to_str().ok()?;
    let secret = session::secret_in(cookies)?;
    door.sessions
        .find(&secret, &door.tokens, Instant::now(), is_visit)
}

/// The frame for somebody who has signed in; others are sent to do so.
fn entered(door: &Door, headers: &HeaderMap, path: &str) -> Result<(Frame, Caller), Box<Response>> {
    let Some(session) = visitor(door, headers, true) else {
        return Err(Box::new(see_other("/dashboard/sign-in")));
    };
    let caller = session.caller.clone();
    Ok((Frame::new(headers, path, Some(session)), caller))
}

/// As [`entered`], for a page that shows the answer to a question: the role must have
/// the right to ask it.
pub(super) fn admitted(
    door: &Door,
    headers: &HeaderMap,
    path: &str,
    question: &str,
) -> Result<(Frame, Caller), Box<Response>> {
    let (frame, caller) = entered(door, headers, path)?;
    match caller.may_ask(question) {
        true => Ok((frame, caller)),
        false => Err(Box::new(forbidden(&frame))),
    }
}

/// As [`entered`], for a form: it must be one of the session's own.
pub(super) fn sent(
    door: &Door,
    headers: &HeaderMap,
    path: &str,
    form: &Fields,
) -> Result<(Frame, Caller), Box<Response>> {
    let (mut frame, caller) = entered(door, headers, path)?;
    // Fetched again by its address, the page would be without what the form asked for.
    frame.is_still = true;
    let csrf = form.get("csrf").map_or("", String::as_str);
    match !csrf.is_empty() && csrf == frame.csrf() {
        true => Ok((frame, caller)),
        false => {
            let text = frame.say(
                "This form is not of your session; nothing was done. Open the page again.",
                "此表单不属于当前会话，未执行任何操作。请重新打开页面。",
            );
            Err(Box::new(notice(&frame, StatusCode::FORBIDDEN, text)))
        }
    }
}

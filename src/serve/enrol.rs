//! `POST /v1/enrol`: a terminal changes the code that somebody typed into it for a token
//! of its own.

use super::reply::Reply;
use super::{Service, body};
use crate::answer::Denied;
use crate::answer::catalogue::ErrorCode;
use axum::body::Body;
use axum::extract::State;
use axum::http::Request;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The code of a terminal, as `stampbook terminal enrol` shows it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Enrol {
    /// The code; dashes, blanks and case do not matter.
    code: String,
}

/// The token of a terminal.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Enrolled {
    /// Always true.
    ok: bool,
    /// Its id in lists and logs.
    id: String,
    /// Role of its bearer.
    role: String,
    /// The store that it is bound to.
    store: Option<String>,
    /// The terminal that it is bound to.
    terminal: Option<String>,
    /// Token that the terminal sends from now on (`Authorization: Bearer TOKEN`): kept nowhere
    /// else, and shown this once.
    token: String,
}

/// Answers with a token, once for a code.
pub(super) async fn post(
    State(service): State<Arc<Service>>,
    request: Request<Body>,
) -> Result<Reply, Reply> {
    let json = body::read(&service, request).await?;
    let asked = body::object::<Enrol>(&json);
    let asked = asked.map_err(|bad| Denied::bad_json(&json, &bad))?;
    let file = service.tokens.clone();
    let changed = tokio::task::spawn_blocking(move || file.exchange(&asked.code)).await;
    match changed {
        Ok(Ok(Some((token, secret)))) => Ok(Reply::ok(&Enrolled {
            ok: true,
            id: token.id,
            role: token.role.to_string(),
            store: token.store,
            terminal: token.terminal,
            token: secret,
        })),
        Ok(Ok(None)) => {
            let text = "code: it is not valid, was used already, or is past; `stampbook terminal enrol` makes another";
            Err(Denied::new("", ErrorCode::NoToken, text).into())
        }
        Ok(Err(trouble)) => {
            tracing::error!("tokens cannot be changed: {trouble}");
            let text = "the file of tokens cannot be changed; the log of the service says why";
            Err(Denied::new("", ErrorCode::Io, text).into())
        }
        Err(_) => Err(Denied::new("", ErrorCode::Internal, "enrolling failed").into()),
    }
}

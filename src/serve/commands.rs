//! `POST /v1/commands`

use super::reply::{Reply, full, unanswered};
use super::{Door, body};
use crate::answer::{Answer, Denied};
use crate::command::{ClientId, Request, parse};
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use tokio::sync::oneshot;

/// Carries out one command.
pub(super) async fn post(
    State(door): State<Arc<Door>>,
    request: axum::http::Request<Body>,
) -> Response {
    let answered = async {
        let json = body::read(&door, request).await?;
        Ok::<Answer, Reply>(door.carry_out(&json).await)
    };
    match answered.await {
        Ok(answer) => Reply::from(&answer).into_response(),
        Err(reply) => reply.into_response(),
    }
}

impl Door {
    async fn carry_out(&self, json: &[u8]) -> Answer {
        match parse(json, self.digits) {
            Ok(request) => self.submit(request).await,
            Err(bad) => Denied::bad_json(json, &bad).into(),
        }
    }

    /// Sends a command to the engine, and waits for its answer.
    async fn submit(&self, request: Request) -> Answer {
        let (said, told) = oneshot::channel();
        let named = Named::of(&request);
        let reply = move |answer| drop(said.send(answer));
        if self.ledger.submit_then(request, reply).is_err() {
            return named.denied(full()).into();
        }
        match tokio::time::timeout(self.limits.answer_max, told).await {
            Ok(Ok(Ok(answer))) => answer,
            Ok(Ok(Err(error))) => named.denied(error.to_denied()).into(),
            Ok(Err(_)) | Err(_) => named.denied(unanswered()).into(),
        }
    }
}

/// Names by which an answer refers to its command.
struct Named {
    key: String,
    id: Option<ClientId>,
}

impl Named {
    fn of(request: &Request) -> Named {
        Named {
            key: request.key.to_string(),
            id: request.id.clone(),
        }
    }

    fn denied(self, denied: Denied) -> Denied {
        Denied {
            key: self.key,
            id: self.id,
            ..denied
        }
    }
}

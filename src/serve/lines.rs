//! `POST /cli/lines`: lines of a session of this machine's owner, each a command or a
//! question, answered in order.

use super::Service;
use super::alerts::read_up;
use super::command_line::read;
use super::commands::Pending;
use super::connection::Peer;
use super::reply::{Reply, json_of};
use crate::answer::Answer;
use crate::query::{self, SessionLine};
use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::Request;
use serde::Serialize;
use std::sync::Arc;

/// Answers a batch of lines with as many lines.
pub(super) async fn post(
    State(service): State<Arc<Service>>,
    Extension(peer): Extension<Peer>,
    request: Request<Body>,
) -> Result<String, Reply> {
    let sent = read(&service, peer, request).await?;
    let mut batch = Batch {
        service: &service,
        open: Vec::new(),
        told: String::new(),
    };
    for line in sent.split(|byte| *byte == b'\n') {
        batch.take(line).await;
    }
    batch.answer_open().await;
    Ok(batch.told)
}

/// A command that was sent to the engine, or is answered already.
enum Open {
    Sent(Pending),
    Answered(Box<Answer>),
}

struct Batch<'d> {
    service: &'d Service,
    open: Vec<Open>,
    told: String,
}

impl Batch<'_> {
    async fn take(&mut self, line: &[u8]) {
        match query::read_line(line, self.service.digits) {
            SessionLine::Command(request) => {
                read_up(self.service, &request).await;
                self.open.push(Open::Sent(self.service.submit(*request)));
            }
            SessionLine::Question => self.ask(line.to_vec()).await,
            SessionLine::Bad(denied) => {
                self.open
                    .push(Open::Answered(Box::new(Answer::from(*denied))));
            }
        }
    }

    /// Answers a question from durable entries, those of earlier lines included.
    async fn ask(&mut self, line: Vec<u8>) {
        self.answer_open().await;
        match self.service.answered(line).await {
            Ok(answer) => self.tell(&answer),
            Err(denied) => self.tell(&Answer::from(denied)),
        }
    }

    async fn answer_open(&mut self) {
        for open in std::mem::take(&mut self.open) {
            let answer = match open {
                Open::Sent(pending) => pending.answer(self.service).await,
                Open::Answered(answer) => *answer,
            };
            self.tell(&answer);
        }
    }

    fn tell(&mut self, answer: &impl Serialize) {
        self.told.push_str(&json_of(answer));
        self.told.push('\n');
    }
}

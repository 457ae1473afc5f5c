//! `POST /cli/lines`: lines of a session of this machine's owner, each a command or a
//! question, answered in order. The first line names the ledger.

use super::command_line::{LEN_MAX, only_owner};
use super::commands::Pending;
use super::connection::Peer;
use super::reply::Reply;
use super::{Door, body};
use crate::answer::{Answer, Denied};
use crate::command::parse;
use crate::model::escaped_in_json;
use crate::query::{self, is_question};
use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, StatusCode};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::sync::Arc;

/// First line of a batch.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct Opening {
    /// The ledger's folder, resolved.
    pub ledger: PathBuf,
}

/// Answers a batch of lines with as many lines.
pub(super) async fn post(
    State(door): State<Arc<Door>>,
    Extension(peer): Extension<Peer>,
    request: Request<Body>,
) -> Result<String, Reply> {
    only_owner(peer)?;
    let sent = body::read_up_to(&door, request, LEN_MAX).await?;
    let mut lines = sent.split(|byte| *byte == b'\n');
    let opening = lines.next().unwrap_or_default();
    let opening: Option<Opening> = serde_json::from_slice(opening).ok();
    if opening.is_none_or(|opening| opening.ledger != door.folder) {
        let text = "the service serves another ledger";
        return Err(Reply::bad_http(StatusCode::MISDIRECTED_REQUEST, text));
    }
    let mut batch = Batch::new(&door);
    for line in lines {
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
    door: &'d Door,
    open: Vec<Open>,
    told: String,
}

impl<'d> Batch<'d> {
    fn new(door: &'d Door) -> Batch<'d> {
        Batch {
            door,
            open: Vec::new(),
            told: String::new(),
        }
    }

    async fn take(&mut self, line: &[u8]) {
        match parse(line, self.door.digits) {
            Ok(request) => self.open.push(Open::Sent(self.door.submit(request))),
            Err(_) if is_question(line) => self.ask(line.to_vec()).await,
            Err(bad) => {
                let denied = Denied::bad_json(line, &bad);
                self.open.push(Open::Answered(Box::new(denied.into())));
            }
        }
    }

    /// Answers a question from durable entries, those of earlier lines included.
    async fn ask(&mut self, line: Vec<u8>) {
        self.answer_open().await;
        let asked = self.door.with(move |ledger| query::answer(ledger, &line));
        match asked.await {
            Ok(answer) => self.tell(&answer),
            Err(denied) => self.tell(&Answer::from(denied)),
        }
    }

    async fn answer_open(&mut self) {
        for open in std::mem::take(&mut self.open) {
            let answer = match open {
                Open::Sent(pending) => pending.answer(self.door).await,
                Open::Answered(answer) => *answer,
            };
            self.tell(&answer);
        }
    }

    fn tell(&mut self, answer: &impl Serialize) {
        let json = serde_json::to_string(answer).unwrap_or_else(|_| "{\"ok\":false}".into());
        self.told.push_str(&escaped_in_json(json));
        self.told.push('\n');
    }
}

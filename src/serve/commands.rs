//! `POST /v1/commands` and `POST /v1/quote`

use super::alerts::read_up;
use super::json_parts::{elements, fields};
use super::reply::{Reply, full, status_of, unanswered};
use super::roles::Caller;
use super::{Service, body};
use crate::answer::{Answer, Denied};
use crate::command::{Bad, ClientId, Request, parse, parse_keyless, text_of};
use crate::embed::{self, Full};
use crate::engine::{self, Ledger, has_wrong_code};
use crate::query::{self, Begun};
use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::sync::oneshot;

/// Greatest number of commands in one request.
const COMMANDS_MAX: usize = 1000;

/// Commands in a body.
enum Asked<'t> {
    One(&'t str),
    /// Several, each by itself.
    Many(Vec<&'t str>),
    /// Several, all or none.
    Atomic(Vec<&'t str>),
}

/// Carries out one command or many.
pub(super) async fn post(
    State(service): State<Arc<Service>>,
    Extension(caller): Extension<Caller>,
    request: axum::http::Request<Body>,
) -> Result<Reply, Reply> {
    let json = body::read(&service, request).await?;
    // One command is bounded like a line; a list may be longer.
    let text = std::str::from_utf8(&json).or_else(|_| text_of(&json));
    let text = text.map_err(|bad| Denied::bad_json(&json, &bad))?;
    match asked(text).map_err(|bad| Denied::bad_json(&json, &bad))? {
        Asked::One(json) => Ok((&service.carry_out(&caller, json).await).into()),
        Asked::Many(commands) => Ok(service.carry_out_each(&caller, commands).await),
        Asked::Atomic(commands) => service.carry_out_all(&caller, commands).await,
    }
}

/// Decides a command without booking it.
pub(super) async fn quote(
    State(service): State<Arc<Service>>,
    Extension(caller): Extension<Caller>,
    request: axum::http::Request<Body>,
) -> Result<Reply, Reply> {
    let json = body::read(&service, request).await?;
    let mut asked =
        parse_keyless(&json, service.digits).map_err(|b| Denied::bad_json(&json, &b))?;
    caller.admit(&mut asked).map_err(|denied| *denied)?;
    let named = Named::of(&asked);
    let answer: Answer = match service.quoted(asked).await {
        Ok(answer) => answer,
        Err(denied) => named.denied(denied).into(),
    };
    Ok((&answer).into())
}

/// Distinguishes a command, which has a verb, from a list and from an object
/// with a list.
fn asked(text: &str) -> Result<Asked<'_>, Bad> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim_start().starts_with('[') {
        return Ok(Asked::Many(bounded(elements(text)?)?));
    }
    // A text that is no object is reported as a wrong command.
    let Ok(found) = fields(text) else {
        return Ok(Asked::One(text));
    };
    if !found.iter().any(|(name, _)| name == "commands") {
        return Ok(Asked::One(text));
    }
    let (mut commands, mut is_atomic) = (Vec::new(), false);
    for (name, value) in found {
        match (name.as_str(), value) {
            ("commands", list) => commands = elements(list).map_err(|b| b.inside("commands"))?,
            ("atomic", "true") => is_atomic = true,
            ("atomic", "false") => is_atomic = false,
            ("atomic", _) => return Err(Bad::new("atomic", "must be true or false")),
            (other, _) => {
                return Err(Bad::unknown(other, "field", other, &["commands", "atomic"]));
            }
        }
    }
    let commands = bounded(commands)?;
    Ok(match is_atomic {
        true => Asked::Atomic(commands),
        false => Asked::Many(commands),
    })
}

fn bounded(commands: Vec<&str>) -> Result<Vec<&str>, Bad> {
    match commands.len() {
        1..=COMMANDS_MAX => Ok(commands),
        0 => Err(Bad::new("commands", "there is none; send one or more")),
        len => {
            let text = format!("there are {len}, at most {COMMANDS_MAX} are possible at once");
            Err(Bad::new("commands", text))
        }
    }
}

impl Service {
    async fn read(&self, caller: &Caller, json: &str) -> Result<Request, Box<Denied>> {
        let json = json.as_bytes();
        let mut request = parse(json, self.digits).map_err(|b| Denied::bad_json(json, &b))?;
        caller.admit(&mut request)?;
        read_up(self, &request).await;
        Ok(request)
    }

    pub(super) async fn carry_out(&self, caller: &Caller, json: &str) -> Answer {
        match self.read(caller, json).await {
            Ok(request) => self.submit(request).answer(self).await,
            Err(denied) => (*denied).into(),
        }
    }

    /// Sends all commands to the engine in order before it waits for the first answer.
    async fn carry_out_each(&self, caller: &Caller, commands: Vec<&str>) -> Reply {
        let mut sent = Vec::with_capacity(commands.len());
        for json in commands {
            let read = self.read(caller, json).await;
            sent.push(read.map(|request| self.submit(request)));
        }
        let mut answers = Vec::with_capacity(sent.len());
        for pending in sent {
            answers.push(match pending {
                Ok(pending) => pending.answer(self).await,
                Err(denied) => (*denied).into(),
            });
        }
        Reply::ok(&json!({"answers": answers}))
    }

    async fn carry_out_all(&self, caller: &Caller, commands: Vec<&str>) -> Result<Reply, Reply> {
        let mut requests = Vec::with_capacity(commands.len());
        for (at, json) in commands.into_iter().enumerate() {
            requests.push(self.read(caller, json).await.map_err(|denied| {
                let message = format!("commands[{at}]: {}", denied.message);
                Denied { message, ..*denied }
            })?);
        }
        let answers = self
            .with(move |ledger| engine::submit_all(ledger, &requests))
            .await?;
        let refused = answers.iter().find(|answer| {
            !matches!(answer, Answer::Refused(no) if no.code == "batch_refused") && !answer.is_ok()
        });
        let status = refused.map_or(StatusCode::OK, status_of);
        Ok(Reply::new(status, &json!({"answers": answers})))
    }

    /// Sends a command to the engine.
    pub(super) fn submit(&self, request: Request) -> Pending {
        let (said, told) = oneshot::channel();
        let named = Named::of(&request);
        let reply = move |answer| drop(said.send(answer));
        let told = self.ledger.submit_then(request, reply).map(|()| told);
        Pending { named, told }
    }

    /// Quotes a command. A wrong code in it counts, and that is booked.
    async fn quoted(&self, asked: Request) -> Result<Answer, Denied> {
        let tried = asked.clone();
        let quoted = self.ask(move |ledger| {
            let answer = engine::quote_discounted(ledger, &tried, None)?;
            Ok((answer, engine::is_asked_only(ledger)))
        });
        match quoted.await? {
            (answer, true) if has_wrong_code(&answer) => {
                self.with(move |ledger| engine::quote_discounted(ledger, &asked, None))
                    .await
            }
            (answer, _) => Ok(answer),
        }
    }

    /// Answers a question, a JSON object, from durable entries.
    pub(super) async fn answered(&self, json: Vec<u8>) -> Result<Value, Denied> {
        let begun = match query::may_book(&json) {
            true => self.with(move |ledger| query::begin(ledger, &json)).await,
            false => self.ask(move |ledger| query::begin(ledger, &json)).await,
        };
        self.rest_of(begun?).await
    }

    /// Runs a function on the engine's thread, while nothing is staged.
    pub(super) async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Ledger) -> Result<T, crate::engine::Error> + Send + 'static,
    ) -> Result<T, Denied> {
        let (call, told) = called(work);
        self.ledger.with_then(call).map_err(|Full| full())?;
        self.told(told).await
    }

    /// [`Service::with`] for a function that books nothing: it does not wait for the disk.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&mut Ledger) -> Result<T, crate::engine::Error> + Send + 'static,
    ) -> Result<T, Denied> {
        let (call, told) = called(question);
        self.ledger.ask_then(call).map_err(|Full| full())?;
        self.told(told).await
    }

    async fn told<T>(&self, told: oneshot::Receiver<Result<T, embed::Error>>) -> Result<T, Denied> {
        match tokio::time::timeout(self.limits.answer_max, told).await {
            Ok(Ok(asked)) => asked.map_err(|error| error.to_denied()),
            Ok(Err(_)) | Err(_) => Err(unanswered()),
        }
    }

    /// Does the rest of a question that needs no ledger, while the tills go on.
    pub(super) async fn rest_of(&self, begun: Begun) -> Result<Value, Denied> {
        let rest = match begun {
            Begun::Answered(told) => return Ok(told),
            Begun::Left(rest) => rest,
        };
        self.beside(rest).await
    }

    /// Does some work on a thread of its own.
    pub(super) async fn beside<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, crate::engine::Error> + Send + 'static,
    ) -> Result<T, Denied> {
        let done = tokio::task::spawn_blocking(work);
        match tokio::time::timeout(self.limits.answer_max, done).await {
            Ok(Ok(told)) => told.map_err(|error| embed::Error::from(error).to_denied()),
            Ok(Err(_)) | Err(_) => Err(unanswered()),
        }
    }
}

/// A function as the engine's thread takes it, and the place where its result arrives.
#[allow(clippy::type_complexity)]
fn called<T: Send + 'static>(
    work: impl FnOnce(&mut Ledger) -> Result<T, crate::engine::Error> + Send + 'static,
) -> (
    impl FnOnce(Result<&mut Ledger, &embed::Error>) + Send + 'static,
    oneshot::Receiver<Result<T, embed::Error>>,
) {
    let (said, told) = oneshot::channel();
    let call = move |ledger: Result<&mut Ledger, &embed::Error>| {
        let done = ledger.map_err(embed::Error::clone);
        let done = done.and_then(|ledger| work(ledger).map_err(embed::Error::from));
        // Whoever waits may have gone.
        drop(said.send(done));
    };
    (call, told)
}

/// Command that the engine has, or did not take.
pub(super) struct Pending {
    named: Named,
    told: Result<oneshot::Receiver<Result<Answer, embed::Error>>, Full>,
}

impl Pending {
    pub(super) async fn answer(self, service: &Service) -> Answer {
        let Ok(told) = self.told else {
            return self.named.denied(full()).into();
        };
        match tokio::time::timeout(service.limits.answer_max, told).await {
            Ok(Ok(Ok(answer))) => answer,
            Ok(Ok(Err(error))) => self.named.denied(error.to_denied()).into(),
            Ok(Err(_)) | Err(_) => self.named.denied(unanswered()).into(),
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

//! `POST /cli`: command lines of this machine's owner, run on the open ledger. The
//! rooms below the service do not know the command line, so it brings a function.

use super::connection::Peer;
use super::progress::Progress;
use super::reply::{Reply, full};
use super::{Service, body};
use crate::answer::Denied;
use crate::embed::YieldPoint;
use crate::engine;
use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::oneshot;

/// Greatest length of a command line with the files it names, in bytes.
const LEN_MAX: usize = 64 << 20;

type Lent = Box<engine::Ledger>;
type Run =
    dyn Fn(Option<(Lent, &YieldPoint)>, &[u8], &Progress) -> (Option<Lent>, Vec<u8>) + Send + Sync;

/// Function that runs a command line, on the ledger or without it: returns the ledger,
/// unless it must be opened again, and the result.
#[derive(Clone)]
pub struct CommandLine(Arc<Run>);

impl CommandLine {
    /// Wraps the function.
    pub fn new(
        run: impl Fn(Option<(Lent, &YieldPoint)>, &[u8], &Progress) -> (Option<Lent>, Vec<u8>)
        + Send
        + Sync
        + 'static,
    ) -> CommandLine {
        CommandLine(Arc::new(run))
    }

    /// Runs a command line that needs no ledger.
    pub(super) fn run_alone(&self, sent: &[u8]) -> Vec<u8> {
        (self.0)(None, sent, &Progress::default()).1
    }
}

impl fmt::Debug for CommandLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CommandLine")
    }
}

/// First line of a body, which says for which ledger the rest is meant.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub(super) struct Addressed {
    /// The ledger's folder, resolved.
    pub(super) ledger: PathBuf,
}

/// Status of a request that is meant for another ledger.
pub(super) const OTHER_LEDGER: StatusCode = StatusCode::MISDIRECTED_REQUEST;

/// Reads what this machine's owner sends: the body behind its first line.
pub(super) async fn read(
    service: &Service,
    peer: Peer,
    request: Request<Body>,
) -> Result<Vec<u8>, Reply> {
    if peer != Peer::Owner {
        let text = "command lines are taken at the Unix socket in the secrets folder only";
        return Err(Reply::bad_http(StatusCode::FORBIDDEN, text));
    }
    let mut sent = body::read_up_to(service, request, LEN_MAX).await?;
    let end = sent.iter().position(|byte| *byte == b'\n');
    let rest = sent.split_off(end.map_or(sent.len(), |end| end + 1));
    let addressed: Option<Addressed> = serde_json::from_slice(&sent).ok();
    match addressed.is_some_and(|addressed| addressed.ledger == service.folder) {
        true => Ok(rest),
        false => Err(Reply::bad_http(
            OTHER_LEDGER,
            "the service serves another ledger",
        )),
    }
}

/// Runs a command line, however long it takes.
pub(super) async fn post(
    State(service): State<Arc<Service>>,
    Extension(peer): Extension<Peer>,
    request: Request<Body>,
) -> Result<Response, Reply> {
    let sent = read(&service, peer, request).await?;
    match run_on(&service, sent, &Progress::default()).await {
        Ok(returned) => Ok(([(CONTENT_TYPE, "application/json")], returned).into_response()),
        Err(NotRun::Full) => Err(full().into()),
        Err(NotRun::Closed(denied)) => Err((*denied).into()),
        Err(NotRun::Failed) => Err(Reply::bad_http(
            StatusCode::INTERNAL_SERVER_ERROR,
            "the command failed and took the ledger's thread with it; restart the service",
        )),
    }
}

/// Reason why a command line has no result.
pub(super) enum NotRun {
    /// Too much waits for the ledger.
    Full,
    /// The ledger is not open, for a reason.
    Closed(Box<Denied>),
    /// The ledger's thread ended while it ran.
    Failed,
}

/// Runs a command line on the ledger, and waits for its result.
pub(super) async fn run_on(
    service: &Service,
    sent: Vec<u8>,
    progress: &Progress,
) -> Result<Vec<u8>, NotRun> {
    let (line, progress) = (service.command_line.clone(), progress.clone());
    let (said, told) = oneshot::channel();
    let lent = service
        .ledger
        .lend_then(move |ledger, yield_point| match ledger {
            Ok(ledger) => {
                let (ledger, returned) = (line.0)(Some((ledger, yield_point)), &sent, &progress);
                // Whoever waits may have gone.
                let _ = said.send(Ok(returned));
                ledger
            }
            Err(error) => {
                let _ = said.send(Err(Box::new(error.to_denied())));
                None
            }
        });
    lent.map_err(|_| NotRun::Full)?;
    match told.await {
        Ok(returned) => returned.map_err(NotRun::Closed),
        Err(_) => Err(NotRun::Failed),
    }
}

//! `POST /cli`: command lines of this machine's owner, run on the open ledger. The
//! rooms below the service do not know the command line, so it brings a function.

use super::connection::Peer;
use super::reply::{Reply, full};
use super::{Door, body};
use crate::engine;
use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse, Response};
use std::fmt;
use std::sync::Arc;
use tokio::sync::oneshot;

/// Greatest length of a command line with the files it names, in bytes.
pub(super) const LEN_MAX: usize = 64 << 20;

type Lent = Box<engine::Ledger>;
type Run = dyn Fn(Lent, &[u8]) -> (Option<Lent>, Vec<u8>) + Send + Sync;

/// Function that runs a command line on the ledger: returns the ledger, unless it must
/// be opened again, and the result.
#[derive(Clone)]
pub struct CommandLine(Arc<Run>);

impl CommandLine {
    /// Wraps the function.
    pub fn new(
        run: impl Fn(Lent, &[u8]) -> (Option<Lent>, Vec<u8>) + Send + Sync + 'static,
    ) -> CommandLine {
        CommandLine(Arc::new(run))
    }
}

impl fmt::Debug for CommandLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CommandLine")
    }
}

/// Runs a command line, however long it takes.
pub(super) async fn post(
    State(door): State<Arc<Door>>,
    Extension(peer): Extension<Peer>,
    request: Request<Body>,
) -> Result<Response, Reply> {
    only_owner(peer)?;
    let sent = body::read_up_to(&door, request, LEN_MAX).await?;
    let run = Arc::clone(&door.command_line.0);
    let (said, told) = oneshot::channel();
    let lent = door.ledger.lend_then(move |ledger| match ledger {
        Ok(ledger) => {
            let (ledger, returned) = run(ledger, &sent);
            // The client may have gone.
            let _ = said.send(Ok(returned));
            ledger
        }
        Err(error) => {
            let _ = said.send(Err(error.to_denied()));
            None
        }
    });
    lent.map_err(|_| full())?;
    match told.await {
        Ok(Ok(returned)) => Ok(([(CONTENT_TYPE, "application/json")], returned).into_response()),
        Ok(Err(denied)) => Err(denied.into()),
        Err(_) => Err(Reply::bad_http(
            StatusCode::INTERNAL_SERVER_ERROR,
            "the command failed and took the ledger's thread with it; restart the service",
        )),
    }
}

/// Refuses clients of the port.
pub(super) fn only_owner(peer: Peer) -> Result<(), Reply> {
    if peer == Peer::Owner {
        return Ok(());
    }
    let text = "command lines are taken at the Unix socket in the secrets folder only";
    Err(Reply::bad_http(StatusCode::FORBIDDEN, text))
}

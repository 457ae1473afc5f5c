//! `POST /cli/tables`: rows of an export for this machine's owner, a run of entries at a
//! time, between which clients are served.

use super::Service;
use super::command_line::read;
use super::connection::Peer;
use super::reply::Reply;
use crate::answer::Denied;
use crate::command::Bad;
use crate::query::{Past, table_rows};
use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::Request;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Entries that are read at once.
const SLICE: usize = 500;

/// Position to go on from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TableSlice {
    /// The first entry.
    pub from: u64,
    /// The end of the export; none at its beginning.
    pub end: Option<u64>,
}

/// Answers with [`crate::query::TableRows`].
pub(super) async fn post(
    State(service): State<Arc<Service>>,
    Extension(peer): Extension<Peer>,
    request: Request<Body>,
) -> Result<Reply, Reply> {
    let sent = read(&service, peer, request).await?;
    let slice: TableSlice = serde_json::from_slice(&sent)
        .map_err(|error| Denied::bad("", &Bad::new("", error.to_string())))?;
    let past = service.ask(|ledger| Past::of(ledger)).await?;
    let rows = service.beside(move || table_rows(&past, slice.from, slice.end, SLICE));
    Ok(Reply::ok(&rows.await?))
}

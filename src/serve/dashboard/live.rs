//! `GET /dashboard/live`: server-sent events that tell when the ledger has new entries.

use super::admission::visitor;
use crate::serve::Service;
use crate::serve::reply::Reply;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

/// Time between two looks at the ledger: it may lag behind the tills by so much.
const PERIOD: Duration = Duration::from_millis(500);

/// Tells the number of entries at once, and again whenever it has changed, until
/// the session ends or the service stops.
pub(super) async fn get(State(service): State<Arc<Service>>, headers: HeaderMap) -> Response {
    if visitor(&service, &headers, false).is_none() {
        return Reply::bad_http(StatusCode::UNAUTHORIZED, "sign in first").into_response();
    }
    let events = stream::unfold(
        (service, headers, None),
        |(service, headers, seen)| async move {
            let mut stop = service.stop.clone();
            loop {
                if *stop.borrow() || visitor(&service, &headers, false).is_none() {
                    return None;
                }
                let entries = service
                    .ask(|ledger| Ok(ledger.global().next_seq))
                    .await
                    .ok();
                if entries.is_some() && entries != seen {
                    let event = Event::default().event("entries");
                    let event = event.data(entries.unwrap_or_default().to_string());
                    return Some((Ok::<Event, Infallible>(event), (service, headers, entries)));
                }
                tokio::select! {
                    () = tokio::time::sleep(PERIOD) => {}
                    _ = stop.changed() => return None,
                }
            }
        },
    );
    let alive = KeepAlive::new().interval(Duration::from_secs(10));
    Sse::new(events).keep_alive(alive).into_response()
}

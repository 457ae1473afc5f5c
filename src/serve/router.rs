//! Paths of the service, and their handlers.

use super::guard::guard;
use super::reply::Reply;
use super::{
    PROTOCOL_HEADER, Service, command_line, commands, dashboard, enrol, lines, members, metrics,
    openapi, questions, slip, tables, webhooks,
};
use axum::Router;
use axum::extract::State;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use serde_json::json;
use std::sync::Arc;
use tower_http::cors::CorsLayer;

pub(super) fn router(service: Arc<Service>) -> Router {
    let cors = (!service.origins.is_empty()).then(|| cors(&service.origins));
    let router = Router::new()
        .route("/", get(openapi::get_page))
        .route("/v1/openapi.json", get(openapi::get))
        .route("/metrics", get(metrics::get))
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/cli", post(command_line::post))
        .route("/cli/lines", post(lines::post))
        .route("/cli/tables", post(tables::post))
        .route("/v1/commands", post(commands::post))
        .route("/v1/enrol", post(enrol::post))
        .route("/v1/quote", post(commands::quote))
        .route("/v1/questions", post(questions::post))
        .route("/v1/slip", get(slip::get))
        .route("/v1/members", get(members::get))
        .merge(dashboard::routes())
        .route("/v1/webhooks", get(webhooks::get))
        .route("/v1/webhooks/dead", get(webhooks::get_dead))
        .route("/v1/webhooks/resend", post(webhooks::resend))
        .fallback(no_such_path)
        .method_not_allowed_fallback(no_such_method)
        .layer(from_fn_with_state(Arc::clone(&service), guard))
        .with_state(service);
    match cors {
        Some(cors) => router.layer(cors),
        None => router,
    }
}

/// Lets pages of these sites use the service from a browser.
fn cors(origins: &[String]) -> CorsLayer {
    let origins = origins.iter().filter_map(|origin| origin.parse().ok());
    CorsLayer::new()
        .allow_origin(origins.collect::<Vec<HeaderValue>>())
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([
            AUTHORIZATION,
            CONTENT_TYPE,
            HeaderName::from_static(PROTOCOL_HEADER),
        ])
        .expose_headers([HeaderName::from_static(PROTOCOL_HEADER), RETRY_AFTER])
}

/// Answers as long as the process runs.
async fn healthz() -> Reply {
    Reply::ok(&json!({"ok": true}))
}

/// Answers if the ledger is open and its thread responds.
async fn readyz(State(service): State<Arc<Service>>) -> Result<Reply, Reply> {
    let last = service.ask(|ledger| Ok(ledger.global().next_seq.saturating_sub(1)));
    Ok(Reply::ok(&json!({"ok": true, "last": last.await?})))
}

async fn no_such_path() -> Reply {
    Reply::bad_http(StatusCode::NOT_FOUND, "there is no such path")
}

async fn no_such_method() -> Reply {
    let text = "the path takes another method";
    Reply::bad_http(StatusCode::METHOD_NOT_ALLOWED, text)
}

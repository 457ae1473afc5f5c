//! The dashboard: pages for people, made on the server. It shows what questions
//! and commands of the ledger answer, and books through the same commands.

mod admission;
mod alerts;
mod assets;
mod audit;
mod background;
mod campaigns;
mod day;
mod draft;
mod drafts;
mod frame;
mod ledger;
mod live;
mod members;
mod messages;
mod pages;
mod programme;
mod responses;
mod session;
mod shell;
mod values;
mod verification;
mod words;

pub(super) use drafts::Drafts;
pub use drafts::ProgrammeFolder;
pub(super) use ledger::FigureCache;
pub(super) use session::Sessions;
pub use session::SignInLinks;
pub(super) use verification::Verification;
pub use verification::{Verified, Verifier};

use super::Service;
use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use axum::http::{HeaderValue, Response};
use axum::middleware::{Next, from_fn};
use axum::routing::{get, post};
use std::sync::Arc;

/// First part of every path of the dashboard.
pub(super) const ROOT: &str = "/dashboard";

/// Longest form, in bytes.
const FORM_LEN_MAX: usize = 16 << 10;

/// Longest form with a file of a draft: each byte may take three.
const DRAFT_FORM_LEN_MAX: usize = 700 << 10;

/// Nothing but what this service sends itself; no style or script in a page.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Paths of the dashboard.
pub(super) fn routes() -> Router<Arc<Service>> {
    Router::new()
        .route("/dashboard", get(pages::overview))
        .route(
            "/dashboard/sign-in",
            get(pages::sign_in).post(pages::signed_in),
        )
        .route("/dashboard/open", get(pages::open))
        .route("/dashboard/sign-out", post(pages::sign_out))
        .route("/dashboard/look", get(pages::look))
        .route("/dashboard/figures/{section}", get(pages::section))
        .route("/dashboard/figure/{id}", get(pages::figure))
        .route(
            "/dashboard/members",
            get(members::members).post(members::member),
        )
        .route("/dashboard/entries/{seq}", get(members::entry))
        .route(
            "/dashboard/campaigns",
            get(campaigns::campaigns).post(campaigns::change_campaign),
        )
        .route("/dashboard/alerts", post(alerts::acknowledge))
        .route("/dashboard/messages", get(messages::messages))
        .route("/dashboard/day", get(day::day))
        .route("/dashboard/programme", get(programme::programme))
        .route("/dashboard/programme/{number}", get(programme::version))
        .route("/dashboard/programme/cancel", post(programme::cancel))
        .route("/dashboard/programme/pilot", post(programme::pilot))
        .route(
            "/dashboard/draft",
            get(draft::draft)
                .post(draft::change)
                .layer(DefaultBodyLimit::max(DRAFT_FORM_LEN_MAX)),
        )
        .route("/dashboard/draft/simulate", post(draft::simulate))
        .route("/dashboard/draft/activate", post(draft::activate))
        .route("/dashboard/audit", get(audit::audit))
        .route("/dashboard/audit/card", get(audit::card))
        .route("/dashboard/verify", post(audit::verify))
        .route("/dashboard/live", get(live::get))
        .route("/dashboard/style.css", get(assets::style))
        .route("/dashboard/live.js", get(assets::script))
        .route("/dashboard/icon.svg", get(assets::icon))
        .layer(DefaultBodyLimit::max(FORM_LEN_MAX))
        .layer(from_fn(protect))
}

/// Adds the headers that keep a page to itself.
async fn protect(request: Request, next: Next) -> Response<Body> {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        // With no referrer at all, a browser would not say from which site a form comes.
        (REFERRER_POLICY, "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

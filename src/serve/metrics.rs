//! `GET /metrics`: counters in the text format of Prometheus (OpenMetrics 1.0).

use super::Service;
use super::reply::Reply;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

type Labels = Vec<(&'static str, String)>;

/// Counters of requests. Labels are paths, statuses and roles, and identify nobody.
#[derive(Debug)]
pub(super) struct Metrics {
    requests: Family<Labels, Counter>,
    seconds: Family<Labels, Histogram>,
    webhooks: Family<Labels, Counter>,
    /// Daily runs of the service.
    pub(super) dailies: Counter,
    /// Entries that they booked.
    pub(super) daily_entries: Counter,
}

/// Makes a histogram of seconds, from 0.1 ms to 3.3 s.
fn histogram() -> Histogram {
    Histogram::new(exponential_buckets(0.0001, 2.0, 16))
}

impl Default for Metrics {
    fn default() -> Metrics {
        Metrics {
            requests: Family::default(),
            seconds: Family::new_with_constructor(histogram),
            webhooks: Family::default(),
            dailies: Counter::default(),
            daily_entries: Counter::default(),
        }
    }
}

impl Metrics {
    /// Counts an answered request.
    pub(super) fn count(&self, path: &'static str, status: u16, role: &str, took: Duration) {
        let labels = vec![
            ("path", path.to_owned()),
            ("status", status.to_string()),
            ("role", role.to_owned()),
        ];
        self.requests.get_or_create(&labels).inc();
        let labels = vec![("path", path.to_owned())];
        self.seconds
            .get_or_create(&labels)
            .observe(took.as_secs_f64());
    }
}

impl Metrics {
    /// Counts an attempt to deliver a message to a webhook, or one that was given up.
    pub(super) fn count_webhook(&self, outcome: &str) {
        let labels = vec![("outcome", outcome.to_owned())];
        self.webhooks.get_or_create(&labels).inc();
    }
}

/// Writes all counters.
pub(super) async fn get(State(service): State<Arc<Service>>) -> Response {
    let mut registry = Registry::with_prefix("stampbook");
    let (metrics, engine) = (&service.metrics, service.ledger.figures());
    registry.register("requests", "Requests answered", metrics.requests.clone());
    registry.register(
        "request_seconds",
        "Time from a request's headers to its answer",
        metrics.seconds.clone(),
    );
    registry.register("dailies", "Daily runs made", metrics.dailies.clone());
    registry.register(
        "daily_entries",
        "Entries that daily runs booked",
        metrics.daily_entries.clone(),
    );
    registry.register(
        "webhooks",
        "Attempts to deliver messages to webhooks, by outcome",
        metrics.webhooks.clone(),
    );
    let count = |of: &std::sync::atomic::AtomicU64| ConstCounter::new(of.load(Relaxed));
    registry.register(
        "commands",
        "Commands taken by the ledger",
        count(&engine.commands),
    );
    registry.register(
        "syncs",
        "Groups of commands that became durable together",
        count(&engine.groups),
    );
    let waiting = i64::try_from(engine.queued.load(Relaxed)).unwrap_or(i64::MAX);
    registry.register(
        "waiting",
        "Work that waits for the ledger",
        ConstGauge::new(waiting),
    );
    let mut text = String::new();
    match encode(&mut text, &registry) {
        Ok(()) => ([(CONTENT_TYPE, OPEN_METRICS)], text).into_response(),
        Err(_) => Reply::bad_http(StatusCode::INTERNAL_SERVER_ERROR, "no counters").into_response(),
    }
}

//! Alerts on the overview, and the button that acknowledges one.

use super::admission::{Fields, Ledger, sent};
use super::responses::{forbidden, notice, see_other};
use crate::answer::Answer;
use crate::page::{Alert, Lang, alerts};
use crate::serve::Door;
use axum::Form;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::json;

/// The page about an alert.
fn path(alert: &Alert) -> String {
    match &alert.entry {
        Some(seq) => format!("/dashboard/entries/{seq}"),
        None => "/dashboard/figure/alerts".into(),
    }
}

/// Alerts that nobody has seen to.
pub(super) async fn open_alerts(door: &Door, lang: Lang) -> Vec<(Alert, String)> {
    let question = json!({"ask": "report", "name": "alerts"});
    let Ok((answers, _)) = door.figures(vec![question]).await else {
        return Vec::new();
    };
    let found = answers.iter().flat_map(|answer| alerts(lang, answer));
    let open = found.filter(Alert::is_open);
    open.map(|alert| (alert.clone(), path(&alert))).collect()
}

/// Acknowledges an alert with the name that was typed.
pub(super) async fn acknowledge(
    State(door): Ledger,
    headers: HeaderMap,
    Form(form): Form<Fields>,
) -> Response {
    let (frame, caller) = match sent(&door, &headers, super::ROOT, &form) {
        Ok(entered) => entered,
        Err(response) => return *response,
    };
    if !caller.may_send("alert") {
        return forbidden(&frame);
    }
    let of = |name: &str| form.get(name).map_or("", |value| value.trim());
    let alerts = open_alerts(&door, frame.lang).await;
    let Some((alert, _)) = alerts.iter().find(|(alert, _)| alert.id == of("alert")) else {
        // Somebody else was quicker, or it is over.
        return see_other(super::ROOT);
    };
    let mut command = json!({
        "do": "alert",
        "key": format!("dashboard/{}", of("key")),
        "alert": alert.id,
        "action": "acknowledge",
        "by": of("by"),
    });
    if let Some(value) = &alert.value {
        command["value"] = json!(value);
    }
    match door.carry_out(&caller, &command.to_string()).await {
        Answer::Accepted(_) => see_other(super::ROOT),
        Answer::Refused(no) => notice(&frame, StatusCode::BAD_REQUEST, &no.message),
    }
}

//! Alerts on the overview, and the button that acknowledges one.

use super::admission::{Fields, Shared, field, sent};
use super::responses::{Page, notice, see_other};
use crate::answer::Answer;
use crate::page::{Alert, Lang, alerts};
use crate::serve::Service;
use axum::Form;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde_json::json;

/// The page about an alert.
fn path(alert: &Alert) -> String {
    match &alert.entry {
        Some(seq) => format!("/dashboard/entries/{seq}"),
        None => "/dashboard/figure/alerts".into(),
    }
}

/// Alerts that nobody has seen to.
pub(super) async fn open_alerts(service: &Service, lang: Lang) -> Vec<(Alert, String)> {
    let question = json!({"ask": "report", "name": "alerts"});
    let Ok((answers, _)) = service.figures(vec![question]).await else {
        return Vec::new();
    };
    let found = answers.iter().flat_map(|answer| alerts(lang, answer));
    let open = found.filter(Alert::is_open);
    open.map(|alert| (alert.clone(), path(&alert))).collect()
}

/// Acknowledges an alert with the name that was typed.
pub(super) async fn acknowledge(
    State(service): Shared,
    headers: HeaderMap,
    Form(form): Form<Fields>,
) -> Page {
    let (frame, caller) = sent(&service, &headers, super::ROOT, &form, |caller| {
        caller.may_send("alert")
    })?;
    let of = |name| field(&form, name);
    let alerts = open_alerts(&service, frame.lang).await;
    let Some((alert, _)) = alerts.iter().find(|(alert, _)| alert.id == of("alert")) else {
        // Somebody else was quicker, or it is over.
        return Ok(see_other(super::ROOT));
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
    Ok(
        match service.carry_out(&caller, &command.to_string()).await {
            Answer::Accepted(_) => see_other(super::ROOT),
            Answer::Refused(no) => notice(&frame, StatusCode::BAD_REQUEST, &no.message),
        },
    )
}

//! `GET /v1/webhooks`, `GET /v1/webhooks/dead` and `POST /v1/webhooks/resend`

use super::super::reply::Reply;
use super::super::roles::{Caller, Role};
use super::super::{Service, body};
use super::{Webhook, WebhookFile};
use crate::answer::Denied;
use crate::answer::catalogue::ErrorCode;
use crate::storage::error::StorageError;
use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, StatusCode};
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;

/// Which dead letters are to be sent again; all, if nothing is named.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Resend {
    webhook: Option<String>,
    position: Option<String>,
}

/// Lists the webhooks, without their secrets.
pub(in crate::serve) async fn get(
    State(service): State<Arc<Service>>,
    Extension(caller): Extension<Caller>,
) -> Result<Reply, Reply> {
    admit(&caller, false)?;
    let webhooks = of_file(&service, |file| file.list()).await?;
    let told: Vec<_> = webhooks.iter().map(Webhook::shown).collect();
    Ok(Reply::ok(&json!({"ok": true, "webhooks": told})))
}

/// Lists the messages that were given up.
pub(in crate::serve) async fn get_dead(
    State(service): State<Arc<Service>>,
    Extension(caller): Extension<Caller>,
) -> Result<Reply, Reply> {
    admit(&caller, false)?;
    let dead = of_file(&service, |file| file.dead()).await?;
    Ok(Reply::ok(&json!({"ok": true, "dead": dead})))
}

/// Has dead letters sent again.
pub(in crate::serve) async fn resend(
    State(service): State<Arc<Service>>,
    Extension(caller): Extension<Caller>,
    request: Request<Body>,
) -> Result<Reply, Reply> {
    admit(&caller, true)?;
    let sent = body::read(&service, request).await?;
    let asked: Resend = body::object(&sent).map_err(|bad| Reply::from(Denied::bad("", &bad)))?;
    let count = of_file(&service, move |file| {
        file.resend(asked.webhook.as_deref(), asked.position.as_deref())
    });
    Ok(Reply::ok(&json!({"ok": true, "resent": count.await?})))
}

fn admit(caller: &Caller, is_change: bool) -> Result<(), Reply> {
    let may = match caller.role {
        Role::Merchant | Role::Office => true,
        Role::Auditor => !is_change,
        Role::Till => false,
    };
    match may {
        true => Ok(()),
        false => {
            let text = format!("the role {} has nothing to do with webhooks", caller.role);
            Err(Denied::new("", ErrorCode::Forbidden, text).into())
        }
    }
}

/// Uses the file of webhooks, which may wait for the disk.
async fn of_file<T: Send + 'static>(
    service: &Service,
    act: impl FnOnce(WebhookFile) -> Result<T, StorageError> + Send + 'static,
) -> Result<T, Reply> {
    let file = service.webhooks.clone();
    match tokio::task::spawn_blocking(move || act(file)).await {
        Ok(Ok(told)) => Ok(told),
        failed => {
            if let Ok(Err(trouble)) = failed {
                tracing::error!("webhooks: {trouble}");
            }
            let text = "the file of webhooks cannot be used; the log of the service says why";
            Err(Reply::bad_http(StatusCode::INTERNAL_SERVER_ERROR, text))
        }
    }
}

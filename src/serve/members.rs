//! `GET /v1/members`: all members with balances, sent while they are read.

use super::Service;
use super::questions::{may_ask, unreadable};
use super::reply::{Reply, json_of};
use super::roles::Caller;
use crate::engine;
use crate::model::MemberId;
use crate::query::{self, MemberTold, spreadsheet};
use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::extract::rejection::QueryRejection;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use futures_util::stream::unfold;
use serde::Deserialize;
use std::io;
use std::sync::Arc;

/// Members that are read at once; others are served in between.
const SLICE: usize = 200;

/// Header of the last entry of the ledger before the first member was read.
const READ_AT_HEADER: &str = "stampbook-read-at";

/// The query.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    #[serde(default)]
    format: Format,
}

/// The form of the list.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Default)]
#[serde(rename_all = "snake_case")]
enum Format {
    /// Comma-separated values, with a line of names.
    Csv,
    /// One object a line.
    #[default]
    Json,
}

impl Format {
    fn write(self, told: MemberTold) -> String {
        match self {
            Format::Csv => spreadsheet::line(told.cells()),
            Format::Json => json_of(&told) + "\n",
        }
    }
}

/// Query as axum reads it.
pub(super) type AskedQuery = Result<axum::extract::Query<Asked>, QueryRejection>;

/// Sends the list, each member as it stands when it is read.
pub(super) async fn get(
    State(service): State<Arc<Service>>,
    Extension(caller): Extension<Caller>,
    asked: AskedQuery,
) -> Result<Response, Reply> {
    may_ask(&caller, "members")?;
    let format = asked.map_err(|why| unreadable("format", &why))?.0.format;
    let (ids, units, last) = service
        .with(|ledger| {
            let units = query::member_units(ledger)?;
            let last = ledger.global().next_seq.saturating_sub(1);
            Ok((engine::member_ids(ledger)?, units, last))
        })
        .await?;
    let (head, kind) = match format {
        Format::Csv => (
            spreadsheet::line(query::member_columns(&units)),
            "text/csv; charset=utf-8",
        ),
        Format::Json => (String::new(), "application/x-ndjson"),
    };
    let list = unfold(
        (service, ids, 0, head),
        move |(service, ids, at, head)| async move {
            if at >= ids.len() && head.is_empty() {
                return None;
            }
            let slice: Vec<MemberId> = ids[at..].iter().take(SLICE).copied().collect();
            let next = at + slice.len();
            let read = service
                .with(move |ledger| written(ledger, &slice, format))
                .await;
            // An error ends the connection before the list's end, so nobody takes it for whole.
            let part = read.map(|text: String| head + text.as_str());
            let part = part.map_err(|denied| io::Error::other(denied.message));
            Some((part, (service, ids, next, String::new())))
        },
    );
    let mut response = Body::from_stream(list).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(READ_AT_HEADER, HeaderValue::from(last));
    Ok(response)
}

fn written(
    ledger: &mut engine::Ledger,
    ids: &[MemberId],
    format: Format,
) -> Result<String, engine::Error> {
    let mut text = String::new();
    query::each_of(ledger, ids, |told| {
        text += &format.write(told);
        Ok::<(), engine::Error>(())
    })?;
    Ok(text)
}

//! The business day.

use super::frame::Frame;
use super::pages::{Fields, Ledger, admitted, counted, notice, page, plain};
use crate::page::grouped;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};

pub(super) async fn day(
    State(door): Ledger,
    headers: HeaderMap,
    Query(query): Query<Fields>,
) -> Response {
    let (mut frame, _) = match admitted(&door, &headers, "/dashboard/day", "report") {
        Ok(admitted) => admitted,
        Err(response) => return *response,
    };
    let mut question = json!({"ask": "day"});
    for name in ["date", "store", "terminal"] {
        if let Some(value) = query.get(name).filter(|value| !value.is_empty()) {
            question[name] = json!(value);
        }
    }
    match door.ask_one(question).await {
        Ok((answer, entries)) => {
            frame.entries = entries;
            let day = Day::of(&answer);
            let of = |name: &str| query.get(name).cloned().unwrap_or_default();
            let asked = (of("date"), of("store"), of("terminal"));
            page(
                StatusCode::OK,
                &DayPage {
                    frame: &frame,
                    day,
                    asked,
                },
            )
        }
        Err(text) => notice(&frame, StatusCode::BAD_REQUEST, &text),
    }
}

#[derive(Template)]
#[template(path = "dashboard/day.html")]
struct DayPage<'a> {
    frame: &'a Frame,
    day: Day,
    /// Date, store and terminal that were asked for.
    asked: (String, String, String),
}

/// Figures of a business day.
struct Day {
    day: String,
    net: String,
    paid_out: String,
    /// Name in English and Chinese, count, money.
    totals: Vec<(&'static str, &'static str, String, String)>,
    tenders: Vec<(String, String, String, String)>,
    units: Vec<Vec<String>>,
    refusals: Vec<(String, String)>,
    entries: Vec<(String, String)>,
}

impl Day {
    fn of(answer: &Value) -> Day {
        let total = |english, chinese, field: &str| {
            let total = &answer[field];
            (
                english,
                chinese,
                grouped(&plain(&total["count"])),
                grouped(&plain(&total["money"])),
            )
        };
        let list = |field: &str| answer[field].as_array().cloned().unwrap_or_default();
        let number = |value: &Value| grouped(&plain(value));
        Day {
            day: plain(&answer["day"]),
            net: number(&answer["net"]),
            paid_out: number(&answer["paid_out"]),
            totals: vec![
                total("Sales", "销售", "sales"),
                total("Returns", "退货", "returns"),
                total("Voided sales", "作废销售", "voided_sales"),
                total("Voided returns", "作废退货", "voided_returns"),
                total("Passes", "会员卡", "passes"),
            ],
            tenders: list("tenders")
                .iter()
                .map(|one| {
                    (
                        plain(&one["kind"]),
                        number(&one["count"]),
                        number(&one["money"]),
                        number(&one["net"]),
                    )
                })
                .collect(),
            units: list("units")
                .iter()
                .map(|one| {
                    let fields = [
                        "unit",
                        "earned",
                        "spent",
                        "expired",
                        "taken_back",
                        "put_back",
                        "corrected",
                    ];
                    fields.iter().map(|field| number(&one[*field])).collect()
                })
                .collect(),
            refusals: counted(&answer["refusals"]),
            entries: counted(&answer["entries"]),
        }
    }
}

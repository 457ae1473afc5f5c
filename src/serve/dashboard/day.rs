//! The business day.

use super::admission::{Fields, Shared, admitted, field};
use super::frame::Frame;
use super::responses::{Page, notice, page};
use super::values::{counted, items, plain};
use crate::page::grouped;
use crate::serve::Service;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

/// Most tills that are told apart.
const TILLS_MAX: usize = 24;

pub(super) async fn day(
    State(service): Shared,
    headers: HeaderMap,
    Query(query): Query<Fields>,
) -> Page {
    let (mut frame, _) = admitted(&service, &headers, "/dashboard/day", "report")?;
    let of = |name| field(&query, name);
    let mut question = json!({"ask": "day"});
    for name in ["date", "store", "terminal"] {
        if !of(name).is_empty() {
            question[name] = json!(of(name));
        }
    }
    let told = service.ask_one(question).await;
    let (answer, entries) = told.map_err(|text| notice(&frame, StatusCode::BAD_REQUEST, &text))?;
    frame.entries = entries;
    let day = Day::of(&answer);
    let tills = match of("terminal").is_empty() {
        true => tills(&service, &day.day, of("store")).await,
        false => Vec::new(),
    };
    let asked = ["date", "store", "terminal"].map(|name| of(name).to_owned());
    page(&DayPage {
        frame: &frame,
        day,
        tills,
        asked: asked.into(),
    })
}

#[derive(Template)]
#[template(path = "dashboard/day.html")]
struct DayPage<'a> {
    frame: &'a Frame,
    day: Day,
    tills: Vec<Till>,
    /// Date, store and terminal that were asked for.
    /// Date, store and terminal that are asked for; empty for today and all.
    asked: (String, String, String),
}

/// Figures of a till on a business day.
struct Till {
    store: String,
    terminal: String,
    sales: String,
    net: String,
    refused: String,
}

/// Figures of each till that the programme names, of a store or of all, those with most
/// refusals first.
async fn tills(service: &Service, day: &str, store: &str) -> Vec<Till> {
    let Ok((policy, _)) = service.ask_one(json!({"ask": "policy"})).await else {
        return Vec::new();
    };
    let mut named = Vec::new();
    for one in items(&policy["stores"]) {
        let name = plain(&one["store"]);
        if store.is_empty() || store == name {
            let terminals = items(&one["terminals"]);
            named.extend(terminals.map(|till| (name.clone(), plain(till))));
        }
    }
    named.truncate(TILLS_MAX);
    let questions = named
        .iter()
        .map(|(store, till)| json!({"ask": "day", "date": day, "store": store, "terminal": till}));
    let Ok((answers, _)) = service.figures(questions.collect()).await else {
        return Vec::new();
    };
    let refused = |answer: &Value| {
        let counts = answer["refusals"].as_object().into_iter().flatten();
        counts.filter_map(|(_, count)| count.as_u64()).sum::<u64>()
    };
    let mut all: Vec<_> = named.into_iter().zip(&answers).collect();
    all.sort_by_key(|(_, answer)| std::cmp::Reverse(refused(answer)));
    let tills = all.into_iter().map(|((store, terminal), answer)| Till {
        store,
        terminal,
        sales: grouped(&plain(&answer["sales"]["count"])),
        net: grouped(&plain(&answer["net"])),
        refused: grouped(&refused(answer).to_string()),
    });
    tills.collect()
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
            tenders: items(&answer["tenders"])
                .map(|one| {
                    (
                        plain(&one["kind"]),
                        number(&one["count"]),
                        number(&one["money"]),
                        number(&one["net"]),
                    )
                })
                .collect(),
            units: items(&answer["units"])
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

//! Campaigns: what they are doing, their budgets, and the two buttons.

use super::admission::{Fields, Shared, admitted, field, sent};
use super::frame::Frame;
use super::responses::{Page, page, see_other, unavailable};
use super::session;
use super::shell::Shell;
use super::values::{counted, items, plain};
use crate::answer::Answer;
use crate::page::grouped;
use crate::serve::Service;
use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use serde_json::{Value, json};

/// A campaign as the pages show it.
pub(super) struct Campaign {
    pub id: String,
    pub title: String,
    pub state: String,
    pub window: String,
    pub budgets: Vec<Budget>,
    pub figures: Vec<(String, String)>,
    pub failed: String,
}

pub(super) struct Budget {
    pub unit: String,
    pub used: String,
    pub limit: String,
    pub left: String,
    /// Per cent that is used, at most 100.
    pub share: String,
    pub is_short: bool,
}

impl Campaign {
    fn may_pause(&self) -> bool {
        self.state == "running" || self.state == "exhausted"
    }

    fn may_resume(&self) -> bool {
        self.state == "paused"
    }
}

pub(super) async fn campaigns_of(service: &Service) -> Result<Vec<Campaign>, String> {
    let told = Shell(service).run(&["campaign", "list"]).await?;
    let campaign = |one: &Value| {
        let text = |field: &str| plain(&one[field]);
        let budgets = items(&one["budgets"]).map(budget);
        let failed = &one["failed"];
        Campaign {
            id: text("campaign"),
            title: text("title"),
            state: text("state"),
            window: match (text("from").as_str(), text("to").as_str()) {
                ("", "") => String::new(),
                (from, to) => format!("{from} – {to}"),
            },
            budgets: budgets.collect(),
            figures: counted(&one["since_the_beginning"]),
            failed: match failed.is_object() {
                true => format!(
                    "{}× {}: {}",
                    plain(&failed["count"]),
                    plain(&failed["place"]),
                    plain(&failed["message"])
                ),
                false => String::new(),
            },
        }
    };
    Ok(items(&told).map(campaign).collect())
}

fn budget(one: &Value) -> Budget {
    let (used, limit) = (
        one["used"].as_i64().unwrap_or(0),
        one["limit"].as_i64().unwrap_or(0),
    );
    let share = match limit > 0 {
        true => (i128::from(used.max(0)) * 100 / i128::from(limit)).min(100),
        false => 0,
    };
    let number = |field: &str| grouped(&plain(&one[field]));
    let store = plain(&one["store"]);
    Budget {
        unit: format!("{} / {} {store}", plain(&one["unit"]), plain(&one["each"]))
            .trim_end()
            .to_owned(),
        used: number("used"),
        limit: number("limit"),
        left: number("left"),
        share: share.to_string(),
        is_short: share >= 80,
    }
}

#[derive(Template)]
#[template(path = "dashboard/campaigns.html")]
struct Campaigns<'a> {
    frame: &'a Frame,
    /// Those of a state, or all.
    campaigns: Vec<Campaign>,
    /// The state that is asked for; empty for all.
    state: String,
    /// States, with how many campaigns are in each.
    states: Vec<(String, usize)>,
    /// Key of the next command, so that a form sent twice is booked once.
    key: String,
}

/// Counts campaigns by state.
fn states(campaigns: &[Campaign]) -> Vec<(String, usize)> {
    let mut states: Vec<(String, usize)> = Vec::new();
    for one in campaigns {
        match states.iter_mut().find(|(state, _)| *state == one.state) {
            Some((_, count)) => *count += 1,
            None => states.push((one.state.clone(), 1)),
        }
    }
    states
}

async fn show_campaigns(service: &Service, mut frame: Frame, state: &str) -> Page {
    let campaigns = campaigns_of(service).await;
    let mut campaigns = campaigns.map_err(|text| unavailable(&frame, &text))?;
    let entries = service.ask(|ledger| Ok(ledger.global().next_seq)).await;
    let (Ok(key), Ok(entries)) = (session::new_secret(), entries) else {
        return Ok(unavailable(&frame, "the ledger gave no answer"));
    };
    frame.entries = entries;
    let states = states(&campaigns);
    campaigns.retain(|one| state.is_empty() || one.state == state);
    // What somebody should see to stands first.
    campaigns.sort_by_key(|one| {
        let is_short = one.budgets.iter().any(|budget| budget.is_short);
        (one.failed.is_empty(), !is_short)
    });
    page(&Campaigns {
        frame: &frame,
        campaigns,
        state: state.to_owned(),
        states,
        key,
    })
}

pub(super) async fn campaigns(
    State(service): Shared,
    headers: HeaderMap,
    Query(query): Query<Fields>,
) -> Page {
    let (mut frame, _) = admitted(&service, &headers, "/dashboard/campaigns", "report")?;
    frame.tell_done(&query);
    show_campaigns(
        &service,
        frame,
        query.get("state").map_or("", String::as_str),
    )
    .await
}

/// Pauses or resumes a campaign: it holds for the next purchase.
pub(super) async fn change_campaign(
    State(service): Shared,
    headers: HeaderMap,
    Form(form): Form<Fields>,
) -> Page {
    let (mut frame, caller) = sent(
        &service,
        &headers,
        "/dashboard/campaigns",
        &form,
        |caller| caller.may_send("campaign"),
    )?;
    let of = |name| field(&form, name);
    let command = json!({
        "do": "campaign",
        "key": format!("dashboard/{}", of("key")),
        "campaign": of("campaign"),
        "action": of("action"),
        "reason": of("reason"),
    });
    match service.carry_out(&caller, &command.to_string()).await {
        Answer::Accepted(done) => {
            let seq = done.seq.unwrap_or_default();
            Ok(see_other(&format!("/dashboard/campaigns?done={seq}")))
        }
        Answer::Refused(no) => {
            frame.tell_refusal(no.message);
            show_campaigns(&service, frame, "").await
        }
    }
}

/// Campaigns whose script fails, with the page for it.
pub(super) fn attention(frame: &Frame, campaigns: &[Campaign]) -> Vec<(String, String)> {
    let failing = campaigns.iter().filter(|one| !one.failed.is_empty());
    let fails = frame.say("its script fails:", "脚本失败：");
    let told = failing.map(|one| format!("{}: {fails} {}", one.title, one.failed));
    told.map(|text| (text, "/dashboard/campaigns".into()))
        .collect()
}

//! Present state of campaigns: state, window, budgets, figures.

use super::options::Cli;
use super::print::{Exit, Failure, Printer};
use crate::engine::{self, CampaignInForce, Ledger};
use crate::model::{self, Campaign, CampaignStatus, Code, Day, Exact, NameKind, Number, Value};
use crate::rules::campaign::review;
use crate::workbench::pilot;
use serde::Serialize;
use std::collections::BTreeMap;

/// Present state of a campaign.
#[derive(Serialize, Default)]
struct CampaignReport {
    campaign: String,
    title: String,
    /// `running`, `paused`, `closed`, `draft`, `planned` (it begins later),
    /// `over`, or `exhausted` (a budget is used up).
    state: String,
    /// Only the pilot that runs has it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    in_pilot_only: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    budgets: Vec<Budget>,
    /// Its figures since it was last resumed.
    figures: BTreeMap<String, i64>,
    /// The same since it began.
    since_the_beginning: BTreeMap<String, i64>,
    /// The day on which it was last paused, resumed, closed or opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    changed_on: Option<String>,
    /// Failures of its script since the programme in force took effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    failed: Option<Failed>,
    /// Its review, if that would fail today: then it neither pauses nor changes itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    review_failed: Option<ReviewFailed>,
    /// Its parameters as they are now.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    tuned: BTreeMap<String, String>,
}

/// Failures of a script.
#[derive(Serialize)]
struct Failed {
    count: u64,
    /// Entry of the last failure.
    entry: u64,
    /// `file:line:column`
    place: String,
    message: String,
}

/// Failure of a review. Nothing is booked for it, so there is no count.
#[derive(Serialize)]
struct ReviewFailed {
    /// `file:line:column`
    place: String,
    message: String,
}

/// A budget in its current period.
#[derive(Serialize)]
struct Budget {
    #[serde(skip)]
    number: Number,
    unit: String,
    limit: i64,
    used: i64,
    left: i64,
    /// `day`, `month`, ... or `ever`.
    each: String,
    /// Store that it is for, if each has one of its own.
    #[serde(skip_serializing_if = "String::is_empty")]
    store: String,
}

/// All campaigns, in the order in which they run.
pub(super) fn list(cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
    cli.reading("campaign", out, |ledger, out| {
        let shown = all(ledger)?;
        if let (Some(running), false) = (ledger.global().pilot.clone(), out.is_json()) {
            out.note(pilot::sentence(ledger, &running)?);
        }
        out.lines(shown.iter().map(CampaignReport::line))?;
        out.done(&shown)
    })
}

/// One campaign.
pub(super) fn show(cli: &Cli, id: &str, out: &mut Printer) -> Result<Exit, Failure> {
    cli.reading("campaign", out, |ledger, out| {
        let found = all(ledger)?.into_iter().find(|c| c.campaign == id);
        let Some(shown) = found else {
            let message = format!("campaign: the programme has no campaign '{id}'");
            return Err(Failure::new(Code::UnknownCampaign, message)
                .hint("`stampbook campaign list` lists them"));
        };
        out.line(shown.line())?;
        for line in shown.details() {
            out.line(format!("  {line}"))?;
        }
        out.done(&shown)
    })
}

impl CampaignReport {
    fn line(&self) -> String {
        let window = match (&self.from, &self.to) {
            (None, None) => String::new(),
            (Some(from), None) => format!(", from {from}"),
            (None, Some(to)) => format!(", to {to}"),
            (Some(from), Some(to)) => format!(", {from} to {to}"),
        };
        let failed = self.failed.as_ref().map_or(String::new(), |failed| {
            let Failed {
                count,
                entry,
                place,
                message,
            } = failed;
            format!("; failed {count}x, last in entry {entry}: {place}: {message}")
        });
        let review = self.review_failed.as_ref().map_or(String::new(), |failed| {
            let (place, message) = (&failed.place, &failed.message);
            format!("; on_review fails today: {place}: {message}")
        });
        let (campaign, state, title) = (&self.campaign, &self.state, &self.title);
        let pilot = match self.in_pilot_only {
            true => " in the pilot only",
            false => "",
        };
        format!("{campaign}: {state}{pilot}{window} ({title}){failed}{review}")
    }

    fn details(&self) -> Vec<String> {
        let budget = |b: &Budget| {
            let store = match b.store.as_str() {
                "" => String::new(),
                store => format!(" in {store}"),
            };
            let left = match b.left {
                0 => "exhausted".to_owned(),
                left => format!("{left} left"),
            };
            format!(
                "budget {}: {} of {} used, {left}, each {}{store}",
                b.unit, b.used, b.limit, b.each
            )
        };
        let listed = |figures: &BTreeMap<String, i64>| {
            let figures = figures.iter().filter(|f| *f.1 != 0);
            let all: Vec<String> = figures.map(|(name, n)| format!("{name} {n}")).collect();
            match all.is_empty() {
                true => "nothing".to_owned(),
                false => all.join(", "),
            }
        };
        let mut figures = vec![format!(
            "since it began: {}",
            listed(&self.since_the_beginning)
        )];
        if let Some(day) = &self.changed_on {
            let span = match self.state.as_str() {
                state @ ("paused" | "closed") => format!("until it was {state} on {day}"),
                _ => format!("since it resumed on {day}"),
            };
            figures.push(format!("{span}: {}", listed(&self.figures)));
        }
        let tuned = |(name, value): (&String, &String)| format!("{name} = {value}");
        let budgets = self.budgets.iter().map(budget);
        budgets
            .chain(figures)
            .chain(self.tuned.iter().map(tuned))
            .collect()
    }
}

fn all(ledger: &Ledger) -> Result<Vec<CampaignReport>, Failure> {
    let day = ledger.programme()?.calendar.day_of(ledger.view()?.now);
    let campaigns = engine::campaigns_in_force(ledger)?.into_iter();
    let mut all: Vec<CampaignReport> = campaigns
        .map(|campaign| shown(ledger, &campaign, day))
        .collect();
    // `qualify` belongs to no campaign, and is listed as one when it fails.
    let tiers = failed(ledger, 0).map(|failed| CampaignReport {
        campaign: "tiers".into(),
        title: "tiers.rhai".into(),
        state: CampaignStatus::Running.as_str().into(),
        failed: Some(failed),
        ..CampaignReport::default()
    });
    all.extend(tiers);
    Ok(all)
}

/// State of a campaign on a day; a change by a person takes precedence.
pub(super) fn state_of(ledger: &Ledger, campaign: &Campaign, day: Day) -> &'static str {
    let is_used_up = |unit: Number| {
        let of_unit = budgets(ledger, campaign, day).into_iter();
        let of_unit: Vec<Budget> = of_unit.filter(|b| b.number == unit).collect();
        !of_unit.is_empty() && of_unit.iter().all(|b| b.left == 0)
    };
    match ledger.global().status(campaign.number) {
        CampaignStatus::Running if campaign.is_draft => "draft",
        CampaignStatus::Running if campaign.from.is_some_and(|from| from > day) => "planned",
        CampaignStatus::Running if campaign.to.is_some_and(|to| to < day) => "over",
        CampaignStatus::Running if campaign.budget.iter().any(|c| is_used_up(c.unit)) => {
            "exhausted"
        }
        status => status.as_str(),
    }
}

fn shown(ledger: &Ledger, running: &CampaignInForce, day: Day) -> CampaignReport {
    let (policy, n) = (&*running.policy, running.place);
    let (global, campaign) = (ledger.global(), running.header());
    let text = |day: Option<Day>| day.map(|d| d.to_string());
    let figures = review::figures(policy, global, campaign, day).to_list();
    let ever = review::figures_ever(policy, global, campaign, day).to_list();
    let mut days = global.campaign_days.iter();
    let changed = days.find(|d| d.0 == campaign.number).map(|d| d.1);
    CampaignReport {
        campaign: campaign.id.clone(),
        title: campaign.title.clone(),
        state: state_of(ledger, campaign, day).into(),
        in_pilot_only: running.is_pilots,
        from: text(campaign.from),
        to: text(campaign.to),
        budgets: budgets(ledger, campaign, day),
        figures: figures.into_iter().collect(),
        since_the_beginning: ever.into_iter().collect(),
        changed_on: text(changed),
        failed: failed(ledger, campaign.number),
        review_failed: review::review(policy, global, n, day)
            .failure
            .map(|failed| ReviewFailed {
                place: place(&failed),
                message: failed.message,
            }),
        tuned: tuned(ledger, campaign),
    }
}

fn failed(ledger: &Ledger, campaign: Number) -> Option<Failed> {
    let failures = &ledger.global().failures;
    let found = failures.iter().find(|f| f.campaign == campaign)?;
    let last = &found.last;
    Some(Failed {
        count: found.count,
        entry: found.seq,
        place: place(last),
        message: last.message.clone(),
    })
}

fn place(failure: &model::Failure) -> String {
    format!("{}:{}:{}", failure.file, failure.line, failure.column)
}

fn budgets(ledger: &Ledger, campaign: &Campaign, day: Day) -> Vec<Budget> {
    let global = ledger.global();
    let mut budgets = Vec::new();
    for cap in &campaign.budget {
        let stores: Vec<u16> = match cap.is_per_store {
            true => {
                let stores = ledger.programme().map(|p| p.stores.as_slice());
                let stores = stores.unwrap_or_default().iter().map(|s| s.number);
                stores.collect()
            }
            false => vec![0],
        };
        for store in stores {
            let used = global.used(campaign.number, cap, store, day);
            budgets.push(Budget {
                number: cap.unit,
                unit: global.names.text(NameKind::Unit, cap.unit),
                limit: cap.points.0,
                used,
                left: cap.points.0.saturating_sub(used).max(0),
                each: format!("{:?}", cap.each).to_lowercase(),
                store: match store {
                    0 => String::new(),
                    number => global.names.text(NameKind::Store, number),
                },
            });
        }
    }
    budgets
}

fn tuned(ledger: &Ledger, campaign: &Campaign) -> BTreeMap<String, String> {
    let value = |name: &str, start: Exact| match review::tuned(ledger.global(), &campaign.id, name)
    {
        Value::Decimal(value) => value.to_string(),
        _ => start.to_string(),
    };
    let tunable = campaign.tunable.iter();
    let tuned = tunable.map(|t| (t.name.clone(), value(&t.name, t.start)));
    tuned.collect()
}

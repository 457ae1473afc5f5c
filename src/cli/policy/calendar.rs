//! `stampbook policy calendar`

use crate::cli::campaign_state::state_of;
use crate::cli::options::Cli;
use crate::cli::policy::CalendarArgs;
use crate::cli::policy::status::today;
use crate::cli::print::{Exit, Failure, Printer, row};
use crate::engine::{self, Ledger};
use crate::model::{Campaign, Day, Policy, Role, Stack, WEEKDAYS, When};
use crate::policy::Bundle;
use crate::workbench::pilot;
use serde::Serialize;
use serde_json::json;

/// Days that are shown unless others are asked for.
const DAYS: u32 = 90;
/// Most days that can be asked for.
const DAYS_MAX: i32 = 3660;

/// A promotion, and the days on which it runs.
struct Run {
    campaign: Campaign,
    first: Day,
    last: Day,
    /// The programme that has it, unless that is the one in force.
    by: String,
    state: &'static str,
}

/// Two promotions that can apply to one purchase.
#[derive(Serialize)]
struct Overlap {
    campaigns: [String; 2],
    from: String,
    to: String,
    together: String,
}

/// Days on which no promotion runs.
#[derive(Serialize)]
struct Gap {
    from: String,
    to: String,
}

impl CalendarArgs {
    /// Tells what runs when, what overlaps, and the days without any.
    pub(in crate::cli) fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        cli.reading("policy calendar", out, |ledger, out| {
            let (from, to) = self.window(today(ledger)?)?;
            let runs = runs(ledger, (from, to))?;
            let (overlaps, gaps) = (overlaps(&runs), gaps(&runs, (from, to)));
            out.line(format!("promotions from {from} to {to}"))?;
            let rows = runs.iter().map(|run| {
                let (id, conditions) = (&run.campaign.id, conditions(&run.campaign));
                row(&[id, &run.first, &run.last, &conditions, &run.by, &run.state])
            });
            out.table(&["campaign", "from", "to", "for", "in", "is"], rows)?;
            for both in &overlaps {
                let ([one, other], together) = (&both.campaigns, &both.together);
                let (from, to) = (&both.from, &both.to);
                out.line(format!(
                    "{one} and {other} overlap from {from} to {to}: {together}"
                ))?;
            }
            if overlaps.is_empty() {
                out.line("no two promotions can apply to one purchase")?;
            }
            for gap in &gaps {
                out.line(match gap.from == gap.to {
                    true => format!("nothing runs on {}", gap.from),
                    false => format!("nothing runs from {} to {}", gap.from, gap.to),
                })?;
            }
            let told = runs.iter().map(|run| {
                json!({
                    "campaign": run.campaign.id, "title": run.campaign.title,
                    "from": run.first.to_string(), "to": run.last.to_string(),
                    "conditions": conditions(&run.campaign), "by": run.by, "state": run.state,
                })
            });
            out.done(&json!({
                "ok": true, "from": from.to_string(), "to": to.to_string(),
                "promotions": told.collect::<Vec<_>>(), "overlaps": overlaps, "without": gaps,
            }))
        })
    }

    fn window(&self, today: Day) -> Result<(Day, Day), Failure> {
        let day = |flag: &str, text: &Option<String>, usual: Day| match text {
            None => Ok(usual),
            Some(text) => {
                Day::parse(text).map_err(|wrong| Failure::bad_input(format!("--{flag}: {wrong}")))
            }
        };
        let from = day("from", &self.from, today)?;
        let to = day("to", &self.to, from.days_after(DAYS - 1))?;
        if to < from || to.0 - from.0 >= DAYS_MAX {
            return Err(Failure::bad_input(format!(
                "--to: {to} is not one of the {DAYS_MAX} days from {from} on"
            )));
        }
        Ok((from, to))
    }
}

/// Promotions of the programmes that are in force in a window of days: the one for all,
/// the pilot, and those that are scheduled. What gives the base is none.
fn runs(ledger: &mut Ledger, (from, to): (Day, Day)) -> Result<Vec<Run>, Failure> {
    let mut scheduled = ledger.global().scheduled.clone();
    scheduled.sort_by_key(|next| (next.at, next.seq));
    let start = |at| {
        ledger
            .programme()
            .map(|programme| programme.calendar.day_of(at))
    };
    let starts = scheduled.iter().map(|next| start(next.at));
    let starts: Vec<Day> = starts.collect::<Result<_, _>>()?;
    let end_of = |nth: usize| starts.get(nth).map_or(to, |day| day.plus_days(-1).min(to));
    let now = today(ledger)?;
    let scope = ledger.global().pilot.clone();
    let scope = scope.map(|running| pilot::scope(ledger, &running.pilot.scope));
    let mut runs = Vec::new();
    for running in engine::campaigns_in_force(ledger)? {
        let by = match (running.is_pilots, &scope) {
            (true, Some(scope)) => format!("pilot for {scope}"),
            _ => String::new(),
        };
        let campaign = running.header();
        let state = state_of(ledger, campaign, now);
        add(&mut runs, campaign, (from, end_of(0)), (by, state));
    }
    for (nth, next) in scheduled.iter().enumerate() {
        let (entry, schedule) = engine::scheduled(ledger, next.seq)?;
        let made = engine::try_bundle(ledger, &Bundle::recorded(&schedule.files))?;
        for campaign in made.campaigns() {
            let by = format!("the programme that entry {} schedules", entry.seq);
            let window = (starts[nth].max(from), end_of(nth + 1));
            add(&mut runs, campaign, window, (by, "planned"));
        }
    }
    runs.sort_by(|a, b| (a.first, &a.campaign.id).cmp(&(b.first, &b.campaign.id)));
    Ok(runs)
}

fn add(
    runs: &mut Vec<Run>,
    campaign: &Campaign,
    (from, to): (Day, Day),
    (by, state): (String, &'static str),
) {
    let first = campaign.from.map_or(from, |day| day.max(from));
    let last = campaign.to.map_or(to, |day| day.min(to));
    if campaign.role == Role::Bonus && !campaign.is_draft && first <= last {
        runs.push(Run {
            campaign: campaign.clone(),
            first,
            last,
            by,
            state,
        });
    }
}

/// Pairs of promotions that can apply to one purchase on one day.
fn overlaps(runs: &[Run]) -> Vec<Overlap> {
    let mut found = Vec::new();
    for (n, one) in runs.iter().enumerate() {
        for other in &runs[n + 1..] {
            let (first, last) = (one.first.max(other.first), one.last.min(other.last));
            let is_one = one.campaign.id == other.campaign.id;
            let is_of_days = |run: &Run| run.campaign.trigger.is_some();
            let can_both = can_meet(&one.campaign.when, &other.campaign.when, (first, last));
            if is_one || first > last || !can_both || is_of_days(one) || is_of_days(other) {
                continue;
            }
            found.push(Overlap {
                campaigns: [one.campaign.id.clone(), other.campaign.id.clone()],
                from: first.to_string(),
                to: last.to_string(),
                together: together(&one.campaign, &other.campaign),
            });
        }
    }
    found
}

/// Effect of both at one purchase.
fn together(one: &Campaign, other: &Campaign) -> String {
    let is_group = one.group == other.group;
    let has = |stack: &Stack| one.stack == *stack || other.stack == *stack;
    let first = match one.priority >= other.priority {
        true => &one.id,
        false => &other.id,
    };
    if is_group && one.stack == Stack::Best && other.stack == Stack::Best {
        "only the one that gives most counts".into()
    } else if is_group && has(&Stack::Stop) {
        format!("{first} comes first, and one that stops lets nothing follow")
    } else if share(&one.when.categories, &other.when.categories) {
        "both give".into()
    } else {
        "both give, each for goods of its own".into()
    }
}

/// Days after which days of two campaigns have met if they ever do: a weekday meets a day
/// of the month at most 427 days after the last time, and both may be such.
const DAYS_TO_MEET: i32 = 800;

/// True if the conditions of two campaigns can hold of one purchase.
fn can_meet(one: &When, other: &When, (first, last): (Day, Day)) -> bool {
    let mut days = (0..=(last.0 - first.0).min(DAYS_TO_MEET)).map(|n| first.plus_days(n));
    days.any(|day| one.is_on(day) && other.is_on(day))
        && share(&one.tiers, &other.tiers)
        && share(&one.stores, &other.stores)
        && share(&one.channels, &other.channels)
        && share(&one.activities, &other.activities)
        && (one.activities.is_empty() == other.activities.is_empty())
        && (0..24 * 60).any(|minute| one.is_at(minute) && other.is_at(minute))
}

/// True if two lists of which one must hold have one in common; an empty list is no
/// condition.
fn share<T: PartialEq>(one: &[T], other: &[T]) -> bool {
    one.is_empty() || other.is_empty() || one.iter().any(|value| other.contains(value))
}

/// Ranges of days on which nothing runs.
fn gaps(runs: &[Run], (from, to): (Day, Day)) -> Vec<Gap> {
    let runs_on = |day: Day| {
        runs.iter().any(|run| {
            let is_weekday = run.campaign.when.is_on(day);
            let is_off = matches!(run.state, "paused" | "closed" | "exhausted");
            (run.first..=run.last).contains(&day) && is_weekday && !is_off
        })
    };
    let mut found: Vec<(Day, Day)> = Vec::new();
    for n in 0..=to.0 - from.0 {
        let day = from.plus_days(n);
        if runs_on(day) {
            continue;
        }
        match found.last_mut().filter(|gap| gap.1.plus_days(1) == day) {
            Some(gap) => gap.1 = day,
            None => found.push((day, day)),
        }
    }
    let told = found.into_iter().map(|(from, to)| Gap {
        from: from.to_string(),
        to: to.to_string(),
    });
    told.collect()
}

/// For what and whom a campaign is, as its header says.
fn conditions(campaign: &Campaign) -> String {
    let when = &campaign.when;
    let mut told = Vec::new();
    let day = |n: &u8| WEEKDAYS.get(usize::from(*n)).copied().unwrap_or_default();
    let weekdays: Vec<&str> = when.weekdays.iter().map(day).collect();
    let clock = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
    let hour = |(from, to): &(u16, u16)| format!("{}-{}", clock(*from), clock(*to));
    let hours: Vec<String> = when.hours.iter().map(hour).collect();
    let monthly = when.monthly.iter().map(|day| format!("monthly {day}"));
    told.push(weekdays.join(" "));
    told.extend(monthly);
    told.push(hours.join(" "));
    let lists = [
        ("stores", &when.stores),
        ("channels", &when.channels),
        ("categories", &when.categories),
        ("tags", &when.tags),
        ("codes", &when.codes),
        ("passes", &when.passes),
        ("activities", &when.activities),
    ];
    let listed = lists.iter().filter(|(_, values)| !values.is_empty());
    told.extend(listed.map(|(name, values)| format!("{name} {}", values.join(" "))));
    if !when.tiers.is_empty() {
        told.push("some tiers".into());
    }
    if campaign.trigger.is_some() {
        told.push("on days of its own".into());
    }
    told.retain(|part| !part.is_empty());
    told.join(", ")
}

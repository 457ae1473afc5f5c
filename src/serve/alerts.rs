//! Alerts, which are the service's own duty where the daily run is: it looks at figures, the
//! disk, webhooks and the verification from time to time, and records what began and what is
//! over. What began is a message of the outbox, which webhooks push.

use super::Service;
use super::gate::{Gate, Stop};
use super::webhooks::WebhookFile;
use crate::command::{Office, Request, Verb, parse};
use crate::model::counted;
use crate::query::{self, Condition, Conditions, Report, alert_commands, look_beside};
use serde_json::json;
use std::sync::Arc;
use std::thread::Builder;
use std::time::{Duration, Instant};

/// Least time between looks, as a multiple of the time that one takes.
const REST_LEAST: u32 = 20;

/// Starts the thread that looks, at an interval.
pub(super) fn start(
    gate: &Arc<Gate>,
    webhooks: WebhookFile,
    interval: Duration,
) -> std::io::Result<()> {
    let gate = Arc::clone(gate);
    let thread = Builder::new().name("stampbook-alerts".into());
    thread.spawn(move || {
        let mut told = String::new();
        let (mut seen, mut uses) = (None, 0);
        loop {
            let begun = Instant::now();
            match look(&gate, &webhooks, &mut seen, &mut uses) {
                Ok(()) => told.clear(),
                Err(Stop::Stopped) => return,
                Err(Stop::Later(why)) => {
                    // The same reason once.
                    if told != why {
                        tracing::warn!(why, "alerts could not be looked at; it is tried again");
                        told = why;
                    }
                }
            }
            // Where facts are many, looking takes a small share of the time nevertheless.
            if gate.rest(interval.max(begun.elapsed() * REST_LEAST)) {
                return;
            }
        }
    })?;
    Ok(())
}

/// Longest time that what was seen last is taken for what there is: a disk fills and a
/// backup grows old without an entry.
const SEEN_FOR: Duration = Duration::from_hours(1);

/// What was seen last: entries, what the service looked at, and when.
type Seen = (u64, Conditions, Instant);

/// Looks once, if entries came or something else changed since what was seen last. `uses` is
/// how often the facts had been used after the last look.
fn look(
    gate: &Gate,
    webhooks: &WebhookFile,
    seen: &mut Option<Seen>,
    uses: &mut u64,
) -> Result<(), Stop> {
    let beside = beside(gate, webhooks)?;
    let noted = beside.clone();
    let question = Report {
        name: Some("alerts".into()),
        ..Report::default()
    };
    let asked = question.clone();
    let (entries, basis) = gate.ask(move |ledger| {
        look_beside(ledger, noted);
        Ok((ledger.durable(), query::begin_ask(ledger, &asked)))
    })?;
    let is_known =
        |seen: &Seen| (seen.0, &seen.1) == (entries, &beside) && seen.2.elapsed() < SEEN_FOR;
    if seen.as_ref().is_some_and(is_known) {
        return Ok(());
    }
    let later = |error: query::Error| Stop::Later(error.to_string());
    let (Some(basis), _) = basis.map_err(later)? else {
        return Ok(());
    };
    let made = question.make_from(&basis).map_err(later)?.made;
    let is_alone = basis.uses() <= *uses + 1;
    for command in made.iter().flat_map(alert_commands) {
        // No amount of money is in it.
        let request = parse(command.to_string().as_bytes(), 0);
        let request = request.map_err(|bad| Stop::Later(bad.to_string()))?;
        gate.ask(move |ledger| ledger.submit(&request))?;
    }
    // Nobody else has asked since the last look. The ledger, which looks for an alert that
    // ends, has no use for them any more either.
    if is_alone {
        basis.let_go();
    }
    *uses = basis.uses();
    *seen = Some((entries, beside, Instant::now()));
    Ok(())
}

/// Has figures take in the journal on another thread before a change of an alert is sent: the
/// engine looks there whether the alert exists, and then finds them up to date.
pub(super) async fn read_up(service: &Service, request: &Request) {
    if let Verb::Office(Office::Alert(_)) = request.verb {
        let report = json!({"ask": "report", "name": "alerts"}).to_string();
        // If it has no answer, the engine takes the rest in by itself.
        drop(service.answered(report.into_bytes()).await);
    }
}

/// Conditions that the service alone can see: webhooks with dead letters, and the verification.
fn beside(gate: &Gate, webhooks: &WebhookFile) -> Result<Conditions, Stop> {
    let content = webhooks.content()?;
    let failing = content.webhooks.iter().filter_map(|webhook| {
        let dead = content
            .dead
            .iter()
            .filter(|letter| letter.webhook == webhook.id);
        let (count, id) = (dead.count() as u64, &webhook.id);
        (count > 0).then(|| Condition {
            kind: "webhook",
            subject: id.clone(),
            value: count,
            threshold: 0,
            text: (
                format!(
                    "webhook {id} gave up {}: see `stampbook webhook dead`",
                    counted(count, "message", "messages")
                ),
                format!("Webhook {id} 已放弃 {count} 条消息：见 `stampbook webhook dead`"),
            ),
        })
    });
    let verification = gate.with(|service| service.verification.trouble());
    let verification = verification.ok_or(Stop::Stopped)?.map(|why| Condition {
        kind: "verification",
        subject: String::new(),
        value: 1,
        threshold: 0,
        text: (
            format!("the verification of the journal did not hold: {why}"),
            format!("日志校验未通过：{why}"),
        ),
    });
    Ok(Conditions {
        kinds: vec!["webhook", "verification"],
        found: failing.chain(verification).collect(),
    })
}

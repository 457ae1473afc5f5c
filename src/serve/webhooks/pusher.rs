//! Threads that push messages: one for each webhook, so that a slow receiver delays no
//! other, and one that starts them.

use super::super::gate::{Gate, Stop};
use super::config::{DeadLetter, Webhook, WebhookFile};
use super::delivery::{Outcome, Sender, event, pause};
use super::window::{Item, Window};
use crate::command::parse;
use crate::engine::{self, Outgoing, Pulled};
use crate::model::{Instant, OutboxPosition};
use crate::storage::clock::{Clock, SystemClock};
use serde_json::json;
use std::collections::HashMap;
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

/// Messages that are pulled at once.
const PULL_MAX: usize = 100;
/// Most messages on their way.
const WINDOW_MAX: usize = 1_000;
/// Messages after which they are acknowledged, if more can be sent at once.
const ACKNOWLEDGE_EVERY: usize = 100;
/// Entries without a message for the webhook after which that is acknowledged.
const ENTRIES_MAX: u64 = 10_000;
/// Interval between looks at the file, and at the outbox after its end.
const INTERVAL: Duration = Duration::from_millis(500);

/// Starts pushing.
pub(in crate::serve) fn start(gate: &Arc<Gate>, file: WebhookFile) -> std::io::Result<()> {
    let gate = Arc::clone(gate);
    let thread = Builder::new().name("stampbook-webhooks".into());
    thread.spawn(move || supervise(&gate, &file))?;
    Ok(())
}

fn supervise(gate: &Arc<Gate>, file: &WebhookFile) {
    let mut running: HashMap<String, JoinHandle<()>> = HashMap::new();
    let mut was_readable = true;
    loop {
        running.retain(|_, thread| !thread.is_finished());
        let webhooks = file.list();
        if let (Err(trouble), true) = (&webhooks, was_readable) {
            tracing::error!("webhooks cannot be read: {trouble}");
        }
        was_readable = webhooks.is_ok();
        for webhook in webhooks.unwrap_or_default() {
            if webhook.is_disabled || running.contains_key(&webhook.id) {
                continue;
            }
            let id = webhook.id.clone();
            let pusher = Pusher::new(webhook, Arc::clone(gate), file.clone());
            let thread = Builder::new().name("stampbook-webhook".into());
            match thread.spawn(move || pusher.run()) {
                Ok(thread) => drop(running.insert(id, thread)),
                Err(error) => tracing::error!("no thread for a webhook: {error}"),
            }
        }
        if gate.rest(INTERVAL) {
            return;
        }
    }
}

/// The thread of one webhook.
struct Pusher {
    webhook: Webhook,
    sender: Sender,
    gate: Arc<Gate>,
    file: WebhookFile,
    window: Window,
    /// Origin of the ledger, for the events.
    origin: String,
    /// Position acknowledged last.
    acknowledged: Option<OutboxPosition>,
    /// Messages dealt with since then.
    unacknowledged: usize,
}

impl Pusher {
    fn new(webhook: Webhook, gate: Arc<Gate>, file: WebhookFile) -> Pusher {
        Pusher {
            sender: Sender::new(&webhook),
            webhook,
            gate,
            file,
            window: Window::default(),
            origin: String::new(),
            acknowledged: None,
            unacknowledged: 0,
        }
    }

    fn run(mut self) {
        let mut has_begun = false;
        loop {
            let turn = match has_begun {
                true => self.turn(),
                false => self.begin().map(|()| Duration::ZERO),
            };
            has_begun |= turn.is_ok();
            let pause = match turn {
                Ok(pause) => pause,
                Err(Stop::Stopped) => return,
                Err(Stop::Later(why)) => {
                    let webhook = &self.webhook.id;
                    tracing::warn!(webhook, why, "webhook waits");
                    INTERVAL
                }
            };
            if self.gate.rest(pause) || !self.is_wanted() {
                return;
            }
        }
    }

    /// True while the webhook is there as it was.
    fn is_wanted(&self) -> bool {
        match self.file.content() {
            Ok(content) => content.webhooks.contains(&self.webhook),
            // It goes on with what it knows.
            Err(_) => true,
        }
    }

    fn begin(&mut self) -> Result<(), Stop> {
        let name = self.webhook.consumer();
        let found = self.gate.ask(move |ledger| {
            let origin = ledger.checkpoint().checkpoint().origin().to_owned();
            Ok((ledger.global().acknowledged(&name), origin))
        })?;
        (self.acknowledged, self.origin) = found;
        self.window = Window::after(self.acknowledged);
        Ok(())
    }

    /// Pulls, sends one message if one is due, and acknowledges; returns the pause before
    /// the next turn.
    fn turn(&mut self) -> Result<Duration, Stop> {
        let mut is_end = true;
        if self.window.len() < WINDOW_MAX {
            is_end = self.pull()?;
        }
        let now = SystemClock.now_micros();
        let has_sent = self.send_next(now)? || self.send_again()?;
        let settled = self.window.settled();
        let is_idle = !has_sent && is_end;
        self.acknowledge(settled, is_idle)?;
        if !is_idle {
            return Ok(Duration::ZERO);
        }
        let next = self.window.next_at().unwrap_or(i64::MAX);
        let wait = u64::try_from(next.saturating_sub(now)).unwrap_or(0);
        Ok(Duration::from_micros(wait).min(INTERVAL))
    }

    /// Adds messages to those on their way; true if there are no more at present.
    fn pull(&mut self) -> Result<bool, Stop> {
        let after = self.window.pulled();
        let Pulled {
            messages,
            next,
            is_end,
        } = self
            .gate
            .ask(move |ledger| engine::outbox(ledger, after, PULL_MAX, false))?;
        for message in messages {
            let is_meant =
                self.webhook.wants(&message.template) && message.recorded >= self.webhook.since;
            if let (true, Ok(position)) = (is_meant, message.position.parse()) {
                self.window.add(position, message);
            }
        }
        self.window.note_pulled(next);
        Ok(is_end)
    }

    /// Sends the next message that is due; false if there is none.
    fn send_next(&mut self, now: i64) -> Result<bool, Stop> {
        let Some(item) = self.window.next_due(now) else {
            return Ok(false);
        };
        let (position, attempts) = (item.position, item.attempts);
        // Meanwhile its member may have withdrawn their consent or be erased, or the shop may
        // have withdrawn what it announces.
        let message = match attempts {
            0 if !item.message.can_be_withdrawn() => Some(item.message.clone()),
            _ => self.message_at(position)?,
        };
        let outcome = message.as_ref().map(|message| self.attempt(message));
        let done = match (&message, outcome) {
            (None, _) | (_, Some(Outcome::Delivered) | None) => true,
            (Some(_), Some(Outcome::Gone)) => {
                self.file.disable(&self.webhook.id, true)?;
                let webhook = &self.webhook.id;
                tracing::warn!(webhook, "webhook disabled: the receiver answered 410");
                return Ok(true);
            }
            (Some(message), Some(Outcome::Failed { why, pause: asked })) => {
                let attempts = attempts + 1;
                let is_over = attempts >= self.webhook.attempts_max;
                let is_buried = is_over && self.bury(message, attempts, &why)?;
                if !is_buried {
                    let pause = pause(&self.webhook, &message.id, attempts);
                    let pause = pause.max(asked.unwrap_or_default());
                    let micros = i64::try_from(pause.as_micros()).unwrap_or(i64::MAX);
                    let next = SystemClock.now_micros().saturating_add(micros);
                    self.mark(position, |item| item.failed(next));
                }
                is_buried
            }
        };
        if done {
            self.mark(position, Item::done);
            self.unacknowledged += 1;
        }
        Ok(true)
    }

    fn mark(&mut self, position: OutboxPosition, mark: impl FnOnce(&mut Item)) {
        if let Some(item) = self.window.item(position) {
            mark(item);
        }
    }

    fn attempt(&self, message: &Outgoing) -> Outcome {
        let body = event(&self.origin, message);
        let seconds = SystemClock.now_micros().div_euclid(1_000_000);
        let outcome = self.sender.send(&message.id, seconds, &body);
        let (webhook, id) = (self.webhook.id.as_str(), message.id.as_str());
        let (word, why) = match &outcome {
            Outcome::Delivered => ("delivered", ""),
            Outcome::Gone => ("gone", ""),
            Outcome::Failed { why, .. } => ("failed", why.as_str()),
        };
        tracing::info!(webhook, id, outcome = word, why, "webhook");
        self.gate
            .with(|service| service.metrics.count_webhook(word));
        outcome
    }

    fn bury(&self, message: &Outgoing, attempts: u32, why: &str) -> Result<bool, Stop> {
        let letter = DeadLetter {
            webhook: self.webhook.id.clone(),
            position: message.position.clone(),
            message: message.id.clone(),
            template: message.template.clone(),
            at: Instant(SystemClock.now_micros()).display(0),
            attempts,
            why: why.to_owned(),
            is_waiting: false,
        };
        self.gate
            .with(|service| service.metrics.count_webhook("given_up"));
        Ok(self.file.bury(letter)?)
    }

    /// Sends a dead letter that somebody wants sent again; false if there is none.
    fn send_again(&mut self) -> Result<bool, Stop> {
        let content = self.file.content()?;
        let mut dead = content.dead.iter();
        let is_meant = |l: &&DeadLetter| l.webhook == self.webhook.id && l.is_waiting;
        let Some(letter) = dead.find(is_meant) else {
            return Ok(false);
        };
        let message = match letter.position.parse() {
            Ok(position) => self.message_at(position)?,
            Err(_) => None,
        };
        match message.map(|message| (self.attempt(&message), message)) {
            Some((Outcome::Failed { why, .. }, message)) => {
                self.bury(&message, letter.attempts + 1, &why)?;
            }
            Some((Outcome::Gone, _)) => drop(self.file.disable(&self.webhook.id, true)?),
            Some((Outcome::Delivered, _)) | None => self.file.forget(letter)?,
        }
        Ok(true)
    }

    /// The message at a position, as it may be sent now.
    fn message_at(&self, position: OutboxPosition) -> Result<Option<Outgoing>, Stop> {
        let before = match (position.index.checked_sub(1), position.seq.checked_sub(1)) {
            (Some(index), _) => Some(OutboxPosition { index, ..position }),
            (None, Some(seq)) => Some(OutboxPosition::behind(seq)),
            (None, None) => None,
        };
        let pulled = self
            .gate
            .ask(move |ledger| engine::outbox(ledger, before, 1, false))?;
        let mut messages = pulled.messages.into_iter();
        Ok(messages.find(|m| m.position == position.to_string()))
    }

    /// Acknowledges from time to time, and when nothing else is to be done.
    fn acknowledge(&mut self, settled: Option<OutboxPosition>, is_idle: bool) -> Result<(), Stop> {
        let Some(to) = settled.filter(|to| Some(*to) > self.acknowledged) else {
            return Ok(());
        };
        let is_far = to
            .seq
            .saturating_sub(self.acknowledged.map_or(0, |at| at.seq))
            > ENTRIES_MAX;
        let is_enough = self.unacknowledged >= ACKNOWLEDGE_EVERY;
        if !(is_far || is_enough || is_idle && self.unacknowledged > 0) {
            return Ok(());
        }
        let command = json!({
            "do": "acknowledge",
            "key": format!("webhook/{}/{to}", self.webhook.id),
            "consumer": self.webhook.consumer(),
            "position": to.to_string(),
        });
        // No amount of money is in it.
        let request = parse(command.to_string().as_bytes(), 0);
        let request = request.map_err(|bad| Stop::Later(bad.to_string()))?;
        let answer = self.gate.ask(move |ledger| ledger.submit(&request))?;
        match answer.is_ok() {
            true => {
                (self.acknowledged, self.unacknowledged) = (Some(to), 0);
                Ok(())
            }
            // Somebody else acknowledged further.
            false => self.begin(),
        }
    }
}

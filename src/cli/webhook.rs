//! `stampbook webhook`: addresses to which the service pushes messages.

use super::desk::secrets_alone;
use super::options::Cli;
use super::print::{ErrorCode, Exit, Failure, Printer, row};
use crate::model::Instant;
use crate::serve::webhooks::{Outcome, Sender, Webhook, WebhookFile, Wish, test_event};
use crate::storage::clock::{Clock, SystemClock};
use clap::{Args, Subcommand};
use serde_json::json;

/// Webhooks: addresses to which `stampbook serve` pushes the messages of the outbox, as
/// CloudEvents (structured mode), signed by Standard Webhooks (`webhook-id`,
/// `webhook-timestamp`, `webhook-signature`). Each message is sent at least once, and to
/// each member in order; whoever receives them knows a repetition by `webhook-id`.
///
/// A message that is not answered with a status from 200 to 299 is sent again after longer
/// and longer pauses; after the last attempt it is a dead letter, which `webhook resend`
/// sends again. Redirects are not followed, and no connection is made to an address of
/// this machine or of a private network, whatever name leads there, unless that was
/// allowed when the webhook was made. What is changed holds at once, also while the
/// service runs.
#[derive(Subcommand, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Examples:
  stampbook webhook add https://mail.example/stampbook --events welcome,points-changed
  stampbook webhook list")]
pub enum WebhookCommand {
    /// Makes a webhook, and shows its secret this once.
    #[command(after_help = "Example:\n  stampbook webhook add https://mail.example/stampbook")]
    Add(AddArgs),
    /// Shows the webhooks, without their secrets.
    #[command(after_help = "Example:\n  stampbook webhook list")]
    List,
    /// Pauses a webhook; what comes meanwhile is sent once it is enabled.
    #[command(after_help = "Example:\n  stampbook webhook disable 4f1c09ab")]
    Disable(Named),
    /// Has a webhook send again.
    #[command(after_help = "Example:\n  stampbook webhook enable 4f1c09ab")]
    Enable(Named),
    /// Removes a webhook with its dead letters.
    #[command(after_help = "Example:\n  stampbook webhook remove 4f1c09ab")]
    Remove(Named),
    /// Sends an event of the type `stampbook.test`, and says what came of it.
    #[command(after_help = "Example:\n  stampbook webhook test 4f1c09ab")]
    Test(Named),
    /// Shows the messages that were given up.
    #[command(after_help = "Example:\n  stampbook webhook dead")]
    Dead,
    /// Has the service send dead letters again.
    #[command(after_help = "\
Examples:
  stampbook webhook resend
  stampbook webhook resend --webhook 4f1c09ab --position 4711.2")]
    Resend(ResendArgs),
}

/// A webhook by its id.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
pub struct Named {
    /// The webhook's id, as `webhook list` shows it.
    pub id: String,
}

/// The webhook to be made.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
pub struct AddArgs {
    /// Address that messages are sent to: https.
    pub url: String,
    /// Templates of messages that are sent; absent: all.
    #[arg(long, value_name = "TEMPLATE", value_delimiter = ',')]
    pub events: Vec<String>,
    /// Messages from before now, too.
    #[arg(long)]
    pub earlier: bool,
    /// Takes an address that begins with http:// and is this machine.
    #[arg(long)]
    pub allow_http: bool,
    /// Takes an address of a private network or of this machine, also if a name leads
    /// there; else the service connects to none.
    #[arg(long)]
    pub allow_private: bool,
    /// Attempts after which a message is a dead letter.
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=20))]
    pub attempts: u32,
    /// Seconds before the second attempt; each later pause is four times as long, up to six
    /// hours.
    #[arg(long, value_name = "SECONDS", default_value_t = 5, value_parser = clap::value_parser!(u32).range(0..=3600))]
    pub retry_after: u32,
    /// Seconds within which an attempt must be answered.
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=60))]
    pub timeout: u32,
}

/// Which dead letters are sent again.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
pub struct ResendArgs {
    /// Only of this webhook.
    #[arg(long, value_name = "ID")]
    pub webhook: Option<String>,
    /// Only the one at this position.
    #[arg(long, value_name = "POSITION")]
    pub position: Option<String>,
}

impl WebhookCommand {
    /// Changes or shows the file of webhooks; needs no lock of the ledger.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        let file = WebhookFile::new(&secrets_alone(cli)?);
        let known = |is_known: bool, id: &str| match is_known {
            true => Ok(()),
            false => Err(Failure::bad_input(format!("no webhook has the id {id}"))
                .hint("`stampbook webhook list` shows the ids")),
        };
        let said = match self {
            WebhookCommand::Add(args) => return args.run(&file, out),
            WebhookCommand::List => return list(&file, out),
            WebhookCommand::Dead => return dead(&file, out),
            WebhookCommand::Test(named) => {
                let webhooks = file.list()?;
                let found = webhooks.iter().find(|webhook| webhook.id == named.id);
                known(found.is_some(), &named.id)?;
                return found.map_or(Ok(Exit::Done), |webhook| test(webhook, out));
            }
            WebhookCommand::Disable(named) => {
                known(file.disable(&named.id, true)?, &named.id)?;
                format!("{} sends nothing until it is enabled", named.id)
            }
            WebhookCommand::Enable(named) => {
                known(file.disable(&named.id, false)?, &named.id)?;
                format!("{} sends again", named.id)
            }
            WebhookCommand::Remove(named) => {
                known(file.remove(&named.id)?, &named.id)?;
                format!("{} is removed", named.id)
            }
            WebhookCommand::Resend(args) => {
                let count = file.resend(args.webhook.as_deref(), args.position.as_deref())?;
                out.line(format!(
                    "{count} dead letters are sent again by the service"
                ))?;
                return out.done(&json!({"ok": true, "resent": count}));
            }
        };
        out.line(said)?;
        out.done(&json!({"ok": true}))
    }
}

impl AddArgs {
    fn run(&self, file: &WebhookFile, out: &mut Printer) -> Result<Exit, Failure> {
        let made = file.add(Wish {
            url: self.url.clone(),
            events: self.events.clone(),
            has_earlier: self.earlier,
            allows_http: self.allow_http,
            allows_private: self.allow_private,
            attempts_max: self.attempts,
            retry_after: self.retry_after,
            timeout: self.timeout,
        })?;
        let (webhook, secret) =
            made.map_err(|why| Failure::bad_input(format!("{}: {why}", self.url)))?;
        out.note(format!(
            "the secret of webhook {}, shown this once: its receiver checks signatures with it",
            webhook.id
        ));
        out.line(&secret)?;
        out.done(&json!({"ok": true, "id": webhook.id, "secret": secret}))
    }
}

fn list(file: &WebhookFile, out: &mut Printer) -> Result<Exit, Failure> {
    let webhooks = file.list()?;
    let rows = webhooks.iter().map(|w| {
        let state = if w.is_disabled { "disabled" } else { "" };
        let events = match w.events.is_empty() {
            true => "all".into(),
            false => w.events.join(", "),
        };
        row(&[&w.id, &w.url, &events, &state, &w.created])
    });
    let head = ["id", "url", "events", "state", "created"];
    out.table_or("there is no webhook", &head, rows)?;
    let all: Vec<_> = webhooks.iter().map(Webhook::shown).collect();
    out.done(&json!({"ok": true, "webhooks": all}))
}

fn dead(file: &WebhookFile, out: &mut Printer) -> Result<Exit, Failure> {
    let dead = file.dead()?;
    let rows = dead.iter().map(|l| {
        let state = if l.is_waiting { "to be sent again" } else { "" };
        row(&[
            &l.webhook,
            &l.position,
            &l.template,
            &l.at,
            &l.attempts,
            &l.why,
            &state,
        ])
    });
    let head = [
        "webhook", "position", "template", "given up", "attempts", "why", "state",
    ];
    out.table_or("there is no dead letter", &head, rows)?;
    out.done(&json!({"ok": true, "dead": dead}))
}

fn test(webhook: &Webhook, out: &mut Printer) -> Result<Exit, Failure> {
    let now = SystemClock.now_micros();
    let id = format!("test_{now}");
    let event = test_event(&id, &Instant(now).display(0));
    match Sender::new(webhook).send(&id, now.div_euclid(1_000_000), &event) {
        Outcome::Delivered => {
            out.line("the receiver has taken it")?;
            out.done(&json!({"ok": true, "message": id}))
        }
        Outcome::Gone => Err(not_taken(
            "it answered 410: it wants no more messages".into(),
        )),
        Outcome::Failed { why, .. } => Err(not_taken(why)),
    }
}

fn not_taken(why: String) -> Failure {
    Failure::new(
        ErrorCode::Io,
        format!("the receiver has not taken it: {why}"),
    )
    .hint("check the address, and that it answers with a status from 200 to 299")
}

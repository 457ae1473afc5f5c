//! `stampbook alert`

use super::desk::request_of;
use super::options::Cli;
use super::print::{Exit, Failure, Printer, cell, row};
use crate::command::{parse, raw};
use crate::engine::Ledger;
use crate::page::{self, Alert, Lang};
use crate::query::{self, Made, Read, Report, alert_commands};
use clap::Subcommand;
use serde_json::json;

/// Shows alerts, and acknowledges them: what somebody should see to, by the thresholds of
/// `[alerts]` in programme.toml, and of the machine and the service.
#[derive(Subcommand, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Examples:
  stampbook alert list
  stampbook alert acknowledge utilisation --by Lena --reason 'new rewards from May'")]
pub enum AlertCommand {
    /// All alerts, the acknowledged ones too.
    #[command(after_help = "Example:\n  stampbook alert list")]
    List {
        /// Language: en or zh.
        #[arg(long, visible_alias = "lang", default_value = "en")]
        language: Lang,
    },
    /// Somebody has seen to an alert: it stays quiet until it ends and comes again, or gets
    /// worse by a tenth of its threshold.
    #[command(
        mut_arg("by", |arg| arg.required(true)),
        after_help = "Example:\n  stampbook alert acknowledge utilisation --by Lena"
    )]
    Acknowledge(Box<raw::Alert>),
}

/// The alerts as they are now.
pub(super) fn made(
    ledger: &mut Ledger,
    out: &Printer,
) -> Result<Option<(Made, Vec<Alert>)>, Failure> {
    alerts_in(Lang::English, ledger, out)
}

fn alerts_in(
    lang: Lang,
    ledger: &mut Ledger,
    out: &Printer,
) -> Result<Option<(Made, Vec<Alert>)>, Failure> {
    let question = Report {
        name: Some("alerts".into()),
        ..Report::default()
    };
    let (Some(basis), read_at) = query::begin_ask(ledger, &question)? else {
        return Ok(None);
    };
    let reply = out.beside(ledger, || question.make_from(&basis))??;
    let made = reply.made.clone();
    let told = Read { reply, read_at }.to_json()?;
    Ok(made.map(|made| (made, page::alerts(lang, &told))))
}

/// Records which alerts began and which are over.
pub(super) fn record(ledger: &mut Ledger, made: &Made) -> Result<(), Failure> {
    let digits = ledger.programme()?.digits;
    for command in alert_commands(made) {
        let request = parse(command.to_string().as_bytes(), digits)?;
        ledger.submit(&request)?;
    }
    Ok(())
}

impl AlertCommand {
    /// Shows alerts, or acknowledges one.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        match self {
            AlertCommand::List { language } => cli.reading("report", out, |ledger, out| {
                let alerts = alerts_in(*language, ledger, out)?;
                let alerts = alerts.map(|(_, alerts)| alerts);
                show(&alerts.unwrap_or_default(), out)
            }),
            AlertCommand::Acknowledge(asked) => cli.at_desk("alert", out, |ledger, out| {
                let alerts = made(ledger, out)?.map(|(_, alerts)| alerts);
                let alerts = alerts.unwrap_or_default();
                let found = alerts.iter().find(|alert| *alert.id == *asked.alert);
                // The ledger refuses one that is not there.
                let acknowledge = raw::Alert {
                    action: "acknowledge".into(),
                    value: found.and_then(|found| found.value.as_deref().map(Into::into)),
                    text: found.map(|found| found.text.as_str().into()),
                    text_zh: found.map(|found| found.text_zh.as_str().into()),
                    ..raw::Alert::clone(asked)
                };
                let request = request_of(ledger, acknowledge.into())?;
                let answer = ledger.submit(&request)?;
                out.answer(&answer)
            }),
        }
    }
}

fn show(alerts: &[Alert], out: &mut Printer) -> Result<Exit, Failure> {
    if alerts.is_empty() {
        out.line("no alerts")?;
    }
    let rows = alerts.iter().map(|alert| {
        let by = match alert.reason.as_str() {
            "" => alert.by.clone(),
            reason => format!("{}: {reason}", alert.by),
        };
        let entry = cell(alert.entry.as_ref());
        row(&[&alert.id, &alert.state, &entry, &by, &alert.text])
    });
    out.table(&["alert", "state", "entry", "by", "what"], rows)?;
    let told = alerts.iter().map(|alert| {
        json!({
            "id": alert.id,
            "state": alert.state,
            "entry": alert.entry,
            "by": alert.by,
            "reason": alert.reason,
            "text": alert.text,
            "text_zh": alert.text_zh,
        })
    });
    out.done(&json!({"ok": true, "alerts": told.collect::<Vec<_>>()}))
}

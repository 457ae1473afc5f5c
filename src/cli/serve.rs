//! `stampbook serve`

use super::args::Cli;
use super::desk::check_secrets;
use super::print::{ErrorCode, Exit, Failure, Printer};
use crate::embed::{self, Ledger};
use crate::engine;
use crate::serve::{Bound, Error, Limits};
use clap::Args;
use serde_json::json;
use std::net::SocketAddr;

/// Opens the ledger and serves it over HTTP until the process is told to stop
/// (SIGTERM, SIGINT); then it answers what it has accepted, and closes the ledger.
/// Commands that clients send at the same time become durable with one sync.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook serve --listen 127.0.0.1:7311
  curl -H 'Content-Type: application/json' http://127.0.0.1:7311/v1/commands \\
    -d '{\"do\":\"purchase\",\"key\":\"till-1/000812\",\"member\":\"card:6900012345\",\"total\":\"3.50\"}'")]
pub struct ServeArgs {
    /// Address and port; port 0 takes a free one, which is told.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:7311")]
    pub listen: SocketAddr,
    /// Commands that wait for the ledger; those that come when so many wait are told to
    /// come again.
    #[arg(long, value_name = "N", default_value_t = 2000, value_parser = clap::value_parser!(u16).range(1..))]
    pub queue_max: u16,
}

impl ServeArgs {
    /// Serves until the process is told to stop.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        let folders = cli.folders();
        check_secrets(&folders)?;
        let bound = Bound::new(self.listen).map_err(|e| not_bound(self.listen, &e))?;
        let (opened_by, at) = (cli.clone(), folders.clone());
        // Shown to other processes that find the ledger locked.
        let purpose = format!("serve at {}", bound.url());
        let open = move || engine::Ledger::open(&at, opened_by.options(&purpose)?);
        let ledger = Ledger::open_by(open, self.queue_max.into())?;
        for note in ledger.with(|ledger| ledger.notes().to_vec())? {
            out.note(format!("note: {note}"));
        }
        let (url, secrets) = (bound.url(), folders.secrets.display().to_string());
        let data = folders.ledger.display().to_string();
        if out.is_json() {
            out.json(&json!({"ok": true, "listen": url, "ledger": data, "secrets": secrets}))?;
        } else {
            out.line(format!("listening on {url}"))?;
            out.line(format!(
                "data: {data} (back it up: its journal is the truth)"
            ))?;
            out.line(format!(
                "keys and vault: {secrets} (back it up apart from the data, and to fewer people)"
            ))?;
        }
        out.flush()?;
        bound.serve(ledger, Limits::default())?;
        Ok(Exit::Done)
    }
}

fn not_bound(listen: SocketAddr, error: &std::io::Error) -> Failure {
    let message = format!("--listen {listen}: {error}");
    match error.kind() {
        std::io::ErrorKind::InvalidInput => Failure::bad_input(message),
        _ => Failure::new(ErrorCode::Io, message).hint("name another address or port"),
    }
}

impl From<embed::Error> for Failure {
    fn from(error: embed::Error) -> Failure {
        match error.into_engine() {
            Ok(error) => error.into(),
            Err(shared) => Failure::internal(shared.to_string()),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        match error {
            Error::Io(error) => Failure::new(ErrorCode::Io, format!("the service: {error}")),
            Error::Ledger(error) => error.into(),
        }
    }
}

//! A command line that a client sent to the service, run there on the open ledger.

use super::options::Cli;
use super::sent::{Returned, Sent};
use super::visit::{Page, Visit};
use super::{parsed, run};
use crate::embed::YieldPoint;
use crate::engine::{Folders, Ledger};
use crate::serve::Share;
use std::ffi::OsString;

/// A ledger on loan, and the way to let others work in between.
type Loan<'y> = (Box<Ledger>, &'y YieldPoint);

/// Runs a command line that a client sent, on a lent ledger if it needs one. Returns the
/// ledger, unless it must be opened again, and the result as JSON.
pub(super) fn visit(
    folders: &Folders,
    loan: Option<Loan<'_>>,
    sent: &[u8],
    share: &Share,
) -> (Option<Box<Ledger>>, Vec<u8>) {
    let version = env!("CARGO_PKG_VERSION");
    let (ledger, returned) = match serde_json::from_slice::<Sent>(sent) {
        Ok(sent) if sent.version == version => carry_out(folders, loan, sent, share),
        Ok(_) | Err(_) => (
            loan.map(|loan| loan.0),
            Returned::OtherVersion(version.into()),
        ),
    };
    (ledger, serde_json::to_vec(&returned).unwrap_or_default())
}

fn carry_out(
    folders: &Folders,
    loan: Option<Loan<'_>>,
    sent: Sent,
    share: &Share,
) -> (Option<Box<Ledger>>, Returned) {
    let (ledger, yield_point) = match loan {
        Some((ledger, yield_point)) => (Some(ledger), Some(yield_point.clone())),
        None => (None, None),
    };
    let words = std::iter::once("stampbook".to_owned()).chain(sent.words);
    let words: Vec<OsString> = words.map(OsString::from).collect();
    let Ok(line) = parsed(&words) else {
        // The client has parsed them, so its program is another one.
        let version = format!("another build of {}", sent.version);
        return (ledger, Returned::OtherVersion(version));
    };
    let cli = Cli {
        ledger: folders.ledger.clone(),
        secrets: Some(folders.secrets.clone()),
        ..line.cli
    };
    let page = Page::default();
    let mut printer = page.printer(cli.json);
    printer.visit = Some(Visit {
        ledger,
        yield_point,
        share: share.clone(),
        inputs: sent.inputs,
        new_files: Vec::new(),
        page: page.clone(),
    });
    let exit = run::carry_out(&cli, &line.command, &mut printer);
    let exit = exit.unwrap_or_else(|failure| printer.failure(&failure));
    let (ledger, new_files) = match printer.visit.take() {
        Some(visit) => (visit.ledger, visit.new_files),
        None => (None, Vec::new()),
    };
    let ran = Returned::Ran {
        exit,
        printed: page.printed(),
        new_files,
    };
    (ledger, ran)
}

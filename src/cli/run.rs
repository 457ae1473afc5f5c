//! Dispatch of commands: of those that are typed, and of those that a client sent to the
//! service.

use super::args::{Arguments, Command};
use super::desk::tell_exposure;
use super::forward::forward;
use super::office::{CostCommand, GoalCommand, PeriodCommand};
use super::options::Cli;
use super::parsed;
use super::print::{Exit, Failure, Printer};
use super::sent::{Returned, Sent};
use super::visit::{Loan, Page, Visit};
use super::{balance, day, explain, import_run, slip, statement};
use crate::command::raw;
use crate::engine::{Folders, Ledger};
use crate::serve::Progress;
use clap::CommandFactory;
use std::ffi::OsString;

/// Runs the command that the arguments name, by the service that has the ledger open
/// if there is one.
pub fn run(line: Arguments, out: &mut Printer) -> Result<Exit, Failure> {
    if let Some(exit) = forward(&line, out)? {
        return Ok(exit);
    }
    carry_out(&line.cli, &line.command, out)
}

/// Runs the command in this process.
pub(super) fn carry_out(cli: &Cli, command: &Command, out: &mut Printer) -> Result<Exit, Failure> {
    match command {
        Command::Init(args) => args.run(cli, out),
        Command::Member(args) => args.run(cli, out),
        Command::Quote(args) => args.run(cli, out),
        Command::Purchase(args) => cli.book("purchase", out, raw::Purchase::clone(args)),
        Command::Ticket(args) => cli.book("ticket", out, raw::Ticket::clone(args)),
        Command::Return(args) => cli.book("return", out, args.clone()),
        Command::Redeem(args) => cli.book("redeem", out, args.clone()),
        Command::Hold(args) => cli.book("hold", out, args.clone()),
        Command::Capture(args) => cli.book("capture", out, args.clone()),
        Command::Release(args) => cli.book("release", out, args.clone()),
        Command::Transfer(args) => args.run(cli, out),
        Command::Household(args) => args.run(cli, out),
        Command::Claim(args) => cli.book("claim", out, args.clone()),
        Command::Voucher(args) => args.run(cli, out),
        Command::Unlock(args) => cli.book("unlock", out, args.clone()),
        Command::Activity(args) => cli.book("activity", out, args.raw()?),
        Command::Consent(args) => cli.book("consent", out, args.verb()),
        Command::Note(args) => cli.book("note", out, args.clone()),
        Command::Void(args) => cli.book("void", out, args.clone()),
        Command::Reassign(args) => cli.book("reassign", out, args.clone()),
        Command::Amend(args) => cli.book("amend", out, raw::Amend::clone(args)),
        Command::Adjust(args) => cli.book("adjust", out, args.clone()),
        Command::Campaign(args) => args.run(cli, out),
        Command::Partner(args) => args.run(cli, out),
        Command::Pool(args) => args.run(cli, out),
        Command::Pass(args) => args.run(cli, out),
        Command::Members(args) => args.run(cli, out),
        Command::Lookup(args) => args.run(cli, out),
        Command::Balance(asked) => cli.ask("balance", asked, out, balance::print),
        Command::Statement(asked) => cli.ask("statement", asked, out, statement::print),
        Command::Explain(asked) => cli.ask("explain", asked, out, explain::print),
        Command::Day(asked) => day::ask(cli, asked, out, day::print),
        Command::Report(args) => args.run(cli, out),
        Command::Export(args) => args.run(cli, out),
        Command::Find(args) => args.run(cli, out),
        Command::Slip(asked) => cli.ask("slip", asked, out, slip::print),
        Command::Queue(args) => args.run(cli, out),
        Command::Do(args) => args.run(cli, out),
        Command::Import(args) => import_run::run(args, cli, out),
        Command::Session(args) => args.run(cli, out),
        Command::Serve(args) => args.run(cli, out, visit),
        Command::Shift(args) => args.run(cli, out),
        Command::Supervisor(args) => args.run(cli, out),
        Command::Terminal(args) => args.run(cli, out),
        Command::Token(args) => args.run(cli, out),
        Command::Daily(args) => args.run(cli, out),
        Command::Policy(args) => args.run(cli, out),
        Command::Goal(GoalCommand::Set(goal)) => cli.book("goal", out, goal.clone()),
        Command::Alert(args) => args.run(cli, out),
        Command::Cost(CostCommand::Add(cost)) => cli.book("cost", out, cost.clone()),
        Command::Period(PeriodCommand::Close(period)) => cli.book("period", out, period.clone()),
        Command::Opening(args) => cli.book("opening", out, args.clone()),
        Command::Outbox(args) => args.run(cli, out),
        Command::Webhook(args) => args.run(cli, out),
        Command::Redecide(args) => args.run(cli, out),
        Command::Audit(args) => {
            tell_exposure(cli, out);
            args.run(cli, out)
        }
        Command::CorrectClock(args) => args.run(cli, out),
        Command::Rebuild(args) => args.run(cli, out),
        Command::Recover(args) => args.run(cli, out),
        Command::Backup(args) => args.run(cli, out),
        Command::Restore(args) => args.run(cli, out),
        Command::Errors(args) => args.run(out),
        Command::Schema(args) => args.run(out),
        Command::Completions(args) => args.run(Arguments::command(), out),
        Command::Man(args) => args.run(Arguments::command(), out),
        Command::Demo(args) => args.run(out),
    }
}

/// Runs a command line that a client sent, on a lent ledger if it needs one. Returns the
/// ledger, unless it must be opened again, and the result as JSON.
pub(super) fn visit(
    folders: &Folders,
    loan: Option<Loan<'_>>,
    sent: &[u8],
    share: &Progress,
) -> (Option<Box<Ledger>>, Vec<u8>) {
    let version = env!("CARGO_PKG_VERSION");
    let (ledger, returned) = match serde_json::from_slice::<Sent>(sent) {
        Ok(sent) if sent.version == version => carry_out_for(folders, loan, sent, share),
        Ok(_) | Err(_) => (
            loan.map(|loan| loan.0),
            Returned::OtherVersion(version.into()),
        ),
    };
    (ledger, serde_json::to_vec(&returned).unwrap_or_default())
}

fn carry_out_for(
    folders: &Folders,
    loan: Option<Loan<'_>>,
    sent: Sent,
    share: &Progress,
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
    let exit = carry_out(&cli, &line.command, &mut printer);
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

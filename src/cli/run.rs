//! Dispatch of commands.

use super::args::{Arguments, Command};
use super::desk::tell_exposure;
use super::forward::forward;
use super::office::{CostCommand, GoalCommand, PeriodCommand};
use super::options::Cli;
use super::print::{Exit, Failure, Printer};
use super::{balance, day, explain, slip, statement};
use crate::command::raw;

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
        Command::Consent(args) => cli.book("consent", out, args.raw()),
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
        Command::Import(args) => args.run(cli, out),
        Command::Session(args) => args.run(cli, out),
        Command::Serve(args) => args.run(cli, out),
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
        Command::Completions(args) => args.run(out),
        Command::Man(args) => args.run(out),
        Command::Demo(args) => args.run(out),
    }
}

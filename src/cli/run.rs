//! Which command does what.

use super::args::{Cli, Command};
use super::print::{Exit, Failure, Printer};

/// Runs the command that the arguments name.
pub fn run(cli: Cli, out: &mut Printer) -> Result<Exit, Failure> {
    match &cli.command {
        Command::Init(args) => args.run(&cli, out),
        Command::Member(args) => args.run(&cli, out),
        Command::Quote(args) => args.run(&cli, out),
        Command::Purchase(args) => cli.book("purchase", out, &**args),
        Command::Return(args) => cli.book("return", out, args),
        Command::Redeem(args) => cli.book("redeem", out, args),
        Command::Hold(args) => cli.book("hold", out, args),
        Command::Capture(args) => cli.book("capture", out, args),
        Command::Release(args) => cli.book("release", out, args),
        Command::Transfer(args) => args.run(&cli, out),
        Command::Household(args) => args.run(&cli, out),
        Command::Claim(args) => cli.book("claim", out, args),
        Command::Voucher(args) => args.run(&cli, out),
        Command::Activity(args) => cli.book("activity", out, args),
        Command::Consent(args) => cli.book("consent", out, args),
        Command::Void(args) => cli.book("void", out, args),
        Command::Adjust(args) => cli.book("adjust", out, args),
        Command::Campaign(args) => args.run(&cli, out),
        Command::Partner(args) => args.run(&cli, out),
        Command::Pool(args) => args.run(&cli, out),
        Command::Pass(args) => args.run(&cli, out),
        Command::Balance(args) => args.run(&cli, out),
        Command::Statement(args) => args.run(&cli, out),
        Command::Explain(args) => args.run(&cli, out),
        Command::Find(args) => args.run(&cli, out),
        Command::Do(args) => args.run(&cli, out),
        Command::Import(args) => args.run(&cli, out),
        Command::Session(args) => args.run(&cli, out),
        Command::Daily(args) => args.run(&cli, out),
        Command::Policy(args) => args.run(&cli, out),
        Command::Goal(args) => cli.book("goal", out, args),
        Command::Cost(args) => cli.book("cost", out, args),
        Command::Period(args) => cli.book("period", out, args),
        Command::Opening(args) => cli.book("opening", out, args),
        Command::Outbox(args) => args.run(&cli, out),
        Command::Redecide(args) => args.run(&cli, out),
        Command::Audit(args) => args.run(&cli.ledger, out),
        Command::Rebuild(args) => args.run(&cli, out),
        Command::Schema(args) => args.run(out),
        Command::Demo(args) => args.run(out),
    }
}

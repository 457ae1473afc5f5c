//! Which command does what.

use super::args::{Cli, Command};
use super::print::{Exit, Failure, Printer};

/// Runs the command that the arguments name.
pub fn run(cli: Cli, out: &mut Printer) -> Result<Exit, Failure> {
    match &cli.command {
        Command::Init(args) => args.run(&cli, out),
        Command::Member(_) => Err(Failure::internal("later")),
        Command::Quote(_) => Err(Failure::internal("later")),
        Command::Purchase(args) => cli.book("purchase", out, &**args),
        Command::Return(args) => cli.book("return", out, args),
        Command::Redeem(args) => cli.book("redeem", out, args),
        Command::Void(args) => cli.book("void", out, args),
        Command::Adjust(args) => cli.book("adjust", out, args),
        Command::Campaign(args) => cli.book("campaign", out, args),
        Command::Balance(_) => Err(Failure::internal("later")),
        Command::Statement(_) => Err(Failure::internal("later")),
        Command::Explain(_) => Err(Failure::internal("later")),
        Command::Find(_) => Err(Failure::internal("later")),
        Command::Do(args) => args.run(&cli, out),
        Command::Import(args) => args.run(&cli, out),
        Command::Session(args) => args.run(&cli, out),
        Command::Daily(args) => args.run(&cli, out),
        Command::Policy(_) => Err(Failure::internal("later")),
        Command::Redecide(_) => Err(Failure::internal("later")),
        Command::Audit(args) => args.run(&cli.ledger, out),
        Command::Rebuild(args) => args.run(&cli, out),
        Command::Schema(args) => args.run(out),
        Command::Demo(_) => Err(Failure::internal("later")),
    }
}

//! The command line: arguments as plain data, one file per command, and one
//! place that prints.

pub mod activity;
pub mod adjust;
pub mod args;
mod asking;
pub mod audit;
pub mod balance;
pub mod campaign;
mod campaigning;
pub mod claim;
pub mod consent;
mod costing;
pub mod daily;
pub mod demo;
mod demonstrating;
mod desk;
pub mod do_one;
pub mod explain;
mod explaining;
mod exporting;
pub mod find;
pub mod hold;
pub mod household;
pub mod import;
mod importing;
pub mod init;
pub mod member;
pub mod merge;
mod new_file;
pub mod office;
pub mod outbox;
pub mod partner;
pub mod pass;
mod policies;
pub mod policy;
pub mod policy_check;
pub mod policy_test;
pub mod pool;
pub mod print;
mod programme;
pub mod progress;
pub mod purchase;
pub mod quote;
pub mod rebuild;
pub mod redecide;
pub mod redeem;
pub mod returns;
mod run;
pub mod schema;
pub mod session;
pub mod show;
pub mod statement;
mod telling;
pub mod transfer;
mod trouble;
pub mod void;
pub mod voucher;

#[cfg(test)]
mod tests;

pub use args::{Cli, Command, HeadArgs};
pub use print::{Exit, Failure, Printer};
pub use run::run;

use clap::Parser;
use std::process::ExitCode;

/// Reads the arguments, runs the command they name, prints what failed, and
/// says it all in the exit code.
pub fn start(run: impl FnOnce(Cli, &mut Printer) -> Result<Exit, Failure>) -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(help) => {
            // A broken pipe while printing help is nobody's trouble.
            let _ = help.print();
            return ExitCode::from(help.exit_code() as u8);
        }
    };
    let mut printer = Printer::new(cli.json, cli.color);
    let exit = run(cli, &mut printer).unwrap_or_else(|failure| printer.failure(&failure));
    exit.into()
}

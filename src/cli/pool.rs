//! `stampbook pool`

use super::args::Cli;
use super::print::{Exit, Failure, Printer};
use crate::answer::PoolAccount;
use crate::command::raw;
use clap::{Args, Subcommand};
use serde_json::json;

/// Pools: money set aside for others. They are declared in programme.toml.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "Example:\n  stampbook pool show")]
pub struct PoolArgs {
    /// Subcommand.
    #[command(subcommand)]
    pub command: PoolCommand,
}

/// Subcommands for a pool.
#[derive(Subcommand, Clone, PartialEq, Eq, Debug)]
pub enum PoolCommand {
    /// Pays somebody; never more than the pool holds.
    #[command(after_help = "\
Example:
  stampbook pool pay earth 5000.00 --to forest-fund --key paid/2026-12")]
    Pay(Box<raw::Pool>),
    /// Balance of every pool, and whom it paid, with the hash of each entry.
    Show(ShowPoolArgs),
}

/// Nothing to choose.
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
#[command(after_help = "Example:\n  stampbook pool show --json")]
pub struct ShowPoolArgs {}

impl PoolArgs {
    /// Books the command, or shows the pools.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        match &self.command {
            PoolCommand::Show(_) => show(cli, out),
            PoolCommand::Pay(pool) => cli.book("pool", out, raw::Pool::clone(pool)),
        }
    }
}

fn show(cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
    cli.at_desk("pool show", out, |ledger, out| {
        let pools = ledger.pools()?;
        if out.is_json() {
            out.json(&json!({"ok": true, "pools": pools}))?;
            return Ok(Exit::Done);
        }
        if pools.is_empty() {
            out.line("the programme has no pool")?;
        }
        for pool in &pools {
            print(pool, out)?;
        }
        Ok(Exit::Done)
    })
}

fn print(pool: &PoolAccount, out: &mut Printer) -> Result<(), Failure> {
    out.line(format!("pool {}: {}", pool.pool, pool.balance))?;
    let years = pool.years.iter();
    let years = years.map(|y| vec![y.year.to_string(), y.given.clone(), y.paid.clone()]);
    out.table(&["year", "given", "paid"], &years.collect::<Vec<_>>())?;
    let paid = pool.payments.iter().map(|p| {
        let row = [&p.day, &p.amount, &p.to, &p.hash];
        let row = row.into_iter().cloned();
        std::iter::once(p.seq.to_string()).chain(row).collect()
    });
    let paid: Vec<Vec<String>> = paid.collect();
    out.table(&["entry", "day", "paid", "to", "hash of the entry"], &paid)?;
    Ok(())
}

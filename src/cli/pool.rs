//! `stampbook pool`

use super::options::Cli;
use super::print::{Exit, Failure, Printer, row};
use crate::answer::PoolAccount;
use crate::command::raw;
use crate::engine;
use clap::Subcommand;
use serde_json::json;

/// Pools: money set aside for others. They are declared in programme.toml.
#[derive(Subcommand, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "Example:\n  stampbook pool show")]
pub enum PoolCommand {
    /// Pays somebody; never more than the pool holds.
    #[command(after_help = "\
Example:
  stampbook pool pay earth 5000.00 --to forest-fund --key paid/2026-12")]
    Pay(Box<raw::Pool>),
    /// Balance of every pool, and whom it paid, with the hash of each entry.
    #[command(after_help = "Example:\n  stampbook pool show --json")]
    Show,
}

impl PoolCommand {
    /// Books the command, or shows the pools.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        match self {
            PoolCommand::Show => show(cli, out),
            PoolCommand::Pay(pool) => cli.book("pool", out, raw::Pool::clone(pool)),
        }
    }
}

fn show(cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
    cli.reading("pool show", out, |ledger, out| {
        let pools = engine::pools(ledger)?;
        if pools.is_empty() {
            out.line("the programme has no pool")?;
        }
        for pool in &pools {
            print(pool, out)?;
        }
        out.done(&json!({"ok": true, "pools": pools}))
    })
}

fn print(pool: &PoolAccount, out: &mut Printer) -> Result<(), Failure> {
    out.line(format!("pool {}: {}", pool.pool, pool.balance))?;
    let years = pool.years.iter();
    let years = years.map(|y| row(&[&y.year, &y.given, &y.paid]));
    out.table(&["year", "given", "paid"], years)?;
    let paid = pool.payments.iter();
    let paid = paid.map(|p| row(&[&p.seq, &p.day, &p.amount, &p.to, &p.hash]));
    out.table(&["entry", "day", "paid", "to", "hash of the entry"], paid)?;
    Ok(())
}

//! `stampbook rebuild`

use super::desk::check_secrets;
use super::options::Cli;
use super::print::{Exit, Failure, Printer};
use crate::engine::Ledger;
use crate::model::counted;
use clap::Args;
use serde_json::json;

/// Makes the book again from the journal; the old one is removed.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook rebuild")]
pub struct RebuildArgs {}

impl RebuildArgs {
    /// Rebuilds the book.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        check_secrets(&cli.folders())?;
        let ledger = Ledger::rebuild(&cli.folders(), cli.options("rebuild")?)?;
        out.notes(ledger.notes());
        let global = ledger.global();
        let (entries, members) = (global.next_seq, global.members);
        ledger.close()?;
        out.line(format!(
            "the book was made again from {}; {}",
            counted(entries, "entry", "entries"),
            counted(members, "member", "members")
        ))?;
        out.done(&json!({"ok": true, "entries": entries, "members": members}))
    }
}

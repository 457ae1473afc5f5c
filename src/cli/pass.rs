//! `stampbook pass`

use super::options::Cli;
use super::print::{Exit, Failure, Printer};
use super::show;
use super::subcommand::{Acting, hides, needs};
use crate::command::raw;
use crate::engine;
use crate::query::member_named;
use clap::Subcommand;
use serde_json::json;

/// Starts, renews, cancels or shows passes: a paid membership, an annual pass.
#[derive(Subcommand, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
A pass is a unit of programme.toml with kind = \"pass\", a period and a price.

Example:
  stampbook pass start prime --member card:6900012345 --key till-1/000830")]
pub enum PassCommand {
    /// A member has paid for a pass.
    #[command(mut_args(hides(&["reason"])), after_help = "\
Example:
  stampbook pass start prime --member card:6900012345 --paid 199.00 --key till-1/000831")]
    Start(raw::Pass),
    /// A member has paid for the next period, counted from the day the pass began.
    #[command(mut_args(hides(&["reason"])), after_help = "\
Example:
  stampbook pass renew prime --member card:6900012345 --key till-1/000832")]
    Renew(raw::Pass),
    /// Ends a pass, and says what is paid back.
    #[command(mut_args(hides(&["paid"])), mut_args(needs(&["reason"])), after_help = "\
Example:
  stampbook pass cancel prime --member card:6900012345 --reason moved --key till-1/000833")]
    Cancel(raw::Pass),
    /// The passes that a member holds.
    #[command(after_help = "Example:\n  stampbook pass show --member card:6900012345")]
    Show {
        /// An alias or a member id.
        #[arg(long)]
        member: String,
    },
}

impl PassCommand {
    /// Books the command, or shows the passes held.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        let pass = match self {
            PassCommand::Show { member } => return show_held(member, cli, out),
            PassCommand::Start(pass) => pass.acting("start"),
            PassCommand::Renew(pass) => pass.acting("renew"),
            PassCommand::Cancel(pass) => pass.acting("cancel"),
        };
        cli.book("pass", out, pass)
    }
}

fn show_held(member: &str, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
    cli.reading("pass show", out, |ledger, out| {
        let id = member_named(ledger, member)?;
        let now = engine::standing(ledger, id)?.unwrap_or_default();
        if now.passes.is_empty() {
            out.line("the member holds no pass")?;
        }
        show::passes(out, &now)?;
        out.done(&json!({"ok": true, "member": id.to_string(), "passes": now.passes}))
    })
}

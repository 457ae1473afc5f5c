//! `stampbook pass`

use super::args::{Cli, HeadArgs, ToRaw};
use super::print::{Exit, Failure, Printer};
use super::show;
use super::telling::member_named;
use crate::command::{
    Bad,
    raw::{self, Raw},
};
use clap::{Args, Subcommand};
use serde_json::json;

/// Starts, renews, cancels or shows passes: a paid membership, an annual pass.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
A pass is a unit of programme.toml with kind = \"pass\", a period and a price.

Example:
  stampbook pass start prime --member card:6900012345 --key till-1/000830")]
pub struct PassArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: PassCommand,
}

/// What to do with a pass.
#[derive(Subcommand, Clone, PartialEq, Eq, Debug)]
pub enum PassCommand {
    /// A member has paid for a pass.
    #[command(after_help = "\
Example:
  stampbook pass start prime --member card:6900012345 --paid 199.00 --key till-1/000831")]
    Start(PaidArgs),
    /// A member has paid for the next period, counted from the day the pass began.
    #[command(after_help = "\
Example:
  stampbook pass renew prime --member card:6900012345 --key till-1/000832")]
    Renew(PaidArgs),
    /// Ends a pass, and says what is paid back.
    #[command(after_help = "\
Example:
  stampbook pass cancel prime --member card:6900012345 --reason moved --key till-1/000833")]
    Cancel(CancelArgs),
    /// The passes that a member holds.
    Show(ShowArgs),
}

/// Which pass of whom, and what was paid.
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
pub struct PaidArgs {
    /// The pass: a unit of programme.toml.
    pub pass: String,
    /// An alias or a member id.
    #[arg(long)]
    pub member: String,
    /// What was paid; default: the price in programme.toml.
    #[arg(long)]
    pub paid: Option<String>,
    /// Key, place and time.
    #[command(flatten)]
    pub head: HeadArgs,
}

/// Which pass of whom, and why.
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
pub struct CancelArgs {
    /// The pass: a unit of programme.toml.
    pub pass: String,
    /// An alias or a member id.
    #[arg(long)]
    pub member: String,
    /// Why; kept for ever.
    #[arg(long)]
    pub reason: String,
    /// Key, place and time.
    #[command(flatten)]
    pub head: HeadArgs,
}

/// Whose passes.
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
#[command(after_help = "Example:\n  stampbook pass show --member card:6900012345")]
pub struct ShowArgs {
    /// An alias or a member id.
    #[arg(long)]
    pub member: String,
}

impl PassArgs {
    /// Books what is asked, or shows what is held.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        match &self.command {
            PassCommand::Show(args) => args.run(cli, out),
            _ => cli.book("pass", out, self),
        }
    }
}

impl ShowArgs {
    fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        cli.at_desk("pass show", out, |ledger, out| {
            let id = member_named(ledger, &self.member)?;
            let now = ledger.standing(id)?.unwrap_or_default();
            match out.is_json() {
                true => {
                    let member = id.to_string();
                    out.json(&json!({"ok": true, "member": member, "passes": now.passes}))?;
                }
                false if now.passes.is_empty() => out.line("the member holds no pass")?,
                false => show::passes(out, &now)?,
            }
            Ok(Exit::Done)
        })
    }
}

impl ToRaw for PassArgs {
    fn raw(&self) -> Result<Raw, Bad> {
        Ok(match &self.command {
            PassCommand::Start(args) => args.raw("start"),
            PassCommand::Renew(args) => args.raw("renew"),
            PassCommand::Cancel(args) => {
                let pass = raw::Pass {
                    pass: args.pass.as_str().into(),
                    action: "cancel".into(),
                    reason: Some(args.reason.as_str().into()),
                    ..raw::Pass::default()
                };
                Raw::Pass(pass.with_head(args.head.head(Some(&args.member))))
            }
            PassCommand::Show(_) => return Err(Bad::new("", "showing books nothing")),
        })
    }
}

impl PaidArgs {
    fn raw(&self, action: &'static str) -> Raw {
        let pass = raw::Pass {
            pass: self.pass.as_str().into(),
            action: action.into(),
            paid: self.paid.as_deref().map(Into::into),
            ..raw::Pass::default()
        };
        Raw::Pass(pass.with_head(self.head.head(Some(&self.member))))
    }
}

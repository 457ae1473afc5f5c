//! `stampbook consent`

use super::args::{HeadArgs, ToRaw, text, texts};
use crate::command::{
    Bad,
    raw::{self, Raw},
};
use clap::{Args, Subcommand};

/// Consents: given and withdrawn with effect at once. Points and tier stay.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook consent give --member card:6900012345 --purpose marketing --notice 2026-11 --key app/c-1")]
pub struct ConsentArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: ConsentCommand,
}

/// Give or withdraw.
#[derive(Subcommand, Clone, PartialEq, Eq, Debug)]
pub enum ConsentCommand {
    /// The member agrees.
    #[command(
        after_help = "Example:\n  stampbook consent give --member card:6900012345 --purpose marketing --notice 2026-11"
    )]
    Give(ChangeArgs),
    /// The member does not agree any more.
    #[command(
        after_help = "Example:\n  stampbook consent withdraw --member card:6900012345 --purpose marketing"
    )]
    Withdraw(ChangeArgs),
}

/// Whose consent, and to what.
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
pub struct ChangeArgs {
    /// An alias or a member id.
    #[arg(long)]
    pub member: String,
    /// For what, as programme.toml lists it; may be repeated.
    #[arg(long = "purpose", value_name = "PURPOSE")]
    pub purposes: Vec<String>,
    /// Version of the notice that was shown.
    #[arg(long)]
    pub notice: Option<String>,
    /// Key, place and time.
    #[command(flatten)]
    pub head: HeadArgs,
}

impl ToRaw for ConsentArgs {
    fn raw(&self) -> Result<Raw, Bad> {
        let (action, change) = match &self.command {
            ConsentCommand::Give(change) => ("give", change),
            ConsentCommand::Withdraw(change) => ("withdraw", change),
        };
        let consent = raw::Consent {
            action: action.into(),
            purposes: texts(&change.purposes),
            notice: text(&change.notice),
            ..raw::Consent::default()
        };
        Ok(Raw::Consent(
            consent.with_head(change.head.head(Some(&change.member))),
        ))
    }
}

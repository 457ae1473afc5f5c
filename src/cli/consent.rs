//! `stampbook consent`

use super::subcommand::Acting;
use crate::command::raw;
use clap::Subcommand;

/// Consents: given and withdrawn with effect at once. Points and tier stay.
#[derive(Subcommand, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook consent give --member card:6900012345 --purpose marketing --notice 2026-11 --key app/c-1")]
pub enum ConsentCommand {
    /// The member agrees.
    #[command(
        after_help = "Example:\n  stampbook consent give --member card:6900012345 --purpose marketing --notice 2026-11"
    )]
    Give(raw::Consent),
    /// The member does not agree any more.
    #[command(
        after_help = "Example:\n  stampbook consent withdraw --member card:6900012345 --purpose marketing"
    )]
    Withdraw(raw::Consent),
}

impl ConsentCommand {
    /// Makes the verb of the flags.
    pub fn verb(&self) -> raw::Consent {
        match self {
            ConsentCommand::Give(consent) => consent.acting("give"),
            ConsentCommand::Withdraw(consent) => consent.acting("withdraw"),
        }
    }
}

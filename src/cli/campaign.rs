//! `stampbook campaign`

use super::args::{HeadArgs, ToRaw};
use crate::ledger::wire::{
    Bad,
    raw::{self, Raw},
};
use clap::{Args, Subcommand};

/// Campaigns, at once and without touching a file.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook campaign pause double-tuesday --reason 'too dear'")]
pub struct CampaignArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: CampaignCommand,
}

/// What to do with a campaign.
#[derive(Subcommand, Clone, PartialEq, Eq, Debug)]
pub enum CampaignCommand {
    /// It gives nothing until resumed.
    #[command(
        after_help = "Example:\n  stampbook campaign pause double-tuesday --reason 'too dear'"
    )]
    Pause(ChangeArgs),
    /// It gives again.
    #[command(
        after_help = "Example:\n  stampbook campaign resume double-tuesday --reason 'new budget'"
    )]
    Resume(ChangeArgs),
}

/// Which campaign, and why.
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
pub struct ChangeArgs {
    /// The campaign's id.
    pub campaign: String,
    /// Why; kept for ever.
    #[arg(long)]
    pub reason: String,
    /// Key, place and time.
    #[command(flatten)]
    pub head: HeadArgs,
}

impl ToRaw for CampaignArgs {
    fn raw(&self) -> Result<Raw<'_>, Bad> {
        let (action, change) = match &self.command {
            CampaignCommand::Pause(change) => ("pause", change),
            CampaignCommand::Resume(change) => ("resume", change),
        };
        let campaign = raw::Campaign {
            campaign: change.campaign.as_str().into(),
            action: action.into(),
            reason: change.reason.as_str().into(),
            ..raw::Campaign::default()
        };
        Ok(Raw::Campaign(campaign.with_head(change.head.head(None))))
    }
}

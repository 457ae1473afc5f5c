//! `stampbook campaign`

use super::args::{Cli, HeadArgs, ToRaw, text};
use super::campaigning;
use super::print::{Exit, Failure, Printer};
use crate::command::{
    Bad, Whole,
    raw::{self, Raw},
};
use clap::{Args, Subcommand};

/// Campaigns, at once and without touching a file.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Examples:
  stampbook campaign list
  stampbook campaign pause double-tuesday --reason 'too dear'")]
pub struct CampaignArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: CampaignCommand,
}

/// What to do with a campaign.
#[derive(Subcommand, Clone, PartialEq, Eq, Debug)]
pub enum CampaignCommand {
    /// All campaigns: what they are doing, when they run, what is left of them.
    #[command(after_help = "Example:\n  stampbook campaign list")]
    List,
    /// One campaign with its budgets and figures.
    #[command(after_help = "Example:\n  stampbook campaign show double-tuesday")]
    Show(ShowArgs),
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
    /// It is over.
    #[command(after_help = "Example:\n  stampbook campaign close double-tuesday --reason 'over'")]
    Close(ChangeArgs),
    /// It gives again although it was closed.
    #[command(
        after_help = "Example:\n  stampbook campaign open double-tuesday --reason 'once more'"
    )]
    Open(ChangeArgs),
    /// Chooses whom it addresses, of all who match its header: by an order of
    /// its own that anybody can work out again, not by who came first.
    #[command(after_help = "\
Examples:
  stampbook campaign target blind-test --quota 3
  stampbook campaign target blind-test --decline card:6900012345")]
    Target(TargetArgs),
}

/// Which campaign.
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
pub struct ShowArgs {
    /// The campaign's id.
    pub campaign: String,
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

/// Which campaign, and how many.
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
pub struct TargetArgs {
    /// The campaign's id.
    pub campaign: String,
    /// How many; default: as its header says.
    #[arg(long, value_name = "N")]
    pub quota: Option<i64>,
    /// Who does not want to; the next one is chosen.
    #[arg(long, value_name = "MEMBER")]
    pub decline: Option<String>,
    /// Key, place and time.
    #[command(flatten)]
    pub head: HeadArgs,
}

impl CampaignArgs {
    /// Shows campaigns, or books what becomes of one.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        match &self.command {
            CampaignCommand::List => campaigning::list(cli, out),
            CampaignCommand::Show(show) => campaigning::show(cli, &show.campaign, out),
            _ => cli.book("campaign", out, self),
        }
    }
}

impl ToRaw for CampaignArgs {
    fn raw(&self) -> Result<Raw, Bad> {
        let (action, change) = match &self.command {
            CampaignCommand::Pause(change) => ("pause", change),
            CampaignCommand::Resume(change) => ("resume", change),
            CampaignCommand::Close(change) => ("close", change),
            CampaignCommand::Open(change) => ("open", change),
            CampaignCommand::Target(target) => return Ok(target.raw()),
            CampaignCommand::List | CampaignCommand::Show(_) => {
                return Err(Bad::new("campaign", "list and show book nothing"));
            }
        };
        let campaign = raw::Campaign {
            campaign: change.campaign.as_str().into(),
            action: action.into(),
            reason: Some(change.reason.as_str().into()),
            ..raw::Campaign::default()
        };
        Ok(Raw::Campaign(campaign.with_head(change.head.head(None))))
    }
}

impl TargetArgs {
    fn raw(&self) -> Raw {
        let campaign = raw::Campaign {
            campaign: self.campaign.as_str().into(),
            action: "target".into(),
            quota: self.quota.map(Whole),
            decline: text(&self.decline),
            ..raw::Campaign::default()
        };
        Raw::Campaign(campaign.with_head(self.head.head(None)))
    }
}

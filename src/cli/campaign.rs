//! `stampbook campaign`

use super::campaign_state;
use super::options::Cli;
use super::print::{Exit, Failure, Printer};
use super::subcommand::{Acting, hides, needs};
use crate::command::raw;
use clap::Subcommand;

/// Shows campaigns, and changes their state at once, without an edit of the programme.
#[derive(Subcommand, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Examples:
  stampbook campaign list
  stampbook campaign pause double-tuesday --reason 'too dear'")]
pub enum CampaignCommand {
    /// All campaigns: what they are doing, when they run, what is left of them.
    #[command(after_help = "Example:\n  stampbook campaign list")]
    List,
    /// One campaign with its budgets and figures.
    #[command(after_help = "Example:\n  stampbook campaign show double-tuesday")]
    Show {
        /// The campaign's id.
        campaign: String,
    },
    /// It gives nothing until resumed.
    #[command(mut_args(hides(&["quota", "decline"])), mut_args(needs(&["reason"])), after_help = "Example:\n  stampbook campaign pause double-tuesday --reason 'too dear'")]
    Pause(raw::Campaign),
    /// It gives again.
    #[command(mut_args(hides(&["quota", "decline"])), mut_args(needs(&["reason"])), after_help = "Example:\n  stampbook campaign resume double-tuesday --reason 'new budget'")]
    Resume(raw::Campaign),
    /// It is over.
    #[command(mut_args(hides(&["quota", "decline"])), mut_args(needs(&["reason"])), after_help = "Example:\n  stampbook campaign close double-tuesday --reason 'over'")]
    Close(raw::Campaign),
    /// It gives again although it was closed.
    #[command(mut_args(hides(&["quota", "decline"])), mut_args(needs(&["reason"])), after_help = "Example:\n  stampbook campaign open double-tuesday --reason 'once more'")]
    Open(raw::Campaign),
    /// Chooses whom it addresses, of all who match its header: by a hash
    /// that anybody can compute again, not by who came first.
    #[command(mut_args(hides(&["reason"])), after_help = "\
Examples:
  stampbook campaign target blind-test --quota 3
  stampbook campaign target blind-test --decline card:6900012345")]
    Target(raw::Campaign),
}

impl CampaignCommand {
    /// Shows campaigns, or books an action on one.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        match (self, self.verb()) {
            (CampaignCommand::Show { campaign }, _) => campaign_state::show(cli, campaign, out),
            (_, Some(campaign)) => cli.book("campaign", out, campaign),
            (_, None) => campaign_state::list(cli, out),
        }
    }

    /// The verb of the flags, if they make one.
    pub(super) fn verb(&self) -> Option<raw::Campaign> {
        Some(match self {
            CampaignCommand::List | CampaignCommand::Show { .. } => return None,
            CampaignCommand::Pause(campaign) => campaign.acting("pause"),
            CampaignCommand::Resume(campaign) => campaign.acting("resume"),
            CampaignCommand::Close(campaign) => campaign.acting("close"),
            CampaignCommand::Open(campaign) => campaign.acting("open"),
            CampaignCommand::Target(campaign) => campaign.acting("target"),
        })
    }
}

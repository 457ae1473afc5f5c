//! `stampbook transfer`

use super::options::Cli;
use super::print::{Exit, Failure, Printer};
use crate::command::raw::{self, Head};
use crate::command::{Figure, Text};
use clap::{Args, Subcommand};

/// Sends points to another member, or to whoever has the token that the answer
/// shows; they keep their ends. The programme says of which units and how many
/// ([transfer.UNIT]).
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "\
Examples:
  stampbook transfer --from card:6900012345 --to card:6900054321 --points 10 --unit star --key app/9
  stampbook transfer --from card:6900012345 --token --points 10 --unit star --key app/10"
)]
pub struct TransferArgs {
    /// Subcommand, if any.
    #[command(subcommand)]
    pub command: Option<TransferCommand>,
    /// Member who gives: an alias or a member id.
    #[arg(long, required = true)]
    pub from: Option<Text>,
    /// Member who takes: an alias or a member id.
    #[arg(long, required_unless_present = "token", conflicts_with = "token")]
    pub to: Option<Text>,
    /// For whoever has the token; what nobody claims comes back.
    #[arg(long)]
    pub token: bool,
    /// Number of points.
    #[arg(long, required = true, allow_negative_numbers = true)]
    pub points: Option<Figure>,
    /// Unit of the points.
    #[arg(long, required = true)]
    pub unit: Option<Text>,
    /// Reason.
    #[arg(long)]
    pub note: Option<Text>,
    /// Key, place and time.
    #[command(flatten)]
    pub head: Head,
}

/// Subcommands for points that were sent with a token.
#[derive(Subcommand, Clone, PartialEq, Eq, Debug)]
pub enum TransferCommand {
    /// Claim them by the token.
    #[command(
        after_help = "Example:\n  stampbook transfer claim 7KQ2-9FXN-04RM-VB8T-W5HC --member card:6900054321"
    )]
    Claim(ClaimPointsArgs),
}

/// Points that are claimed, and the member who claims them.
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
pub struct ClaimPointsArgs {
    /// The token.
    pub token: Text,
    /// Member who claims: an alias or a member id.
    #[arg(long)]
    pub member: Text,
    /// Key, place and time.
    #[command(flatten)]
    pub head: Head,
}

impl TransferArgs {
    /// Sends or claims.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        cli.book("transfer", out, self.verb())
    }

    /// Makes the verb of the flags.
    pub(super) fn verb(&self) -> raw::Transfer {
        if let Some(TransferCommand::Claim(claim)) = &self.command {
            return claim.verb();
        }
        let transfer = raw::Transfer {
            action: self.token.then(|| "send_token".into()),
            to: self.to.clone(),
            unit: self.unit.clone(),
            points: self.points,
            note: self.note.clone(),
            ..raw::Transfer::default()
        };
        transfer.with_head(Head {
            member: self.from.clone(),
            ..self.head.clone()
        })
    }
}

impl ClaimPointsArgs {
    fn verb(&self) -> raw::Transfer {
        let claim = raw::Transfer {
            action: Some("claim".into()),
            token: Some(self.token.clone()),
            ..raw::Transfer::default()
        };
        claim.with_head(Head {
            member: Some(self.member.clone()),
            ..self.head.clone()
        })
    }
}

//! `stampbook transfer`

use super::args::{Cli, HeadArgs, ToRaw, figure, text};
use super::print::{Exit, Failure, Printer};
use crate::command::{
    Bad,
    raw::{self, Raw},
};
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
    /// What else to do.
    #[command(subcommand)]
    pub command: Option<TransferCommand>,
    /// Who gives: an alias or a member id.
    #[arg(long, required = true)]
    pub from: Option<String>,
    /// Who takes: an alias or a member id.
    #[arg(long, required_unless_present = "token", conflicts_with = "token")]
    pub to: Option<String>,
    /// For whoever has the token; what nobody claims comes back.
    #[arg(long)]
    pub token: bool,
    /// How many points.
    #[arg(long, required = true, allow_negative_numbers = true)]
    pub points: Option<String>,
    /// Of which unit.
    #[arg(long, required = true)]
    pub unit: Option<String>,
    /// Why.
    #[arg(long)]
    pub note: Option<String>,
    /// Key, place and time.
    #[command(flatten)]
    pub head: HeadArgs,
}

/// What to do with points that were sent with a token.
#[derive(Subcommand, Clone, PartialEq, Eq, Debug)]
pub enum TransferCommand {
    /// Claim them by the token.
    #[command(
        after_help = "Example:\n  stampbook transfer claim 7KQ2-9FXN-04RM-VB8T-W5HC --member card:6900054321"
    )]
    Claim(ClaimPointsArgs),
}

/// Which points are claimed, and by whom.
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
pub struct ClaimPointsArgs {
    /// The token.
    pub token: String,
    /// Who claims: an alias or a member id.
    #[arg(long)]
    pub member: String,
    /// Key, place and time.
    #[command(flatten)]
    pub head: HeadArgs,
}

impl TransferArgs {
    /// Sends or claims.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        cli.book("transfer", out, self)
    }
}

impl ToRaw for TransferArgs {
    fn raw(&self) -> Result<Raw, Bad> {
        if let Some(TransferCommand::Claim(claim)) = &self.command {
            return Ok(Raw::Transfer(claim.raw()));
        }
        let points = self.points.as_ref();
        let transfer = raw::Transfer {
            action: self.token.then(|| "send_token".into()),
            to: text(&self.to),
            unit: text(&self.unit),
            points: points.map(|n| figure("points", n)).transpose()?,
            note: text(&self.note),
            ..raw::Transfer::default()
        };
        let head = self.head.head(self.from.as_deref());
        Ok(Raw::Transfer(transfer.with_head(head)))
    }
}

impl ClaimPointsArgs {
    fn raw(&self) -> raw::Transfer {
        let claim = raw::Transfer {
            action: Some("claim".into()),
            token: Some(self.token.as_str().into()),
            ..raw::Transfer::default()
        };
        claim.with_head(self.head.head(Some(&self.member)))
    }
}

//! `stampbook transfer`

use super::args::{HeadArgs, ToRaw, figure, text};
use crate::ledger::wire::{
    Bad,
    raw::{self, Raw},
};
use clap::Args;

/// Sends points to another member; they keep their ends. The programme says
/// of which units and how many ([transfer.UNIT]).
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
#[command(after_help = "\
Example:
  stampbook transfer --from card:6900012345 --to card:6900054321 --points 10 --unit star --key app/9")]
pub struct TransferArgs {
    /// Who gives: an alias or a member id.
    #[arg(long)]
    pub from: String,
    /// Who takes: an alias or a member id.
    #[arg(long)]
    pub to: String,
    /// How many points.
    #[arg(long, allow_negative_numbers = true)]
    pub points: String,
    /// Of which unit.
    #[arg(long)]
    pub unit: String,
    /// Why.
    #[arg(long)]
    pub note: Option<String>,
    /// Key, place and time.
    #[command(flatten)]
    pub head: HeadArgs,
}

impl ToRaw for TransferArgs {
    fn raw(&self) -> Result<Raw<'_>, Bad> {
        let transfer = raw::Transfer {
            to: self.to.as_str().into(),
            unit: self.unit.as_str().into(),
            points: figure("points", &self.points)?,
            note: text(&self.note),
            ..raw::Transfer::default()
        };
        let head = self.head.head(Some(&self.from));
        Ok(Raw::Transfer(transfer.with_head(head)))
    }
}

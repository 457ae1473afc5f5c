//! `stampbook adjust`

use super::args::{HeadArgs, ToRaw, figure, text};
use crate::command::{
    Bad, Whole,
    raw::{self, Raw},
};
use clap::Args;

/// Corrects a balance by hand; the reason is kept for ever.
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
#[command(after_help = "\
Examples:
  stampbook adjust --member card:6900012345 --points 20 --unit star --reason goodwill
  stampbook adjust --member card:6900012345 --points -20 --unit star --reason 'booked twice' --of till-1/000812")]
pub struct AdjustArgs {
    /// An alias or a member id.
    #[arg(long)]
    pub member: String,
    /// How many, signed.
    #[arg(long, allow_negative_numbers = true)]
    pub points: String,
    /// Of which unit.
    #[arg(long)]
    pub unit: String,
    /// Why.
    #[arg(long)]
    pub reason: String,
    /// The key of the entry it corrects.
    #[arg(long, value_name = "KEY")]
    pub of: Option<String>,
    /// Or its sequence.
    #[arg(long)]
    pub seq: Option<i64>,
    /// The campaign it makes good.
    #[arg(long)]
    pub campaign: Option<String>,
    /// Who approved it.
    #[arg(long)]
    pub approver: Option<String>,
    /// Key, place and time.
    #[command(flatten)]
    pub head: HeadArgs,
}

impl ToRaw for AdjustArgs {
    fn raw(&self) -> Result<Raw, Bad> {
        let adjust = raw::Adjust {
            unit: self.unit.as_str().into(),
            points: figure("points", &self.points)?,
            reason: self.reason.as_str().into(),
            of: text(&self.of),
            seq: self.seq.map(Whole),
            campaign: text(&self.campaign),
            approver: text(&self.approver),
            ..raw::Adjust::default()
        };
        Ok(Raw::Adjust(
            adjust.with_head(self.head.head(Some(&self.member))),
        ))
    }
}

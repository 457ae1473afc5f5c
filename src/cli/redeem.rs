//! `stampbook redeem`

use super::args::{HeadArgs, ToRaw, figure, text};
use crate::command::{
    Bad,
    raw::{self, Raw},
};
use clap::Args;

/// Spends points without a purchase: --unit and --points, or --reward.
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
#[command(after_help = "\
Examples:
  stampbook redeem --member card:6900012345 --reward free-coffee --key till-1/000815
  stampbook redeem --member card:6900012345 --points 60 --unit star --key till-1/000816")]
pub struct RedeemArgs {
    /// An alias or a member id.
    #[arg(long)]
    pub member: String,
    /// How many points.
    #[arg(long, allow_negative_numbers = true)]
    pub points: Option<String>,
    /// Of which unit.
    #[arg(long)]
    pub unit: Option<String>,
    /// A reward of the programme.
    #[arg(long)]
    pub reward: Option<String>,
    /// What the till notes.
    #[arg(long)]
    pub note: Option<String>,
    /// How the member was known: scanned, typed, app, staff.
    #[arg(long)]
    pub by: Option<String>,
    /// Key, place and time.
    #[command(flatten)]
    pub head: HeadArgs,
}

impl ToRaw for RedeemArgs {
    fn raw(&self) -> Result<Raw, Bad> {
        let redeem = raw::Redeem {
            unit: text(&self.unit),
            points: self
                .points
                .as_ref()
                .map(|n| figure("points", n))
                .transpose()?,
            reward: text(&self.reward),
            note: text(&self.note),
            by: text(&self.by),
            ..raw::Redeem::default()
        };
        Ok(Raw::Redeem(
            redeem.with_head(self.head.head(Some(&self.member))),
        ))
    }
}

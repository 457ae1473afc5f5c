//! `stampbook hold`, `capture` and `release`

use super::args::{HeadArgs, ToRaw, figure, text};
use crate::command::{
    Bad, Whole,
    raw::{self, Raw},
};
use clap::Args;

/// Sets points aside, so that a till can spend them a little later: --unit and
/// --points, or --reward: what `redeem` of it would check is checked now, and one
/// of it is set aside with its price. Held points do not expire.
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
#[command(after_help = "\
Examples:
  stampbook hold --member card:6900012345 --points 60 --unit star --until 2036-11-24T12:00:00+01:00 --key web/77
  stampbook hold --member card:6900012345 --reward free-coffee --until 2036-11-24T12:00:00+01:00 --key web/78")]
pub struct HoldArgs {
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
    /// Free again at this instant at the latest.
    #[arg(long, value_name = "INSTANT")]
    pub until: String,
    /// For what.
    #[arg(long)]
    pub note: Option<String>,
    /// Key, place and time.
    #[command(flatten)]
    pub head: HeadArgs,
}

impl ToRaw for HoldArgs {
    fn raw(&self) -> Result<Raw, Bad> {
        let points = self.points.as_ref();
        let hold = raw::Hold {
            unit: text(&self.unit),
            points: points.map(|n| figure("points", n)).transpose()?,
            reward: text(&self.reward),
            until: self.until.as_str().into(),
            note: text(&self.note),
            ..raw::Hold::default()
        };
        Ok(Raw::Hold(
            hold.with_head(self.head.head(Some(&self.member))),
        ))
    }
}

/// Spends held points: all that are left, or --points of them.
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
#[command(after_help = "\
Examples:
  stampbook capture --of web/77 --key web/77/paid
  stampbook capture --of web/77 --points 40 --final --key web/77/part")]
pub struct CaptureArgs {
    /// The hold's key.
    #[arg(long, value_name = "KEY")]
    pub of: Option<String>,
    /// Or its sequence.
    #[arg(long)]
    pub seq: Option<i64>,
    /// How many; default: all that are left.
    #[arg(long, allow_negative_numbers = true)]
    pub points: Option<String>,
    /// Set free what is left.
    #[arg(long = "final")]
    pub is_final: bool,
    /// Key, place and time.
    #[command(flatten)]
    pub head: HeadArgs,
}

impl ToRaw for CaptureArgs {
    fn raw(&self) -> Result<Raw, Bad> {
        let points = self.points.as_ref();
        let capture = raw::Capture {
            of: text(&self.of),
            seq: self.seq.map(Whole),
            points: points.map(|n| figure("points", n)).transpose()?,
            is_final: self.is_final,
            ..raw::Capture::default()
        };
        Ok(Raw::Capture(capture.with_head(self.head.head(None))))
    }
}

/// Sets held points free.
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
#[command(after_help = "\
Example:
  stampbook release --of web/77 --key web/77/cancelled")]
pub struct ReleaseArgs {
    /// The hold's key.
    #[arg(long, value_name = "KEY")]
    pub of: Option<String>,
    /// Or its sequence.
    #[arg(long)]
    pub seq: Option<i64>,
    /// Key, place and time.
    #[command(flatten)]
    pub head: HeadArgs,
}

impl ToRaw for ReleaseArgs {
    fn raw(&self) -> Result<Raw, Bad> {
        let release = raw::Release {
            of: text(&self.of),
            seq: self.seq.map(Whole),
            ..raw::Release::default()
        };
        Ok(Raw::Release(release.with_head(self.head.head(None))))
    }
}

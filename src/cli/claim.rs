//! `stampbook claim`

use super::args::{HeadArgs, ToRaw};
use crate::command::{
    Bad,
    raw::{self, Raw},
};
use clap::Args;

/// Claims a purchase that was made without a member: by the code on its slip,
/// once, within the programme's days.
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
#[command(after_help = "\
Example:
  stampbook claim 7KQ2-9FXN-04RM-VB8T-W5HC --member card:6900012345")]
pub struct ClaimArgs {
    /// The code on the slip.
    pub code: String,
    /// Who claims: an alias or a member id.
    #[arg(long)]
    pub member: String,
    /// Key, place and time.
    #[command(flatten)]
    pub head: HeadArgs,
}

impl ToRaw for ClaimArgs {
    fn raw(&self) -> Result<Raw, Bad> {
        let claim = raw::Claim {
            code: self.code.as_str().into(),
            ..raw::Claim::default()
        };
        Ok(Raw::Claim(
            claim.with_head(self.head.head(Some(&self.member))),
        ))
    }
}

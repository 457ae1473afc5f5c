//! `stampbook balance`

use clap::Args;

/// What a member holds, by unit, with what ends next and the tier.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Examples:
  stampbook balance card:6900012345
  stampbook balance card:6900012345 --as-of 2026-12-31T23:59:59+01:00")]
pub struct BalanceArgs {
    /// An alias or a member id.
    pub member: String,
    /// As it stood then: an instant, or a day (its end, in the programme's zone).
    #[arg(long, value_name = "INSTANT|DAY")]
    pub as_of: Option<String>,
}

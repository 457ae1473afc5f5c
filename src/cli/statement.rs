//! `stampbook statement`

use clap::Args;

/// A member's entries, oldest first, with what each did and the balance after.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook statement card:6900012345 --from 2026-11-01 --to 2026-11-30")]
pub struct StatementArgs {
    /// An alias or a member id.
    pub member: String,
    /// The first day.
    #[arg(long, value_name = "DAY")]
    pub from: Option<String>,
    /// The last day, included.
    #[arg(long, value_name = "DAY")]
    pub to: Option<String>,
    /// At most this many entries, the newest ones.
    #[arg(long, value_name = "N")]
    pub last: Option<usize>,
}

//! `stampbook explain`

use clap::Args;

/// Why an entry is as it is: the facts, the campaigns, the limits, the rounding.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook explain 4711")]
pub struct ExplainArgs {
    /// The entry's sequence.
    pub seq: u64,
}

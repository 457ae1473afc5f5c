//! `stampbook quote`

use super::purchase::PurchaseArgs;
use clap::Args;
use std::path::PathBuf;

/// Decides a purchase and forgets it: what it would earn, and which discounts
/// the till should give.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook quote --member card:6900012345 --total 42.50 --with programme")]
pub struct QuoteArgs {
    /// Decide with the programme in this folder instead of the active one.
    #[arg(long, value_name = "DIR")]
    pub with: Option<PathBuf>,
    /// The purchase.
    #[command(flatten)]
    pub purchase: PurchaseArgs,
}

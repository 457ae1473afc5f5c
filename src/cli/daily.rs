//! `stampbook daily`

use clap::Args;

/// Books what fell due (released, reviewed, expired, triggered) up to now, for
/// members whom nobody touched. A late run books the same as daily ones.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Example:
  stampbook daily")]
pub struct DailyArgs {}

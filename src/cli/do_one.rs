//! `stampbook do`

use clap::Args;

/// Carries out one JSON command and prints its answer as JSON.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Examples:
  stampbook do purchase.json
  stampbook do - --quote")]
pub struct DoArgs {
    /// A file, or - for stdin.
    pub file: String,
    /// Decide and forget.
    #[arg(long)]
    pub quote: bool,
}

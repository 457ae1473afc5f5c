//! `stampbook redecide`

use clap::Args;

/// Decides again what a campaign gave (or failed to give), with the programme
/// that is active now, and shows the differences; --book books them as
/// adjustments.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Examples:
  stampbook redecide --campaign double-tuesday --from 2026-11-01 --to 2026-11-30
  stampbook redecide --campaign double-tuesday --from 2026-11-01 --to 2026-11-30 --book --reason 'rate was wrong'")]
pub struct RedecideArgs {
    /// The campaign's id.
    #[arg(long)]
    pub campaign: String,
    /// The first day.
    #[arg(long, value_name = "DAY")]
    pub from: String,
    /// The last day, included.
    #[arg(long, value_name = "DAY")]
    pub to: String,
    /// Book the differences.
    #[arg(long, requires = "reason")]
    pub book: bool,
    /// Take back what was given too much as well.
    #[arg(long)]
    pub take_back: bool,
    /// Why; kept for ever.
    #[arg(long)]
    pub reason: Option<String>,
}

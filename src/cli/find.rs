//! `stampbook find`

use clap::Args;

/// What became of a command: its recorded answer.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(group = clap::ArgGroup::new("what").required(true).args(["key", "receipt", "order"]))]
#[command(after_help = "\
Examples:
  stampbook find --key till-1/000812
  stampbook find --receipt 000812 --store mitte --terminal till-1 --day 2026-11-24")]
pub struct FindArgs {
    /// By its key.
    #[arg(long)]
    pub key: Option<String>,
    /// By its slip number.
    #[arg(long)]
    pub receipt: Option<String>,
    /// By its order number.
    #[arg(long)]
    pub order: Option<String>,
    /// The slip's store.
    #[arg(long, requires = "receipt")]
    pub store: Option<String>,
    /// The slip's terminal.
    #[arg(long, requires = "receipt")]
    pub terminal: Option<String>,
    /// The slip's business day; default: the latest.
    #[arg(long, requires = "receipt", value_name = "DAY")]
    pub day: Option<String>,
}

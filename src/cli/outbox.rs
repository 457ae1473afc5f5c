//! `stampbook outbox`

use super::args::Cli;
use super::print::{Exit, Failure, Printer};
use clap::Args;

/// Messages that campaigns want sent, as JSON Lines, oldest first. Whoever
/// sends them remembers the last `position` and pulls the next from there.
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
#[command(after_help = "\
Examples:
  stampbook outbox
  stampbook outbox --after 4711 --limit 100")]
pub struct OutboxArgs {
    /// The position of the last message that was dealt with; default: from the beginning.
    #[arg(long, value_name = "POSITION")]
    pub after: Option<u64>,
    /// About how many; all messages of an entry come together.
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub limit: usize,
    /// Also those that are not to be sent since a consent is missing.
    #[arg(long)]
    pub suppressed: bool,
}

impl OutboxArgs {
    /// Prints the messages.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        cli.at_desk("outbox", out, |ledger, out| {
            for message in ledger.outbox(self.after, self.limit, self.suppressed)? {
                out.json(&message)?;
            }
            Ok(Exit::Done)
        })
    }
}

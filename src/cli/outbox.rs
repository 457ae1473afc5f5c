//! `stampbook outbox`

use super::options::Cli;
use super::print::{Exit, Failure, Printer};
use crate::command::Whole;
use crate::command::raw;
use crate::query::{self, Consumers, Outbox};
use clap::{Args, Subcommand};

/// Messages that campaigns want sent, as JSON Lines, oldest first. Whoever sends them
/// acknowledges the last `position` under a name of its own, and pulls the next from there:
/// then none is lost, and none is pulled twice.
///
/// A message is held back while the consent that it needs is missing, and those to erased
/// members are gone. Of a change that was announced and is cancelled, messages not sent yet
/// are withdrawn: send what was pulled soon, and acknowledge it.
///
/// What becomes of a message (sent, opened, clicked, bounced, what it cost) comes back as
/// an activity that the programme declares, by the message's id: `stampbook activity opened
/// --message ID`, or the command `activity` with `message`.
#[derive(Args, Clone, PartialEq, Eq, Debug, Default)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Examples:
  stampbook outbox --consumer mailer --limit 100
  stampbook outbox acknowledge mailer 4711.2
  stampbook outbox --after 4711.2"
)]
pub struct OutboxArgs {
    /// Another thing to do than to pull.
    #[command(subcommand)]
    pub command: Option<OutboxCommand>,
    /// Messages that are pulled.
    #[command(flatten)]
    pub question: Outbox,
}

/// Another thing to do with the outbox than to pull.
#[derive(Subcommand, Clone, PartialEq, Eq, Debug)]
pub enum OutboxCommand {
    /// Say that everything up to a position is dealt with.
    #[command(after_help = "Example:\n  stampbook outbox acknowledge mailer 4711.2")]
    Acknowledge(Box<raw::Acknowledge>),
    /// List the senders with the position that each has acknowledged.
    #[command(after_help = "Example:\n  stampbook outbox consumers")]
    Consumers(Consumers),
}

impl OutboxArgs {
    /// Prints the messages, or acknowledges them.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        match &self.command {
            Some(OutboxCommand::Acknowledge(raw)) => {
                cli.book("outbox acknowledge", out, raw::Acknowledge::clone(raw))
            }
            Some(OutboxCommand::Consumers(question)) => {
                cli.ask("outbox", question, out, |reply, out| {
                    for told in &reply.consumers {
                        out.line(format!("{} {}", told.consumer, told.position))?;
                    }
                    Ok(())
                })
            }
            None => self.pull(cli, out),
        }
    }

    /// Prints as many messages as are asked for, or all there are.
    fn pull(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        cli.reading("outbox", out, |ledger, out| {
            let mut question = self.question.clone();
            let mut left = question.limit.map_or(1000, |limit| limit.0);
            loop {
                question.limit = Some(Whole(left));
                let reply = query::ask(ledger, &question)?.reply;
                for message in &reply.messages {
                    out.json(message)?;
                }
                left -= i64::try_from(reply.messages.len()).unwrap_or(left);
                if reply.is_end || left <= 0 {
                    return Ok(Exit::Done);
                }
                question.consumer = None;
                question.after = reply.next.map(Into::into);
            }
        })
    }
}

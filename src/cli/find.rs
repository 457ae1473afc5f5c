//! `stampbook find`

use super::args::Cli;
use super::print::{Exit, Failure, Printer};
use super::telling::day_named;
use crate::answer::{Answer, Denied, Warning};
use crate::command::{Bad, SlipRef};
use crate::engine::Ledger;
use crate::model::{Code, Entry, WarningCode};
use clap::Args;

/// What became of a command: its recorded answer.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(group = clap::ArgGroup::new("what").required(true).args(["key", "receipt", "order"]))]
#[command(after_help = "\
Examples:
  stampbook find --key till-1/000812
  stampbook find --receipt 000812 --store mitte --terminal till-1 --day 2025-11-24")]
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

impl FindArgs {
    /// Shows the recorded answer.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        cli.at_desk("find", out, |ledger, out| {
            let answer = self.answer(ledger)?;
            out.answer(&answer)
        })
    }

    /// The recorded answer, with what became of the entry since.
    pub(super) fn answer(&self, ledger: &mut Ledger) -> Result<Answer, Failure> {
        let entry = match self.entry(ledger)? {
            Ok(entry) => entry,
            Err(ambiguous) => return Ok(ambiguous.into()),
        };
        Ok(match entry {
            Some(entry) => {
                let mut answer = ledger.answer_of(&entry, true)?;
                if let Answer::Accepted(accepted) = &mut answer {
                    accepted.warnings.extend(since(ledger, entry.seq)?);
                }
                answer
            }
            None => ledger.not_found(
                self.key.as_deref().unwrap_or(""),
                Code::UnknownEntry,
                match self.receipt.is_some() {
                    true => "that store and terminal have booked no such slip; it may be sent",
                    false => "nothing was booked under that; it may be sent",
                },
            ),
        })
    }

    fn entry(&self, ledger: &mut Ledger) -> Result<Result<Option<Entry>, Denied>, Failure> {
        let day = self
            .day
            .as_deref()
            .map(|d| day_named("--day", d))
            .transpose()?;
        let text = |flag: &Option<String>| flag.clone().unwrap_or_default();
        Ok(Ok(match (&self.key, &self.receipt, &self.order) {
            (Some(key), _, _) => ledger.find_key(key)?,
            (_, Some(receipt), _) => {
                let slip = SlipRef {
                    receipt: receipt.clone(),
                    store: text(&self.store),
                    terminal: text(&self.terminal),
                    day,
                };
                match ledger.find_slip(&slip)? {
                    Ok(found) => found,
                    Err(ambiguous) => return Ok(Err(*ambiguous)),
                }
            }
            (_, _, Some(order)) => ledger.find_order(&text(&self.store), order)?,
            _ => {
                let remedy = "name a key, a receipt (with its store) or an order";
                return Err(Bad::missing("key", remedy).into());
            }
        }))
    }
}

/// What became of the entry later, which its recorded answer cannot know.
fn since(ledger: &mut Ledger, seq: u64) -> Result<Vec<Warning>, Failure> {
    let digits = ledger.programme()?.digits;
    let Some(after) = ledger.aftermath(seq)? else {
        return Ok(Vec::new());
    };
    let returned = after.returns.last().map(|last| {
        let amount = after.amount.display(digits);
        let message = format!("{amount} of it came back, last with entry {last}");
        Warning::new(WarningCode::ReturnedSince, message)
    });
    let voided = after
        .voided
        .map(|by| Warning::new(WarningCode::VoidedSince, format!("entry {by} undid it")));
    let claimed = after
        .claimed
        .map(|by| Warning::new(WarningCode::ClaimedSince, format!("entry {by} claimed it")));
    Ok(returned.into_iter().chain(voided).chain(claimed).collect())
}

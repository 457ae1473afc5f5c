//! `stampbook find`

use super::args::Cli;
use super::print::{Exit, Failure, Printer};
use super::telling::day_named;
use crate::answer::{Answer, Denied, Warning};
use crate::command::{Bad, SlipRef, Text, channel, given_out};
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
    /// The store of the slip, or of an order where each store counts its own.
    #[arg(long, conflicts_with = "key")]
    pub store: Option<String>,
    /// The order's channel, where each channel counts its own.
    #[arg(long, requires = "order")]
    pub channel: Option<String>,
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
                let parts = ledger.booked_with(entry)?;
                let mut answer = ledger.answer_together(&parts, true)?;
                if let Some(key) = &self.key {
                    answer.name_sent(key);
                }
                if let Answer::Accepted(accepted) = &mut answer {
                    for part in &parts {
                        accepted.warnings.extend(since(ledger, part.seq)?);
                    }
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
        let given = |field, flag: &Option<String>| given_out(field, flag.clone().map(Text::from));
        let (receipt, order) = (
            given("receipt", &self.receipt)?,
            given("order", &self.order)?,
        );
        let store = given("store", &self.store)?;
        let found = if let Some(key) = &self.key {
            return Ok(Ok(ledger.find_key(key)?));
        } else if !receipt.is_empty() {
            let terminal = given("terminal", &self.terminal)?;
            ledger.find_slip(&SlipRef {
                receipt,
                store,
                terminal,
                day,
            })?
        } else if !order.is_empty() {
            let named = self.channel.clone().map(Text::from);
            let named = named.map(|name| channel(Some(name))).transpose()?;
            ledger.find_order(&order, &store, named.as_ref())?
        } else {
            let remedy = "name a key, a receipt (with its store) or an order";
            return Err(Bad::missing("key", remedy).into());
        };
        Ok(found.map_err(|ambiguous| *ambiguous))
    }
}

/// What became of the entry later, which its recorded answer cannot know.
fn since(ledger: &mut Ledger, seq: u64) -> Result<Vec<Warning>, Failure> {
    let digits = ledger.programme()?.digits;
    let sale = ledger.claimed_sale(seq)?;
    let Some(after) = ledger.aftermath(sale)? else {
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
        .filter(|by| *by != seq)
        .map(|by| Warning::new(WarningCode::ClaimedSince, format!("entry {by} claimed it")));
    Ok(returned.into_iter().chain(voided).chain(claimed).collect())
}

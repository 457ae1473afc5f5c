//! Result of a command, found by its key, its slip or its order.

use super::{Ask, Error, Find, day_named};
use crate::answer::{Answer, Denied, Warning};
use crate::command::{Bad, SlipRef, Text, channel, given_out};
use crate::engine::{self, Ledger};
use crate::model::{Code, Entry, Orders, WarningCode};

impl Ask for Find {
    type Reply = Answer;

    /// The recorded answer, with later events of the entry.
    fn answer(&self, ledger: &mut Ledger) -> Result<Answer, Error> {
        let entry = match self.entry(ledger)? {
            Ok(entry) => entry,
            Err(ambiguous) => return Ok(ambiguous.into()),
        };
        let Some(entry) = entry else {
            let key = self.key.as_deref().unwrap_or("");
            let scope = ledger.programme()?.orders;
            let none = match (self.receipt.is_some(), &self.order, scope) {
                (true, ..) => "that store and terminal have booked no such slip; it may be sent",
                (_, Some(_), Orders::Store) if self.store.is_none() => {
                    "no store of the programme has that order, but each counts its own: name yours by store before it is sent"
                }
                (_, Some(_), Orders::Channel) if self.channel.is_none() => {
                    "no usual channel has that order, but each counts its own: name yours by channel before it is sent"
                }
                _ => "nothing was booked under that; it may be sent",
            };
            return Ok(engine::not_found(ledger, key, Code::UnknownEntry, none));
        };
        let parts = engine::booked_with(ledger, entry)?;
        let mut answer = engine::answer_together(ledger, &parts, true)?;
        if let Some(key) = &self.key {
            answer.name_sent(key);
        }
        if let Answer::Accepted(accepted) = &mut answer {
            for part in &parts {
                accepted.warnings.extend(since(ledger, part.seq)?);
            }
        }
        Ok(answer)
    }
}

impl Find {
    fn entry(&self, ledger: &mut Ledger) -> Result<Result<Option<Entry>, Denied>, Error> {
        let day = self
            .day
            .as_deref()
            .map(|d| day_named("day", d))
            .transpose()?;
        let given = |field, text: &Option<Text>| given_out(field, text.clone());
        let (receipt, order) = (
            given("receipt", &self.receipt)?,
            given("order", &self.order)?,
        );
        let store = given("store", &self.store)?;
        let found = if let Some(key) = &self.key {
            return Ok(Ok(ledger.find_key(key)?));
        } else if !receipt.is_empty() {
            let terminal = given("terminal", &self.terminal)?;
            engine::find_slip(
                ledger,
                &SlipRef {
                    receipt,
                    store,
                    terminal,
                    day,
                },
            )?
        } else if !order.is_empty() {
            let named = self.channel.clone().map(|name| channel(Some(name)));
            engine::find_order(ledger, &order, &store, named.transpose()?.as_ref())?
        } else {
            let remedy = "name a key, a receipt (with its store) or an order";
            return Err(Bad::missing("key", remedy).into());
        };
        Ok(found.map_err(|ambiguous| *ambiguous))
    }
}

/// Later events of the entry, which its recorded answer cannot know.
fn since(ledger: &mut Ledger, seq: u64) -> Result<Vec<Warning>, Error> {
    let digits = ledger.programme()?.digits;
    let sale = engine::claimed_sale(ledger, seq)?;
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
    let now = engine::standing_sale(ledger, sale)?;
    let how = match engine::is_of_same_member(ledger, sale, now)? {
        true => "it was amended",
        false => "it went to another member's card",
    };
    let voided = voided.map(|voided| match now == sale {
        true => voided,
        false => Warning {
            message: format!("{}; {how} as entry {now}", voided.message),
            ..voided
        },
    });
    Ok(returned.into_iter().chain(voided).chain(claimed).collect())
}

//! Quotes, as questions.

use super::{Ask, Error, Quote};
use crate::answer::{Answer, Denied};
use crate::command::{Bad, parse_keyless};
use crate::engine::{self, Ledger};

impl Ask for Quote {
    type Reply = Answer;

    fn answer(&self, ledger: &mut Ledger) -> Result<Answer, Error> {
        if self.command.is_null() {
            return Err(Bad::missing("command", "it is the command to be quoted").into());
        }
        let json = self.command.to_string().into_bytes();
        Ok(match parse_keyless(&json, ledger.programme()?.digits) {
            Ok(request) => engine::quote_discounted(ledger, &request, None)?,
            Err(bad) => Denied::bad_json(&json, &bad).into(),
        })
    }
}

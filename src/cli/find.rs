//! `stampbook find`

use super::options::Cli;
use super::print::{Exit, Failure, Printer};
use crate::query::{Find, ask};

impl Find {
    /// Shows the recorded answer.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        cli.reading("find", out, |ledger, out| {
            let read = ask(ledger, self)?;
            match out.is_json() {
                true => out.json(&read.to_json()?)?,
                false => return out.answer(&read.reply),
            }
            Ok(Exit::from(&read.reply))
        })
    }
}

//! `stampbook schema`

use super::{Exit, Failure, Printer};
use crate::{answer, command};
use clap::Args;

/// Prints the JSON Schemas of commands and answers, made from the code that
/// reads and writes them.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Examples:
  stampbook schema
  stampbook schema purchase")]
pub struct SchemaArgs {
    /// Only this verb, or `answer`.
    pub verb: Option<String>,
}

impl SchemaArgs {
    /// Needs no ledger.
    pub fn run(&self, printer: &mut Printer) -> Result<Exit, Failure> {
        let all = answer::schema();
        let found = match self.verb.as_deref() {
            None => Some(&all),
            Some("answer") => all.pointer("/$defs/answer"),
            Some(verb) => all.pointer("/$defs/commands").and_then(|c| c.get(verb)),
        };
        let unknown = || {
            let known = [command::VERBS, &["answer"]].concat();
            command::Bad::unknown("verb", "verb", self.verb.as_deref().unwrap_or(""), &known)
        };
        printer.data(found.ok_or_else(unknown)?)?;
        Ok(Exit::Done)
    }
}

//! `stampbook schema`

use super::{Exit, Failure, Printer};
use crate::{answer, command, query};
use clap::Args;
use serde_json::Value;

/// Prints the JSON Schemas of commands and answers, of questions and replies, made
/// from the code that reads and writes them.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Examples:
  stampbook schema
  stampbook schema purchase
  stampbook schema balance --reply")]
pub struct SchemaArgs {
    /// Only this verb or question, or `answer`: what every verb is answered with.
    pub verb: Option<String>,
    /// Of a question: its reply.
    #[arg(long, requires = "verb")]
    pub reply: bool,
}

impl SchemaArgs {
    /// Prints the schema; needs no ledger.
    pub fn run(&self, printer: &mut Printer) -> Result<Exit, Failure> {
        let all = whole();
        let Some(word) = self.verb.as_deref() else {
            printer.data(&all)?;
            return Ok(Exit::Done);
        };
        let of = |part: &str| all.pointer(&format!("/$defs/{part}/{word}"));
        let found = match word {
            _ if self.reply => of("replies"),
            "answer" => all.pointer("/$defs/answer"),
            _ => of("commands").or_else(|| of("questions")),
        };
        let unknown = || {
            let known = match self.reply {
                true => query::WORDS.to_vec(),
                false => [command::VERBS, query::WORDS, &["answer"]].concat(),
            };
            command::Bad::unknown("verb", "verb or question", word, &known)
        };
        printer.data(found.ok_or_else(unknown)?)?;
        Ok(Exit::Done)
    }
}

/// One document: a command is one of the verbs under `$defs/commands`, a question one
/// of those under `$defs/questions` with its reply under `$defs/replies`.
fn whole() -> Value {
    let mut all = answer::schema();
    let (questions, replies) = query::schema();
    all["$defs"]["questions"] = questions.into();
    all["$defs"]["replies"] = replies.into();
    all
}

//! `stampbook do`

use super::args::Cli;
use super::desk::{carry_out, compact};
use super::print::{Exit, Failure, Printer};
use crate::answer::{Answer, Denied, catalogue};
use crate::command::{LINE_LEN_MAX, Verb, parse, parse_keyless};
use crate::query::{answer, is_question};
use crate::storage::files;
use clap::Args;
use std::io::Read;
use std::path::Path;

/// Carries out one JSON command and prints its answer as JSON.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Examples:
  stampbook do purchase.json
  stampbook do - --quote")]
pub struct DoArgs {
    /// A file, or - for stdin.
    pub file: String,
    /// Decide and forget.
    #[arg(long)]
    pub quote: bool,
}

impl DoArgs {
    /// Carries the command out; the answer is always JSON.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        let json = self.read()?;
        if is_question(&json) {
            return cli.at_desk("question", out, |ledger, out| {
                let answer = answer(ledger, &json)?;
                out.json(&answer)?;
                let code = answer["code"].as_str().and_then(catalogue::find);
                Ok(code.map_or(Exit::Done, |known| known.exit))
            });
        }
        let mut is_erased = false;
        let exit = cli.at_desk("do", out, |ledger, out| {
            let digits = ledger.programme()?.digits;
            let parsed = match self.quote {
                true => parse_keyless(&json, digits),
                false => parse(&json, digits),
            };
            let answer: Answer = match parsed {
                Err(bad) => Denied::bad_json(&json, &bad).into(),
                Ok(request) if self.quote => ledger.quote_discounted(&request, None)?,
                Ok(request) => {
                    let is_erasure = matches!(request.verb, Verb::Erase { .. });
                    is_erased = is_erasure && !request.is_training;
                    carry_out(ledger, &request)?
                }
            };
            out.json(&answer)?;
            Ok(Exit::from(&answer))
        })?;
        if is_erased && exit == Exit::Done {
            compact(cli)?;
        }
        Ok(exit)
    }

    /// Reads one byte more than a command can have, so that a longer one is
    /// detected without holding it.
    fn read(&self) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        let len_max = LINE_LEN_MAX as u64 + 1;
        match self.file.as_str() {
            "-" => {
                std::io::stdin()
                    .lock()
                    .take(len_max)
                    .read_to_end(&mut bytes)?;
            }
            path => {
                let path = Path::new(path);
                let file = files::open_named(path).map_err(super::trouble::not_opened)?;
                let read = file.take(len_max).read_to_end(&mut bytes);
                read.map_err(|e| super::trouble::not_read(path, e))?;
            }
        }
        Ok(bytes)
    }
}

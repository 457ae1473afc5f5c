//! `stampbook do`

use super::desk::{carry_out, compact};
use super::input;
use super::options::Cli;
use super::print::{Exit, Failure, Printer};
use super::trouble::not_read;
use crate::answer::{Answer, Denied, catalogue};
use crate::command::{LINE_LEN_MAX, Verb, parse, parse_keyless};
use crate::engine;
use crate::query::{answer, is_question};
use crate::storage::files::limit;
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
    /// Decide it and book nothing.
    #[arg(long)]
    pub quote: bool,
}

impl DoArgs {
    /// Carries the command out; the answer is always JSON.
    pub fn run(&self, cli: &Cli, out: &mut Printer) -> Result<Exit, Failure> {
        let json = self.read(out)?;
        if is_question(&json) {
            return cli.reading("question", out, |ledger, out| {
                let answer = answer(ledger, &json)?;
                out.json(&answer)?;
                let code = answer["code"].as_str().and_then(catalogue::find);
                Ok(code.map_or(Exit::Done, |known| known.exit))
            });
        }
        let (exit, is_erased) = cli.at_desk("do", out, |ledger, out| {
            let digits = ledger.programme()?.digits;
            let mut is_erased = false;
            let parsed = match self.quote {
                true => parse_keyless(&json, digits),
                false => parse(&json, digits),
            };
            let answer: Answer = match parsed {
                Err(bad) => Denied::bad_json(&json, &bad).into(),
                Ok(request) if self.quote => engine::quote_discounted(ledger, &request, None)?,
                Ok(request) => {
                    let is_erasure = matches!(request.verb, Verb::Erase { .. });
                    is_erased = is_erasure && !request.is_training;
                    carry_out(ledger, &request)?
                }
            };
            out.json(&answer)?;
            Ok((Exit::from(&answer), is_erased))
        })?;
        if is_erased && exit == Exit::Done {
            compact(cli, out)?;
        }
        Ok(exit)
    }

    /// Reads one byte more than a command can have, so that a longer one is
    /// detected without holding it.
    pub(super) fn read(&self, out: &Printer) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        let (input, _) = input::open(out, &self.file, limit::IMPORT)?;
        let read = input.take(LINE_LEN_MAX as u64 + 1).read_to_end(&mut bytes);
        read.map_err(|e| not_read(Path::new(&self.file), e))?;
        Ok(bytes)
    }
}

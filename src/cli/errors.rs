//! `stampbook errors`

use super::print::{Exit, Failure, Printer, row};
use crate::answer::catalogue::{self, CodeEntry};
use crate::command::Bad;
use clap::Args;
use serde_json::json;

/// Tells codes of refusals, errors and warnings: class, retry, exit code, meaning and remedy.
#[derive(Args, Clone, PartialEq, Eq, Debug)]
#[command(after_help = "\
Examples:
  stampbook errors
  stampbook errors clock_jumped")]
pub struct ErrorsArgs {
    /// Only this code.
    pub code: Option<String>,
}

impl ErrorsArgs {
    /// Prints codes; needs no ledger.
    pub fn run(&self, out: &mut Printer) -> Result<Exit, Failure> {
        let head = ["code", "class", "retry", "exit", "meaning"];
        let Some(code) = &self.code else {
            out.table(&head, catalogue::all().map(|known| cells(&known)))?;
            let all: Vec<_> = catalogue::all().map(|known| as_json(&known)).collect();
            return out.done(&all);
        };
        let Some(known) = catalogue::find(code) else {
            let all: Vec<&str> = catalogue::all().map(|known| known.code).collect();
            return Err(Bad::unknown("code", "code", code, &all).into());
        };
        out.table(&head, [cells(&known)])?;
        out.line(known.remedy)?;
        out.done(&as_json(&known))
    }
}

fn cells(known: &CodeEntry) -> Vec<String> {
    let class = known.class.map_or("warning", catalogue::class_word);
    let retry = known.retry.map_or("", catalogue::retry_word);
    let exit = known.exit as u8;
    row(&[&known.code, &class, &retry, &exit, &known.meaning])
}

fn as_json(known: &CodeEntry) -> serde_json::Value {
    json!({
        "code": known.code,
        "class": known.class.map_or("warning", catalogue::class_word),
        "recorded": known.is_recorded,
        "retry": known.retry.map(catalogue::retry_word),
        "exit": known.exit as u8,
        "meaning": known.meaning,
        "remedy": known.remedy,
    })
}

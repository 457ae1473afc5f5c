//! `stampbook errors`

use super::print::{Exit, Failure, Printer};
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
        let Some(code) = &self.code else {
            let rows: Vec<Vec<String>> = catalogue::all().map(|known| row(&known)).collect();
            out.table(&["code", "class", "retry", "exit", "meaning"], &rows)?;
            if out.is_json() {
                let all: Vec<_> = catalogue::all().map(|known| as_json(&known)).collect();
                out.json(&all)?;
            }
            return Ok(Exit::Done);
        };
        let Some(known) = catalogue::find(code) else {
            let all: Vec<&str> = catalogue::all().map(|known| known.code).collect();
            return Err(Bad::unknown("code", "code", code, &all).into());
        };
        match out.is_json() {
            true => out.json(&as_json(&known))?,
            false => {
                let head = ["code", "class", "retry", "exit", "meaning"];
                out.table(&head, &[row(&known)])?;
                out.line(known.remedy)?;
            }
        }
        Ok(Exit::Done)
    }
}

fn row(known: &CodeEntry) -> Vec<String> {
    vec![
        known.code.into(),
        known.class.map_or("warning", catalogue::class_word).into(),
        known.retry.map_or("", catalogue::retry_word).into(),
        (known.exit as u8).to_string(),
        known.meaning.into(),
    ]
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

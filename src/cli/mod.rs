//! The command line: arguments as plain data, one file per command, and one
//! place that prints.

pub mod activity;
pub mod alert;
pub mod args;
pub mod audit;
pub mod backup;
pub mod balance;
pub mod campaign;
mod campaign_state;
pub mod consent;
pub mod correct_clock;
pub mod daily;
pub mod day;
pub mod demo;
mod desk;
pub mod do_one;
mod documents;
pub mod errors;
pub mod explain;
mod export;
mod failure;
pub mod find;
mod forward;
pub mod household;
pub mod import;
mod import_run;
pub mod init;
mod input;
mod lent;
pub mod lookup;
pub mod member;
mod member_export;
pub mod members;
mod new_file;
pub mod office;
pub mod options;
pub mod outbox;
pub mod packaging;
pub mod partner;
pub mod pass;
pub mod policy;
pub mod pool;
pub mod print;
mod programme;
pub mod progress;
mod queue;
pub mod quote;
pub mod rebuild;
pub mod recover;
pub mod redecide;
pub mod report;
mod restore;
mod run;
pub mod schema;
mod sent;
mod serve;
mod service_client;
pub mod session;
pub mod shift;
pub mod show;
mod slip;
pub mod statement;
mod subcommand;
pub mod supervisor;
pub mod terminal;
mod till_place;
mod token;
pub mod transfer;
mod trouble;
mod visit;
pub mod voucher;
pub mod webhook;

#[cfg(test)]
mod tests;

pub use args::{Arguments, Command};
pub use options::Cli;
use print::ColorWhen;
pub use print::{Exit, Failure, Printer};
pub use run::run;

pub use crate::policy::STACK_LEN;

use crate::answer::{Answer, Denied};
use crate::command::Bad;
use crate::model::{on_one_line, unprintable, visible};
use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue};
use clap::{CommandFactory, FromArgMatches};
use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

/// Parses the arguments, runs the command, prints a failure, and returns the exit code.
pub fn start(run: impl FnOnce(Arguments, &mut Printer) -> Result<Exit, Failure>) -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().collect();
    let line = match parsed(&words) {
        Ok(line) => line,
        Err(told) => {
            // A broken pipe while printing help is not an error.
            if told.use_stderr() && words.iter().any(|word| word == "--json") {
                let mut printer = Printer::new(true, ColorWhen::Never);
                let denied = Denied::bad("", &bad_flags(&told));
                let _ = printer.answer(&Answer::from(denied));
            } else if told.use_stderr() {
                let _ = write!(std::io::stderr(), "{}", spelt(&told, &words));
            } else {
                let _ = told.print();
            }
            return match told.use_stderr() {
                true => Exit::BadInput.into(),
                false => Exit::Done.into(),
            };
        }
    };
    let mut printer = Printer::new(line.cli.json, line.cli.color);
    let exit = run(line, &mut printer).unwrap_or_else(|failure| printer.failure(&failure));
    exit.into()
}

/// Message about a wrong command line, with the typed words on one line and
/// hidden characters spelt out.
fn spelt(told: &clap::Error, words: &[OsString]) -> String {
    let text = told.render().to_string();
    let typed = words.iter().map(|word| word.to_string_lossy());
    let text = typed.fold(text, |text, word| {
        // An unknown flag is reported without its value.
        let flag = word.split('=').next().unwrap_or_default();
        [&*word, flag]
            .iter()
            .fold(text, |text, part| match unprintable(part) {
                Some(_) => text.replace(part, &on_one_line(part)),
                None => text,
            })
    });
    visible(text)
}

/// Parses the command line. Help is shown without the Markdown marks of the
/// schema's descriptions.
fn parsed(words: &[OsString]) -> Result<Arguments, clap::Error> {
    let is_help = |word: &OsString| word == "--help" || word == "-h" || word == "help";
    let command = match words.iter().any(is_help) {
        true => plain(Arguments::command()),
        false => Arguments::command(),
    };
    Arguments::from_arg_matches(&command.try_get_matches_from(words)?)
}

/// A command whose help has no backticks.
fn plain(command: clap::Command) -> clap::Command {
    let strip = |text: Option<&StyledStr>| text.map(|t| t.to_string().replace('`', ""));
    let (about, long) = (
        strip(command.get_about()).unwrap_or_default(),
        strip(command.get_long_about()),
    );
    let command = command.about(about).mut_args(|arg| {
        let (short, long) = (strip(arg.get_help()), strip(arg.get_long_help()));
        let arg = match short {
            Some(short) => arg.help(short),
            None => arg,
        };
        match long {
            Some(long) => arg.long_help(long),
            None => arg,
        }
    });
    let command = match long {
        Some(long) => command.long_about(long),
        None => command,
    };
    command.mut_subcommands(plain)
}

/// Converts an error of the command line to bad input: the flag, and the
/// message without the usage after it.
fn bad_flags(error: &clap::Error) -> Bad {
    let flag = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(flag)) => flag.as_str(),
        Some(ContextValue::Strings(flags)) => flags.first().map_or("", String::as_str),
        _ => "",
    };
    let flag = flag.split(' ').next().unwrap_or_default();
    let text = error.render().to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    let words = text.split("\n\nUsage:").next().unwrap_or(text);
    let words = words.split("\n\nFor more").next().unwrap_or(words);
    Bad::new(flag, words.split_whitespace().collect::<Vec<_>>().join(" "))
}

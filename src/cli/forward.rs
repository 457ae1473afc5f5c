//! Commands that go through a running service: the words are sent to it, with the
//! files they name, and its output is printed here.

use super::args::{Arguments, Command};
use super::backup::is_passable;
use super::new_file::write_new;
use super::options::Cli;
use super::policy::PolicyCommand;
use super::print::{ErrorCode, Exit, Failure, NoCode, Printer};
use super::sent::{Inputs, Returned, SENT_ROWS, Sent};

use crate::serve::{Answered, Client};
use crate::storage::files::limit;
use std::path::Path;

/// Runs a command by the service that has the ledger open; None if there is no such
/// service, or the command never goes through one.
///
/// # Errors
/// A file could not be read or written, or the service ended meanwhile.
pub(super) fn forward(line: &Arguments, out: &mut Printer) -> Result<Option<Exit>, Failure> {
    if !goes_through(&line.command) {
        return Ok(None);
    }
    let words = std::env::args_os().skip(1).map(|word| word.into_string());
    let (Some(mut client), Ok(words)) = (connect(&line.cli), words.collect()) else {
        return Ok(None);
    };
    let json = as_sent(words, inputs(&line.command, out))?;
    let body = match client.post("/cli", &json).map_err(|e| no_answer(&e))? {
        Answered::Done(body) => body,
        Answered::Refused(body) => return Err(refused(&body)),
        Answered::OtherLedger => return Ok(None),
    };
    match serde_json::from_slice(&body).map_err(|_| refused(&body))? {
        Returned::OtherVersion(version) => Err(Failure::busy(format!(
            "the service that has the ledger open is {version}, this program is {}",
            env!("CARGO_PKG_VERSION")
        ))
        .hint("restart the service with this program")),
        Returned::Ran {
            exit,
            printed,
            new_files,
        } => {
            for file in new_files {
                write_new(&file.path, &file.text, &file.remedy)?;
            }
            for part in &printed {
                out.print(part)?;
            }
            out.flush()?;
            Ok(Some(exit))
        }
    }
}

/// Has what was answered signed, by the process that has the ledger open: a service, or
/// this one. Another process, and a disk that takes no more, are told and left alone.
///
/// # Errors
/// The ledger cannot be opened.
pub(super) fn settle(cli: &Cli, out: &mut Printer) -> Result<(), Failure> {
    let Some(mut client) = connect(cli) else {
        return open_once(cli, out);
    };
    // Any command is run behind what was answered, and what was answered is signed
    // by then. If this one fails, what is signed is there all the same.
    let words = ["policy", "list"].map(String::from).to_vec();
    let json = as_sent(words, Inputs::default())?;
    match client.post("/cli", &json) {
        Ok(Answered::Done(_)) => Ok(()),
        Ok(Answered::OtherLedger) => open_once(cli, out),
        Ok(Answered::Refused(_)) | Err(_) => {
            out.note("note: the service gave no answer; what it has signed is copied");
            Ok(())
        }
    }
}

fn open_once(cli: &Cli, out: &mut Printer) -> Result<(), Failure> {
    match cli.at_desk("backup", out, |_, _| Ok(Exit::Done)) {
        Err(failure) if is_passable(&failure) => {
            out.note(format!(
                "note: {}; what is signed is copied",
                failure.message
            ));
            Ok(())
        }
        opened => opened.map(drop),
    }
}

/// Connects to the service that has the ledger open, if there is one.
pub(super) fn connect(cli: &Cli) -> Option<Client> {
    let folders = cli.folders();
    Client::connect(&folders.ledger, &folders.secrets)
}

/// Sends lines of a session to the service, and returns its answers, a line for each.
///
/// # Errors
/// The service gave no answer, refused the lines as such, or serves another ledger.
pub(super) fn post_lines(client: &mut Client, lines: &[u8]) -> Result<Vec<u8>, Failure> {
    post(client, "/cli/lines", lines)
}

/// Sends a body to the service, and returns that of its response.
///
/// # Errors
/// As [`post_lines`].
pub(super) fn post(client: &mut Client, path: &str, body: &[u8]) -> Result<Vec<u8>, Failure> {
    match client.post(path, body).map_err(|e| no_answer(&e))? {
        Answered::Done(body) => Ok(body),
        Answered::Refused(body) => Err(refused(&body)),
        Answered::OtherLedger => Err(Failure::busy("the service serves another ledger")),
    }
}

/// A command line as it is sent to a service, in JSON.
fn as_sent(words: Vec<String>, inputs: Inputs) -> Result<Vec<u8>, Failure> {
    let sent = Sent {
        version: env!("CARGO_PKG_VERSION").into(),
        words,
        inputs,
    };
    serde_json::to_vec(&sent).map_err(|e| Failure::internal(e.to_string()))
}

/// True for commands that need the open ledger. The others need none, or must have
/// its files for themselves.
fn goes_through(command: &Command) -> bool {
    match command {
        Command::Init(_)
        | Command::Queue(_)
        | Command::Session(_)
        | Command::Serve(_)
        | Command::Supervisor(_)
        | Command::Terminal(_)
        | Command::Token(_)
        | Command::Export(_)
        | Command::Webhook(_)
        | Command::Audit(_)
        | Command::CorrectClock(_)
        | Command::Rebuild(_)
        | Command::Recover(_)
        | Command::Backup(_)
        | Command::Restore(_)
        | Command::Errors(_)
        | Command::Schema(_)
        | Command::Completions(_)
        | Command::Man(_)
        | Command::Demo(_) => false,
        Command::Import(import) => import.presets.is_none(),
        Command::Policy(policy) => match policy {
            PolicyCommand::Check(_)
            | PolicyCommand::Test(_)
            | PolicyCommand::Help(_)
            | PolicyCommand::Lsp(_)
            | PolicyCommand::New(_)
            | PolicyCommand::Templates(_)
            | PolicyCommand::Probe(_)
            | PolicyCommand::Schema => false,
            PolicyCommand::Diff(diff) => diff.is_of_ledger(),
            // The sales of a file need no ledger.
            PolicyCommand::Simulate(simulate) => simulate.on.is_none(),
            _ => true,
        },
        _ => true,
    }
}

/// Reads the files that a command names.
fn inputs(command: &Command, out: &Printer) -> Inputs {
    let mut inputs = Inputs::default();
    match command {
        Command::Do(one) => inputs.add(&one.file, one.read(out)),
        Command::Import(import) => {
            inputs.add_file(out, import.path(), SENT_ROWS);
            if let Some(map) = &import.map_file {
                inputs.add_file(out, &map.display().to_string(), limit::MAP_FILE);
            }
        }
        Command::Quote(quote) => {
            if let Some(folder) = &quote.with {
                inputs.add_programme(folder);
            }
        }
        Command::Policy(policy) => match policy {
            PolicyCommand::Activate(activate) => inputs.add_programme(&activate.folder),
            PolicyCommand::Diff(diff) => {
                for folder in diff.folders() {
                    inputs.add_programme(Path::new(&folder));
                }
            }
            PolicyCommand::Simulate(simulate) => inputs.add_programme(&simulate.folder),
            PolicyCommand::Status(status) if status.folder.exists() => {
                inputs.add_programme(&status.folder);
            }
            _ => {}
        },
        _ => {}
    }
    inputs
}

/// Converts the error of a service that gave no answer.
fn no_answer(error: &std::io::Error) -> Failure {
    let message = format!(
        "the service that has the ledger open gave no answer (it was stopped, or has failed): {error}"
    );
    Failure::new(ErrorCode::Io, message).hint(
        "whether something was booked is not known: send the same command again with the same key",
    )
}

/// Converts a body that is no result of a command line: an answer of the service itself.
pub(super) fn refused(body: &[u8]) -> Failure {
    let told: Option<serde_json::Value> = serde_json::from_slice(body).ok();
    let text = told.as_ref().and_then(|told| told["message"].as_str());
    let code = told
        .as_ref()
        .and_then(|told| NoCode::find(told["code"].as_str()?));
    match (text, code) {
        (Some(text), Some(code)) => Failure::new(code, text),
        _ => Failure::busy(
            "the service that has the ledger open has as many connections as it takes",
        )
        .hint("try again in a moment, or give it more (--connections-max)"),
    }
}

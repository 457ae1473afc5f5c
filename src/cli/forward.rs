//! Commands that go through a running service: the words are sent to it, with the
//! files they name, and its output is printed here.

use super::args::{Arguments, Command};
use super::new_file::write_new;
use super::policy::PolicyCommand;
use super::print::{Exit, Failure, Printer};
use super::sent::{Inputs, Returned, SENT_ROWS};
use super::service_client::{as_sent, connect, no_answer, refused};
use crate::serve::Answered;
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

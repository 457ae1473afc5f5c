//! The service that has the ledger open, as a command speaks to it.

use super::options::Cli;
use super::print::{ErrorCode, Failure, NoCode, Printer};
use super::sent::{Inputs, Sent};
use crate::serve::{Answered, Client};

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
    match cli.at_desk("backup", out, |_, _| Ok(())) {
        Err(failure) if is_passable(&failure) => {
            out.note(format!(
                "note: {}; what is signed is copied",
                failure.message
            ));
            Ok(())
        }
        opened => opened,
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
pub(super) fn as_sent(words: Vec<String>, inputs: Inputs) -> Result<Vec<u8>, Failure> {
    let sent = Sent {
        version: env!("CARGO_PKG_VERSION").into(),
        words,
        inputs,
    };
    serde_json::to_vec(&sent).map_err(|e| Failure::internal(e.to_string()))
}

/// True if a backup can go on although the ledger could not be opened: another
/// process has it, or the disk takes no more.
fn is_passable(failure: &Failure) -> bool {
    let passable = [ErrorCode::Busy, ErrorCode::DiskFull, ErrorCode::Io];
    passable.into_iter().any(|code| failure.code == code.into())
}

/// Converts the error of a service that gave no answer.
pub(super) fn no_answer(error: &std::io::Error) -> Failure {
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

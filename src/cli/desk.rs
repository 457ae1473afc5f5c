//! Opening and closing of the ledger that the flags name.

use super::options::Cli;
use super::print::{ErrorCode, Exit, Failure, Printer};
use super::progress::Progress;
use crate::answer::Answer;
use crate::command::{Raw, Request, Verb, from_raw};
use crate::engine::{self, Error, Folders, Ledger, Options, default_secrets};
use crate::model::Key;
use crate::query::{self, Ask, Read};
use crate::storage::entropy::Entropy;
use crate::storage::error::StorageError;
use crate::storage::journal::files::segment_name;
use crate::storage::secrets::Secrets;
use serde::Serialize;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::time::Duration;

/// Time to wait for another process: two tills may buy at the same moment, and
/// a killed process is not gone at once.
pub(super) const PATIENCE: Duration = Duration::from_millis(500);

/// Commands that run for a long time.
const LASTING: [&str; 10] = [
    "daily", "erase", "import", "init", "rebuild", "recover", "restore", "serve", "session",
    "simulate",
];

impl Cli {
    /// The folders that the flags name.
    pub fn folders(&self) -> Folders {
        let secrets = self.secrets.clone();
        Folders {
            ledger: self.ledger.clone(),
            secrets: secrets.unwrap_or_else(|| default_secrets(&self.ledger)),
        }
    }

    /// Options for opening a ledger, from the flags.
    pub(super) fn options(&self, purpose: &str) -> Result<Options, Error> {
        let mut bar: Option<Progress> = None;
        let usual = Options::new(purpose)?;
        let usual = match self.memory {
            Some(memory) => usual.within(memory),
            None => usual,
        };
        Ok(Options {
            patience: PATIENCE,
            is_clock_accepted: self.accept_clock,
            alerts: Some(query::look_for_alert),
            is_brief: !LASTING.iter().any(|lasting| purpose.starts_with(lasting)),
            progress: Some(Box::new(move |done, total| {
                let bar = bar.get_or_insert_with(|| {
                    let bar = Progress::of_items(total, "entries");
                    bar.doing("filling the book");
                    bar
                });
                bar.at(done);
            })),
            ..usual
        })
    }

    /// Opens the ledger, runs some work, and closes it.
    pub(super) fn at_desk<T>(
        &self,
        purpose: &str,
        out: &mut Printer,
        work: impl FnOnce(&mut Ledger, &mut Printer) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        if out.visit.is_some() {
            return at_lent(out, work);
        }
        check_secrets(&self.folders())?;
        let ledger = Ledger::open(&self.folders(), self.options(purpose)?)?;
        at_opened(ledger, out, work)
    }

    /// Opens the ledger, runs some work that only reads, and closes it. On a disk that takes
    /// no writes it reads the journal, and writes into a temporary folder.
    pub(super) fn reading<T>(
        &self,
        purpose: &str,
        out: &mut Printer,
        work: impl FnOnce(&mut Ledger, &mut Printer) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        if out.visit.is_some() {
            return at_lent(out, work);
        }
        let folders = self.folders();
        check_secrets(&folders)?;
        let error = match Ledger::open(&folders, self.options(purpose)?) {
            Err(error) if is_unwritable(&error) => error,
            opened => return at_opened(opened?, out, work),
        };
        let scratch = tempfile::Builder::new()
            .prefix("stampbook-question-")
            .tempdir()?;
        let options = Options {
            scratch: Some(scratch.path().to_owned()),
            ..self.options(purpose)?
        };
        let ledger = Ledger::open(&folders, options)?;
        out.note(format!(
            "note: {error}; the question was answered from the journal, and nothing was written there"
        ));
        at_opened(ledger, out, work)
    }

    /// Asks a question of the ledger, and prints the reply.
    pub(super) fn ask<Q: Ask>(
        &self,
        purpose: &str,
        question: &Q,
        out: &mut Printer,
        print: impl FnOnce(&Q::Reply, &mut Printer) -> Result<(), Failure>,
    ) -> Result<Exit, Failure> {
        self.reading(purpose, out, |ledger, out| {
            let read = query::ask(ledger, question)?;
            print_reply(&read, out, print)
        })
    }

    /// Books the command of the flags, and prints the answer.
    pub(super) fn book(
        &self,
        purpose: &str,
        out: &mut Printer,
        raw: impl Into<Raw>,
    ) -> Result<Exit, Failure> {
        self.at_desk(purpose, out, |ledger, out| {
            let request = request_of(ledger, raw.into())?;
            let answer = ledger.submit(&request)?;
            out.answer(&answer)
        })
    }
}

/// Runs some work on an open ledger, and closes it.
fn at_opened<T>(
    mut ledger: Ledger,
    out: &mut Printer,
    work: impl FnOnce(&mut Ledger, &mut Printer) -> Result<T, Failure>,
) -> Result<T, Failure> {
    out.notes(ledger.notes());
    let done = work(&mut ledger, out);
    if !done.as_ref().is_err_and(is_lost) {
        let closed = engine::close_to_exit(ledger);
        match closed {
            // Answered commands are durable: derived files are rebuilt.
            Err(error) if done.is_ok() && is_of_derived(&error) => out.note(format!(
                "note: {error}; what was answered stands, and the next command makes that good"
            )),
            closed => closed?,
        }
    }
    done
}

/// Works on the ledger that the service has open, for a client of it.
fn at_lent<T>(
    out: &mut Printer,
    work: impl FnOnce(&mut Ledger, &mut Printer) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let mut ledger = out.take_lent()?;
    engine::take_schedules(&mut ledger)?;
    let done = work(&mut ledger, out);
    let is_clean = !done.as_ref().is_err_and(is_lost) && ledger.waiting() == 0;
    if is_clean && ledger.conclude().is_ok() {
        out.give_back(ledger);
    }
    done
}

/// Prints a reply, for people by `print`.
pub(super) fn print_reply<R: Serialize>(
    read: &Read<R>,
    out: &mut Printer,
    print: impl FnOnce(&R, &mut Printer) -> Result<(), Failure>,
) -> Result<Exit, Failure> {
    match out.is_json() {
        true => out.json(&read.to_json()?)?,
        false => print(&read.reply, out)?,
    }
    Ok(Exit::Done)
}

/// Closes a ledger that goes on from what was accepted: the size and origin of its checkpoint.
pub(super) fn close_signed(ledger: Ledger, out: &mut Printer) -> Result<(u64, String), Failure> {
    out.notes(ledger.notes());
    let signed = ledger.checkpoint();
    let checkpoint = signed.checkpoint();
    let signed = (checkpoint.size(), checkpoint.origin().to_owned());
    ledger.close()?;
    Ok(signed)
}

/// True for an I/O error after which the content of the disk is unknown: the next
/// opening checks it.
fn is_lost(failure: &Failure) -> bool {
    failure.exit() == Exit::Trouble && failure.code != ErrorCode::ReaderGone.into()
}

/// True if the disk is full or read-only.
fn is_unwritable(error: &Error) -> bool {
    match error {
        Error::StorageError(StorageError::DiskFull { .. }) => true,
        Error::StorageError(StorageError::Io { source, .. }) => {
            use ErrorKind::{PermissionDenied, ReadOnlyFilesystem};
            matches!(source.kind(), PermissionDenied | ReadOnlyFilesystem)
        }
        _ => false,
    }
}

/// True if the error concerns files derived from the journal, or a disk that
/// became full after the last answer.
fn is_of_derived(error: &Error) -> bool {
    let is_book = matches!(error, Error::StorageError(StorageError::Book { .. }));
    is_book || is_unwritable(error)
}

/// Checks that the secrets are there: a ledger without them can be audited, but
/// not written.
pub(super) fn check_secrets(folders: &Folders) -> Result<(), Failure> {
    let is_ledger = folders
        .ledger
        .join("journal")
        .join(segment_name(0))
        .is_file();
    if folders.secrets.is_dir() || !is_ledger {
        return Ok(());
    }
    Err(no_secrets(folders).hint(
        "name it with --secrets; without it the ledger can only be audited (`stampbook audit verify`)",
    ))
}

/// The failure of a folder of secrets that is not there.
pub(super) fn no_secrets(folders: &Folders) -> Failure {
    let message = format!("there is no secrets folder {}", folders.secrets.display());
    Failure::new(ErrorCode::NoSecrets, message)
}

/// Finds the secrets, for what needs no ledger beside them.
pub(super) fn secrets_alone(cli: &Cli) -> Result<PathBuf, Failure> {
    let folders = cli.folders();
    check_secrets(&folders)?;
    match folders.secrets.is_dir() {
        true => Ok(folders.secrets),
        false => Err(no_secrets(&folders)
            .hint("name it with --secrets; `stampbook init` makes it beside a new ledger")),
    }
}

/// Reports who besides their owner may read the secrets, if they are at hand.
pub(super) fn tell_exposure(cli: &Cli, out: &mut Printer) {
    let secrets = Secrets::open(&cli.folders().secrets);
    // An audit needs no secrets, so it does not fail for them.
    if let Ok(Some(exposed)) = secrets.and_then(|secrets| secrets.exposure()) {
        out.note(format!("note: {exposed}"));
    }
}

/// Makes the request of the flags; a command typed without a key gets a fresh one.
pub(super) fn request_of(ledger: &Ledger, raw: Raw) -> Result<Request, Failure> {
    let mut request = from_raw(raw, ledger.programme()?.digits)?;
    if !request.key.is_some() {
        let fresh = key_fresh(Entropy::from_os()?.draw());
        request.key = Key::parse(&fresh).map_err(Failure::internal)?;
    }
    Ok(request)
}

/// Carries out a command from any source. An erasure also writes the book.
pub(super) fn carry_out(ledger: &mut Ledger, request: &Request) -> Result<Answer, Failure> {
    Ok(match request.verb {
        Verb::Erase { .. } => engine::erase(ledger, request)?,
        _ => ledger.submit(request)?,
    })
}

/// Rebuilds the book, so that it keeps no trace of an erased member.
pub(super) fn compact(cli: &Cli, out: &mut Printer) -> Result<(), Failure> {
    if out.visit.is_some() {
        let mut ledger = out.take_lent()?;
        let plan = engine::plan_remake(&ledger);
        let remade = out.beside(&mut ledger, || plan.carry_out())??;
        engine::close_for(*ledger, &remade)?;
        let opened = Ledger::open(&cli.folders(), cli.options("serve")?)?;
        out.give_back(Box::new(opened));
        return Ok(());
    }
    let ledger = Ledger::rebuild(&cli.folders(), cli.options("erase")?)?;
    Ok(ledger.close()?)
}

/// Makes a key for a command typed by hand, from eight random bytes.
pub fn key_fresh(random: [u8; 8]) -> String {
    format!("cli-{:016x}", u64::from_be_bytes(random))
}

//! A command line that a client sent to the service, run there on the open ledger.

use super::args::Cli;
use super::input::Inputs;
use super::new_file::write_new;
use super::print::{Exit, Failure, Printer};
use super::{parsed, run};
use crate::embed::YieldPoint;
use crate::engine::{self, Folders, Ledger};
use crate::policy::STACK_LEN;
use crate::serve::Share;
use serde::{Deserialize, Serialize};
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// A command line as a client sends it to the service.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub(super) struct Sent {
    /// Version of the client's program.
    pub(super) version: String,
    /// The words, without the program's name.
    pub(super) words: Vec<String>,
    /// Files that the command reads.
    pub(super) inputs: Inputs,
}

/// Result of a command line, as the service returns it.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub(super) enum Returned {
    /// It was run.
    Ran {
        /// The exit code.
        exit: Exit,
        /// Everything printed, in order.
        printed: Vec<Printed>,
        /// Files for the client to write.
        new_files: Vec<NewFile>,
    },
    /// The service is of another version, which is this.
    OtherVersion(String),
}

/// Part of a command's output.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub(super) enum Printed {
    /// Text for stdout.
    Out(String),
    /// Text for stderr.
    Err(String),
    /// Bytes for stdout that are no text.
    Raw(Vec<u8>),
}

/// A file that a command is asked to write.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub(super) struct NewFile {
    /// Its path as typed.
    pub(super) path: PathBuf,
    /// Its content.
    pub(super) text: String,
    /// Hint if there is a file already.
    pub(super) remedy: String,
}

/// Time between two looks at whether work beside the tills is done.
const PAUSE: Duration = Duration::from_millis(1);

/// State of a command that runs in the service for a client.
pub(super) struct Visit {
    /// The ledger on loan; None for a command that needs none.
    ledger: Option<Box<Ledger>>,
    yield_point: Option<YieldPoint>,
    /// Share of the command that is done.
    pub(super) share: Share,
    /// Files that the client sent.
    pub(super) inputs: Inputs,
    /// Files for the client to write.
    pub(super) new_files: Vec<NewFile>,
    /// Everything printed.
    page: Page,
}

impl Visit {
    /// Prints bytes that are no text.
    pub(super) fn print_raw(&self, bytes: &[u8]) {
        let mut printed = self.page.0.lock().unwrap_or_else(PoisonError::into_inner);
        printed.push(Printed::Raw(bytes.to_vec()));
    }
}

impl Printer {
    /// Takes the ledger that the service lent.
    ///
    /// # Errors
    /// It was lost before, or a second one was asked for.
    pub(super) fn take_lent(&mut self) -> Result<Box<Ledger>, Failure> {
        let lent = self.visit.as_mut().and_then(|visit| visit.ledger.take());
        lent.ok_or_else(|| Failure::internal("the service has no ledger to lend"))
    }

    /// Writes a new file, or has the client of the service write it.
    ///
    /// # Errors
    /// As [`write_new`].
    pub(super) fn write_new(
        &mut self,
        path: &Path,
        text: &str,
        remedy: &str,
    ) -> Result<(), Failure> {
        let Some(visit) = &mut self.visit else {
            return write_new(path, text, remedy);
        };
        visit.new_files.push(NewFile {
            path: path.to_owned(),
            text: text.to_owned(),
            remedy: remedy.to_owned(),
        });
        Ok(())
    }

    /// True if other clients of the service wait while a command runs there.
    pub(super) fn is_awaited(&self) -> bool {
        let visit = self.visit.as_ref();
        let yield_point = visit.and_then(|visit| visit.yield_point.as_ref());
        yield_point.is_some_and(YieldPoint::is_wanted)
    }

    /// Lets other clients of the service be served. Nothing may be staged.
    ///
    /// # Errors
    /// I/O errors, after which the ledger must not be used.
    pub(super) fn yield_now(&self, ledger: &mut Ledger) -> Result<(), engine::Error> {
        match self
            .visit
            .as_ref()
            .and_then(|visit| visit.yield_point.as_ref())
        {
            Some(yield_point) if yield_point.is_wanted() => yield_point.take(ledger),
            _ => Ok(()),
        }
    }

    /// Does some work that needs no ledger, while other clients of the service are served.
    ///
    /// # Errors
    /// I/O errors, after which the ledger must not be used.
    pub(super) fn beside<T: Send>(
        &self,
        ledger: &mut Ledger,
        work: impl FnOnce() -> T + Send,
    ) -> Result<T, Failure> {
        if self.visit.is_none() {
            return Ok(work());
        }
        std::thread::scope(|scope| {
            // Stories run scripts.
            let worker = std::thread::Builder::new().stack_size(STACK_LEN);
            let worker = worker.spawn_scoped(scope, work)?;
            while !worker.is_finished() {
                self.yield_now(ledger)?;
                std::thread::sleep(PAUSE);
            }
            let lost = |_| Failure::internal("the work beside the tills failed");
            worker.join().map_err(lost)
        })
    }

    /// Returns the ledger.
    pub(super) fn give_back(&mut self, ledger: Box<Ledger>) {
        if let Some(visit) = &mut self.visit {
            visit.ledger = Some(ledger);
        }
    }
}

/// A ledger on loan, and the way to let others work in between.
type Loan<'y> = (Box<Ledger>, &'y YieldPoint);

/// Runs a command line that a client sent, on a lent ledger if it needs one. Returns the
/// ledger, unless it must be opened again, and the result as JSON.
pub(super) fn visit(
    folders: &Folders,
    loan: Option<Loan<'_>>,
    sent: &[u8],
    share: &Share,
) -> (Option<Box<Ledger>>, Vec<u8>) {
    let version = env!("CARGO_PKG_VERSION");
    let (ledger, returned) = match serde_json::from_slice::<Sent>(sent) {
        Ok(sent) if sent.version == version => carry_out(folders, loan, sent, share),
        Ok(_) | Err(_) => (
            loan.map(|loan| loan.0),
            Returned::OtherVersion(version.into()),
        ),
    };
    (ledger, serde_json::to_vec(&returned).unwrap_or_default())
}

fn carry_out(
    folders: &Folders,
    loan: Option<Loan<'_>>,
    sent: Sent,
    share: &Share,
) -> (Option<Box<Ledger>>, Returned) {
    let (ledger, yield_point) = match loan {
        Some((ledger, yield_point)) => (Some(ledger), Some(yield_point.clone())),
        None => (None, None),
    };
    let words = std::iter::once("stampbook".to_owned()).chain(sent.words);
    let words: Vec<OsString> = words.map(OsString::from).collect();
    let Ok(cli) = parsed(&words) else {
        // The client has parsed them, so its program is another one.
        let version = format!("another build of {}", sent.version);
        return (ledger, Returned::OtherVersion(version));
    };
    let cli = Cli {
        ledger: folders.ledger.clone(),
        secrets: Some(folders.secrets.clone()),
        ..cli
    };
    let page = Page::default();
    let mut printer = page.printer(cli.json);
    printer.visit = Some(Visit {
        ledger,
        yield_point,
        share: share.clone(),
        inputs: sent.inputs,
        new_files: Vec::new(),
        page: page.clone(),
    });
    let exit = run::carry_out(cli, &mut printer);
    let exit = exit.unwrap_or_else(|failure| printer.failure(&failure));
    let (ledger, new_files) = match printer.visit.take() {
        Some(visit) => (visit.ledger, visit.new_files),
        None => (None, Vec::new()),
    };
    let ran = Returned::Ran {
        exit,
        printed: page.printed(),
        new_files,
    };
    (ledger, ran)
}

/// Output of a command, in the order of printing.
#[derive(Clone, Default)]
pub(super) struct Page(Arc<Mutex<Vec<Printed>>>);

/// Writer to one of the two streams of a page.
struct Part {
    page: Page,
    make: fn(String) -> Printed,
}

impl Page {
    /// A printer that prints on it.
    pub(super) fn printer(&self, is_json: bool) -> Printer {
        Printer::into(is_json, self.part(Printed::Out), self.part(Printed::Err))
    }

    /// Its text.
    pub(super) fn text(&self) -> String {
        let text = |part| match part {
            Printed::Out(text) | Printed::Err(text) => text,
            Printed::Raw(_) => String::new(),
        };
        self.printed().into_iter().map(text).collect()
    }

    fn part(&self, make: fn(String) -> Printed) -> Box<dyn Write> {
        let page = self.clone();
        Box::new(Part { page, make })
    }

    fn printed(&self) -> Vec<Printed> {
        let mut printed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut printed)
    }
}

impl Write for Part {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = (self.make)(String::from_utf8_lossy(bytes).into_owned());
        let mut printed = self.page.0.lock().unwrap_or_else(PoisonError::into_inner);
        match (printed.last_mut(), text) {
            (Some(Printed::Out(last)), Printed::Out(text))
            | (Some(Printed::Err(last)), Printed::Err(text)) => last.push_str(&text),
            (_, text) => printed.push(text),
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

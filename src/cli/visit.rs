//! A command that runs in the service for a client: what it was given, and what it prints.

use super::sent::{Inputs, NewFile, Printed};
use crate::embed::YieldPoint;
use crate::engine::{Folders, Ledger};
use crate::serve::Progress;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

/// A ledger on loan, and the way to let others work in between.
pub(super) type Loan<'y> = (Box<Ledger>, &'y YieldPoint);

/// Runs a command line that a client sent, on a lent ledger if it needs one. Returns the
/// ledger, unless it must be opened again, and the result as JSON.
pub(super) type RunSent =
    fn(&Folders, Option<Loan<'_>>, &[u8], &Progress) -> (Option<Box<Ledger>>, Vec<u8>);

/// State of a command that runs in the service for a client.
pub(super) struct Visit {
    /// The ledger on loan; None for a command that needs none.
    pub(super) ledger: Option<Box<Ledger>>,
    /// The way to let others work in between.
    pub(super) yield_point: Option<YieldPoint>,
    /// Share of the command that is done.
    pub(super) share: Progress,
    /// Files that the client sent.
    pub(super) inputs: Inputs,
    /// Files for the client to write.
    pub(super) new_files: Vec<NewFile>,
    /// Everything printed.
    pub(super) page: Page,
}

impl Visit {
    /// Prints bytes that are no text.
    pub(super) fn print_raw(&self, bytes: &[u8]) {
        let mut printed = self.page.0.lock().unwrap_or_else(PoisonError::into_inner);
        printed.push(Printed::Raw(bytes.to_vec()));
    }
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
    /// Its text.
    pub(super) fn text(&self) -> String {
        let text = |part| match part {
            Printed::Out(text) | Printed::Err(text) => text,
            Printed::Raw(_) => String::new(),
        };
        self.printed().into_iter().map(text).collect()
    }

    /// A writer to its stdout or stderr.
    pub(super) fn part(&self, make: fn(String) -> Printed) -> Box<dyn Write> {
        let page = self.clone();
        Box::new(Part { page, make })
    }

    /// Takes what was printed.
    pub(super) fn printed(&self) -> Vec<Printed> {
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

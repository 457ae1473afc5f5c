//! What a command that runs in the service does with the ledger on loan.

use super::new_file::write_new;
use super::print::{Failure, Printer};
use super::sent::{NewFile, Printed};
use super::visit::Page;
use crate::embed::YieldPoint;
use crate::engine::{self, Ledger};
use crate::policy::STACK_LEN;
use std::path::Path;
use std::time::Duration;

/// Time between two looks at whether work beside the tills is done.
const PAUSE: Duration = Duration::from_millis(1);

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

impl Page {
    /// A printer that prints on it.
    pub(super) fn printer(&self, is_json: bool) -> Printer {
        Printer::into(is_json, self.part(Printed::Out), self.part(Printed::Err))
    }
}

//! The engine's own thread: it takes all queued work, makes its commands
//! durable with one sync, answers each, and continues. Questions are answered
//! between two syncs, from durable entries.

use super::Error;
use crate::answer::Answer;
use crate::command::Request;
use crate::engine::{self, GroupCommit, Ledger};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

/// Most tasks taken at once, and most commands that share a sync.
const GROUP_MAX: usize = 1000;

/// Interval between attempts to open the ledger again after an I/O error.
const REOPEN_INTERVAL: Duration = Duration::from_secs(1);

/// Receives an answer on the engine's thread, so it must not block.
pub(super) type Reply = Box<dyn FnOnce(Result<Answer, Error>) + Send>;

/// Work between two syncs; the error is the reason why the ledger is not open.
pub(super) type Call = Box<dyn FnOnce(Result<&mut Ledger, &Error>) + Send>;

/// Work that owns the ledger for a while and gives it back; None has the ledger
/// opened again. The error is the reason why the ledger is not open.
pub(super) type Loan = Box<dyn FnOnce(Result<Box<Ledger>, &Error>) -> Option<Box<Ledger>> + Send>;

/// Opens the ledger after an I/O error, or rebuilds its book after an erasure.
pub(super) type Reopen = Box<dyn FnMut(Opening) -> Result<Ledger, engine::Error> + Send>;

/// Way of opening a ledger.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Opening {
    /// As it is.
    AsIs,
    /// With its book rebuilt from the journal, so that it keeps no trace of whom an
    /// erasure concerned.
    Rebuilt,
}

/// A task for the engine.
pub(super) enum Work {
    /// A command, for the next page.
    Command(Box<Request>, Reply),
    /// Any other work.
    Call(Call),
    /// Work that may close the ledger and open it again.
    Loan(Loan),
}

/// Counters of the engine's thread, for monitoring.
#[derive(Debug, Default)]
pub struct Figures {
    /// Tasks that wait for the engine.
    pub queued: AtomicU64,
    /// Commands received.
    pub commands: AtomicU64,
    /// Groups of commands that became durable with one sync.
    pub groups: AtomicU64,
}

/// State of the engine's thread.
pub(super) struct EngineThread {
    /// The ledger, or the reason why it is not open.
    ledger: Result<Box<Ledger>, Error>,
    /// Time before which it is not opened again.
    closed_until: Instant,
    reopen: Reopen,
    work: Receiver<Work>,
    figures: Arc<Figures>,
    group: GroupCommit<Reply>,
}

impl EngineThread {
    pub(super) fn new(
        ledger: Ledger,
        reopen: Reopen,
        work: Receiver<Work>,
        figures: Arc<Figures>,
    ) -> EngineThread {
        EngineThread {
            ledger: Ok(Box::new(ledger)),
            closed_until: Instant::now(),
            reopen,
            work,
            figures,
            group: GroupCommit::default(),
        }
    }

    /// Works until there are no more senders, then closes the ledger.
    pub(super) fn run(mut self) -> Result<(), engine::Error> {
        while let Ok(first) = self.work.recv() {
            self.reopen_when_due();
            let (mut taken, mut count) = (Some(first), 0);
            let mut commands = Vec::new();
            while let Some(work) = taken {
                count += 1;
                self.figures.queued.fetch_sub(1, Ordering::Relaxed);
                match work {
                    Work::Command(request, reply) => commands.push((request, reply)),
                    // Nothing is staged yet: it sees only durable entries.
                    Work::Call(call) => call(self.ledger.as_deref_mut().map_err(|e| &*e)),
                    Work::Loan(loan) => self.lend(loan),
                }
                taken = match count < GROUP_MAX {
                    true => self.work.try_recv().ok(),
                    false => None,
                };
            }
            self.answer(commands);
        }
        match self.ledger {
            Ok(ledger) => ledger.close(),
            // All callers were answered.
            Err(_) => Ok(()),
        }
    }

    fn lend(&mut self, loan: Loan) {
        match std::mem::replace(&mut self.ledger, Err(Error::ended())) {
            Ok(ledger) => match loan(Ok(ledger)) {
                Some(ledger) => self.ledger = Ok(ledger),
                None => {
                    self.closed_until = Instant::now();
                    self.reopen_when_due();
                }
            },
            Err(error) => {
                loan(Err(&error));
                self.ledger = Err(error);
            }
        }
    }

    fn answer(&mut self, commands: Vec<(Box<Request>, Reply)>) {
        if commands.is_empty() {
            return;
        }
        let count = commands.len() as u64;
        self.figures.commands.fetch_add(count, Ordering::Relaxed);
        self.figures.groups.fetch_add(1, Ordering::Relaxed);
        for (request, reply) in commands {
            let is_apart = GroupCommit::<Reply>::is_apart(&request);
            if is_apart {
                self.acknowledge();
            }
            match &mut self.ledger {
                Err(error) => reply(Err(error.clone())),
                Ok(ledger) => {
                    if let Err(error) = self.group.stage(ledger, &request, reply) {
                        self.fail(error);
                    }
                }
            }
            if is_apart {
                self.acknowledge();
            }
        }
        self.acknowledge();
    }

    fn acknowledge(&mut self) {
        let (Ok(ledger), false) = (&mut self.ledger, self.group.is_empty()) else {
            return;
        };
        let told = match self.group.acknowledge(ledger, |answer| answer) {
            Ok(told) => told,
            Err(error) => return self.fail(error),
        };
        // An erasure is answered when no trace is left.
        let rebuilt = self.group.take_erased().then(|| self.rebuild());
        for (reply, answer) in told {
            reply(Ok(answer));
        }
        // The answers are sent; the rest of the work delays nobody.
        let concluded = match (rebuilt, &mut self.ledger) {
            (None, Ok(ledger)) => ledger.conclude(),
            _ => Ok(()),
        };
        if let Err(error) = concluded {
            self.fail(error);
        }
    }

    fn rebuild(&mut self) {
        let ended = Err(Error::ended());
        let Ok(ledger) = std::mem::replace(&mut self.ledger, ended) else {
            return;
        };
        let rebuilt = ledger
            .close()
            .and_then(|()| (self.reopen)(Opening::Rebuilt));
        self.ledger = rebuilt.map(Box::new).map_err(Error::from);
        self.closed_until = Instant::now();
    }

    /// Drops the ledger without closing it, since the content of the disk is
    /// now unknown; opening it again checks it.
    fn fail(&mut self, error: engine::Error) {
        let told = self.group.fail(&error);
        let error = Error::from(error);
        for (reply, answer) in told {
            reply(answer.map_err(|_| error.clone()));
        }
        (self.ledger, self.closed_until) = (Err(error), Instant::now());
    }

    fn reopen_when_due(&mut self) {
        if self.ledger.is_err() && self.closed_until <= Instant::now() {
            self.ledger = (self.reopen)(Opening::AsIs)
                .map(Box::new)
                .map_err(Error::from);
            self.closed_until = Instant::now() + REOPEN_INTERVAL;
        }
    }
}

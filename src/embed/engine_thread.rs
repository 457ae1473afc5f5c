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

/// Opens the ledger after an I/O error.
pub(super) type Reopen = Box<dyn FnMut() -> Result<Ledger, engine::Error> + Send>;

/// A task for the engine.
pub(super) enum Work {
    /// A command, for the next page.
    Command(Box<Request>, Reply),
    /// Any other work.
    Call(Call),
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
        for (reply, answer) in told {
            reply(Ok(answer));
        }
        // The answers are sent; the rest of the work delays nobody.
        if let Err(error) = ledger.conclude() {
            self.fail(error);
        }
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
            self.ledger = (self.reopen)().map(Box::new).map_err(Error::from);
            self.closed_until = Instant::now() + REOPEN_INTERVAL;
        }
    }
}

//! The engine's own thread: it takes all queued work, makes its commands
//! durable with one sync, answers each, and continues. Questions are answered
//! between two syncs and during them, from durable entries.

use super::Error;
use crate::answer::Answer;
use crate::command::Request;
use crate::engine::{self, GroupCommit, IdleWork, Ledger, PageFlag, Question};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
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
/// opened again. The error is the reason why the ledger is not open. If it takes long,
/// it lets others work in between.
pub(super) type Loan =
    Box<dyn FnOnce(Result<Box<Ledger>, &Error>, &YieldPoint) -> Option<Box<Ledger>> + Send>;

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
    /// Work that books nothing, which need not wait for the disk.
    Question(Call),
    /// Any other work.
    Call(Call),
    /// Work that may close the ledger and open it again.
    Loan(Loan),
    /// Look whether the disk is done.
    Wake,
    /// Nothing comes behind it.
    End,
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

/// Tasks in the order in which they are taken.
struct Queue {
    work: Receiver<Work>,
    /// Tasks that were passed over while somebody had the ledger on loan.
    passed_over: VecDeque<Work>,
    /// Tasks that came while a page was being written.
    early: VecDeque<Work>,
    has_ended: bool,
    figures: Arc<Figures>,
}

impl Queue {
    /// Waits for the next task; None once there are no more.
    fn wait(&mut self) -> Option<Work> {
        loop {
            if let Some(work) = self.next() {
                return Some(work);
            }
            if self.has_ended {
                return None;
            }
            match self.work.recv().ok()? {
                Work::Wake => {}
                Work::End => self.has_ended = true,
                work => return self.counted(Some(work)),
            }
        }
    }

    /// The next task, if there is one.
    fn next(&mut self) -> Option<Work> {
        match self.passed_over.pop_front() {
            Some(work) => self.counted(Some(work)),
            None => self.next_new(),
        }
    }

    /// The next task that was not passed over.
    fn next_new(&mut self) -> Option<Work> {
        if let Some(early) = self.early.pop_front() {
            return self.counted(Some(early));
        }
        loop {
            match self.work.try_recv().ok()? {
                Work::Wake => {}
                Work::End => self.has_ended = true,
                work => return self.counted(Some(work)),
            }
        }
    }

    /// Waits for a question while a page is being written.
    fn question(&mut self, page: &PageFlag) -> Option<Call> {
        loop {
            if page.is_up() {
                return None;
            }
            match self.work.recv().ok()? {
                Work::Wake => {}
                Work::End => self.has_ended = true,
                Work::Question(call) => {
                    self.figures.queued.fetch_sub(1, Ordering::Relaxed);
                    return Some(call);
                }
                later => self.early.push_back(later),
            }
        }
    }

    fn counted(&self, work: Option<Work>) -> Option<Work> {
        if work.is_some() {
            self.figures.queued.fetch_sub(1, Ordering::Relaxed);
        }
        work
    }

    fn pass_over(&mut self, work: Work) {
        self.figures.queued.fetch_add(1, Ordering::Relaxed);
        self.passed_over.push_back(work);
    }
}

/// Way for whoever has the ledger on loan to let others work in between.
#[doc(hidden)]
#[derive(Clone)]
pub struct YieldPoint(Arc<Mutex<Queue>>);

impl std::fmt::Debug for YieldPoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("YieldPoint")
    }
}

impl YieldPoint {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// True if others wait that can be let in.
    pub fn is_wanted(&self) -> bool {
        let queue = self.queue();
        let waiting = queue.figures.queued.load(Ordering::Relaxed);
        // Who waits behind an erasure waits for its end.
        waiting > queue.passed_over.len() as u64 && !queue.passed_over.iter().any(is_command)
    }

    /// Carries out what waits, but other loans and erasures, which need the ledger to
    /// themselves. Nothing may be staged.
    ///
    /// # Errors
    /// I/O errors, after which the ledger must not be used; those who waited were told.
    pub fn take(&self, ledger: &mut Ledger) -> Result<(), engine::Error> {
        let mut group = GroupCommit::default();
        for _ in 0..GROUP_MAX {
            if !self.is_wanted() {
                break;
            }
            let Some(work) = self.taken() else {
                break;
            };
            match work {
                Work::Call(call) | Work::Question(call) => {
                    // It sees only durable entries.
                    acknowledge(&mut group, ledger)?;
                    call(Ok(ledger));
                }
                Work::Command(request, reply) => {
                    if let Err(error) = group.stage(ledger, &request, reply) {
                        return Err(failed(&mut group, error));
                    }
                }
                Work::Loan(_) | Work::Wake | Work::End => {}
            }
        }
        acknowledge(&mut group, ledger)
    }

    /// The next task that can be carried out while the ledger is on loan.
    fn taken(&self) -> Option<Work> {
        let mut queue = self.queue();
        loop {
            let work = queue.next_new()?;
            let is_apart = match &work {
                Work::Command(request, _) => GroupCommit::<Reply>::is_apart(request),
                Work::Loan(_) => true,
                _ => false,
            };
            if !is_apart {
                let figures = &queue.figures;
                figures
                    .commands
                    .fetch_add(u64::from(is_command(&work)), Ordering::Relaxed);
                return Some(work);
            }
            let is_erasure = is_command(&work);
            queue.pass_over(work);
            if is_erasure {
                return None;
            }
        }
    }
}

/// Questions of the queue, for the time in which a page is being written.
struct WaitingQuestions {
    queue: YieldPoint,
    wake: Sender<Work>,
}

impl IdleWork for WaitingQuestions {
    fn next(&self, page: &PageFlag) -> Option<Question> {
        let call = self.queue.queue().question(page)?;
        Some(Box::new(|ledger| call(Ok(ledger))))
    }

    fn wake(&self) {
        // Whoever would be woken may have ended.
        let _ = self.wake.send(Work::Wake);
    }
}

fn is_command(work: &Work) -> bool {
    matches!(work, Work::Command(..))
}

/// Makes the commands of a group durable, and answers them.
fn acknowledge(group: &mut GroupCommit<Reply>, ledger: &mut Ledger) -> Result<(), engine::Error> {
    if group.is_empty() {
        return Ok(());
    }
    match group.acknowledge(ledger, |answer| answer) {
        Ok(told) => told
            .into_iter()
            .for_each(|(reply, answer)| reply(Ok(answer))),
        Err(error) => return Err(failed(group, error)),
    }
    ledger.conclude()
}

/// Answers the commands of a group after an error.
fn failed(group: &mut GroupCommit<Reply>, error: engine::Error) -> engine::Error {
    let told = group.fail(&error);
    for (reply, answer) in told {
        // The reason is in the denial.
        reply(Ok(answer.unwrap_or_else(Into::into)));
    }
    error
}

/// State of the engine's thread.
pub(super) struct EngineThread {
    /// The ledger, or the reason why it is not open.
    ledger: Result<Box<Ledger>, Error>,
    /// Time before which it is not opened again.
    closed_until: Instant,
    reopen: Reopen,
    queue: YieldPoint,
    questions: Arc<dyn IdleWork>,
    figures: Arc<Figures>,
    group: GroupCommit<Reply>,
}

impl EngineThread {
    pub(super) fn new(
        ledger: Ledger,
        reopen: Reopen,
        (wake, work): (Sender<Work>, Receiver<Work>),
        figures: Arc<Figures>,
    ) -> EngineThread {
        let queue = YieldPoint(Arc::new(Mutex::new(Queue {
            work,
            passed_over: VecDeque::new(),
            early: VecDeque::new(),
            has_ended: false,
            figures: Arc::clone(&figures),
        })));
        let questions = WaitingQuestions {
            queue: queue.clone(),
            wake,
        };
        let mut thread = EngineThread {
            ledger: Err(Error::ended()),
            closed_until: Instant::now(),
            reopen,
            queue,
            questions: Arc::new(questions),
            figures,
            group: GroupCommit::default(),
        };
        thread.take(Ok(Box::new(ledger)));
        thread
    }

    /// Takes an opened ledger, or the reason why there is none.
    fn take(&mut self, opened: Result<Box<Ledger>, Error>) {
        self.ledger = opened.map(|mut ledger| {
            ledger.set_idle_work(Arc::clone(&self.questions));
            ledger
        });
    }

    /// Works until there is no more to do, then closes the ledger.
    pub(super) fn run(mut self) -> Result<(), engine::Error> {
        loop {
            let Some(first) = self.queue.queue().wait() else {
                break;
            };
            self.reopen_when_due();
            let (mut taken, mut count) = (Some(first), 0);
            let mut commands = Vec::new();
            while let Some(work) = taken {
                count += 1;
                match work {
                    Work::Command(request, reply) => commands.push((request, reply)),
                    // Nothing is staged yet: it sees only durable entries.
                    Work::Call(call) | Work::Question(call) => {
                        call(self.ledger.as_deref_mut().map_err(|e| &*e));
                    }
                    Work::Loan(loan) => {
                        // Who came before it does not wait for its end.
                        self.answer(std::mem::take(&mut commands));
                        self.lend(loan);
                    }
                    Work::Wake | Work::End => {}
                }
                taken = match count < GROUP_MAX {
                    true => self.queue.queue().next(),
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
            Ok(ledger) => match loan(Ok(ledger), &self.queue) {
                Some(ledger) => self.take(Ok(ledger)),
                None => {
                    self.closed_until = Instant::now();
                    self.reopen_when_due();
                }
            },
            Err(error) => {
                loan(Err(&error), &self.queue);
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
        self.take(rebuilt.map(Box::new).map_err(Error::from));
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
            let opened = (self.reopen)(Opening::AsIs);
            self.take(opened.map(Box::new).map_err(Error::from));
            self.closed_until = Instant::now() + REOPEN_INTERVAL;
        }
    }
}

//! The engine's own thread: it takes all queued work, makes its commands
//! durable with one sync, answers each, and continues. Questions are answered
//! between two syncs and during them, from durable entries.

use super::Error;
use crate::answer::Answer;
use crate::command::Request;
use crate::engine::{self, GroupCommit, IdleWork, Ledger, PageFlag, Question, Remade};
use crate::policy::STACK_LEN;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Most tasks taken at once, and most commands that share a sync.
const GROUP_MAX: usize = 1000;

/// Due entries after which others are let in.
const DUE_SLICE: usize = 20;

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
    /// Book and key index were made again, for an erasure.
    Remade(Result<Remade, engine::Error>),
    /// Look whether the disk is done.
    Wake,
    /// Nothing comes after it.
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
    /// Erasures that were booked while somebody had the ledger on loan.
    erased: Vec<(Reply, Answer)>,
    has_ended: bool,
    figures: Arc<Figures>,
}

impl Queue {
    /// Waits for the next task; None once there are no more, unless one is on its way.
    fn wait(&mut self, is_remaking: bool) -> Option<Work> {
        loop {
            if let Some(work) = self.next() {
                return Some(work);
            }
            if self.has_ended && !is_remaking {
                return None;
            }
            match self.work.recv().ok()? {
                Work::Wake => {}
                Work::End => self.has_ended = true,
                work => return Some(self.counted(work)),
            }
        }
    }

    /// The next task, if there is one.
    fn next(&mut self) -> Option<Work> {
        match self.passed_over.pop_front() {
            Some(work) => Some(self.counted(work)),
            None => self.next_new(),
        }
    }

    /// The next task that was not passed over.
    fn next_new(&mut self) -> Option<Work> {
        if let Some(early) = self.early.pop_front() {
            return Some(self.counted(early));
        }
        loop {
            match self.work.try_recv().ok()? {
                Work::Wake => {}
                Work::End => self.has_ended = true,
                work => return Some(self.counted(work)),
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

    /// Counts a task as taken.
    fn counted(&self, work: Work) -> Work {
        self.figures.queued.fetch_sub(1, Ordering::Relaxed);
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
        waiting > queue.passed_over.len() as u64
    }

    /// Carries out what waits, but other loans, which need the ledger to themselves. Nothing
    /// may be staged.
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
                    let is_apart = GroupCommit::<Reply>::is_apart(&request);
                    if is_apart {
                        acknowledge(&mut group, ledger)?;
                    }
                    if let Err(error) = group.stage(ledger, &request, reply) {
                        return Err(failed(&mut group, error));
                    }
                    if is_apart {
                        let erased = acknowledge(&mut group, ledger)?;
                        self.queue().erased.extend(erased);
                    }
                }
                Work::Loan(_) | Work::Remade(_) | Work::Wake | Work::End => {}
            }
        }
        acknowledge(&mut group, ledger).map(drop)
    }

    /// Puts commands that were taken back at the front.
    fn put_back(&self, commands: impl DoubleEndedIterator<Item = (Box<Request>, Reply)>) {
        let mut queue = self.queue();
        for (request, reply) in commands.rev() {
            let figures = &queue.figures;
            figures.queued.fetch_add(1, Ordering::Relaxed);
            figures.commands.fetch_sub(1, Ordering::Relaxed);
            queue.early.push_front(Work::Command(request, reply));
        }
    }

    /// The next task that can be carried out while the ledger is on loan.
    fn taken(&self) -> Option<Work> {
        let mut queue = self.queue();
        loop {
            let work = queue.next_new()?;
            if !matches!(work, Work::Loan(_) | Work::Remade(_)) {
                let is_command = matches!(work, Work::Command(..));
                let commands = &queue.figures.commands;
                commands.fetch_add(u64::from(is_command), Ordering::Relaxed);
                return Some(work);
            }
            queue.pass_over(work);
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

/// Makes the commands of a group durable, and answers them; returns an erasure, which is
/// answered once no trace of the member is left.
fn acknowledge(
    group: &mut GroupCommit<Reply>,
    ledger: &mut Ledger,
) -> Result<Vec<(Reply, Answer)>, engine::Error> {
    if group.is_empty() {
        return Ok(Vec::new());
    }
    let told = match group.acknowledge(ledger, |answer| answer) {
        Ok(told) => told,
        Err(error) => return Err(failed(group, error)),
    };
    let erased = match group.take_erased() {
        true => told,
        false => {
            told.into_iter()
                .for_each(|(reply, answer)| reply(Ok(answer)));
            Vec::new()
        }
    };
    ledger.conclude()?;
    Ok(erased)
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
    /// Erasures that are answered once a book without the erased is in place.
    unswept: Vec<(Reply, Answer)>,
    later: Sender<Work>,
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
            erased: Vec::new(),
            has_ended: false,
            figures: Arc::clone(&figures),
        })));
        let questions = WaitingQuestions {
            queue: queue.clone(),
            wake: wake.clone(),
        };
        let mut thread = EngineThread {
            ledger: Err(Error::ended()),
            closed_until: Instant::now(),
            reopen,
            queue,
            questions: Arc::new(questions),
            unswept: Vec::new(),
            later: wake,
            figures,
            group: GroupCommit::default(),
        };
        thread.take(Ok(Box::new(ledger)));
        thread
    }

    /// Takes an opened ledger, or the reason why there is none.
    fn take(&mut self, opened: Result<Box<Ledger>, Error>) {
        self.ledger = opened.map(|mut ledger| {
            engine::set_idle_work(&mut ledger, Arc::clone(&self.questions));
            ledger
        });
    }

    /// Works until there is no more to do, then closes the ledger.
    pub(super) fn run(mut self) -> Result<(), engine::Error> {
        loop {
            let is_remaking = !self.unswept.is_empty();
            let Some(first) = self.queue.queue().wait(is_remaking) else {
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
                    Work::Remade(remade) => {
                        self.answer(std::mem::take(&mut commands));
                        self.put_remade(remade);
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
        let erased = std::mem::take(&mut self.queue.queue().erased);
        self.sweep(erased);
    }

    fn answer(&mut self, commands: Vec<(Box<Request>, Reply)>) {
        if commands.is_empty() {
            return;
        }
        let count = commands.len() as u64;
        self.figures.commands.fetch_add(count, Ordering::Relaxed);
        self.figures.groups.fetch_add(1, Ordering::Relaxed);
        let mut commands = commands.into_iter();
        while let Some((request, reply)) = commands.next() {
            let is_apart = GroupCommit::<Reply>::is_apart(&request);
            if is_apart {
                self.acknowledge();
            }
            if engine::books_due(&request) {
                self.acknowledge();
                // Those after it are served between its slices.
                self.queue.put_back(commands.by_ref());
                self.book_due();
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

    /// Books what is due for all members, some entries at a time, while others are served.
    fn book_due(&mut self) {
        let Ok(ledger) = &mut self.ledger else {
            return;
        };
        let queue = &self.queue;
        let booked = engine::begin_due(ledger).and_then(|mut due| {
            while !engine::continue_due(ledger, &mut due, DUE_SLICE)? {
                queue.take(ledger)?;
            }
            Ok(())
        });
        match booked {
            // The command itself is refused for the same reason.
            Ok(()) | Err(engine::Error::Refused(_) | engine::Error::Misuse(_)) => {}
            Err(error) => self.fail(error),
        }
    }

    fn acknowledge(&mut self) {
        let (Ok(ledger), false) = (&mut self.ledger, self.group.is_empty()) else {
            return;
        };
        let told = match self.group.acknowledge(ledger, |answer| answer) {
            Ok(told) => told,
            Err(error) => return self.fail(error),
        };
        let erased = match self.group.take_erased() {
            true => told,
            false => {
                for (reply, answer) in told {
                    reply(Ok(answer));
                }
                Vec::new()
            }
        };
        // The answers are sent; the rest of the work delays nobody.
        if let Err(error) = ledger.conclude() {
            self.unswept.extend(erased);
            return self.fail(error);
        }
        self.sweep(erased);
    }

    /// Has the book made again for erasures, which are answered then.
    fn sweep(&mut self, erased: Vec<(Reply, Answer)>) {
        let is_first = self.unswept.is_empty() && !erased.is_empty();
        self.unswept.extend(erased);
        if is_first {
            self.remake();
        }
    }

    /// Begins to make the book again without erased members, on another thread.
    fn remake(&mut self) {
        let Ok(ledger) = &mut self.ledger else {
            return;
        };
        let plan = engine::plan_remake(ledger);
        let (later, figures) = (self.later.clone(), Arc::clone(&self.figures));
        let remade = move || {
            let remade = plan.carry_out();
            figures.queued.fetch_add(1, Ordering::Relaxed);
            // The engine's thread may have ended; the next opening makes up for it.
            let _ = later.send(Work::Remade(remade));
        };
        let thread = std::thread::Builder::new().name("stampbook-book".into());
        if thread.stack_size(STACK_LEN).spawn(remade).is_err() {
            self.rebuild();
        }
    }

    /// Puts a book that was made again in place, if it knows all erasures, and answers them.
    fn put_remade(&mut self, remade: Result<Remade, engine::Error>) {
        let Ok(ledger) = &mut self.ledger else {
            return;
        };
        if self.unswept.is_empty() {
            return;
        }
        let Ok(remade) = remade else {
            return self.rebuild();
        };
        match engine::is_swept(ledger, &remade) {
            Err(error) => self.fail(error),
            Ok((true, _)) => self.answer_swept(),
            // Another member was erased meanwhile.
            Ok((false, false)) => self.remake(),
            Ok((false, true)) => {
                self.open_again(|ledger, reopen| {
                    engine::close_for(ledger, &remade)?;
                    reopen(Opening::AsIs)
                });
            }
        }
    }

    /// Makes the book again while everybody waits.
    fn rebuild(&mut self) {
        self.open_again(|ledger, reopen| {
            ledger.close()?;
            reopen(Opening::Rebuilt)
        });
    }

    fn open_again(
        &mut self,
        open: impl FnOnce(Ledger, &mut Reopen) -> Result<Ledger, engine::Error>,
    ) {
        let ended = Err(Error::ended());
        let Ok(ledger) = std::mem::replace(&mut self.ledger, ended) else {
            return;
        };
        let opened = open(*ledger, &mut self.reopen);
        self.take(opened.map(Box::new).map_err(Error::from));
        self.closed_until = Instant::now();
        self.answer_swept();
    }

    /// Answers erasures.
    fn answer_swept(&mut self) {
        for (reply, answer) in std::mem::take(&mut self.unswept) {
            // They are booked, and no key is left; the next opening does the rest.
            reply(Ok(answer));
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
        // The next opening makes the book again.
        self.answer_swept();
    }

    fn reopen_when_due(&mut self) {
        if self.ledger.is_err() && self.closed_until <= Instant::now() {
            let opened = (self.reopen)(Opening::AsIs);
            self.take(opened.map(Box::new).map_err(Error::from));
            self.closed_until = Instant::now() + REOPEN_INTERVAL;
        }
    }
}

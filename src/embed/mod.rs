//! The ledger inside another program: one handle that threads may share, with the
//! engine on a thread of its own, whose stack is large enough for scripts.

mod command;
mod engine_thread;
mod error;

pub use command::Command;
pub use engine_thread::{Figures, Opening, YieldPoint};
pub use error::{Error, ErrorKind};

use crate::answer::{Answer, Denied, Now};
use crate::command::{Request, Who, parse, parse_keyless};
use crate::engine::{self, Folders, Options, default_secrets, first_origin};
use crate::policy::{Bundle, STACK_LEN, shipped_files};
use crate::query::look_for_alert;
use crate::workbench::Folder;
use engine_thread::{Call, EngineThread, Reopen, Work};
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, OnceLock};
use std::thread::{Builder, JoinHandle};

/// Tasks that wait for the engine before callers who do not wait are refused.
const WAITING_MAX: u64 = 256;

/// An open ledger. While it is open, no other process can open it.
///
/// Every method waits for the engine, on its own thread. Commands that threads
/// send at the same time become durable with one sync; a command that
/// [`Ledger::submit`] has answered is durable. After an I/O error the ledger is
/// opened again automatically.
///
/// ```
/// # let folder = tempfile::tempdir()?;
/// # let folder = folder.path().join("shop");
/// use stampbook::{Command, Ledger};
///
/// let ledger = Ledger::create(&folder, "one-for-one", "example.org/shop")?;
/// ledger.submit(Command::enrol("card:1").key("e1"))?;
/// let answer = ledger.submit(Command::purchase("4.20").member("card:1").key("k1"))?;
/// assert!(answer.is_ok());
/// # ledger.close()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Ledger {
    work: Option<Sender<Work>>,
    waiting_max: u64,
    digits: OnceLock<u8>,
    figures: Arc<Figures>,
    thread: Option<JoinHandle<Result<(), engine::Error>>>,
}

impl Ledger {
    /// Creates a ledger in a folder that is empty or does not exist, with the
    /// folder of its secrets beside it (`shop` and `shop-secrets`). `programme`
    /// is a shipped programme's name or the path of a programme's folder;
    /// `origin` names the ledger in its checkpoints, such as
    /// `example.org/shop`.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`] if there is no such programme, it does not compile, or
    /// the folder is not empty; otherwise errors of making the files.
    pub fn create(
        folder: impl AsRef<Path>,
        programme: &str,
        origin: &str,
    ) -> Result<Ledger, Error> {
        let bundle = bundle_of(programme)?;
        let (folders, origin) = (folders_of(folder.as_ref()), first_origin(origin));
        let again = reopen(folders.clone());
        let create = move || engine::Ledger::create(&folders, &origin, &bundle, options()?);
        Ledger::start(create, again, WAITING_MAX)
    }

    /// Opens the ledger in a folder; its secrets are beside it.
    ///
    /// # Errors
    /// [`ErrorKind::Busy`] while another process has it open; [`ErrorKind::Damage`] if it
    /// is not what was written; otherwise errors of reading it.
    pub fn open(folder: impl AsRef<Path>) -> Result<Ledger, Error> {
        let folders = folders_of(folder.as_ref());
        let mut open = reopen(folders.clone());
        Ledger::start(move || open(Opening::AsIs), reopen(folders), WAITING_MAX)
    }

    /// Opens a ledger by a function, now, again after an I/O error, and rebuilt after
    /// an erasure. At most
    /// `waiting_max` tasks wait for the engine before callers who do not wait themselves are
    /// refused.
    ///
    /// # Errors
    /// As [`Ledger::open`].
    #[doc(hidden)]
    pub fn open_by(
        mut open: impl FnMut(Opening) -> Result<engine::Ledger, engine::Error> + Send + Clone + 'static,
        waiting_max: u64,
    ) -> Result<Ledger, Error> {
        let again: Reopen = Box::new(open.clone());
        Ledger::start(move || open(Opening::AsIs), again, waiting_max)
    }

    fn start(
        open: impl FnOnce() -> Result<engine::Ledger, engine::Error> + Send + 'static,
        again: Reopen,
        waiting_max: u64,
    ) -> Result<Ledger, Error> {
        let (work, coming) = channel::<Work>();
        let wake = work.clone();
        let (said, opened) = channel();
        let figures = Arc::new(Figures::default());
        let watched = Arc::clone(&figures);
        let run = move || {
            let ledger = match open() {
                Ok(ledger) => ledger,
                Err(error) => {
                    // The caller who waits for it may be gone.
                    let _ = said.send(Err(error));
                    return Ok(());
                }
            };
            let _ = said.send(Ok(()));
            EngineThread::new(ledger, again, (wake, coming), watched).run()
        };
        let thread = Builder::new()
            .name("stampbook".into())
            .stack_size(STACK_LEN)
            .spawn(run)
            .map_err(Error::no_thread)?;
        opened.recv().map_err(|_| Error::ended())??;
        Ok(Ledger {
            work: Some(work),
            waiting_max,
            digits: OnceLock::new(),
            figures,
            thread: Some(thread),
        })
    }

    /// Carries out a command. A refusal is an answer and not an error, as is a
    /// command that cannot be read ([`Answer::Refused`] with
    /// [`crate::Class::Invalid`]). Sent again under its key, a command gets its
    /// recorded answer.
    ///
    /// # Errors
    /// The reason why the ledger could not answer. It is then unknown whether
    /// the command was booked: send the same command again.
    pub fn submit(&self, command: Command) -> Result<Answer, Error> {
        let json = command.to_json().into_bytes();
        let request = match parse(&json, self.digits()?) {
            Ok(request) => request,
            Err(bad) => return Ok(Denied::bad_json(&json, &bad).into()),
        };
        let (said, answered) = channel();
        let reply = Box::new(move |answer| {
            // The caller who waits for it may be gone.
            let _ = said.send(answer);
        });
        self.send(Work::Command(Box::new(request), reply))?;
        answered.recv().map_err(|_| Error::ended())?
    }

    /// [`Ledger::submit`] of a parsed command, for programs that do not wait:
    /// `reply` receives the answer on the engine's thread and must not block.
    /// Commands are carried out in the order in which they are sent.
    ///
    /// # Errors
    /// [`Full`] if too much waits for the engine; then nothing was sent.
    #[doc(hidden)]
    pub fn submit_then(
        &self,
        request: Request,
        reply: impl FnOnce(Result<Answer, Error>) + Send + 'static,
    ) -> Result<(), Full> {
        self.try_send(Work::Command(Box::new(request), Box::new(reply)))
    }

    /// [`Ledger::with`] for programs that do not wait.
    ///
    /// # Errors
    /// As [`Ledger::submit_then`].
    #[doc(hidden)]
    pub fn with_then(
        &self,
        work: impl FnOnce(Result<&mut engine::Ledger, &Error>) + Send + 'static,
    ) -> Result<(), Full> {
        self.try_send(Work::Call(Box::new(work)))
    }

    /// [`Ledger::with_then`] for a question, which sees durable entries only and must not
    /// book anything: it does not wait for the disk.
    ///
    /// # Errors
    /// As [`Ledger::submit_then`].
    #[doc(hidden)]
    pub fn ask_then(
        &self,
        question: impl FnOnce(Result<&mut engine::Ledger, &Error>) + Send + 'static,
    ) -> Result<(), Full> {
        self.try_send(Work::Question(Box::new(question)))
    }

    /// [`Ledger::with_then`] for work that may close the ledger and open it again:
    /// it owns the ledger meanwhile. It gives back None if the ledger could not be
    /// opened again or the state of the disk is unknown.
    ///
    /// # Errors
    /// As [`Ledger::submit_then`].
    #[doc(hidden)]
    pub fn lend_then(
        &self,
        work: impl FnOnce(
            Result<Box<engine::Ledger>, &Error>,
            &YieldPoint,
        ) -> Option<Box<engine::Ledger>>
        + Send
        + 'static,
    ) -> Result<(), Full> {
        self.try_send(Work::Loan(Box::new(work)))
    }

    /// Counters of the engine's thread.
    #[doc(hidden)]
    pub fn figures(&self) -> &Figures {
        &self.figures
    }

    /// Decimals of the programme's currency, by which amounts are read. They
    /// never change once a ledger has a programme.
    ///
    /// # Errors
    /// The reason why the ledger could not answer.
    #[doc(hidden)]
    pub fn digits(&self) -> Result<u8, Error> {
        if let Some(digits) = self.digits.get() {
            return Ok(*digits);
        }
        let found = self.with(|ledger| ledger.programme().map(|programme| programme.digits))?;
        let digits = found.map_err(Error::from)?;
        Ok(*self.digits.get_or_init(|| digits))
    }

    fn send(&self, work: Work) -> Result<(), Error> {
        let sender = self.work.as_ref().ok_or_else(Error::ended)?;
        self.figures.queued.fetch_add(1, Ordering::Relaxed);
        sender.send(work).map_err(|_| Error::ended())
    }

    fn try_send(&self, work: Work) -> Result<(), Full> {
        let sender = self.work.as_ref().ok_or(Full)?;
        let waiting = self.figures.queued.fetch_add(1, Ordering::Relaxed);
        // If the engine has ended, nobody takes the work either.
        if waiting < self.waiting_max && sender.send(work).is_ok() {
            return Ok(());
        }
        self.figures.queued.fetch_sub(1, Ordering::Relaxed);
        Err(Full)
    }

    /// Quotes a purchase: returns its answer without booking anything.
    ///
    /// # Errors
    /// The reason why the ledger could not answer.
    pub fn quote(&self, command: Command) -> Result<Answer, Error> {
        let json = command.to_json().into_bytes();
        match parse_keyless(&json, self.digits()?) {
            Ok(request) => {
                let quoted =
                    self.with(move |ledger| engine::quote_discounted(ledger, &request, None))?;
                quoted.map_err(Error::from)
            }
            Err(bad) => Ok(Denied::bad_json(&json, &bad).into()),
        }
    }

    /// A member's balances now, by an alias or a member's id; None if there is
    /// no such member.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`] if `member` is neither; otherwise the reason why the
    /// ledger could not answer.
    pub fn balance(&self, member: &str) -> Result<Option<Now>, Error> {
        let who = Who::parse(member).map_err(|why| Error::misuse(format!("member: {why}")))?;
        let now = self.ask(move |ledger| match ledger.resolve(&who)? {
            Some(id) => engine::standing(ledger, id),
            None => Ok(None),
        })?;
        now.map_err(Error::from)
    }

    /// The recorded answer of a key; None if nothing was booked under it.
    ///
    /// # Errors
    /// The reason why the ledger could not answer.
    pub fn find(&self, key: &str) -> Result<Option<Answer>, Error> {
        let key = key.to_owned();
        let found = self.ask(move |ledger| {
            let entry = ledger.find_key(&key)?;
            entry
                .map(|entry| engine::answer_of(ledger, &entry, true))
                .transpose()
        })?;
        found.map_err(Error::from)
    }

    /// Books the due events of all members: run it once a day.
    ///
    /// # Errors
    /// The reason why the ledger could not answer.
    pub fn daily(&self) -> Result<Answer, Error> {
        self.submit(Command::new("daily"))
    }

    /// Activates the programme in a folder, if it compiles and may follow the
    /// one in force; a shipped programme is referred to by its name.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`] with all findings; otherwise the reason why the ledger
    /// could not book it.
    pub fn activate(&self, programme: &str) -> Result<(), Error> {
        let bundle = bundle_of(programme)?;
        let done = self.with(move |ledger| {
            engine::activate(ledger, &bundle, engine::ActivationNote::default())?;
            ledger.commit().map(drop)
        })?;
        done.map_err(Error::from)
    }

    /// Runs `work` with the engine itself, on its thread: for operations that
    /// this handle has no method for. The engine's interface is not covered by
    /// the crate's version.
    ///
    /// # Errors
    /// The reason why the ledger is not open.
    pub fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut engine::Ledger) -> T + Send + 'static,
    ) -> Result<T, Error> {
        self.called(Work::Call, work)
    }

    /// [`Ledger::with`] for a question, which does not wait for the disk.
    fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&mut engine::Ledger) -> T + Send + 'static,
    ) -> Result<T, Error> {
        self.called(Work::Question, question)
    }

    fn called<T: Send + 'static>(
        &self,
        kind: impl FnOnce(Call) -> Work,
        work: impl FnOnce(&mut engine::Ledger) -> T + Send + 'static,
    ) -> Result<T, Error> {
        let (said, done) = channel();
        let call = move |ledger: Result<&mut engine::Ledger, &Error>| {
            // The caller who waits for it may be gone.
            let _ = said.send(ledger.map(work).map_err(Error::clone));
        };
        self.send(kind(Box::new(call)))?;
        done.recv().map_err(|_| Error::ended())?
    }

    /// Closes the ledger, and waits until it is closed. Dropping the handle
    /// also closes it, but reports no error.
    ///
    /// # Errors
    /// Errors of writing; answered commands are durable nevertheless.
    pub fn close(mut self) -> Result<(), Error> {
        self.finish().map_err(Error::from)
    }

    fn finish(&mut self) -> Result<(), engine::Error> {
        if let Some(work) = self.work.take() {
            // If the thread has ended, joining it says why.
            let _ = work.send(Work::End);
        }
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(closed)) => closed,
            // The panic message was printed.
            Some(Err(_)) => Err(engine::Error::internal("the ledger's thread has failed")),
            None => Ok(()),
        }
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        let _ = self.finish();
    }
}

/// Error of a full queue: the same may be sent again a little later.
#[doc(hidden)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Full;

fn options() -> Result<Options, engine::Error> {
    Ok(Options {
        alerts: Some(look_for_alert),
        ..Options::new("embedded")?
    })
}

fn reopen(folders: Folders) -> Reopen {
    Box::new(move |opening| match opening {
        Opening::AsIs => engine::Ledger::open(&folders, options()?),
        Opening::Rebuilt => engine::Ledger::rebuild(&folders, options()?),
    })
}

fn folders_of(folder: &Path) -> Folders {
    Folders {
        ledger: folder.to_owned(),
        secrets: default_secrets(folder),
    }
}

/// A shipped programme by its name, or one in a folder.
fn bundle_of(programme: &str) -> Result<Bundle, Error> {
    match shipped_files(programme) {
        Some(files) => Bundle::new(files).map_err(|found| engine::Error::Programme(found).into()),
        None => Ok(Folder::read(Path::new(programme))?.bundle),
    }
}

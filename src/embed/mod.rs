//! The ledger inside another program: one handle that threads may share, with the
//! engine on a thread of its own, whose stack is large enough for scripts.

mod command;
mod error;

pub use command::Command;
pub use error::{Error, Kind};

use crate::answer::{Answer, Denied, Now};
use crate::command::{Bad, Request, Verb, Who, parse, parse_keyless};
use crate::engine::{self, Folders, Options, default_secrets, first_origin};
use crate::policy::{Bundle, STACK_LEN, shipped_files};
use crate::workbench::Folder;
use std::path::Path;
use std::sync::mpsc::{SyncSender, channel, sync_channel};
use std::thread::{Builder, JoinHandle};

/// So many pieces of work wait for the engine before whoever brings another waits too.
const WAITING_MAX: usize = 256;

type Work = Box<dyn FnOnce(&mut engine::Ledger) + Send>;

/// A ledger that is open. While it is, no other process can open it.
///
/// Every method waits for the engine, which does one thing after another. What
/// [`Ledger::submit`] has answered is durable.
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
    work: Option<SyncSender<Work>>,
    thread: Option<JoinHandle<Result<(), engine::Error>>>,
}

impl Ledger {
    /// Begins a ledger in a folder that is empty or not there, beside which the
    /// folder of its secrets is made (`shop` and `shop-secrets`). `programme` is a
    /// shipped programme's name or the path of a programme's folder; `origin` names
    /// the ledger in its checkpoints, such as `example.org/shop`.
    ///
    /// # Errors
    /// [`Kind::Misuse`] where there is no such programme, it cannot work, or the
    /// folder holds something; otherwise what kept the files from being made.
    pub fn create(
        folder: impl AsRef<Path>,
        programme: &str,
        origin: &str,
    ) -> Result<Ledger, Error> {
        let bundle = bundle_of(programme)?;
        let (folders, origin) = (folders_of(folder.as_ref()), first_origin(origin));
        Ledger::start(move || {
            engine::Ledger::create(&folders, &origin, &bundle, Options::new("embedded")?)
        })
    }

    /// Opens the ledger in a folder; its secrets lie beside it.
    ///
    /// # Errors
    /// [`Kind::Busy`] while another process has it open; [`Kind::Damage`] where it
    /// is not what was written; otherwise what kept it from being read.
    pub fn open(folder: impl AsRef<Path>) -> Result<Ledger, Error> {
        let folders = folders_of(folder.as_ref());
        Ledger::start(move || engine::Ledger::open(&folders, Options::new("embedded")?))
    }

    fn start(
        open: impl FnOnce() -> Result<engine::Ledger, engine::Error> + Send + 'static,
    ) -> Result<Ledger, Error> {
        let (work, coming) = sync_channel::<Work>(WAITING_MAX);
        let (said, opened) = channel();
        let run = move || {
            let mut ledger = match open() {
                Ok(ledger) => ledger,
                Err(error) => {
                    // Whoever waits for it may have gone.
                    let _ = said.send(Err(error));
                    return Ok(());
                }
            };
            let _ = said.send(Ok(()));
            for work in coming {
                work(&mut ledger);
            }
            ledger.close()
        };
        let thread = Builder::new()
            .name("stampbook".into())
            .stack_size(STACK_LEN)
            .spawn(run)
            .map_err(Error::no_thread)?;
        opened.recv().map_err(|_| Error::ended())??;
        Ok(Ledger {
            work: Some(work),
            thread: Some(thread),
        })
    }

    /// Carries out a command. A no is an answer and not an error; so is a command
    /// that cannot be read ([`Answer::Refused`] with [`crate::Class::Invalid`]).
    /// Sent again under its key, a command gets its recorded answer.
    ///
    /// # Errors
    /// What kept the ledger from answering. Whether it was booked is not known then:
    /// open the ledger again and send the same command.
    pub fn submit(&self, command: Command) -> Result<Answer, Error> {
        self.carry(command, parse, |ledger, request| match request.verb {
            Verb::Erase { .. } if !request.is_training => ledger.erase(request),
            _ => ledger.submit(request),
        })
    }

    /// What a purchase would come to, without booking anything.
    ///
    /// # Errors
    /// What kept the ledger from answering.
    pub fn quote(&self, command: Command) -> Result<Answer, Error> {
        self.carry(command, parse_keyless, |ledger, request| {
            ledger.quote_discounted(request, None)
        })
    }

    fn carry(
        &self,
        command: Command,
        parse: fn(&[u8], u8) -> Result<Request, Bad>,
        act: impl FnOnce(&mut engine::Ledger, &Request) -> Result<Answer, engine::Error>
        + Send
        + 'static,
    ) -> Result<Answer, Error> {
        let json = command.to_json().into_bytes();
        self.with(
            move |ledger| match parse(&json, ledger.programme()?.digits) {
                Ok(request) => act(ledger, &request),
                Err(bad) => Ok(Denied::bad_json(&json, &bad).into()),
            },
        )?
        .map_err(Error::from)
    }

    /// What a member holds now, by an alias or a member's id; none where nobody is
    /// known by that.
    ///
    /// # Errors
    /// [`Kind::Misuse`] where `member` is neither; what kept the ledger from answering.
    pub fn balance(&self, member: &str) -> Result<Option<Now>, Error> {
        let who = Who::parse(member).map_err(|why| Error::misuse(format!("member: {why}")))?;
        let now = self.with(move |ledger| match ledger.resolve(&who)? {
            Some(id) => ledger.standing(id),
            None => Ok(None),
        })?;
        now.map_err(Error::from)
    }

    /// The recorded answer of a key; none where nothing was booked under it.
    ///
    /// # Errors
    /// What kept the ledger from answering.
    pub fn find(&self, key: &str) -> Result<Option<Answer>, Error> {
        let key = key.to_owned();
        let found = self.with(move |ledger| {
            let entry = ledger.find_key(&key)?;
            entry
                .map(|entry| ledger.answer_of(&entry, true))
                .transpose()
        })?;
        found.map_err(Error::from)
    }

    /// Books what has fallen due for everybody: run it once a day.
    ///
    /// # Errors
    /// What kept the ledger from answering.
    pub fn daily(&self) -> Result<Answer, Error> {
        self.submit(Command::new("daily"))
    }

    /// Has the programme in a folder take effect, if it can and may follow the one
    /// in force; a shipped programme goes by its name.
    ///
    /// # Errors
    /// [`Kind::Misuse`] with all that is wrong with it; what kept the ledger from
    /// booking it.
    pub fn activate(&self, programme: &str) -> Result<(), Error> {
        let bundle = bundle_of(programme)?;
        let done = self.with(move |ledger| {
            ledger.activate(&bundle, engine::ActivationNote::default())?;
            ledger.commit().map(drop)
        })?;
        done.map_err(Error::from)
    }

    /// Works with the engine itself, on its thread: for what this handle has no
    /// method for. The rooms of the crate are not covered by its version.
    ///
    /// # Errors
    /// [`Kind::Internal`] where the engine has ended.
    pub fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut engine::Ledger) -> T + Send + 'static,
    ) -> Result<T, Error> {
        let (said, done) = channel();
        let work: Work = Box::new(move |ledger| {
            // Whoever waits for it may have gone.
            let _ = said.send(work(ledger));
        });
        let sender = self.work.as_ref().ok_or_else(Error::ended)?;
        sender.send(work).map_err(|_| Error::ended())?;
        done.recv().map_err(|_| Error::ended())
    }

    /// Closes the ledger, and waits until it is closed. Without it, dropping does so
    /// and says nothing.
    ///
    /// # Errors
    /// What could not be written; what was answered is durable all the same.
    pub fn close(mut self) -> Result<(), Error> {
        self.finish().map_err(Error::from)
    }

    fn finish(&mut self) -> Result<(), engine::Error> {
        self.work = None;
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(closed)) => closed,
            // The panic has said what it is.
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

fn folders_of(folder: &Path) -> Folders {
    Folders {
        ledger: folder.to_owned(),
        secrets: default_secrets(folder),
    }
}

/// A shipped programme by its name, or one that lies in a folder.
fn bundle_of(programme: &str) -> Result<Bundle, Error> {
    match shipped_files(programme) {
        Some(files) => Bundle::new(files).map_err(|found| engine::Error::Programme(found).into()),
        None => Ok(Folder::read(Path::new(programme))?.bundle),
    }
}

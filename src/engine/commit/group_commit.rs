//! Group commit: commands of several senders become durable with one sync, and
//! each sender gets its own answer.

use crate::answer::{Answer, Denied};
use crate::command::{ClientId, Request, Verb};
use crate::engine::Ledger;
use crate::engine::error::Error;
use crate::engine::staging::staged::Mode;
use crate::engine::staging::submit;
use crate::model::on_one_line;

/// Commands that wait for the same sync, in the order of arrival; `W` is the
/// caller who waits for an answer.
#[derive(Debug)]
pub struct GroupCommit<W> {
    open: Vec<Open<W>>,
    has_erased: bool,
}

#[derive(Debug)]
struct Open<W> {
    who: W,
    key: String,
    id: Option<ClientId>,
    /// Answer that is known without a page.
    answer: Option<Box<Answer>>,
}

impl<W> Default for GroupCommit<W> {
    fn default() -> Self {
        GroupCommit {
            open: Vec::new(),
            has_erased: false,
        }
    }
}

impl<W> GroupCommit<W> {
    /// Number of commands that wait for an answer.
    pub fn len(&self) -> usize {
        self.open.len()
    }

    /// True if none waits.
    pub fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// True if a member was erased since it was last asked, so that the book must be
    /// rebuilt before it keeps no trace of them.
    pub fn take_erased(&mut self) -> bool {
        std::mem::take(&mut self.has_erased)
    }

    /// True if a command needs a page of its own: earlier commands must be
    /// acknowledged first, and the group directly after it. An erasure destroys
    /// keys that later commands in the same page might still use.
    pub fn is_apart(request: &Request) -> bool {
        matches!(request.verb, Verb::Erase { .. }) && !request.is_training
    }

    /// Adds a command that has its answer already, in its place.
    pub fn push_answered(&mut self, who: W, answer: impl Into<Answer>) {
        self.open.push(Open {
            who,
            key: String::new(),
            id: None,
            answer: Some(Box::new(answer.into())),
        });
    }

    /// Decides a command. After an error it waits as well, for [`GroupCommit::fail`].
    ///
    /// # Errors
    /// I/O errors, after which nothing more may be staged or acknowledged.
    pub fn stage(&mut self, ledger: &mut Ledger, request: &Request, who: W) -> Result<(), Error> {
        self.open.push(Open {
            who,
            key: request.key.to_string(),
            id: request.id.clone(),
            answer: None,
        });
        if !Self::is_apart(request) {
            return ledger.stage(request, Mode::default());
        }
        if ledger.waiting() > 0 {
            return Err(Error::internal("an erasure shares a page"));
        }
        let answer = submit::erase(ledger, request)?;
        self.has_erased |= answer.is_ok();
        if let Some(open) = self.open.last_mut() {
            open.answer = Some(Box::new(answer));
        }
        Ok(())
    }

    /// Makes all of them durable with one sync, and returns each answer as
    /// converted by `make`; nobody may be told of one before this returns.
    /// [`Ledger::conclude`] is called after the answers are sent.
    ///
    /// # Errors
    /// I/O errors; all commands then still wait, for [`GroupCommit::fail`].
    pub fn acknowledge<T>(
        &mut self,
        ledger: &mut Ledger,
        mut make: impl FnMut(Answer) -> T,
    ) -> Result<Vec<(W, T)>, Error> {
        let made = ledger.acknowledge_as(&mut make)?;
        let staged = self.open.iter().filter(|open| open.answer.is_none());
        if staged.count() != made.len() {
            return Err(Error::internal("a command was left without an answer"));
        }
        let mut made = made.into_iter();
        let told = std::mem::take(&mut self.open).into_iter();
        let told = told.filter_map(|open| match open.answer {
            Some(answer) => Some((open.who, make(*answer))),
            None => Some((open.who, made.next()?)),
        });
        Ok(told.collect())
    }

    /// Answers after an I/O error: a command that was answered keeps its
    /// answer, and all others get the reason why the ledger could not answer.
    /// The same key may be sent again once the ledger is opened again.
    pub fn fail(&mut self, error: &Error) -> Vec<(W, Result<Answer, Denied>)> {
        let (code, text) = (error.failure_code(), on_one_line(&error.to_string()));
        let told = std::mem::take(&mut self.open).into_iter();
        let told = told.map(|open| match open.answer {
            Some(answer) => (open.who, Ok(*answer)),
            None => {
                let denied = Denied {
                    id: open.id,
                    ..Denied::new(open.key, code, &text)
                };
                (open.who, Err(denied))
            }
        });
        told.collect()
    }
}

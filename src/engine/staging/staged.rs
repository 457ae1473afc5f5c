//! Commands on their way: how they came in, and what waits for its page.

use crate::answer::{Answer, Denied};
use crate::command::{ClientId, Request, SlipForm, Verb};
use crate::model::{Code, Effect, Entry, Key, Number, Points};

/// Way in which a command came in, beyond its own content.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mode {
    /// True for history from before the member's first live entry.
    pub is_history: bool,
    /// True to enrol the owner of a new alias.
    pub is_enrolling: bool,
    /// True to accept it although it is late.
    pub is_late: bool,
}

impl Mode {
    /// True if a command may enrol the member that it names.
    pub(in crate::engine) fn enrols(&self, request: &Request) -> bool {
        self.is_enrolling || matches!(&request.verb, Verb::Purchase(p) if p.is_enrolling)
    }
}

/// A command that was decided and waits for its page.
pub enum Staged {
    /// The answer was known at once.
    Answered(Answer),
    /// The sender wants a brief answer.
    Brief(Brief),
    /// The entry that answers it.
    Sealed {
        /// The entry.
        entry: Box<Entry>,
        /// The key it was sent under again, if it had been carried out before.
        repeats: Option<Key>,
    },
    /// The entries that answer a command of several parts, which were booked together.
    Together {
        /// The entries: of a ticket its returns and then its sale; of a sale
        /// that is corrected the void and then the sale.
        entries: Vec<Entry>,
        /// The key it was sent under again, if it had been carried out before.
        repeats: Option<Key>,
    },
    /// The answer is a recorded refusal, with what to do instead.
    Advised {
        /// Remedy, in words.
        remedy: String,
        /// The staged command.
        staged: Box<Staged>,
    },
    /// The answer has a slip.
    WithSlip {
        /// Form of the slip.
        form: SlipForm,
        /// True if the command is for training.
        is_training: bool,
        /// The staged command.
        staged: Box<Staged>,
    },
    /// The answer echoes the sender's own id of the message.
    Echoed {
        /// The id.
        id: ClientId,
        /// The staged command.
        staged: Box<Staged>,
    },
}

impl Staged {
    /// An entry that was booked now.
    pub(in crate::engine) fn booked(entry: Entry) -> Staged {
        Staged::Sealed {
            entry: Box::new(entry),
            repeats: None,
        }
    }

    /// An entry that was booked before, when the command was sent first.
    pub(in crate::engine) fn again(entry: Entry, request: &Request) -> Staged {
        Staged::Sealed {
            entry: Box::new(entry),
            repeats: Some(request.key.clone()),
        }
    }

    /// True if a sale was now booked without a voucher whose code is unknown.
    pub(in crate::engine) fn has_wrong_code(&self) -> bool {
        let is_wrong = |effect: &Effect| matches!(effect, Effect::TenderLeftOut { refusal, .. } if refusal.code == Code::UnknownCode);
        let entries = match self {
            Staged::Sealed {
                entry,
                repeats: None,
            } => std::slice::from_ref(&**entry),
            Staged::Together {
                entries,
                repeats: None,
            } => entries,
            _ => return false,
        };
        entries.iter().flat_map(|e| &e.effects).any(is_wrong)
    }
}

/// Result of a staged command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Brief {
    /// It was carried out.
    Done {
        /// True if it had been carried out before.
        is_repeated: bool,
        /// Points given, by unit, without those carried over.
        given: Vec<(Number, Points)>,
    },
    /// It was refused.
    No(Box<Denied>),
}

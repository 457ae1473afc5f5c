//! Verification of the journal beside the service: the files are read, and no
//! till waits for it.

use serde_json::Value;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

type Progress<'p> = &'p (dyn Fn(u64, u64) + Sync);
type Verify = dyn Fn(Progress<'_>) -> Result<Value, String> + Send + Sync;

/// Function that verifies the ledger: it tells the bytes read and the bytes in
/// all, and returns the report as JSON, with its `outcome`.
#[derive(Clone)]
pub struct Verifier(Arc<Verify>);

impl Verifier {
    /// Wraps the function.
    pub fn new(
        verify: impl Fn(Progress<'_>) -> Result<Value, String> + Send + Sync + 'static,
    ) -> Verifier {
        Verifier(Arc::new(verify))
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Verifier")
    }
}

/// State of the verification.
#[derive(Clone, Debug, Default)]
pub(super) enum State {
    /// None was begun since the service started.
    #[default]
    Never,
    /// Per cent of the journal that were read.
    Running(u64),
    /// The report.
    Done(Value),
    /// The reason for which there is no report.
    Failed(String),
}

/// The verification of a service: one at a time.
#[derive(Debug)]
pub(in crate::serve) struct Verification {
    verifier: Verifier,
    state: Arc<Mutex<State>>,
}

impl Verification {
    pub(in crate::serve) fn new(verifier: Verifier) -> Verification {
        Verification {
            verifier,
            state: Arc::default(),
        }
    }

    pub(super) fn state(&self) -> State {
        self.state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Outcome of the last one, in a word or a sentence, if it is not a good one.
    pub(super) fn trouble(&self) -> Option<String> {
        match self.state() {
            State::Done(report) => {
                let outcome = report["outcome"].as_str().unwrap_or_default();
                (outcome != "held").then(|| outcome.to_owned())
            }
            State::Failed(text) => Some(text),
            State::Never | State::Running(_) => None,
        }
    }

    /// Begins one on a thread of its own, unless one runs.
    pub(super) fn begin(&self) {
        let set = |state: &Mutex<State>, to: State| {
            *state.lock().unwrap_or_else(PoisonError::into_inner) = to;
        };
        {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            if matches!(*state, State::Running(_)) {
                return;
            }
            *state = State::Running(0);
        }
        let (verifier, state) = (self.verifier.clone(), Arc::clone(&self.state));
        std::thread::spawn(move || {
            let progress = |done: u64, all: u64| {
                let share = u128::from(done) * 100 / u128::from(all.max(1));
                set(&state, State::Running(u64::try_from(share).unwrap_or(100)));
            };
            let found = (verifier.0)(&progress);
            set(&state, found.map_or_else(State::Failed, State::Done));
        });
    }
}

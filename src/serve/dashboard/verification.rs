//! Verification of the journal beside the service: the files are read, and no
//! till waits for it.

use super::background::{Background, Work};
use serde_json::Value;
use std::fmt;
use std::sync::Arc;

type Progress<'p> = &'p (dyn Fn(u64, u64) + Sync);
type Verify = dyn Fn(Progress<'_>) -> Result<Verified, String> + Send + Sync;

/// Result of a verification.
#[derive(Clone, Debug)]
pub struct Verified {
    /// The report as JSON, with its `outcome`.
    pub report: Value,
    /// The card for an auditor; None if not all that was asked held.
    pub card: Option<String>,
    /// Its instant, as the card displays it.
    pub at: String,
}

/// Function that verifies the ledger: it tells the bytes read and the bytes in all.
#[derive(Clone)]
pub struct Verifier(Arc<Verify>);

impl Verifier {
    /// Wraps the function.
    pub fn new(
        verify: impl Fn(Progress<'_>) -> Result<Verified, String> + Send + Sync + 'static,
    ) -> Verifier {
        Verifier(Arc::new(verify))
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Verifier")
    }
}

/// The verification of a service: one at a time.
#[derive(Debug)]
pub(in crate::serve) struct Verification {
    verifier: Verifier,
    work: Background<Verified>,
}

impl Verification {
    pub(in crate::serve) fn new(verifier: Verifier) -> Verification {
        Verification {
            verifier,
            work: Background::default(),
        }
    }

    pub(super) fn state(&self) -> Work<Verified> {
        self.work.state()
    }

    /// Outcome of the last one, in a word or a sentence, if it is not a good one.
    pub(in crate::serve) fn trouble(&self) -> Option<String> {
        match self.state() {
            Work::Done(verified) => {
                let outcome = verified.report["outcome"].as_str().unwrap_or_default();
                (outcome != "held").then(|| outcome.to_owned())
            }
            Work::Failed(text) => Some(text),
            Work::Never | Work::Running(_) => None,
        }
    }

    /// Begins one on a thread of its own, unless one runs.
    pub(super) fn begin(&self) {
        let Some(progress) = self.work.begin() else {
            return;
        };
        let (verifier, work) = (self.verifier.clone(), self.work.clone());
        std::thread::spawn(move || {
            work.end((verifier.0)(&|done, all| progress.set(done, all)));
        });
    }
}

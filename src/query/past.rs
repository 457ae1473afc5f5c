//! The durable entries at a moment with all that describes them: questions that walk the
//! journal are answered from it on another thread, and hold up nobody who books.

use crate::engine::{self, JournalView, Ledger};
use crate::model::{Place, Policy, Programme};
use crate::policy::Compiled;
use crate::rules::state::LedgerState;
use std::sync::Arc;

/// Entries up to a moment, and the state that is not tied to a member as of then.
pub struct Past {
    /// The entries.
    pub view: JournalView,
    /// Names, campaigns, sums.
    pub global: LedgerState,
    /// The programme in force.
    pub policy: Arc<Compiled>,
}

impl Past {
    /// Takes it from a ledger, as of now.
    ///
    /// # Errors
    /// There is no programme; I/O errors.
    pub fn of(ledger: &Ledger) -> Result<Past, engine::Error> {
        Ok(Past {
            view: JournalView::of(ledger)?,
            global: ledger.global().clone(),
            policy: Arc::clone(ledger.policy()?),
        })
    }

    pub(super) fn programme(&self) -> &Programme {
        self.policy.programme()
    }

    pub(super) fn store_of(&self, place: &Place) -> String {
        place.store(&self.global.names)
    }
}

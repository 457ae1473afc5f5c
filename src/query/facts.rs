//! Facts for reports: kept up with the journal, shared by all who ask, and saved
//! beside it. They are made from a view of the journal, so that a service makes
//! them on another thread than the one that books.

use super::{Error, instant_named};
use crate::chain::hash::Hash;
use crate::command::Text;
use crate::engine::{self, Derived, JournalPoint, JournalView, Ledger};
use crate::insight::{Facts, Histories, LAYOUT, Shop, Source};
use crate::model::{Names, Policy, Programme};
use std::cell::OnceCell;
use std::sync::{Arc, Mutex, PoisonError};

/// Least number of new entries for which facts are saved again.
const SAVED_LEAST: u64 = 500;
/// Part of the saved entries, as a divisor, that must be new for facts to be saved
/// again: writing stays a small share of the work, however long the journal is.
const SAVED_PART: u64 = 8;

/// Facts of all durable entries, kept with an open ledger.
#[derive(Clone, Default)]
struct KeptFacts(Arc<Mutex<Kept>>);

/// Facts up to a point of the journal.
struct Kept {
    facts: Facts,
    /// Made from the facts with their first use.
    histories: OnceCell<Histories>,
    point: JournalPoint,
    /// Entries of the saved ones.
    saved: u64,
    /// True once the saved ones were looked for.
    is_loaded: bool,
}

impl Default for Kept {
    fn default() -> Kept {
        Kept {
            facts: Facts::default(),
            histories: OnceCell::new(),
            point: JournalPoint::START,
            saved: 0,
            is_loaded: false,
        }
    }
}

impl Kept {
    /// Takes in what the journal has, from the saved facts on if they continue it. Returns a
    /// note for people where those could not be used or written.
    fn catch_up(&mut self, view: &JournalView) -> Result<Option<String>, engine::Error> {
        let mut note = None;
        if !view.has(&self.point)? {
            *self = Kept::default();
        }
        if !self.is_loaded {
            self.is_loaded = true;
            match self.load(view)? {
                None => {}
                Some(why) => {
                    note = Some(format!(
                        "the saved facts are made again from the journal: {why}"
                    ));
                }
            }
        }
        // Two views can be taken in at once: the older one has nothing new then.
        if self.point.count < view.point().count {
            self.histories = OnceCell::new();
            for entry in view.entries_after(&self.point)? {
                self.facts.add(&entry?);
            }
            self.facts.mark_hash(view.point().hash);
            self.point = *view.point();
        }
        let new = self.point.count.saturating_sub(self.saved);
        if new >= SAVED_LEAST.max(self.saved / SAVED_PART) {
            match view.save_facts(LAYOUT, &self.point, &self.facts.to_bytes()) {
                Ok(()) => self.saved = self.point.count,
                Err(error) => note = Some(format!("the facts could not be saved: {error}")),
            }
        }
        Ok(note)
    }

    /// Loads the saved facts; the reason if there are some that cannot be used.
    fn load(&mut self, view: &JournalView) -> Result<Option<String>, engine::Error> {
        let (point, bytes) = match view.load_facts(LAYOUT)? {
            Derived::None => return Ok(None),
            Derived::Unusable(why) => return Ok(Some(why)),
            Derived::Of(point, bytes) => (point, bytes),
        };
        match Facts::from_bytes(&bytes, point.hash) {
            Some(facts) if facts.mark.entries == point.count => {
                (self.facts, self.point, self.saved) = (facts, point, point.count);
                Ok(None)
            }
            _ => Ok(Some("their content cannot be read".into())),
        }
    }
}

/// All that a report is made from, taken from a ledger at once: what follows needs no
/// ledger, and may take its time on another thread.
pub struct Basis {
    view: JournalView,
    kept: KeptFacts,
    /// Number of entries that an earlier instant knew, and the hash of the last.
    until: Option<(u64, Hash)>,
    policy: Arc<dyn Policy + Send + Sync>,
    names: Names,
}

impl Basis {
    /// Takes it as of now, or as of what the ledger knew at an instant or by the end of a day.
    ///
    /// # Errors
    /// `as_of` is neither; there is no programme; I/O errors.
    pub fn of(ledger: &mut Ledger, as_of: Option<&Text>) -> Result<Basis, Error> {
        let view = JournalView::of(ledger)?;
        let until = match as_of {
            Some(text) => {
                let at = instant_named(ledger, "as_of", text)?;
                let end = ledger.first_recorded(at.after(1))?;
                let hash = ledger.hash_after(end)?;
                (end < view.point().count).then_some((end, hash))
            }
            None => None,
        };
        let policy = Arc::clone(ledger.policy()?) as Arc<dyn Policy + Send + Sync>;
        let kept = ledger.take_derived::<KeptFacts>().unwrap_or_default();
        ledger.keep_derived(kept.clone());
        Ok(Basis {
            view,
            kept: *kept,
            until,
            policy,
            names: ledger.global().names.clone(),
        })
    }

    /// The programme in force.
    pub(super) fn programme(&self) -> &Programme {
        self.policy.programme()
    }

    /// Hands over the facts. Returns a note for people besides, where saved ones could not
    /// be used or written.
    pub(super) fn with<T>(
        &self,
        work: impl FnOnce(&Facts, &Source<'_>) -> T,
    ) -> Result<(T, Option<String>), engine::Error> {
        let shop = Shop {
            policy: self.policy.as_ref(),
            names: &self.names,
        };
        let Some((end, hash)) = self.until else {
            let mut kept = self.kept.0.lock().unwrap_or_else(PoisonError::into_inner);
            let note = match kept.catch_up(&self.view) {
                Ok(note) => note,
                Err(error) => {
                    // Half an advance is none.
                    *kept = Kept::default();
                    return Err(error);
                }
            };
            let source = Source::new(&kept.facts, shop, &kept.histories);
            return Ok((work(&kept.facts, &source), note));
        };
        let mut facts = Facts::default();
        for entry in self.view.entries_after(&JournalPoint::START)? {
            let entry = entry?;
            if entry.seq >= end {
                break;
            }
            facts.add(&entry);
        }
        facts.mark_hash(hash);
        let histories = OnceCell::new();
        Ok((work(&facts, &Source::new(&facts, shop, &histories)), None))
    }
}

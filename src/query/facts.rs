//! Facts for reports: kept up with the journal, shared by all who ask, and saved
//! beside it. They are made from a view of the journal, so that a service makes
//! them on another thread than the one that books.

use super::{Error, conditions, instant_named};
use crate::chain::hash::Hash;
use crate::command::Text;
use crate::engine::{self, Derived, JournalPoint, JournalView, Ledger};
use crate::insight::models::lifetime::LastEstimate;
use crate::insight::{Conditions, Facts, LAYOUT, Shop, Source};
use crate::model::{Entry, Instant, Names, Policy, Programme};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};
use std::thread::{Builder, JoinHandle};

/// Least number of new entries for which facts are saved again.
const SAVED_LEAST: u64 = 500;
/// Part of the saved entries, as a divisor, that must be new for facts to be saved
/// again: writing stays a small share of the work, however long the journal is.
const SAVED_PART: u64 = 8;

/// Facts of all durable entries, kept with an open ledger.
#[derive(Default)]
struct KeptFacts(Arc<Shared>);

impl Drop for KeptFacts {
    fn drop(&mut self) {
        // A process that ends would cut off the saving.
        drop(self.0.end_saving(true));
    }
}

/// State that questions share.
#[derive(Default)]
struct Shared {
    kept: RwLock<Kept>,
    lifetime: LastEstimate,
    /// Conditions that the service found beside the ledger.
    beside: Mutex<Conditions>,
    /// Number of questions that used the facts.
    uses: AtomicU64,
    /// Entries of the saved facts.
    saved: AtomicU64,
    /// The thread that saves them, which returns the reason if it could not.
    saving: Mutex<Option<JoinHandle<Option<String>>>>,
}

/// Facts up to a point of the journal.
struct Kept {
    facts: Facts,
    point: JournalPoint,
    /// True once the saved ones were looked for.
    is_loaded: bool,
}

impl Default for Kept {
    fn default() -> Kept {
        Kept {
            facts: Facts::default(),
            point: JournalPoint::START,
            is_loaded: false,
        }
    }
}

/// Least number of entries that are decoded on a thread of their own.
const THREAD_LEAST: u64 = 10_000;
/// Part of the memory for the ledger's state, as a divisor, from which facts are too large to
/// stay in memory though nobody asks.
const FACTS_PART: u64 = 2;
/// Entries that are handed over at once, and how often ahead of the fold.
const AT_ONCE: usize = 256;
const AHEAD: usize = 16;

/// Hands the entries behind a point of a view to a function, decoded on another thread
/// where there are many.
fn fold(
    view: &JournalView,
    point: &JournalPoint,
    mut add: impl FnMut(&Entry) -> bool,
) -> Result<(), engine::Error> {
    if view.point().count.saturating_sub(point.count) < THREAD_LEAST {
        for entry in view.entries_after(point)? {
            if !add(&entry?) {
                break;
            }
        }
        return Ok(());
    }
    let entries = view.entries_after(point)?;
    let (sender, decoded) = sync_channel(AHEAD);
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let mut entries = entries;
            loop {
                let some: Vec<_> = entries.by_ref().take(AT_ONCE).collect();
                if some.is_empty() || sender.send(some).is_err() {
                    return;
                }
            }
        });
        for some in decoded {
            for entry in some {
                if !add(&entry?) {
                    return Ok(());
                }
            }
        }
        Ok(())
    })
}

impl Kept {
    /// True if it has all that the view has.
    fn has(&self, view: &JournalView) -> Result<bool, engine::Error> {
        Ok(self.is_loaded
            && self.point.count >= view.point().count
            && view.continues(&self.point)?)
    }

    /// Takes in what the journal has, from the saved facts on if they continue it. Returns
    /// the reason where those could not be used.
    fn catch_up(
        &mut self,
        view: &JournalView,
        saved: &AtomicU64,
    ) -> Result<Option<String>, engine::Error> {
        let mut note = None;
        if !view.continues(&self.point)? {
            *self = Kept::default();
        }
        if !self.is_loaded {
            saved.store(0, Ordering::Relaxed);
            note = self.load(view)?;
            saved.store(self.point.count, Ordering::Relaxed);
            self.is_loaded = true;
        }
        // Another question may have taken in more.
        if self.point.count < view.point().count {
            let facts = &mut self.facts;
            fold(view, &self.point, |entry| {
                facts.add(entry);
                true
            })?;
            self.facts.mark_hash(view.point().hash);
            self.point = *view.point();
        }
        Ok(note)
    }

    /// Loads the saved facts; the reason if there are some that cannot be used.
    fn load(&mut self, view: &JournalView) -> Result<Option<String>, engine::Error> {
        let unusable =
            |why: &str| format!("the saved facts are made again from the journal: {why}");
        let (point, bytes) = match view.load_facts(LAYOUT)? {
            Derived::None => return Ok(None),
            Derived::Unusable(why) => return Ok(Some(unusable(&why))),
            Derived::Of(point, bytes) => (point, bytes),
        };
        match Facts::from_bytes(&bytes, point.hash) {
            Some(facts) if facts.mark.entries == point.count => {
                (self.facts, self.point) = (facts, point);
                Ok(None)
            }
            _ => Ok(Some(unusable("their content cannot be read"))),
        }
    }
}

impl Shared {
    fn read(&self) -> RwLockReadGuard<'_, Kept> {
        self.kept.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in what the view has, unless it is known. Returns a note for people.
    fn catch_up(&self, view: &JournalView) -> Result<Option<String>, engine::Error> {
        if self.read().has(view)? {
            return Ok(None);
        }
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        let note = kept.catch_up(view, &self.saved);
        if note.is_err() {
            // Half an advance is none.
            *kept = Kept::default();
        }
        note
    }

    /// Begins to save the facts on a thread of its own, if enough is new and none does.
    fn save(self: &Arc<Shared>, view: &JournalView) {
        let saved = self.saved.load(Ordering::Relaxed);
        let new = self.read().point.count.saturating_sub(saved);
        if new < SAVED_LEAST.max(saved / SAVED_PART) {
            return;
        }
        let mut saving = self.saving.lock().unwrap_or_else(PoisonError::into_inner);
        if saving.is_some() {
            return;
        }
        let (shared, view) = (Arc::clone(self), view.clone());
        let thread = Builder::new().name("stampbook-facts".into());
        let thread = thread.spawn(move || {
            let (point, bytes) = {
                let kept = shared.read();
                (kept.point, kept.facts.to_bytes())
            };
            // Also after a failure: it is tried again when as much is new again.
            shared.saved.store(point.count, Ordering::Relaxed);
            let written = view.save_facts(LAYOUT, &point, &bytes);
            let reason = written.err()?;
            Some(format!("the facts could not be saved: {reason}"))
        });
        // Without a thread they are saved another time.
        *saving = thread.ok();
    }

    /// Reason why saving failed, once it has ended; waits for that if wanted.
    fn end_saving(&self, is_waited_for: bool) -> Option<String> {
        let mut saving = self.saving.lock().unwrap_or_else(PoisonError::into_inner);
        let thread = saving.take_if(|thread| is_waited_for || thread.is_finished())?;
        thread.join().ok().flatten()
    }
}

/// Notes what a service looked at and found: it is told among the alerts.
pub fn look_beside(ledger: &mut Ledger, beside: Conditions) {
    let kept = engine::take_derived::<KeptFacts>(ledger).unwrap_or_default();
    *kept.0.beside.lock().unwrap_or_else(PoisonError::into_inner) = beside;
    engine::keep_derived(ledger, kept);
}

/// All that a report is made from, taken from a ledger at once: what follows needs no
/// ledger, and may take its time on another thread.
pub struct Basis {
    view: JournalView,
    shared: Arc<Shared>,
    /// Number of entries that an earlier instant knew, and the hash of the last.
    until: Option<(u64, Hash)>,
    /// Bytes up to which facts stay in memory though nobody asks.
    memory_max: u64,
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
        let kept = engine::take_derived::<KeptFacts>(ledger).unwrap_or_default();
        let shared = Arc::clone(&kept.0);
        engine::keep_derived(ledger, kept);
        Ok(Basis {
            view,
            shared,
            until,
            memory_max: ledger.memory() / FACTS_PART,
            policy,
            names: ledger.global().names.clone(),
        })
    }

    /// Memory of the facts in bytes, approximately.
    pub fn memory_len(&self) -> u64 {
        self.shared.read().facts.memory_len() as u64
    }

    /// Number of questions that used the facts so far.
    pub fn uses(&self) -> u64 {
        self.shared.uses.load(Ordering::Relaxed)
    }

    /// Lets the facts go where they take much memory: the next question loads the saved ones
    /// and folds the rest.
    pub fn let_go(&self) {
        // Somebody who reads them wants them.
        if self.memory_len() > self.memory_max
            && let Ok(mut kept) = self.shared.kept.try_write()
        {
            *kept = Kept::default();
        }
    }

    /// The programme in force.
    pub(super) fn programme(&self) -> &Programme {
        self.policy.programme()
    }

    /// Hands over the facts. Returns a note for people besides, where saved ones could not
    /// be used or written. Other questions use the facts at the same time.
    pub(super) fn with<T>(
        &self,
        work: impl FnOnce(&Facts, &Source<'_>) -> T,
    ) -> Result<(T, Option<String>), engine::Error> {
        let shop = Shop {
            policy: self.policy.as_ref(),
            names: &self.names,
        };
        let Some((end, hash)) = self.until else {
            self.shared.uses.fetch_add(1, Ordering::Relaxed);
            let mut note = self.shared.catch_up(&self.view)?;
            self.shared.save(&self.view);
            let told = {
                let kept = self.shared.read();
                let conditions = self.conditions(kept.facts.mark.began)?;
                let source = Source::new(&kept.facts, shop, (&self.shared.lifetime, &conditions));
                work(&kept.facts, &source)
            };
            if let Some(failed) = self.shared.end_saving(false) {
                note = Some(failed);
            }
            return Ok((told, note));
        };
        let mut facts = Facts::default();
        fold(&self.view, &JournalPoint::START, |entry| {
            let is_known = entry.seq < end;
            if is_known {
                facts.add(entry);
            }
            is_known
        })?;
        facts.mark_hash(hash);
        let (lifetime, conditions) = Default::default();
        let source = Source::new(&facts, shop, (&lifetime, &conditions));
        Ok((work(&facts, &source), None))
    }

    /// Conditions beside the journal of a ledger that began at an instant.
    fn conditions(&self, began: Instant) -> Result<Conditions, engine::Error> {
        let beside = self.shared.beside.lock();
        let mut all = beside.unwrap_or_else(PoisonError::into_inner).clone();
        let own = conditions::of_ledger(&self.view, self.programme().alerts, began)?;
        all.kinds.extend(own.kinds);
        all.found.extend(own.found);
        Ok(all)
    }
}

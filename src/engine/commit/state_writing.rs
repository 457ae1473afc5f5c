//! Schedule of writing the state back to the book, and the point of the journal
//! it is written at. The second copy and the keys have schedules of their own.

use crate::chain::hash::Hash;
use crate::chain::tree::Frontier;
use crate::engine::Ledger;
use crate::engine::cache::{Watermark, Written};
use crate::engine::error::Error;
use crate::model::{Act, Activation, Policy};
use crate::policy::Compiled;
use crate::storage::derived::JournalPoint;
use crate::storage::error::StorageError;
use crate::storage::journal::Position;
use std::sync::Arc;

/// Batches that a process writes at once; a short process writes the state back
/// with its work, a long one only now and then, since the disk is busy with the
/// journal.
const BATCHES_AT_ONCE: u64 = 3;
/// Entries after which the state is written back if commands come one by one.
const WRITE_EVERY_SINGLE: u64 = 2_000;
/// Changes of a member, on average, before it is written back under load.
const CHANGES_A_WRITE: u64 = 32;
/// Bound on the entries that a crash leaves to be folded, as a multiple of
/// `write_every`; or [`WAITS_QUARTERS`] of all, if that is more: each write of
/// a large book takes as long as folding many entries.
const WAITS_MAX: u64 = 30;
/// Quarters of the journal that may be left to be folded.
const WAITS_QUARTERS: u64 = 3;
/// Entries from which the write-back is done in the background.
const BESIDE_FROM: u64 = 500;

impl Ledger {
    /// Writes the state back at once for few entries, and under load when there
    /// are many.
    pub(in crate::engine) fn write_when_due(&mut self) -> Result<(), Error> {
        if self.is_write_due() {
            self.write_state()?;
        }
        self.cache.bound()
    }

    /// True if the state is due to be written back.
    pub(in crate::engine) fn is_write_due(&self) -> bool {
        let unwritten = self.cache.unwritten();
        if self.may_lag() || unwritten == 0 {
            return false;
        }
        let due = match self.cache.batches() < BATCHES_AT_ONCE {
            true => 1,
            // Commands came one by one since the state was written.
            false if self.writer.commits * 4 > unwritten => {
                WRITE_EVERY_SINGLE.min(self.options.write_every)
            }
            false => return self.is_write_due_under_load(),
        };
        unwritten >= due || self.cache.is_over()
    }

    /// True if it is due under load. Writing a member costs more than deciding
    /// a purchase, so it waits until each has changed several times, as long as
    /// they fit into memory.
    pub(in crate::engine) fn is_write_due_under_load(&self) -> bool {
        let every = self.options.write_every;
        let waits = self.cache.dirty_count() as u64 * CHANGES_A_WRITE;
        let most = (every * WAITS_MAX).max(self.global().next_seq / 4 * WAITS_QUARTERS);
        let due = waits.clamp(every, most);
        self.cache.unwritten() >= due || self.cache.is_over()
    }

    /// True if so few entries are unwritten that the next process can fold them
    /// again, which is cheaper than writing to a large book. False for
    /// removals, which must not come back, and if this process writes to the
    /// book anyway.
    pub(in crate::engine) fn may_lag(&self) -> bool {
        let share = self.global().next_seq / self.options.lag_share;
        let lag_max = share.min(self.options.lag_max);
        self.cache.batches() == 0 && self.cache.unwritten() <= lag_max && !self.cache.takes_away()
    }

    /// Writes the state back once all staged entries are durable.
    pub(in crate::engine) fn write_state(&mut self) -> Result<(), Error> {
        let frontier = self.writer.frontier();
        if frontier.size() != self.global().next_seq {
            // A book ahead of the journal could not be opened again.
            let path = self.folders.ledger.join("journal");
            return Err(StorageError::Poisoned { path }.into());
        }
        let point = self.durable_point()?;
        self.write_state_at(&frontier, &point)
    }

    /// The point at which the durable journal ends.
    pub(in crate::engine) fn durable_point(&self) -> Result<JournalPoint, Error> {
        let head = self.writer.head();
        self.point_at(head.next_seq, head.hash, head.last.unwrap_or_default())
    }

    /// The point after a page, by its header and position.
    pub(in crate::engine) fn point_at(
        &self,
        count: u64,
        hash: Hash,
        last: Position,
    ) -> Result<JournalPoint, Error> {
        let origin = match self.origin.get() {
            Some(origin) => *origin,
            None if count == 0 => return Ok(JournalPoint::START),
            None => {
                let origin = self.reader.origin()?;
                *self.origin.get_or_init(|| origin)
            }
        };
        Ok(JournalPoint {
            origin,
            count,
            hash,
            last,
        })
    }

    /// Writes the state back as of a point of the journal.
    pub(in crate::engine) fn write_state_at(
        &mut self,
        frontier: &Frontier,
        point: &JournalPoint,
    ) -> Result<(), Error> {
        if self.cache.unwritten() == 0 {
            return Ok(());
        }
        if self.writer.is_back() {
            return Err(Error::internal("a question writes nothing"));
        }
        if self.cache.unwritten() >= BESIDE_FROM {
            self.cache.background_writer();
        }
        self.copy_pages()?;
        let programme = self.unwritten_programme()?;
        let policy = self.policy.clone();
        let written = Written {
            policy: policy.as_deref().map(|p| p as &dyn Policy),
            programme,
            pages: self.writer.pages.take(),
            watermark: Watermark {
                point: *point,
                frontier: frontier.clone(),
            },
        };
        self.cache.write(&mut self.vault, written)?;
        self.write_keys(point)?;
        self.writer.commits = 0;
        self.cache.bound()
    }

    /// Activation of the programme in force, if the book does not reach it yet.
    fn unwritten_programme(&mut self) -> Result<Option<Activation>, Error> {
        let Some(seq) = self.global().activations.last().copied() else {
            return Ok(None);
        };
        if seq + self.cache.unwritten() < self.global().next_seq {
            return Ok(None);
        }
        Ok(match self.entry(seq)?.map(|entry| entry.act) {
            Some(Act::PolicyActivated(activation)) => Some(*activation),
            _ => None,
        })
    }

    /// Loads the programme in force from the book, which every process needs:
    /// its page is somewhere among all the others.
    pub(in crate::engine) fn load_policy(&mut self) -> Result<(), Error> {
        let number = self.global().bundle;
        if let Some(pilot) = self.global().pilot.as_ref().map(|pilot| pilot.number) {
            runnable(self.programme_of(pilot))?;
        }
        if number == 0 || self.policy.is_some() {
            return Ok(());
        }
        let kept = self.cache.programme()?;
        let made = match kept.filter(|kept| kept.number == number) {
            Some(kept) => {
                let names = self.global().names.clone();
                self.programmes.compile(&kept, &names)
            }
            None => self.programme_of(number),
        };
        self.policy = runnable(made)?;
        Ok(())
    }

    /// Notes what this program finds wrong with the programme in force. It took
    /// effect, so the ledger opens in any case: with another programme if need be.
    pub(in crate::engine) fn note_programme(&mut self) {
        let wrong = self.policy.as_ref().map(|policy| {
            let found = policy.warnings().iter();
            found.filter(|found| found.is_error()).count()
        });
        let number = self.global().bundle;
        match wrong {
            None if number > 0 => self.notes.push(format!(
                "programme {number} is in force, and this program cannot run it: activate another one, or use the program that activated it"
            )),
            Some(faults @ 1..) => self.notes.push(format!(
                "programme {number} is in force with {faults} faults that would keep it from taking effect today; values that cannot be read are at their defaults (`stampbook policy check` on its folder tells more)"
            )),
            _ => {}
        }
    }

    /// Waits until the book has applied all batches.
    pub(in crate::engine) fn settle_book(&mut self) -> Result<(), Error> {
        self.cache.settle()?;
        let failed = self.cache.copy_failure();
        self.note_copy_failure(failed);
        Ok(())
    }
}

/// The programme, if this program can run it.
///
/// # Errors
/// All but those of the programme itself.
pub(in crate::engine) fn runnable(
    made: Result<Arc<Compiled>, Error>,
) -> Result<Option<Arc<Compiled>>, Error> {
    match made {
        Ok(made) => Ok(Some(made)),
        Err(Error::Programme(_)) => Ok(None),
        Err(other) => Err(other),
    }
}

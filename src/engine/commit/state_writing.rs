//! Schedule of writing the state back to the book. The second copy and the keys have schedules of their own.

use crate::chain::tree::Frontier;
use crate::engine::cache::{Watermark, Written};
use crate::engine::commit::{journal_point, key_index, open_page};
use crate::engine::error::Error;
use crate::engine::opening::healing;
use crate::engine::{Ledger, Records};
use crate::model::{Act, Activation, Policy};
use crate::policy::Compiled;
use crate::storage::derived::JournalPoint;
use crate::storage::error::StorageError;
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

/// Writes the state back at once for few entries, and under load when there
/// are many.
pub(in crate::engine) fn write_when_due(ledger: &mut Ledger) -> Result<(), Error> {
    if is_write_due(ledger) {
        write_state(ledger)?;
    }
    ledger.cache.bound()
}

/// True if the state is due to be written back.
pub(in crate::engine) fn is_write_due(records: &Records) -> bool {
    let unwritten = records.cache.unwritten();
    if journal_point::may_lag(records) || unwritten == 0 {
        return false;
    }
    let due = match records.cache.batches() < BATCHES_AT_ONCE {
        true => 1,
        // Commands came one by one since the state was written.
        false if records.writer.commits * 4 > unwritten => {
            WRITE_EVERY_SINGLE.min(records.options.write_every)
        }
        false => return is_write_due_under_load(records),
    };
    unwritten >= due || records.cache.is_over()
}

/// True if it is due under load. Writing a member costs more than deciding
/// a purchase, so it waits until each has changed several times, as long as
/// they fit into memory.
pub(in crate::engine) fn is_write_due_under_load(records: &Records) -> bool {
    let every = records.options.write_every;
    let waits = records.cache.dirty_count() as u64 * CHANGES_A_WRITE;
    let most = (every * WAITS_MAX).max(records.global().next_seq / 4 * WAITS_QUARTERS);
    let due = waits.clamp(every, most);
    records.cache.unwritten() >= due || records.cache.is_over()
}

/// Writes the state back once all staged entries are durable.
pub(in crate::engine) fn write_state(ledger: &mut Ledger) -> Result<(), Error> {
    let frontier = ledger.writer.frontier();
    if frontier.size() != ledger.global().next_seq {
        // A book ahead of the journal could not be opened again.
        let path = ledger.folders.ledger.join("journal");
        return Err(StorageError::Poisoned { path }.into());
    }
    let point = journal_point::durable_point(ledger)?;
    write_state_at(ledger, &frontier, &point)
}

/// Writes the state back as of a point of the journal.
pub(in crate::engine) fn write_state_at(
    ledger: &mut Ledger,
    frontier: &Frontier,
    point: &JournalPoint,
) -> Result<(), Error> {
    if ledger.cache.unwritten() == 0 {
        return Ok(());
    }
    if ledger.writer.is_back() {
        return Err(Error::internal("a question writes nothing"));
    }
    if ledger.cache.unwritten() >= BESIDE_FROM {
        ledger.cache.background_writer();
    }
    healing::copy_pages(ledger)?;
    let programme = unwritten_programme(ledger)?;
    let policy = ledger.policy.clone();
    let written = Written {
        policy: policy.as_deref().map(|p| p as &dyn Policy),
        programme,
        pages: ledger.writer.pages.take(),
        watermark: Watermark {
            point: *point,
            frontier: frontier.clone(),
        },
    };
    let records = &mut ledger.records;
    records.cache.write(&mut records.vault, written)?;
    key_index::write_keys(ledger, point)?;
    ledger.writer.commits = 0;
    ledger.cache.bound()
}

/// Activation of the programme in force, if the book does not reach it yet.
fn unwritten_programme(ledger: &mut Ledger) -> Result<Option<Activation>, Error> {
    let Some(seq) = ledger.global().activations.last().copied() else {
        return Ok(None);
    };
    if seq + ledger.cache.unwritten() < ledger.global().next_seq {
        return Ok(None);
    }
    Ok(match ledger.entry(seq)?.map(|entry| entry.act) {
        Some(Act::PolicyActivated(activation)) => Some(*activation),
        _ => None,
    })
}

/// Loads the programme in force from the book, which every process needs:
/// its page is somewhere among all the others.
pub(in crate::engine) fn load_policy(ledger: &mut Ledger) -> Result<(), Error> {
    let number = ledger.global().bundle;
    if let Some(pilot) = ledger.global().pilot.as_ref().map(|pilot| pilot.number) {
        runnable(ledger.programme_of(pilot))?;
    }
    if number == 0 || ledger.policy.is_some() {
        return Ok(());
    }
    let kept = ledger.cache.programme()?;
    let made = match kept.filter(|kept| kept.number == number) {
        Some(kept) => {
            let names = ledger.global().names.clone();
            ledger.programmes.compile(&kept, &names)
        }
        None => ledger.programme_of(number),
    };
    ledger.policy = runnable(made)?;
    Ok(())
}

/// Notes what this program finds wrong with the programme in force. It took
/// effect, so the ledger opens in any case: with another programme if need be.
pub(in crate::engine) fn note_programme(ledger: &mut Ledger) {
    let wrong = ledger.policy.as_ref().map(|policy| {
        let found = policy.warnings().iter();
        found.filter(|found| found.is_error()).count()
    });
    let number = ledger.global().bundle;
    match wrong {
        None if number > 0 => ledger.notes.push(format!(
            "programme {number} is in force, and this program cannot run it: activate another one, or use the program that activated it"
        )),
        Some(faults @ 1..) => ledger.notes.push(format!(
            "programme {number} is in force with {faults} faults that would keep it from taking effect today; values that cannot be read are at their defaults (`stampbook policy check` on its folder tells more)"
        )),
        _ => {}
    }
}

/// Makes all staged entries durable, and brings the book up to them.
pub(in crate::engine) fn write_through(ledger: &mut Ledger) -> Result<(), Error> {
    open_page::make_durable(ledger)?;
    write_state(ledger)?;
    settle_book(ledger)
}

/// Waits until the book has applied all batches.
pub(in crate::engine) fn settle_book(ledger: &mut Ledger) -> Result<(), Error> {
    ledger.cache.settle()?;
    let failed = ledger.cache.copy_failure();
    healing::note_copy_failure(ledger, failed);
    Ok(())
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

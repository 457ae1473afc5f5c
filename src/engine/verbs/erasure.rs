//! Erasure of a member: the Erased entry becomes durable, the vault destroys
//! the key, and the book is rebuilt without the member. An interrupted erasure
//! is finished by the next opening.

use crate::command::{Request, Verb};
use crate::engine::commit::state_writing;
use crate::engine::error::Error;
use crate::engine::opening::derived_folders::Remade;
use crate::engine::reading::pages::entries_of;
use crate::engine::reading::{alias_owner, profiles};
use crate::engine::staging::staged::Staged;
use crate::engine::staging::{admit, deciding};
use crate::engine::stop::Stop;
use crate::engine::{Ledger, Records};
use crate::model::{Act, Draft, Entry, Head, Key, MemberId};
use crate::rules::DecisionInputs;
use crate::rules::member::erasure as parts;
use crate::storage::derived::JournalPoint;

/// The key of [`swept_mark`] in the book.
const SWEPT: &[u8] = b"E";

/// Note of an opening that finished an erasure.
pub(in crate::engine) const FINISHED: &str =
    "the book was made again without the members whose erasure had not been finished";

/// Destroys the keys of members whose Erased entries have just become
/// durable, and with them every sealed copy of their data. The book keeps
/// traces in its file until it is rebuilt, at the latest by the next
/// opening.
pub(in crate::engine) fn carry_out_erasures(ledger: &mut Ledger) -> Result<(), Error> {
    let erased = ledger
        .staged
        .iter()
        .filter_map(erasure)
        .flat_map(Entry::erases);
    for id in erased.collect::<Vec<_>>() {
        let profile = profiles::profile(ledger, id)?.unwrap_or_default();
        ledger.vault.erase(&[id.0])?;
        profiles::forget_profile(ledger, id, &profile);
    }
    Ok(())
}

/// True if staged entries erase a member.
pub(in crate::engine) fn has_erasures(ledger: &Ledger) -> bool {
    ledger.staged.iter().any(|staged| erasure(staged).is_some())
}

/// Applies every erasure of the journal to the vault again, which may have
/// come back from a backup. Returns true if the book holds no trace of an
/// erased member; otherwise it must be rebuilt. `is_new` marks a book that
/// was filled from the journal's beginning.
pub(in crate::engine) fn finish_erasures(ledger: &mut Ledger, is_new: bool) -> Result<bool, Error> {
    // Members erased by the journal may still be in a batch for the book.
    state_writing::settle_book(ledger)?;
    let erased = ledger.cache.erased()?;
    if erased.is_empty() {
        return Ok(true);
    }
    let destroyed = match ledger.vault.has_erased(&erased) {
        true => 0,
        false => ledger.vault.erase(&erased)?,
    };
    ledger.vault.note_erased(&erased)?;
    let mark = swept_mark(&erased);
    let is_swept = ledger
        .cache
        .mark(SWEPT)?
        .is_some_and(|found| *found == mark[..]);
    if is_swept && destroyed == 0 {
        return Ok(true);
    }
    if !is_new || destroyed > 0 {
        return Ok(false);
    }
    ledger.cache.set_mark(SWEPT, &mark)?;
    Ok(true)
}

/// Marks a book that was made from the journal as one without the erased; returns the
/// mark, which stands for all erasures that it knows.
pub(in crate::engine) fn mark_swept(ledger: &mut Ledger) -> Result<[u8; 32], Error> {
    let mark = erasures(ledger)?;
    ledger.cache.set_mark(SWEPT, &mark)?;
    Ok(mark)
}

fn erasures(ledger: &mut Ledger) -> Result<[u8; 32], Error> {
    state_writing::write_state(ledger)?;
    state_writing::settle_book(ledger)?;
    Ok(swept_mark(&ledger.cache.erased()?))
}

/// True if the book keeps no trace of erased members. It keeps none either once
/// `remade` is in its place, if that knows the same erasures: the second value.
///
/// # Errors
/// I/O errors.
pub fn is_swept(ledger: &mut Ledger, remade: &Remade) -> Result<(bool, bool), Error> {
    let mark = erasures(ledger)?;
    let found = ledger.cache.mark(SWEPT)?;
    let is_swept = found.is_some_and(|found| *found == mark[..]);
    Ok((is_swept, mark == remade.erasures))
}

/// Compares the vault with the journal: each member with a sealed profile
/// after `known`, to which the vault was last compared, or anywhere if the
/// book was filled anew, must have a key or be erased. No lost key goes
/// unreported.
pub(in crate::engine) fn check_vault(
    records: &mut Records,
    known: &JournalPoint,
) -> Result<(), Error> {
    let mut sealed = std::mem::take(&mut records.keyless);
    if known.count < records.writer.head().next_seq {
        for stored in records.writer.read(known.last) {
            let page = stored?.page;
            if page.header.next_seq() <= known.count {
                continue;
            }
            let entries = entries_of(&page)?;
            sealed.extend(
                entries
                    .iter()
                    .filter_map(|e| Some((e.sealed_for()?, e.seq))),
            );
        }
    }
    for (id, seq) in sealed {
        if records.vault.key(&id.0, None)?.is_some() {
            continue;
        }
        records.cache.load(id)?;
        profiles::check_keyless(records, id, seq)?;
    }
    Ok(())
}

/// The recorded erasure that a command repeats: found by its key, since no
/// alias leads to the member any more, or by the id of the erased member.
pub(in crate::engine) fn recorded_erasure(
    records: &mut Records,
    request: &Request,
) -> Result<Option<Staged>, Stop> {
    let Verb::Erase { reason } = &request.verb else {
        return Ok(None);
    };
    let named = match &request.member {
        Some(who) => records.resolve(who)?,
        None => return Ok(None),
    };
    let by_key = records.booked_under(&request.key)?;
    let is_by_key = by_key.is_some();
    let entry = match (by_key, named) {
        (Some(entry), _) => Some(entry),
        (None, Some(id)) if alias_owner::is_erased(records, id) => erasure_of(records, id)?,
        _ => None,
    };
    let is_it = |entry: &Entry| match &entry.act {
        Act::Erased { reason: recorded } => {
            let is_named = named.is_none_or(|id| entry.erases().any(|erased| erased == id));
            is_named && (!is_by_key || recorded == reason)
        }
        _ => false,
    };
    Ok(entry
        .filter(is_it)
        .map(|entry| Staged::again(entry, request)))
}

/// The entry that erased a member.
fn erasure_of(records: &mut Records, id: MemberId) -> Result<Option<Entry>, Error> {
    let mut history = records.history(id)?;
    history.retain(|entry| entry.erases().any(|erased| erased == id));
    Ok(history.pop())
}

/// The next part of an erasure that does not fit into one entry, to be booked before it;
/// None if the rest fits, or is refused. The last entry bears the key, so a command that
/// was interrupted can be sent again and completes it.
pub(in crate::engine) fn part_before(
    records: &mut Records,
    member: Option<MemberId>,
    act: &Act,
    head: &Head,
) -> Result<Option<Draft>, Stop> {
    let mut head = admit::after_last(records, head.clone());
    (head.key, head.origin.counter) = (Key::none(), None);
    let inputs = DecisionInputs::default();
    let decided = deciding::decided(records, head, member, act.clone(), inputs)?;
    Ok(decided.ok().filter(|draft| !parts::is_whole(draft)))
}

/// The entry, if it erases a member for the first time.
pub(in crate::engine) fn erasure(staged: &Staged) -> Option<&Entry> {
    match staged {
        Staged::Sealed {
            entry,
            repeats: None,
        } if matches!(entry.act, Act::Erased { .. }) => Some(entry),
        Staged::Echoed { staged, .. } | Staged::WithSlip { staged, .. } => erasure(staged),
        _ => None,
    }
}

/// Mark of a book that was filled after the keys of exactly these members,
/// given by id, had been destroyed.
fn swept_mark(erased: &[[u8; 16]]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key("stampbook 2026-11 book without erased v1");
    for id in erased {
        hasher.update(id);
    }
    *hasher.finalize().as_bytes()
}

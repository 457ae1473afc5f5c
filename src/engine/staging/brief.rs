//! Commands by the thousand: hashes computed ahead, and brief answers, with the figures
//! that an import counts and without those that a till shows.

use crate::answer::{self, Answer, Now};
use crate::command::Request;
use crate::engine::commit::command_hashes::{CommandHasher, CommandHashes};
use crate::engine::commit::{denial, key_index, open_page, state_writing};
use crate::engine::error::Error;
use crate::engine::opening::healing;
use crate::engine::staging::staged::{Brief, Mode, Staged};
use crate::engine::staging::timeouts;
use crate::engine::verbs::erasure;
use crate::engine::verbs::erasure::erasure;
use crate::engine::{Ledger, Records};
use crate::model::{Account, Act, Code, Effect, Entry, Instant, MemberId, Number, Points, Refusal};

/// Like [`Ledger::commit`], with answers in brief: describing a member's
/// balances costs more than deciding a purchase.
pub fn commit_briefly(ledger: &mut Ledger) -> Result<Vec<Brief>, Error> {
    let staged = ledger.take_durable()?;
    let briefs = staged.into_iter().map(|s| brief(ledger, s)).collect();
    ledger.conclude()?;
    Ok(briefs)
}

/// [`commit_briefly`] that does not wait for the disk: returns the
/// answers of the commands that the previous call sent there, which are
/// durable by now. At the end [`commit_briefly`] returns the rest.
pub fn commit_beside(ledger: &mut Ledger) -> Result<Vec<Brief>, Error> {
    if needs_full_sync(ledger) {
        return commit_briefly(ledger);
    }
    let durable = send(ledger)?;
    ledger.sent -= durable;
    let durable: Vec<Staged> = ledger.staged.drain(..durable).collect();
    Ok(durable.into_iter().map(|s| brief(ledger, s)).collect())
}

/// Sends the staged entries to the disk without waiting for it, unless a
/// task is due that needs all of them durable. Returns the number of
/// unanswered commands that are durable by now; the next commit answers
/// them.
pub fn send(ledger: &mut Ledger) -> Result<usize, Error> {
    ledger.writer.settle()?;
    let durable = ledger.sent;
    if !needs_full_sync(ledger) {
        healing::copy_when_due(ledger)?;
        key_index::write_keys_beside(ledger)?;
        open_page::keep_vault_keys(ledger)?;
        // What is decided meanwhile is not told apart from what is being written.
        ledger.cache.keep_before(false);
        ledger.writer.commit_beside()?;
        ledger.sent = ledger.staged.len();
        ledger.cache.bound()?;
    }
    Ok(durable)
}

/// True if a task is due that needs everything durable.
fn needs_full_sync(ledger: &Ledger) -> bool {
    ledger.writer.is_dry_run || state_writing::is_write_due(ledger) || erasure::has_erasures(ledger)
}

/// [`Ledger::stage`] for callers who want a brief answer: the entry is
/// condensed while it is still at hand.
pub fn stage_briefly(ledger: &mut Ledger, request: &Request, mode: Mode) -> Result<(), Error> {
    ledger.stage(request, mode)?;
    // Erasures are looked up once the entry is durable.
    let is_plain = |staged: &mut Staged| erasure(staged).is_none();
    if let Some(staged) = ledger.staged.pop_if(is_plain) {
        let brief = brief(ledger, staged);
        ledger.staged.push(Staged::Brief(brief));
    }
    Ok(())
}

/// Decides commands as if to book them, and discards their effects at the
/// end: later ones see those of earlier ones.
///
/// # Errors
/// I/O errors, or those of `act`.
pub fn rehearse<T>(
    ledger: &mut Ledger,
    act: impl FnOnce(&mut Ledger) -> Result<T, Error>,
) -> Result<T, Error> {
    ledger.commit()?;
    open_page::dry_run(ledger, act)
}

/// Result that a command would have, within [`rehearse`].
///
/// # Errors
/// I/O errors.
pub fn rehearsed(ledger: &mut Ledger, request: &Request, mode: Mode) -> Result<Brief, Error> {
    ledger.stage(request, mode)?;
    let staged = ledger.staged.pop();
    let staged = staged.ok_or_else(|| Error::internal("a command without an answer"))?;
    Ok(brief(ledger, staged))
}

fn brief(records: &Records, staged: Staged) -> Brief {
    let (entry, is_repeated) = match staged {
        Staged::Brief(brief) => return brief,
        Staged::Echoed { staged, .. } | Staged::WithSlip { staged, .. } => {
            return brief(records, *staged);
        }
        Staged::Advised { remedy, staged } => {
            let mut brief = brief(records, *staged);
            if let Brief::No(denied) = &mut brief {
                denied.advise(&remedy);
            }
            return brief;
        }
        Staged::Answered(Answer::Refused(denied)) => return Brief::No(denied),
        Staged::Answered(Answer::Accepted(accepted)) => {
            return Brief::Done {
                is_repeated: accepted.repeated,
                given: Vec::new(),
            };
        }
        Staged::Together { entries, repeats } => {
            return Brief::Done {
                is_repeated: repeats.is_some(),
                given: given(entries.iter()),
            };
        }
        Staged::Sealed { entry, repeats } => (entry, repeats.is_some()),
    };
    if let Act::Refused(refused) = &entry.act {
        let denied = denial::denied_before(records, &entry, &refused.refusal, is_repeated);
        return Brief::No(Box::new(denied));
    }
    Brief::Done {
        is_repeated,
        given: given(std::iter::once(&*entry)),
    }
}

/// A member's balances now, with due events settled; the settlement is
/// discarded again, so the query changes nothing.
pub fn standing(ledger: &mut Ledger, id: MemberId) -> Result<Option<Now>, Error> {
    ledger.commit()?;
    open_page::dry_run(ledger, |ledger| {
        if ledger.member(id)?.is_none() {
            return Ok(None);
        }
        let head = ledger.ledger_head();
        if let Err(crate::engine::stop::Stop::Error(error)) = timeouts::settle(ledger, id, &head) {
            return Err(error);
        }
        let view = answer::View {
            global: ledger.global(),
            policy: ledger.policy()?.as_ref(),
            checkpoint: None,
            now: Instant(ledger.clock.now_micros()).max(head.effective),
        };
        Ok(ledger.cache.member(id).map(|m| answer::standing(&view, m)))
    })
}

/// True while a question is answered during a write: nothing may be booked.
pub fn is_asked_only(records: &Records) -> bool {
    records.writer.is_back()
}

/// Secret of this ledger for keys that are derived from the content of
/// rows: a card, a date and an amount could be guessed from a plain hash.
pub fn row_secret(records: &Records) -> [u8; 32] {
    blake3::derive_key("stampbook 2026-11 row keys v1", &*records.alias_key)
}

/// Answer to a query without a result.
pub fn not_found(records: &Records, key: &str, code: Code, text: &str) -> Answer {
    denial::denied(records, key, &Refusal::new(code, text)).into()
}

/// Makes a hasher for this ledger's commands, for another thread.
pub fn command_hasher(records: &Records) -> CommandHasher {
    CommandHasher::new(records.alias_key.clone())
}

/// Notes the hashes of the next command.
pub fn note_hashes(ledger: &mut Ledger, request: &Request, hashes: &CommandHashes) {
    ledger.hashes.note(request, hashes);
}

/// Reads the data in memory that commands will need, so that it is in the
/// processor's cache, and changes nothing; see [`crate::rules::prefetch()`].
pub fn look_ahead<'h>(records: &Records, hashes: impl Iterator<Item = &'h CommandHashes>) {
    let hashes: Vec<&CommandHashes> = hashes.collect();
    records
        .keys
        .look_ahead(hashes.iter().map(|hashes| &hashes.key));
    records
        .cache
        .look_ahead(hashes.iter().filter_map(|h| h.alias.as_ref()));
}

fn given<'a>(entries: impl Iterator<Item = &'a Entry>) -> Vec<(Number, Points)> {
    let mut given: Vec<(Number, Points)> = Vec::new();
    for effect in entries.flat_map(|entry| &entry.effects) {
        let Effect::Award {
            unit, amount, from, ..
        } = effect
        else {
            continue;
        };
        if *from == Account::Transit {
            continue;
        }
        match given.iter_mut().find(|g| g.0 == *unit) {
            Some(found) => found.1.0 += amount.0,
            None => given.push((*unit, *amount)),
        }
    }
    given
}

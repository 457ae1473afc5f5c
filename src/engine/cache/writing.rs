//! Write-back of the state: members, global state and the watermark move
//! together, within the bound on memory.

use super::background_writer::BackgroundWriter;
use super::packed_state::{LEAST_PART, encode_into, from_bytes, to_bytes};
use super::watermark::Watermark;
use super::{Cache, GLOBAL, LOOKUP_LEN, PROGRAMME, Tables, aftermath_len, unreadable};
use crate::engine::error::Error;
use crate::model::{Activation, CampaignStatus, Instant, MemberId, Number, Policy};
use crate::rules::campaign::trigger;
use crate::rules::state::{LedgerState, Member, Status};
use crate::rules::{Outlook, due};
use crate::storage::book::{Batch, Book};
use crate::storage::derived::put_long;
use crate::storage::error::StorageError;
use crate::storage::journal::Position;
use crate::storage::vault::Vault;
use bincode::Encode;
use std::collections::BTreeMap;

/// Key of the book for the inputs of the due index; empty if no campaign has a trigger.
const DUE_BY: &[u8] = b"D";
/// Members or aliases put into a batch at once.
const GROUP: usize = 1_000;
/// Changes of the due index collected before they are sorted: it is in another
/// order than the members.
const DUE_AT_ONCE: usize = 100_000;
/// Number of changes from which a batch is applied in the background.
const BATCH_SMALL: usize = 500;
/// Bytes of members from which they are not packed beside other work: for a
/// while they are in memory twice.
const BESIDE_MAX: u64 = 32 << 20;
/// Part of the memory that a batch may take, as a divisor.
const BATCH_PART: u64 = 8;

/// Data written besides the state itself.
pub(in crate::engine) struct Written<'a> {
    pub policy: Option<&'a dyn Policy>,
    /// Activation of the programme in force, if the book lacks it.
    pub programme: Option<Activation>,
    /// Positions of pages that the book lacks.
    pub pages: BTreeMap<u64, Position>,
    pub watermark: Watermark,
}

#[derive(Encode)]
struct StoredRef<'a> {
    due: Option<Instant>,
    member: &'a Member,
}

impl Cache {
    /// Writes the state back as of a point of the journal.
    ///
    /// # Errors
    /// Errors of the book, which then refuses every later write: the changes
    /// are recorded nowhere any more.
    pub(in crate::engine) fn write(
        &mut self,
        vault: &mut Vault,
        written: Written<'_>,
    ) -> Result<(), Error> {
        let done = self.write_all(vault, written);
        if done.is_err() {
            self.book.poison();
        }
        done
    }

    fn write_all(&mut self, vault: &mut Vault, written: Written<'_>) -> Result<(), Error> {
        self.settle()?;
        let takes_away = self.takes_an_alias_away();
        let mut batch = Batch::default();
        let mut dirty: Vec<MemberId> = self.front.dirty.drain().collect();
        dirty.sort_unstable();
        self.write_members(&dirty, vault, written.policy, &mut batch)?;
        for seq in std::mem::take(&mut self.front.dirty_aftermath) {
            let after = match self.front.state.aftermath.get(&seq) {
                Some(after) => Some(to_bytes(after)),
                None => self.packed.aftermath(seq)?.as_ref().map(to_bytes),
            };
            // An aftermath only grows.
            if let Some(after) = after {
                self.tables.aftermath.set(seq.to_be_bytes(), Some(&after));
            }
        }
        self.write_aliases(&mut batch)?;
        self.front.birthdays.write(&mut self.tables.birthdays);
        for (seq, position) in written.pages {
            let position = position.to_bytes();
            self.tables.pages.set(seq.to_be_bytes(), Some(&position));
        }
        let (book, tables) = (&self.book, &mut self.tables);
        tables.due.write(book, &mut batch)?;
        tables.aftermath.write(book, &mut batch)?;
        tables.birthdays.write(book, &mut batch)?;
        tables.pages.write(book, &mut batch)?;
        put_long(
            book,
            &mut batch,
            GLOBAL,
            &to_bytes(&self.front.state.global),
        )?;
        if let Some(programme) = written.programme {
            put_long(book, &mut batch, PROGRAMME, &to_bytes(&programme))?;
        }
        batch.put_watermark(&written.watermark.to_bytes());
        self.batches += 1;
        match batch.len() < BATCH_SMALL {
            true => self.book.apply(batch)?,
            false => self.background_writer().apply(batch)?,
        }
        (self.unwritten, self.front.has_erased) = (0, false);
        match takes_away {
            true => self.settle(),
            false => Ok(()),
        }
    }

    /// Puts members into a batch, in the order of their ids.
    fn write_members(
        &mut self,
        ids: &[MemberId],
        vault: &mut Vault,
        policy: Option<&dyn Policy>,
        batch: &mut Batch,
    ) -> Result<(), Error> {
        let has_birthdays = policy.is_some_and(trigger::has_birthdays);
        let mut buffer = Vec::new();
        for group in ids.chunks(GROUP) {
            self.packed.look_ahead(group.iter().copied());
            for id in group {
                let birthday = match has_birthdays {
                    true => self.birthday(vault, *id)?,
                    false => None,
                };
                let stored = match self.front.state.members.contains_key(id) {
                    true => None,
                    false => self.stored(*id)?,
                };
                let in_use = || self.front.state.members.get(id);
                let Some(member) = stored.as_deref().or_else(in_use) else {
                    continue;
                };
                if member.status == Status::Erased {
                    self.tables.erased.set(id.0, Some(&[]));
                }
                let due = policy.and_then(|policy| {
                    let outlook = Outlook {
                        policy,
                        global: &self.front.state.global,
                        birthday,
                    };
                    due::earliest(member, &outlook)
                });
                encode_into(&StoredRef { due, member }, &mut buffer);
                self.tables.members.set(id.0, Some(&buffer));
            }
            self.tables.write_members(&self.book, batch)?;
            self.apply_if_long(batch)?;
        }
        Ok(())
    }

    fn write_aliases(&mut self, batch: &mut Batch) -> Result<(), Error> {
        let mut aliases: Vec<_> = std::mem::take(&mut self.front.aliases)
            .into_iter()
            .collect();
        aliases.sort_unstable();
        for group in aliases.chunks(GROUP) {
            for (alias, owner) in group {
                match owner {
                    Some(id) => self.front.owners.insert(*alias, *id),
                    None => self.front.owners.remove(alias),
                };
                let owner = owner.as_ref().map(|id| &id.0[..]);
                self.tables.aliases.set(*alias, owner);
            }
            self.tables.aliases.write(&self.book, batch)?;
            self.apply_if_long(batch)?;
        }
        Ok(())
    }

    /// Applies a batch that already takes much of the memory, as a part of the
    /// one that ends with the watermark.
    fn apply_if_long(&mut self, batch: &mut Batch) -> Result<(), Error> {
        if batch.bytes() * BATCH_PART > self.memory {
            self.book.apply_part(std::mem::take(batch))?;
            self.forget_put();
        }
        Ok(())
    }

    /// Computes all due days again if their inputs besides the members have
    /// changed: the programme, and the running campaigns with a trigger. The
    /// cache must have been written and settled before.
    pub(in crate::engine) fn index_due(
        &mut self,
        vault: &mut Vault,
        policy: &dyn Policy,
    ) -> Result<(), Error> {
        let by = due_by(&self.front.state.global, policy);
        if self.mark(DUE_BY)?.as_deref().unwrap_or_default() == by {
            return Ok(());
        }
        for group in self.ids()?.chunks(GROUP) {
            let mut batch = Batch::default();
            self.write_members(group, vault, Some(policy), &mut batch)?;
            self.tables.due.write(&self.book, &mut batch)?;
            self.book.apply(batch)?;
            self.forget_put();
        }
        self.set_mark(DUE_BY, &by)
    }

    /// Starts the background writer, if it is not running.
    pub(in crate::engine) fn background_writer(&mut self) -> &mut BackgroundWriter {
        let (book, copy) = (&self.book, &self.second_copy);
        self.background_writer
            .get_or_insert_with(|| BackgroundWriter::start(book, copy))
    }

    /// Waits until the book has applied all batches.
    pub(in crate::engine) fn settle(&mut self) -> Result<(), Error> {
        if let Some(writer) = &mut self.background_writer {
            writer.settle()?;
        }
        self.forget_put();
        Ok(())
    }

    /// Error that kept the second copy from being written, since this was asked last.
    pub(in crate::engine) fn copy_failure(&mut self) -> Option<StorageError> {
        self.background_writer.as_mut()?.copy_failure()
    }

    /// Drops runs that the book has applied.
    fn forget_put(&mut self) {
        let tables = &mut self.tables;
        tables.members.settled();
        tables.aliases.settled();
        tables.due.settled();
        tables.aftermath.settled();
        tables.erased.settled();
        tables.birthdays.settled();
        tables.pages.settled();
    }

    /// True if the state takes too much memory even as bytes: it must be
    /// written back, so that [`Cache::bound`] can drop it.
    pub(in crate::engine) fn is_over(&self) -> bool {
        self.trial.is_none() && self.packed_len() > self.memory - self.memory / LEAST_PART
    }

    /// Keeps within the bound on memory. State in use becomes bytes; if those
    /// are too many and the book has all of it, it is dropped. A small part of
    /// the memory is not freed, since that gains nothing.
    pub(in crate::engine) fn bound(&mut self) -> Result<(), Error> {
        if self.trial.is_some() {
            return Ok(());
        }
        let used = self.front.used + aftermath_len(&self.front.state);
        if self.packed.is_due(used, self.packed_len(), self.memory) {
            match used < BESIDE_MAX {
                true => {
                    let members = &mut self.front.state.members;
                    self.packer.hand_over(members, &mut self.packed);
                    self.packed.pack_aftermath(&mut self.front.state);
                }
                false => {
                    self.packer.settle(&mut self.packed);
                    self.packed.pack(&mut self.front.state);
                }
            }
            self.front.used = 0;
        }
        if self.is_over() && self.front.is_written() {
            // Batches in flight are nowhere else.
            self.settle()?;
            self.packer.settle(&mut self.packed);
            self.packed.clear();
            self.front.owners = Default::default();
            self.front.birthdays.clear_known();
        }
        Ok(())
    }

    /// Bytes of memory of everything not in use, approximately.
    fn packed_len(&self) -> u64 {
        let front = &self.front;
        let lookups = front.owners.len() + front.aliases.len() + front.birthdays.len();
        self.packed.memory_len() + lookups as u64 * LOOKUP_LEN
    }
}

impl Tables {
    /// Puts changed members into a batch, and notes what that changes in the due index.
    fn write_members(&mut self, book: &Book, batch: &mut Batch) -> Result<(), Error> {
        let due = &mut self.due;
        self.members
            .write_and_tell(book, batch, |id, before, now| {
                let (before, now) = (due_of(before)?, due_of(now)?);
                if before != now {
                    let gone = before.map(|at| due_key(at, id));
                    gone.into_iter().for_each(|key| due.set(key, None));
                    let new = now.map(|at| due_key(at, id));
                    new.into_iter().for_each(|key| due.set(key, Some(&[])));
                }
                Ok(())
            })?;
        self.erased.write(book, batch)?;
        match self.due.changed() >= DUE_AT_ONCE {
            true => self.due.write(book, batch),
            false => Ok(()),
        }
    }
}

/// The instant in the due index of a stored member.
fn due_of(stored: Option<&[u8]>) -> Result<Option<Instant>, Error> {
    let read = |bytes| from_bytes(bytes).ok_or_else(|| unreadable("a member"));
    stored.map_or(Ok(None), read)
}

/// Key of an instant and a member, which sorts by both.
fn due_key(at: Instant, id: &[u8; 16]) -> [u8; 24] {
    let mut key = [0; 24];
    key[..8].copy_from_slice(&at.0.to_be_bytes());
    key[8..].copy_from_slice(id);
    key
}

/// Inputs of due days besides members, as bytes to compare.
fn due_by(global: &LedgerState, policy: &dyn Policy) -> Vec<u8> {
    let triggered = policy.campaigns().iter().filter(|c| c.trigger.is_some());
    let running = triggered.filter(|c| global.status(c.number) == CampaignStatus::Running);
    let running: Vec<Number> = running.map(|c| c.number).collect();
    match running.is_empty() {
        true => Vec::new(),
        false => to_bytes(&(global.bundle, running)),
    }
}

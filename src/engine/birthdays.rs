//! Birthdays as the book keeps them: sealed under the member's key, since sled
//! keeps old values in its file until it happens to write over them. Once the
//! vault has lost the key, whatever is left of them tells nothing.

use super::error::Error;
use super::shelf::ById;
use crate::model::{MemberId, MonthDay};
use crate::storage::book::{Batch, Book};
use crate::storage::vault::{Secret, Vault, seal, unseal};

/// The first byte of a birthday's key in the book.
const BIRTHDAY: u8 = b'p';
/// Derives the nonce from key, member and birthday, so that a book made again
/// has the same bytes. Equal nonces then mean equal plaintexts.
const NONCE: &str = "stampbook 2026-11 birthday nonce v1";
/// The slot of a row whose member was not in the vault yet.
const NO_SLOT: u32 = u32::MAX;

/// A sealed birthday and the vault's slot that its key is found in.
#[derive(Clone)]
struct Row {
    slot: u32,
    sealed: Vec<u8>,
}

/// Birthdays in memory, and those that the book does not have yet.
#[derive(Default)]
pub(super) struct Birthdays {
    /// Birthdays that were looked up or set.
    known: ById<MemberId, Option<MonthDay>>,
    /// Rows to be written; None takes one out.
    dirty: ById<MemberId, Option<Row>>,
}

impl Birthdays {
    /// The birthday of a member, if it is in memory.
    pub(super) fn known(&self, id: &MemberId) -> Option<Option<MonthDay>> {
        self.known.get(id).copied()
    }

    /// The birthday of a member, opened with the key in the vault.
    ///
    /// # Errors
    /// Trouble with the book or the vault; a row that cannot be read.
    pub(super) fn load(
        &mut self,
        book: &Book,
        vault: &mut Vault,
        id: MemberId,
    ) -> Result<Option<MonthDay>, Error> {
        if let Some(known) = self.known(&id) {
            return Ok(known);
        }
        let birthday = match book.get(&row_key(id))? {
            Some(bytes) => open(&bytes, vault, id)?,
            None => None,
        };
        self.known.insert(id, birthday);
        Ok(birthday)
    }

    /// Sets a member's birthday, sealed with the member's key.
    pub(super) fn set(
        &mut self,
        id: MemberId,
        birthday: MonthDay,
        key: &Secret,
        slot: Option<u32>,
    ) {
        if self.known.insert(id, Some(birthday)) == Some(Some(birthday)) {
            return;
        }
        let plain = [birthday.month, birthday.day];
        let slot = slot.unwrap_or(NO_SLOT);
        let sealed = seal(key, &id.0, &plain, &nonce(key, id, plain));
        self.dirty.insert(id, Some(Row { slot, sealed }));
    }

    /// Takes a member's birthday away.
    pub(super) fn clear(&mut self, id: MemberId) {
        if self.known.insert(id, None) != Some(None) {
            self.dirty.insert(id, None);
        }
    }

    /// Notes in which slots the vault keeps the keys of new members.
    pub(super) fn note_slots(&mut self, slots: impl Iterator<Item = (MemberId, u32)>) {
        if self.dirty.is_empty() {
            return;
        }
        for (id, slot) in slots {
            if let Some(Some(row)) = self.dirty.get_mut(&id) {
                row.slot = slot;
            }
        }
    }

    /// Puts what has changed into a batch.
    pub(super) fn write(&mut self, batch: &mut Batch) {
        for (id, row) in self.dirty.drain() {
            match row {
                Some(row) => {
                    batch.put(
                        &row_key(id),
                        &[&row.slot.to_be_bytes()[..], &row.sealed].concat(),
                    );
                }
                None => batch.remove(&row_key(id)),
            }
        }
    }

    /// Drops a member from memory, unless the book lacks the birthday.
    pub(super) fn forget(&mut self, id: &MemberId) {
        if !self.dirty.contains_key(id) {
            self.known.remove(id);
        }
    }

    /// Drops everything that the book has.
    pub(super) fn shrink(&mut self) {
        let dirty = &self.dirty;
        self.known.retain(|id, _| dirty.contains_key(id));
    }
}

fn row_key(id: MemberId) -> [u8; 17] {
    let mut key = [BIRTHDAY; 17];
    key[1..].copy_from_slice(&id.0);
    key
}

fn nonce(key: &Secret, id: MemberId, plain: [u8; 2]) -> [u8; 24] {
    let mut hasher = blake3::Hasher::new_derive_key(NONCE);
    hasher.update(&**key);
    hasher.update(&id.0);
    hasher.update(&plain);
    let mut nonce = [0; 24];
    hasher.finalize_xof().fill(&mut nonce);
    nonce
}

fn open(bytes: &[u8], vault: &mut Vault, id: MemberId) -> Result<Option<MonthDay>, Error> {
    let unreadable =
        || Error::damage("the book holds a birthday that cannot be read; run `stampbook rebuild`");
    let (slot, sealed) = bytes.split_first_chunk::<4>().ok_or_else(unreadable)?;
    let slot = Some(u32::from_be_bytes(*slot)).filter(|slot| *slot != NO_SLOT);
    let Some(key) = vault.key(&id.0, slot)? else {
        return Ok(None);
    };
    let plain = unseal(&key, &id.0, sealed).ok_or_else(unreadable)?;
    match plain[..] {
        [month, day] => Ok(Some(MonthDay { month, day })),
        _ => Err(unreadable()),
    }
}

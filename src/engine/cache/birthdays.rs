//! Birthdays as the book keeps them: sealed under the member's key, since sled
//! keeps old values in its file until it overwrites them. Once the vault has
//! destroyed the key, their remains reveal nothing.

use super::before_images::exchange;
use super::table::Table;
use super::{BIRTHDAY, ById};
use crate::engine::error::Error;
use crate::model::{MemberId, MonthDay};
use crate::storage::vault::{Secret, Vault, seal, unseal};

/// Hash context that derives the nonce from key, member and birthday, so that a
/// rebuilt book has the same bytes. Equal nonces then mean equal plaintexts.
const NONCE: &str = "stampbook 2026-11 birthday nonce v1";
/// Slot of a row whose member was not in the vault yet.
const NO_SLOT: u32 = u32::MAX;

/// A sealed birthday, and the vault's slot of its key.
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
    /// Rows to be written; None removes one.
    dirty: ById<MemberId, Option<Row>>,
}

impl Birthdays {
    /// The birthday of a member, if it is in memory.
    pub(super) fn known(&self, id: &MemberId) -> Option<Option<MonthDay>> {
        self.known.get(id).copied()
    }

    /// Opens a member's birthday from its row in the book, with the key in the vault.
    ///
    /// # Errors
    /// Errors of the vault; a row that cannot be read.
    pub(super) fn open(
        &mut self,
        row: Option<Vec<u8>>,
        vault: &mut Vault,
        id: MemberId,
    ) -> Result<Option<MonthDay>, Error> {
        let birthday = match row {
            Some(bytes) => open(&bytes, vault, id)?,
            None => None,
        };
        self.know(id, birthday);
        Ok(birthday)
    }

    /// Keeps a birthday in memory, and out of the book.
    pub(super) fn know(&mut self, id: MemberId, birthday: Option<MonthDay>) {
        self.known.insert(id, birthday);
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

    /// Removes a member's birthday.
    pub(super) fn clear(&mut self, id: MemberId) {
        if self.known.insert(id, None) != Some(None) {
            self.dirty.insert(id, None);
        }
    }

    /// Notes the vault's slots of new members' keys.
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

    /// Puts the changes into the book's table.
    pub(super) fn write(&mut self, table: &mut Table<BIRTHDAY, 16>) {
        for (id, row) in self.dirty.drain() {
            let row = row.map(|row| [&row.slot.to_be_bytes()[..], &row.sealed].concat());
            table.set(id.0, row.as_deref());
        }
    }

    /// True if the book has all of them.
    pub(super) fn is_written(&self) -> bool {
        self.dirty.is_empty()
    }

    /// Number of birthdays in memory.
    pub(super) fn len(&self) -> usize {
        self.known.len() + self.dirty.len()
    }

    /// Exchanges birthdays with earlier ones of the same members.
    pub(super) fn exchange(&mut self, earlier: &mut ById<MemberId, Option<Option<MonthDay>>>) {
        exchange(earlier, &mut self.known);
    }

    /// Drops all of them. Only after the book has applied the changes.
    pub(super) fn clear_known(&mut self) {
        self.known = ById::default();
    }
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

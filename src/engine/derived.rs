//! State that readers derive from entries and keep with the open ledger, and
//! what binds it to the journal.

use super::Ledger;
use super::error::Error;
use crate::chain::hash::Hash;
use std::any::Any;

impl Ledger {
    /// Takes the state that a reader left with the ledger; None if there is none of that
    /// type.
    pub fn take_derived<T: Any + Send>(&mut self) -> Option<Box<T>> {
        match self.derived.take()?.downcast() {
            Ok(found) => Some(found),
            Err(other) => {
                self.derived = Some(other);
                None
            }
        }
    }

    /// Leaves a reader's state with the ledger until it is closed.
    pub fn keep_derived<T: Any + Send>(&mut self, state: Box<T>) {
        self.derived = Some(state);
    }

    /// Number of durable entries.
    pub fn durable(&self) -> u64 {
        self.writer.head().next_seq
    }

    /// Chain hash after so many durable entries; the zero hash after none.
    ///
    /// # Errors
    /// I/O errors, and [`Error::Damage`] where there are fewer.
    pub fn hash_after(&mut self, entries: u64) -> Result<Hash, Error> {
        let Some(last) = entries.checked_sub(1) else {
            return Ok(Hash::ZERO);
        };
        let found = self.entry_and_hash(last)?;
        let found = found.ok_or_else(|| Error::damage(format!("entry {last} cannot be read")))?;
        Ok(found.1)
    }
}

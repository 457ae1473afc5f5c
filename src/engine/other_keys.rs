//! Other keys of an entry: an order that comes in again under another key is
//! answered with its first entry, and whoever sent it knows that entry by the
//! other key from then on. No entry is made, so the journal does not know: the
//! name stands in the book beside the state. A book that had to be made again
//! without the old one has forgotten it until the order is sent once more: that
//! is answered with the first entry in any case, since the journal knows the
//! order, but what names the other key meanwhile (a return) is refused.

use super::Ledger;
use super::admit::{key_hash_of, order_hash};
use super::error::Error;
use crate::command::Request;
use crate::storage::book::Batch;
use crate::storage::keys::KeyHash;
use std::sync::OnceLock;

/// The first byte of an other key in the book.
pub(super) const OTHER: u8 = b'o';

fn row(key: &KeyHash) -> Vec<u8> {
    [&[OTHER], &key[..]].concat()
}

/// The order of a row, and the entry that its key was answered with.
fn parse(row: &[u8]) -> Option<(KeyHash, u64)> {
    let (order, seq) = row.split_first_chunk::<16>()?;
    Some((*order, u64::from_le_bytes(seq.try_into().ok()?)))
}

impl Ledger {
    /// The entry that a command's key made, or that it was answered with.
    pub(super) fn find_by_key(&mut self, key: &str) -> Result<Option<u64>, Error> {
        let hash = key_hash_of("key", key);
        match self.find(&hash)? {
            Some(seq) => Ok(Some(seq)),
            None => self.find_by_other(&hash),
        }
    }

    /// The entry that another key of an order was answered with. The row names the
    /// order as well, since that entry may have gone with a page that was never
    /// acknowledged: then it is the newest one of the order.
    pub(super) fn find_by_other(&mut self, key: &KeyHash) -> Result<Option<u64>, Error> {
        if !self.has_other_keys()? {
            return Ok(None);
        }
        let stored = self.book.get(&row(key))?;
        let Some((order, seq)) = stored.as_deref().and_then(parse) else {
            return Ok(None);
        };
        let answered = match seq < self.house().next_seq {
            true => self.entry(seq)?,
            false => None,
        };
        match answered {
            Some(entry)
                if self
                    .sale_of(&entry)?
                    .is_some_and(|sale| order_hash(&sale) == order) =>
            {
                Ok(Some(seq))
            }
            _ => self.find(&order),
        }
    }

    /// Almost every ledger has none, and a purchase must not look for them.
    fn has_other_keys(&self) -> Result<bool, Error> {
        if let Some(has_any) = self.other_keys.get() {
            return Ok(*has_any);
        }
        let first = self.book.scan_prefix(&[OTHER]).next().transpose()?;
        Ok(*self.other_keys.get_or_init(|| first.is_some()))
    }

    /// Notes that a command's key stands for an entry of an order as well.
    pub(super) fn note_other_key(
        &mut self,
        request: &Request,
        order: &KeyHash,
        seq: u64,
    ) -> Result<(), Error> {
        let hash = key_hash_of("key", request.key.as_str());
        if !request.key.is_some() || self.writer.is_trial || self.find_by_other(&hash)?.is_some() {
            return Ok(());
        }
        let mut batch = Batch::default();
        batch.put(&row(&hash), &[&order[..], &seq.to_le_bytes()].concat());
        self.settle_book()?;
        self.book.apply(batch)?;
        self.batches += 1;
        (self.other_keys, self.is_other_key_fresh) = (OnceLock::from(true), true);
        Ok(())
    }

    pub(super) fn flush_other_keys(&mut self) -> Result<(), Error> {
        if std::mem::take(&mut self.is_other_key_fresh) {
            self.book.flush()?;
        }
        Ok(())
    }
}

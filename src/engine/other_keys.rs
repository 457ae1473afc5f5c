//! Other keys of an entry: an order that comes in again under another key is
//! answered with its first entry, and whoever sent it knows that entry by the
//! other key from then on. No entry is made, so the journal does not know: the
//! name stands in the book beside the state. A book that had to be made again
//! without the old one has forgotten it until the order is sent once more: that
//! is answered with the first entry in any case, since the journal knows the
//! order, but what names the other key meanwhile (a return) is refused.

use super::Ledger;
use super::admit::key_hash_of;
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

impl Ledger {
    /// The entry that a command's key made, or that it was answered with.
    pub(super) fn find_by_key(&mut self, key: &str) -> Result<Option<u64>, Error> {
        let hash = key_hash_of("key", key);
        match self.find(&hash)? {
            Some(seq) => Ok(Some(seq)),
            None => self.find_by_other(&hash),
        }
    }

    /// The purchase that another key of an order stands for. The row names the
    /// order and no sequence, since that one may have gone with a page that was
    /// never acknowledged.
    pub(super) fn find_by_other(&mut self, key: &KeyHash) -> Result<Option<u64>, Error> {
        if !self.has_other_keys()? {
            return Ok(None);
        }
        let order = self.book.get(&row(key))?;
        match order.and_then(|order| KeyHash::try_from(&*order).ok()) {
            Some(order) => self.find(&order),
            None => Ok(None),
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

    /// Notes that a command's key stands for the purchase of an order as well.
    pub(super) fn note_other_key(
        &mut self,
        request: &Request,
        order: &KeyHash,
    ) -> Result<(), Error> {
        let hash = key_hash_of("key", request.key.as_str());
        if !request.key.is_some() || self.writer.is_trial || self.find_by_other(&hash)?.is_some() {
            return Ok(());
        }
        let mut batch = Batch::default();
        batch.put(&row(&hash), order);
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

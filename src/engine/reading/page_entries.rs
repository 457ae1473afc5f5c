//! The entries of one page: the one being filled, one being written, or the one
//! that was read last (a repeated import reads one entry of it after the
//! other).

use crate::chain::codec;
use crate::engine::error::Error;
use crate::model::Entry;
use crate::storage::journal::StoredPage;

/// Canonical bytes of consecutive entries.
#[derive(Default)]
pub struct PageEntries {
    first_seq: u64,
    bytes: Vec<u8>,
    /// Offset at which each entry ends.
    ends: Vec<usize>,
}

impl PageEntries {
    /// An empty page, from a sequence on.
    pub fn from(first_seq: u64) -> PageEntries {
        PageEntries {
            first_seq,
            ..PageEntries::default()
        }
    }

    /// The entries of a stored page.
    pub fn of(stored: &StoredPage) -> PageEntries {
        let mut page_entries = PageEntries::from(stored.page.header.first_seq);
        stored
            .view()
            .entries()
            .for_each(|entry| page_entries.push(entry));
        page_entries
    }

    /// Adds the next entry.
    pub fn push(&mut self, entry: &[u8]) {
        self.bytes.extend_from_slice(entry);
        self.ends.push(self.bytes.len());
    }

    /// The sequence of the first entry.
    pub fn first_seq(&self) -> u64 {
        self.first_seq
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The sequence after the last entry.
    pub fn next_seq(&self) -> u64 {
        self.first_seq + self.ends.len() as u64
    }

    /// Bytes of all entries.
    pub fn bytes_len(&self) -> usize {
        self.bytes.len()
    }

    /// The bytes of each entry.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(&0).chain(&self.ends);
        starts.zip(&self.ends).map(|(a, b)| &self.bytes[*a..*b])
    }

    /// The bytes of each entry from a sequence on.
    pub fn iter_from(&self, seq: u64) -> impl Iterator<Item = &[u8]> {
        let before = usize::try_from(seq.saturating_sub(self.first_seq));
        let before = before.unwrap_or(usize::MAX).min(self.ends.len());
        let start = before.checked_sub(1).map_or(0, |last| self.ends[last]);
        let ends = &self.ends[before..];
        let starts = std::iter::once(start).chain(ends.iter().copied());
        starts.zip(ends).map(|(a, b)| &self.bytes[a..*b])
    }

    /// Decodes an entry of the page.
    pub fn entry(&self, seq: u64) -> Option<Result<Entry, Error>> {
        let at = usize::try_from(seq.checked_sub(self.first_seq)?).ok()?;
        let end = *self.ends.get(at)?;
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        let decoded = codec::decode(&self.bytes[start..end]);
        Some(decoded.map_err(|source| Error::Codec { seq, source }))
    }
}

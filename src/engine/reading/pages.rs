//! Durable pages of the journal, and their entries.

use crate::chain::codec;
use crate::chain::page::Page;
use crate::engine::Records;
use crate::engine::error::Error;
use crate::engine::opening::healing;
use crate::model::Entry;
use crate::storage::error::StorageError;
use crate::storage::journal::{JournalReader, Position, StoredPage};

/// Durable pages from that of an entry on.
pub(in crate::engine) fn pages_from(
    records: &Records,
    from: u64,
) -> Result<impl Iterator<Item = Result<Page, Error>> + use<>, Error> {
    let stored = stored_from(records, from)?;
    Ok(stored.map(|stored| Ok(stored?.page)))
}

/// Durable pages with their positions, from that of an entry on.
pub(in crate::engine) fn stored_from(
    records: &Records,
    from: u64,
) -> Result<impl Iterator<Item = Result<StoredPage, StorageError>> + use<>, Error> {
    let (end, position) = (
        records.writer.head().next_seq,
        records.writer.pages.marks().before(from),
    );
    Ok(pages_between(&records.reader, position, from, end)?)
}

/// Pages of entries between two, from a position before the first one.
pub(super) fn pages_between(
    reader: &JournalReader,
    position: Position,
    from: u64,
    end: u64,
) -> Result<impl Iterator<Item = Result<StoredPage, StorageError>> + use<>, StorageError> {
    let mut pages = reader.read_on(from, position)?;
    let mut next = from;
    // A page behind the end may be half written, so it is not even looked at.
    let pages = std::iter::from_fn(move || match next < end {
        true => {
            let page = pages.next()?;
            next = match &page {
                Ok(stored) => stored.page.header.next_seq(),
                Err(_) => end,
            };
            Some(page)
        }
        false => None,
    });
    let is_before = move |stored: &Result<StoredPage, _>| matches!(stored, Ok(stored) if stored.page.header.next_seq() <= from);
    Ok(pages.skip_while(is_before))
}

/// The durable page of an entry, as the journal has it; a damaged one is
/// healed from the second copy first.
pub(in crate::engine) fn page_of(
    records: &mut Records,
    seq: u64,
) -> Result<Option<StoredPage>, Error> {
    if seq >= records.writer.head().next_seq {
        return Ok(None);
    }
    let from = records.writer.pages.marks().before(seq);
    match records.reader.page_of(seq, from) {
        Err(StorageError::Damage {
            first_seq, offset, ..
        }) => {
            let segment = from.segment;
            healing::heal_page(records, first_seq, Position { segment, offset })?;
            Ok(records.reader.page_of(seq, from)?)
        }
        found => Ok(found?),
    }
}

/// All entries of a page.
pub(in crate::engine) fn entries_of(page: &Page) -> Result<Vec<Entry>, Error> {
    let first = page.header.first_seq;
    let view = Page::parse(&page.bytes)
        .map_err(|flaw| Error::damage(format!("page at entry {first}: {flaw}")))?;
    let decoded = view.entries().zip(first..);
    decoded
        .map(|(bytes, seq)| codec::decode(bytes).map_err(|source| Error::Codec { seq, source }))
        .collect()
}

//! The parts that all derived files share: the checksum, the point of the
//! journal that a file states, and values longer than the book stores in one
//! piece.

use super::book::{Batch, Book, VALUE_LEN_MAX};
use super::error::StorageError;
use super::files::{self, limit::Limit};
use super::journal::{JournalReader, Position};
use crate::chain::hash::Hash;
use crate::chain::page::Header;
use std::path::PathBuf;

/// Bytes of a checksum.
pub const CHECKSUM_LEN: usize = 8;

/// BLAKE3 truncated to eight bytes, against accidents. The place is mixed in,
/// so that no piece of a file can stand for another.
pub fn checksum(place: u64, bytes: &[u8]) -> [u8; CHECKSUM_LEN] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&place.to_le_bytes()).update(bytes);
    let hash = hasher.finalize();
    std::array::from_fn(|n| hash.as_bytes()[n])
}

/// The end of a page of a journal. A derived file states the point that it
/// reaches; it belongs to every journal that has that point, and to no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JournalPoint {
    /// Chain hash after the first page, which no two ledgers share.
    pub origin: Hash,
    /// Number of entries up to here.
    pub count: u64,
    /// Chain hash of the last of them.
    pub hash: Hash,
    /// Position of the page that ends here.
    pub last: Position,
}

impl JournalPoint {
    /// The beginning of every journal.
    pub const START: JournalPoint = JournalPoint {
        origin: Hash::ZERO,
        count: 0,
        hash: Hash::ZERO,
        last: Position::START,
    };

    /// Bytes of a stored point.
    pub const LEN: usize = 88;

    /// The stored form: origin, count (little endian), hash, position.
    pub fn to_bytes(&self) -> [u8; Self::LEN] {
        let mut bytes = [0; Self::LEN];
        bytes[..32].copy_from_slice(self.origin.as_bytes());
        bytes[32..40].copy_from_slice(&self.count.to_le_bytes());
        bytes[40..72].copy_from_slice(self.hash.as_bytes());
        bytes[72..].copy_from_slice(&self.last.to_bytes());
        bytes
    }

    /// Reads the form that [`JournalPoint::to_bytes`] makes.
    pub fn from_bytes(bytes: &[u8; Self::LEN]) -> JournalPoint {
        JournalPoint {
            origin: Hash(part(bytes, 0)),
            count: u64::from_le_bytes(part(bytes, 32)),
            hash: Hash(part(bytes, 40)),
            last: Position::from_bytes(part(bytes, 72)),
        }
    }
}

impl JournalReader {
    /// True if the journal has a point: then a file derived at that point
    /// belongs to it. Complexity: two headers are read, whatever the journal's
    /// length.
    ///
    /// # Errors
    /// I/O errors.
    pub fn has_point(&self, point: &JournalPoint) -> Result<bool, StorageError> {
        if point.count == 0 {
            return Ok(true);
        }
        let ends = |header: &Header| (header.next_seq(), header.last) == (point.count, point.hash);
        let is_there = self.header_at(point.last)?.as_ref().is_some_and(ends);
        Ok(is_there && self.origin()? == point.origin)
    }

    /// True if the journal shows that it never had a point: its first page is
    /// another ledger's, or another sound page is in the place of the point's.
    ///
    /// # Errors
    /// I/O errors.
    pub fn is_other(&self, point: &JournalPoint) -> Result<bool, StorageError> {
        let origin = self.origin()?;
        let is_elsewhere = origin != Hash::ZERO && origin != point.origin;
        Ok(is_elsewhere || self.header_at(point.last)?.is_some() && !self.has_point(point)?)
    }
}

/// A derived file that is written as a whole: layout, point, content, checksum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DerivedFile {
    /// Path of the file.
    pub path: PathBuf,
    /// Name and number of its layout.
    pub layout: &'static [u8; 8],
    /// Greatest length.
    pub limit: Limit,
}

impl DerivedFile {
    /// Reads point and content; None if there is no file.
    ///
    /// # Errors
    /// [`StorageError::Foreign`] if it is of another layout or does not verify; I/O errors.
    pub fn read(&self) -> Result<Option<(JournalPoint, Vec<u8>)>, StorageError> {
        let bytes = match files::read(&self.path, self.limit) {
            Err(trouble) if trouble.is_absent() => return Ok(None),
            read => read?,
        };
        let foreign = |why| Err(StorageError::foreign(&self.path, why));
        match from_derived_bytes(self.layout, &bytes) {
            Some((point, content)) => Ok(Some((point, content.to_vec()))),
            None if bytes.starts_with(self.layout) => foreign("its checksum is wrong"),
            None => foreign("it is of another layout"),
        }
    }

    /// Writes the file anew, so that at every moment the old or the new one is there.
    ///
    /// # Errors
    /// I/O errors.
    pub fn write(&self, point: &JournalPoint, content: &[u8]) -> Result<(), StorageError> {
        files::write_durably(&self.path, &to_derived_bytes(self.layout, point, content))
    }
}

/// The stored form of derived content: layout, point, content, checksum.
pub fn to_derived_bytes(layout: &[u8; 8], point: &JournalPoint, content: &[u8]) -> Vec<u8> {
    let mut bytes = [&layout[..], &point.to_bytes(), content].concat();
    let sum = checksum(0, &bytes);
    bytes.extend_from_slice(&sum);
    bytes
}

/// Reads the form that [`to_derived_bytes`] makes; None if it is of another layout or does
/// not verify.
pub fn from_derived_bytes<'b>(
    layout: &[u8; 8],
    bytes: &'b [u8],
) -> Option<(JournalPoint, &'b [u8])> {
    let (stated, sum) = bytes.split_last_chunk::<CHECKSUM_LEN>()?;
    let rest = stated.strip_prefix(layout)?;
    let (point, content) = rest.split_first_chunk::<{ JournalPoint::LEN }>()?;
    (*sum == checksum(0, stated)).then(|| (JournalPoint::from_bytes(point), content))
}

/// Reads the end that a copy of a journal reaches, with the position after it;
/// None if it does not verify.
pub fn end_from_bytes(layout: &[u8; 8], bytes: &[u8]) -> Option<(JournalPoint, Position)> {
    let (point, end) = from_derived_bytes(layout, bytes)?;
    Some((point, Position::from_bytes(end.try_into().ok()?)))
}

fn part<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    std::array::from_fn(|n| bytes[at + n])
}

/// Bytes of a long value in one piece.
const PIECE_LEN: usize = VALUE_LEN_MAX - 96;
/// Bytes before the first piece: the number of pieces, little endian.
const COUNT_LEN: usize = 4;

/// Number of pieces of a value of that length.
fn pieces_of(len: usize) -> u32 {
    u32::try_from(len.div_ceil(PIECE_LEN).max(1)).unwrap_or(u32::MAX)
}

fn piece_key(key: &[u8], number: u32) -> Vec<u8> {
    [key, &number.to_be_bytes()[..]].concat()
}

/// Number of pieces that the value of a key has in the book; 0 without a value.
fn pieces_in(book: &Book, key: &[u8]) -> Result<u32, StorageError> {
    let first = book.get(key)?;
    let count = first.as_deref().and_then(<[u8]>::first_chunk::<COUNT_LEN>);
    Ok(count.map_or(0, |count| u32::from_le_bytes(*count)))
}

/// Puts a value of any length: its first piece under `key`, the others under
/// `key` and their number. An earlier value of the key must be in the book, not
/// in a pending batch.
///
/// # Errors
/// [`StorageError::Book`] when sled fails.
pub fn put_long(
    book: &Book,
    batch: &mut Batch,
    key: &[u8],
    bytes: &[u8],
) -> Result<(), StorageError> {
    let (count, before) = (pieces_of(bytes.len()), pieces_in(book, key)?);
    let mut pieces = bytes.chunks(PIECE_LEN);
    let first = pieces.next().unwrap_or_default();
    batch.put(key, &[&count.to_le_bytes()[..], first].concat());
    for (number, piece) in (1..).zip(pieces) {
        batch.put(&piece_key(key, number), piece);
    }
    (count..before).for_each(|number| batch.remove(&piece_key(key, number)));
    Ok(())
}

/// Removes a value of any length.
///
/// # Errors
/// [`StorageError::Book`] when sled fails.
pub fn remove_long(book: &Book, batch: &mut Batch, key: &[u8]) -> Result<(), StorageError> {
    let before = pieces_in(book, key)?;
    batch.remove(key);
    (1..before).for_each(|number| batch.remove(&piece_key(key, number)));
    Ok(())
}

/// Reads a value that [`put_long`] wrote.
///
/// # Errors
/// [`StorageError::Book`] if a piece is missing.
pub fn get_long(book: &Book, key: &[u8]) -> Result<Option<Vec<u8>>, StorageError> {
    let Some(first) = book.get(key)? else {
        return Ok(None);
    };
    let missing = || StorageError::book(book.path(), "a piece of a value is missing");
    let (count, rest) = first.split_first_chunk::<COUNT_LEN>().ok_or_else(missing)?;
    let count = u32::from_le_bytes(*count);
    let mut bytes = rest.to_vec();
    for number in 1..count {
        let piece = book.get(&piece_key(key, number))?.ok_or_else(missing)?;
        bytes.extend_from_slice(&piece);
    }
    Ok(Some(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_value_comes_back_whatever_its_length_was_before() {
        let dir = tempfile::tempdir().unwrap();
        let book = Book::open(&dir.path().join("book"), 1 << 20).unwrap().book;
        let lens = [
            0,
            PIECE_LEN,
            255 * PIECE_LEN,
            255 * PIECE_LEN + 1,
            256 * PIECE_LEN,
            300 * PIECE_LEN,
            1,
        ];
        for len in lens {
            let bytes: Vec<u8> = (0..len).map(|n| (n % 251) as u8).collect();
            let mut batch = Batch::default();
            put_long(&book, &mut batch, b"k", &bytes).unwrap();
            book.apply(batch).unwrap();
            assert_eq!(get_long(&book, b"k").unwrap(), Some(bytes));
            let pieces = len.div_ceil(PIECE_LEN).max(1);
            assert_eq!(book.scan_prefix(b"k").count(), pieces);
        }
        let mut batch = Batch::default();
        remove_long(&book, &mut batch, b"k").unwrap();
        book.apply(batch).unwrap();
        assert_eq!(book.scan_prefix(b"k").count(), 0);
    }

    #[test]
    fn a_point_comes_back_from_its_bytes() {
        let point = JournalPoint {
            origin: Hash([1; 32]),
            count: 1 << 40,
            hash: Hash([3; 32]),
            last: Position {
                segment: 7,
                offset: 1 << 20,
            },
        };
        assert_eq!(JournalPoint::from_bytes(&point.to_bytes()), point);
    }
}

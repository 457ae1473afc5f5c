//! The watermark: the part of the journal that the book has folded.

use crate::chain::tree::Frontier;
use crate::storage::derived::{CHECKSUM_LEN, JournalPoint, checksum};

/// Layout of the stored state: of `LedgerState`, `Member` and their parts, and of the
/// book's tables. Raise it with every change; a book of another layout is
/// rebuilt.
const LAYOUT: u32 = 21;

/// The watermark: the point of the journal that the book has folded, and the
/// right edge of the tree there.
#[derive(Clone)]
pub(in crate::engine) struct Watermark {
    pub(in crate::engine) point: JournalPoint,
    pub(in crate::engine) frontier: Frontier,
}

impl Watermark {
    /// The stored form: layout, point, frontier, checksum.
    pub(in crate::engine) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = LAYOUT.to_le_bytes().to_vec();
        bytes.extend_from_slice(&self.point.to_bytes());
        bytes.extend_from_slice(&self.frontier.to_bytes());
        let sum = checksum(0, &bytes);
        bytes.extend_from_slice(&sum);
        bytes
    }

    /// Reads the form that [`Watermark::to_bytes`] makes; None for another layout.
    pub(in crate::engine) fn from_bytes(bytes: &[u8]) -> Option<Watermark> {
        let (bytes, sum) = bytes.split_last_chunk::<CHECKSUM_LEN>()?;
        let (layout, rest) = bytes.split_first_chunk::<4>()?;
        let (point, rest) = rest.split_first_chunk::<{ JournalPoint::LEN }>()?;
        let is_sound = *sum == checksum(0, bytes) && *layout == LAYOUT.to_le_bytes();
        Some(Watermark {
            point: JournalPoint::from_bytes(point),
            frontier: Frontier::from_bytes(rest).ok()?,
        })
        .filter(|_| is_sound)
    }

    pub(in crate::engine) fn start() -> Watermark {
        Watermark {
            point: JournalPoint::START,
            frontier: Frontier::default(),
        }
    }
}

//! The watermark: the part of the journal that the book has folded.

use crate::chain::tree::Frontier;
use crate::storage::derived::{JournalPoint, from_derived_bytes, to_derived_bytes};

/// Layout of the stored state: of `LedgerState`, `Member` and their parts, and of the
/// book's tables. Raise it with every change; a book of another layout is
/// rebuilt.
const LAYOUT: &[u8; 8] = b"STAMPW25";

/// The watermark: the point of the journal that the book has folded, and the
/// right edge of the tree there.
#[derive(Clone)]
pub(in crate::engine) struct Watermark {
    pub(in crate::engine) point: JournalPoint,
    pub(in crate::engine) frontier: Frontier,
}

impl Watermark {
    /// The stored form.
    pub(in crate::engine) fn to_bytes(&self) -> Vec<u8> {
        to_derived_bytes(LAYOUT, &self.point, &self.frontier.to_bytes())
    }

    /// Reads the form that [`Watermark::to_bytes`] makes; None for another layout.
    pub(in crate::engine) fn from_bytes(bytes: &[u8]) -> Option<Watermark> {
        let (point, frontier) = from_derived_bytes(LAYOUT, bytes)?;
        Some(Watermark {
            point,
            frontier: Frontier::from_bytes(frontier).ok()?,
        })
    }

    pub(in crate::engine) fn start() -> Watermark {
        Watermark {
            point: JournalPoint::START,
            frontier: Frontier::default(),
        }
    }
}

//! Lengths and offsets in files as lengths in memory.

/// A file's length or offset as one in memory. Saturates where memory is
/// addressed with fewer bits than 64, so that it never wraps to a smaller one.
pub fn to_usize(len: u64) -> usize {
    usize::try_from(len).unwrap_or(usize::MAX)
}

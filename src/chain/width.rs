//! Conversion of file lengths and offsets to lengths in memory.

/// Converts a file's length or offset to one in memory. Saturates where memory
/// is addressed with fewer bits than 64, so that it never wraps to a smaller
/// one.
pub fn to_usize(len: u64) -> usize {
    usize::try_from(len).unwrap_or(usize::MAX)
}

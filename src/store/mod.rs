//! The disk, as bytes.

//! The evidence: canonical bytes, pages, hash chain, Merkle tree, checkpoint, proof, stamp.
//!
//! Everything here is pure: bytes in, bytes or a verdict out. FORMAT.md is the
//! same knowledge for readers without Rust.

pub mod checkpoint;
pub mod codec;
pub mod hash;
pub mod note;
pub mod page;
pub mod part_key;
pub mod stamp;
pub mod tree;
pub mod width;

//! The evidence: canonical bytes, pages, hash chain, Merkle tree, checkpoint, proof, stamp.

pub mod codec;

//! The Merkle tree of RFC 6962 over SHA-256; a leaf's data is the 32-byte chain
//! hash of an entry.
//!
//! [`Frontier`] grows the tree in memory that is logarithmic in its size;
//! [`TileBuilder`] also gathers the tiles from which [`inclusion_proof`] and
//! [`consistency_proof`] are built later.

use sha2::{Digest, Sha256};

use super::hash::Hash;

mod frontier;
mod proof;
#[cfg(test)]
mod tests;
mod tiles;

pub use frontier::{BadFrontier, Frontier};
pub use proof::{
    ProofFlaw, consistency_proof, inclusion_proof, root_of, verify_consistency, verify_inclusion,
};
pub use tiles::{TILE_WIDTH, Tile, TileBuilder, Tiles, subtree_hash};

/// The leaf of an entry: `SHA-256(0x00 || entry hash)`.
pub fn leaf_hash(entry: &Hash) -> Hash {
    hash_leaf_data(&entry.0)
}

/// An inner node: `SHA-256(0x01 || left || right)`.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut hasher = Sha256::new_with_prefix([1]);
    hasher.update(left.0);
    hasher.update(right.0);
    Hash(hasher.finalize().into())
}

/// The root of the tree without leaves: `SHA-256("")`.
pub fn empty_root() -> Hash {
    Hash(Sha256::digest([]).into())
}

fn hash_leaf_data(data: &[u8]) -> Hash {
    Hash(
        Sha256::new_with_prefix([0])
            .chain_update(data)
            .finalize()
            .into(),
    )
}

/// The root over `nodes` of equal height whose number is a power of two.
fn perfect_root(nodes: &[Hash]) -> Hash {
    debug_assert!(nodes.len().is_power_of_two());
    if let [only] = nodes {
        return *only;
    }
    let (left, right) = nodes.split_at(nodes.len() / 2);
    node_hash(&perfect_root(left), &perfect_root(right))
}

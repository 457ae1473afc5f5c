//! The Merkle tree of RFC 6962 over SHA-256; a leaf's data is the 32-byte chain
//! hash of an entry.
//!
//! [`Frontier`] grows the tree in memory that is logarithmic in its size;
//! [`TileBuilder`] also gathers the tiles from which [`inclusion_proof`] and
//! [`consistency_proof`] are built later.

use sha2::digest::generic_array::GenericArray;
use sha2::{Digest, Sha256};

use super::hash::Hash;

mod frontier;
mod proof;
#[cfg(test)]
mod tests;
mod tiles;

pub use frontier::{BadFrontier, Frontier, complete_subtrees};
pub use proof::{
    ProofFlaw, consistency_proof, inclusion_proof, root_of, verify_consistency, verify_inclusion,
};
pub use tiles::{TILE_WIDTH, Tile, TileBuilder, Tiles, subtree_hash};

/// Hash of an entry's leaf: `SHA-256(0x00 || entry hash)`.
pub fn leaf_hash(entry: &Hash) -> Hash {
    let mut padded = [0; 64];
    padded[1..33].copy_from_slice(&entry.0);
    end_with_len(&mut padded, 33);
    sha256_of_padded(&[padded.into()])
}

/// Hash of an inner node: `SHA-256(0x01 || left || right)`.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut padded = [0; 128];
    padded[0] = 1;
    padded[1..33].copy_from_slice(&left.0);
    padded[33..65].copy_from_slice(&right.0);
    end_with_len(&mut padded, 65);
    let (first, second) = padded.split_at(64);
    sha256_of_padded(&[*Padded::from_slice(first), *Padded::from_slice(second)])
}

type Padded = GenericArray<u8, sha2::digest::consts::U64>;

/// Appends the padding of SHA-256 to a message: a one, zeros, and its length in bits.
fn end_with_len(padded: &mut [u8], len: usize) {
    padded[len] = 0x80;
    let at = padded.len() - 8;
    padded[at..].copy_from_slice(&(8 * len as u64).to_be_bytes());
}

/// SHA-256 of a message that is already padded. Leaves and nodes have known
/// lengths, and there are millions of them: feeding them piece by piece would
/// cost more than hashing them.
fn sha256_of_padded(message: &[Padded]) -> Hash {
    let mut state = SHA256_START;
    sha2::compress256(&mut state, message);
    let mut hash = [0; 32];
    for (bytes, word) in hash.chunks_exact_mut(4).zip(state) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    Hash(hash)
}

/// Initial state of SHA-256 (FIPS 180-4, 5.3.3).
const SHA256_START: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// The root of the tree without leaves: `SHA-256("")`.
pub fn empty_root() -> Hash {
    Hash(Sha256::digest([]).into())
}

#[cfg(test)]
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

//! The right edge of the tree: all that is needed to append leaves and to
//! compute the root.

use super::super::hash::Hash;
use super::{empty_root, node_hash};

/// Greatest size: far beyond any ledger, and small enough that shifts and sums
/// cannot overflow.
const SIZE_MAX: u64 = 1 << 62;

/// The roots of the complete subtrees that make up a tree, largest first: one
/// for each bit set in its size.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    edge: Vec<Hash>,
}

/// The largest complete subtrees over some leaves, the first of which is leaf
/// number `first` of the tree: height and hash, in order. They do not depend on
/// the leaves before, so that parts of a tree can be hashed side by side and be
/// joined by [`Frontier::extend`].
pub fn complete_subtrees(first: u64, leaves: &[Hash]) -> Vec<(u32, Hash)> {
    let mut found: Vec<(u32, Hash)> = Vec::with_capacity(24);
    for (at, leaf) in (first..).zip(leaves) {
        let (mut height, mut node) = (0, *leaf);
        // An odd one is the right child of the node before it, if that is as high.
        while let Some((_, left)) =
            found.pop_if(|(before, _)| *before == height && (at >> height) & 1 == 1)
        {
            node = node_hash(&left, &node);
            height += 1;
        }
        found.push((height, node));
    }
    found
}

/// The bytes are not those of a frontier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("tree frontier has {len} bytes, which does not suit its size")]
pub struct BadFrontier {
    /// Bytes found.
    pub len: usize,
}

impl Frontier {
    /// The tree without leaves.
    pub fn new() -> Frontier {
        Frontier::default()
    }

    /// Number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf (see [`super::leaf_hash`]).
    pub fn push(&mut self, leaf: Hash) {
        self.push_each(leaf, |_, _, _| ());
    }

    /// Appends a leaf and reports every subtree that it completes: its height,
    /// its index among those of that height, and its hash.
    pub(super) fn push_each(&mut self, leaf: Hash, mut told: impl FnMut(u32, u64, Hash)) {
        let mut node = leaf;
        told(0, self.size, node);
        // Each bit set at the low end of the size is a subtree that the leaf completes.
        for height in 1..=self.size.trailing_ones() {
            if let Some(left) = self.edge.pop() {
                node = node_hash(&left, &node);
            }
            told(height, self.size >> height, node);
        }
        self.edge.push(node);
        self.size += 1;
    }

    /// Appends the complete subtrees that [`complete_subtrees`] made from the
    /// leaves after this size.
    pub fn extend(&mut self, subtrees: &[(u32, Hash)]) {
        for (height, hash) in subtrees {
            debug_assert_eq!(self.size % (1 << height), 0);
            let mut node = *hash;
            for _ in 0..(self.size >> height).trailing_ones() {
                if let Some(left) = self.edge.pop() {
                    node = node_hash(&left, &node);
                }
            }
            self.edge.push(node);
            self.size += 1 << height;
        }
    }

    /// The root over all leaves.
    pub fn root(&self) -> Hash {
        let mut edge = self.edge.iter().rev();
        let Some(last) = edge.next() else {
            return empty_root();
        };
        edge.fold(*last, |right, left| node_hash(left, &right))
    }

    /// Size (8 bytes, little endian), then the hashes, largest subtree first.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.size.to_le_bytes().to_vec();
        bytes.extend(self.edge.iter().flat_map(|hash| hash.0));
        bytes
    }

    /// Reads the form that [`Frontier::to_bytes`] writes.
    ///
    /// # Errors
    /// [`BadFrontier`] if the length does not fit the size. The hashes cannot
    /// be checked here: compare the root with one that is known.
    pub fn from_bytes(bytes: &[u8]) -> Result<Frontier, BadFrontier> {
        let bad = BadFrontier { len: bytes.len() };
        let (size, rest) = bytes.split_first_chunk().ok_or(bad)?;
        let size = u64::from_le_bytes(*size);
        let (hashes, odd) = rest.as_chunks();
        let is_sane_size = size <= SIZE_MAX && hashes.len() == size.count_ones() as usize;
        if !odd.is_empty() || !is_sane_size {
            return Err(bad);
        }
        Ok(Frontier {
            size,
            edge: hashes.iter().copied().map(Hash).collect(),
        })
    }

    pub(super) fn from_edge(size: u64, edge: Vec<Hash>) -> Frontier {
        debug_assert_eq!(edge.len(), size.count_ones() as usize);
        Frontier { size, edge }
    }
}

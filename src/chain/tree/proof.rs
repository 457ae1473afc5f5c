//! Proofs over the tree: inclusion of an entry, and consistency of two tree sizes.

use super::super::hash::Hash;
use super::{Tiles, node_hash, subtree_hash};

/// Reason why a proof could not be made or does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofFlaw {
    /// The leaf lies beyond the tree.
    #[error("entry {index} is not within a tree of {size}")]
    Index {
        /// Index asked for.
        index: u64,
        /// Size of the tree.
        size: u64,
    },
    /// The older tree is empty or larger than the newer one.
    #[error("a tree of {new} cannot be shown to continue one of {old}")]
    Sizes {
        /// Size of the older tree.
        old: u64,
        /// Size of the newer tree.
        new: u64,
    },
    /// The proof has too few or too many hashes.
    #[error("proof has {have} hashes, which does not suit its place in the tree")]
    Length {
        /// Number of hashes found.
        have: usize,
    },
    /// The proof leads to another root.
    #[error("proof leads to another root")]
    Root,
    /// Hashes of the tree are missing.
    #[error("hashes of the tree are missing")]
    Missing,
}

/// The root over the first `size` leaves.
///
/// # Errors
/// [`ProofFlaw::Missing`] when tiles are missing.
pub fn root_of<T: Tiles + ?Sized>(tiles: &T, size: u64) -> Result<Hash, ProofFlaw> {
    if size == 0 {
        Ok(super::empty_root())
    } else {
        range_hash(tiles, 0, size)
    }
}

/// Builds the inclusion proof of RFC 6962 section 2.1.1: the path from leaf
/// `index` to the root of the first `size` leaves, lowest sibling first.
///
/// # Errors
/// [`ProofFlaw::Index`], or [`ProofFlaw::Missing`] when tiles are missing.
pub fn inclusion_proof<T: Tiles + ?Sized>(
    tiles: &T,
    index: u64,
    size: u64,
) -> Result<Vec<Hash>, ProofFlaw> {
    if index >= size {
        return Err(ProofFlaw::Index { index, size });
    }
    let (mut start, mut end) = (0, size);
    let mut path = Vec::new();
    while end - start > 1 {
        let middle = start + split(end - start);
        if index < middle {
            path.push(range_hash(tiles, middle, end)?);
            end = middle;
        } else {
            path.push(range_hash(tiles, start, middle)?);
            start = middle;
        }
    }
    path.reverse();
    Ok(path)
}

/// Builds the consistency proof of RFC 6962 section 2.1.2: the first `old` of
/// `new` leaves are a tree of their own.
///
/// # Errors
/// [`ProofFlaw::Sizes`], or [`ProofFlaw::Missing`] when tiles are missing.
pub fn consistency_proof<T: Tiles + ?Sized>(
    tiles: &T,
    old: u64,
    new: u64,
) -> Result<Vec<Hash>, ProofFlaw> {
    check_sizes(old, new)?;
    let (mut start, mut end) = (0, new);
    let mut path = Vec::new();
    while old != end {
        let middle = start + split(end - start);
        if old <= middle {
            path.push(range_hash(tiles, middle, end)?);
            end = middle;
        } else {
            path.push(range_hash(tiles, start, middle)?);
            start = middle;
        }
    }
    if start > 0 {
        path.push(range_hash(tiles, start, end)?);
    }
    path.reverse();
    Ok(path)
}

/// Checks that `leaf` (see [`super::leaf_hash`]) is number `index` of the
/// `size` leaves under `root`.
///
/// # Errors
/// [`ProofFlaw::Index`], [`ProofFlaw::Length`] or [`ProofFlaw::Root`].
pub fn verify_inclusion(
    leaf: &Hash,
    index: u64,
    size: u64,
    path: &[Hash],
    root: &Hash,
) -> Result<(), ProofFlaw> {
    if index >= size {
        return Err(ProofFlaw::Index { index, size });
    }
    let (mut node, mut last, mut hash) = (index, size - 1, *leaf);
    for sibling in path {
        if last == 0 {
            return Err(ProofFlaw::Length { have: path.len() });
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            // The last node of an odd level moves up without a partner.
            let lonely = if node == 0 { 0 } else { node.trailing_zeros() };
            (node, last) = (node >> lonely, last >> lonely);
        } else {
            hash = node_hash(&hash, sibling);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    compare(last == 0, path.len(), &[(&hash, root)])
}

/// Checks that the tree of `new` leaves under `new_root` continues the one of
/// `old` leaves under `old_root`. An empty older tree proves nothing: treat it
/// as not checked.
///
/// # Errors
/// [`ProofFlaw::Sizes`], [`ProofFlaw::Length`] or [`ProofFlaw::Root`].
pub fn verify_consistency(
    old: u64,
    new: u64,
    path: &[Hash],
    old_root: &Hash,
    new_root: &Hash,
) -> Result<(), ProofFlaw> {
    check_sizes(old, new)?;
    if old == new {
        return compare(path.is_empty(), path.len(), &[(old_root, new_root)]);
    }
    let height = old.trailing_zeros();
    let (mut node, mut last) = ((old - 1) >> height, (new - 1) >> height);
    // A power of two is itself the first node of the path.
    let (seed, rest) = match path.split_first() {
        _ if old.is_power_of_two() => (old_root, path),
        Some((first, rest)) => (first, rest),
        None => return Err(ProofFlaw::Length { have: 0 }),
    };
    let (mut old_hash, mut new_hash) = (*seed, *seed);
    for sibling in rest {
        if last == 0 {
            return Err(ProofFlaw::Length { have: path.len() });
        }
        if node & 1 == 1 || node == last {
            old_hash = node_hash(sibling, &old_hash);
            new_hash = node_hash(sibling, &new_hash);
            let lonely = if node == 0 { 0 } else { node.trailing_zeros() };
            (node, last) = (node >> lonely, last >> lonely);
        } else {
            new_hash = node_hash(&new_hash, sibling);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    compare(
        last == 0,
        path.len(),
        &[(&old_hash, old_root), (&new_hash, new_root)],
    )
}

fn compare(is_whole: bool, have: usize, roots: &[(&Hash, &Hash)]) -> Result<(), ProofFlaw> {
    let is_equal = roots.iter().all(|(found, wanted)| found == wanted);
    match (is_whole, is_equal) {
        (false, _) => Err(ProofFlaw::Length { have }),
        (true, false) => Err(ProofFlaw::Root),
        (true, true) => Ok(()),
    }
}

fn check_sizes(old: u64, new: u64) -> Result<(), ProofFlaw> {
    if old == 0 || old > new {
        Err(ProofFlaw::Sizes { old, new })
    } else {
        Ok(())
    }
}

/// The largest power of two below `len`, for `len` of at least 2.
fn split(len: u64) -> u64 {
    1 << (len - 1).ilog2()
}

/// MTH over the leaves `start..end`, where `start` is a multiple of the next
/// power of two of the length, as it is for every range that RFC 6962 hashes.
fn range_hash<T: Tiles + ?Sized>(tiles: &T, start: u64, end: u64) -> Result<Hash, ProofFlaw> {
    let len = end - start;
    if len.is_power_of_two() {
        let height = len.trailing_zeros();
        let found = subtree_hash(tiles, height, start >> height);
        return found.ok().flatten().ok_or(ProofFlaw::Missing);
    }
    let middle = start + split(len);
    let left = range_hash(tiles, start, middle)?;
    Ok(node_hash(&left, &range_hash(tiles, middle, end)?))
}

//! Tiles: the tree's hashes in pieces of 256, laid out as in C2SP `tlog-tiles`.
//!
//! Tile `index` of `level` holds the roots of 256 neighbouring subtrees of
//! `256^level` leaves each; level 0 holds leaf hashes.

use super::super::hash::Hash;
use super::super::width::to_usize;
use super::{Frontier, perfect_root};

/// Hashes in a complete tile.
pub const TILE_WIDTH: usize = 256;

/// Tree levels that one tile level spans.
const TILE_HEIGHT: u32 = 8;

/// A complete tile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tile {
    /// 0 for leaf hashes.
    pub level: u8,
    /// Position among the tiles of that level.
    pub index: u64,
    /// Its [`TILE_WIDTH`] hashes.
    pub hashes: Vec<Hash>,
}

impl Tile {
    /// The hashes one after another: 8192 bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.hashes.iter().flat_map(|hash| hash.0).collect()
    }
}

/// Source of the tree's hashes for proofs.
pub trait Tiles {
    /// Reason why a tile could not be read.
    type Error;

    /// The first `width` hashes (1 to [`TILE_WIDTH`]) of a tile; more may be returned.
    ///
    /// # Errors
    /// The hashes cannot be read.
    fn tile(&self, level: u8, index: u64, width: usize) -> Result<Vec<Hash>, Self::Error>;
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a tree has 8 levels of tiles"
)]
fn level_byte(level: u32) -> u8 {
    level as u8
}

/// The root of the complete subtree of `2^height` leaves that starts at leaf
/// `index * 2^height`.
///
/// # Errors
/// The error of `tiles`; `None` for a tile that is too narrow.
pub fn subtree_hash<T: Tiles + ?Sized>(
    tiles: &T,
    height: u32,
    index: u64,
) -> Result<Option<Hash>, T::Error> {
    let (level, inner) = (height / TILE_HEIGHT, height % TILE_HEIGHT);
    let first = index << inner;
    let from = to_usize(first % TILE_WIDTH as u64);
    let to = from + (1 << inner);
    let hashes = tiles.tile(level_byte(level), first / TILE_WIDTH as u64, to)?;
    Ok(hashes.get(from..to).map(perfect_root))
}

/// Builds the tree leaf by leaf and hands out each tile as it becomes complete.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TileBuilder {
    frontier: Frontier,
    partial: Vec<Vec<Hash>>,
}

impl TileBuilder {
    /// The tree without leaves.
    pub fn new() -> TileBuilder {
        TileBuilder::default()
    }

    /// Continues from a tree of `size` leaves, reading its incomplete tiles.
    /// Compare [`TileBuilder::frontier`] with the one that was kept.
    ///
    /// # Errors
    /// The error of `tiles`; `None` for a tile that is too narrow.
    pub fn resume<T: Tiles + ?Sized>(
        tiles: &T,
        size: u64,
    ) -> Result<Option<TileBuilder>, T::Error> {
        let mut partial = Vec::new();
        for level in (0..8).take_while(|level| size >> (TILE_HEIGHT * level) > 0) {
            let in_level = size >> (TILE_HEIGHT * level);
            let width = to_usize(in_level % TILE_WIDTH as u64);
            let mut hashes = match width {
                0 => Vec::new(),
                _ => tiles.tile(level_byte(level), in_level / TILE_WIDTH as u64, width)?,
            };
            if hashes.len() < width {
                return Ok(None);
            }
            hashes.truncate(width);
            partial.push(hashes);
        }
        let frontier = Frontier::from_edge(size, edge_of(&partial));
        Ok(Some(TileBuilder { frontier, partial }))
    }

    /// Appends a leaf; tiles that become complete go to `done`, lowest level first.
    pub fn push(&mut self, leaf: Hash, mut done: impl FnMut(Tile)) {
        let TileBuilder { frontier, partial } = self;
        frontier.push_each(leaf, |height, index, hash| {
            if height % TILE_HEIGHT != 0 {
                return;
            }
            let tile_level = height / TILE_HEIGHT;
            let level = tile_level as usize;
            if partial.len() == level {
                partial.push(Vec::new());
            }
            partial[level].push(hash);
            if partial[level].len() == TILE_WIDTH {
                let hashes = std::mem::take(&mut partial[level]);
                done(Tile {
                    level: level_byte(tile_level),
                    index: index / TILE_WIDTH as u64,
                    hashes,
                });
            }
        });
    }

    /// The right edge of the tree: its size and root.
    pub fn frontier(&self) -> &Frontier {
        &self.frontier
    }

    /// The hashes of the incomplete tile of a level; empty where there is none.
    pub fn partial(&self, level: u8) -> &[Hash] {
        self.partial
            .get(usize::from(level))
            .map_or(&[], Vec::as_slice)
    }
}

/// The complete subtrees of a tree, largest first, from its incomplete tiles.
fn edge_of(partial: &[Vec<Hash>]) -> Vec<Hash> {
    let mut edge = Vec::new();
    for hashes in partial.iter().rev() {
        let mut rest = hashes.as_slice();
        while !rest.is_empty() {
            let (perfect, tail) = rest.split_at(1 << rest.len().ilog2());
            edge.push(perfect_root(perfect));
            rest = tail;
        }
    }
    edge
}

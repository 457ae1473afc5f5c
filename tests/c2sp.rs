//! Tree, tiles and checkpoints beside other implementations of what C2SP specifies
//! (`tlog-tiles`, `tlog-checkpoint`, `signed-note`): each reads and checks what the other makes.

#![allow(clippy::unwrap_used, reason = "a test that panics fails")]

use data_encoding::{BASE64, HEXLOWER};
use signed_note::{Note, StandardSigner, StandardVerifier, VerifierList};
use stampbook::chain::checkpoint::Signed;
use stampbook::chain::hash::{Hash, entry_hash};
use stampbook::chain::note::SigningKey;
use stampbook::chain::tree::{
    TILE_WIDTH, TileBuilder, Tiles, consistency_proof, inclusion_proof, leaf_hash, root_of,
    verify_consistency, verify_inclusion,
};
use std::collections::BTreeMap;
use tlog_tiles::tlog;

const ORIGIN: &str = "stampbook.example/vectors/1";
const SEED: [u8; 32] = [0x2a; 32];
/// Enough entries for a complete tile of the second level, and some.
const ENTRIES: u64 = 65_536 + 300;
/// Height of a tile.
const HEIGHT: u8 = 8;

/// The tree as the library builds it, with all its tiles.
struct Ours {
    builder: TileBuilder,
    tiles: BTreeMap<(u8, u64), Vec<Hash>>,
}

impl Tiles for Ours {
    type Error = std::convert::Infallible;

    fn tile(&self, level: u8, index: u64, _width: usize) -> Result<Vec<Hash>, Self::Error> {
        let complete = self.tiles.get(&(level, index)).cloned();
        Ok(complete.unwrap_or_else(|| self.builder.partial(level).to_vec()))
    }
}

/// The same tiles as another client reads them.
impl tlog_tiles::TileReader for Ours {
    fn height(&self) -> u8 {
        HEIGHT
    }

    fn read_tiles(&self, asked: &[tlog_tiles::Tile]) -> Result<Vec<Vec<u8>>, tlog::Error> {
        let read = asked.iter().map(|tile| {
            let width = tile.width() as usize;
            let Ok(hashes) = self.tile(tile.level(), tile.level_index(), width);
            hashes[..width].iter().flat_map(|hash| hash.0).collect()
        });
        Ok(read.collect())
    }

    fn save_tiles(&self, _: &[tlog_tiles::Tile], _: &[Vec<u8>]) {}
}

/// The tree as the other implementation stores it.
struct Theirs(Vec<tlog::Hash>);

impl tlog::HashReader for Theirs {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog::Hash>, tlog::Error> {
        let read = indexes.iter().map(|n| self.0[usize::try_from(*n).unwrap()]);
        Ok(read.collect())
    }
}

fn theirs_of(hashes: &[Hash]) -> Vec<tlog::Hash> {
    hashes.iter().map(|hash| tlog::Hash(hash.0)).collect()
}

/// Chain hashes of entries.
fn entries(count: u64) -> Vec<Hash> {
    let chain = |prev: &mut Hash, n: u64| {
        *prev = entry_hash(prev, &n.to_le_bytes());
        Some(*prev)
    };
    (0..count).scan(Hash::ZERO, chain).collect()
}

fn trees(entries: &[Hash]) -> (Ours, Theirs) {
    let (mut ours, mut theirs) = (
        Ours {
            builder: TileBuilder::new(),
            tiles: BTreeMap::new(),
        },
        Theirs(Vec::new()),
    );
    for (n, entry) in (0..).zip(entries) {
        let Ours { builder, tiles } = &mut ours;
        builder.push(leaf_hash(entry), |tile| {
            tiles.insert((tile.level, tile.index), tile.hashes);
        });
        let stored = tlog::stored_hashes(n, &entry.0, &theirs).unwrap();
        theirs.0.extend(stored);
    }
    (ours, theirs)
}

/// Sizes of trees at which something happens in the tree or in its tiles.
fn sizes() -> impl Iterator<Item = u64> {
    let around = |n: u64| [n - 1, n, n + 1];
    let tiles = [256, 512, 65_536].into_iter().flat_map(around);
    (1..=20).chain(tiles).chain([ENTRIES])
}

#[test]
fn roots_and_proofs_are_those_of_another_implementation() {
    let entries = entries(ENTRIES);
    let (ours, theirs) = trees(&entries);
    for size in sizes() {
        let root = root_of(&ours, size).unwrap();
        let their_root = tlog::tree_hash(size, &theirs).unwrap();
        assert_eq!(root.0, their_root.0, "the root of {size}");
        for index in [0, 1, size / 3, size / 2, size - 1] {
            if index >= size {
                continue;
            }
            let entry = &entries[usize::try_from(index).unwrap()];
            let proof = inclusion_proof(&ours, index, size).unwrap();
            let as_theirs = theirs_of(&proof);
            let their_proof = tlog::prove_record(size, index, &theirs).unwrap();
            assert_eq!(as_theirs, their_proof, "entry {index} of {size}");
            let leaf = tlog::record_hash(&entry.0);
            tlog::check_record(&as_theirs, size, their_root, index, leaf).unwrap();
            verify_inclusion(&leaf_hash(entry), index, size, &proof, &root).unwrap();
        }
        for old in sizes().filter(|old| *old <= size) {
            let proof = consistency_proof(&ours, old, size).unwrap();
            let as_theirs = theirs_of(&proof);
            let their_proof = tlog::prove_tree(size, old, &theirs).unwrap();
            assert_eq!(as_theirs, their_proof, "{old} within {size}");
            let old_root = root_of(&ours, old).unwrap();
            let their_old = tlog::Hash(old_root.0);
            tlog::check_tree(&as_theirs, size, their_root, old, their_old).unwrap();
            verify_consistency(old, size, &proof, &old_root, &root).unwrap();
        }
    }
}

#[test]
fn tiles_are_those_of_another_implementation_and_its_client_reads_them() {
    let entries = entries(ENTRIES);
    let (ours, theirs) = trees(&entries);
    assert!(ours.tiles.contains_key(&(1, 0)), "a second level is full");
    for (&(level, index), hashes) in &ours.tiles {
        let width = u32::try_from(TILE_WIDTH).unwrap();
        let tile = tlog_tiles::Tile::new(HEIGHT, level, index, width, false);
        let bytes: Vec<u8> = hashes.iter().flat_map(|hash| hash.0).collect();
        let told = tile.path();
        assert!(bytes == tile.read_data(&theirs).unwrap(), "{told} differs");
    }
    // It believes a tile only if the tile leads to the root.
    let root = tlog::Hash(root_of(&ours, ENTRIES).unwrap().0);
    let reader = tlog_tiles::TileHashReader::new(ENTRIES, root, &ours);
    for index in [0, 255, 256, 40_000, 65_535, 65_536, ENTRIES - 1] {
        let proof = tlog::prove_record(ENTRIES, index, &reader).unwrap();
        let leaf = tlog::record_hash(&entries[usize::try_from(index).unwrap()].0);
        tlog::check_record(&proof, ENTRIES, root, index, leaf).unwrap();
    }
}

/// The ledger's key, and the other implementation's forms of the same.
fn keys() -> (SigningKey, StandardSigner, VerifierList) {
    let key = SigningKey::new(ORIGIN, &SEED).unwrap();
    let id = HEXLOWER.encode(&key.verifier().id());
    let secret = BASE64.encode(&[&[1][..], &SEED].concat());
    let signer = StandardSigner::new(&format!("PRIVATE+KEY+{ORIGIN}+{id}+{secret}"));
    let verifier = StandardVerifier::new(&key.verifier().to_string()).unwrap();
    let known = VerifierList::new(vec![Box::new(verifier)]);
    (key, signer.unwrap(), known)
}

#[test]
fn another_implementation_verifies_our_checkpoints_and_makes_the_same() {
    let (key, signer, known) = keys();
    let root = leaf_hash(&Hash::ZERO);
    let ours = key.sign_checkpoint(5, root);

    let note = Note::from_bytes(ours.text().as_bytes()).unwrap();
    let (verified, others) = note.verify(&known).unwrap();
    assert_eq!((verified.len(), others.len()), (1, 0));
    let read = tlog_tiles::Checkpoint::from_bytes(note.text()).unwrap();
    assert_eq!((read.origin(), read.size()), (ORIGIN, 5));
    assert_eq!((read.hash().0, read.extension()), (root.0, ""));

    let body = tlog_tiles::Checkpoint::new(ORIGIN, 5, tlog::Hash(root.0), "");
    let mut theirs = Note::new(&body.unwrap().to_bytes(), &[]).unwrap();
    theirs.add_sigs(&[&signer]).unwrap();
    assert_eq!(String::from_utf8_lossy(&theirs.to_bytes()), ours.text());
    let read = Signed::parse(&theirs.to_bytes()).unwrap();
    read.verify(key.verifier()).unwrap();
}

/// Ours is as strict as theirs: no byte of a checkpoint can be changed so that
/// only ours believes it.
#[test]
fn what_we_believe_of_a_changed_checkpoint_another_implementation_believes_too() {
    let (key, _, known) = keys();
    let text = key.sign_checkpoint(5, leaf_hash(&Hash::ZERO));
    let bytes = text.text().as_bytes();
    let is_ours = |note: &[u8]| {
        let read = Signed::parse(note);
        read.is_ok_and(|signed| signed.verify(key.verifier()).is_ok())
    };
    let is_theirs = |note: &[u8]| {
        let read = Note::from_bytes(note);
        read.is_ok_and(|note| note.verify(&known).is_ok())
    };
    assert!(is_ours(bytes) && is_theirs(bytes));
    let mut refused = 0;
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut changed = bytes.to_vec();
            changed[at] ^= 1 << bit;
            let believed = is_ours(&changed);
            assert!(!believed || is_theirs(&changed), "byte {at}, bit {bit}");
            refused += usize::from(!believed);
        }
    }
    assert_eq!(refused, bytes.len() * 8, "every byte is bound");
}

//! The tree against the vectors of Certificate Transparency and against the
//! RFC's own recursive definition.

use super::*;

/// Leaf data of the Certificate Transparency reference vectors.
const LEAVES: [&str; 8] = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
];

/// Roots over the first 0 to 8 of them.
const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

fn hex(text: &str) -> Hash {
    Hash::parse(text).unwrap()
}

fn reference_leaves() -> Vec<Hash> {
    let decode = |text: &&str| data_encoding::HEXLOWER.decode(text.as_bytes()).unwrap();
    LEAVES
        .iter()
        .map(decode)
        .map(|data| hash_leaf_data(&data))
        .collect()
}

fn made_leaves(count: u64) -> Vec<Hash> {
    (0..count)
        .map(|i| leaf_hash(&Hash([i as u8; 32])))
        .collect()
}

/// RFC 6962 section 2.1, word for word.
fn mth(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => empty_root(),
        [only] => *only,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            node_hash(&mth(left), &mth(right))
        }
    }
}

/// Section 2.1.1, word for word.
fn path(m: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let k = leaves.len().next_power_of_two() / 2;
    let (left, right) = leaves.split_at(k);
    let (mut inner, outer) = if m < k {
        (path(m, left), mth(right))
    } else {
        (path(m - k, right), mth(left))
    };
    inner.push(outer);
    inner
}

/// Section 2.1.2, word for word.
fn subproof(m: usize, leaves: &[Hash], is_known: bool) -> Vec<Hash> {
    if m == leaves.len() {
        return if is_known {
            Vec::new()
        } else {
            vec![mth(leaves)]
        };
    }
    let k = leaves.len().next_power_of_two() / 2;
    let (left, right) = leaves.split_at(k);
    let (mut inner, outer) = if m <= k {
        (subproof(m, left, is_known), mth(right))
    } else {
        (subproof(m - k, right, false), mth(left))
    };
    inner.push(outer);
    inner
}

/// Tiles computed from the leaves by the definition.
struct FromLeaves(Vec<Hash>);

impl Tiles for FromLeaves {
    type Error = ();

    fn tile(&self, level: u8, index: u64, width: usize) -> Result<Vec<Hash>, ()> {
        let span = TILE_WIDTH.pow(level.into());
        let first = index as usize * TILE_WIDTH;
        let hash = |i: usize| {
            self.0
                .get((first + i) * span..(first + i + 1) * span)
                .map(mth)
        };
        (0..width).map(|i| hash(i).ok_or(())).collect()
    }
}

#[test]
fn roots_are_those_of_certificate_transparency() {
    let mut frontier = Frontier::new();
    assert_eq!(frontier.root(), hex(ROOTS[0]));
    for (leaf, root) in reference_leaves().into_iter().zip(&ROOTS[1..]) {
        frontier.push(leaf);
        assert_eq!(frontier.root(), hex(root));
    }
}

#[test]
fn proofs_are_those_of_certificate_transparency() {
    let tiles = FromLeaves(reference_leaves());
    let wanted = [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ];
    assert_eq!(inclusion_proof(&tiles, 0, 8).unwrap(), wanted.map(hex));
    assert_eq!(consistency_proof(&tiles, 1, 8).unwrap(), wanted.map(hex));
    let wanted = [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ];
    assert_eq!(consistency_proof(&tiles, 6, 8).unwrap(), wanted.map(hex));
    let wanted = [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ];
    assert_eq!(consistency_proof(&tiles, 2, 5).unwrap(), wanted.map(hex));
}

#[test]
fn all_small_trees_prove_every_leaf_and_nothing_else() {
    let leaves = made_leaves(70);
    let tiles = FromLeaves(leaves.clone());
    for size in 1..=leaves.len() {
        let root = mth(&leaves[..size]);
        assert_eq!(root_of(&tiles, size as u64), Ok(root));
        for index in 0..size {
            let (i, n) = (index as u64, size as u64);
            let proof = inclusion_proof(&tiles, i, n).unwrap();
            assert_eq!(proof, path(index, &leaves[..size]));
            assert_eq!(
                verify_inclusion(&leaves[index], i, n, &proof, &root),
                Ok(())
            );
            assert!(
                verify_inclusion(&leaves[index], i ^ 1, n, &proof, &root).is_err() || size == 1
            );
            assert!(verify_inclusion(&leaves[(index + 1) % 70], i, n, &proof, &root).is_err());
            check_altered(&proof, |bad| {
                verify_inclusion(&leaves[index], i, n, bad, &root).is_err()
            });
        }
    }
}

#[test]
fn all_small_trees_are_consistent_with_their_starts_only() {
    let leaves = made_leaves(70);
    let tiles = FromLeaves(leaves.clone());
    for new in 1..=70 {
        let new_root = mth(&leaves[..new]);
        for old in 1..=new {
            let old_root = mth(&leaves[..old]);
            let (m, n) = (old as u64, new as u64);
            let proof = consistency_proof(&tiles, m, n).unwrap();
            assert_eq!(proof, subproof(old, &leaves[..new], true));
            assert_eq!(
                verify_consistency(m, n, &proof, &old_root, &new_root),
                Ok(())
            );
            let other = Hash([0xee; 32]);
            assert!(verify_consistency(m, n, &proof, &other, &new_root).is_err());
            assert!(verify_consistency(m, n, &proof, &old_root, &other).is_err());
            check_altered(&proof, |bad| {
                verify_consistency(m, n, bad, &old_root, &new_root).is_err()
            });
        }
    }
}

/// Changes, drops and adds each hash of a proof; every result must be refused.
fn check_altered(proof: &[Hash], is_refused: impl Fn(&[Hash]) -> bool) {
    for at in 0..=proof.len() {
        let mut longer = proof.to_vec();
        longer.insert(at, Hash([0x77; 32]));
        assert!(is_refused(&longer));
    }
    for at in 0..proof.len() {
        let mut changed = proof.to_vec();
        changed[at].0[at % 32] ^= 1;
        assert!(is_refused(&changed));
        let mut shorter = proof.to_vec();
        shorter.remove(at);
        assert!(is_refused(&shorter));
    }
}

#[test]
fn a_wrong_size_is_refused_wherever_it_changes_the_path() {
    let leaves = made_leaves(20);
    let root = mth(&leaves);
    let proof = path(3, &leaves);
    for size in [0, 1, 3, 4, 8, 16, 33, 64, u64::MAX] {
        assert!(
            verify_inclusion(&leaves[3], 3, size, &proof, &root).is_err(),
            "{size}"
        );
    }
    assert_eq!(
        verify_consistency(0, 5, &[], &root, &root),
        Err(ProofFlaw::Sizes { old: 0, new: 5 })
    );
    assert_eq!(
        verify_consistency(6, 5, &[], &root, &root),
        Err(ProofFlaw::Sizes { old: 6, new: 5 })
    );
    let flaw = Err(ProofFlaw::Index {
        index: 20,
        size: 20,
    });
    assert_eq!(inclusion_proof(&FromLeaves(leaves), 20, 20), flaw);
}

#[test]
fn leaves_and_nodes_are_plain_sha256() {
    for n in 0..50u64 {
        let (left, right) = (Hash([n as u8; 32]), leaf_hash(&Hash([!n as u8; 32])));
        assert_eq!(leaf_hash(&left), hash_leaf_data(&left.0));
        let joined = [&[1][..], &left.0, &right.0].concat();
        assert_eq!(node_hash(&left, &right).0, *Sha256::digest(joined));
    }
}

#[test]
fn parts_hashed_side_by_side_join_to_the_same_tree() {
    let leaves = made_leaves(70);
    for cut in 0..leaves.len() {
        for next in cut..leaves.len() {
            let (mut plain, mut joined) = (Frontier::new(), Frontier::new());
            leaves.iter().for_each(|leaf| plain.push(*leaf));
            for (from, to) in [(0, cut), (cut, next), (next, leaves.len())] {
                joined.extend(&complete_subtrees(from as u64, &leaves[from..to]));
                assert_eq!(joined.root(), mth(&leaves[..to]), "{from} to {to}");
            }
            assert_eq!(joined, plain);
        }
    }
}

#[test]
fn a_frontier_survives_its_bytes() {
    let mut frontier = Frontier::new();
    for leaf in made_leaves(40) {
        let read = Frontier::from_bytes(&frontier.to_bytes()).unwrap();
        assert_eq!(read, frontier);
        frontier.push(leaf);
    }
    let bytes = frontier.to_bytes();
    for len in 0..bytes.len() {
        assert!(Frontier::from_bytes(&bytes[..len]).is_err());
    }
    assert!(Frontier::from_bytes(&[bytes, vec![0; 32]].concat()).is_err());
}

/// Keeps the tiles a builder hands out, and its incomplete ones.
#[derive(Default)]
struct Kept {
    done: std::collections::BTreeMap<(u8, u64), Vec<Hash>>,
    builder: TileBuilder,
}

impl Tiles for Kept {
    type Error = ();

    fn tile(&self, level: u8, index: u64, _width: usize) -> Result<Vec<Hash>, ()> {
        let partial = || self.builder.partial(level).to_vec();
        Ok(self
            .done
            .get(&(level, index))
            .cloned()
            .unwrap_or_else(partial))
    }
}

#[test]
fn tiles_are_handed_out_complete_and_prove_a_large_tree() {
    let count = 66_000;
    let mut kept = Kept::default();
    let mut leaves = Vec::new();
    for i in 0..count {
        let leaf = leaf_hash(&super::super::hash::entry_hash(
            &Hash::ZERO,
            &u32::to_le_bytes(i),
        ));
        leaves.push(leaf);
        kept.builder.push(leaf, |tile| {
            assert_eq!(tile.to_bytes().len(), 8192);
            assert!(
                kept.done
                    .insert((tile.level, tile.index), tile.hashes)
                    .is_none()
            );
        });
    }
    assert_eq!(kept.done.len(), 257 + 1);
    assert_eq!(kept.done[&(0, 3)], leaves[768..1024]);
    assert_eq!(kept.done[&(1, 0)][5], mth(&leaves[5 * 256..6 * 256]));
    let root = mth(&leaves);
    assert_eq!(kept.builder.frontier().root(), root);
    for index in [0, 255, 256, 40_000, 65_535, 65_536, 65_999] {
        let proof = inclusion_proof(&kept, index, count.into()).unwrap();
        let leaf = &leaves[index as usize];
        assert_eq!(
            verify_inclusion(leaf, index, count.into(), &proof, &root),
            Ok(())
        );
    }
    for old in [1, 255, 256, 257, 65_536, 65_999] {
        let proof = consistency_proof(&kept, old, count.into()).unwrap();
        let old_root = mth(&leaves[..old as usize]);
        assert_eq!(
            verify_consistency(old, count.into(), &proof, &old_root, &root),
            Ok(())
        );
    }
    let resumed = TileBuilder::resume(&kept, count.into()).unwrap().unwrap();
    assert_eq!(resumed, kept.builder);
}

#[test]
fn a_builder_resumes_at_every_size() {
    let tiles = FromLeaves(made_leaves(600));
    let mut builder = TileBuilder::new();
    for (size, leaf) in tiles.0.iter().enumerate() {
        if size % 37 == 0 || size % 256 < 2 {
            let resumed = TileBuilder::resume(&tiles, size as u64).unwrap().unwrap();
            assert_eq!(resumed.frontier(), builder.frontier(), "{size}");
            assert_eq!(resumed.partial(0), builder.partial(0), "{size}");
        }
        builder.push(*leaf, |_| ());
    }
    assert_eq!(TileBuilder::resume(&tiles, 601), Err(()));
}

//! FORMAT.md against the code: every vector of its sections 2 to 6 is read out of
//! the document and compared with what the library makes and accepts.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::unwrap_used,
    reason = "a test that wraps or panics fails"
)]

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use stampbook::chain::checkpoint::{Checkpoint, Signed};
use stampbook::chain::hash::{Hash, Purpose, bytes_hash, entry_hash, key_hash};
use stampbook::chain::note::{SigningKey, VerifierKey};
use stampbook::chain::page::{ALIGN, Encoding, Page, PageBuilder, verify_chain};
use stampbook::chain::stamp::{Slip, Stamp};
use stampbook::chain::tree::{
    Frontier, consistency_proof, inclusion_proof, leaf_hash, verify_consistency,
};
use stampbook::chain::tree::{TileBuilder, Tiles};

const FORMAT: &str = include_str!("../FORMAT.md");
const ORIGIN: &str = "stampbook.example/vectors/1";

/// The fenced vectors of the document by name, as they stand.
fn vectors() -> BTreeMap<&'static str, String> {
    let fences = FORMAT.split("\n```vector ").skip(1);
    fences
        .map(|fence| {
            let (name, rest) = fence.split_once('\n').expect("a vector has a name");
            let (body, _) = rest.split_once("\n```").expect("a vector ends");
            (name, format!("{body}\n"))
        })
        .collect()
}

fn vector(name: &str) -> String {
    vectors()
        .remove(name)
        .unwrap_or_else(|| panic!("FORMAT.md has no vector {name}"))
}

/// A vector in hex, over as many lines as it takes.
fn hex(name: &str) -> Vec<u8> {
    let digits: String = vector(name).split_whitespace().collect();
    HEXLOWER
        .decode(digits.as_bytes())
        .unwrap_or_else(|err| panic!("{name}: {err}"))
}

fn assert_hex(name: &str, made: &[u8]) {
    assert_eq!(HEXLOWER.encode(&hex(name)), HEXLOWER.encode(made), "{name}");
}

fn key() -> SigningKey {
    SigningKey::new(ORIGIN, &[0x2a; 32]).unwrap()
}

/// The bodies of the five entries that the vectors are about.
fn bodies() -> [Vec<u8>; 5] {
    let second = b"second, second, second, second, second".to_vec();
    [
        b"first".to_vec(),
        second,
        vec![0; 150],
        vec![1; 40],
        b"fifth".to_vec(),
    ]
}

fn entry_hashes() -> Vec<Hash> {
    let chain = |prev: &mut Hash, body: &Vec<u8>| {
        *prev = entry_hash(prev, body);
        Some(*prev)
    };
    bodies().iter().scan(Hash::ZERO, chain).collect()
}

fn builder(count: usize) -> TileBuilder {
    let mut builder = TileBuilder::new();
    entry_hashes()[..count]
        .iter()
        .for_each(|hash| builder.push(leaf_hash(hash), |_| ()));
    builder
}

/// The tree of the five entries as a source of proofs.
struct Five(TileBuilder);

impl Tiles for Five {
    type Error = std::convert::Infallible;

    fn tile(&self, level: u8, _index: u64, _width: usize) -> Result<Vec<Hash>, Self::Error> {
        Ok(self.0.partial(level).to_vec())
    }
}

fn joined(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

/// A page vector, whose closing zeros are left out of the document.
fn page(name: &str) -> Vec<u8> {
    let mut bytes = hex(name);
    bytes.resize(bytes.len().next_multiple_of(ALIGN), 0);
    bytes
}

#[test]
fn chain_vectors_hold() {
    assert_hex("chain.hashes", &joined(&entry_hashes()));
    assert_hex("hash.bundle", &bytes_hash(Purpose::BUNDLE, b"abc").0);
    assert_hex("hash.key", &key_hash(b"till-1/000042"));
}

#[test]
fn the_plain_page_is_made_and_read() {
    let mut builder = PageBuilder::new(0, Hash::ZERO, usize::MAX);
    for body in &bodies()[..2] {
        builder.push(body).unwrap();
    }
    let made = builder.seal(None, key().page_key()).unwrap();
    let end = made.bytes.iter().rposition(|byte| *byte != 0).unwrap() + 1;
    assert_hex("page.plain", &made.bytes[..end]);
    assert_eq!(Page::from_bytes(page("page.plain")).unwrap(), made);
}

#[test]
fn the_compressed_page_is_read() {
    // A compressor may change its mind between versions; what it wrote must stay readable.
    let bytes = page("page.lz4");
    let view = Page::parse(&bytes).unwrap();
    verify_chain(&view).unwrap();
    assert_eq!(view.header.encoding, Encoding::Lz4);
    assert_eq!((view.header.first_seq, view.header.count), (2, 3));
    assert!(view.entries().eq(bodies()[2..].iter().map(Vec::as_slice)));
    assert!(view.header.is_tagged_by(key().page_key()));
    let tree = builder(2).frontier().clone();
    let claim = Checkpoint::new(ORIGIN, tree.size(), tree.root()).unwrap();
    assert!(
        claim
            .verify(key().verifier(), &view.header.signature.unwrap())
            .is_ok()
    );
}

#[test]
fn tree_vectors_hold() {
    let roots: Vec<Hash> = (0..=5)
        .map(|size| builder(size).frontier().root())
        .collect();
    assert_hex("tree.roots", &joined(&roots));
    assert_hex("tree.frontier", &builder(5).frontier().to_bytes());
    let read = Frontier::from_bytes(&hex("tree.frontier")).unwrap();
    assert_eq!(&read, builder(5).frontier());
    let tiles = Five(builder(5));
    assert_hex(
        "tree.inclusion",
        &joined(&inclusion_proof(&tiles, 2, 5).unwrap()),
    );
    let proof = consistency_proof(&tiles, 3, 5).unwrap();
    assert_hex("tree.consistency", &joined(&proof));
    assert_eq!(
        verify_consistency(3, 5, &proof, &roots[3], &roots[5]),
        Ok(())
    );
}

#[test]
fn checkpoint_vectors_hold() {
    let pinned = VerifierKey::parse(vector("checkpoint.key").trim_end()).unwrap();
    assert_eq!(&pinned, key().verifier());
    let text = vector("checkpoint.note");
    let root = builder(5).frontier().root();
    assert_eq!(text, key().sign_checkpoint(5, root).text());
    let signed = Signed::parse(text.as_bytes()).unwrap();
    assert_eq!(signed.verify(&pinned).unwrap().checkpoint().root(), root);
}

#[test]
fn stamp_vectors_hold() {
    let text = vector("stamp.proof");
    let stamp = Stamp::parse(text.as_bytes()).unwrap();
    assert_eq!(stamp.to_text(), text);
    assert_eq!((stamp.index, stamp.entry), (2, entry_hashes()[2]));
    assert!(stamp.verify(key().verifier()).is_ok());
    let made = Stamp {
        index: 2,
        entry: entry_hashes()[2],
        path: inclusion_proof(&Five(builder(5)), 2, 5).unwrap(),
        checkpoint: Signed::parse(vector("checkpoint.note").as_bytes()).unwrap(),
    };
    assert_eq!(made.to_text(), text);
}

#[test]
fn slip_vectors_hold() {
    let root = builder(5).frontier().root();
    for (name, balance) in [("slip.plain", None), ("slip.balance", Some("320 stars"))] {
        let slip = Slip::new(2, 5, &root, balance).unwrap();
        assert_eq!(vector(name).trim_end(), slip.to_string());
        assert_eq!(Slip::parse(&vector(name)), Ok(slip));
    }
}

#[test]
fn every_vector_of_these_sections_is_tested() {
    let source = include_str!("format_chain.rs");
    let rooms = [
        "chain.",
        "hash.",
        "page.",
        "tree.",
        "checkpoint.",
        "stamp.",
        "slip.",
    ];
    for name in vectors()
        .keys()
        .filter(|name| rooms.iter().any(|room| name.starts_with(room)))
    {
        assert!(
            source.contains(&format!("\"{name}\"")),
            "no test reads {name}"
        );
    }
}

/// Whatever is hashed is hashed under a context that the table lists, once.
#[test]
fn every_context_that_is_named_is_in_the_table() {
    let named = FORMAT.split("stampbook 2026-11 ").skip(1).map(|rest| {
        let (name, _) = rest
            .split_once(" v1")
            .expect("a context ends with its version");
        name
    });
    let rows = FORMAT.lines().filter_map(|line| {
        let (name, _) = line
            .strip_prefix("| `stampbook 2026-11 ")?
            .split_once(" v1`")?;
        Some(name)
    });
    let listed: Vec<&str> = rows.collect();
    let unique: std::collections::BTreeSet<&str> = listed.iter().copied().collect();
    assert_eq!(listed.len(), unique.len(), "{listed:?}");
    assert_eq!(named.collect::<std::collections::BTreeSet<_>>(), unique);
}

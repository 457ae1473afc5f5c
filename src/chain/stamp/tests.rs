//! Stamps and slips: valid ones, and each way in which they fail.

use proptest::prelude::*;

use super::super::hash::entry_hash;
use super::super::note::SigningKey;
use super::super::tree::{TileBuilder, Tiles, inclusion_proof};
use super::*;

fn key() -> SigningKey {
    SigningKey::new("shop.example/ledger/1", &[7; 32]).unwrap()
}

struct Partial(TileBuilder);

impl Tiles for Partial {
    type Error = ();

    fn tile(&self, level: u8, _index: u64, _width: usize) -> Result<Vec<Hash>, ()> {
        Ok(self.0.partial(level).to_vec())
    }
}

fn stamp(index: u64, size: u64) -> Stamp {
    let mut tiles = Partial(TileBuilder::new());
    let mut entry = Hash::ZERO;
    for seq in 0..size {
        let hash = entry_hash(&Hash::ZERO, &seq.to_le_bytes());
        tiles.0.push(leaf_hash(&hash), |_| ());
        entry = if seq == index { hash } else { entry };
    }
    let path = inclusion_proof(&tiles, index, size).unwrap();
    let signed = key().sign_checkpoint(size, tiles.0.frontier().root());
    let checkpoint = Signed::parse(signed.text().as_bytes()).unwrap();
    Stamp {
        index,
        entry,
        path,
        checkpoint,
    }
}

#[test]
fn a_stamp_survives_its_text_and_verifies() {
    for (index, size) in [(0, 1), (0, 2), (4, 7), (12, 13), (99, 200)] {
        let made = stamp(index, size);
        let read = Stamp::parse(made.to_text().as_bytes()).unwrap();
        assert_eq!(read, made);
        let verified = read.verify(key().verifier()).unwrap();
        assert_eq!(verified.checkpoint().size(), size);
    }
}

#[test]
fn every_changed_byte_of_a_stamp_is_refused() {
    let text = stamp(4, 7).to_text();
    for at in 0..text.len() {
        for bit in 0..8 {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1 << bit;
            let verdict = Stamp::parse(&bytes).and_then(|stamp| stamp.verify(key().verifier()));
            assert!(verdict.is_err(), "byte {at} bit {bit}");
        }
    }
}

#[test]
fn every_cut_of_a_stamp_is_refused() {
    let text = stamp(4, 7).to_text();
    for len in 0..text.len() {
        assert!(Stamp::parse(&text.as_bytes()[..len]).is_err(), "{len}");
    }
    assert!(Stamp::parse(format!("{text}\n").as_bytes()).is_err());
}

#[test]
fn a_stamp_proves_its_own_entry_at_its_own_place() {
    let good = stamp(4, 7);
    let moved = Stamp {
        index: 5,
        ..good.clone()
    };
    assert_eq!(
        moved.verify(key().verifier()),
        Err(StampFlaw::Proof(ProofFlaw::Root))
    );
    let other = Stamp {
        entry: Hash([1; 32]),
        ..good.clone()
    };
    assert_eq!(
        other.verify(key().verifier()),
        Err(StampFlaw::Proof(ProofFlaw::Root))
    );
    let beyond = Stamp {
        index: 7,
        ..good.clone()
    };
    let flaw = ProofFlaw::Index { index: 7, size: 7 };
    assert_eq!(beyond.verify(key().verifier()), Err(StampFlaw::Proof(flaw)));
    let grafted = Stamp {
        checkpoint: stamp(4, 8).checkpoint,
        ..good
    };
    assert!(matches!(
        grafted.verify(key().verifier()),
        Err(StampFlaw::Proof(_))
    ));
}

#[test]
fn a_stranger_cannot_sign_a_stamp() {
    let stranger = SigningKey::new("shop.example/ledger/1", &[8; 32]).unwrap();
    assert!(matches!(
        stamp(4, 7).verify(stranger.verifier()),
        Err(StampFlaw::Note(_))
    ));
}

#[test]
fn a_path_cannot_be_longer_than_any_tree() {
    let mut long = stamp(4, 7);
    long.path = vec![Hash::ZERO; 65];
    assert!(matches!(
        Stamp::parse(long.to_text().as_bytes()),
        Err(StampFlaw::Form(_))
    ));
}

#[test]
fn a_slip_survives_paper() {
    let stamp = stamp(4, 7);
    let slip = stamp.slip(Some("320 stars")).unwrap();
    let text = slip.to_string();
    assert_eq!(Slip::parse(&text), Ok(slip.clone()));
    let (code, balance) = text.split_once(" BALANCE").unwrap();
    let typed = code
        .to_lowercase()
        .replace('-', " ")
        .replace('0', "o")
        .replace("st", "\n st");
    let typed = typed.replacen("\n st", "st", 1).replacen("4/7", "4/7\n", 1);
    assert_eq!(
        Slip::parse(&format!("{typed}\nbalance{balance}")),
        Ok(slip.clone())
    );
    let root = stamp.checkpoint.claim().root();
    assert!(slip.is_of(&root));
    let mut other = root;
    other.0[19] ^= 1;
    assert!(!slip.is_of(&other));
    assert_eq!(
        Slip::parse(&stamp.slip(None).unwrap().to_string())
            .unwrap()
            .balance(),
        None
    );
}

#[test]
fn every_misread_character_of_a_slip_is_found() {
    let text = stamp(41, 70).slip(None).unwrap().to_string();
    let slip = Slip::parse(&text).unwrap();
    for (at, old) in text.char_indices() {
        for new in "0123456789ABCDEFGHJKMNPQRSTVWXYZ/- ".chars() {
            let changed: String = text
                .char_indices()
                .map(|(i, c)| if i == at { new } else { c })
                .collect();
            if old != '-' && new != old {
                assert_ne!(Slip::parse(&changed), Ok(slip.clone()), "{changed}");
                assert!(Slip::parse(&changed).is_err(), "{changed}");
            }
        }
    }
}

#[test]
fn slips_that_say_nothing_sensible_are_refused() {
    let root = Hash([3; 32]);
    assert_eq!(Slip::new(7, 7, &root, None), Err(SlipFlaw::Sequence));
    let long = "x".repeat(65);
    for balance in ["", " 3", "3  4", "3\n4", "3\t4", &long] {
        assert_eq!(
            Slip::new(0, 1, &root, Some(balance)),
            Err(SlipFlaw::Balance),
            "{balance:?}"
        );
    }
    let bare = Slip::new(0, 1, &root, None).unwrap();
    let without = Slip::parse(&format!("{bare} BALANCE "));
    assert_eq!(without, Err(SlipFlaw::Balance));
    for text in [
        "",
        "STAMP",
        "STAMP 1",
        "STAMP 1/2",
        "STAMP 01/2 0",
        "STAMP 1/2 é-é",
        "X 1/2 0",
    ] {
        assert_eq!(Slip::parse(text), Err(SlipFlaw::Form), "{text:?}");
    }
}

proptest! {
    #[test]
    fn parse_never_panics(text in "\\PC{0,120}", bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = Slip::parse(&text);
        let _ = Slip::parse(&format!("STAMP 1/2 {text}"));
        let _ = Stamp::parse(&bytes);
        let _ = Stamp::parse(format!("{HEADER}\n{text}").as_bytes());
    }

    #[test]
    fn any_slip_comes_back(index in 0u64..u64::MAX, root: [u8; 32], balance in "[0-9]{1,6} [a-z]{1,9}") {
        let slip = Slip::new(index, index + 1, &Hash(root), Some(&balance)).unwrap();
        prop_assert_eq!(Slip::parse(&slip.to_string()), Ok(slip));
    }
}

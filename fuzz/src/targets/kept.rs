//! Documents that an auditor keeps: cards, checkpoints, stamps and slips, each
//! recognised by its first words.

use super::Outcome;
use super::{check_message, notes, said};
use stampbook::audit::{Anchor, Card};
use stampbook::chain::hash::Hash;
use stampbook::chain::stamp::{Slip, Stamp};
use stampbook::chain::tree::{Frontier, leaf_hash, node_hash};

pub fn run(input: &[u8]) -> Outcome {
    let anchor = Anchor::parse("kept", input);
    if let Ok(anchor) = &anchor {
        let _ = (anchor.size(), anchor.key());
    }
    let stamp = Stamp::parse(input);
    if let Ok(stamp) = &stamp {
        assert_eq!(stamp.to_text().as_bytes(), input, "one spelling");
        let _ = stamp.verify(notes::key().verifier());
        if let Ok(slip) = stamp.slip(None) {
            check_slip(&slip);
        }
    }
    let text = String::from_utf8_lossy(input);
    let slip = Slip::parse(&text);
    if let Ok(slip) = &slip {
        check_slip(slip);
    }
    for message in [said(&anchor), said(&stamp), said(&slip)] {
        check_message(&message);
    }
    Outcome::of(&[&said(&anchor), &said(&stamp), &said(&slip)])
}

/// Asserts that a printed slip reads back as the same slip.
fn check_slip(slip: &Slip) {
    let printed = slip.to_string();
    assert_eq!(Slip::parse(&printed).as_ref(), Ok(slip), "{printed}");
    assert!(slip.index() < slip.size());
}

pub fn seeds() -> Vec<Vec<u8>> {
    let key = notes::key();
    let hashes: Vec<Hash> = (0..4).map(|n| Hash([n; 32])).collect();
    let mut tree = Frontier::new();
    hashes.iter().for_each(|hash| tree.push(leaf_hash(hash)));
    let checkpoint = key.sign_checkpoint(4, tree.root());
    let (right, left) = (
        leaf_hash(&hashes[3]),
        (leaf_hash(&hashes[0]), leaf_hash(&hashes[1])),
    );
    let stamp = format!(
        "c2sp.org/tlog-proof@v1\nextra {}\nindex 2\n{}\n{}\n\n{}",
        base64(&hashes[2]),
        base64(&right),
        base64(&node_hash(&left.0, &left.1)),
        checkpoint.text()
    );
    let parsed = Stamp::parse(stamp.as_bytes()).expect("a stamp");
    parsed.verify(key.verifier()).expect("a stamp that holds");
    let slip = |balance| parsed.slip(balance).expect("a slip").to_string();
    let card = |is_own_key| Card {
        key: key.verifier().clone(),
        genesis: hashes[0],
        size: 4,
        root: tree.root(),
        date: "2026-11-24".into(),
        is_own_key,
    };
    let texts = [
        slip(None),
        slip(Some("320 stars, 5 gold")),
        card(true).to_string(),
        card(false).to_string(),
        checkpoint.text().to_owned(),
        stamp,
    ];
    texts.map(String::into_bytes).to_vec()
}

fn base64(hash: &Hash) -> String {
    data_encoding::BASE64.encode(&hash.0)
}

pub fn words() -> Vec<&'static str> {
    let mut words = notes::words();
    words.extend([
        "STAMPBOOK AUDIT CARD",
        "STAMP ",
        " BALANCE ",
        "c2sp.org/tlog-proof@v1\n",
        "extra ",
        "index ",
        "key ",
        "genesis ",
        "root ",
        "origin ",
        "-",
        "O",
        "l",
        "*",
        "\u{3000}",
        "\u{fb}",
    ]);
    words
}

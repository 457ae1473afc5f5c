//! Signed notes, checkpoints and keys: one spelling each, and no note verifies
//! but one that was signed.

use super::Outcome;
use super::said;
use stampbook::chain::checkpoint::{Checkpoint, Signed};
use stampbook::chain::hash::Hash;
use stampbook::chain::note::{Note, SigningKey, VerifierKey};

const ORIGIN: &str = "shop.example/ledger/1";

pub fn run(input: &[u8]) -> Outcome {
    let key = key();
    let note = Note::parse(input);
    if let Ok(note) = &note {
        let _ = note.verify(key.verifier());
    }
    let signed = Signed::parse(input);
    if let Ok(signed) = &signed {
        let claim = signed.claim();
        assert_eq!(signed.text().as_bytes(), input);
        assert!(note.is_ok());
        let again = Checkpoint::new(claim.origin(), claim.size(), claim.root());
        assert_eq!(
            again.as_ref().map(Checkpoint::body).ok(),
            Some(claim.body())
        );
        if let Ok(verified) = signed.verify(key.verifier()) {
            let honest = key.sign_checkpoint(claim.size(), claim.root());
            assert_eq!(verified.signature(), honest.signature());
            assert_eq!(verified.checkpoint(), honest.checkpoint());
        }
    }
    let text = String::from_utf8_lossy(input);
    let parsed = VerifierKey::parse(&text);
    if let Ok(key) = &parsed {
        assert_eq!(key.to_string(), text);
    }
    Outcome::of(&[&said(&note), &said(&signed), &said(&parsed)])
}

/// The key that signs all seeds.
pub fn key() -> SigningKey {
    SigningKey::new(ORIGIN, &[9; 32]).expect("a name")
}

pub fn seeds() -> Vec<Vec<u8>> {
    let key = key();
    let checkpoint = |size, byte| key.sign_checkpoint(size, Hash([byte; 32]));
    let other = SigningKey::new("other.example", &[1; 32]).expect("a name");
    let one = checkpoint(1, 1).text().to_owned();
    let line = other.sign_checkpoint(1, Hash([1; 32])).text().to_owned();
    let line = line.lines().last().unwrap_or_default().to_owned();
    let cosigned = format!("{one}{line}\n");
    let texts = [
        one,
        checkpoint(u64::MAX, 255).text().to_owned(),
        cosigned,
        key.verifier().to_string(),
        other.verifier().to_string(),
    ];
    texts.map(String::into_bytes).to_vec()
}

pub fn words() -> Vec<&'static str> {
    vec![
        "\n\n",
        "\u{2014} ",
        ORIGIN,
        "+",
        "=",
        "\n",
        " ",
        "18446744073709551615",
    ]
}

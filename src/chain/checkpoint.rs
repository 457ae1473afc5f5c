//! Checkpoints (C2SP `tlog-checkpoint`): the signed root of the tree at one size.
//!
//! The phases are types: a [`Checkpoint`] is a claim, a [`Signed`] one bears
//! signatures nobody has checked, a [`Verified`] one was signed by a known key.

use data_encoding::BASE64;

use super::hash::Hash;
use super::note::{Note, NoteFlaw, SigningKey, VerifierKey, is_key_name, write_note};

/// The claim that the tree of `origin` has `size` leaves under `root`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    size: u64,
    root: Hash,
}

impl Checkpoint {
    /// Makes a claim to be signed or compared.
    ///
    /// # Errors
    /// [`NoteFlaw::Checkpoint`] when the origin could not name a key.
    pub fn new(origin: &str, size: u64, root: Hash) -> Result<Checkpoint, NoteFlaw> {
        if !is_key_name(origin) {
            let flaw = "origin is empty or has spaces or a plus";
            return Err(NoteFlaw::Checkpoint(flaw));
        }
        Ok(Checkpoint {
            origin: origin.to_owned(),
            size,
            root,
        })
    }

    /// Makes the claim that a key is going to sign.
    pub fn unsigned(key: &SigningKey, size: u64, root: Hash) -> Checkpoint {
        let origin = key.verifier().name().to_owned();
        Checkpoint { origin, size, root }
    }

    /// Name of the log, which ends in an incarnation.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Number of entries in the tree.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root over them.
    pub fn root(&self) -> Hash {
        self.root
    }

    /// The text that is signed: three lines.
    pub fn body(&self) -> String {
        let root = BASE64.encode(&self.root.0);
        format!("{}\n{}\n{root}\n", self.origin, self.size)
    }

    /// Checks a bare signature over the body, such as a page carries.
    ///
    /// # Errors
    /// [`NoteFlaw::Origin`] or [`NoteFlaw::Signature`].
    pub fn verify(&self, key: &VerifierKey, signature: &[u8; 64]) -> Result<Verified, NoteFlaw> {
        check_origin(self, key)?;
        key.verify(&self.body(), signature)?;
        let text = write_note(&self.body(), key, signature);
        Ok(Verified::new(self.clone(), text, *signature))
    }

    /// Reads the three lines in their only spelling. Extension lines are
    /// refused: no log of this kind writes them, and nobody could check their
    /// content.
    fn parse_body(text: &str) -> Result<Checkpoint, NoteFlaw> {
        let lines: Vec<&str> = text
            .strip_suffix('\n')
            .unwrap_or(text)
            .split('\n')
            .collect();
        let [origin, size, root] = lines[..] else {
            return Err(NoteFlaw::Checkpoint("three lines are needed"));
        };
        let size = parse_decimal(size);
        let size = size.ok_or(NoteFlaw::Checkpoint("size is not a plain decimal number"))?;
        let root = parse_hash(root);
        let root = root.ok_or(NoteFlaw::Checkpoint("root is not the base64 of 32 bytes"))?;
        Checkpoint::new(origin, size, root)
    }
}

impl SigningKey {
    /// Signs the tree of this key's name. The same tree gives the same bytes.
    ///
    /// Sign only what is durable: a signature cannot be taken back.
    pub fn sign_checkpoint(&self, size: u64, root: Hash) -> Verified {
        let checkpoint = Checkpoint::unsigned(self, size, root);
        let signature = self.sign(&checkpoint.body());
        let text = write_note(&checkpoint.body(), self.verifier(), &signature);
        Verified::new(checkpoint, text, signature)
    }
}

/// A checkpoint note as it was read from a file, not verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    checkpoint: Checkpoint,
    note: Note,
    text: String,
}

impl Signed {
    /// Reads a checkpoint note in its only spelling.
    ///
    /// # Errors
    /// A [`NoteFlaw`] that names the fault in the form.
    pub fn parse(bytes: &[u8]) -> Result<Signed, NoteFlaw> {
        let note = Note::parse(bytes)?;
        let checkpoint = Checkpoint::parse_body(note.text())?;
        let text = String::from_utf8_lossy(bytes).into_owned();
        Ok(Signed {
            checkpoint,
            note,
            text,
        })
    }

    /// The claim, not verified.
    pub fn claim(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The note as it was read.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Checks that `key` signed it. The origin must be the key's name: where a
    /// restored ledger has a new incarnation, decide first whether to trust
    /// [`VerifierKey::renamed`].
    ///
    /// # Errors
    /// [`NoteFlaw::Origin`], [`NoteFlaw::Unsigned`] or [`NoteFlaw::Signature`].
    pub fn verify(&self, key: &VerifierKey) -> Result<Verified, NoteFlaw> {
        check_origin(&self.checkpoint, key)?;
        let signature = self.note.verify(key)?;
        let (checkpoint, text) = (self.checkpoint.clone(), self.text.clone());
        Ok(Verified::new(checkpoint, text, signature))
    }
}

/// A checkpoint that a known key has signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    checkpoint: Checkpoint,
    text: String,
    signature: [u8; 64],
}

impl Verified {
    /// Makes a verified checkpoint; call it only when a known key's signature
    /// has been checked.
    fn new(checkpoint: Checkpoint, text: String, signature: [u8; 64]) -> Verified {
        Verified {
            checkpoint,
            text,
            signature,
        }
    }

    /// The checkpoint that was signed.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The signed note, to store or to hand out.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The log's own signature, as a page carries it.
    pub fn signature(&self) -> [u8; 64] {
        self.signature
    }
}

fn check_origin(checkpoint: &Checkpoint, key: &VerifierKey) -> Result<(), NoteFlaw> {
    if checkpoint.origin == key.name() {
        return Ok(());
    }
    Err(NoteFlaw::Origin {
        found: checkpoint.origin.clone(),
        wanted: key.name().to_owned(),
    })
}

/// Parses a decimal number without sign or leading zeros.
pub fn parse_decimal(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

/// Parses the base64 of 32 bytes.
pub(super) fn parse_hash(text: &str) -> Option<Hash> {
    let bytes = BASE64.decode(text.as_bytes()).ok()?;
    bytes.try_into().ok().map(Hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> SigningKey {
        SigningKey::new("shop.example/ledger/1", &[7; 32]).unwrap()
    }

    #[test]
    fn the_body_is_that_of_the_specification() {
        let body =
            "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
        let checkpoint = Checkpoint::parse_body(body).unwrap();
        assert_eq!(checkpoint.origin(), "example.com/behind-the-sofa");
        assert_eq!(checkpoint.size(), 20_852_163);
        assert_eq!(checkpoint.body(), body);
    }

    #[test]
    fn the_example_of_the_specification_is_read() {
        let text = "example.com/behind-the-sofa\n20852163\n\
            CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
            \u{2014} example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";
        let signed = Signed::parse(text.as_bytes()).unwrap();
        assert_eq!((signed.claim().size(), signed.text()), (20_852_163, text));
        let renamed = key()
            .verifier()
            .renamed("example.com/behind-the-sofa")
            .unwrap();
        assert!(matches!(
            signed.verify(&renamed),
            Err(NoteFlaw::Unsigned { .. })
        ));
    }

    #[test]
    fn what_is_signed_verifies_and_is_always_the_same() {
        let made = key().sign_checkpoint(3, Hash([9; 32]));
        assert_eq!(made, key().sign_checkpoint(3, Hash([9; 32])));
        let read = Signed::parse(made.text().as_bytes()).unwrap();
        assert_eq!(read.verify(key().verifier()).unwrap(), made);
    }

    #[test]
    fn a_page_signature_verifies_over_the_recomputed_tree_only() {
        let made = key().sign_checkpoint(3, Hash([9; 32]));
        let signature = made.signature();
        let same = Checkpoint::new("shop.example/ledger/1", 3, Hash([9; 32])).unwrap();
        assert_eq!(same.verify(key().verifier(), &signature).unwrap(), made);
        for (size, root) in [(4, [9; 32]), (3, [8; 32])] {
            let other = Checkpoint::new("shop.example/ledger/1", size, Hash(root)).unwrap();
            assert!(other.verify(key().verifier(), &signature).is_err());
        }
    }

    #[test]
    fn another_origin_is_told_apart_from_a_bad_signature() {
        let made = key().sign_checkpoint(3, Hash([9; 32]));
        let read = Signed::parse(made.text().as_bytes()).unwrap();
        let pinned = key().verifier().renamed("shop.example/ledger/2").unwrap();
        assert!(matches!(read.verify(&pinned), Err(NoteFlaw::Origin { .. })));
        let other = SigningKey::new("shop.example/ledger/1", &[8; 32]).unwrap();
        assert!(matches!(
            read.verify(other.verifier()),
            Err(NoteFlaw::Unsigned { .. })
        ));
    }

    #[test]
    fn every_changed_byte_is_refused() {
        let text = key().sign_checkpoint(12, Hash([9; 32])).text().to_owned();
        for at in 0..text.len() {
            for bit in 0..8 {
                let mut bytes = text.clone().into_bytes();
                bytes[at] ^= 1 << bit;
                let verdict = Signed::parse(&bytes).and_then(|s| s.verify(key().verifier()));
                assert!(verdict.is_err(), "byte {at} bit {bit}");
            }
        }
    }

    #[test]
    fn every_other_spelling_of_a_body_is_refused() {
        let root = BASE64.encode(&[9; 32]);
        let cases = [
            format!("a\n03\n{root}\n"),
            format!("a\n+3\n{root}\n"),
            format!("a\n-3\n{root}\n"),
            format!("a\n\n{root}\n"),
            format!("a\n18446744073709551616\n{root}\n"),
            format!("a\n3\n{}\n", root.trim_end_matches('=')),
            format!("a\n3\n{root}\nextension\n"),
            format!("a\n3\n{root}\n\n"),
            format!("\n3\n{root}\n"),
            format!("a b\n3\n{root}\n"),
            "a\n3\nCQkJ\n".to_owned(),
            "a\n3\n".to_owned(),
        ];
        for case in cases {
            assert!(Checkpoint::parse_body(&case).is_err(), "{case:?}");
        }
    }
}

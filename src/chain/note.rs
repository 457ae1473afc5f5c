//! Signed notes (C2SP `signed-note`) with Ed25519: the envelope of a checkpoint.

use data_encoding::{BASE64, HEXLOWER};
use ed25519_dalek::Signer;
use sha2::{Digest, Sha256};

use super::page::PageKey;

/// Greatest length of a signed note in bytes: room for sixteen large witness signatures.
pub const NOTE_LEN_MAX: usize = 128 << 10;

/// Signature type identifier of plain Ed25519.
const ED25519: u8 = 1;

const DASH: &str = "\u{2014} ";

/// Reason why a note or a key was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteFlaw {
    /// The text is not a signed note.
    #[error("not a signed note: {0}")]
    Form(
        /// The fault.
        &'static str,
    ),
    /// A signature line is not in canonical form.
    #[error("signature line {line} of the note is malformed")]
    SignatureLine {
        /// Line number within the signatures, from 1.
        line: usize,
    },
    /// The verifier key is not in canonical form.
    #[error("not a verifier key (name+hash+key): {0}")]
    Key(
        /// The fault.
        &'static str,
    ),
    /// The note bears no signature of the expected key.
    #[error("note is not signed by {key}")]
    Unsigned {
        /// The verifier key that was expected.
        key: String,
    },
    /// A signature that names the expected key does not verify.
    #[error("signature of {key} does not verify")]
    Signature {
        /// The verifier key.
        key: String,
    },
    /// The note's text is not that of a checkpoint.
    #[error("not a checkpoint: {0}")]
    Checkpoint(
        /// The fault.
        &'static str,
    ),
    /// A checkpoint of another log than the key's.
    #[error("checkpoint is of {found}, the key is of {wanted}")]
    Origin {
        /// The checkpoint's origin.
        found: String,
        /// The key's name.
        wanted: String,
    },
}

/// A note that was parsed; nothing in it is verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<SignatureLine>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct SignatureLine {
    name: String,
    id: [u8; 4],
    bytes: Vec<u8>,
}

impl Note {
    /// Reads a signed note in its only spelling.
    ///
    /// # Errors
    /// [`NoteFlaw::Form`] or [`NoteFlaw::SignatureLine`].
    pub fn parse(bytes: &[u8]) -> Result<Note, NoteFlaw> {
        let whole = check_form(bytes)?;
        let end = whole
            .rfind("\n\n")
            .ok_or(NoteFlaw::Form("no empty line before signatures"))?;
        let (text, signatures) = (&whole[..=end], &whole[end + 2..]);
        let lines = signatures
            .strip_suffix('\n')
            .ok_or(NoteFlaw::Form("no signature"))?;
        let signatures = lines
            .split('\n')
            .enumerate()
            .map(|(i, line)| signature_line(line).ok_or(NoteFlaw::SignatureLine { line: i + 1 }))
            .collect::<Result<_, _>>()?;
        Ok(Note {
            text: text.to_owned(),
            signatures,
        })
    }

    /// The signed text, its final newline included.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Checks every signature that names `key` and returns the first; those of
    /// other keys are ignored.
    ///
    /// # Errors
    /// [`NoteFlaw::Unsigned`] when there is none, [`NoteFlaw::Signature`] when one fails.
    pub fn verify(&self, key: &VerifierKey) -> Result<[u8; 64], NoteFlaw> {
        let mut first = None;
        for line in &self.signatures {
            if line.name == key.name && line.id == key.id() {
                let broken = |_| NoteFlaw::Signature {
                    key: key.to_string(),
                };
                let signature = line.bytes.as_slice().try_into().map_err(broken)?;
                key.verify(&self.text, &signature)?;
                first.get_or_insert(signature);
            }
        }
        first.ok_or_else(|| NoteFlaw::Unsigned {
            key: key.to_string(),
        })
    }
}

fn check_form(bytes: &[u8]) -> Result<&str, NoteFlaw> {
    if bytes.len() > NOTE_LEN_MAX {
        return Err(NoteFlaw::Form("too long"));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| NoteFlaw::Form("not UTF-8"))?;
    if text.bytes().any(|byte| byte < 0x20 && byte != b'\n') {
        return Err(NoteFlaw::Form("control character"));
    }
    Ok(text)
}

fn signature_line(line: &str) -> Option<SignatureLine> {
    let (name, signature) = line.strip_prefix(DASH)?.split_once(' ')?;
    let bytes = BASE64.decode(signature.as_bytes()).ok()?;
    let (id, signature) = bytes.split_first_chunk()?;
    let is_sane = is_key_name(name) && !signature.is_empty();
    is_sane.then(|| SignatureLine {
        name: name.to_owned(),
        id: *id,
        bytes: signature.to_vec(),
    })
}

/// True if a text may name a key: not empty, no space, plus or control character.
pub fn is_key_name(name: &str) -> bool {
    let is_bad = |c: char| c.is_whitespace() || c.is_control() || c == '+';
    !name.is_empty() && !name.contains(is_bad)
}

/// A public key with its name, as an auditor pins it: `name+hash+base64`.
///
/// Only the 32-byte key is trusted; the name tells whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    key: ed25519_dalek::VerifyingKey,
}

impl VerifierKey {
    /// A key from its 32 bytes.
    ///
    /// # Errors
    /// [`NoteFlaw::Key`] for an impossible name or key.
    pub fn new(name: &str, bytes: &[u8; 32]) -> Result<VerifierKey, NoteFlaw> {
        if !is_key_name(name) {
            return Err(NoteFlaw::Key("name is empty or has spaces or a plus"));
        }
        let key = ed25519_dalek::VerifyingKey::from_bytes(bytes);
        let key = key.map_err(|_| NoteFlaw::Key("not a point on the curve"))?;
        if key.is_weak() {
            return Err(NoteFlaw::Key("weak key: it would accept forged signatures"));
        }
        Ok(VerifierKey {
            name: name.to_owned(),
            key,
        })
    }

    /// Reads `name+hash+base64`.
    ///
    /// # Errors
    /// [`NoteFlaw::Key`], also when the hash is not that of name and key.
    pub fn parse(text: &str) -> Result<VerifierKey, NoteFlaw> {
        // Base64 may contain a plus too, so the split goes from the left.
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NoteFlaw::Key("three parts joined by plus are needed"));
        };
        let bytes = BASE64.decode(key.as_bytes());
        let bytes = bytes.map_err(|_| NoteFlaw::Key("last part is not base64"))?;
        let Some((&ED25519, key)) = bytes.split_first() else {
            return Err(NoteFlaw::Key("not an Ed25519 key"));
        };
        let key = key
            .try_into()
            .map_err(|_| NoteFlaw::Key("key is not 32 bytes"))?;
        let key = VerifierKey::new(name, key)?;
        let is_id = HEXLOWER.encode(&key.id()) == id;
        if is_id {
            Ok(key)
        } else {
            Err(NoteFlaw::Key("hash does not suit name and key"))
        }
    }

    /// The key's name, which is the origin of the checkpoints it signs.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The 32 bytes that are trusted.
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }

    /// Gives the key another name: a ledger keeps its key when its origin takes
    /// a new incarnation.
    ///
    /// # Errors
    /// [`NoteFlaw::Key`] for an impossible name.
    pub fn renamed(&self, name: &str) -> Result<VerifierKey, NoteFlaw> {
        VerifierKey::new(name, self.as_bytes())
    }

    /// `SHA-256(name || 0x0A || 0x01 || key)[..4]`.
    pub fn id(&self) -> [u8; 4] {
        let hash = Sha256::new()
            .chain_update(&self.name)
            .chain_update([b'\n', ED25519])
            .chain_update(self.as_bytes())
            .finalize();
        std::array::from_fn(|i| hash[i])
    }

    /// Checks that the holder of this key named another one as its successor.
    ///
    /// # Errors
    /// Those of [`VerifierKey::verify`].
    pub fn verify_successor(&self, new: &VerifierKey, proof: &[u8; 64]) -> Result<(), NoteFlaw> {
        self.verify(&rotation(new), proof)
    }

    /// Checks a bare signature over `text`.
    ///
    /// # Errors
    /// [`NoteFlaw::Signature`].
    pub fn verify(&self, text: &str, signature: &[u8; 64]) -> Result<(), NoteFlaw> {
        // Strict: the lax check accepts more than one spelling of a signature.
        let signature = ed25519_dalek::Signature::from_bytes(signature);
        let verdict = self.key.verify_strict(text.as_bytes(), &signature);
        verdict.map_err(|_| NoteFlaw::Signature {
            key: self.to_string(),
        })
    }
}

impl std::fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut key = vec![ED25519];
        key.extend_from_slice(self.as_bytes());
        let (id, key) = (HEXLOWER.encode(&self.id()), BASE64.encode(&key));
        write!(f, "{}+{id}+{key}", self.name)
    }
}

impl std::str::FromStr for VerifierKey {
    type Err = NoteFlaw;

    fn from_str(text: &str) -> Result<VerifierKey, NoteFlaw> {
        VerifierKey::parse(text)
    }
}

/// The private key of a ledger. Wiped from memory when dropped, never printed.
pub struct SigningKey {
    key: ed25519_dalek::SigningKey,
    public: VerifierKey,
    page_key: PageKey,
}

impl SigningKey {
    /// A key from its 32-byte seed; wipe your own copy.
    ///
    /// # Errors
    /// [`NoteFlaw::Key`] for an impossible name.
    pub fn new(name: &str, seed: &[u8; 32]) -> Result<SigningKey, NoteFlaw> {
        let key = ed25519_dalek::SigningKey::from_bytes(seed);
        let public = VerifierKey::new(name, key.verifying_key().as_bytes())?;
        Ok(SigningKey {
            key,
            public,
            page_key: PageKey::derive(seed),
        })
    }

    /// The key to give to auditors.
    pub fn verifier(&self) -> &VerifierKey {
        &self.public
    }

    /// The secret derived from this key, for the tags of the pages it signs.
    pub fn page_key(&self) -> &PageKey {
        &self.page_key
    }

    /// Signs the proof that another key succeeds this one (FORMAT.md section 5).
    pub fn sign_successor(&self, new: &VerifierKey) -> [u8; 64] {
        self.sign(&rotation(new))
    }

    /// Signs `text` with Ed25519: deterministic.
    pub(super) fn sign(&self, text: &str) -> [u8; 64] {
        self.key.sign(text.as_bytes()).to_bytes()
    }
}

/// Text that a key signs to name its successor.
fn rotation(new: &VerifierKey) -> String {
    format!("stampbook key rotation\n{new}\n")
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey({})", self.public)
    }
}

/// Writes the signed note around `text` with one signature.
pub(super) fn write_note(text: &str, key: &VerifierKey, signature: &[u8; 64]) -> String {
    let mut bytes = key.id().to_vec();
    bytes.extend_from_slice(signature);
    format!("{text}\n{DASH}{} {}\n", key.name, BASE64.encode(&bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key and note of the reference implementation's own tests
    /// (golang.org/x/mod/sumdb/note).
    const KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const SEED: &str = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    const TEXT: &str = "If you think cryptography is the answer to your problem,\n\
                        then you don't know what your problem is.\n";
    const NOTE: &str = "If you think cryptography is the answer to your problem,\n\
        then you don't know what your problem is.\n\n\
        \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    fn sign_note(key: &SigningKey, text: &str) -> String {
        write_note(text, key.verifier(), &key.sign(text))
    }

    fn reference_key() -> SigningKey {
        let seed = BASE64.decode(SEED.as_bytes()).unwrap();
        SigningKey::new("PeterNeumann", seed[1..].try_into().unwrap()).unwrap()
    }

    #[test]
    fn the_reference_note_is_made_to_the_byte() {
        let key = reference_key();
        assert_eq!(key.verifier().to_string(), KEY);
        assert_eq!(sign_note(&key, TEXT), NOTE);
    }

    #[test]
    fn the_reference_note_verifies() {
        let note = Note::parse(NOTE.as_bytes()).unwrap();
        assert_eq!(note.text(), TEXT);
        let verdict = note.verify(&VerifierKey::parse(KEY).unwrap());
        assert_eq!(verdict, Ok(reference_key().sign(TEXT)));
    }

    #[test]
    fn every_changed_byte_of_a_note_is_refused() {
        let key = VerifierKey::parse(KEY).unwrap();
        for at in 0..NOTE.len() {
            let mut bytes = NOTE.as_bytes().to_vec();
            bytes[at] ^= 1;
            let verdict = Note::parse(&bytes).and_then(|note| note.verify(&key));
            assert!(verdict.is_err(), "byte {at}");
        }
    }

    #[test]
    fn every_part_and_every_changed_byte_of_a_key_is_refused() {
        for from in 0..KEY.len() {
            for to in from + 1..=KEY.len() {
                assert_eq!(
                    VerifierKey::parse(&KEY[from..to]).is_ok(),
                    to - from == KEY.len()
                );
            }
            let mut changed = KEY.to_owned().into_bytes();
            changed[from] += 1;
            let changed = String::from_utf8(changed).unwrap();
            assert!(VerifierKey::parse(&changed).is_err(), "{changed}");
        }
        let wrong_type = "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        assert!(VerifierKey::parse(wrong_type).is_err());
    }

    #[test]
    fn signatures_of_strangers_are_ignored() {
        let key = VerifierKey::parse(KEY).unwrap();
        let stranger = SigningKey::new("witness.example", &[3; 32]).unwrap();
        let line = sign_note(&stranger, TEXT).split_off(TEXT.len() + 1);
        let both = format!("{NOTE}{line}");
        let note = Note::parse(both.as_bytes()).unwrap();
        assert!(note.verify(&key).is_ok());
        assert!(note.verify(stranger.verifier()).is_ok());
        let other = SigningKey::new("witness.example", &[4; 32]).unwrap();
        assert!(matches!(
            note.verify(other.verifier()),
            Err(NoteFlaw::Unsigned { .. })
        ));
    }

    #[test]
    fn one_good_signature_does_not_excuse_a_bad_one() {
        let key = reference_key();
        let mut wrong = key.sign(TEXT);
        wrong[0] ^= 1;
        let line = write_note(TEXT, key.verifier(), &wrong).split_off(TEXT.len() + 1);
        let note = Note::parse(format!("{NOTE}{line}").as_bytes()).unwrap();
        assert!(matches!(
            note.verify(key.verifier()),
            Err(NoteFlaw::Signature { .. })
        ));
    }

    #[test]
    fn malformed_notes_are_refused() {
        let signature = &NOTE[TEXT.len() + 1..];
        let cases = [
            String::new(),
            "\n\n".to_owned(),
            TEXT.to_owned(),
            format!("{TEXT}\n"),
            NOTE.trim_end().to_owned(),
            format!("{NOTE}\n"),
            format!("{TEXT}{signature}"),
            format!("{TEXT}\n{}", signature.replace('\u{2014}', "-")),
            format!(
                "{TEXT}\n{}",
                signature.replace("PeterNeumann ", "PeterNeumann  ")
            ),
            format!("{TEXT}\n{}", signature.replace("nAM=", "nAM")),
            format!("{TEXT}\n{}", signature.replace("nAM=", "nAN=")),
            format!(
                "{TEXT}\n{}",
                signature.replace("PeterNeumann", "Peter+Neumann")
            ),
            NOTE.replace("then", "th\ten"),
            NOTE.replace('\n', "\r\n"),
        ];
        for case in cases {
            assert!(Note::parse(case.as_bytes()).is_err(), "{case:?}");
        }
        assert!(Note::parse(b"\xff\n\n").is_err());
        assert!(Note::parse(&vec![b'a'; NOTE_LEN_MAX + 1]).is_err());
    }

    #[test]
    fn a_weak_key_is_refused() {
        let mut identity = [0; 32];
        identity[0] = 1;
        assert!(VerifierKey::new("weak", &identity).is_err());
    }

    #[test]
    fn a_signing_key_does_not_print_itself() {
        let seed = BASE64.decode(SEED.as_bytes()).unwrap();
        let printed = format!("{:?}", reference_key());
        assert_eq!(printed, format!("SigningKey({KEY})"));
        assert!(!printed.contains(&HEXLOWER.encode(&seed[1..])));
    }

    proptest::proptest! {
        #[test]
        fn parse_never_panics(text in "\\PC{0,80}(\n\n)?(\u{2014} )?[a-z+/= \n]{0,60}\n?") {
            let _ = Note::parse(text.as_bytes());
            let _ = VerifierKey::parse(&text);
        }
    }
}

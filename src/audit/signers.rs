//! Signers of the trees: the key and the origin of Genesis, and their changes
//! by the entries `KeyRotated` and `Restored` (FORMAT.md section 5).

use crate::chain::checkpoint::Checkpoint;
use crate::chain::note::{NoteFlaw, VerifierKey};
use crate::model::{Act, Entry, Genesis};

/// Keys that signed a ledger's trees, in order.
pub(super) struct Signers(Vec<Signer>);

/// A key with its origin, and the smallest tree that it signs.
struct Signer {
    from: u64,
    key: VerifierKey,
}

impl Signers {
    /// Begins with the key of Genesis, which signs from the first entry on.
    ///
    /// # Errors
    /// The origin or the key is invalid.
    pub fn new(genesis: &Genesis) -> Result<Signers, NoteFlaw> {
        let key = VerifierKey::new(&genesis.origin, &genesis.verifier)?;
        Ok(Signers(vec![Signer { from: 0, key }]))
    }

    /// Applies an entry that changes the signer.
    ///
    /// # Errors
    /// The reason why it cannot, in words.
    pub fn follow(&mut self, entry: &Entry) -> Result<(), String> {
        let now = self.last();
        let signer = match &entry.act {
            Act::KeyRotated { verifier, proof } => {
                let wrong = |flaw: NoteFlaw| format!("the new key: {flaw}");
                let key = VerifierKey::new(now.name(), verifier).map_err(wrong)?;
                now.verify_successor(&key, proof)
                    .map_err(|_| "the key before it did not sign the new key")?;
                // Its own page is signed by the key before.
                Signer {
                    from: entry.seq + 1,
                    key,
                }
            }
            Act::Restored { incarnation, .. } => {
                let (base, last) = incarnation_of(now.name());
                // The lost part may have had incarnations of which nothing here is
                // left.
                if *incarnation <= last {
                    return Err(format!("incarnation {incarnation} comes after {last}"));
                }
                let key = now.renamed(&format!("{base}/{incarnation}"));
                Signer {
                    from: entry.seq,
                    key: key.map_err(|flaw| flaw.to_string())?,
                }
            }
            _ => return Ok(()),
        };
        self.0.push(signer);
        Ok(())
    }

    /// The key that signs now.
    pub fn last(&self) -> &VerifierKey {
        &self.0[self.0.len() - 1].key
    }

    /// The key that signs the tree of a size.
    pub fn at(&self, size: u64) -> &VerifierKey {
        let of_size = self.0.iter().rfind(|signer| signer.from <= size);
        &of_size.unwrap_or(&self.0[0]).key
    }

    /// The key that signs a checkpoint's tree; the tree at which the key or the
    /// origin changed may have been signed under both. None for another
    /// ledger's.
    pub fn of(&self, claim: &Checkpoint) -> Option<&VerifierKey> {
        let all = self.0.iter().enumerate();
        let mut fitting = all.filter(|(n, signer)| {
            let end = self.0.get(n + 1).map_or(u64::MAX, |next| next.from);
            (signer.from..=end).contains(&claim.size()) && signer.key.name() == claim.origin()
        });
        fitting.next_back().map(|(_, signer)| &signer.key)
    }

    /// True if a key's bytes are those of a present or past signer.
    pub fn has(&self, key: &VerifierKey) -> bool {
        let mut all = self.0.iter();
        all.any(|signer| signer.key.as_bytes() == key.as_bytes())
    }

    /// True if the ledger has or had an origin.
    pub fn has_origin(&self, origin: &str) -> bool {
        self.0.iter().any(|signer| signer.key.name() == origin)
    }
}

/// Splits an origin into its base and its incarnation, which is 1 if it names none.
fn incarnation_of(origin: &str) -> (&str, u32) {
    let parts = origin.rsplit_once('/');
    let numbered = parts.and_then(|(base, last)| {
        let number: u32 = last.parse().ok()?;
        (number.to_string() == last).then_some((base, number))
    });
    numbered.unwrap_or((origin, 1))
}

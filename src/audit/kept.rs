//! Claim 4: the journal still is the one that was kept a piece of.

use super::anchor::{Anchor, Card, Kept};
use super::report::{Findings, Kind, Verdict};
use crate::chain::checkpoint::{Checkpoint, Signed};
use crate::chain::hash::Hash;
use crate::chain::note::VerifierKey;
use serde::Serialize;

/// The journal as far as anchors are compared with it.
pub(super) struct Journal<'a> {
    pub origin: &'a str,
    pub key: Option<[u8; 32]>,
    pub genesis: Option<Hash>,
    pub size: u64,
    /// The first entry that is missing or unreadable.
    pub gap: Option<u64>,
    pub roots: &'a super::chained::Roots,
}

/// What became of one kept thing.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct StampVerdict {
    /// The file's name.
    pub name: String,
    /// Sequence of the entry, where it is about one.
    pub index: Option<u64>,
    /// Size of the tree it knows.
    pub size: u64,
    /// What became of it.
    pub verdict: Verdict,
    /// In words.
    pub what: String,
}

/// What became of all of them.
pub type Checked = Vec<StampVerdict>;

type Flawed = Result<(), (Kind, String)>;

impl Journal<'_> {
    /// Compares one kept thing. `key` is the one to verify signatures by, if
    /// there is one.
    pub fn compare(&self, anchor: &Anchor, key: Option<&VerifierKey>) -> Flawed {
        match &anchor.kept {
            Kept::Card(card) => self.card(card),
            Kept::Checkpoint(signed) => self.checkpoint(signed, key),
            Kept::Stamp(stamp) => {
                let claim = stamp.checkpoint.claim();
                self.root(claim.size(), |root| claim.root() == root)?;
                self.origin(claim.origin())?;
                let key = self.named(key);
                let key = key.ok_or((Kind::Signature, "there is no key to verify it by".into()))?;
                let verified = stamp.verify(&key);
                verified
                    .map(drop)
                    .map_err(|flaw| (Kind::Signature, flaw.to_string()))
            }
            Kept::Slip(slip) => self.root(slip.size(), |root| slip.is_of(&root)),
        }
    }

    fn card(&self, card: &Card) -> Flawed {
        self.origin(card.key.name())?;
        if self.genesis != Some(card.genesis) {
            let found = self.genesis.map_or("missing".into(), |hash| hash.to_hex());
            return Err((
                Kind::Rewritten,
                format!("the first entry's hash is {found}"),
            ));
        }
        if self.key != Some(*card.key.as_bytes()) {
            return Err((Kind::Rewritten, "the ledger names another key".into()));
        }
        self.root(card.size, |root| card.root == root)
    }

    fn checkpoint(&self, signed: &Signed, key: Option<&VerifierKey>) -> Flawed {
        let claim: &Checkpoint = signed.claim();
        self.origin(claim.origin())?;
        self.root(claim.size(), |root| claim.root() == root)?;
        match self.named(key).map(|key| signed.verify(&key)) {
            Some(Err(flaw)) => Err((Kind::Signature, flaw.to_string())),
            _ => Ok(()),
        }
    }

    /// What is pinned are the key's bytes; its name is the ledger's origin.
    fn named(&self, key: Option<&VerifierKey>) -> Option<VerifierKey> {
        key.and_then(|key| key.renamed(self.origin).ok())
    }

    fn origin(&self, origin: &str) -> Flawed {
        if origin == self.origin {
            return Ok(());
        }
        Err((
            Kind::Rewritten,
            format!("it is of {origin}, the ledger is {}", self.origin),
        ))
    }

    fn root(&self, size: u64, is_it: impl Fn(Hash) -> bool) -> Flawed {
        if size > self.size {
            let what = format!("it knows {size} entries, the journal has {}", self.size);
            return Err((Kind::Cut, what));
        }
        match self.roots.at(size) {
            Some(root) if is_it(root) => Ok(()),
            Some(root) => {
                let what = format!("the first {size} entries have the root {root}, another one");
                Err((Kind::Rewritten, what))
            }
            None => {
                let gap = self.gap.unwrap_or_default();
                let what = format!("entry {gap} cannot be read, so the root of {size} is unknown");
                Err((Kind::Missing, what))
            }
        }
    }

    /// All of them, for claim 4: the findings, and the largest size anchored.
    pub fn compare_all(&self, anchors: &[Anchor], key: Option<&VerifierKey>) -> (Findings, u64) {
        let mut findings = Findings::default();
        let mut size_max = 0;
        for anchor in anchors {
            match self.compare(anchor, key) {
                Ok(()) => size_max = size_max.max(anchor.size()),
                Err((kind, what)) => {
                    let what = format!("{}: {what}", anchor.name);
                    findings.add(kind, None, None, what);
                }
            }
        }
        (findings, size_max)
    }
}

/// One verdict for a screen.
pub(super) fn verdict(
    journal: &Journal,
    anchor: &Anchor,
    key: Option<&VerifierKey>,
) -> StampVerdict {
    let index = match &anchor.kept {
        Kept::Stamp(stamp) => Some(stamp.index),
        Kept::Slip(slip) => Some(slip.index()),
        _ => None,
    };
    let (verdict, what) = match journal.compare(anchor, key) {
        Ok(()) => (
            Verdict::Held,
            "the ledger still is the one it was taken from".to_owned(),
        ),
        Err((_, what)) => (Verdict::Failed, what),
    };
    StampVerdict {
        name: anchor.name.clone(),
        index,
        size: anchor.size(),
        verdict,
        what,
    }
}

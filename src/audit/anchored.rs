//! Claim 4: the journal is still the one that an anchor was taken from.

use super::anchor::{Anchor, AnchorKind, Card};
use super::anchored_entries::AnchoredEntries;
use super::report::{DeviationKind, Findings, Verdict};
use super::signers::Signers;
use crate::chain::checkpoint::Checkpoint;
use crate::chain::hash::Hash;
use crate::chain::note::VerifierKey;
use serde::Serialize;

/// The part of the journal that anchors are compared with.
pub(super) struct Journal<'a> {
    pub signers: Option<&'a Signers>,
    /// The key that the auditor brought.
    pub pinned: Option<&'a VerifierKey>,
    pub genesis: Option<Hash>,
    pub size: u64,
    /// The first entry that is missing or unreadable.
    pub gap: Option<u64>,
    pub roots: &'a super::chained::Roots,
}

/// Verdict on one anchor.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct StampVerdict {
    /// The file's name.
    pub name: String,
    /// Sequence of the entry, if it is about one.
    pub index: Option<u64>,
    /// Size of the tree that it states.
    pub size: u64,
    /// The verdict.
    pub verdict: Verdict,
    /// The verdict in words.
    pub what: String,
}

/// The kind of a deviation, and a description.
type Deviation = (DeviationKind, String);

impl Journal<'_> {
    /// Compares one anchor with the journal.
    pub fn compare(&self, anchor: &Anchor) -> Result<(), Deviation> {
        match &anchor.kind {
            AnchorKind::Card(card) => self.card(card),
            AnchorKind::Checkpoint(signed) => {
                let claim = signed.claim();
                let key = self.key_of(claim)?;
                self.root(claim.size(), |root| claim.root() == root)?;
                let verified = signed.verify(key);
                verified
                    .map(drop)
                    .map_err(|flaw| (DeviationKind::Signature, flaw.to_string()))
            }
            AnchorKind::Stamp(stamp) => {
                let claim = stamp.checkpoint.claim();
                self.root(claim.size(), |root| claim.root() == root)?;
                let verified = stamp.verify(self.key_of(claim)?);
                verified
                    .map(drop)
                    .map_err(|flaw| (DeviationKind::Signature, flaw.to_string()))
            }
            AnchorKind::Slip(slip) => self.root(slip.size(), |root| slip.is_of(&root)),
        }
    }

    fn card(&self, card: &Card) -> Result<(), Deviation> {
        self.origin(card.key.name())?;
        if self.genesis != Some(card.genesis) {
            let found = self.genesis.map_or("missing".into(), |hash| hash.to_hex());
            return Err((
                DeviationKind::Rewritten,
                format!("the first entry's hash is {found}"),
            ));
        }
        self.pinned(&card.key)?;
        self.root(card.size, |root| card.root == root)
    }

    /// The key that signs a checkpoint's tree.
    fn key_of(&self, claim: &Checkpoint) -> Result<&VerifierKey, Deviation> {
        self.origin(claim.origin())?;
        if let Some(key) = self.pinned {
            self.pinned(key)?;
        }
        let key = self.signers.and_then(|signers| signers.of(claim));
        key.ok_or_else(|| {
            let what = format!("{} signs no tree of {}", claim.origin(), claim.size());
            (DeviationKind::Signature, what)
        })
    }

    fn pinned(&self, key: &VerifierKey) -> Result<(), Deviation> {
        match self.signers.is_some_and(|signers| signers.has(key)) {
            true => Ok(()),
            false => Err((
                DeviationKind::Rewritten,
                "the ledger names another key".into(),
            )),
        }
    }

    fn origin(&self, origin: &str) -> Result<(), Deviation> {
        if self.signers.is_some_and(|all| all.has_origin(origin)) {
            return Ok(());
        }
        let own = self.signers.map_or("", |signers| signers.last().name());
        Err((
            DeviationKind::Rewritten,
            format!("it is of {origin}, the ledger is {own}"),
        ))
    }

    fn root(&self, size: u64, is_it: impl Fn(Hash) -> bool) -> Result<(), Deviation> {
        if size > self.size {
            let what = format!("it knows {size} entries, the journal has {}", self.size);
            return Err((DeviationKind::Cut, what));
        }
        match self.roots.at(size) {
            Some(root) if is_it(root) => Ok(()),
            Some(root) => {
                let what = format!("the first {size} entries have the root {root}, another one");
                Err((DeviationKind::Rewritten, what))
            }
            None => {
                let gap = self.gap.unwrap_or_default();
                let what = format!("entry {gap} cannot be read, so the root of {size} is unknown");
                Err((DeviationKind::Missing, what))
            }
        }
    }

    /// Compares all anchors, for claim 4: the findings, and the largest size anchored.
    pub fn compare_all(&self, anchors: &[Anchor]) -> (Findings, u64) {
        let mut findings = Findings::default();
        let mut size_max = 0;
        for anchor in anchors {
            match self.compare(anchor) {
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

/// Verdict on one anchor for the screen, with what it proves and what it does not.
pub(super) fn verdict(
    journal: &Journal,
    anchor: &Anchor,
    entries: &AnchoredEntries,
) -> StampVerdict {
    let index = anchor.index();
    let held = |what: String| (Verdict::Held, what);
    let (verdict, what) = match (journal.compare(anchor), &anchor.kind) {
        (Err((_, what)), _) => (Verdict::Failed, what),
        (Ok(()), AnchorKind::Slip(slip)) => entries.judge(slip),
        (Ok(()), AnchorKind::Stamp(stamp)) => held(format!(
            "entry {} is in the ledger and under its signature; it is {}",
            stamp.index,
            entries.describe(stamp.index)
        )),
        (Ok(()), _) => held("the ledger still is the one it was taken from".into()),
    };
    StampVerdict {
        name: anchor.name.clone(),
        index,
        size: anchor.size(),
        verdict,
        what,
    }
}

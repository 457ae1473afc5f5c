//! What verifying came to.

use super::secrets::SecretsVerdict;
use crate::chain::hash::Hash;
use crate::chain::note::VerifierKey;
use serde::Serialize;
use std::path::Path;

/// Findings listed for each claim; the others are counted.
const LISTED_MAX: usize = 50;

/// The result of one verification.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Report {
    /// Name and version of this program.
    pub tool: String,
    /// The folder that was read.
    pub ledger: String,
    /// The checkpoint origin that Genesis names; empty if there is no Genesis.
    pub origin: String,
    /// Where the journal stood.
    pub head: HeadLine,
    /// How much was looked at.
    pub counts: Counts,
    /// The claims, in order.
    pub claims: Vec<Claim>,
    /// What the secrets came to, where they were at hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secrets: Option<SecretsVerdict>,
    /// What is worth knowing, and no finding.
    pub notes: Vec<String>,
    /// What a card takes from it; None where entries are missing.
    #[serde(skip)]
    pub(super) end: Option<End>,
}

/// Where the journal stood, for a card.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct End {
    /// Hash of the first entry.
    pub genesis: Hash,
    /// The root of the tree.
    pub root: Hash,
    /// The key that signs.
    pub key: VerifierKey,
}

/// Where the journal stood.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct HeadLine {
    /// Number of entries.
    pub size: u64,
    /// Chain hash of the last entry, in hex.
    pub hash: String,
    /// Root of the tree, in hex; empty where entries are missing.
    pub root: String,
}

/// How much was looked at, and how much of it was valid.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Counts {
    /// Entries there are or should be.
    pub entries: u64,
    /// Entries that could be read and are chained.
    pub entries_valid: u64,
    /// Pages read.
    pub pages: u64,
    /// Segment files.
    pub segments: u64,
    /// Bytes of pages.
    pub bytes: u64,
    /// Entries folded into the state.
    pub folded: u64,
    /// Entries that were decided again.
    pub redecided: u64,
    /// Page signatures that were verified.
    pub signatures: u64,
}

/// One claim and what became of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Claim {
    /// Its level.
    pub level: u8,
    /// Its name.
    pub name: &'static str,
    /// Whether it was asked for.
    pub is_asked: bool,
    /// What became of it.
    pub verdict: Verdict,
    /// What was established, or why it was not checked.
    pub because: String,
    /// The first findings.
    pub findings: Vec<Finding>,
    /// All findings, those that are not listed included.
    pub findings_count: u64,
}

/// What became of a claim.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Checked, and it is so.
    Held,
    /// Checked, and it is not so.
    Failed,
    /// Could not be checked, or not wholly.
    NotChecked,
}

/// What a whole report comes to: the exit code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// All that was asked for held.
    Held = 0,
    /// Something failed.
    Failed = 1,
    /// Something asked for could not be established.
    NotEstablished = 3,
}

/// One thing that is not as it must be.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Finding {
    /// What kind of thing.
    pub kind: Kind,
    /// The first and last entry concerned, where they are known.
    pub entries: Option<(u64, u64)>,
    /// Where it lies, if it lies somewhere.
    pub place: Option<Place>,
    /// In words.
    pub what: String,
}

/// Where something lies in the journal.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Place {
    /// First sequence of the segment, which is its file's name.
    pub segment: u64,
    /// The byte at which the page begins.
    pub offset: u64,
}

/// Kinds of findings.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Bytes were changed.
    Edited,
    /// Entries are not there.
    Missing,
    /// Entries stand where others belong.
    OutOfOrder,
    /// The end is gone.
    Cut,
    /// Zeros where entries were.
    Zeroed,
    /// Bytes that are no entry.
    Malformed,
    /// Something this version does not know.
    Unsupported,
    /// An entry that does not follow from those before it.
    Contradiction,
    /// Something that may be used once was used twice.
    Duplicate,
    /// Another decision than the policy makes.
    Redecided,
    /// A signature that does not verify.
    Signature,
    /// Another history than the one that was kept.
    Rewritten,
}

impl Report {
    /// What the report comes to.
    pub fn outcome(&self) -> Outcome {
        let asked = self.claims.iter().filter(|c| c.is_asked);
        let asked = asked.map(|c| c.verdict);
        let verdicts: Vec<Verdict> = asked
            .chain(self.secrets.as_ref().map(|s| s.verdict))
            .collect();
        let has = |verdict| verdicts.contains(&verdict);
        match (has(Verdict::Failed), has(Verdict::NotChecked)) {
            (true, _) => Outcome::Failed,
            (false, true) => Outcome::NotEstablished,
            (false, false) => Outcome::Held,
        }
    }

    /// The claim of a level.
    pub fn claim(&self, level: u8) -> Option<&Claim> {
        self.claims.iter().find(|c| c.level == level)
    }
}

impl Claim {
    /// A claim that is decided by whether there are findings.
    pub(super) fn found(level: u8, findings: Findings, because: String) -> Claim {
        let (verdict, because) = findings.verdict(because);
        Claim {
            level,
            name: NAMES[usize::from(level)],
            is_asked: false,
            verdict,
            because,
            findings: findings.listed,
            findings_count: findings.count,
        }
    }

    /// A claim that was not checked.
    pub(super) fn unchecked(level: u8, because: impl Into<String>) -> Claim {
        let mut findings = Findings::default();
        findings.doubt(because);
        Claim::found(level, findings, String::new())
    }
}

const NAMES: [&str; 5] = ["chained", "state", "reperformed", "signed", "anchored"];

/// Findings as they come in, listed up to a bound.
#[derive(Clone, Debug, Default)]
pub(super) struct Findings {
    pub listed: Vec<Finding>,
    pub count: u64,
    /// Why the claim cannot be said to hold although nothing was found.
    pub doubts: Vec<String>,
}

impl Findings {
    pub fn add(
        &mut self,
        kind: Kind,
        entries: Option<(u64, u64)>,
        place: Option<Place>,
        what: String,
    ) {
        self.count += 1;
        if self.listed.len() < LISTED_MAX {
            self.listed.push(Finding {
                kind,
                entries,
                place,
                what,
            });
        }
    }

    /// What findings and doubts come to, and why.
    fn verdict(&self, held: String) -> (Verdict, String) {
        match self.doubts.first() {
            _ if self.count > 0 => (Verdict::Failed, format!("{} finding(s)", self.count)),
            Some(doubt) => (Verdict::NotChecked, doubt.clone()),
            None => (Verdict::Held, held),
        }
    }

    /// The verdict on secrets in a folder.
    pub fn into_secrets(self, dir: &Path, held: String) -> SecretsVerdict {
        let (verdict, because) = self.verdict(held);
        SecretsVerdict {
            folder: dir.display().to_string(),
            verdict,
            because,
            findings: self.listed,
            findings_count: self.count,
        }
    }

    /// Something about one entry.
    pub fn at(&mut self, kind: Kind, seq: u64, place: Place, what: String) {
        self.add(kind, Some((seq, seq)), Some(place), what);
    }

    /// Keeps the claim from being held.
    pub fn doubt(&mut self, because: impl Into<String>) {
        if self.doubts.len() < LISTED_MAX {
            self.doubts.push(because.into());
        }
    }
}

impl From<crate::storage::journal::Position> for Place {
    fn from(position: crate::storage::journal::Position) -> Place {
        Place {
            segment: position.segment,
            offset: position.offset,
        }
    }
}

//! Report of a verification.

use crate::chain::hash::Hash;
use crate::chain::note::VerifierKey;
use crate::model::counted;
use crate::storage::journal::Position;
use serde::Serialize;
use std::path::Path;

/// Findings listed for each claim; the rest are only counted.
const LISTED_MAX: usize = 50;

/// The result of one verification.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Report {
    /// Name and version of this program.
    pub tool: String,
    /// The folder that was read.
    pub ledger: String,
    /// Checkpoint origin that Genesis states; empty if there is no Genesis.
    pub origin: String,
    /// Head of the journal.
    pub head: HeadLine,
    /// Amounts that were read and verified.
    pub counts: Counts,
    /// The claims, in order.
    pub claims: Vec<Claim>,
    /// Verdict on the secrets, if they were at hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secrets: Option<SecretsVerdict>,
    /// Remarks that are not findings.
    pub notes: Vec<String>,
    /// Figures for a card; None if entries are missing.
    #[serde(skip)]
    pub(super) end: Option<End>,
}

/// Head of the journal, for a card.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct End {
    /// Hash of the first entry.
    pub genesis: Hash,
    /// The root of the tree.
    pub root: Hash,
    /// The key that signs.
    pub key: VerifierKey,
}

/// Head of the journal.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct HeadLine {
    /// Number of entries.
    pub size: u64,
    /// Chain hash of the last entry, in hex.
    pub hash: String,
    /// Root of the tree, in hex; empty if entries are missing.
    pub root: String,
}

/// Amounts that were read, and how much of them was valid.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Counts {
    /// Number of entries that exist or should exist.
    pub entries: u64,
    /// Entries that are readable and chained.
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

/// One claim and its verdict.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Claim {
    /// Its level.
    pub level: u8,
    /// Its name.
    pub name: &'static str,
    /// True if it was asked for.
    pub is_asked: bool,
    /// The verdict.
    pub verdict: Verdict,
    /// Established fact, or the reason why it was not checked.
    pub because: String,
    /// The first findings.
    pub findings: Vec<Finding>,
    /// Number of all findings, listed or not.
    pub findings_count: u64,
}

/// Verdict on the comparison of the secrets with the journal.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct SecretsVerdict {
    /// The folder that was read.
    pub folder: String,
    /// The verdict.
    pub verdict: Verdict,
    /// Established fact, or the reason why it was not checked.
    pub because: String,
    /// The first findings.
    pub findings: Vec<Finding>,
    /// Number of all findings, listed or not.
    pub findings_count: u64,
}

/// Verdict on a claim.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Checked, and true.
    Held,
    /// Checked, and false.
    Failed,
    /// Not checked, or only in part.
    NotChecked,
}

/// Result of a whole report: the exit code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// All claims asked for held.
    Held = 0,
    /// At least one failed.
    Failed = 1,
    /// At least one could not be established.
    NotEstablished = 3,
}

/// One deviation.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Finding {
    /// Its kind.
    pub kind: DeviationKind,
    /// First and last entry concerned, if known.
    pub entries: Option<(u64, u64)>,
    /// Its place, if it has one.
    pub place: Option<JournalPlace>,
    /// Description in words.
    pub what: String,
}

/// A place in the journal.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct JournalPlace {
    /// First sequence of the segment, which is its file's name.
    pub segment: u64,
    /// Byte at which the page begins.
    pub offset: u64,
}

/// Kinds of findings.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviationKind {
    /// Bytes were changed.
    Edited,
    /// Entries are missing.
    Missing,
    /// Entries are in the place of others.
    OutOfOrder,
    /// The end is missing.
    Cut,
    /// Zeros where entries were.
    Zeroed,
    /// Bytes are not an entry.
    Malformed,
    /// Of a kind unknown to this version.
    Unsupported,
    /// An entry does not follow from those before it.
    Contradiction,
    /// A key that may be used once was used twice.
    Duplicate,
    /// The policy decides otherwise.
    Redecided,
    /// A signature does not verify.
    Signature,
    /// The history differs from an anchor's.
    Rewritten,
}

impl Report {
    /// Result of the report.
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
    /// Makes a claim that holds if there are no findings.
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

    /// Makes a claim that was not checked.
    pub(super) fn unchecked(level: u8, because: impl Into<String>) -> Claim {
        let mut findings = Findings::default();
        findings.doubt(because);
        Claim::found(level, findings, String::new())
    }
}

const NAMES: [&str; 5] = ["chained", "state", "reperformed", "signed", "anchored"];

/// Findings as they are added, listed up to a bound.
#[derive(Clone, Debug, Default)]
pub(super) struct Findings {
    pub listed: Vec<Finding>,
    pub count: u64,
    /// Reasons why the claim cannot be held although nothing was found.
    pub doubts: Vec<String>,
}

impl Findings {
    pub fn add(
        &mut self,
        kind: DeviationKind,
        entries: Option<(u64, u64)>,
        place: Option<JournalPlace>,
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

    /// Verdict that findings and doubts lead to, and the reason.
    fn verdict(&self, held: String) -> (Verdict, String) {
        match self.doubts.first() {
            _ if self.count > 0 => {
                let findings = counted(self.count, "finding", "findings");
                (Verdict::Failed, findings)
            }
            Some(doubt) => (Verdict::NotChecked, doubt.clone()),
            None => (Verdict::Held, held),
        }
    }

    /// Makes the verdict on secrets in a folder.
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

    /// Adds a finding about one entry.
    pub fn at(&mut self, kind: DeviationKind, seq: u64, place: JournalPlace, what: String) {
        self.add(kind, Some((seq, seq)), Some(place), what);
    }

    /// Adds a reason that keeps the claim from being held.
    pub fn doubt(&mut self, because: impl Into<String>) {
        if self.doubts.len() < LISTED_MAX {
            self.doubts.push(because.into());
        }
    }
}

impl From<Position> for JournalPlace {
    fn from(position: Position) -> JournalPlace {
        JournalPlace {
            segment: position.segment,
            offset: position.offset,
        }
    }
}

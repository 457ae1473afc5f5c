//! Anchors: cards, checkpoints, stamps and slips that an auditor kept.

use crate::chain::checkpoint::{Signed, parse_decimal};
use crate::chain::hash::Hash;
use crate::chain::note::{NoteFlaw, VerifierKey};
use crate::chain::stamp::{Slip, SlipFlaw, Stamp, StampFlaw};
use std::fmt;

const TITLE: &str = "STAMPBOOK AUDIT CARD";
const OWN_KEY: &str = "by the ledger's own key, not by one that was brought";

/// A card: the figures of a ledger that an auditor writes down, to compare it
/// with later.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Card {
    /// The key that signs, with the checkpoint origin as its name.
    pub key: VerifierKey,
    /// Hash of the first entry.
    pub genesis: Hash,
    /// Number of entries.
    pub size: u64,
    /// Root of the tree over them.
    pub root: Hash,
    /// Date of the card, for people.
    pub date: String,
    /// True if signatures were compared with the ledger's own key only.
    pub is_own_key: bool,
}

impl fmt::Display for Card {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{TITLE}")?;
        writeln!(f, "origin   {}", self.key.name())?;
        writeln!(f, "key      {}", self.key)?;
        writeln!(f, "genesis  {}", self.genesis)?;
        writeln!(f, "size     {}", self.size)?;
        writeln!(f, "root     {}", self.root)?;
        writeln!(f, "date     {}", self.date)?;
        let whose = match self.is_own_key {
            true => OWN_KEY,
            false => "by the key that was brought",
        };
        writeln!(f, "verified 0 chained, 1 state, 3 signed ({whose})")?;
        writeln!(
            f,
            "not      2 reperformed, 4 anchored: run `stampbook audit verify` with an older card"
        )
    }
}

impl Card {
    /// Parses a card; spaces around the values do not matter.
    fn parse(text: &str) -> Result<Card, AnchorFlaw> {
        let value = |name: &'static str| {
            let line = text.lines().find_map(|line| line.trim().strip_prefix(name));
            let value = line
                .filter(|rest| rest.starts_with(char::is_whitespace))
                .map(str::trim);
            value.ok_or(AnchorFlaw::Card(name))
        };
        let hash = |name| Hash::parse(value(name)?).map_err(|_| AnchorFlaw::Card(name));
        let card = Card {
            key: VerifierKey::parse(value("key")?)?,
            genesis: hash("genesis")?,
            size: parse_decimal(value("size")?).ok_or(AnchorFlaw::Card("size"))?,
            root: hash("root")?,
            date: value("date")?.to_owned(),
            is_own_key: text.contains(OWN_KEY),
        };
        if card.key.name() == value("origin")? {
            Ok(card)
        } else {
            Err(AnchorFlaw::Card("origin"))
        }
    }
}

/// A kept anchor, and its name in messages.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Anchor {
    /// The file's name.
    pub name: String,
    pub(super) kind: AnchorKind,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum AnchorKind {
    Card(Card),
    Checkpoint(Signed),
    Stamp(Stamp),
    Slip(Slip),
}

/// Reason why a file is not an anchor.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnchorFlaw {
    /// It begins like a card, but a line is missing or wrong.
    #[error("the card's line '{0}' is missing or not as it was printed")]
    Card(
        /// The line.
        &'static str,
    ),
    /// Neither a card nor a checkpoint, nor a stamp, nor a slip.
    #[error("it is no card, checkpoint (signed note), stamp (.tlog-proof) or slip")]
    Unknown,
    /// A stamp that cannot be read.
    #[error(transparent)]
    Stamp(#[from] StampFlaw),
    /// A slip that cannot be read.
    #[error("it is no slip: {0}")]
    Slip(#[from] SlipFlaw),
    /// A checkpoint or key that cannot be read.
    #[error(transparent)]
    Note(#[from] NoteFlaw),
}

/// The stamp of a printed slip, which is at its end: from its word on.
fn stamp_of_slip(text: &str) -> Option<&str> {
    let is_stamp = |line: &str| {
        let word = line.trim_start().get(..6);
        word.is_some_and(|word| word.eq_ignore_ascii_case("STAMP "))
    };
    let lines = text.split_inclusive('\n');
    let before: usize = lines.take_while(|line| !is_stamp(line)).map(str::len).sum();
    text.get(before..).filter(|stamp| !stamp.is_empty())
}

impl Anchor {
    /// Parses an anchor of the kind that its first words name.
    ///
    /// # Errors
    /// The fault in the text.
    pub fn parse(name: &str, bytes: &[u8]) -> Result<Anchor, AnchorFlaw> {
        let text = std::str::from_utf8(bytes).map_err(|_| AnchorFlaw::Unknown)?;
        let begins = text.trim_start();
        let kind = if begins.starts_with(TITLE) {
            AnchorKind::Card(Card::parse(text)?)
        } else if begins.starts_with("c2sp.org/tlog-proof") {
            AnchorKind::Stamp(Stamp::parse(bytes)?)
        } else if let Some(stamp) = stamp_of_slip(text) {
            AnchorKind::Slip(Slip::parse(stamp)?)
        } else if text.contains("\n\n\u{2014} ") {
            AnchorKind::Checkpoint(Signed::parse(bytes)?)
        } else {
            return Err(AnchorFlaw::Unknown);
        };
        Ok(Anchor {
            name: name.to_owned(),
            kind,
        })
    }

    /// Size of the tree that it states.
    pub fn size(&self) -> u64 {
        match &self.kind {
            AnchorKind::Card(card) => card.size,
            AnchorKind::Checkpoint(signed) => signed.claim().size(),
            AnchorKind::Stamp(stamp) => stamp.checkpoint.claim().size(),
            AnchorKind::Slip(slip) => slip.size(),
        }
    }

    /// Sequence of its entry, if it is about one.
    pub(super) fn index(&self) -> Option<u64> {
        match &self.kind {
            AnchorKind::Stamp(stamp) => Some(stamp.index),
            AnchorKind::Slip(slip) => Some(slip.index()),
            _ => None,
        }
    }

    /// Verifier key on a card.
    pub fn key(&self) -> Option<&VerifierKey> {
        match &self.kind {
            AnchorKind::Card(card) => Some(&card.key),
            _ => None,
        }
    }
}

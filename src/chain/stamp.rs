//! Stamps: the proof that an entry is in the tree, to keep or to print.
//!
//! A [`Stamp`] is complete and checks offline against a pinned key; a [`Slip`]
//! is its short form for paper, and checks against the ledger.

use data_encoding::BASE64;

use super::checkpoint::{Signed, Verified, parse_decimal, parse_hash};
use super::hash::Hash;
use super::note::{NoteFlaw, VerifierKey};
use super::tree::{ProofFlaw, leaf_hash, verify_inclusion};

mod slip;

pub use slip::{Slip, SlipFlaw};

const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// Greatest length of a path: no tree is higher than its 64-bit size allows.
const PATH_LEN_MAX: usize = 64;

/// Reason why a stamp was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StampFlaw {
    /// The text is not a stamp.
    #[error("not a stamp: {0}")]
    Form(
        /// The fault.
        &'static str,
    ),
    /// The checkpoint in it does not verify.
    #[error(transparent)]
    Note(
        /// The checkpoint's fault.
        #[from]
        NoteFlaw,
    ),
    /// The path does not lead from the entry to the checkpoint.
    #[error(transparent)]
    Proof(
        /// The path's fault.
        #[from]
        ProofFlaw,
    ),
}

/// The proof that an entry is in the tree of a checkpoint: a C2SP `tlog-proof`
/// whose extra data is the entry's chain hash. It names no member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// Sequence of the entry.
    pub index: u64,
    /// Chain hash of the entry: its leaf is made from it, so that the path proves it.
    pub entry: Hash,
    /// Inclusion proof, lowest sibling first.
    pub path: Vec<Hash>,
    /// The checkpoint of a tree that holds the entry.
    pub checkpoint: Signed,
}

impl Stamp {
    /// The text of a `.tlog-proof` file.
    pub fn to_text(&self) -> String {
        let mut text = format!(
            "{HEADER}\nextra {}\nindex {}\n",
            BASE64.encode(&self.entry.0),
            self.index
        );
        for hash in &self.path {
            text.push_str(&BASE64.encode(&hash.0));
            text.push('\n');
        }
        text.push('\n');
        text.push_str(self.checkpoint.text());
        text
    }

    /// Reads a stamp in its only spelling.
    ///
    /// # Errors
    /// [`StampFlaw::Form`] or [`StampFlaw::Note`].
    pub fn parse(bytes: &[u8]) -> Result<Stamp, StampFlaw> {
        let text = std::str::from_utf8(bytes).map_err(|_| StampFlaw::Form("not UTF-8"))?;
        let (head, checkpoint) = text
            .split_once("\n\n")
            .ok_or(StampFlaw::Form("no checkpoint in it"))?;
        let mut lines = head.split('\n');
        if lines.next() != Some(HEADER) {
            return Err(StampFlaw::Form("first line is not c2sp.org/tlog-proof@v1"));
        }
        let entry = lines
            .next()
            .and_then(|line| parse_hash(line.strip_prefix("extra ")?));
        let entry = entry.ok_or(StampFlaw::Form(
            "second line is not extra and an entry hash",
        ))?;
        let index = lines
            .next()
            .and_then(|line| parse_decimal(line.strip_prefix("index ")?));
        let index = index.ok_or(StampFlaw::Form("third line is not index and a number"))?;
        let path = lines
            .take(PATH_LEN_MAX + 1)
            .map(parse_hash)
            .collect::<Option<Vec<_>>>();
        let path = path.filter(|path| path.len() <= PATH_LEN_MAX);
        let path = path.ok_or(StampFlaw::Form("path has a line that is not a hash"))?;
        Ok(Stamp {
            index,
            entry,
            path,
            checkpoint: Signed::parse(checkpoint.as_bytes())?,
        })
    }

    /// Checks signature and path: the entry with this hash was number `index`
    /// of the tree that was signed. To know whether a ledger still contains it,
    /// compare with the ledger.
    ///
    /// # Errors
    /// A [`StampFlaw`] that names the one that fails.
    pub fn verify(&self, key: &VerifierKey) -> Result<Verified, StampFlaw> {
        let verified = self.checkpoint.verify(key)?;
        let (size, root) = (verified.checkpoint().size(), verified.checkpoint().root());
        verify_inclusion(&leaf_hash(&self.entry), self.index, size, &self.path, &root)?;
        Ok(verified)
    }

    /// The short form for paper. `balance` is the text that the till prints beside it.
    ///
    /// # Errors
    /// [`SlipFlaw::Balance`].
    pub fn slip(&self, balance: Option<&str>) -> Result<Slip, SlipFlaw> {
        let claim = self.checkpoint.claim();
        Slip::new(self.index, claim.size(), &claim.root(), balance)
    }
}

#[cfg(test)]
mod tests;

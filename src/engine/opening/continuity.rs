//! Continuity: the journal must continue from the point that the writer last signed.
//!
//! An attacker who can write to the ledger's folder can put any pages there,
//! with any checkpoint, book or copies beside them. The writer state cannot be
//! changed from there, and the tags of the pages after it cannot be forged.

use crate::chain::checkpoint::Checkpoint;
use crate::chain::codec;
use crate::chain::hash::Hash;
use crate::chain::note::SigningKey;
use crate::chain::page::{Header, PageView, verify_chain};
use crate::chain::tree::{Frontier, leaf_hash};
use crate::engine::error::Error;
use crate::model::Act;
use crate::storage::error::StorageError;
use crate::storage::journal::{Journal, Pages, Position, Segmented, StoredPage};
use crate::storage::writer_state::WriterState;
use std::path::Path;

/// Pages that are compared with the writer state.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::engine) enum Extent {
    /// Those after it.
    Behind,
    /// All from the first one on, with their tags and signatures.
    All,
}

/// Splits an origin into its base and its incarnation: the decimal number after
/// the last `/`, or 1 if there is none.
fn split_origin(origin: &str) -> (&str, u32) {
    let numbered = origin.rsplit_once('/').and_then(|(base, last)| {
        let number: u32 = last.parse().ok()?;
        (number.to_string() == last).then_some((base, number))
    });
    numbered.unwrap_or((origin, 1))
}

/// The origin of a ledger that begins under a name, in its first incarnation.
pub fn first_origin(name: &str) -> String {
    format!("{}/1", name.trim_end_matches('/'))
}

/// Beginning of the name of a ledger to practise with. It is part of its origin, which
/// Genesis and each checkpoint bear, so such a ledger never becomes one of another kind.
pub const TRAINING: &str = "training/";

/// True for the origin of a ledger to practise with.
pub fn is_for_training(origin: &str) -> bool {
    origin.starts_with(TRAINING)
}

/// The incarnation that an origin names.
pub(in crate::engine) fn incarnation_of(origin: &str) -> u32 {
    split_origin(origin).1
}

/// The origin of a ledger in an incarnation. `first` is that of Genesis.
pub(in crate::engine) fn origin_of(first: &str, incarnation: u32) -> String {
    match split_origin(first) {
        (_, number) if incarnation <= number => first.to_owned(),
        (base, _) => format!("{base}/{incarnation}"),
    }
}

/// A page that is not proven to be the writer's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnprovenPage {
    /// Its first and its last entry.
    pub entries: (u64, u64),
    /// The check that fails.
    pub finding: &'static str,
}

/// Follows pages along the chain, and checks that the writer made each.
#[derive(Debug)]
pub(in crate::engine) struct PageWalk<'a> {
    key: &'a SigningKey,
    first_origin: &'a str,
    pub frontier: Frontier,
    pub hash: Hash,
    /// The ledger's incarnation so far.
    pub incarnation: u32,
    /// Unproven pages since the last `Restored`, which accepts those before it.
    pub unproven: Vec<UnprovenPage>,
}

impl<'a> PageWalk<'a> {
    pub(in crate::engine) fn start(key: &'a SigningKey, first_origin: &'a str) -> PageWalk<'a> {
        PageWalk {
            key,
            first_origin,
            frontier: Frontier::new(),
            hash: Hash::ZERO,
            incarnation: incarnation_of(first_origin),
            unproven: Vec::new(),
        }
    }

    /// Advances over a page. A page that does not follow is an error with its reason.
    pub(in crate::engine) fn page(&mut self, stored: &StoredPage) -> Result<(), String> {
        let view = stored.view();
        let header = view.header;
        let hashes: Vec<Hash> = view.hashes().collect();
        let follows = (header.first_seq, header.prev) == (self.frontier.size(), self.hash);
        if !follows || hashes.last() != Some(&header.last) {
            return Err(format!(
                "the page from entry {} does not follow the hash of the entry before it",
                header.first_seq
            ));
        }
        let restored = restored_by(&view);
        self.incarnation = restored.unwrap_or(self.incarnation);
        match self.doubt(&header) {
            Some(finding) => self.unproven.push(UnprovenPage {
                entries: (header.first_seq, header.last_seq()),
                finding,
            }),
            None if restored.is_some() => self.unproven.clear(),
            None => {}
        }
        for hash in &hashes {
            self.frontier.push(leaf_hash(hash));
        }
        self.hash = header.last;
        Ok(())
    }

    /// Reason to doubt that the page is the writer's.
    fn doubt(&self, header: &Header) -> Option<&'static str> {
        if !header.is_tagged_by(self.key.page_key()) {
            return Some("its tag does not verify: it was not written with these secrets");
        }
        let signature = header.signature?;
        let origin = origin_of(self.first_origin, self.incarnation);
        let signer = self.key.verifier().renamed(&origin);
        let claim = Checkpoint::new(&origin, self.frontier.size(), self.frontier.root());
        let is_signed = signer
            .is_ok_and(|signer| claim.is_ok_and(|claim| claim.verify(&signer, &signature).is_ok()));
        (!is_signed).then_some("its signature over the entries before it does not verify")
    }
}

/// Incarnation that begins with a page, by its first entry.
fn restored_by(view: &PageView<'_>) -> Option<u32> {
    let entry = codec::decode(view.entries().next()?).ok()?;
    match entry.act {
        Act::Restored { incarnation, .. } => Some(incarnation),
        _ => None,
    }
}

/// Checks that a journal continues from the writer state, and returns the tree
/// over all of it.
///
/// # Errors
/// [`StorageError::NotContinued`] with the content of both; I/O errors.
pub(in crate::engine) fn check(
    dir: &Path,
    journal: &Segmented,
    state: &WriterState,
    key: &SigningKey,
    first_origin: &str,
    extent: Extent,
) -> Result<Frontier, Error> {
    let refuse = |finding: String| {
        Error::from(StorageError::NotContinued {
            path: dir.to_path_buf(),
            finding: format!("{}; {finding}", signed_so_far(state)),
        })
    };
    let point = &state.point;
    let head = journal.head();
    let begins = journal.reader().origin()?;
    if point.count > 0 && begins != point.origin {
        return Err(refuse(format!(
            "they are of the ledger {} whose first page has the hash {}, and the first page here has {begins}: the secrets belong to another ledger",
            state.origin, point.origin
        )));
    }
    let is_at_point = (head.next_seq, head.hash) == (point.count, point.hash);
    if extent == Extent::Behind && is_at_point && head.last == Some(point.last) {
        return Ok(state.frontier.clone());
    }
    let mut walk = PageWalk::start(key, first_origin);
    let from = match extent {
        Extent::Behind if point.count > 0 => {
            walk.frontier = state.frontier.clone();
            (walk.hash, walk.incarnation) = (point.hash, state.incarnation);
            point.last
        }
        _ => Position::START,
    };
    let is_met = follow(journal.read(from), state, &mut walk, extent, &refuse)?;
    if !is_met {
        return Err(refuse(ends_early(head.next_seq, &head.hash)));
    }
    match walk.unproven.first() {
        Some(page) => {
            let ((first, last), finding) = (page.entries, page.finding);
            Err(refuse(format!(
                "the journal goes on to {} entries, and the page of entries {first} to {last}: {finding}",
                head.next_seq
            )))
        }
        None => Ok(walk.frontier),
    }
}

/// Follows the journal's pages; true if they come to the writer state's point.
fn follow(
    pages: Pages,
    state: &WriterState,
    walk: &mut PageWalk<'_>,
    extent: Extent,
    refuse: &impl Fn(String) -> Error,
) -> Result<bool, Error> {
    let point = &state.point;
    let mut is_met = point.count == 0;
    for stored in pages {
        let stored = stored?;
        let header = stored.page.header;
        let is_known = extent == Extent::Behind && !is_met;
        if is_known {
            verify_chain(&stored.view()).map_err(|flaw| refuse(flaw.to_string()))?;
        } else {
            walk.page(&stored).map_err(refuse)?;
        }
        if header.has_entry(point.count.wrapping_sub(1)) {
            let is_same = header.next_seq() == point.count
                && header.last == point.hash
                && walk.frontier == state.frontier;
            if !is_same {
                return Err(refuse(differing(&header, point.count)));
            }
            is_met = true;
        } else if is_known {
            return Err(refuse(differing(&header, point.count)));
        }
    }
    Ok(is_met)
}

/// Describes the writer state.
pub(in crate::engine) fn signed_so_far(state: &WriterState) -> String {
    format!(
        "by the writer state {} entries were signed, the last with the hash {}",
        state.point.count, state.point.hash
    )
}

/// Describes a journal that ends too early.
fn ends_early(count: u64, hash: &Hash) -> String {
    format!("the journal ends with {count} entries, the last with the hash {hash}")
}

fn differing(header: &Header, count: u64) -> String {
    format!(
        "the journal has another entry {}: the page of entries {} to {} ends with the hash {}",
        count.saturating_sub(1),
        header.first_seq,
        header.last_seq(),
        header.last
    )
}

//! Claim 0: every page's checksum, the chain of hashes from page to page, a
//! sequence without gaps, every entry in its canonical encoding, and the tree.

use super::report::{Counts, DeviationKind, Findings, JournalPlace};
use super::walk::{DecodedPage, EntryError, Step};
use crate::chain::codec::CodecError;
use crate::chain::hash::Hash;
use crate::chain::page::Flaw;
use crate::chain::tree::Frontier;
use crate::storage::error::StorageError;
use crate::storage::journal::{DamagedRange, FindingKind};
use std::collections::{BTreeMap, BTreeSet};

/// Roots of the tree at the sizes that are needed.
#[derive(Clone, Debug, Default)]
pub(super) struct Roots {
    wanted: BTreeMap<u64, Option<Hash>>,
    next: Option<u64>,
}

impl Roots {
    /// Requests the roots at some sizes.
    pub fn wanting(sizes: impl IntoIterator<Item = u64>) -> Roots {
        let wanted: BTreeMap<u64, Option<Hash>> =
            sizes.into_iter().map(|size| (size, None)).collect();
        let next = wanted.keys().next().copied();
        let mut roots = Roots { wanted, next };
        roots.note(&Frontier::new());
        roots
    }

    /// The root at a size, if the journal has reached it.
    pub fn at(&self, size: u64) -> Option<Hash> {
        self.wanted.get(&size).copied().flatten()
    }

    /// True if a size before this one is needed.
    fn is_wanted_before(&self, size: u64) -> bool {
        self.next.is_some_and(|next| next < size)
    }

    fn note(&mut self, frontier: &Frontier) {
        let size = frontier.size();
        if self.next == Some(size) {
            self.wanted.insert(size, Some(frontier.root()));
            self.next = self.wanted.range(size + 1..).next().map(|(size, _)| *size);
        }
    }
}

/// Progress of claim 0.
pub(super) struct Chained {
    /// Sequence expected next.
    pub next_seq: u64,
    /// Hash of the last entry, as its page states it.
    pub hash: Hash,
    /// True if the page before the next one is known, so that the two can be linked.
    is_linked: bool,
    /// Hash of the first entry.
    pub genesis: Option<Hash>,
    /// The first entry that is missing, if any.
    pub gap: Option<u64>,
    pub frontier: Frontier,
    pub roots: Roots,
    pub findings: Findings,
    pub counts: Counts,
    /// Bytes at the end that do not verify.
    pub tail: Option<DamagedRange>,
    /// First entry of the last page.
    pub last_page: u64,
    /// Segments in which pages or damage were found.
    segments: BTreeSet<u64>,
    /// True if the page before was of an unknown format.
    is_foreign: bool,
    /// Damage whose extent the next good page will show.
    holes: Vec<DamagedRange>,
    pub trouble: Option<StorageError>,
}

impl Chained {
    pub fn new(roots: Roots) -> Chained {
        Chained {
            next_seq: 0,
            hash: Hash::ZERO,
            is_linked: true,
            genesis: None,
            gap: None,
            frontier: Frontier::new(),
            roots,
            findings: Findings::default(),
            counts: Counts::default(),
            tail: None,
            last_page: 0,
            segments: BTreeSet::new(),
            is_foreign: false,
            holes: Vec::new(),
            trouble: None,
        }
    }

    /// Processes a step; returns the page whose entries come next, if it is one.
    pub fn take(&mut self, step: Step) -> Option<Box<DecodedPage>> {
        match step {
            Step::StorageError(trouble) => {
                self.trouble.get_or_insert(trouble);
                None
            }
            Step::Finding(finding) => {
                self.damage(finding);
                None
            }
            Step::DecodedPage(page) => self.follows(&page).then_some(page),
        }
    }

    /// Reports damage after which nothing came.
    pub fn end(&mut self) {
        if !self.holes.is_empty() {
            self.gap.get_or_insert(self.next_seq);
            self.report_holes(None);
        }
    }

    /// Compares the files with the pages found in them: `files` are the
    /// segments that existed before the walk, with their lengths.
    pub fn judge_files(&mut self, files: &[(u64, u64)]) {
        for (segment, _) in files {
            if *segment == self.next_seq || self.segments.contains(segment) {
                continue;
            }
            let place = JournalPlace {
                segment: *segment,
                offset: 0,
            };
            let what = format!(
                "a segment file of this number holds nothing, and the journal goes on with {}",
                self.next_seq
            );
            self.findings
                .add(DeviationKind::Missing, None, Some(place), what);
        }
    }

    /// Reports a segment file that ends within a page: only zeros are missing,
    /// but a page is stored whole.
    pub fn cut_page(&mut self, page: &DecodedPage, file_len: u64) {
        let what = format!("the file ends at byte {file_len}, within the padding of this page");
        let entries = Some((page.header.first_seq, page.header.last_seq()));
        let place = Some(page.position.into());
        self.findings.add(DeviationKind::Cut, entries, place, what);
    }

    fn damage(&mut self, finding: DamagedRange) {
        if !matches!(finding.kind, FindingKind::SegmentMissing { .. }) {
            self.segments.insert(finding.position.segment);
        }
        match &finding.kind {
            // The next page's own header tells more.
            FindingKind::Sequence { .. } | FindingKind::SegmentMissing { .. } => {}
            FindingKind::Flaw(Flaw::Unsupported { part, found }) => {
                let what = format!(
                    "a page at entry {} has {part} {found}, which this version does not support",
                    self.next_seq
                );
                self.findings.doubt(what);
                self.is_foreign = true;
                self.gap.get_or_insert(self.next_seq);
            }
            _ if finding.is_tail => self.tail = Some(finding),
            _ => self.holes.push(finding),
        }
    }

    fn report_holes(&mut self, last: Option<u64>) {
        let first = self.next_seq;
        for hole in std::mem::take(&mut self.holes) {
            let (kind, what) = explain(&hole);
            let entries = last.map_or((first, first), |last| (first, last.max(first)));
            let what = match last {
                Some(_) => what,
                None => format!("{what}; nothing can be read from here on"),
            };
            self.findings
                .add(kind, Some(entries), Some(hole.position.into()), what);
        }
    }

    /// Checks that a page is the next one, and takes over its hashes.
    fn follows(&mut self, page: &DecodedPage) -> bool {
        let header = &page.header;
        let place = JournalPlace::from(page.position);
        self.counts.pages += 1;
        self.counts.bytes += page.len as u64;
        if place.offset == 0 {
            self.segments.insert(place.segment);
        }
        if header.first_seq < self.next_seq {
            let what = format!("the page belongs before entry {}", self.next_seq);
            let entries = Some((header.first_seq, header.last_seq()));
            self.findings
                .add(DeviationKind::OutOfOrder, entries, Some(place), what);
            return false;
        }
        self.bridge(header.first_seq, place);
        self.name_of_file(page, place);
        if self.is_linked && header.prev != self.hash {
            let what = "the page does not follow the hash of the entry before it".to_owned();
            self.findings
                .at(DeviationKind::Edited, header.first_seq, place, what);
        }
        self.entries(page, place);
        self.grow(page);
        self.last_page = header.first_seq;
        (self.next_seq, self.hash) = (header.next_seq(), header.last);
        self.is_linked = true;
        true
    }

    /// Checks that a segment file is named by its first entry.
    fn name_of_file(&mut self, page: &DecodedPage, place: JournalPlace) {
        let first_seq = page.header.first_seq;
        if place.offset > 0 || place.segment == first_seq {
            return;
        }
        let what = format!(
            "the file's name says that it begins with entry {}",
            place.segment
        );
        self.findings
            .at(DeviationKind::OutOfOrder, first_seq, place, what);
    }

    /// Accounts for entries between the last page and this one.
    fn bridge(&mut self, first_seq: u64, place: JournalPlace) {
        let is_explained = std::mem::take(&mut self.is_foreign) || !self.holes.is_empty();
        self.report_holes(Some(first_seq.saturating_sub(1)));
        if first_seq == self.next_seq {
            return;
        }
        self.gap.get_or_insert(self.next_seq);
        self.is_linked = false;
        if !is_explained {
            let entries = Some((self.next_seq, first_seq - 1));
            let what = "no page holds them".to_owned();
            self.findings
                .add(DeviationKind::Missing, entries, Some(place), what);
        }
        self.next_seq = first_seq;
    }

    fn entries(&mut self, page: &DecodedPage, place: JournalPlace) {
        let header = &page.header;
        let before = self.findings.count;
        for (seq, error) in &page.errors {
            match error {
                EntryError::Number(other) => {
                    let what = format!("the entry there says that it is number {other}");
                    self.findings
                        .at(DeviationKind::OutOfOrder, *seq, place, what);
                }
                EntryError::Bytes(CodecError::Version(_) | CodecError::Unsupported(_)) => {}
                EntryError::Bytes(error) => {
                    let what = error.to_string();
                    self.findings
                        .at(DeviationKind::Malformed, *seq, place, what);
                }
            }
        }
        let bad = self.findings.count - before;
        let is_chained = page.hash_last == header.last;
        if is_chained {
            self.unsupported(page);
            self.counts.entries_valid += u64::from(header.count).saturating_sub(bad);
        } else {
            let what = "the entries do not hash to what their page says".to_owned();
            let entries = Some((header.first_seq, header.last_seq()));
            self.findings
                .add(DeviationKind::Edited, entries, Some(place), what);
        }
    }

    /// Reports entries that are chained but of an unknown kind: neither valid
    /// nor forged.
    fn unsupported(&mut self, page: &DecodedPage) {
        for (seq, error) in &page.errors {
            if let Some(error) = newer(error) {
                self.counts.entries_valid = self.counts.entries_valid.saturating_sub(1);
                self.findings.doubt(format!("entry {seq}: {error}"));
            }
        }
    }

    fn grow(&mut self, page: &DecodedPage) {
        if self.gap.is_some() {
            return;
        }
        if page.header.first_seq == 0 {
            self.genesis = Some(page.hash_first);
        }
        if self.roots.is_wanted_before(page.header.next_seq()) {
            for leaf in &page.leaves {
                self.frontier.push(*leaf);
                self.roots.note(&self.frontier);
            }
        } else {
            self.frontier.extend(&page.subtrees);
            self.roots.note(&self.frontier);
        }
    }
}

/// Kind of some damage, and its description.
pub(super) fn explain(finding: &DamagedRange) -> (DeviationKind, String) {
    let kind = match &finding.kind {
        FindingKind::Hole => DeviationKind::Zeroed,
        FindingKind::Sequence { .. } => DeviationKind::OutOfOrder,
        FindingKind::SegmentMissing { .. } => DeviationKind::Missing,
        FindingKind::Flaw(flaw) => match flaw {
            Flaw::Short { .. } => DeviationKind::Cut,
            Flaw::Unsupported { .. } => DeviationKind::Unsupported,
            Flaw::Unsigned { .. } => DeviationKind::Signature,
            Flaw::Compression { .. } | Flaw::EntryLength { .. } | Flaw::Trailing { .. } => {
                DeviationKind::Malformed
            }
            _ => DeviationKind::Edited,
        },
    };
    (kind, format!("{} ({} bytes)", finding.kind, finding.len))
}

/// Error of an entry that a later version may have written and this one cannot read.
fn newer(error: &EntryError) -> Option<&CodecError> {
    match error {
        EntryError::Bytes(error @ (CodecError::Version(_) | CodecError::Unsupported(_))) => {
            Some(error)
        }
        _ => None,
    }
}

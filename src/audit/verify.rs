//! Verification: one walk over the journal that checks all claims.

use super::anchored::Journal;
use super::chained::{Chained, Roots, explain};
use super::index::Index;
use super::options::{LEVEL_MAX, Options};
use super::reperformed::Reperformed;
use super::report::{Claim, DeviationKind, End, Findings, HeadLine, Report, SecretsVerdict};
use super::scratch::Scratch;
use super::secrets::{self, SecretsCheck};
use super::signed::{CheckpointFile, Signatures};
use super::signers::Signers;
use super::state::StateCheck;
use super::text::grouped;
use super::walk::{DecodedPage, Depth, Step, walk, walk_on};
use crate::chain::checkpoint::Signed;
use crate::model::{Act, Entry, Genesis, NameKind};
use crate::storage::error::StorageError;
use crate::storage::journal::JournalReader;

/// Verifies a ledger's journal; `progress` is called with the bytes read and
/// the bytes in all.
///
/// # Errors
/// Errors of reading the files or of scratch space; faults of the journal
/// itself are in the report.
pub fn verify(
    options: &Options,
    mut progress: impl FnMut(u64, u64) + Send,
) -> Result<Report, StorageError> {
    let reader = JournalReader::open(&options.ledger.join("journal"))?;
    // Read before the journal: the entries that it covers must be there afterwards.
    let checkpoint = CheckpointFile::read(&options.ledger);
    let mut verification = Verification::new(options, &reader, checkpoint.parsed());
    let segments = reader.segments()?;
    let len_all = segments.iter().map(|(_, len)| len).sum();
    verification.chained.counts.segments = segments.len() as u64;
    // Read before the journal too, which then names every key that was destroyed.
    verification.open_secrets();
    let mut files = SegmentLengths::new(&reader, &segments);
    walk(&reader, options.pace(), verification.depth(), |step| {
        if let Step::DecodedPage(page) = &step
            && let Some(len) = files.cut(page)
        {
            verification.chained.cut_page(page, len);
        }
        let used = verification.take(step);
        progress(verification.chained.counts.bytes, len_all);
        used
    })?;
    let last = verification.look_again(&reader, &checkpoint);
    verification.chained.judge_files(&segments);
    verification.end()?;
    verification.judge_secrets();
    verification.judge_end(checkpoint.parsed(), last.parsed());
    Ok(verification.report(&checkpoint))
}

/// Remark on signatures if the auditor brought no key.
const OWN_KEY: &str = "signed by the ledger's own key, not by one you brought";

/// Most times that the end is read again while a writer moves it.
const LOOKS_MAX: usize = 5;

/// Lengths of the segment files. Pages are read with zeros after the end of
/// their file, so only these tell whether a page is there whole.
struct SegmentLengths<'a> {
    reader: &'a JournalReader,
    /// The segment being walked over, and its length.
    current: (u64, u64),
    all: Vec<(u64, u64)>,
}

impl<'a> SegmentLengths<'a> {
    fn new(reader: &'a JournalReader, all: &[(u64, u64)]) -> SegmentLengths<'a> {
        SegmentLengths {
            reader,
            current: (0, 0),
            all: all.to_vec(),
        }
    }

    /// Length of a page's file, if that ends within the page.
    fn cut(&mut self, page: &DecodedPage) -> Option<u64> {
        let (segment, end) = (
            page.position.segment,
            page.position.offset + page.len as u64,
        );
        if self.current.0 == segment && end <= self.current.1 {
            return None;
        }
        let is_it = |file: &&(u64, u64)| file.0 == segment;
        let known = self.all.iter().find(is_it).copied();
        if known.is_none_or(|file| file.1 < end) {
            // A writer extends files, and makes new ones.
            self.all = self.reader.segments().ok()?;
        }
        self.current = self.all.iter().find(is_it).copied()?;
        (self.current.1 < end).then_some(self.current.1)
    }
}

/// State of the walk.
struct Verification<'a> {
    options: &'a Options,
    chained: Chained,
    state_check: StateCheck,
    genesis: Option<Genesis>,
    reperformed: Option<Reperformed>,
    signers: Option<Signers>,
    /// Reason why the first entry's origin or key can sign nothing.
    unfit_signer: Option<String>,
    signatures: Option<Signatures>,
    secrets: Option<SecretsCheck>,
    secrets_told: Option<SecretsVerdict>,
    notes: Vec<String>,
    trouble: Option<StorageError>,
}

impl<'a> Verification<'a> {
    fn new(
        options: &'a Options,
        reader: &JournalReader,
        checkpoint: Option<&Signed>,
    ) -> Verification<'a> {
        let kept = options.anchors.iter().map(|anchor| anchor.size());
        let roots = Roots::wanting(kept.chain(checkpoint.map(|signed| signed.claim().size())));
        let scratch = Scratch::new(options.scratch.as_deref());
        Verification {
            options,
            chained: Chained::new(roots),
            state_check: StateCheck::new(scratch, options),
            genesis: None,
            reperformed: options
                .is_asked(2)
                .then(|| Reperformed::new(Index::new(reader))),
            signers: None,
            unfit_signer: None,
            signatures: None,
            secrets: None,
            secrets_told: None,
            notes: Vec::new(),
            trouble: None,
        }
    }

    /// Depth to which pages are decoded.
    fn depth(&self) -> Depth {
        match (self.options.is_asked(1), self.options.is_asked(2)) {
            (_, true) => Depth::Entries,
            (true, false) => Depth::Folding,
            _ => Depth::Spelling,
        }
    }

    /// Processes a step; returns a page that is no longer needed.
    fn take(&mut self, step: Step) -> Option<Box<DecodedPage>> {
        if let Step::DecodedPage(page) = &step {
            self.follow_signers(page);
        }
        self.note_signature(&step);
        let page = self.chained.take(step)?;
        if page.header.first_seq == 0 {
            self.begin(&page);
        }
        if self.depth() >= Depth::Folding {
            self.fold(&page);
        }
        Some(page)
    }

    /// Opens the secrets, unless they were not named and cannot be read.
    fn open_secrets(&mut self) {
        let Some(folder) = &self.options.secrets else {
            return;
        };
        if !self.options.is_asked(1) {
            return;
        }
        match SecretsCheck::open(&folder.dir) {
            Ok(check) => self.secrets = Some(check),
            Err(trouble) if folder.is_named => {
                self.secrets_told = Some(secrets::unread(&folder.dir, &trouble));
            }
            Err(damage @ StorageError::SecretDamage { .. }) => {
                self.secrets_told = Some(secrets::unread(&folder.dir, &damage));
            }
            Err(trouble) => self
                .notes
                .push(format!("the secrets were not compared: {trouble}")),
        }
    }

    /// Compares the secrets with a journal that was read to its end.
    fn judge_secrets(&mut self) {
        let (Some(check), Some(folder)) = (self.secrets.take(), &self.options.secrets) else {
            return;
        };
        if self.state_check.folded < self.chained.next_seq {
            let why = "the secrets were not compared: not every entry could be read";
            self.notes.push(why.to_owned());
            return;
        }
        let signer = self.signers.as_ref().map(Signers::last);
        let judged = check.judge(self.genesis.as_ref(), signer);
        let told = judged.unwrap_or_else(|trouble| secrets::unread(&folder.dir, &trouble));
        self.secrets_told = Some(told);
    }

    fn fold(&mut self, page: &DecodedPage) {
        if let Some(check) = &mut self.secrets {
            page.entries.iter().for_each(|entry| check.entry(entry));
        }
        let mut reperformed = self.reperformed.as_mut();
        if let Some(reperformed) = &mut reperformed {
            reperformed.index.note(page.header.first_seq, page.position);
        }
        let folded =
            self.state_check
                .page(page, |state, unused, entry, place| match &mut reperformed {
                    Some(reperformed) => {
                        reperformed.before = page.hash_before(entry.seq);
                        reperformed.entry(state, unused, entry, place)
                    }
                    None => Ok(()),
                });
        if let Err(trouble) = folded {
            self.trouble.get_or_insert(trouble);
        }
    }

    /// Takes the root of the tree before a page, which the page signs, before
    /// its entries are added.
    fn note_signature(&mut self, step: &Step) {
        let (Step::DecodedPage(page), Some(signers), Some(signatures)) =
            (step, &self.signers, &mut self.signatures)
        else {
            return;
        };
        let is_next = self.chained.next_seq == page.header.first_seq && self.chained.gap.is_none();
        if let Some(signature) = page.header.signature.filter(|_| is_next) {
            let root = self.chained.frontier.root();
            let size = page.header.first_seq;
            let place = page.position.into();
            signatures.page(signers.at(size), (size, root), signature, place);
        }
    }

    /// Applies entries that change the signer.
    fn follow_signers(&mut self, page: &DecodedPage) {
        let Some(signers) = &mut self.signers else {
            return;
        };
        let changes =
            |entry: &&Entry| matches!(entry.act, Act::KeyRotated { .. } | Act::Restored { .. });
        for entry in page.entries.iter().filter(changes) {
            let is_restored = matches!(entry.act, Act::Restored { .. });
            let followed = match signers.follow(entry) {
                Ok(()) if is_restored && entry.seq != page.header.first_seq => {
                    Err("an incarnation begins with a page of its own".to_owned())
                }
                followed => followed,
            };
            if let (Err(what), Some(signatures)) = (followed, &mut self.signatures) {
                let place = page.position.into();
                signatures
                    .findings
                    .at(DeviationKind::Signature, entry.seq, place, what);
            }
        }
    }

    /// Reads the first entry, which names the ledger.
    fn begin(&mut self, page: &DecodedPage) {
        let Some(entry) = page.entries.first() else {
            return;
        };
        let Act::Genesis(genesis) = &entry.act else {
            return;
        };
        match Signers::new(genesis) {
            Ok(signers) => self.signers = Some(signers),
            Err(flaw) => self.unfit_signer = Some(flaw.to_string()),
        }
        if self.options.is_asked(3) && self.signers.is_some() {
            self.signatures = Some(Signatures::new(self.options.threads));
        }
        self.genesis = Some(genesis.clone());
    }

    /// Reads the end again as long as the checkpoint moves on and it does not
    /// verify: a writer may be moving it. Returns the newest checkpoint seen.
    fn look_again(&mut self, reader: &JournalReader, before: &CheckpointFile) -> CheckpointFile {
        let mut last = before.clone();
        for _ in 0..LOOKS_MAX {
            let Some(tail) = self.chained.tail.clone() else {
                break;
            };
            let now = CheckpointFile::read(&self.options.ledger);
            if now == last {
                break;
            }
            last = now;
            self.chained.tail = None;
            let depth = self.depth();
            let take = |step| self.take(step);
            if let Err(trouble) = walk_on(reader, tail.position, depth, take) {
                self.trouble.get_or_insert(trouble);
            }
        }
        last
    }

    fn end(&mut self) -> Result<(), StorageError> {
        self.chained.end();
        self.state_check.end()?;
        if let Some(signatures) = &mut self.signatures {
            signatures.verify();
        }
        let trouble = self.chained.trouble.take().or(self.trouble.take());
        trouble.map_or(Ok(()), Err)
    }

    fn report(mut self, checkpoint: &CheckpointFile) -> Report {
        let mut notes = Vec::new();
        if *checkpoint == CheckpointFile::Missing {
            notes.push("there is no checkpoint file: an end that was cut off shows only by what was kept elsewhere".to_owned());
        }
        notes.extend(self.state_check.skipped());
        notes.append(&mut self.notes);
        let chained = &self.chained;
        let mut counts = chained.counts;
        counts.entries = chained.next_seq;
        counts.folded = self.state_check.folded;
        let head = HeadLine {
            size: chained.next_seq,
            hash: chained.hash.to_hex(),
            root: match chained.gap {
                None => chained.frontier.root().to_hex(),
                Some(_) => String::new(),
            },
        };
        let signers = self.signers.as_ref().filter(|_| chained.gap.is_none());
        let end = signers.zip(chained.genesis).map(|(signers, genesis)| End {
            genesis,
            root: chained.frontier.root(),
            key: signers.last().clone(),
        });
        let origin = self
            .genesis
            .as_ref()
            .map(|g| g.origin.clone())
            .unwrap_or_default();
        let mut claims = vec![
            self.anchored(),
            self.signed(checkpoint, &mut counts.signatures),
            self.reperformed(&mut counts.redecided),
            self.state(),
            self.chained_claim(),
        ];
        claims.reverse();
        for claim in &mut claims {
            claim.is_asked = self.options.is_asked(claim.level);
        }
        debug_assert_eq!(claims.len(), usize::from(LEVEL_MAX) + 1);
        // Nobody has to wait until many members are freed.
        std::thread::spawn(move || drop(self.state_check));
        Report {
            tool: format!("stampbook {}", env!("CARGO_PKG_VERSION")),
            ledger: self.options.ledger.display().to_string(),
            origin,
            head,
            counts,
            claims,
            secrets: self.secrets_told,
            notes,
            end,
        }
    }

    /// Judges the end by the checkpoint file: entries are missing, or bytes
    /// there were never acknowledged. `last` is the file as read after the
    /// journal, `before` as read before it.
    fn judge_end(&mut self, before: Option<&Signed>, last: Option<&Signed>) {
        let signers = self.signers.as_ref();
        let key = |c: &Signed| signers.and_then(|signers| signers.of(c.claim()));
        let is_signed = |c: &&Signed| key(c).is_some_and(|key| c.verify(key).is_ok());
        let size = self.chained.next_seq;
        let known = before.filter(is_signed).map(|signed| signed.claim().size());
        let root = self.chained.frontier.root();
        let is_end = |c: &Signed| (c.claim().size(), c.claim().root()) == (size, root);
        let is_shown = self.chained.gap.is_none() && last.filter(is_signed).is_some_and(is_end);
        let findings = &mut self.chained.findings;
        if let Some(known) = known.filter(|known| *known > size) {
            let what =
                format!("the checkpoint file knows {known} entries, the journal ends before");
            findings.add(DeviationKind::Cut, Some((size, known - 1)), None, what);
        }
        let Some(tail) = self.chained.tail.take() else {
            return;
        };
        let (kind, what) = explain(&tail);
        if is_shown {
            self.notes.push(format!(
                "behind entry {} lie {} bytes that were never acknowledged, as the checkpoint file shows",
                size.saturating_sub(1),
                tail.len
            ));
        } else {
            let what = format!("{what}; nothing shows that they were never acknowledged");
            findings.add(kind, Some((size, size)), Some(tail.position.into()), what);
        }
    }

    fn chained_claim(&mut self) -> Claim {
        let mut findings = std::mem::take(&mut self.chained.findings);
        if self.chained.next_seq == 0 {
            findings.doubt("there are no entries");
        }
        let all = grouped(self.chained.next_seq);
        let held = format!("{all} entries, from the first to the last hash");
        Claim::found(0, findings, held)
    }

    fn state(&mut self) -> Claim {
        let state_check = &self.state_check;
        if self.chained.next_seq == 0 {
            return Claim::unchecked(1, "there are no entries");
        }
        if !(self.options.is_asked(1) || self.options.is_asked(2)) {
            return Claim::unchecked(1, "it was not asked for");
        }
        let mut findings = state_check.findings.clone();
        if state_check.folded < self.chained.next_seq {
            let (at, before) = (state_check.folded, grouped(state_check.folded));
            findings.doubt(format!(
                "entry {at} is missing or cannot be read; the {before} entries before it agree"
            ));
        }
        for number in state_check.unread() {
            findings.doubt(format!(
                "the programme.toml of activation {number} cannot be read, so days and stores under it were not checked"
            ));
        }
        let names = &state_check.state.global.names;
        let units: Vec<String> = state_check
            .outstanding()
            .map(|(unit, total)| format!("{} {total}", names.text(NameKind::Unit, unit)))
            .collect();
        let (folded, members) = (
            grouped(state_check.folded),
            grouped(state_check.state.global.members),
        );
        let outstanding = match units.is_empty() {
            true => String::new(),
            false => format!("; outstanding: {}", units.join(", ")),
        };
        let because = format!("{folded} entries folded; members: {members}{outstanding}");
        Claim::found(1, findings, because)
    }

    fn reperformed(&mut self, count: &mut u64) -> Claim {
        let Some(reperformed) = self
            .reperformed
            .take()
            .filter(|_| self.chained.next_seq > 0)
        else {
            let is_asked = self.options.is_asked(2);
            let why = if is_asked {
                "there are no entries"
            } else {
                "it was not asked for"
            };
            return Claim::unchecked(2, why);
        };
        let mut findings = reperformed.findings;
        *count = reperformed.count;
        if reperformed.foreign > 0 {
            let foreign = grouped(reperformed.foreign);
            findings.doubt(format!(
                "{foreign} entries name a programme that cannot be run here"
            ));
        }
        let folded = self.state_check.folded;
        if folded < self.chained.next_seq {
            findings.doubt(format!("entry {folded} is missing or cannot be read"));
        }
        let because = format!(
            "{} entries decided again, with the same effects",
            grouped(*count)
        );
        Claim::found(2, findings, because)
    }

    fn signed(&mut self, checkpoint: &CheckpointFile, count: &mut u64) -> Claim {
        if !self.options.is_asked(3) {
            return Claim::unchecked(3, "it was not asked for");
        }
        if let Some(flaw) = self.unfit_signer.take() {
            let mut findings = Findings::default();
            let what = format!("what it names as origin and key can sign nothing: {flaw}");
            findings.add(DeviationKind::Signature, Some((0, 0)), None, what);
            return Claim::found(3, findings, String::new());
        }
        let (Some(mut signatures), Some(signers)) = (self.signatures.take(), &self.signers) else {
            return Claim::unchecked(3, "there is no genesis, so it is not known what was signed");
        };
        let roots = &self.chained.roots;
        signatures.checkpoint(signers, checkpoint, |size| roots.at(size));
        *count = signatures.count;
        let mut findings = signatures.findings;
        match self.options.pinned() {
            Some(pinned) if !signers.has(pinned) => {
                let what = "the ledger's first entry names another key than the pinned one".into();
                findings.add(DeviationKind::Signature, Some((0, 0)), None, what);
            }
            None if self.options.level.is_some() => findings.doubt(format!(
                "the signatures verify, {OWN_KEY}: that shows internal consistency only"
            )),
            _ => {}
        }
        let (signed, all) = (signatures.size_max, self.chained.next_seq);
        if signed == 0 {
            findings.doubt("nothing is signed yet");
        } else if signed < self.chained.last_page {
            findings.doubt(format!(
                "entries from {signed} on are not signed, which is more than the last page"
            ));
        }
        let tail = match all.saturating_sub(signed) {
            0 => "nothing is unsigned".to_owned(),
            _ => format!("unsigned tail: entries {signed} to {}", all - 1),
        };
        let whose = match self.options.pinned() {
            Some(_) => String::new(),
            None => format!("; {OWN_KEY}"),
        };
        let because = format!(
            "up to size {}, {} page signatures; {tail}{whose}",
            grouped(signed),
            grouped(*count)
        );
        Claim::found(3, findings, because)
    }

    fn anchored(&mut self) -> Claim {
        if self.options.anchors.is_empty() {
            let why = "nothing kept from before was given (--card, --checkpoint, --stamp)";
            return Claim::unchecked(4, why);
        }
        let journal = Journal {
            signers: self.signers.as_ref(),
            pinned: self.options.pinned(),
            genesis: self.chained.genesis,
            size: self.chained.next_seq,
            gap: self.chained.gap,
            roots: &self.chained.roots,
        };
        let (mut findings, size) = journal.compare_all(&self.options.anchors);
        if size == 0 && findings.count == 0 {
            findings.doubt("what was kept knows no entries");
        }
        let count = self.options.anchors.len();
        let because = format!("up to size {} by {count} kept earlier", grouped(size));
        Claim::found(4, findings, because)
    }
}

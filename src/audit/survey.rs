//! Cards, comparison of stamps with the journal, and inspection of one entry.

use super::anchor::{Anchor, Card};
use super::anchored::{Journal, StampVerdict, verdict};
use super::anchored_entries::AnchoredEntries;
use super::chained::{Chained, Roots};
use super::options::Options;
use super::report::{JournalPlace, Outcome, Report};
use super::signers::Signers;
use super::verify::verify;
use super::walk::{DecodedPage, Depth, Pace, Step, walk};
use crate::chain::codec;
use crate::chain::hash::Hash;
use crate::chain::note::VerifierKey;
use crate::chain::page::Page;
use crate::engine::Error;
use crate::model::{Act, Entry, Genesis, Instant};
use crate::storage::journal::{JournalReader, Piece, Position, files};
use std::fmt;
use std::path::Path;

/// Result of one walk over a journal, for stamps.
struct Survey {
    chained: Chained,
    signers: Signers,
    entries: AnchoredEntries,
}

impl Survey {
    fn of(ledger: &Path, threads: usize, kept: &[Anchor]) -> Result<Survey, Error> {
        let reader = JournalReader::open(&ledger.join("journal"))?;
        let genesis = genesis(&reader)?;
        let signers = Signers::new(&genesis).map_err(|flaw| Error::damage(flaw.to_string()))?;
        let mut survey = Survey {
            chained: Chained::new(Roots::wanting(kept.iter().map(Anchor::size))),
            signers,
            entries: AnchoredEntries::wanting(kept.iter().filter_map(Anchor::index)),
        };
        let pace = Pace { threads, ahead: 4 };
        walk(&reader, pace, Depth::Folding, |step| survey.take(step))?;
        survey.chained.end();
        match survey.chained.trouble.take() {
            Some(trouble) => Err(trouble.into()),
            None => Ok(survey),
        }
    }

    fn take(&mut self, step: Step) -> Option<Box<DecodedPage>> {
        let page = self.chained.take(step)?;
        for entry in &page.entries {
            // A key that does not follow does not sign; the verifier reports
            // the reason.
            let _ = self.signers.follow(entry);
            self.entries.note(entry);
        }
        Some(page)
    }
}

fn genesis(reader: &JournalReader) -> Result<Genesis, Error> {
    let first = reader.pages()?.next().transpose()?;
    let page = match first {
        Some(Piece::Page(stored)) => Some(stored.page),
        _ => None,
    };
    let view = page.as_ref().and_then(|page| Page::parse(&page.bytes).ok());
    let entry = view
        .as_ref()
        .and_then(|view| codec::decode(view.entries().next()?).ok());
    match entry.map(|entry| entry.act) {
        Some(Act::Genesis(genesis)) => Ok(genesis),
        _ => Err(Error::damage(
            "the journal does not begin with a genesis that can be read",
        )),
    }
}

/// Reason why there is no card.
#[derive(Debug)]
pub enum NoCard {
    /// The ledger could not be read.
    Error(Error),
    /// It does not verify, or only in part.
    Unverified(Box<Report>),
}

impl<E: Into<Error>> From<E> for NoCard {
    fn from(error: E) -> NoCard {
        NoCard::Error(error.into())
    }
}

/// Makes an auditor's card of a ledger, after verifying its claims 0, 1 and 3.
/// `key` is the auditor's own, if any; `now` is printed on the card, for
/// people.
///
/// # Errors
/// I/O errors; the report of a ledger that does not verify, for which there is no card.
pub fn card(
    ledger: &Path,
    threads: usize,
    key: Option<&VerifierKey>,
    now: Instant,
) -> Result<Card, NoCard> {
    let options = Options {
        threads,
        key: key.cloned(),
        is_reperformed: false,
        ..Options::new(ledger)
    };
    let report = verify(&options, |_, _| ())?;
    let card = report.card(&now.display(0), key.is_none());
    card.ok_or_else(|| NoCard::Unverified(Box::new(report)))
}

impl Report {
    /// The card of a ledger of which all that was asked held. `date` is printed on it, for
    /// people; `is_own_key` is true if signatures were compared with the ledger's own key only.
    pub fn card(&self, date: &str, is_own_key: bool) -> Option<Card> {
        let end = self.end.as_ref()?;
        (self.outcome() == Outcome::Held).then(|| Card {
            key: end.key.clone(),
            genesis: end.genesis,
            size: self.head.size,
            root: end.root,
            date: date.into(),
            is_own_key,
        })
    }
}

/// Checks stamps, slips, checkpoints and cards against the journal as it is
/// now. Without a key, signatures are verified with the ledger's own.
///
/// # Errors
/// I/O errors.
pub fn stamp_check(
    ledger: &Path,
    threads: usize,
    kept: &[Anchor],
    key: Option<&VerifierKey>,
) -> Result<Vec<StampVerdict>, Error> {
    let survey = Survey::of(ledger, threads, kept)?;
    let chained = &survey.chained;
    let journal = Journal {
        signers: Some(&survey.signers),
        pinned: key,
        genesis: chained.genesis,
        size: chained.next_seq,
        gap: chained.gap,
        roots: &chained.roots,
    };
    Ok(kept
        .iter()
        .map(|anchor| verdict(&journal, anchor, &survey.entries))
        .collect())
}

/// An entry as it is stored.
#[derive(PartialEq, Eq, Debug)]
pub struct Raw {
    /// Its sequence.
    pub seq: u64,
    /// The page that contains it.
    pub place: JournalPlace,
    /// First and last entry of that page.
    pub page: (u64, u64),
    /// Chain hash of the entry before it.
    pub prev: Hash,
    /// Its own chain hash.
    pub hash: Hash,
    /// Its canonical bytes.
    pub bytes: Vec<u8>,
    /// The decoded entry, or the reason why the bytes are none.
    pub entry: Result<Entry, codec::CodecError>,
}

/// Finds an entry's stored bytes; None if no page contains it.
///
/// # Errors
/// I/O errors.
pub fn raw(ledger: &Path, seq: u64) -> Result<Option<Raw>, Error> {
    let reader = JournalReader::open(&ledger.join("journal"))?;
    let segments = reader.segments()?;
    let segment = segments
        .iter()
        .map(|s| s.0)
        .filter(|first| *first <= seq)
        .max();
    let from = Position {
        segment: segment.unwrap_or_default(),
        offset: 0,
    };
    for piece in reader.pages_from(from, None)? {
        let Piece::Page(stored) = piece? else {
            continue;
        };
        let header = stored.page.header;
        if header.first_seq > seq {
            break;
        }
        if header.has_entry(seq) {
            return Ok(raw_in(&stored.page, stored.position, seq));
        }
    }
    Ok(None)
}

fn raw_in(page: &Page, position: Position, seq: u64) -> Option<Raw> {
    let view = Page::parse(&page.bytes).ok()?;
    let at = usize::try_from(seq - page.header.first_seq).ok()?;
    let bytes = view.entries().nth(at)?.to_vec();
    let before = at.checked_sub(1).and_then(|at| view.hashes().nth(at));
    Some(Raw {
        seq,
        place: position.into(),
        page: (page.header.first_seq, page.header.last_seq()),
        prev: before.unwrap_or(page.header.prev),
        hash: view.hashes().nth(at)?,
        entry: codec::decode(&bytes),
        bytes,
    })
}

impl fmt::Display for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = files::segment_name(self.place.segment);
        let (first, last) = self.page;
        writeln!(f, "entry     {}", self.seq)?;
        writeln!(
            f,
            "place     {file} at byte {}, page of entries {first} to {last}",
            self.place.offset
        )?;
        writeln!(f, "previous  {}", self.prev)?;
        writeln!(f, "hash      {}", self.hash)?;
        writeln!(f, "bytes     {}", self.bytes.len())?;
        for row in self.bytes.chunks(32) {
            writeln!(f, "  {}", data_encoding::HEXLOWER.encode(row))?;
        }
        match &self.entry {
            Ok(entry) => writeln!(f, "{entry:#?}"),
            Err(error) => writeln!(f, "{error}"),
        }
    }
}

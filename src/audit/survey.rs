//! A walk that only hashes: for cards and stamps, and to look at one entry.

use super::anchor::{Anchor, Card};
use super::chained::{Chained, Roots};
use super::kept::{Checked, Journal, verdict};
use super::report::Place;
use super::walk::{Depth, walk};
use crate::chain::codec;
use crate::chain::hash::Hash;
use crate::chain::note::VerifierKey;
use crate::chain::page::Page;
use crate::engine::Error;
use crate::model::{Act, Entry, Genesis, Instant};
use crate::storage::journal::{Piece, Position, Reader, files};
use std::fmt;
use std::path::Path;

/// What hashing alone tells of a journal.
struct Survey {
    chained: Chained,
    genesis: Genesis,
}

impl Survey {
    fn of(ledger: &Path, threads: usize, sizes: &[u64]) -> Result<Survey, Error> {
        let reader = Reader::open(&ledger.join("journal"))?;
        let genesis = genesis(&reader)?;
        let mut chained = Chained::new(Roots::wanting(sizes.iter().copied()));
        walk(&reader, threads, Depth::Hashes, |step| chained.take(step))?;
        chained.end();
        match chained.trouble.take() {
            Some(trouble) => Err(trouble.into()),
            None => Ok(Survey { chained, genesis }),
        }
    }
}

fn genesis(reader: &Reader) -> Result<Genesis, Error> {
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
        _ => Err(Error::usage(
            "the journal does not begin with a genesis that can be read",
        )),
    }
}

/// What an auditor should keep of a ledger: the tree as it stands, computed
/// from the journal. `now` is printed on it, for people.
///
/// # Errors
/// Trouble with reading; a journal that does not verify gets no card.
pub fn card(ledger: &Path, threads: usize, now: Instant) -> Result<Card, Error> {
    let survey = Survey::of(ledger, threads, &[])?;
    let chained = &survey.chained;
    if chained.findings.count > 0 || !chained.findings.doubts.is_empty() {
        return Err(Error::usage(
            "the journal does not verify, so there is nothing to put on a card; run `stampbook audit verify`",
        ));
    }
    let genesis = &survey.genesis;
    let key = VerifierKey::new(&genesis.origin, &genesis.verifier);
    Ok(Card {
        key: key.map_err(|flaw| Error::usage(flaw.to_string()))?,
        genesis: chained.genesis.unwrap_or_default(),
        size: chained.next_seq,
        root: chained.frontier.root(),
        date: now.display(0),
    })
}

/// Checks stamps, slips, checkpoints and cards against the journal as it is
/// now. Without a key, signatures are held against the one Genesis names.
///
/// # Errors
/// Trouble with reading.
pub fn stamp_check(
    ledger: &Path,
    threads: usize,
    kept: &[Anchor],
    key: Option<&VerifierKey>,
) -> Result<Checked, Error> {
    let sizes: Vec<u64> = kept.iter().map(Anchor::size).collect();
    let survey = Survey::of(ledger, threads, &sizes)?;
    let (chained, genesis) = (&survey.chained, &survey.genesis);
    let own = VerifierKey::new(&genesis.origin, &genesis.verifier).ok();
    let journal = Journal {
        origin: &genesis.origin,
        key: Some(genesis.verifier),
        genesis: chained.genesis,
        size: chained.next_seq,
        gap: chained.gap,
        roots: &chained.roots,
    };
    let key = key.or(own.as_ref());
    Ok(kept
        .iter()
        .map(|anchor| verdict(&journal, anchor, key))
        .collect())
}

/// An entry as it is stored.
#[derive(PartialEq, Eq, Debug)]
pub struct Raw {
    /// Its sequence.
    pub seq: u64,
    /// The page it lies in.
    pub place: Place,
    /// First and last entry of that page.
    pub page: (u64, u64),
    /// Chain hash of the entry before it.
    pub prev: Hash,
    /// Its own chain hash.
    pub hash: Hash,
    /// Its canonical bytes.
    pub bytes: Vec<u8>,
    /// The entry they are, or why they are none.
    pub entry: Result<Entry, codec::CodecError>,
}

/// Finds an entry's stored bytes; None if no page holds it.
///
/// # Errors
/// Trouble with reading.
pub fn raw(ledger: &Path, seq: u64) -> Result<Option<Raw>, Error> {
    let reader = Reader::open(&ledger.join("journal"))?;
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

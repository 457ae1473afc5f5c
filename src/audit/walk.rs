//! Walking over the whole journal with several threads: they read, hash and
//! decode, each a part of its own; one reader gets the parts in order.

use crate::chain::codec::{self, CodecError};
use crate::chain::hash::Hash;
use crate::chain::page::{Flaw, Header, Page};
use crate::chain::tree::leaf_hash;
use crate::model::Entry;
use crate::store::error::Trouble;
use crate::store::journal::{Finding, Piece, Position, Reader, StoredPage};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// About how long a part is, in bytes: small enough that parts in flight stay
/// small, large enough that handing them over costs nothing.
const PART_LEN: u64 = 1 << 20;
/// Entries handed over at once.
const BATCH_LEN: usize = 2048;
/// Batches that may wait in one part.
const BATCHES_MAX: usize = 8;

/// Scripts call functions in functions.
const STACK_LEN: usize = 32 << 20;

/// How much to make of each page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Depth {
    /// Chain hashes and leaves.
    Hashes,
    /// The entries as well.
    Entries,
}

/// What was made of a page.
pub(super) struct Sheet {
    pub position: Position,
    pub header: Header,
    pub len: usize,
    /// The hash after each entry, from the page's own `prev`.
    pub hashes: Vec<Hash>,
    pub leaves: Vec<Hash>,
    pub entries: Vec<Result<Entry, CodecError>>,
    /// Hashes of what each entry may use only once, with its sequence.
    pub uniques: Vec<super::uniques::Unique>,
}

/// What the walk comes upon.
pub(super) enum Step {
    Sheet(Box<Sheet>),
    Finding(Finding),
    Trouble(Trouble),
}

type Range = (Position, Option<Position>);
/// A part to read, and where its steps go.
type Work = (Range, SyncSender<Vec<Step>>);

/// Walks the whole journal and hands every step to `take`, in order.
pub(super) fn walk(
    reader: &Reader,
    threads: usize,
    depth: Depth,
    take: impl FnMut(Step) + Send,
) -> Result<(), Trouble> {
    let all: u64 = reader.segments()?.iter().map(|(_, len)| len).sum();
    let parts = reader.split((all / PART_LEN).max(1))?;
    walk_parts(reader, parts, threads.max(1), depth, take)
}

/// Goes on from a place where a page begins or should.
pub(super) fn walk_on(
    reader: &Reader,
    from: Position,
    depth: Depth,
    take: impl FnMut(Step) + Send,
) -> Result<(), Trouble> {
    walk_parts(reader, vec![(from, None)], 1, depth, take)
}

fn walk_parts(
    reader: &Reader,
    parts: Vec<Range>,
    threads: usize,
    depth: Depth,
    mut take: impl FnMut(Step) + Send,
) -> Result<(), Trouble> {
    let (work_in, work_out) = sync_channel::<Work>(threads);
    // Its bound is how many parts may be ahead of the one that is taken.
    let (order_in, order_out) = sync_channel::<Receiver<Vec<Step>>>(threads * 2);
    let work_out = Mutex::new(work_out);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| work(reader, &work_out, depth));
        }
        scope.spawn(move || {
            for part in parts {
                let (steps_in, steps_out) = sync_channel(BATCHES_MAX);
                if order_in.send(steps_out).is_err() || work_in.send((part, steps_in)).is_err() {
                    return;
                }
            }
        });
        let taker = std::thread::Builder::new().stack_size(STACK_LEN);
        let taking = taker.spawn_scoped(scope, move || {
            order_out
                .iter()
                .flat_map(|steps| steps.into_iter().flatten())
                .for_each(&mut take);
        });
        // Where it could not start, the channels close and every worker ends.
        taking
            .map(drop)
            .map_err(|e| Trouble::io("start a thread for", &reader.path(0), e))
    })
}

fn work(reader: &Reader, parts: &Mutex<Receiver<Work>>, depth: Depth) {
    loop {
        let next = match parts.lock() {
            Ok(parts) => parts.recv(),
            Err(_) => return,
        };
        let Ok((range, steps)) = next else { return };
        if read_part(reader, range, depth, &steps).is_none() {
            return;
        }
    }
}

/// Reads one part; None when nobody takes it any more.
fn read_part(
    reader: &Reader,
    (from, until): Range,
    depth: Depth,
    steps: &SyncSender<Vec<Step>>,
) -> Option<()> {
    let scan = match reader.pages_from(from, until) {
        Ok(scan) => scan,
        Err(trouble) => return steps.send(vec![Step::Trouble(trouble)]).ok(),
    };
    let mut buffer = Vec::new();
    let mut batch = Vec::new();
    let mut batch_len = 0;
    for piece in scan {
        let step = match piece {
            Err(trouble) => Step::Trouble(trouble),
            Ok(Piece::Finding(finding)) => Step::Finding(finding),
            Ok(Piece::Page(stored)) => match sheet(&stored, depth, &mut buffer) {
                Ok(sheet) => Step::Sheet(Box::new(sheet)),
                Err(flaw) => Step::Finding(changed_meanwhile(&stored, flaw)),
            },
        };
        batch_len += match &step {
            Step::Sheet(sheet) => sheet.hashes.len() + 8,
            _ => 1,
        };
        batch.push(step);
        if batch_len >= BATCH_LEN {
            steps.send(std::mem::take(&mut batch)).ok()?;
            batch_len = 0;
        }
    }
    steps.send(batch).ok()
}

/// The scan has parsed these very bytes; should they not parse again, say so.
fn changed_meanwhile(stored: &StoredPage, flaw: Flaw) -> Finding {
    Finding {
        position: stored.position,
        len: stored.page.bytes.len() as u64,
        next_seq: Some(stored.page.header.first_seq),
        kind: crate::store::journal::FindingKind::Flaw(flaw),
        is_tail: false,
    }
}

/// Hashes a page's entries and, if asked, decodes them.
pub(super) fn sheet(
    stored: &StoredPage,
    depth: Depth,
    buffer: &mut Vec<u8>,
) -> Result<Sheet, Flaw> {
    let view = Page::parse(&stored.page.bytes)?;
    let hashes: Vec<Hash> = view.hashes().collect();
    let leaves = hashes.iter().map(leaf_hash).collect();
    let mut entries = Vec::new();
    let mut uniques = Vec::new();
    if depth == Depth::Entries {
        entries.reserve_exact(hashes.len());
        entries.extend(
            view.entries()
                .map(|bytes| codec::decode_with(bytes, buffer)),
        );
        uniques.reserve(hashes.len() * 2);
        entries
            .iter()
            .flatten()
            .for_each(|entry| super::uniques::of(entry, &mut uniques));
    }
    Ok(Sheet {
        position: stored.position,
        header: view.header,
        len: stored.page.bytes.len(),
        hashes,
        leaves,
        entries,
        uniques,
    })
}

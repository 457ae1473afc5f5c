//! A walk over the whole journal with several threads: each reads, hashes and
//! decodes parts of its own; one reader receives the parts in order.

use crate::chain::codec::{self, CodecError};
use crate::chain::hash::Hash;
use crate::chain::page::{Header, PageView};
use crate::chain::tree::{complete_subtrees, leaf_hash};
use crate::model::Entry;
use crate::storage::error::StorageError;
use crate::storage::journal::{DamagedRange, JournalReader, Piece, Position, StoredPage};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::Builder;

/// Length of a part in bytes, approximately: small enough that parts in flight
/// stay small, large enough that handing them over costs nothing.
const PART_LEN: u64 = 64 << 10;
/// Entries in one batch.
const BATCH_LEN: usize = 2048;
/// Most batches that wait in one part.
const BATCHES_MAX: usize = 4;

/// Memory of a decoded part in bytes: measured.
pub(super) const PART_MEMORY: u64 = 3 << 20;

/// Stack of a thread: scripts call functions within functions.
const STACK_LEN: usize = 32 << 20;

/// Number of workers, and their read-ahead.
#[derive(Clone, Copy)]
pub(super) struct Pace {
    /// Threads that read, hash and decode.
    pub threads: usize,
    /// Parts that may be ahead of the one being consumed, for each thread.
    pub ahead: usize,
}

/// Depth to which each page is decoded.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Depth {
    /// Chain hashes and leaves.
    Hashes,
    /// Canonical encoding of the entries as well.
    Spelling,
    /// The part of the entries that folding needs.
    Folding,
    /// The whole entries.
    Entries,
}

/// Bytes that are not an entry, or not the one that belongs there.
pub(super) enum EntryError {
    /// An entry that states another sequence.
    Number(u64),
    /// Not an entry.
    Bytes(CodecError),
}

/// A decoded page.
pub(super) struct DecodedPage {
    pub position: Position,
    pub header: Header,
    pub len: usize,
    /// Hashes after the first and after the last entry, from the page's own `prev`.
    pub hash_first: Hash,
    pub hash_last: Hash,
    pub leaves: Vec<Hash>,
    /// Chain hash after each entry, if entries were asked for.
    pub chain: Vec<Hash>,
    /// Roots of the complete subtrees over the leaves.
    pub subtrees: Vec<(u32, Hash)>,
    /// Entries up to the first that cannot be read; if only hashes and encoding
    /// were asked for, none but the very first.
    pub entries: Vec<Entry>,
    /// Entries that do not fit, by sequence.
    pub errors: Vec<(u64, EntryError)>,
    /// Hashes of the keys that each entry may use only once, with its sequence.
    pub uniques: Vec<super::uniques::Unique>,
    /// Worker that made it, and fills it again.
    worker: usize,
}

/// One step of the walk.
pub(super) enum Step {
    DecodedPage(Box<DecodedPage>),
    Finding(DamagedRange),
    StorageError(StorageError),
}

type Range = (Position, Option<Position>);
/// A part to read, and the channel for its steps.
type Work = (Range, SyncSender<Vec<Step>>);

/// Walks the whole journal and passes every step to `take`, in order. Pages
/// that `take` returns go back to the thread that made them, which reuses their
/// memory: allocating thousands of small texts is expensive.
pub(super) fn walk(
    reader: &JournalReader,
    pace: Pace,
    depth: Depth,
    take: impl FnMut(Step) -> Option<Box<DecodedPage>> + Send,
) -> Result<(), StorageError> {
    let all: u64 = reader.segments()?.iter().map(|(_, len)| len).sum();
    let parts = reader.split((all / PART_LEN).max(1))?;
    walk_parts(reader, parts, pace, depth, take)
}

/// Continues from a position where a page begins or should.
pub(super) fn walk_on(
    reader: &JournalReader,
    from: Position,
    depth: Depth,
    take: impl FnMut(Step) -> Option<Box<DecodedPage>> + Send,
) -> Result<(), StorageError> {
    let alone = Pace {
        threads: 1,
        ahead: 2,
    };
    walk_parts(reader, vec![(from, None)], alone, depth, take)
}

fn walk_parts(
    reader: &JournalReader,
    parts: Vec<Range>,
    pace: Pace,
    depth: Depth,
    mut take: impl FnMut(Step) -> Option<Box<DecodedPage>> + Send,
) -> Result<(), StorageError> {
    let threads = pace.threads.max(1);
    let (work_in, work_out) = sync_channel::<Work>(threads);
    let (order_in, order_out) = sync_channel::<Receiver<Vec<Step>>>(threads * pace.ahead);
    let work_out = &Mutex::new(work_out);
    let (back_in, back_out): (Vec<_>, Vec<_>) = (0..threads).map(|_| channel()).unzip();
    std::thread::scope(|scope| {
        for (n, used) in back_out.into_iter().enumerate() {
            let worker = Worker { n, depth, used };
            scope.spawn(move || worker.work(reader, work_out));
        }
        scope.spawn(move || {
            for part in parts {
                let (steps_in, steps_out) = sync_channel(BATCHES_MAX);
                if order_in.send(steps_out).is_err() || work_in.send((part, steps_in)).is_err() {
                    return;
                }
            }
        });
        let taker = Builder::new().name("taker".into()).stack_size(STACK_LEN);
        let taking = taker.spawn_scoped(scope, move || {
            let steps = order_out.iter().flat_map(|s| s.into_iter().flatten());
            for used in steps.filter_map(&mut take) {
                give_back(&back_in, used);
            }
        });
        // If it could not start, the channels close and every worker ends.
        taking
            .map(drop)
            .map_err(|e| StorageError::io("start a thread for", &reader.path(0), e))
    })
}

fn give_back(to: &[Sender<Box<DecodedPage>>], used: Box<DecodedPage>) {
    if let Some(worker) = to.get(used.worker) {
        // One that has ended leaves the work to this thread.
        let _ = worker.send(used);
    }
}

/// A thread that reads, hashes and decodes.
struct Worker {
    n: usize,
    depth: Depth,
    /// Consumed pages, to be filled again.
    used: Receiver<Box<DecodedPage>>,
}

impl Worker {
    fn work(&self, reader: &JournalReader, parts: &Mutex<Receiver<Work>>) {
        loop {
            let next = match parts.lock() {
                Ok(parts) => parts.recv(),
                Err(_) => return,
            };
            let Ok((range, steps)) = next else { return };
            if self.read_part(reader, range, &steps).is_none() {
                return;
            }
        }
    }

    /// Reads one part; None when nobody receives it any more.
    fn read_part(
        &self,
        reader: &JournalReader,
        (from, until): Range,
        steps: &SyncSender<Vec<Step>>,
    ) -> Option<()> {
        let scan = match reader.pages_from(from, until) {
            Ok(scan) => scan,
            Err(trouble) => return steps.send(vec![Step::StorageError(trouble)]).ok(),
        };
        let mut batch = Vec::new();
        let mut batch_len = 0;
        for piece in scan {
            let step = match piece {
                Err(trouble) => Step::StorageError(trouble),
                Ok(Piece::Finding(finding)) => Step::Finding(finding),
                Ok(Piece::Page(stored)) => Step::DecodedPage(self.page(&stored)),
            };
            batch_len += match &step {
                Step::DecodedPage(page) => page.leaves.len() + 8,
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

    /// Hashes a page's entries and, if asked, decodes them.
    fn page(&self, stored: &StoredPage) -> Box<DecodedPage> {
        let view = stored.view();
        let used = self.used.try_recv();
        let mut page = used.unwrap_or_else(|_| Box::new(DecodedPage::new(view.header, self.n)));
        page.position = stored.position;
        page.header = view.header;
        page.len = stored.page.bytes.len();
        page.hash(&view, self.depth == Depth::Entries);
        page.errors.clear();
        page.uniques.clear();
        if self.depth != Depth::Hashes {
            self.decode(&view, &mut page);
        }
        page
    }

    fn decode(&self, view: &PageView<'_>, page: &mut DecodedPage) {
        let is_kept = self.depth >= Depth::Folding;
        // Those before are all read and kept; this one's place is filled next.
        let mut at = 0;
        for (n, bytes) in view.entries().enumerate() {
            let seq = page.header.first_seq + n as u64;
            if at == page.entries.len() {
                page.entries.push(codec::blank());
            }
            let entry = &mut page.entries[at];
            if let Err(error) = self.read(bytes, entry) {
                page.errors.push((seq, EntryError::Bytes(error)));
                continue;
            }
            if entry.seq != seq {
                page.errors.push((seq, EntryError::Number(entry.seq)));
            }
            if is_kept {
                super::uniques::of(entry, &mut page.uniques);
            }
            if at == n && (is_kept || seq == 0) {
                at += 1;
            }
        }
        page.entries.truncate(at);
    }

    fn read(&self, bytes: &[u8], entry: &mut Entry) -> Result<(), CodecError> {
        if self.depth == Depth::Entries {
            *entry = codec::decode(bytes)?;
            return Ok(());
        }
        codec::decode_to_fold(bytes, entry)
    }
}

impl DecodedPage {
    fn new(header: Header, worker: usize) -> DecodedPage {
        DecodedPage {
            position: Position::START,
            header,
            len: 0,
            hash_first: Hash::ZERO,
            hash_last: Hash::ZERO,
            leaves: Vec::new(),
            chain: Vec::new(),
            subtrees: Vec::new(),
            entries: Vec::new(),
            errors: Vec::new(),
            uniques: Vec::new(),
            worker,
        }
    }

    /// Chain hash of the entry before one of the page's.
    pub fn hash_before(&self, seq: u64) -> Hash {
        let place = seq.checked_sub(self.header.first_seq + 1);
        let before = place.and_then(|at| self.chain.get(usize::try_from(at).ok()?));
        *before.unwrap_or(&self.header.prev)
    }

    fn hash(&mut self, view: &PageView<'_>, is_chain_kept: bool) {
        self.leaves.clear();
        self.chain.clear();
        (self.hash_first, self.hash_last) = (Hash::ZERO, Hash::ZERO);
        for (n, hash) in view.hashes().enumerate() {
            if n == 0 {
                self.hash_first = hash;
            }
            self.hash_last = hash;
            self.leaves.push(leaf_hash(&hash));
            if is_chain_kept {
                self.chain.push(hash);
            }
        }
        self.subtrees = complete_subtrees(self.header.first_seq, &self.leaves);
    }
}

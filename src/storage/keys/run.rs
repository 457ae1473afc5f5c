//! One sorted run of keys: a file that is written once.
//!
//! A head with the point of the journal; chunks of 128 pairs with a checksum
//! each; a Bloom filter. The keys are hashes, evenly spread: a pair is found by
//! interpolation search over the chunks.

use super::bloom_filter::{LINE_LEN, Lines, has_bits, is_sound, line_of, lines_for};
use super::{KeyHash, PAIR_LEN, Pair, halves, scaled};
use crate::chain::width::to_usize;
use crate::storage::derived::{CHECKSUM_LEN, JournalPoint, checksum};
use crate::storage::error::{At, StorageError};
use crate::storage::files::{self, read_at};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

/// Magic of a run, which names its layout, and which keys an entry has.
const MAGIC: &[u8; 8] = b"STAMPKY3";
/// Bytes of a head: magic, first, end, count, the point, and at its end a checksum.
const HEAD_LEN: usize = 128;
const POINT_AT: usize = 32;
const HEAD_SUM_AT: usize = HEAD_LEN - CHECKSUM_LEN;
const CHUNK_PAIRS: usize = 128;
const CHUNK_LEN: usize = CHUNK_PAIRS * PAIR_LEN + 8;
const BITS_PER_KEY: u64 = 10;
/// Lookups after which reading the whole filter is worthwhile.
const LOOKUPS_BEFORE_LOADING: u32 = 16;
/// Interpolations after which the search halves the rest.
const GUESSES_MAX: u32 = 5;

/// A run in a file.
pub(super) struct Run {
    pub(super) path: PathBuf,
    pub(super) first: u64,
    pub(super) end: u64,
    pub(super) count: u64,
    /// End of the journal when the run was made, or the last of those that it
    /// was merged from.
    pub(super) point: JournalPoint,
    file: File,
    lines: u64,
    filter: OnceLock<Lines>,
    lookups: AtomicU32,
}

type PairResult = Result<Pair, StorageError>;

/// Reads a pair from 24 bytes.
fn pair(bytes: &[u8]) -> Pair {
    let seq = std::array::from_fn(|n| bytes[16 + n]);
    (std::array::from_fn(|n| bytes[n]), u64::from_le_bytes(seq))
}

impl Run {
    /// Opens a run if the file is one by its head and length; each piece is
    /// verified when it is read.
    pub(super) fn open(path: &Path) -> Option<Run> {
        let file = files::open(path).ok()?;
        let mut head = [0; HEAD_LEN];
        read_at(&file, 0, &mut head).ok()?;
        let number = |at: usize| u64::from_le_bytes(std::array::from_fn(|n| head[at + n]));
        let (first, end, count) = (number(8), number(16), number(24));
        let point = JournalPoint::from_bytes(head[POINT_AT..].first_chunk()?);
        let is_sound = head[..8] == *MAGIC
            && head[HEAD_SUM_AT..] == checksum(0, &head[..HEAD_SUM_AT])
            && point.count >= end;
        if !is_sound || file.metadata().ok()?.len() != file_len(count) {
            return None;
        }
        let (path, lines) = (path.to_path_buf(), lines_for(count, BITS_PER_KEY));
        let (filter, lookups) = (OnceLock::new(), AtomicU32::new(0));
        Some(Run {
            path,
            first,
            end,
            count,
            point,
            file,
            lines,
            filter,
            lookups,
        })
    }

    /// Writes a run of `count` sorted pairs and opens it.
    pub(super) fn write(
        dir: &Path,
        level: u32,
        range: Range<u64>,
        count: u64,
        point: &JournalPoint,
        pairs: impl Iterator<Item = PairResult>,
    ) -> Result<Run, StorageError> {
        let path = dir.join(format!("run-{level}-{:012}", range.start));
        let part = path.with_added_extension("part");
        let file = files::create(&part, false)?;
        let mut out = BufWriter::with_capacity(1 << 18, file);
        out.write_all(&head(&range, count, point))
            .at("write", &part)?;
        let filter = write_chunks(&mut out, count, pairs, &part)?;
        out.write_all(&filter)
            .and_then(|()| out.flush())
            .at("write", &part)?;
        drop(out);
        files::replace_by(&part, &path)?;
        Run::open(&path)
            .ok_or_else(|| StorageError::book(&path, "a run just written does not verify"))
    }

    /// Reads and verifies every piece.
    pub(super) fn check(&self) -> Result<(), StorageError> {
        self.load()?;
        (0..self.chunks()).try_for_each(|number| self.chunk(number).map(drop))
    }

    pub(super) fn get(&self, key: &KeyHash) -> Result<Option<u64>, StorageError> {
        if self.count == 0 || !self.may_have(key)? {
            return Ok(None);
        }
        let chunks = self.chunks();
        let (mut low, mut high) = (0, chunks);
        let mut guess = scaled(halves(key).0, chunks);
        for step in 0.. {
            if low >= high {
                break;
            }
            let chunk = self.chunk(guess)?;
            let off = match place(&chunk, key) {
                Place::Here(Some(found)) => {
                    return self.newest(key, guess, &chunk, found).map(Some);
                }
                Place::Here(None) => return Ok(None),
                Place::Before(off) | Place::Behind(off) => scaled(off, chunks).max(1),
            };
            let is_before = key[..] < chunk[..16];
            if is_before {
                high = guess
            } else {
                low = guess + 1
            }
            let near = if is_before {
                guess.saturating_sub(off)
            } else {
                guess.saturating_add(off)
            };
            // Halving bounds the cost of unevenly distributed keys.
            guess = if step < GUESSES_MAX {
                near
            } else {
                low.midpoint(high)
            };
            guess = guess.clamp(low, high.saturating_sub(1).max(low));
        }
        Ok(None)
    }

    /// The newest sequence of a key that was found as the last of a chunk: a
    /// key that was used again continues in the chunks after it.
    fn newest(
        &self,
        key: &KeyHash,
        number: u64,
        chunk: &[u8],
        found: u64,
    ) -> Result<u64, StorageError> {
        let is_last = |chunk: &[u8]| chunk[chunk.len() - PAIR_LEN..][..16] == key[..];
        let (mut newest, mut goes_on) = (found, is_last(chunk));
        for next in number + 1..self.chunks() {
            if !goes_on {
                break;
            }
            let chunk = self.chunk(next)?;
            match place(&chunk, key) {
                Place::Here(Some(seq)) => (newest, goes_on) = (seq, is_last(&chunk)),
                _ => break,
            }
        }
        Ok(newest)
    }

    fn may_have(&self, key: &KeyHash) -> Result<bool, StorageError> {
        if let Some(filter) = self.filter.get() {
            return Ok(filter.may_have(key));
        }
        if self.lookups.fetch_add(1, Ordering::Relaxed) >= LOOKUPS_BEFORE_LOADING {
            let filter = self.load()?;
            return Ok(self.filter.get_or_init(|| filter).may_have(key));
        }
        let number = line_of(key, self.lines);
        let mut line = [0; LINE_LEN];
        self.read(self.line_at(number), &mut line)?;
        match is_sound(number, &line) {
            true => Ok(has_bits(&line, key)),
            false => Err(self.damaged()),
        }
    }

    fn load(&self) -> Result<Lines, StorageError> {
        let mut filter = vec![0; to_usize(self.lines) * LINE_LEN];
        self.read(self.line_at(0), &mut filter)?;
        Lines::from_bytes(filter).ok_or_else(|| self.damaged())
    }

    fn chunk(&self, number: u64) -> Result<Vec<u8>, StorageError> {
        let mut bytes = vec![0; CHUNK_LEN];
        let offset = HEAD_LEN as u64 + number * CHUNK_LEN as u64;
        self.read(offset, &mut bytes)?;
        if bytes[CHUNK_LEN - 8..] != checksum(number, &bytes[..CHUNK_LEN - 8]) {
            return Err(self.damaged());
        }
        let left = self.count - number * CHUNK_PAIRS as u64;
        bytes.truncate(to_usize(left).min(CHUNK_PAIRS) * PAIR_LEN);
        Ok(bytes)
    }

    /// Reads bytes; a read error counts as damage, since all of it can be rebuilt.
    fn read(&self, offset: u64, bytes: &mut [u8]) -> Result<(), StorageError> {
        match read_at(&self.file, offset, bytes) {
            Ok(_) => Ok(()),
            Err(error) => Err(StorageError::book(&self.path, error.to_string())),
        }
    }

    fn damaged(&self) -> StorageError {
        StorageError::book(&self.path, "it does not verify")
    }

    fn chunks(&self) -> u64 {
        self.count.div_ceil(CHUNK_PAIRS as u64)
    }

    fn line_at(&self, line: u64) -> u64 {
        HEAD_LEN as u64 + self.chunks() * CHUNK_LEN as u64 + line * LINE_LEN as u64
    }
}

/// True if a file has the name of a run.
pub(super) fn is_named_so(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with("run-") && !name.ends_with(".part")
}

enum Place {
    /// Distance before the chunk's first key.
    Before(u64),
    /// Distance after its last key.
    Behind(u64),
    Here(Option<u64>),
}

/// Place of a key relative to a chunk, with the newest sequence that it has there.
fn place(chunk: &[u8], key: &KeyHash) -> Place {
    let last = &chunk[chunk.len() - PAIR_LEN..];
    let half = |pair: &[u8]| u64::from_be_bytes(std::array::from_fn(|n| pair[n]));
    let first = half(chunk);
    if key[..] < chunk[..16] {
        return Place::Before(first - halves(key).0);
    }
    if key[..] > last[..16] {
        return Place::Behind(halves(key).0 - half(last));
    }
    let found = chunk
        .chunks_exact(PAIR_LEN)
        .map(pair)
        .rfind(|(there, _)| there == key);
    Place::Here(found.map(|(_, seq)| seq))
}

fn file_len(count: u64) -> u64 {
    let chunks = count.div_ceil(CHUNK_PAIRS as u64) * CHUNK_LEN as u64;
    HEAD_LEN as u64 + chunks + lines_for(count, BITS_PER_KEY) * LINE_LEN as u64
}

fn head(range: &Range<u64>, count: u64, point: &JournalPoint) -> [u8; HEAD_LEN] {
    let mut head = [0; HEAD_LEN];
    head[..8].copy_from_slice(MAGIC);
    for (at, number) in [(8, range.start), (16, range.end), (24, count)] {
        head[at..at + 8].copy_from_slice(&number.to_le_bytes());
    }
    head[POINT_AT..POINT_AT + JournalPoint::LEN].copy_from_slice(&point.to_bytes());
    let sum = checksum(0, &head[..HEAD_SUM_AT]);
    head[HEAD_SUM_AT..].copy_from_slice(&sum);
    head
}

/// Writes the chunks and returns the filter.
fn write_chunks(
    out: &mut impl Write,
    count: u64,
    pairs: impl Iterator<Item = PairResult>,
    path: &Path,
) -> Result<Vec<u8>, StorageError> {
    let mut filter = Lines::new(lines_for(count, BITS_PER_KEY));
    let (mut chunk, mut number) = (Vec::with_capacity(CHUNK_LEN), 0);
    for pair in pairs {
        let (key, seq) = pair?;
        filter.insert(&key);
        chunk.extend_from_slice(&key);
        chunk.extend_from_slice(&seq.to_le_bytes());
        if chunk.len() == CHUNK_LEN - 8 {
            finish_chunk(out, &mut chunk, &mut number).at("write", path)?;
        }
    }
    if !chunk.is_empty() {
        finish_chunk(out, &mut chunk, &mut number).at("write", path)?;
    }
    Ok(filter.into_bytes())
}

fn finish_chunk(
    out: &mut impl Write,
    chunk: &mut Vec<u8>,
    number: &mut u64,
) -> std::io::Result<()> {
    chunk.resize(CHUNK_LEN - 8, 0);
    let sum = checksum(*number, chunk);
    chunk.extend_from_slice(&sum);
    out.write_all(chunk)?;
    chunk.clear();
    *number += 1;
    Ok(())
}

/// Merges runs: all pairs in order, reading one chunk of each at a time.
pub(super) fn merge(runs: &[Arc<Run>]) -> impl Iterator<Item = PairResult> + '_ {
    let mut heads: Vec<_> = runs.iter().map(|run| pairs(run).peekable()).collect();
    std::iter::from_fn(move || {
        let least = heads.iter_mut().enumerate().filter_map(|(n, head)| {
            // Errors go first, so that they are not lost behind sound pairs.
            head.peek().map(|pair| (pair.as_ref().ok().copied(), n))
        });
        let (_, n) = least.min()?;
        heads[n].next()
    })
}

fn pairs(run: &Run) -> impl Iterator<Item = PairResult> + '_ {
    (0..run.chunks()).flat_map(move |number| {
        let (chunk, trouble) = match run.chunk(number) {
            Ok(chunk) => (chunk, None),
            Err(trouble) => (Vec::new(), Some(Err(trouble))),
        };
        let pairs: Vec<_> = chunk
            .chunks_exact(PAIR_LEN)
            .map(|bytes| Ok(pair(bytes)))
            .collect();
        pairs.into_iter().chain(trouble)
    })
}

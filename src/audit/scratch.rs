//! Members that do not fit into memory, in a folder that goes away again and
//! lies outside the ledger.

use crate::model::{Entry, MemberId};
use crate::rules::State;
use crate::rules::state::{Aftermath, Member};
use crate::storage::book::{Batch, Book, VALUE_LEN_MAX};
use crate::storage::error::Trouble;
use std::fs::File;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const MEMBER: u8 = b'm';
const AFTERMATH: u8 = b'a';
/// Memory for the scratch book's own cache, in bytes.
const CACHE_BYTES: u64 = 32 << 20;
/// Keys put down in one batch.
const BATCH_LEN: usize = 4096;

/// Where scratch files go.
#[derive(Debug, Clone)]
pub(super) struct Scratch {
    dir: PathBuf,
}

impl Scratch {
    pub fn new(dir: Option<&Path>) -> Scratch {
        Scratch {
            dir: dir.map_or_else(std::env::temp_dir, Path::to_path_buf),
        }
    }

    /// A file that is gone when it is closed.
    pub fn file(&self) -> Result<File, Trouble> {
        tempfile::tempfile_in(&self.dir).map_err(|e| self.trouble("create a file in", e))
    }

    pub fn trouble(&self, what: &'static str, error: std::io::Error) -> Trouble {
        Trouble::io(what, &self.dir, error)
    }

    fn folder(&self) -> Result<TempDir, Trouble> {
        let made = tempfile::Builder::new()
            .prefix("stampbook-audit-")
            .tempdir_in(&self.dir);
        made.map_err(|e| self.trouble("create a folder in", e))
    }
}

/// Members and what became of entries, put aside once there are too many.
pub(super) struct Shelf {
    scratch: Scratch,
    len_max: usize,
    aside: Option<(Book, TempDir)>,
}

impl Shelf {
    pub fn new(scratch: &Scratch, len_max: usize) -> Shelf {
        Shelf {
            scratch: scratch.clone(),
            len_max,
            aside: None,
        }
    }

    /// Brings in all that folding or deciding an entry again looks at.
    pub fn load(&self, state: &mut State, entry: &Entry) -> Result<(), Trouble> {
        if self.aside.is_none() {
            return Ok(());
        }
        for touched in &entry.touched {
            self.load_member(state, touched.member)?;
        }
        for seq in named(entry) {
            self.load_aftermath(state, seq)?;
        }
        Ok(())
    }

    /// Brings in a member.
    pub fn load_member(&self, state: &mut State, id: MemberId) -> Result<(), Trouble> {
        if let Some((book, _)) = &self.aside
            && !state.members.contains_key(&id)
        {
            let found = get::<Member>(book, MEMBER, &id.0)?;
            state.members.extend(found.map(|member| (id, member)));
        }
        Ok(())
    }

    /// Looks at every member, in no particular order.
    pub fn each_member(&self, state: &State, mut look: impl FnMut(&Member)) -> Result<(), Trouble> {
        state.members.in_order().for_each(&mut look);
        let Some((book, _)) = &self.aside else {
            return Ok(());
        };
        for pair in book.scan_prefix(&[MEMBER]) {
            let (key, _) = pair?;
            let id = key.get(1..17).and_then(|id| <[u8; 16]>::try_from(id).ok());
            let is_first = key.get(17..) == Some(&[0, 0]);
            let id = id.map(MemberId).filter(|_| is_first);
            if let Some(id) = id.filter(|id| !state.members.contains_key(id)) {
                get::<Member>(book, MEMBER, &id.0)?
                    .iter()
                    .for_each(&mut look);
            }
        }
        Ok(())
    }

    /// Brings in whoever holds points together with those an entry concerns.
    pub fn load_housemates(&self, state: &mut State, entry: &Entry) -> Result<(), Trouble> {
        if self.aside.is_none() {
            return Ok(());
        }
        for touched in &entry.touched {
            let member = state.members.get(&touched.member);
            for mate in member.map(Member::housemates).unwrap_or_default() {
                self.load_member(state, mate)?;
            }
        }
        Ok(())
    }

    /// Brings in what became of an entry.
    pub fn load_aftermath(&self, state: &mut State, seq: u64) -> Result<(), Trouble> {
        if let Some((book, _)) = &self.aside
            && !state.aftermath.contains_key(&seq)
        {
            let found = get::<Aftermath>(book, AFTERMATH, &seq.to_be_bytes())?;
            state.aftermath.extend(found.map(|after| (seq, after)));
        }
        Ok(())
    }

    /// Puts everything aside once there is too much of it.
    pub fn shrink(&mut self, state: &mut State) -> Result<(), Trouble> {
        if state.members.len() + state.aftermath.len() <= self.len_max {
            return Ok(());
        }
        let book = match &self.aside {
            Some((book, _)) => book,
            None => {
                let dir = self.scratch.folder()?;
                let book = Book::open(dir.path(), CACHE_BYTES)?.book;
                &self.aside.insert((book, dir)).0
            }
        };
        let mut batch = Batch::default();
        for (id, member) in state.members.drain() {
            put(&mut batch, MEMBER, &id.0, &member);
            flush(book, &mut batch, BATCH_LEN)?;
        }
        for (seq, after) in state.aftermath.drain() {
            put(&mut batch, AFTERMATH, &seq.to_be_bytes(), &after);
            flush(book, &mut batch, BATCH_LEN)?;
        }
        flush(book, &mut batch, 1)
    }
}

/// Earlier entries whose aftermath an entry reads or changes.
fn named(entry: &Entry) -> impl Iterator<Item = u64> + '_ {
    use crate::model::{Act, Effect};
    let act = match &entry.act {
        Act::Refused(refused) => &refused.act,
        act => act,
    };
    let of = match act {
        Act::Claim { of } => Some(*of),
        Act::Adjustment(adjustment) => adjustment.of,
        act => act.named(),
    };
    let effects = entry.effects.iter().filter_map(|effect| match effect {
        Effect::Returned { of, .. } | Effect::Voided { of } | Effect::Claimed { of } => Some(*of),
        _ => None,
    });
    of.into_iter().chain(effects)
}

fn flush(book: &Book, batch: &mut Batch, len_min: usize) -> Result<(), Trouble> {
    if batch.len() >= len_min {
        book.apply(std::mem::take(batch))?;
    }
    Ok(())
}

fn key(prefix: u8, id: &[u8], chunk: u16) -> Vec<u8> {
    [&[prefix][..], id, &chunk.to_be_bytes()].concat()
}

fn put(batch: &mut Batch, prefix: u8, id: &[u8], value: &impl bincode::Encode) {
    let bytes = bincode::encode_to_vec(value, bincode::config::standard())
        .expect("state is plain data, which always encodes");
    let chunk_len = VALUE_LEN_MAX - 2;
    let count = bytes.len().div_ceil(chunk_len).max(1) as u16;
    for (n, chunk) in (0u16..).zip(bytes.chunks(chunk_len)) {
        batch.put(&key(prefix, id, n), &[&count.to_be_bytes(), chunk].concat());
    }
}

fn get<T: bincode::Decode<()>>(book: &Book, prefix: u8, id: &[u8]) -> Result<Option<T>, Trouble> {
    let mut bytes = Vec::new();
    let (mut at, mut count) = (0, 1);
    while at < count {
        let Some(chunk) = book.get(&key(prefix, id, at))? else {
            return Ok(None);
        };
        let Some((len, rest)) = chunk.split_first_chunk::<2>() else {
            return Ok(None);
        };
        count = u16::from_be_bytes(*len);
        bytes.extend_from_slice(rest);
        at += 1;
    }
    let decoded = bincode::decode_from_slice(&bytes, bincode::config::standard());
    Ok(decoded.ok().map(|(value, _)| value))
}

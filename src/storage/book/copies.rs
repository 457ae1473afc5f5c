//! The second copy of the journal's pages, in chunks, in a tree beside the
//! book's: it is twice as long as all the rest, and whoever asks for a member or
//! books one purchase needs none of it. So it is opened when somebody does.

use super::tree::Tree;
use crate::chain::page::Page;
use crate::storage::error::Trouble;
use std::path::{Path, PathBuf};

const COPY: u8 = b'c';
const CHUNK_LEN: usize = 4000;

/// The copies' tree, and where one that could not be opened lies now.
pub(super) struct Copies {
    tree: Tree,
    pub moved_aside: Option<(PathBuf, String)>,
}

fn copy_key(first_seq: u64, chunk: u32) -> [u8; 13] {
    let mut key = [COPY; 13];
    key[1..9].copy_from_slice(&first_seq.to_be_bytes());
    key[9..].copy_from_slice(&chunk.to_be_bytes());
    key
}

/// The chunks of a page, each under its key.
pub(super) fn chunks(first_seq: u64, page_bytes: &[u8]) -> impl Iterator<Item = ([u8; 13], &[u8])> {
    let numbered = (0u32..).zip(page_bytes.chunks(CHUNK_LEN));
    numbered.map(move |(n, chunk)| (copy_key(first_seq, n), chunk))
}

impl Copies {
    /// Pages tell by themselves whether they are whole, so nothing is checked here.
    pub fn open(dir: &Path, cache_bytes: u64, is_brief: bool) -> Result<Copies, Trouble> {
        let found = Tree::open(dir, cache_bytes, is_brief, |_| Ok(()))?;
        Ok(Copies {
            tree: found.tree,
            moved_aside: found.moved_aside,
        })
    }

    pub fn apply(&self, batch: sled::Batch) -> Result<(), Trouble> {
        self.tree.apply(batch)
    }

    pub fn flush(&self) -> Result<(), Trouble> {
        self.tree.flush()
    }

    /// The page that begins with `first_seq`, whole and verified, or nothing.
    pub fn page(&self, first_seq: u64) -> Result<Option<Page>, Trouble> {
        let mut bytes = Vec::new();
        for pair in self.tree.scan_prefix(&copy_key(first_seq, 0)[..9]) {
            bytes.extend_from_slice(&pair?.1);
        }
        let page = Page::from_bytes(bytes).ok();
        Ok(page.filter(|page| page.header.first_seq == first_seq))
    }

    /// The page that holds `seq`.
    pub fn floor(&self, seq: u64) -> Result<Option<Page>, Trouble> {
        let found = self.tree.floor(&[COPY], &copy_key(seq, u32::MAX))?;
        let page = found.map(|(key, _)| self.named(&key)).transpose()?;
        Ok(page.flatten().filter(|page| page.header.has_entry(seq)))
    }

    /// The first sequence behind the last page; 0 without one.
    pub fn reach(&self) -> Result<u64, Trouble> {
        let found = self.tree.last_in_prefix(&[COPY])?;
        let page = found.map(|(key, _)| self.named(&key)).transpose()?;
        Ok(page.flatten().map_or(0, |page| page.header.next_seq()))
    }

    /// Takes out what is no chunk of these pages, ascending by their first
    /// sequence and with their lengths. Goes as far as the copies can be read.
    pub fn sweep(&self, pages: &[(u64, usize)]) -> Result<(), Trouble> {
        let mut batch = sled::Batch::default();
        let keys = self.tree.scan_prefix(&[COPY]).map_while(Result::ok);
        for (key, _) in keys {
            if !is_chunk_of(&key, pages) {
                batch.remove(&*key);
            }
        }
        self.tree.apply(batch)
    }

    fn named(&self, key: &[u8]) -> Result<Option<Page>, Trouble> {
        match key.get(1..9).and_then(|bytes| bytes.try_into().ok()) {
            Some(first_seq) => self.page(u64::from_be_bytes(first_seq)),
            None => Ok(None),
        }
    }
}

fn is_chunk_of(key: &[u8], pages: &[(u64, usize)]) -> bool {
    let Ok([_, first_seq @ .., a, b, c, d]) = <&[u8; 13]>::try_from(key) else {
        return false;
    };
    let chunk = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
    let found = pages.binary_search_by_key(&u64::from_be_bytes(*first_seq), |page| page.0);
    found.is_ok_and(|at| chunk * CHUNK_LEN < pages[at].1)
}

//! Durable pages that the second copy may lack yet. They are read from here until
//! it has them: finding one in the journal takes longer.

use crate::chain::page::Page;
use std::collections::VecDeque;
use std::sync::Arc;

/// Pages on their way to the second copy, oldest first.
#[derive(Default)]
pub struct Uncopied {
    pages: VecDeque<Arc<Page>>,
    /// How many of them, from the front, were handed over.
    handed: usize,
    /// Bytes of the others.
    bytes: usize,
}

impl Uncopied {
    pub fn push(&mut self, page: Page) {
        self.bytes += page.bytes.len();
        self.pages.push_back(Arc::new(page));
    }

    /// The page of an entry.
    pub fn find(&self, seq: u64) -> Option<&Page> {
        let at = self.pages.partition_point(|p| p.header.next_seq() <= seq);
        let page = self.pages.get(at)?;
        page.header.has_entry(seq).then_some(page)
    }

    /// Where the pages begin that nobody was handed yet.
    pub fn first_seq(&self) -> Option<u64> {
        Some(self.pages.get(self.handed)?.header.first_seq)
    }

    /// Bytes of the pages that nobody was handed yet.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Hands all pages over that were not before.
    pub fn hand(&mut self) -> Vec<Arc<Page>> {
        let pages = self.pages.iter().skip(self.handed).cloned().collect();
        (self.handed, self.bytes) = (self.pages.len(), 0);
        pages
    }

    /// So many of those handed over are in the second copy.
    pub fn forget(&mut self, copied: usize) {
        self.pages.drain(..copied);
        self.handed -= copied;
    }
}

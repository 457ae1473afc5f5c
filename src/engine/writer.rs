//! The writer: gathers entries, and has the page committer make a page of them, at once
//! or beside the work that goes on.

use super::cache::PageIndex;
use super::error::Error;
use super::page_committer::{PageCommitter, SharedVaultPoint};
use super::page_entries::PageEntries;
use super::worker::Worker;
use crate::chain::checkpoint::{Checkpoint, Verified};
use crate::chain::codec;
use crate::chain::hash::{Hash, entry_hash};
use crate::chain::page::{BODY_LEN_MAX, ENTRY_LEN_MAX, LEN_LEN_MAX, Page};
use crate::chain::tree::Frontier;
use crate::model::Entry;
use crate::storage::error::Trouble;
use crate::storage::journal::{Head, Pages, Position};
use crate::storage::vault::VaultPoint;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

type Helper = Worker<Arc<PageEntries>, Result<Option<Page>, Error>>;

/// The page that is being filled, and the way of pages to the disk.
pub struct Writer {
    /// Held by whoever makes a page durable.
    committer: Arc<Mutex<PageCommitter>>,
    filling: PageEntries,
    vault: SharedVaultPoint,
    /// Sequence behind the last durable entry, and its chain hash.
    durable: (u64, Hash),
    /// The same of the last entry that was hashed before its page is durable.
    hashed: (u64, Hash),
    /// The page that is on its way to the disk; it stays here if it was lost.
    flying: Option<Arc<PageEntries>>,
    /// Something that is in the state did not come into the journal, and nothing
    /// may follow it.
    is_broken: bool,
    /// It is there by another thread's hand.
    is_beside: bool,
    /// A thread that commits pages.
    helper: Option<Helper>,
    bytes: Vec<u8>,
    /// Bytes of entries that a page takes; less in tests of what needs many pages.
    pub body_max: usize,
    /// Nothing is to reach the disk: what is pushed will be thrown away.
    pub is_trial: bool,
    /// Where durable pages lie.
    pub pages: PageIndex,
    /// Bytes of pages that the second copy lacks.
    pub uncopied: u64,
    /// Pages written since the book was.
    pub commits: u64,
}

impl Writer {
    pub fn new(committer: PageCommitter) -> Writer {
        let head = committer.head();
        let end = (head.next_seq, head.hash);
        Writer {
            vault: committer.vault_point(),
            filling: PageEntries::from(head.next_seq),
            durable: end,
            hashed: end,
            committer: Arc::new(Mutex::new(committer)),
            flying: None,
            is_broken: false,
            is_beside: false,
            helper: None,
            bytes: Vec::new(),
            body_max: BODY_LEN_MAX,
            is_trial: false,
            pages: PageIndex::default(),
            uncopied: 0,
            commits: 0,
        }
    }

    /// Waits for a page that is on its way. What a panic left is not gone on with:
    /// whoever waits for the page hears of it.
    fn committer(&self) -> MutexGuard<'_, PageCommitter> {
        self.committer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes how far the vault reaches, durably, for the next writer state.
    pub fn note_vault(&self, point: VaultPoint) {
        *self.vault.lock().unwrap_or_else(PoisonError::into_inner) = point;
    }

    /// Takes the tree over all that the journal holds.
    pub fn set_frontier(&self, frontier: Frontier) -> Result<(), Error> {
        self.committer().set_frontier(frontier)
    }

    /// Signs the tree of all that is durable; see [`PageCommitter::sign`].
    pub fn sign(&self) -> Result<(), Error> {
        self.committer().sign()
    }

    /// Has the next page accept what is in the journal; see [`PageCommitter::accept_journal`].
    pub fn accept_journal(&self) {
        self.committer().accept_journal();
    }

    /// Has the writer state synced about once a second.
    pub fn sync_state_in_background(&self) {
        self.committer().sync_state_in_background();
    }

    /// Waits until the writer state is on the disk.
    pub fn sync_state(&self) -> Result<(), Error> {
        self.committer().sync_state()
    }

    /// Where the durable journal ends.
    pub fn head(&self) -> Head {
        self.committer().head()
    }

    /// The tree over all that is durable.
    pub fn frontier(&self) -> Frontier {
        self.committer().frontier().clone()
    }

    /// The durable pages from a position on.
    pub fn read(&self, from: Position) -> Pages {
        self.committer().journal().read(from)
    }

    /// The tree of all that is durable or was begun.
    pub fn coming(&self) -> Checkpoint {
        self.committer().coming().clone()
    }

    /// The newest signed checkpoint.
    pub fn checkpoint(&self) -> Verified {
        self.committer().checkpoint().clone()
    }

    /// Puts an entry into the page being filled.
    pub fn push(&mut self, entry: &Entry) -> Result<(), Error> {
        self.bytes.clear();
        if let Err(source) = codec::encode_into(entry, &mut self.bytes) {
            self.is_broken |= !self.is_trial;
            let seq = entry.seq;
            return Err(Error::Codec { seq, source });
        }
        if self.bytes.len() > ENTRY_LEN_MAX || !self.has_room(self.bytes.len()) {
            self.is_broken |= !self.is_trial;
            let text = format!("entry {} is too long for its page", entry.seq);
            return Err(Error::limit(text));
        }
        self.filling.push(&self.bytes);
        Ok(())
    }

    /// Notes a durable page.
    pub fn note(&mut self, first_seq: u64, position: Position, len: u64) {
        self.pages.note(first_seq, position, len);
        self.uncopied += len;
    }

    /// Puts a damaged page back; see [`crate::storage::journal::Journal::mend`].
    pub fn mend(&self, position: Position, page: &Page) -> Result<bool, Error> {
        self.committer().mend(position, page)
    }

    /// Bytes that the entries of the page take by now.
    pub fn filled(&self) -> usize {
        self.filling.bytes_len() + LEN_LEN_MAX * self.filling.len()
    }

    /// What is in the page being filled must never reach the disk, and nothing
    /// may follow it.
    pub fn give_up(&mut self) {
        self.is_broken = true;
    }

    /// Throws away the page being filled.
    pub fn restart(&mut self) {
        self.hashed = self.durable;
        self.filling = PageEntries::from(self.filling.first_seq());
    }

    /// Chain hash of the last entry, whether it is durable or waits for its page.
    /// It depends on no page's bounds.
    pub fn last_hash(&mut self) -> Hash {
        if self.hashed.0 < self.durable.0 {
            self.hashed = self.durable;
        }
        let (mut seq, mut hash) = self.hashed;
        for page in self.flying.as_deref().into_iter().chain([&self.filling]) {
            for bytes in page.iter_from(seq) {
                hash = entry_hash(&hash, bytes);
                seq += 1;
            }
        }
        self.hashed = (seq, hash);
        hash
    }

    /// An entry that waits for its page, or whose page is on its way.
    pub fn waiting(&self, seq: u64) -> Option<Result<Entry, Error>> {
        let flying = || self.flying.as_ref().and_then(|page| page.entry(seq));
        self.filling.entry(seq).or_else(flying)
    }

    /// Whether that many more bytes of entries fit into the page.
    pub fn has_room(&self, len: usize) -> bool {
        let lens = LEN_LEN_MAX * (self.filling.len() + 1);
        // What will be thrown away needs no page.
        self.is_trial || self.filling.bytes_len() + lens + len <= self.body_max
    }

    /// Has the disk take up the page; it is durable after [`Writer::settle`].
    pub fn begin(&mut self) -> Result<(), Error> {
        self.settle()?;
        if self.filling.is_empty() {
            return Ok(());
        }
        self.committer().begin(&self.filling)?;
        self.is_beside = false;
        self.take_off();
        Ok(())
    }

    /// The page is on its way; the next one is filled.
    fn take_off(&mut self) -> Arc<PageEntries> {
        let next = PageEntries::from(self.filling.next_seq());
        let page = Arc::new(std::mem::replace(&mut self.filling, next));
        self.flying = Some(Arc::clone(&page));
        page
    }

    /// Has the page made durable beside the work that goes on, once the one
    /// before it is.
    pub fn commit_beside(&mut self) -> Result<(), Error> {
        self.settle()?;
        if self.filling.is_empty() {
            return Ok(());
        }
        self.is_beside = true;
        let page = self.take_off();
        let committer = &self.committer;
        let helper = self.helper.get_or_insert_with(|| working(committer));
        helper.hand_over(page).ok_or_else(lost)
    }

    /// Waits until the page that is on its way is durable. Once one was not,
    /// this says so for ever: what was answered next could rest on it.
    pub fn settle(&mut self) -> Result<(), Error> {
        if self.is_broken {
            return Err(lost());
        }
        if self.flying.is_none() {
            return Ok(());
        }
        self.is_broken = true;
        let page = match &self.helper {
            Some(helper) if self.is_beside => helper.wait().ok_or_else(lost)??,
            _ => self.committer().finish()?,
        };
        (self.is_broken, self.flying) = (false, None);
        if let Some(page) = page {
            self.durable = (page.header.next_seq(), page.header.last);
            let position = self.committer().head().last.unwrap_or_default();
            self.note(page.header.first_seq, position, page.bytes.len() as u64);
            self.commits += 1;
        }
        Ok(())
    }
}

fn working(committer: &Arc<Mutex<PageCommitter>>) -> Helper {
    let committer = Arc::clone(committer);
    Worker::start(move |entries: Arc<PageEntries>| {
        let mut committer = committer.lock().unwrap_or_else(PoisonError::into_inner);
        committer.commit(&entries)
    })
}

fn lost() -> Error {
    let path = PathBuf::from("journal");
    Trouble::Poisoned { path }.into()
}

//! The writer: collects entries, and has the page committer make a page of
//! them, at once or in the background.

use crate::chain::checkpoint::{Checkpoint, Verified};
use crate::chain::codec;
use crate::chain::hash::{Hash, entry_hash};
use crate::chain::page::{BODY_LEN_MAX, ENTRY_LEN_MAX, LEN_LEN_MAX, Page};
use crate::chain::tree::Frontier;
use crate::engine::cache::PageIndex;
use crate::engine::commit::page_committer::{PageCommitter, SharedVaultPoint};
use crate::engine::commit::worker::Worker;
use crate::engine::error::Error;
use crate::engine::reading::page_entries::PageEntries;
use crate::model::Entry;
use crate::storage::error::StorageError;
use crate::storage::journal::{Head, Pages, Position};
use crate::storage::vault::VaultPoint;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

type Helper = Worker<Task, Result<Option<Page>, Error>>;

/// Task of the thread that commits pages.
enum Task {
    /// Make a page of entries durable.
    Commit(Arc<PageEntries>),
    /// Make the page that was begun durable, then tell.
    Finish(Box<dyn FnOnce() + Send>),
}

/// The page that is being filled, and the committer of full ones.
pub struct Writer {
    /// Locked by the thread that makes a page durable.
    committer: Arc<Mutex<PageCommitter>>,
    filling: PageEntries,
    vault: SharedVaultPoint,
    /// End of the durable journal.
    head: Head,
    /// The tree over it, once it is asked for while the committer is busy.
    tree: Option<Checkpoint>,
    /// True while the page that is being written is put aside.
    is_back: bool,
    /// The same for the last entry that was hashed before its page is durable.
    hashed: (u64, Hash),
    /// The page that is being written; it stays here if it was lost.
    flying: Option<Arc<PageEntries>>,
    /// True if a part of the state did not reach the journal, so that nothing
    /// may follow it.
    is_broken: bool,
    /// True if another thread is writing it.
    is_beside: bool,
    /// A thread that commits pages.
    helper: Option<Helper>,
    bytes: Vec<u8>,
    /// Bytes of entries that a page takes; less in tests that need many pages.
    pub body_max: usize,
    /// True in a dry run: pushed entries are discarded and must not reach the disk.
    pub is_dry_run: bool,
    /// Positions of durable pages.
    pub pages: PageIndex,
    /// Bytes of pages that the second copy lacks.
    pub uncopied: u64,
    /// Pages written since the book was.
    pub commits: u64,
}

/// Entries that are not durable yet, put aside.
pub struct NotDurable {
    flying: Option<Arc<PageEntries>>,
    filling: PageEntries,
    hashed: (u64, Hash),
}

impl Writer {
    pub fn new(committer: PageCommitter) -> Writer {
        let head = committer.head();
        let end = (head.next_seq, head.hash);
        Writer {
            vault: committer.vault_point(),
            filling: PageEntries::from(head.next_seq),
            head,
            tree: None,
            is_back: false,
            hashed: end,
            committer: Arc::new(Mutex::new(committer)),
            flying: None,
            is_broken: false,
            is_beside: false,
            helper: None,
            bytes: Vec::new(),
            body_max: BODY_LEN_MAX,
            is_dry_run: false,
            pages: PageIndex::default(),
            uncopied: 0,
            commits: 0,
        }
    }

    /// Waits for a page that is being written. The writer does not continue
    /// after a panic: the caller who waits for the page gets the error.
    fn committer(&self) -> MutexGuard<'_, PageCommitter> {
        self.committer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes the extent of the vault, now durable, for the next writer state.
    pub fn note_vault(&self, point: VaultPoint) {
        *self.vault.lock().unwrap_or_else(PoisonError::into_inner) = point;
    }

    /// Sets the tree over the whole journal.
    pub fn set_frontier(&self, frontier: Frontier) -> Result<(), Error> {
        self.committer().set_frontier(frontier)
    }

    /// Signs the tree of all durable entries; see [`PageCommitter::sign`].
    pub fn sign(&self) -> Result<(), Error> {
        self.committer().sign()
    }

    /// Makes the next page accept the journal's content; see
    /// [`PageCommitter::accept_journal`].
    pub fn accept_journal(&self) {
        self.committer().accept_journal();
    }

    /// Syncs the writer state about once a second from here on.
    pub fn sync_state_in_background(&self) {
        self.committer().sync_state_in_background();
    }

    /// Waits until the writer state is on the disk.
    pub fn sync_state(&self) -> Result<(), Error> {
        self.committer().sync_state()
    }

    /// End of the durable journal.
    pub fn head(&self) -> Head {
        self.head
    }

    /// The tree over all durable entries.
    pub fn frontier(&self) -> Frontier {
        self.committer().frontier().clone()
    }

    /// The durable pages from a position on.
    pub fn read(&self, from: Position) -> Pages {
        self.committer().journal().read(from)
    }

    /// The tree of all entries that are durable or being written.
    pub fn coming(&self) -> Checkpoint {
        let is_busy = self.is_back.then_some(self.tree.as_ref()).flatten();
        is_busy.map_or_else(|| self.committer().coming().clone(), Checkpoint::clone)
    }

    /// The newest signed checkpoint.
    pub fn checkpoint(&self) -> Verified {
        self.committer().checkpoint().clone()
    }

    /// Adds an entry to the page being filled.
    pub fn push(&mut self, entry: &Entry) -> Result<(), Error> {
        self.bytes.clear();
        if let Err(source) = codec::encode_into(entry, &mut self.bytes) {
            self.is_broken |= !self.is_dry_run;
            let seq = entry.seq;
            return Err(Error::Codec { seq, source });
        }
        if self.bytes.len() > ENTRY_LEN_MAX || !self.has_room(self.bytes.len()) {
            self.is_broken |= !self.is_dry_run;
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

    /// Replaces a damaged page; see [`crate::storage::journal::Journal::mend`].
    pub fn mend(&self, position: Position, page: &Page) -> Result<bool, Error> {
        self.committer().mend(position, page)
    }

    /// Bytes of the page's entries so far.
    pub fn filled(&self) -> usize {
        self.filling.bytes_len() + LEN_LEN_MAX * self.filling.len()
    }

    /// Marks the writer as broken: the page being filled must never reach the
    /// disk, and nothing may follow it.
    pub fn give_up(&mut self) {
        self.is_broken = true;
    }

    /// Discards the page being filled.
    pub fn restart(&mut self) {
        self.hashed = self.end();
        self.filling = PageEntries::from(self.filling.first_seq());
    }

    /// Chain hash of the last entry, whether durable or waiting for its page.
    /// It does not depend on page boundaries.
    pub fn last_hash(&mut self) -> Hash {
        if self.hashed.0 < self.head.next_seq {
            self.hashed = self.end();
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

    /// Sequence after the last durable entry, and its chain hash.
    fn end(&self) -> (u64, Hash) {
        (self.head.next_seq, self.head.hash)
    }

    /// An entry that waits for its page, or whose page is being written.
    pub fn waiting(&self, seq: u64) -> Option<Result<Entry, Error>> {
        let flying = || self.flying.as_ref().and_then(|page| page.entry(seq));
        self.filling.entry(seq).or_else(flying)
    }

    /// True if that many more bytes of entries fit into the page.
    pub fn has_room(&self, len: usize) -> bool {
        let lens = LEN_LEN_MAX * (self.filling.len() + 1);
        // Discarded entries need no page.
        self.is_dry_run || self.filling.bytes_len() + lens + len <= self.body_max
    }

    /// Sends the page to the disk; it is durable after [`Writer::settle`].
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

    /// Takes the page for writing, and begins the next one.
    fn take_off(&mut self) -> Arc<PageEntries> {
        let next = PageEntries::from(self.filling.next_seq());
        let page = Arc::new(std::mem::replace(&mut self.filling, next));
        self.flying = Some(Arc::clone(&page));
        page
    }

    /// Makes the page durable in the background, once the one before it is.
    pub fn commit_beside(&mut self) -> Result<(), Error> {
        self.settle()?;
        if self.filling.is_empty() {
            return Ok(());
        }
        self.is_beside = true;
        let page = self.take_off();
        let committer = &self.committer;
        let helper = self.helper.get_or_insert_with(|| working(committer));
        helper.hand_over(Task::Commit(page)).ok_or_else(lost)
    }

    /// Has another thread make the page durable that was begun, and `tell` when it is, or
    /// was lost. False if none is being written, or another thread does so already.
    pub fn finish_beside(&mut self, tell: Box<dyn FnOnce() + Send>) -> Result<bool, Error> {
        if self.flying.is_none() || self.is_beside || self.is_broken {
            return Ok(false);
        }
        let tree = self.committer().durable().clone();
        self.tree = Some(tree);
        self.is_beside = true;
        let committer = &self.committer;
        let helper = self.helper.get_or_insert_with(|| working(committer));
        helper.hand_over(Task::Finish(tell)).ok_or_else(lost)?;
        Ok(true)
    }

    /// Puts aside what is not durable yet.
    pub fn go_back(&mut self) -> NotDurable {
        self.is_back = true;
        let (next, end) = (PageEntries::from(self.head.next_seq), self.end());
        NotDurable {
            flying: self.flying.take(),
            filling: std::mem::replace(&mut self.filling, next),
            hashed: std::mem::replace(&mut self.hashed, end),
        }
    }

    /// Takes up again what was put aside.
    pub fn go_on(&mut self, ahead: NotDurable) {
        self.is_back = false;
        (self.flying, self.filling, self.hashed) = (ahead.flying, ahead.filling, ahead.hashed);
    }

    /// True between [`Writer::go_back`] and [`Writer::go_on`]: only dry runs may add entries.
    pub fn is_back(&self) -> bool {
        self.is_back
    }

    /// True if all entries are durable, and nothing is being tried or put aside.
    pub fn is_settled(&self) -> bool {
        let is_empty = self.flying.is_none() && self.filling.is_empty();
        is_empty && !self.is_dry_run && !self.is_back
    }

    /// Waits until the page that is being written is durable. Once one failed,
    /// every later call fails too: the next answer could depend on it.
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
            let head = self.committer().head();
            self.head = head;
            let position = self.head.last.unwrap_or_default();
            self.note(page.header.first_seq, position, page.bytes.len() as u64);
            self.commits += 1;
        }
        Ok(())
    }
}

fn working(committer: &Arc<Mutex<PageCommitter>>) -> Helper {
    let committer = Arc::clone(committer);
    Worker::start(move |task: Task| {
        let mut committer = committer.lock().unwrap_or_else(PoisonError::into_inner);
        match task {
            Task::Commit(entries) => committer.commit(&entries),
            Task::Finish(tell) => {
                let finished = committer.finish();
                drop(committer);
                tell();
                finished
            }
        }
    })
}

fn lost() -> Error {
    let path = PathBuf::from("journal");
    StorageError::Poisoned { path }.into()
}

//! The page committer: entries become a page, the page becomes durable, and
//! only then is anything acknowledged or signed.

use crate::chain::checkpoint::{Checkpoint, Verified};
use crate::chain::hash::Hash;
use crate::chain::note::SigningKey;
use crate::chain::page::{Page, PageBuilder};
use crate::chain::tree::{Frontier, leaf_hash};
use crate::engine::error::Error;
use crate::engine::reading::page_entries::PageEntries;
use crate::storage::derived::JournalPoint;
use crate::storage::error::{At, StorageError};
use crate::storage::files::{self, write_at};
use crate::storage::journal::{Head, Journal, Position};
use crate::storage::vault::VaultPoint;
use crate::storage::writer_state::{WriterState, WriterStateStore};
use std::fs::File;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// Length from which bodies are compressed if that makes them smaller: it never
/// pays for a page with a single entry.
const COMPRESS_MIN: usize = 4096;

/// The end of the journal, and the tree over all of it.
pub struct PageCommitter {
    journal: Box<dyn Journal>,
    builder: PageBuilder,
    frontier: Frontier,
    /// A page that is being written.
    begun: Option<Begun>,
    key: SigningKey,
    /// The tree of all durable entries, which [`PageCommitter::sign`] signs.
    durable: Checkpoint,
    /// The newest signed checkpoint.
    checkpoint: Verified,
    checkpoint_path: PathBuf,
    checkpoint_file: File,
    /// Length of the file in bytes. Asking the file system each time would make
    /// it write the file's new time with the journal's next sync.
    checkpoint_len: u64,
    state: WriterStateStore,
    incarnation: u32,
    /// True if the next page accepts the journal's content; until that is
    /// durable, neither checkpoint nor writer state mention it.
    is_accepting: bool,
    /// Extent of the vault, updated by those who add to it.
    vault: SharedVaultPoint,
    /// Chain hash after the first page.
    first: Hash,
}

/// Shared, since a page may be committed on another thread.
pub type SharedVaultPoint = Arc<Mutex<VaultPoint>>;

/// State that applies once a page is durable.
struct Begun {
    page: Page,
    frontier: Frontier,
    tree: Checkpoint,
}

impl PageCommitter {
    /// Makes a committer after the journal's end; the frontier is of all of it,
    /// and `first` the chain hash after its first page.
    pub fn new(
        journal: Box<dyn Journal>,
        frontier: Frontier,
        key: SigningKey,
        checkpoint_path: PathBuf,
        state: WriterStateStore,
        first: Hash,
        incarnation: u32,
    ) -> Result<PageCommitter, Error> {
        let head = journal.head();
        let checkpoint = key.sign_checkpoint(frontier.size(), frontier.root());
        let checkpoint_file = files::edit_or_create(&checkpoint_path)?;
        let found = checkpoint_file.metadata().at("read", &checkpoint_path)?;
        Ok(PageCommitter {
            builder: PageBuilder::new(head.next_seq, head.hash, COMPRESS_MIN),
            journal,
            frontier,
            begun: None,
            key,
            durable: checkpoint.checkpoint().clone(),
            checkpoint,
            checkpoint_path,
            checkpoint_file,
            checkpoint_len: found.len(),
            vault: Arc::new(Mutex::new(state.state().vault)),
            state,
            incarnation,
            is_accepting: false,
            first,
        })
    }

    /// Sets the tree over the whole journal.
    pub fn set_frontier(&mut self, frontier: Frontier) -> Result<(), Error> {
        self.durable = Checkpoint::unsigned(&self.key, frontier.size(), frontier.root());
        self.frontier = frontier;
        self.sign()
    }

    /// Signs the tree of all durable entries, unless it was signed before.
    /// Answers need not wait for this: if it is missed, opening a ledger makes
    /// up for it.
    pub fn sign(&mut self) -> Result<(), Error> {
        if self.durable.size() == self.checkpoint.checkpoint().size() {
            return Ok(());
        }
        self.checkpoint = self
            .key
            .sign_checkpoint(self.durable.size(), self.durable.root());
        match self.is_accepting {
            true => Ok(()),
            false => {
                self.note_checkpoint()?;
                self.note_state()
            }
        }
    }

    /// Makes the next page accept the journal's content, even if it is not proven.
    pub fn accept_journal(&mut self) {
        self.is_accepting = true;
    }

    /// Records in the writer state what is durable and signed. It may fall
    /// behind the journal, if a process ends before this; it is never ahead of
    /// it.
    fn note_state(&mut self) -> Result<(), Error> {
        let head = self.journal.head();
        let state = WriterState {
            origin: self.key.verifier().name().to_owned(),
            incarnation: self.incarnation,
            point: JournalPoint {
                origin: self.first,
                count: head.next_seq,
                hash: head.hash,
                last: head.last.unwrap_or_default(),
            },
            vault: *self.vault.lock().unwrap_or_else(PoisonError::into_inner),
            frontier: self.frontier.clone(),
        };
        Ok(self.state.put(state)?)
    }

    /// Shared extent of the vault.
    pub fn vault_point(&self) -> SharedVaultPoint {
        Arc::clone(&self.vault)
    }

    /// Syncs the writer state about once a second from here on, for a
    /// long-lived process.
    pub fn sync_state_in_background(&mut self) {
        self.state.sync_in_background();
    }

    /// Waits until the writer state is on the disk.
    pub fn sync_state(&mut self) -> Result<(), Error> {
        Ok(self.state.sync()?)
    }

    /// Writes the newest checkpoint to its file, in place and unsynced: opening
    /// a ledger writes it again, and readers ignore a half-written one.
    fn note_checkpoint(&mut self) -> Result<(), Error> {
        let text = self.checkpoint.text().as_bytes();
        let (path, len) = (&self.checkpoint_path, text.len() as u64);
        write_at(&self.checkpoint_file, 0, text).at("write", path)?;
        if self.checkpoint_len > len {
            self.checkpoint_file.set_len(len).at("cut", path)?;
        }
        self.checkpoint_len = len;
        Ok(())
    }

    /// End of the durable journal.
    pub fn head(&self) -> Head {
        self.journal.head()
    }

    /// The tree over all durable entries.
    pub fn frontier(&self) -> &Frontier {
        &self.frontier
    }

    /// The journal, to read from.
    pub fn journal(&self) -> &dyn Journal {
        &*self.journal
    }

    /// Replaces a damaged page, if the given one is the right one.
    pub fn mend(&mut self, position: Position, page: &Page) -> Result<bool, Error> {
        Ok(self.journal.mend(position, page)?)
    }

    /// The tree of all entries that are durable or being written.
    pub fn coming(&self) -> &Checkpoint {
        self.begun.as_ref().map_or(&self.durable, |b| &b.tree)
    }

    /// The tree of all durable entries.
    pub fn durable(&self) -> &Checkpoint {
        &self.durable
    }

    /// The newest signed checkpoint.
    pub fn checkpoint(&self) -> &Verified {
        &self.checkpoint
    }

    /// Makes the next entries durable as one page. The tree up to it is signed
    /// by [`PageCommitter::sign`]; the page bears the signature of the tree
    /// before it.
    pub fn commit(&mut self, entries: &PageEntries) -> Result<Option<Page>, Error> {
        self.begin(entries)?;
        self.finish()
    }

    /// [`PageCommitter::commit`] that does not wait for the disk: nothing in the page
    /// counts before [`PageCommitter::finish`].
    pub fn begin(&mut self, entries: &PageEntries) -> Result<(), Error> {
        let made = self.make(entries)?;
        let head = self.journal.head();
        let begun = self.journal.begin(&head, &made.page)?;
        begun.map_err(|conflict| Error::internal(format!("{conflict}; open the ledger again")))?;
        self.begun = Some(made);
        Ok(())
    }

    /// Waits until the page that was begun is durable, if there is one.
    pub fn finish(&mut self) -> Result<Option<Page>, Error> {
        self.journal.finish()?;
        Ok(self.begun.take().map(|made| {
            (self.frontier, self.durable) = (made.frontier, made.tree);
            self.is_accepting = false;
            if made.page.header.first_seq == 0 {
                self.first = made.page.header.last;
            }
            made.page
        }))
    }

    fn make(&mut self, entries: &PageEntries) -> Result<Begun, Error> {
        self.sign()?;
        if entries.first_seq() != self.journal.head().next_seq {
            let finding = "what came before was not written; open the ledger again";
            return Err(Error::internal(finding));
        }
        let mut frontier = self.frontier.clone();
        let page = self.page(entries, &mut frontier)?;
        let tree = Checkpoint::unsigned(&self.key, frontier.size(), frontier.root());
        Ok(Begun {
            page,
            frontier,
            tree,
        })
    }

    fn page(&mut self, entries: &PageEntries, frontier: &mut Frontier) -> Result<Page, Error> {
        let path = &self.checkpoint_path;
        let unfit = |flaw: crate::chain::page::Flaw| StorageError::unfit(path, flaw.to_string());
        let head = self.journal.head();
        self.builder.restart(head.next_seq, head.hash);
        for bytes in entries.iter() {
            let hash = self.builder.push(bytes).map_err(unfit)?;
            frontier.push(leaf_hash(&hash));
        }
        let is_signed = self.checkpoint.checkpoint().size() > 0;
        let signature = is_signed.then(|| self.checkpoint.signature());
        Ok(self
            .builder
            .seal(signature, self.key.page_key())
            .map_err(unfit)?)
    }
}

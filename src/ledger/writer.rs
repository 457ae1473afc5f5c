//! The writer: entries become a page, a page becomes durable, and only then
//! is anything acknowledged or signed.

use super::error::Error;
use crate::chain::checkpoint::{Checkpoint, Verified};
use crate::chain::codec;
use crate::chain::note::SigningKey;
use crate::chain::page::{Page, PageBuilder};
use crate::chain::tree::Frontier;
use crate::model::Entry;
use crate::store::error::At;
use crate::store::error::Trouble;
use crate::store::files::write_at;
use crate::store::journal::{Head, Journal};
use std::fs::{File, OpenOptions};
use std::path::PathBuf;

/// Bodies larger than this are compressed where that makes them smaller: a
/// page with a single entry is never worth it.
const COMPRESS_MIN: usize = 4096;

/// The end of the journal, and the page that is being filled.
pub struct Writer {
    journal: Box<dyn Journal>,
    builder: PageBuilder,
    frontier: Frontier,
    key: SigningKey,
    /// The tree of all that is durable; what [`Writer::sign`] signs.
    durable: Checkpoint,
    /// The newest that was signed.
    checkpoint: Verified,
    checkpoint_path: PathBuf,
    checkpoint_file: File,
    /// Bytes of the file. Asking the file system each time would have it write
    /// the file's new time down with the journal's next sync.
    checkpoint_len: u64,
    bytes: Vec<u8>,
    /// Nothing is to reach the disk: what is pushed will be thrown away.
    pub is_trial: bool,
    /// Pages that the book has no copy of yet, oldest first.
    pub recent: Vec<Page>,
}

impl Writer {
    /// A writer behind what the journal holds; the frontier is of all of it.
    pub fn new(
        journal: Box<dyn Journal>,
        frontier: Frontier,
        key: SigningKey,
        checkpoint_path: PathBuf,
    ) -> Result<Writer, Error> {
        let head = journal.head();
        let checkpoint = key.sign_checkpoint(frontier.size(), frontier.root());
        let mut options = OpenOptions::new();
        let checkpoint_file = options
            .create(true)
            .truncate(false)
            .write(true)
            .open(&checkpoint_path)
            .at("open", &checkpoint_path)?;
        let found = checkpoint_file.metadata().at("read", &checkpoint_path)?;
        Ok(Writer {
            builder: PageBuilder::new(head.next_seq, head.hash, COMPRESS_MIN),
            journal,
            frontier,
            key,
            durable: checkpoint.checkpoint().clone(),
            checkpoint,
            checkpoint_path,
            checkpoint_file,
            checkpoint_len: found.len(),
            bytes: Vec::new(),
            is_trial: false,
            recent: Vec::new(),
        })
    }

    /// The same writer, with the tree over all that the journal holds.
    pub fn with_frontier(mut self, frontier: Frontier) -> Result<Writer, Error> {
        self.frontier = frontier;
        self.note_durable();
        self.sign()?;
        Ok(self)
    }

    /// Everything in the tree is durable now.
    fn note_durable(&mut self) {
        self.durable = Checkpoint::unsigned(&self.key, self.frontier.size(), self.frontier.root());
    }

    /// Signs the tree of all that is durable, unless it was signed before.
    /// Whoever waits for an answer need not wait for this: it stands in nobody's
    /// way, and opening a ledger makes it good.
    pub fn sign(&mut self) -> Result<(), Error> {
        if self.durable.size() == self.checkpoint.checkpoint().size() {
            return Ok(());
        }
        self.checkpoint = self
            .key
            .sign_checkpoint(self.durable.size(), self.durable.root());
        self.note_checkpoint()
    }

    /// Puts the newest checkpoint into its file, in place and unsynced: it is
    /// made again when a ledger is opened, and readers pass over half a one.
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

    /// Where the durable journal ends.
    pub fn head(&self) -> Head {
        self.journal.head()
    }

    /// The tree over everything, the page being filled included.
    pub fn frontier(&self) -> &Frontier {
        &self.frontier
    }

    /// The journal, to read from.
    pub fn journal(&self) -> &dyn Journal {
        &*self.journal
    }

    /// The tree of all that is durable, signed or not yet.
    pub fn durable(&self) -> &Checkpoint {
        &self.durable
    }

    /// The newest signed checkpoint.
    pub fn checkpoint(&self) -> &Verified {
        &self.checkpoint
    }

    /// The canonical bytes of an entry, and whether the page has room for so many groups of them.
    pub fn push(&mut self, entry: &Entry) -> Result<(), Error> {
        self.bytes.clear();
        codec::encode_into(entry, &mut self.bytes).map_err(|source| Error::Codec {
            seq: entry.seq,
            source,
        })?;
        let hash = self
            .builder
            .push(&self.bytes)
            .map_err(|flaw| unfit(&self.checkpoint_path, flaw.to_string()))?;
        self.frontier.push(crate::chain::tree::leaf_hash(&hash));
        Ok(())
    }

    /// Throws away the page being filled; the tree is the one before it.
    pub fn restart(&mut self, frontier: Frontier) {
        let head = self.journal.head();
        self.builder = PageBuilder::new(head.next_seq, head.hash, COMPRESS_MIN);
        self.frontier = frontier;
    }

    /// An entry that waits in the page being filled.
    pub fn waiting(&self, seq: u64) -> Option<Result<Entry, Error>> {
        let bytes = self.builder.entry(seq)?;
        Some(codec::decode(bytes).map_err(|source| Error::Codec { seq, source }))
    }

    /// Whether that many more bytes of entries fit into the page.
    pub fn has_room(&self, len: usize) -> bool {
        self.builder.has_room(len)
    }

    /// Makes the page durable. The tree that it ends is for [`Writer::sign`]; the
    /// page bears the signature of the tree before it.
    pub fn commit(&mut self) -> Result<(), Error> {
        if self.builder.is_empty() {
            return Ok(());
        }
        self.sign()?;
        let is_signed = self.checkpoint.checkpoint().size() > 0;
        let signature = is_signed.then(|| self.checkpoint.signature());
        let page = self
            .builder
            .seal(signature)
            .map_err(|flaw| unfit(&self.checkpoint_path, flaw.to_string()))?;
        let expected = self.journal.head();
        if let Err(conflict) = self.journal.append(&expected, &page)? {
            return Err(Error::usage(format!("{conflict}; open the ledger again")));
        }
        self.recent.push(page);
        self.note_durable();
        Ok(())
    }
}

fn unfit(path: &std::path::Path, finding: String) -> Error {
    Error::Trouble(Trouble::unfit(path, finding))
}

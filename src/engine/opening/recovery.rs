//! Standing of a ledger relative to the last signed point, for a person who
//! must decide whether to continue.

use crate::chain::hash::Hash;
use crate::engine::error::Error;
use crate::engine::opening::continuity::{PageWalk, UnprovenPage};
use crate::engine::opening::folders::{Folders, check_has_journal};
use crate::engine::opening::genesis::{genesis_of, key_under};
use crate::storage::error::StorageError;
use crate::storage::journal::{JournalReader, Piece};
use crate::storage::secrets::Secrets;
use crate::storage::writer_state::WriterState;

/// The writer state and the journal side by side.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The last signed point, or the reason why it is unknown.
    pub known: Result<(u64, Hash), String>,
    known_root: Hash,
    /// Number of readable entries in the journal, up to the first that cannot be read.
    pub size: u64,
    /// Chain hash of the last of them.
    pub hash: Hash,
    root: Hash,
    /// True if the journal contains the last signed point.
    pub holds_known: bool,
    /// Pages that are not proven to be the writer's.
    pub unproven: Vec<UnprovenPage>,
    /// Reason why the journal cannot be read to its end.
    pub broken: Option<String>,
    /// Bytes at the end that are not a page.
    pub tail_len: u64,
    /// The greatest incarnation that the journal or the writer state names.
    pub incarnation: u32,
}

impl Standing {
    /// Reads the whole journal and the writer state; writes nothing.
    ///
    /// # Errors
    /// A journal without a readable beginning, or of another key; I/O errors.
    pub fn survey(folders: &Folders) -> Result<Standing, Error> {
        check_has_journal(folders)?;
        let secrets = Secrets::open(&folders.secrets)?;
        let genesis = genesis_of(folders)?;
        let key = key_under(&genesis.origin, &secrets)?;
        if *key.verifier().as_bytes() != genesis.verifier {
            let finding =
                "the signing key is not this ledger's; name the right folder with --secrets";
            return Err(StorageError::foreign(secrets.dir(), finding).into());
        }
        let state = match secrets.writer_state() {
            Ok(store) if store.state().origin.is_empty() => {
                Err("an earlier recovery was cut short".to_owned())
            }
            Ok(store) => Ok(store.state().clone()),
            Err(StorageError::NoWriterState { finding, .. }) => Err(finding),
            Err(other) => return Err(other.into()),
        };
        let reader = JournalReader::open(&folders.ledger.join("journal"))?;
        let walk = PageWalk::start(&key, &genesis.origin);
        Standing::walk(&reader, walk, state)
    }

    fn walk(
        reader: &JournalReader,
        mut walk: PageWalk<'_>,
        state: Result<WriterState, String>,
    ) -> Result<Standing, Error> {
        let (mut broken, mut tail_len) = (None, 0);
        let is_met = |walk: &PageWalk<'_>, state: &WriterState| {
            (walk.frontier.size(), walk.hash) == (state.point.count, state.point.hash)
        };
        let mut holds_known = state.as_ref().is_ok_and(|state| is_met(&walk, state));
        for piece in reader.pages()? {
            match piece? {
                Piece::Page(stored) => {
                    if let Err(finding) = walk.page(&stored) {
                        broken = Some(finding);
                        break;
                    }
                    holds_known |= state.as_ref().is_ok_and(|state| is_met(&walk, state));
                }
                Piece::Finding(finding) if finding.is_tail => tail_len = finding.len,
                Piece::Finding(finding) => {
                    broken = Some(finding.kind.to_string());
                    break;
                }
            }
        }
        let stated = state.as_ref().map_or(0, |state| state.incarnation);
        Ok(Standing {
            known_root: state.as_ref().map_or(Hash::ZERO, WriterState::root),
            known: state.map(|state| (state.point.count, state.point.hash)),
            size: walk.frontier.size(),
            hash: walk.hash,
            root: walk.frontier.root(),
            holds_known,
            unproven: walk.unproven,
            broken,
            tail_len,
            incarnation: walk.incarnation.max(stated),
        })
    }

    /// True if the journal continues from the signed point, so that nothing
    /// needs to be accepted.
    pub fn is_continued(&self) -> bool {
        self.holds_known && self.unproven.is_empty() && self.broken.is_none()
    }

    /// Size and root of the newest lost tree; those of the journal if the
    /// signed point is unknown.
    pub(in crate::engine) fn lost(&self) -> (u64, Hash) {
        match self.known {
            Ok((size, _)) => (size, self.known_root),
            Err(_) => (self.size, self.root),
        }
    }

    /// Checks that the journal can be continued, once that is accepted.
    pub(in crate::engine) fn check_acceptable(&self, is_vault_whole: bool) -> Result<(), Error> {
        if let Some(broken) = &self.broken {
            return Err(Error::misuse(format!(
                "the journal cannot be read behind entry {}: {broken}; put a copy of the ledger's folder in its place with `stampbook restore BACKUP`",
                self.size.saturating_sub(1)
            )));
        }
        match self.is_continued() && is_vault_whole {
            true => Err(Error::misuse(
                "there is nothing to recover: the journal continues what was last signed, and the vault is the newest",
            )),
            false => Ok(()),
        }
    }

    /// Content, losses and unproven pages, a line each.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        match &self.known {
            Ok((size, hash)) => lines.push(format!(
                "last signed   {size} entries, the last with the hash {hash}"
            )),
            Err(why) => lines.push(format!("last signed   not known: {why}")),
        }
        lines.push(format!(
            "the journal   {} entries, the last with the hash {}",
            self.size, self.hash
        ));
        match self.known {
            Ok((size, _)) if size > self.size => lines.push(format!(
                "lost          entries {} to {}",
                self.size,
                size - 1
            )),
            Ok((size, _)) if !self.holds_known => lines.push(format!(
                "changed       at least one of the entries 0 to {} is not what was signed",
                size.saturating_sub(1)
            )),
            Ok(_) => {}
            Err(_) => lines.push(
                "unproven      whether entries are missing at the end: nothing says how many were signed"
                    .to_owned(),
            ),
        }
        lines.extend(self.unproven.iter().map(|page| {
            let (first, last) = page.entries;
            format!("unproven      entries {first} to {last}: {}", page.finding)
        }));
        if self.tail_len > 0 {
            lines.push(format!(
                "cut off       {} bytes at the end that are no page",
                self.tail_len
            ));
        }
        if let Some(broken) = &self.broken {
            lines.push(format!(
                "unreadable    from entry {} on: {broken}",
                self.size
            ));
        }
        lines
    }
}

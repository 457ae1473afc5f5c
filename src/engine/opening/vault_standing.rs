//! Standing of the vault relative to the journal, for a person who must decide
//! whether to continue without lost keys.

use crate::engine::error::Error;
use crate::engine::opening::folders::Folders;
use crate::engine::opening::locks::Locks;
use crate::engine::opening::options::Options;
use crate::engine::reading::pages::entries_of;
use crate::model::{Entry, MemberId, counted};
use crate::storage::error::StorageError;
use crate::storage::journal::{JournalReader, Piece};
use crate::storage::secrets::Secrets;
use crate::storage::vault::{FILE_NAME, FoundSlots};
use std::collections::BTreeMap;

/// The vault compared with the keys that the journal requires.
#[derive(Debug, Clone, Default)]
pub struct VaultStanding {
    /// Reason why the vault is not the one that was last written; None if it is.
    pub finding: Option<String>,
    /// Members whose profile can no longer be opened, each with the entry that
    /// sealed it: their key is missing and they were not erased.
    pub lost: Vec<(MemberId, u64)>,
    /// Members whose key was accepted as lost before.
    pub accepted: u64,
}

impl VaultStanding {
    /// Reads the vault and every entry; writes nothing.
    ///
    /// # Errors
    /// [`StorageError::Newer`]; an alias key that cannot be read; I/O errors.
    pub fn survey(folders: &Folders) -> Result<VaultStanding, Error> {
        let secrets = Secrets::open(&folders.secrets)?;
        let alias_key = secrets.alias_key()?;
        let known = match secrets.writer_state() {
            Ok(store) => store.state().vault,
            Err(StorageError::NoWriterState { .. }) => Default::default(),
            Err(other) => return Err(other.into()),
        };
        let verified = secrets.vault(&alias_key, known);
        let finding = match verified.and_then(|mut vault| vault.verify()) {
            Ok(()) => None,
            Err(StorageError::SecretDamage { finding, .. }) => Some(finding),
            Err(other) => return Err(other.into()),
        };
        let found = FoundSlots::read(&folders.secrets.join(FILE_NAME), &alias_key)?;
        let mut lost = BTreeMap::new();
        each_entry(folders, |entry| {
            if let Some(id) = entry.sealed_for() {
                lost.entry(id).or_insert(entry.seq);
            }
            for id in entry.erases() {
                lost.remove(&id);
            }
        })?;
        lost.retain(|id, _| !found.tells_of(&id.0));
        Ok(VaultStanding {
            finding,
            lost: lost.into_iter().collect(),
            accepted: found.lost.len() as u64,
        })
    }

    /// True if it is the newest vault, and no key is missing from it.
    pub fn is_whole(&self) -> bool {
        self.finding.is_none() && self.lost.is_empty()
    }

    /// The faults, a line each; of more than `listed_max` members only the number.
    pub fn lines(&self, listed_max: usize) -> Vec<String> {
        let mut lines = Vec::new();
        if let Some(finding) = &self.finding {
            lines.push(format!("the vault     {finding}"));
        }
        if !self.lost.is_empty() {
            lines.push(format!(
                "lost keys     {}: name, birthday and aliases cannot be read any more; points stay, by member id",
                self.lost.len()
            ));
        }
        lines.extend(
            self.lost
                .iter()
                .take(listed_max)
                .map(|(id, seq)| format!("              member {id}, sealed in entry {seq}")),
        );
        if self.lost.len() > listed_max {
            let more = self.lost.len() - listed_max;
            lines.push(format!("              and {more} more (--json lists all)"));
        }
        if self.accepted > 0 {
            lines.push(format!(
                "accepted      the keys of {} were accepted as lost before",
                counted(self.accepted, "member", "members")
            ));
        }
        lines
    }
}

/// Finishes an erasure that was cut within its write to the vault, which then has
/// a slot that does not verify. Returns true if that was it.
///
/// # Errors
/// Errors of reading journal and secrets.
pub(in crate::engine) fn finish_torn_erasure(
    folders: &Folders,
    options: &Options,
) -> Result<bool, Error> {
    let secrets = Secrets::open(&folders.secrets)?;
    let locks = Locks::take(folders, &options.purpose, options.patience)?;
    let mut erased = Vec::new();
    each_entry(folders, |entry| {
        erased.extend(entry.erases().map(|id| id.0));
    })?;
    let known = secrets.writer_state()?.state().vault;
    let mut vault = secrets.vault(&secrets.alias_key()?, known)?;
    let is_finished = vault.finish_torn_erasure(&erased)?;
    drop(locks);
    Ok(is_finished)
}

/// Looks at the journal's entries, in their order, up to the first damage: commands
/// that examine the journal report it.
fn each_entry(folders: &Folders, mut look: impl FnMut(&Entry)) -> Result<(), Error> {
    for piece in JournalReader::open(&folders.ledger.join("journal"))?.pages()? {
        let Piece::Page(stored) = piece? else { break };
        for entry in entries_of(&stored.page)? {
            look(&entry);
        }
    }
    Ok(())
}

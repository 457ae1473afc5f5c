//! The state while it is folded: members in use as structs, the others as bytes
//! in memory, and beyond a bound in a scratch file outside the ledger.

use crate::engine::PackedState;
use crate::model::{Act, Effect, Entry, MemberId};
use crate::rules::State;
use crate::rules::state::Member;
use crate::storage::error::StorageError;
use std::fs::File;
use std::path::{Path, PathBuf};

/// Folder for scratch files.
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

    /// Makes a file that is deleted when it is closed.
    pub fn file(&self) -> Result<File, StorageError> {
        tempfile::tempfile_in(&self.dir).map_err(|e| self.trouble("create a file in", e))
    }

    pub fn trouble(&self, what: &'static str, error: std::io::Error) -> StorageError {
        StorageError::io(what, &self.dir, error)
    }
}

/// Members and aftermaths of entries that are not in use: as bytes.
#[derive(Default)]
pub(super) struct UnusedState(PackedState);

impl UnusedState {
    /// Loads all that folding or deciding an entry again reads.
    pub fn load(&self, state: &mut State, entry: &Entry) -> Result<(), StorageError> {
        if self.0.is_empty() {
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

    /// Loads a member.
    pub fn load_member(&self, state: &mut State, id: MemberId) -> Result<(), StorageError> {
        if !self.0.is_empty() && !state.members.contains_key(&id) {
            let found = self.0.member(id)?;
            found
                .into_iter()
                .for_each(|member| state.members.put(id, member));
        }
        Ok(())
    }

    /// Visits every member, in no particular order.
    pub fn each_member(
        &self,
        state: &State,
        mut look: impl FnMut(&Member),
    ) -> Result<(), StorageError> {
        state.members.in_order().for_each(&mut look);
        for id in self.0.members() {
            if !state.members.contains_key(&id) {
                self.0.member(id)?.iter().for_each(|member| look(member));
            }
        }
        Ok(())
    }

    /// Loads the members who pool points with those that an entry concerns.
    pub fn load_housemates(&self, state: &mut State, entry: &Entry) -> Result<(), StorageError> {
        if self.0.is_empty() {
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

    /// Loads the aftermath of an entry.
    pub fn load_aftermath(&self, state: &mut State, seq: u64) -> Result<(), StorageError> {
        self.0.load_aftermath(state, seq)
    }

    /// Bytes of memory that the packed members take, approximately.
    pub fn memory_len(&self) -> u64 {
        self.0.memory_len()
    }

    /// Brings what entries will need into the processor's cache.
    pub fn look_ahead<'a>(&self, next: impl Iterator<Item = &'a Entry>) {
        if !self.0.is_empty() {
            let touched = next.flat_map(|entry| &entry.touched);
            self.0.look_ahead(touched.map(|touched| touched.member));
        }
    }

    /// True if what is in use must be packed, to keep within `memory` with
    /// `others` besides.
    pub fn is_due(&self, used: u64, others: u64, memory: u64) -> bool {
        self.0.is_due(used, others, memory)
    }

    /// True if the bytes must be moved to scratch files, to keep within `memory`
    /// with `others` besides.
    pub fn is_over(&self, others: u64, memory: u64) -> bool {
        self.0.is_over(others, memory)
    }

    /// Packs all that is in use into bytes.
    pub fn pack(&mut self, state: &mut State) {
        self.0.pack(state);
    }

    /// Moves the bytes to scratch files.
    pub fn write_out(&mut self, scratch: &Scratch) -> Result<(), StorageError> {
        self.0.write_out(|| scratch.file())
    }
}

/// Earlier entries whose aftermath an entry reads or changes.
fn named(entry: &Entry) -> impl Iterator<Item = u64> + '_ {
    let act = match &entry.act {
        Act::Refused(refused) => &refused.act,
        act => act,
    };
    let effects = entry.effects.iter();
    let changed = effects.filter_map(Effect::changes_aftermath_of);
    act.reads_aftermath_of().into_iter().chain(changed)
}

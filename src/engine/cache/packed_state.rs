//! Members and aftermaths that are not in use, as bytes, which take a fifth of
//! the memory. Engine and audit both bound their memory this way.

use crate::model::MemberId;
use crate::rules::State;
use crate::rules::state::{Aftermath, IdHasher, Member};
use crate::storage::error::StorageError;
use crate::storage::spill::Spill;
use bincode::{Decode, Encode, config::Configuration};
use std::fs::File;
use std::hash::BuildHasherDefault;

/// Bytes of memory of an aftermath, on average.
const AFTERMATH_LEN: u64 = 384;
/// Bytes of decoded state that stay in use once there are packed parts: few
/// enough for the processor's cache. With a million members nearly every entry
/// touches another one, so that a larger part would seldom be asked for, but
/// scatters what it is made of over all of the memory.
const IN_USE_LEN: u64 = 8 << 20;
/// Part of the memory that is not worth freeing, as a divisor.
pub const LEAST_PART: u64 = 8;
/// Places of the table of members that stay when it is emptied.
const PLACES_KEPT: usize = 1 << 13;

fn config() -> Configuration {
    bincode::config::standard()
}

/// Encodes a part of the state: the one codec of all derived state.
pub(super) fn to_bytes<T: Encode>(value: &T) -> Vec<u8> {
    bincode::encode_to_vec(value, config()).expect("state is plain data, which always encodes")
}

/// [`to_bytes`] into a buffer, whose content is replaced: where many parts are
/// encoded one after another, none of them has to be measured first.
pub(super) fn encode_into<T: Encode>(value: &T, buffer: &mut Vec<u8>) {
    buffer.clear();
    append(value, buffer);
}

/// [`to_bytes`] to the end of a buffer.
pub(super) fn append<T: Encode>(value: &T, buffer: &mut Vec<u8>) {
    bincode::encode_into_std_write(value, buffer, config())
        .expect("state is plain data, which always encodes");
}

/// Decodes the form that [`to_bytes`] makes; bytes after it are ignored.
pub(super) fn from_bytes<T: Decode<()>>(bytes: &[u8]) -> Option<T> {
    let decoded = bincode::decode_from_slice(bytes, config());
    decoded.ok().map(|(value, _)| value)
}

/// Parts of a state in their encoded form.
#[derive(Default)]
pub struct PackedState {
    members: Spill<[u8; 16], BuildHasherDefault<IdHasher>>,
    aftermath: Spill<u64>,
}

impl PackedState {
    /// True if it is empty.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty() && self.aftermath.is_empty()
    }

    /// Reads a member, if there is one of that id.
    ///
    /// # Errors
    /// I/O errors of the scratch file.
    pub fn member(&self, id: MemberId) -> Result<Option<Box<Member>>, StorageError> {
        let found: Option<Box<Member>> = self.members.read(&id.0, from_bytes)?.flatten();
        // In memory they are as they were put there; a file may be damaged.
        let is_checked = !self.members.has_file();
        Ok(found.filter(|member| is_checked || member.lots.are_sound()))
    }

    /// Reads the aftermath of an entry, if it has one.
    ///
    /// # Errors
    /// I/O errors of the scratch file.
    pub fn aftermath(&self, seq: u64) -> Result<Option<Aftermath>, StorageError> {
        Ok(self.aftermath.read(&seq, from_bytes)?.flatten())
    }

    /// Loads the aftermath of an entry into a state that lacks it.
    ///
    /// # Errors
    /// I/O errors of the scratch file.
    pub fn load_aftermath(&self, state: &mut State, seq: u64) -> Result<(), StorageError> {
        if !self.is_empty() && !state.aftermath.contains_key(&seq) {
            let found = self.aftermath(seq)?;
            state.aftermath.extend(found.map(|after| (seq, after)));
        }
        Ok(())
    }

    /// Brings the bytes of members into the processor's cache.
    pub fn look_ahead(&self, ids: impl Iterator<Item = MemberId>) {
        ids.for_each(|id| self.members.touch(&id.0));
    }

    /// True if decoded state of so many bytes must be packed, to keep within
    /// `memory` with `others` besides.
    pub fn is_due(&self, used: u64, others: u64, memory: u64) -> bool {
        match self.is_empty() {
            true => used + others > memory && used > memory / LEAST_PART,
            false => used > IN_USE_LEN.min(memory / LEAST_PART),
        }
    }

    /// True if it must be written out, to keep within `memory` with `others`
    /// besides. The places in the files stay in memory, so that they alone are
    /// no reason.
    pub fn is_over(&self, others: u64, memory: u64) -> bool {
        let least = memory / LEAST_PART;
        let waiting = self.members.waiting_len() + self.aftermath.waiting_len();
        self.memory_len() + others > memory - least && waiting > least
    }

    /// All members, in no particular order.
    pub fn members(&self) -> impl Iterator<Item = MemberId> + '_ {
        self.members.keys().map(MemberId)
    }

    /// All entries with an aftermath, in no particular order.
    pub fn aftermaths(&self) -> impl Iterator<Item = u64> + '_ {
        self.aftermath.keys()
    }

    /// Packs everything in use in a state, which is left empty.
    pub fn pack(&mut self, state: &mut State) {
        let mut buffer = Vec::new();
        for (id, member) in state.members.drain() {
            encode_into(&*member, &mut buffer);
            self.members.put(id.0, &buffer);
        }
        state.members.shrink_to(PLACES_KEPT);
        self.pack_aftermath(state);
    }

    /// Packs the aftermaths in use in a state.
    pub(super) fn pack_aftermath(&mut self, state: &mut State) {
        let mut buffer = Vec::new();
        for (seq, after) in state.aftermath.drain() {
            encode_into(&after, &mut buffer);
            self.aftermath.put(seq, &buffer);
        }
    }

    /// Puts an encoded member.
    pub(super) fn put(&mut self, id: MemberId, bytes: &[u8]) {
        self.members.put(id.0, bytes);
    }

    /// Bytes of memory that all of it takes, approximately.
    pub fn memory_len(&self) -> u64 {
        self.members.memory_len() + self.aftermath.memory_len()
    }

    /// Moves the bytes to scratch files, which `make` makes.
    ///
    /// # Errors
    /// I/O errors of a scratch file.
    pub fn write_out(
        &mut self,
        make: impl Fn() -> Result<File, StorageError>,
    ) -> Result<(), StorageError> {
        self.members.write_out(&make)?;
        self.aftermath.write_out(&make)
    }

    /// Drops all of it.
    pub(super) fn clear(&mut self) {
        *self = PackedState::default();
    }
}

/// Bytes of memory that a state's aftermaths take, approximately.
pub fn aftermath_len(state: &State) -> u64 {
    state.aftermath.len() as u64 * AFTERMATH_LEN
}

/// Bytes of memory that some members of a state take, approximately.
pub fn members_len(state: &State, ids: impl Iterator<Item = MemberId>) -> u64 {
    let members = ids.filter_map(|id| state.members.get(&id));
    members.map(Member::memory_len).sum()
}

#[cfg(test)]
mod tests {
    use super::PackedState;
    use crate::model::MemberId;
    use crate::storage::error::StorageError;

    fn put(packed: &mut PackedState, ids: std::ops::Range<u8>) {
        ids.for_each(|n| packed.put(MemberId([n; 16]), b"a member"));
    }

    #[test]
    fn places_in_files_are_no_reason_to_write_out_again() {
        let mut packed = PackedState::default();
        put(&mut packed, 0..100);
        let memory = packed.memory_len();
        assert!(!packed.is_over(0, memory * 2));
        assert!(packed.is_over(memory, memory * 2));
        let trouble = |error| StorageError::io("create", &std::env::temp_dir(), error);
        let make = || tempfile::tempfile().map_err(trouble);
        packed.write_out(make).unwrap();
        let memory = packed.memory_len();
        assert!(memory > 0 && !packed.is_over(0, memory));
        put(&mut packed, 100..101);
        assert!(!packed.is_over(0, memory), "little waits");
        put(&mut packed, 101..120);
        assert!(packed.is_over(0, memory), "much waits");
    }
}

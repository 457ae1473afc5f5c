//! Members and what became of entries that are not in use: as bytes, which take a
//! fifth of the memory. The one way in which the engine and the audit bound it.

use crate::model::MemberId;
use crate::rules::State;
use crate::rules::state::{Aftermath, Member};
use crate::storage::error::Trouble;
use crate::storage::spill::Spill;
use bincode::{Decode, Encode, config::Configuration};
use std::fs::File;

/// Bytes of memory that what became of an entry takes, on average.
const AFTERMATH_LEN: u64 = 384;

fn config() -> Configuration {
    bincode::config::standard()
}

/// The stored form of a part of the state: the one codec of all that is derived.
pub(super) fn to_bytes<T: Encode>(value: &T) -> Vec<u8> {
    bincode::encode_to_vec(value, config()).expect("state is plain data, which always encodes")
}

/// Reads what [`to_bytes`] made; what stands behind it is not looked at.
pub(super) fn from_bytes<T: Decode<()>>(bytes: &[u8]) -> Option<T> {
    let decoded = bincode::decode_from_slice(bytes, config());
    decoded.ok().map(|(value, _)| value)
}

/// Parts of a state in their stored form.
#[derive(Default)]
pub struct PackedState {
    members: Spill<[u8; 16]>,
    aftermath: Spill<u64>,
}

impl PackedState {
    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty() && self.aftermath.is_empty()
    }

    /// A member, if there is one of that id.
    ///
    /// # Errors
    /// Trouble with the scratch file.
    pub fn member(&self, id: MemberId) -> Result<Option<Member>, Trouble> {
        let found = self.members.get(&id.0)?;
        Ok(found.and_then(|bytes| from_bytes(&bytes)))
    }

    /// What became of an entry, if anything did.
    ///
    /// # Errors
    /// Trouble with the scratch file.
    pub fn aftermath(&self, seq: u64) -> Result<Option<Aftermath>, Trouble> {
        let found = self.aftermath.get(&seq)?;
        Ok(found.and_then(|bytes| from_bytes(&bytes)))
    }

    /// All members, in no particular order.
    pub fn members(&self) -> impl Iterator<Item = MemberId> + '_ {
        self.members.keys().map(MemberId)
    }

    /// Takes up all that is in use in a state, which is left without.
    pub fn pack(&mut self, state: &mut State) {
        for (id, member) in state.members.drain() {
            self.members.put(id.0, to_bytes(&*member).into());
        }
        state.members.shrink_to_fit();
        for (seq, after) in state.aftermath.drain() {
            self.aftermath.put(seq, to_bytes(&after).into());
        }
    }

    /// About how many bytes of memory all of it takes.
    pub fn memory_len(&self) -> u64 {
        self.members.memory_len() + self.aftermath.memory_len()
    }

    /// Puts the bytes into scratch files, which `make` makes.
    ///
    /// # Errors
    /// Trouble with a scratch file.
    pub fn write_out(&mut self, make: impl Fn() -> Result<File, Trouble>) -> Result<(), Trouble> {
        self.members.write_out(&make)?;
        self.aftermath.write_out(&make)
    }

    /// Forgets all of it.
    pub(super) fn clear(&mut self) {
        *self = PackedState::default();
    }
}

/// About how many bytes of memory what became of entries takes in a state.
pub fn aftermath_len(state: &State) -> u64 {
    state.aftermath.len() as u64 * AFTERMATH_LEN
}

/// About how many bytes of memory some members take in a state.
pub fn members_len(state: &State, ids: impl Iterator<Item = MemberId>) -> u64 {
    let members = ids.filter_map(|id| state.members.get(&id));
    members.map(Member::memory_len).sum()
}

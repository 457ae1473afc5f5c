//! Looking at what the next commands will need; see [`rules::look_at`].

use super::Ledger;
use super::shelf::Shelf;
use crate::command::{Request, Who};
use crate::model::MemberId;
use crate::rules;
use std::hint::black_box;

impl Ledger {
    /// Looks at what commands will need, as far as it is in memory, and changes
    /// nothing.
    pub fn look_ahead<'r>(&self, requests: impl Iterator<Item = &'r Request>) {
        let hash = |who: &Who| match who {
            Who::Alias(alias) => Some(super::profile::alias_hash(&self.alias_key, alias)),
            Who::Id(_) => None,
        };
        let named = requests.filter_map(|r| r.member.as_ref());
        let hashes: Vec<[u8; 16]> = named.filter_map(hash).collect();
        let ids: Vec<MemberId> = hashes
            .iter()
            .filter_map(|hash| self.shelf.noted_owner(hash).flatten())
            .collect();
        self.shelf.look_at(&ids);
    }
}

impl Shelf {
    fn look_at(&self, ids: &[MemberId]) {
        black_box(ids.iter().filter(|id| self.has_noted(id)).count());
        rules::look_at(&self.state, ids.iter().copied());
    }
}

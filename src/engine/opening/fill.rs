//! Replay: entries after the book's watermark are folded.

use crate::chain::codec;
use crate::chain::tree::Frontier;
use crate::engine::Ledger;
use crate::engine::cache::Watermark;
use crate::engine::commit::state_writing::runnable;
use crate::engine::error::Error;
use crate::engine::keys_of;
use crate::engine::verbs::profile::{Profile, text_hash};
use crate::model::{Act, Entry, MemberId};
use crate::storage::journal::StoredPage;
use crate::storage::vault::Secret;

impl Ledger {
    /// Folds the pages after the watermark, and returns the tree over all of them.
    pub(in crate::engine) fn catch_up(
        &mut self,
        watermark: Watermark,
        progress: &mut Option<Box<dyn FnMut(u64, u64)>>,
    ) -> Result<Frontier, Error> {
        let total = self.writer.head().next_seq;
        let mut frontier = watermark.frontier;
        let folded = watermark.point.count;
        self.fill_keys(folded)?;
        if folded == total && self.keys.covered() == total {
            return Ok(frontier);
        }
        for stored in self.writer.read(watermark.point.last) {
            let stored = stored?;
            let header = stored.page.header;
            if header.next_seq() <= folded {
                continue;
            }
            self.catch_up_page(&stored, &mut frontier)?;
            let point = self.point_at(header.next_seq(), header.last, stored.position)?;
            let len = stored.page.bytes.len() as u64;
            self.writer.note(header.first_seq, stored.position, len);
            if self.is_write_due_under_load() {
                self.write_state_at(&frontier, &point)?;
            }
            self.cache.bound()?;
            self.copy_when_due()?;
            self.write_keys_when_due(&point)?;
            if let Some(told) = progress {
                told(point.count, total);
            }
        }
        if !self.may_lag() {
            let point = self.durable_point()?;
            self.write_state_at(&frontier, &point)?;
        }
        Ok(frontier)
    }

    /// Folds a page.
    fn catch_up_page(&mut self, page: &StoredPage, frontier: &mut Frontier) -> Result<(), Error> {
        let view = page.view();
        let numbered = (view.header.first_seq..).zip(view.entries());
        for ((seq, bytes), hash) in numbered.zip(view.hashes()) {
            let entry = codec::decode(bytes).map_err(|source| Error::Codec { seq, source })?;
            self.fold_old(&entry)?;
            frontier.push(crate::chain::tree::leaf_hash(&hash));
            if seq >= self.keys.covered() {
                self.keys.note(seq, keys_of(&entry));
            }
        }
        Ok(())
    }

    /// Folds an entry that the journal already has.
    fn fold_old(&mut self, entry: &Entry) -> Result<(), Error> {
        self.forget_aliases(entry)?;
        self.cache.fold(entry)?;
        if let Act::PolicyActivated(activation) = &entry.act {
            let names = self.global().names.clone();
            let made = runnable(self.programmes.compile(activation, &names))?;
            if activation.pilot.is_none() {
                self.policy = made;
            }
        }
        self.recall_profile(entry)
    }

    /// Removes the aliases of a profile that an entry replaces; those that the
    /// new one still has come back with it. An erased member keeps none, even
    /// if a vault that was restored from a copy can open them.
    fn forget_aliases(&mut self, entry: &Entry) -> Result<(), Error> {
        match (&entry.act, entry.member()) {
            (Act::ProfileChanged { .. }, Some(member)) => self.forget_aliases_of(member),
            (Act::Erased { .. }, _) => {
                let mut erased = entry.erases();
                erased.try_for_each(|member| self.forget_aliases_of(member))
            }
            _ => Ok(()),
        }
    }

    fn forget_aliases_of(&mut self, member: MemberId) -> Result<(), Error> {
        if self.vault.key(&member.0, None)?.is_none() {
            return Ok(());
        }
        let before = self.profile(member)?.unwrap_or_default();
        for alias in &before.aliases {
            let hash = text_hash(&self.alias_key, alias);
            if self.cache.owner(&hash)? == Some(member) {
                self.cache.set_owner(hash, None);
            }
        }
        self.cache.set_birthday(member, None, None);
        Ok(())
    }

    /// Restores aliases and birthday of a sealed profile to the book, as far as
    /// the vault still opens it.
    fn recall_profile(&mut self, entry: &Entry) -> Result<(), Error> {
        let Some(member) = entry.member() else {
            return Ok(());
        };
        let (Act::Enrolled(crate::model::Enrolled {
            profile: Some(sealed),
            ..
        })
        | Act::ProfileChanged {
            profile: Some(sealed),
        }) = &entry.act
        else {
            return Ok(());
        };
        let Some((slot, key)) = self.vault.locate(&member.0)? else {
            // Erased by a later entry, or lost: only the end of the journal tells.
            self.keyless.push((member, entry.seq));
            return Ok(());
        };
        if let Some(profile) = Profile::open(sealed, &key, member) {
            self.keep_profile(member, &profile, &key, Some(slot));
        }
        Ok(())
    }

    /// Updates the lookups derived from a profile. `slot` is the vault's slot
    /// of the key, if known.
    pub(in crate::engine) fn keep_profile(
        &mut self,
        member: MemberId,
        profile: &Profile,
        key: &Secret,
        slot: Option<u32>,
    ) {
        for alias in &profile.aliases {
            self.cache
                .set_owner(text_hash(&self.alias_key, alias), Some(member));
        }
        let key = Some((key, slot));
        self.cache.set_birthday(member, profile.birthday, key);
    }
}

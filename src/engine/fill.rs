//! Filling the book: what the journal holds and the book lacks is folded.

use super::Ledger;
use super::error::Error;
use super::open::book_ahead;
use super::privacy::erased_by;
use super::profile::{Profile, text_hash};
use super::watermark::Watermark;
use crate::chain::codec;
use crate::chain::page::Page;
use crate::chain::tree::Frontier;
use crate::model::{Act, Effect, Entry, MemberId};
use crate::rules;
use crate::storage::error::Trouble;
use crate::storage::journal::Position;

/// Pages that are read at once while the book is filled.
const PAGES_AT_ONCE: usize = 32;

impl Ledger {
    /// Folds the pages behind the watermark, and gives the tree over all of them.
    pub(super) fn catch_up(
        &mut self,
        watermark: Watermark,
        progress: &mut Option<Box<dyn FnMut(u64, u64)>>,
    ) -> Result<Frontier, Error> {
        let total = self.writer.head().next_seq;
        let keys_from = self.keys.covered();
        let mut frontier = watermark.frontier.clone();
        if watermark.count == total && keys_from == total {
            return Ok(frontier);
        }
        // Of a journal that was put back there may be copies of what is gone.
        let is_swept = watermark.count == 0 && self.book.copies_reach().unwrap_or(0) > 0;
        let mut copied = Vec::new();
        let from = if keys_from < watermark.count {
            Position::START
        } else {
            watermark.last.unwrap_or(Position::START)
        };
        let mut position = from;
        let mut hash = watermark.hash;
        loop {
            let (pages, next) = self.next_pages(position)?;
            for (page, at) in pages {
                let seq = self.catch_up_page(&page, &mut frontier, &watermark, keys_from)?;
                if is_swept {
                    copied.push((page.header.first_seq, page.bytes.len()));
                }
                if seq > watermark.count {
                    hash = page.header.last;
                    self.writer.uncopied.push(page);
                }
                if self.unwritten >= self.write_every_under_load() {
                    self.write_state_at(&frontier, Some(at), hash, seq)?;
                }
                self.copy_when_due()?;
                self.write_keys_when_due(seq)?;
                if let Some(told) = progress {
                    told(seq, total);
                }
            }
            match next {
                Some(next) => position = next,
                None => break,
            }
        }
        if !self.may_lag() {
            let head = self.writer.head();
            self.write_state_at(&frontier, head.last, head.hash, head.next_seq)?;
        }
        if is_swept {
            self.settle_book()?;
            self.book.sweep_copies(&copied)?;
        }
        Ok(frontier)
    }

    /// Folds what is new of a page, and says where it ends.
    fn catch_up_page(
        &mut self,
        page: &Page,
        frontier: &mut Frontier,
        watermark: &Watermark,
        keys_from: u64,
    ) -> Result<u64, Error> {
        let unfit =
            |flaw: crate::chain::page::Flaw| Trouble::unfit(&self.folders.ledger, flaw.to_string());
        let view = Page::parse(&page.bytes).map_err(unfit)?;
        let (mut seq, count) = (page.header.first_seq, watermark.count);
        for (bytes, hash) in view.entries().zip(view.hashes()) {
            if seq >= count || seq >= keys_from {
                let entry = codec::decode(bytes).map_err(|source| Error::Codec { seq, source })?;
                if seq >= count {
                    self.fold_old(&entry)?;
                    frontier.push(crate::chain::tree::leaf_hash(&hash));
                }
                if seq >= keys_from {
                    self.note_keys(&entry);
                }
                self.unwritten += 1;
            }
            seq += 1;
            if seq == count && hash != watermark.hash {
                // Both have gone on since the one was the other's.
                return Err(book_ahead(watermark, seq, hash));
            }
        }
        Ok(seq)
    }

    /// Some pages from a position on with their places, and where the next one lies.
    #[allow(clippy::type_complexity)]
    fn next_pages(
        &self,
        position: Position,
    ) -> Result<(Vec<(Page, Position)>, Option<Position>), Error> {
        let mut pages = Vec::new();
        for stored in self.writer.read(position) {
            let stored = stored?;
            if pages.len() == PAGES_AT_ONCE {
                return Ok((pages, Some(stored.position)));
            }
            pages.push((stored.page, stored.position));
        }
        Ok((pages, None))
    }

    /// Folds an entry that the journal already has.
    fn fold_old(&mut self, entry: &Entry) -> Result<(), Error> {
        for touched in &entry.touched {
            self.shelf.load(&self.book, touched.member)?;
        }
        for of in aftermath_of(entry) {
            self.shelf.load_aftermath(&self.book, of)?;
        }
        self.forget_aliases(entry)?;
        rules::fold(&mut self.shelf.state, entry)?;
        self.mark(entry);
        if let Act::PolicyActivated(activation) = &entry.act {
            let names = self.shelf.state.house.names.clone();
            self.policy = Some(self.programmes.compile(activation, &names)?);
        }
        self.recall_profile(entry)
    }

    /// Notes what an entry changed, to be written down.
    pub(super) fn mark(&mut self, entry: &Entry) {
        entry
            .touched
            .iter()
            .for_each(|t| self.shelf.touch(t.member));
        aftermath_of(entry).for_each(|of| self.shelf.touch_aftermath(of));
    }

    /// Takes the aliases of the profile before away where an entry replaces
    /// it; those that the new one still has come back with it. Whoever is erased
    /// leaves none, though a vault that was brought back from a copy opens them.
    fn forget_aliases(&mut self, entry: &Entry) -> Result<(), Error> {
        match (&entry.act, entry.member()) {
            (Act::ProfileChanged { .. }, Some(member)) => self.forget_aliases_of(member),
            (Act::Erased { .. }, _) => {
                let mut erased = erased_by(entry).into_iter();
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
            if self.shelf.owner(&self.book, &hash)? == Some(member) {
                self.shelf.set_owner(hash, None);
            }
        }
        self.shelf.set_birthday(member, None);
        Ok(())
    }

    /// Puts aliases and birthday of a sealed profile back into the book, as far
    /// as the vault still opens it.
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
        let Some(key) = self.vault.key(&member.0, None)? else {
            return Ok(());
        };
        if let Some(profile) = Profile::open(sealed, &key, member) {
            self.keep_profile(member, &profile);
        }
        Ok(())
    }

    /// Keeps what the book looks up of a profile.
    pub(super) fn keep_profile(&mut self, member: MemberId, profile: &Profile) {
        for alias in &profile.aliases {
            self.shelf
                .set_owner(text_hash(&self.alias_key, alias), Some(member));
        }
        self.shelf.set_birthday(member, profile.birthday);
    }
}

fn aftermath_of(entry: &Entry) -> impl Iterator<Item = u64> + '_ {
    entry.effects.iter().filter_map(|effect| match effect {
        Effect::Returned { of, .. } | Effect::Voided { of } | Effect::Claimed { of } => Some(*of),
        _ => None,
    })
}

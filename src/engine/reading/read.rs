//! Queries: entries by sequence, a member's history, the result of a command.

use crate::chain::codec;
use crate::chain::hash::Hash;
use crate::chain::page::Page;
use crate::command::Who;
use crate::engine::error::Error;
use crate::engine::opening::options::STATE_EIGHTHS;
use crate::engine::reading::alias_owner;
use crate::engine::reading::page_entries::PageEntries;
use crate::engine::reading::pages::{entries_of, page_of, pages_from};
use crate::engine::{Ledger, Records};
use crate::model::{Act, Entry, Instant, Key, MemberId};
use crate::policy::Compiled;
use crate::rules::state::{Aftermath, Member, Status};
use crate::storage::keys::KeyHash;
use std::any::Any;
use std::collections::BTreeSet;
use std::sync::Arc;

impl Records {
    /// A member's state, loaded.
    pub fn member(&mut self, id: MemberId) -> Result<Option<&Member>, Error> {
        self.cache.load(id)?;
        Ok(self.cache.member(id))
    }

    /// Aftermath of an entry: returns, a void, a claim; None if there is none.
    pub fn aftermath(&mut self, seq: u64) -> Result<Option<&Aftermath>, Error> {
        self.cache.load_aftermath(seq)?;
        Ok(self.cache.state().aftermath.get(&seq))
    }

    /// An entry by its sequence, if there is one. One that waits for its page
    /// is read as well; reading acknowledges nothing.
    pub fn entry(&mut self, seq: u64) -> Result<Option<Entry>, Error> {
        if let Some(waiting) = self.writer.waiting(seq) {
            return waiting.map(Some);
        }
        if let Some(entry) = self.page_open.as_ref().and_then(|open| open.entry(seq)) {
            return entry.map(Some);
        }
        let open = match page_of(self, seq)? {
            Some(stored) => PageEntries::of(&stored),
            None => return Ok(None),
        };
        let entry = open.entry(seq).transpose();
        self.page_open = Some(open);
        entry
    }

    /// Bound on memory for the state, in bytes.
    pub fn memory(&self) -> u64 {
        self.cache.memory()
    }

    /// Memory in bytes for all beside the program, of which [`Records::memory`] is a part.
    pub fn memory_beside_program(&self) -> u64 {
        self.memory() / STATE_EIGHTHS * 8
    }

    /// Number of durable entries.
    pub fn durable(&self) -> u64 {
        self.writer.head().next_seq
    }

    /// Chain hash after so many durable entries; the zero hash after none.
    ///
    /// # Errors
    /// I/O errors, and [`Error::Damage`] where there are fewer.
    pub fn hash_after(&mut self, entries: u64) -> Result<Hash, Error> {
        let Some(last) = entries.checked_sub(1) else {
            return Ok(Hash::ZERO);
        };
        let found = self.entry_and_hash(last)?;
        let found = found.ok_or_else(|| Error::damage(format!("entry {last} cannot be read")))?;
        Ok(found.1)
    }

    /// A durable entry and its hash.
    pub(in crate::engine) fn entry_and_hash(
        &mut self,
        seq: u64,
    ) -> Result<Option<(Entry, Hash)>, Error> {
        let Some(stored) = page_of(self, seq)? else {
            return Ok(None);
        };
        let (view, first) = (stored.view(), stored.page.header.first_seq);
        let at = usize::try_from(seq - first).unwrap_or(usize::MAX);
        let Some((bytes, hash)) = view.entries().zip(view.hashes()).nth(at) else {
            return Ok(None);
        };
        let entry = codec::decode(bytes).map_err(|source| Error::Codec { seq, source })?;
        Ok(Some((entry, hash)))
    }

    /// A member's entries, oldest first.
    pub fn history(&mut self, id: MemberId) -> Result<Vec<Entry>, Error> {
        let mut entries = self.walk(id, |_, _| true)?;
        entries.reverse();
        Ok(entries)
    }

    /// A member's entries after one of them, oldest first.
    pub(in crate::engine) fn history_since(
        &mut self,
        id: MemberId,
        seq: u64,
    ) -> Result<Vec<Entry>, Error> {
        let mut entries = self.walk(id, |next, _| next > seq)?;
        entries.reverse();
        Ok(entries)
    }

    /// A member's newest entries, newest first, at most `count_max`.
    ///
    /// # Errors
    /// I/O errors.
    pub fn newest(&mut self, id: MemberId, count_max: usize) -> Result<Vec<Entry>, Error> {
        self.walk(id, |_, count| count < count_max)
    }

    /// A member's entries, newest first, as long as `goes_on` with the sequence of the
    /// next one and the number of those read.
    fn walk(
        &mut self,
        id: MemberId,
        goes_on: impl Fn(u64, usize) -> bool,
    ) -> Result<Vec<Entry>, Error> {
        let mut next = self.member(id)?.map(|m| m.last_seq);
        let mut entries = Vec::new();
        while let Some(seq) = next.filter(|seq| goes_on(*seq, entries.len())) {
            let Some(entry) = self.entry(seq)? else { break };
            let own = entry.touched.iter().find(|t| t.member == id);
            next = own.and_then(|t| t.previous);
            entries.push(entry);
        }
        Ok(entries)
    }

    /// First durable entry whose clock was read at an instant or later; the
    /// sequence after the last entry if there is none. The clock goes forward,
    /// so a binary search finds it. Complexity: logarithmic in the entries, a
    /// page each.
    ///
    /// # Errors
    /// I/O errors.
    pub fn first_recorded(&mut self, at: Instant) -> Result<u64, Error> {
        let (mut low, mut high) = (0, self.writer.head().next_seq);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.entry(middle)? {
                Some(entry) if entry.head.recorded_at() < at => low = middle + 1,
                _ => high = middle,
            }
        }
        Ok(low)
    }

    /// Durable entries from one on, in their sequence; one page is held at a time.
    ///
    /// # Errors
    /// I/O errors.
    pub fn entries_from(
        &self,
        from: u64,
    ) -> Result<impl Iterator<Item = Result<Entry, Error>> + use<>, Error> {
        let pages = pages_from(self, from)?;
        let of_page = |page: Result<Page, Error>| match page.and_then(|page| entries_of(&page)) {
            Ok(entries) => entries.into_iter().map(Ok).collect(),
            Err(error) => vec![Err(error)],
        };
        let is_before =
            move |entry: &Result<Entry, Error>| matches!(entry, Ok(entry) if entry.seq < from);
        Ok(pages.flat_map(of_page).skip_while(is_before))
    }

    /// True if an entry was not undone.
    pub(in crate::engine) fn is_standing(&mut self, seq: u64) -> Result<bool, Error> {
        let after = self.aftermath(seq)?;
        Ok(after.is_none_or(|after| after.voided.is_none()))
    }

    /// The entry of a slip or an order number: the newest that has it, unless
    /// it was voided, which frees the number.
    pub(in crate::engine) fn find_standing(&mut self, key: &KeyHash) -> Result<Option<u64>, Error> {
        match self.find(key)? {
            Some(seq) if self.is_standing(seq)? => Ok(Some(seq)),
            _ => Ok(None),
        }
    }

    /// An entry that is recorded for certain, by its sequence.
    pub(in crate::engine) fn recorded(&mut self, seq: u64) -> Result<Entry, Error> {
        let found = self.entry(seq)?;
        found.ok_or_else(|| Error::damage(format!("entry {seq} cannot be read back")))
    }

    /// The entry that a key made.
    pub fn find_key(&mut self, key: &str) -> Result<Option<Entry>, Error> {
        let found = self.find_by_key(key)?;
        found.map(|seq| self.recorded(seq)).transpose()
    }

    /// The entry that a command's key made; None without a key.
    pub(in crate::engine) fn booked_under(&mut self, key: &Key) -> Result<Option<Entry>, Error> {
        match key.is_some() {
            true => self.find_key(key.as_str()),
            false => Ok(None),
        }
    }

    /// The store of a name.
    pub(in crate::engine) fn place_named(&self, store: &str) -> crate::model::Place {
        use crate::model::{NameKind, Place};
        match self.global().names.number(NameKind::Store, store) {
            _ if store.is_empty() => Place::Unsaid,
            Some(number) => Place::Store(number),
            None => Place::Named(store.into()),
        }
    }

    /// Sequences of the entries that a member's state at an instant depends on:
    /// the member's own, and for each other member that one of them touches,
    /// those before it. Lots come from givers, and figures from merged members.
    pub(in crate::engine) fn past_of(
        &mut self,
        id: MemberId,
        at: Instant,
    ) -> Result<BTreeSet<u64>, Error> {
        let mut last = self.member(id)?.map(|m| m.last_seq);
        while let Some(seq) = last {
            let Some(entry) = self.entry(seq)? else { break };
            if entry.head.effective <= at {
                break;
            }
            let own = entry.touched.iter().find(|t| t.member == id);
            last = own.and_then(|t| t.previous);
        }
        let mut open: Vec<u64> = last.into_iter().collect();
        let mut found = BTreeSet::new();
        while let Some(seq) = open.pop() {
            if found.insert(seq)
                && let Some(entry) = self.entry(seq)?
            {
                open.extend(entry.touched.iter().filter_map(|t| t.previous));
            }
        }
        Ok(found)
    }

    /// The programme of an activation, compiled.
    pub fn programme_of(&mut self, number: u32) -> Result<Arc<Compiled>, Error> {
        if let Some(found) = self.programmes.get(number) {
            return Ok(Arc::clone(found));
        }
        let at = (number as usize)
            .checked_sub(1)
            .and_then(|n| self.global().activations.get(n))
            .copied();
        let entry = match at {
            Some(seq) => self.entry(seq)?,
            None => None,
        };
        match entry.map(|e| e.act) {
            Some(crate::model::Act::PolicyActivated(activation)) => {
                let names = self.global().names.clone();
                self.programmes.compile(&activation, &names)
            }
            _ => Err(Error::damage(format!("activation {number} cannot be read"))),
        }
    }

    /// The members of a member's household, the member included; none without one.
    pub fn household(&mut self, id: MemberId) -> Result<Vec<MemberId>, Error> {
        let member = self.member(id)?;
        let found = member.and_then(|m| m.household.as_ref());
        Ok(found.map(|h| h.members.clone()).unwrap_or_default())
    }

    /// Resolves an alias or id to a member, through merges; the member is loaded.
    pub fn resolve(&mut self, who: &Who) -> Result<Option<MemberId>, Error> {
        let mut id = match who {
            Who::Id(id) => *id,
            Who::Alias(alias) => match alias_owner::alias_owner(self, alias)? {
                Some(id) => id,
                None => return Ok(None),
            },
        };
        loop {
            self.cache.load(id)?;
            match self.cache.member(id).map(|m| &m.status) {
                Some(Status::MergedInto(other)) => id = *other,
                Some(_) => return Ok(Some(id)),
                None => return Ok(None),
            }
        }
    }

    /// The member whom a command names, if it names one who is known; the member is loaded.
    pub(in crate::engine) fn named(
        &mut self,
        who: Option<&Who>,
    ) -> Result<Option<MemberId>, Error> {
        match who {
            Some(who) => self.resolve(who),
            None => Ok(None),
        }
    }

    /// Who a recorded member is now, through merges; the member is loaded.
    pub(in crate::engine) fn present(
        &mut self,
        recorded: Option<MemberId>,
    ) -> Result<Option<MemberId>, Error> {
        match recorded {
            Some(id) => self.resolve(&Who::Id(id)),
            None => Ok(None),
        }
    }

    /// The entry that a command's key made, or that it was answered with.
    pub(in crate::engine) fn find_by_key(&mut self, key: &str) -> Result<Option<u64>, Error> {
        let hash = self.hashes.key(key);
        let Some(seq) = self.find(&hash)? else {
            return Ok(None);
        };
        Ok(Some(match self.entry(seq)?.map(|entry| entry.act) {
            Some(Act::OrderSentAgain { of }) => of,
            _ => seq,
        }))
    }
}

/// Takes the state that a reader left with the ledger; None if there is none of that
/// type.
pub fn take_derived<T: Any + Send>(ledger: &mut Ledger) -> Option<Box<T>> {
    match ledger.derived.take()?.downcast() {
        Ok(found) => Some(found),
        Err(other) => {
            ledger.derived = Some(other);
            None
        }
    }
}

/// Leaves a reader's state with the ledger until it is closed.
pub fn keep_derived<T: Any + Send>(ledger: &mut Ledger, state: Box<T>) {
    ledger.derived = Some(state);
}

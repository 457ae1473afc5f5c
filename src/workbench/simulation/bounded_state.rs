//! A state within a bound on memory: members in use as structs, beyond the bound all of them
//! as bytes, and beyond that in files without a name, which end with the process.

use super::entry_store::trouble;
use crate::engine::{Error, PackedState, aftermath_len, members_len};
use crate::model::{Draft, Effect, Entry, MemberId};
use crate::rules::fold::replay;
use crate::rules::state::{Member, Status};
use crate::rules::{self, State};
use std::borrow::Cow;
use std::ops::{Deref, DerefMut};

/// A state and its members that are not in use.
#[derive(Default)]
pub(super) struct BoundedState {
    /// The state, with the members in use.
    state: State,
    packed: PackedState,
    /// Bytes of memory of the members in use.
    used: u64,
    /// Bound on memory in bytes.
    memory: u64,
}

impl Deref for BoundedState {
    type Target = State;

    fn deref(&self) -> &State {
        &self.state
    }
}

/// What is not tied to a member may be changed; members change by [`BoundedState::seal`]
/// and [`BoundedState::fold`].
impl DerefMut for BoundedState {
    fn deref_mut(&mut self) -> &mut State {
        &mut self.state
    }
}

impl BoundedState {
    /// An empty state that takes about that many bytes of memory.
    pub fn within(memory: u64) -> BoundedState {
        BoundedState {
            memory,
            ..BoundedState::default()
        }
    }

    /// A copy within the same bound.
    pub fn copied(&self) -> Result<BoundedState, Error> {
        let mut copy = BoundedState {
            state: self.state.clone(),
            packed: PackedState::default(),
            used: self.used,
            memory: self.memory,
        };
        for id in self.packed.members() {
            if !self.state.members.contains_key(&id) {
                copy.take(self.packed.member(id)?);
                copy.bound()?;
            }
        }
        for of in self.packed.aftermaths() {
            if !self.state.aftermath.contains_key(&of) {
                self.packed.load_aftermath(&mut copy.state, of)?;
                copy.bound()?;
            }
        }
        Ok(copy)
    }

    /// The state with all members in memory. Its bound must have been beyond reach.
    pub fn into_whole(self) -> State {
        self.state
    }

    fn take(&mut self, member: Option<Box<Member>>) {
        if let Some(member) = member {
            self.used += member.memory_len();
            self.state.members.put(member.id, member);
        }
    }

    /// Loads a member, and whoever a decision about that member may concern as well: the one
    /// they were merged into, those they absorbed, their household and their referrer. They
    /// stay until [`BoundedState::bound`].
    pub fn load(&mut self, id: MemberId) -> Result<(), Error> {
        if self.packed.is_empty() {
            return Ok(());
        }
        let mut next = vec![id];
        while let Some(id) = next.pop() {
            // Whoever is in memory came with all of these.
            if !self.state.members.contains_key(&id)
                && let Some(member) = self.packed.member(id)?
            {
                next.extend(linked(&member));
                self.take(Some(member));
            }
        }
        Ok(())
    }

    /// Loads the aftermath of an entry.
    pub fn load_aftermath(&mut self, of: u64) -> Result<(), Error> {
        Ok(self.packed.load_aftermath(&mut self.state, of)?)
    }

    fn load_changed(
        &mut self,
        ids: impl Iterator<Item = MemberId>,
        effects: &[Effect],
    ) -> Result<(), Error> {
        if self.packed.is_empty() {
            return Ok(());
        }
        for id in ids {
            self.load(id)?;
        }
        let mut changed = effects.iter().filter_map(Effect::changes_aftermath_of);
        changed.try_for_each(|of| self.load_aftermath(of))
    }

    /// Books a draft.
    pub fn seal(&mut self, draft: Draft) -> Result<Entry, Error> {
        self.load_changed(draft.members.iter().copied(), &draft.effects)?;
        let before = members_len(&self.state, draft.members.iter().copied());
        let entry = rules::seal(&mut self.state, draft)?;
        self.count(&entry, before);
        Ok(entry)
    }

    /// Folds an entry of the journal.
    pub fn fold(&mut self, entry: &Entry) -> Result<(), Error> {
        let ids = || entry.touched.iter().map(|touched| touched.member);
        self.load_changed(ids(), &entry.effects)?;
        let before = members_len(&self.state, ids());
        self.state.global.next_seq = entry.seq;
        replay(&mut self.state, entry);
        self.count(entry, before);
        Ok(())
    }

    /// Counts the memory of an entry's members, which took `before` bytes.
    fn count(&mut self, entry: &Entry, before: u64) {
        let ids = entry.touched.iter().map(|touched| touched.member);
        let after = members_len(&self.state, ids);
        self.used = (self.used + after).saturating_sub(before);
    }

    /// Keeps within the bound: what was loaded may have to be loaded again after it.
    pub fn bound(&mut self) -> Result<(), Error> {
        let used = self.used + aftermath_len(&self.state);
        let all = self.packed.memory_len();
        if !self.packed.is_due(used, all, self.memory) {
            return Ok(());
        }
        self.packed.pack(&mut self.state);
        self.used = 0;
        if self.packed.is_over(0, self.memory) {
            let make = || tempfile::tempfile().map_err(trouble);
            self.packed.write_out(make)?;
        }
        Ok(())
    }

    /// All members, in their order.
    pub fn ids(&self) -> Vec<MemberId> {
        let in_use = self.state.members.iter().map(|(id, _)| *id);
        let mut ids: Vec<MemberId> = in_use.chain(self.packed.members()).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// Looks at a member, wherever they are.
    pub fn member(&self, id: MemberId) -> Result<Option<Cow<'_, Member>>, Error> {
        if let Some(member) = self.state.members.get(&id) {
            return Ok(Some(Cow::Borrowed(member)));
        }
        let found = self.packed.member(id)?;
        Ok(found.map(|member| Cow::Owned(*member)))
    }

    /// Looks at all members, in their order. What is decoded for it does not stay.
    pub fn for_each(&mut self, mut look: impl FnMut(&Member)) -> Result<(), Error> {
        for id in self.ids() {
            match self.state.members.get_mut(&id) {
                Some(member) => {
                    look(member);
                    member.lots.forget_decoded();
                }
                None => self.packed.member(id)?.iter().for_each(|m| look(m)),
            }
        }
        Ok(())
    }
}

/// Members that a member's decisions may concern.
fn linked(member: &Member) -> impl Iterator<Item = MemberId> {
    let into = match member.status {
        Status::MergedInto(into) => Some(into),
        _ => None,
    };
    let absorbed = member.absorbed.iter().map(|absorbed| absorbed.from);
    let others = member.housemates().into_iter().chain(absorbed);
    others.chain(into).chain(member.referrer)
}

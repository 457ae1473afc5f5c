//! Before-images: the state before some changes. A dry run goes back to it for good, and
//! questions that are asked while a page is being written for as long as they take.

use super::{ById, Front};
use crate::model::{Draft, Effect, MemberId, MonthDay};
use crate::rules::state::{Aftermath, LedgerState, Member, State};
use std::collections::HashMap;

/// State that has changed, as it was before; or, while it is gone back to, as it is
/// behind the changes.
#[derive(Default)]
pub(super) struct BeforeImages {
    global: Option<LedgerState>,
    members: ById<MemberId, Option<Member>>,
    aftermath: HashMap<u64, Option<Aftermath>>,
    pub aliases: ById<[u8; 16], Option<Option<MemberId>>>,
    pub birthdays: ById<MemberId, Option<Option<MonthDay>>>,
}

impl BeforeImages {
    /// Keeps what a draft is about to change, unless it was kept before.
    pub(super) fn keep(&mut self, state: &State, draft: &Draft) {
        self.global.get_or_insert_with(|| state.global.clone());
        for id in &draft.members {
            self.keep_member(state, *id);
        }
        let effects = draft.effects.iter();
        for of in effects.filter_map(Effect::changes_aftermath_of) {
            let after = self.aftermath.entry(of);
            after.or_insert_with(|| state.aftermath.get(&of).cloned());
        }
    }

    /// Keeps a member who is about to change, unless that was done before.
    pub(super) fn keep_member(&mut self, state: &State, id: MemberId) {
        let member = self.members.entry(id);
        member.or_insert_with(|| state.members.get(&id).cloned());
    }

    /// Exchanges them with the state: the first time it goes back, the second time it is
    /// as it was.
    pub(super) fn exchange(&mut self, front: &mut Front) {
        let state = &mut front.state;
        if let Some(global) = &mut self.global {
            std::mem::swap(global, &mut state.global);
        }
        for (id, image) in &mut self.members {
            front.used += image.as_ref().map_or(0, Member::memory_len);
            let other = match image.take() {
                Some(member) => state.members.insert(*id, member),
                None => state.members.remove(id),
            };
            *image = other.map(|member| *member);
            let gone = image.as_ref().map_or(0, Member::memory_len);
            front.used = front.used.saturating_sub(gone);
        }
        for (seq, image) in &mut self.aftermath {
            *image = match image.take() {
                Some(after) => state.aftermath.insert(*seq, after),
                None => state.aftermath.remove(seq),
            };
        }
        exchange(&mut self.aliases, &mut front.aliases);
        front.birthdays.exchange(&mut self.birthdays);
    }
}

/// Exchanges kept values with those of a table.
pub(super) fn exchange<K: Copy + Eq + std::hash::Hash, V>(
    images: &mut ById<K, Option<V>>,
    table: &mut ById<K, V>,
) {
    for (key, image) in images {
        *image = match image.take() {
            Some(value) => table.insert(*key, value),
            None => table.remove(key),
        };
    }
}

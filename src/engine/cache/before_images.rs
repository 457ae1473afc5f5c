//! Before-images: the state as of the last durable page, for questions that are asked
//! while the next page is being written.

use super::ById;
use crate::model::{Draft, Effect, MemberId, MonthDay};
use crate::rules::state::{Aftermath, LedgerState, Member, State};
use std::collections::HashMap;

/// State that entries since the last durable page have changed, as it was before them; or,
/// while questions are answered, as it is behind them.
#[derive(Default)]
pub(super) struct BeforeImages {
    pub global: Option<LedgerState>,
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
            let member = self.members.entry(*id);
            member.or_insert_with(|| state.members.get(id).cloned());
        }
        let effects = draft.effects.iter();
        for of in effects.filter_map(Effect::changes_aftermath_of) {
            let after = self.aftermath.entry(of);
            after.or_insert_with(|| state.aftermath.get(&of).cloned());
        }
    }

    /// Exchanges them with the state: the first time it goes back, the second time it is
    /// as it was.
    pub(super) fn exchange(&mut self, state: &mut State) {
        if let Some(global) = &mut self.global {
            std::mem::swap(global, &mut state.global);
        }
        for (id, image) in &mut self.members {
            let other = match image.take() {
                Some(member) => state.members.insert(*id, member),
                None => state.members.remove(id),
            };
            *image = other.map(|member| *member);
        }
        for (seq, image) in &mut self.aftermath {
            *image = match image.take() {
                Some(after) => state.aftermath.insert(*seq, after),
                None => state.aftermath.remove(seq),
            };
        }
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

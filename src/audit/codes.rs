//! Codes when a decision is made again: the entries that made their hashes, and
//! the hashes that an entry states.

use super::index::Index;
use super::scratch::UnusedState;
use crate::engine::{code_key_of, code_keys_of, locate, once_one, traced};
use crate::model::{Act, CodeKind, Codes, Effect, Entry, Key, MemberId};
use crate::rules::State;
use crate::rules::case::VoucherFound;
use crate::storage::error::StorageError;
use crate::storage::keys::KeyHash;
use std::collections::HashMap;

/// Entries that made codes, by the keys of their hashes.
#[derive(Default)]
pub(super) struct CodeIndex(HashMap<KeyHash, u64>);

impl CodeIndex {
    /// Records the codes that an entry made.
    pub fn note(&mut self, entry: &Entry) {
        let keys = code_keys_of(entry);
        self.0.extend(keys.map(|key| (key, entry.seq)));
    }

    /// Loads the vouchers that pay for a purchase, and their holders.
    pub fn vouchers(
        &self,
        state: &mut State,
        unused: &UnusedState,
        index: &mut Index,
        act: &Act,
    ) -> Result<Vec<VoucherFound>, StorageError> {
        let Act::Purchase(purchase) = act else {
            return Ok(Vec::new());
        };
        let mut all = Vec::new();
        for tender in &purchase.tenders {
            let Some(code) = tender.kind.voucher() else {
                continue;
            };
            let seq = self.0.get(&code_key_of(CodeKind::Voucher, code));
            let entry = match seq {
                Some(seq) => index.entry(*seq)?,
                None => None,
            };
            if let Some(entry) = entry {
                all.extend(with_holder(state, unused, index, &entry, code)?);
            }
        }
        Ok(all)
    }
}

/// Loads the voucher of a code that an entry made, with its present holder, who
/// may be a member that was merged with its first holder and separated again.
fn with_holder(
    state: &mut State,
    unused: &UnusedState,
    index: &mut Index,
    entry: &Entry,
    code: &[u8; 32],
) -> Result<Option<VoucherFound>, StorageError> {
    let Some(mut found) = traced(entry, code, |seq| index.entry(seq))? else {
        return Ok(None);
    };
    let first = found.holder;
    found.holder = resolved(state, unused, first)?;
    if is_with(state, index, &mut found)? {
        return Ok(Some(found));
    }
    let mut history = |id, seq| index.since((state, unused), id, seq);
    let all = once_one(first, entry.seq, &mut history)?;
    for id in all {
        let mut with = VoucherFound {
            holder: resolved(state, unused, id)?,
            ..found.clone()
        };
        if is_with(state, index, &mut with)? {
            return Ok(Some(with));
        }
    }
    Ok(Some(found))
}

fn is_with(
    state: &State,
    index: &mut Index,
    found: &mut VoucherFound,
) -> Result<bool, StorageError> {
    let lots = state.members.get(&found.holder);
    let lots = lots.map_or(&[][..], |m| &m.lots[..]);
    locate(found, lots, |seq| index.entry(seq))
}

/// Loads the member into whom another was finally merged.
pub(super) fn resolved(
    state: &mut State,
    unused: &UnusedState,
    mut id: MemberId,
) -> Result<MemberId, StorageError> {
    loop {
        unused.load_member(state, id)?;
        match state.resolve(id) {
            next if next == id => return Ok(id),
            next => id = next,
        }
    }
}

/// The hashes that an entry keeps.
pub(super) struct RecordedCodes<'a>(pub &'a Entry);

impl Codes for RecordedCodes<'_> {
    fn hash(&self, kind: CodeKind, n: u16, _: &Key) -> [u8; 32] {
        let mut of_kind = self.0.effects.iter().filter_map(|effect| match effect {
            Effect::Voucher { code, .. } if kind == CodeKind::Voucher => Some(*code),
            Effect::LotMoved { code, .. } if kind == CodeKind::Voucher => *code,
            Effect::HoldOpened { token, .. } if kind == CodeKind::Gift => *token,
            _ => None,
        });
        of_kind.nth(n.into()).unwrap_or_default()
    }
}

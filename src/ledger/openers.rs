//! Where lots came from and where they went: through every change of hands.

use super::vouchers::opener;
use crate::model::{Act, Effect, Entry, LotId, MemberId, Terms};

/// The terms of the lots that an entry took from, as they were when the lots
/// were earned: by whichever member, and before whatever moved them.
///
/// # Errors
/// What reading an entry comes to.
pub fn terms_taken<E>(
    named: &Entry,
    mut entry: impl FnMut(u64) -> Result<Option<Entry>, E>,
) -> Result<Vec<(LotId, Terms)>, E> {
    let mut found = Vec::new();
    for effect in &named.effects {
        let Effect::Debit { lot, .. } = effect else {
            continue;
        };
        let mut at = *lot;
        while let Some(earlier) = entry(at.seq)? {
            match opener(&earlier, at) {
                Some(Effect::LotMoved { lot: from, .. }) if from.seq < at.seq => at = *from,
                Some(Effect::Award { terms, .. } | Effect::Voucher { terms, .. }) => {
                    found.push((*lot, *terms));
                    break;
                }
                _ => break,
            }
        }
    }
    Ok(found)
}

/// The merge that ended a member's own history, among their entries in order.
/// A refusal may name them later, so it need not be the last one.
pub fn merge_of(id: MemberId, history: &[Entry]) -> Option<u64> {
    let is_merge = |e: &&Entry| matches!(e.act, Act::Merged { .. }) && e.member() == Some(id);
    history.iter().rev().find(is_merge).map(|e| e.seq)
}

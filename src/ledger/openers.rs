//! The terms that lots were opened with, through every change of hands.

use super::vouchers::opener;
use crate::model::{Effect, Entry, LotId, Terms};

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

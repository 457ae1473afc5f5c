//! Folding of the aftermath of earlier entries: returns, voids, claims.

use crate::model::{Account, Effect, Entry, LotId};
use crate::rules::state::{State, entry_of};

pub(super) fn apply(state: &mut State, entry: &Entry, effect: &Effect) {
    let aftermath = &mut state.aftermath;
    match effect {
        Effect::Returned {
            of,
            lines,
            amount,
            money,
            taken,
        } => {
            let after = aftermath.entry(*of).or_default();
            match is_void(entry) {
                true => drop(after.returns.pop()),
                false => after.returns.push(entry.seq),
            }
            for (lot, points) in entry.effects.iter().filter_map(restored) {
                let sum = &mut entry_of(&mut after.restored, lot).0;
                *sum = sum.saturating_add(points);
            }
            after.add_returned(lines, *amount);
            after.money.0 = after.money.0.saturating_add(money.0);
            for (unit, points) in taken {
                let sum = &mut entry_of(&mut after.taken, *unit).0;
                *sum = sum.saturating_add(points.0);
            }
        }
        Effect::Voided { of } => aftermath.entry(*of).or_default().voided = Some(entry.seq),
        Effect::Claimed { of } => aftermath.entry(*of).or_default().claimed = Some(entry.seq),
        _ => {}
    }
}

/// True if an entry undoes another.
pub(super) fn is_void(entry: &Entry) -> bool {
    let mut effects = entry.effects.iter();
    effects.any(|e| matches!(e, Effect::Voided { .. }))
}

/// The purchase that an entry returns in part, or whose return it undoes.
pub(super) fn returned(entry: &Entry) -> Option<u64> {
    entry.effects.iter().find_map(|e| match e {
        Effect::Returned { of, .. } => Some(*of),
        _ => None,
    })
}

/// Points that had paid and go back to a lot, or leave it again.
fn restored(effect: &Effect) -> Option<(LotId, i64)> {
    match effect {
        Effect::Restore {
            lot, amount, from, ..
        } if *from == Account::Redemption => Some((*lot, amount.0)),
        Effect::Debit {
            lot, amount, to, ..
        } if *to == Account::Redemption => Some((*lot, -amount.0)),
        _ => None,
    }
}
